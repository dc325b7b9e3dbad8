SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'found' AS denominator_of,
       found AS denominator, kind, count(*) FILTER (policy = 'unrestricted') AS unrestricted,
       count(*) FILTER (policy = 'allow_list') AS allow_list,
       count(*) FILTER (policy = 'deny_all') AS deny_all,
       count(*) FILTER (policy = 'deny_all_critical') AS deny_all_critical,
       count(*) FILTER (minimal_denied) AS minimal_ca_denied
FROM base CROSS JOIN (SELECT unnest(['issue', 'wild', 'mail', 'vmc']) AS kind)
LEFT JOIN meaning USING (scan_no, kind) GROUP BY ALL
