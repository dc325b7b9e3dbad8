SELECT both_scans.*, 'name' AS unit, 'in_both' AS denominator_of, in_both() AS denominator,
       operator, class, from_set, to_set, names, share(names, in_both()) AS share
FROM both_scans() AS both_scans CROSS JOIN change WHERE operator IS NOT NULL
