WITH event AS (
    SELECT class, count(*) AS events FROM change WHERE operator IS NOT NULL GROUP BY class),
name_of AS (SELECT class, count(*) AS names FROM compared GROUP BY class),
of_class AS (
    SELECT place, class, coalesce(names, 0) AS names,
           CASE WHEN place <= 9 AND EXISTS (FROM compared WHERE operator IS NOT NULL)
                THEN coalesce(events, 0) END AS events
    FROM class LEFT JOIN name_of USING (class) LEFT JOIN event USING (class)),
row_of AS (
    SELECT class AS metric, names, events, true AS shared FROM of_class
    UNION ALL
    SELECT 'all_changes', sum(names), sum(events), true FROM of_class WHERE place <= 6
    UNION ALL
    SELECT 'only_' || list, count(alone.name), NULL, false
    FROM (VALUES ('old'), ('new')) AS lists (list) LEFT JOIN alone USING (list) GROUP BY list
    UNION ALL
    SELECT 'in_both', in_both(), NULL, false
    UNION ALL
    SELECT 'told_without_operator', coalesce(sum(names), 0), NULL, false
    FROM change WHERE operator IS NULL
    UNION ALL
    SELECT if(side = 0, 'from_', '') || 'repeated', count(*) FILTER (nth > 1), NULL, false
    FROM view GROUP BY side
    UNION ALL
    SELECT if(side = 0, 'from_', '') || 'rows_without_name',
           count(*) FILTER (name IS NULL), NULL, false
    FROM side JOIN listed ON listed.scan = side.scan_id GROUP BY side)
SELECT both_scans.*, 'name' AS unit, if(shared, 'in_both', NULL) AS denominator_of,
       if(shared, in_both(), NULL) AS denominator, metric, names,
       if(shared, share(names, in_both()), NULL) AS share, events
FROM both_scans() AS both_scans CROSS JOIN row_of
