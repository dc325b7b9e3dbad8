WITH counted AS (
    SELECT scan_no, tag, count(DISTINCT id) AS names, count(*) AS records,
           count(DISTINCT id) FILTER (critical) AS critical_names
    FROM property WHERE NOT malformed GROUP BY ALL)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'found' AS denominator_of,
       found AS denominator, tag,
       CASE WHEN reserved THEN 'reserved' WHEN meaning IS NULL THEN 'unknown' ELSE tag END
           AS property,
       names, records, share(names, found) AS share_of_caa_names, critical_names
FROM counted JOIN base USING (scan_no) LEFT JOIN registry USING (tag)
