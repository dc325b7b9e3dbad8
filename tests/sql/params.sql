WITH used AS (
    SELECT scan_no, id, position, parameter.tag, value, has_form,
           unsatisfiable.tag IS NOT NULL AS bad
    FROM property JOIN parameter USING (written)
    LEFT JOIN unsatisfiable
        ON unsatisfiable.written = property.written AND unsatisfiable.tag = parameter.tag
    WHERE property.tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc')),
counted AS (
    SELECT scan_no, tag, count(DISTINCT id) AS names, count(DISTINCT (id, position)) AS records,
           count(DISTINCT value) AS distinct_values,
           count(DISTINCT id) FILTER (has_form) AS valid,
           count(DISTINCT id) FILTER (bad) AS unsatisfiable
    FROM used GROUP BY ALL)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'found' AS denominator_of,
       found AS denominator, tag AS parameter, names, records, distinct_values,
       if(distinct_values > 2048, 'no', 'yes') AS distinct_exact,
       CASE WHEN tag IN ('accounturi', 'validationmethods') THEN valid END AS valid,
       CASE WHEN tag IN ('accounturi', 'validationmethods') THEN unsatisfiable END AS unsatisfiable,
       share(names, found) AS share_of_caa_names
FROM counted JOIN base USING (scan_no)
