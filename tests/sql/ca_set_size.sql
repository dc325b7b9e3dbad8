WITH counted AS (
    SELECT scan_no, kind, policy, CASE policy WHEN 'unrestricted' THEN NULL
               WHEN 'allow_list' THEN least(operators, 64) ELSE 0 END AS k, count(*) AS names
    FROM meaning GROUP BY ALL
    UNION ALL
    SELECT scan_no, kind, policy, k, 0
    FROM scan, (SELECT unnest(['issue', 'wild', 'mail', 'vmc']) AS kind),
         (VALUES ('unrestricted', NULL), ('deny_all', 0), ('deny_all_critical', 0))
             AS always (policy, k)),
summed AS (SELECT scan_no, kind, policy, k, sum(names)::BIGINT AS names FROM counted GROUP BY ALL)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'found' AS denominator_of,
       found AS denominator,
       CASE kind WHEN 'issue' THEN 'issue' WHEN 'wild' THEN 'issuewild'
                 WHEN 'mail' THEN 'issuemail' ELSE 'issuevmc' END AS property,
       policy, k, names, share(names, found) AS share
FROM summed JOIN base USING (scan_no)
