WITH base AS (
    SELECT (SELECT count(*) FROM asked) AS asked, (SELECT count(*) FROM related) AS below),
row_of AS (
    SELECT 'asked' AS denominator_of, asked AS denominator, 'ancestor_in_scan' AS metric,
           below AS names, share(below, asked) AS share FROM base
    UNION ALL
    SELECT 'asked', asked, 'repeated', (SELECT count(*) FROM view WHERE nth > 1), NULL FROM base
    UNION ALL
    SELECT 'ancestor_in_scan', below, metric, names, share(names, below)
    FROM base CROSS JOIN (
        SELECT relation AS metric, count(name) AS names
        FROM (SELECT unnest(['failed', 'ancestor_failed', 'no_set', 'inherits', 'hides_nothing',
                             'hides', 'contradicts']) AS relation) LEFT JOIN related USING (relation)
        GROUP BY relation
        UNION ALL
        SELECT 'hides_by_alias', count(*) FILTER (s.rrset_owner <> s.found_at) FROM hiding
        UNION ALL
        SELECT 'hides_and_servers_disagree', count(*) FILTER (s.inconsistent OR a.inconsistent)
        FROM hiding))
SELECT one_scan.*, denominator_of, denominator, metric, names, share
FROM one_scan() AS one_scan CROSS JOIN row_of
