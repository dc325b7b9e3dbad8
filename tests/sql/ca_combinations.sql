WITH label AS (
    SELECT has_property.scan_no, has_property.id, has_property.tag,
           list_sort(list(DISTINCT coalesce(ca_operator, 'unknown CA'))
                     FILTER (issuer IS NOT NULL)) AS operators
    FROM has_property LEFT JOIN naming USING (scan_no, id, tag) GROUP BY ALL),
counted AS (
    SELECT scan_no, tag,
           CASE WHEN coalesce(len(operators), 0) = 0 THEN 'no CA'
                WHEN len(operators) > 4 THEN 'more than 4 CAs'
                ELSE array_to_string(operators, ' + ') END AS operators, count(*) AS names
    FROM label GROUP BY ALL)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit,
       'found_with_property' AS denominator_of, property_base.names AS denominator,
       tag AS property, operators, counted.names, share(counted.names, property_base.names) AS share
FROM counted JOIN property_base USING (scan_no, tag) JOIN scan USING (scan_no)
