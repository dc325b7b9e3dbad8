WITH transition AS (
    SELECT class, from_set, to_set, sum(names) AS names,
           nullif(count(operator), 0) AS operators,
           (list(operator ORDER BY names DESC, operator) FILTER (operator IS NOT NULL))[1]
               AS top_operator,
           max(names) FILTER (operator IS NOT NULL) AS top_operator_names
    FROM change GROUP BY class, from_set, to_set)
SELECT both_scans.*, 'name' AS unit, 'in_both' AS denominator_of, in_both() AS denominator,
       class, from_set, to_set, names, share(names, in_both()) AS share, operators, top_operator,
       top_operator_names
FROM both_scans() AS both_scans CROSS JOIN transition
