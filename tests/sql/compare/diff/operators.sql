WITH event AS (
    SELECT operator, count(*) AS events FROM change JOIN class USING (class) WHERE place <= 6
    GROUP BY operator),
counted AS (
    SELECT operator, count(*) AS names, count(*) FILTER (place <= 6) AS changed
    FROM compared JOIN class USING (class) WHERE operator IS NOT NULL GROUP BY operator)
SELECT both_scans.*, 'name' AS unit, 'operator' AS denominator_of, names AS denominator,
       operator, names, changed, share(changed, names) AS share_changed,
       coalesce(events, 0) AS events
FROM both_scans() AS both_scans CROSS JOIN counted LEFT JOIN event USING (operator)
