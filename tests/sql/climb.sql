WITH counted AS (
    SELECT scan_no, depth, part, count(*) AS names FROM listed WHERE found GROUP BY ALL)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'found' AS denominator_of,
       found AS denominator, depth, part AS via, names, share(names, found) AS share
FROM counted JOIN base USING (scan_no)
