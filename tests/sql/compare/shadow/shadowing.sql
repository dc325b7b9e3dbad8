WITH cell AS (
    SELECT content, kind FROM (SELECT unnest(['issuewild', 'no_issuewild', 'mail_or_vmc_only',
                                              'iodef_only', 'unknown_only', 'other']) AS content)
    CROSS JOIN (SELECT unnest(['issue', 'wild']) AS kind)),
counted AS (
    SELECT content, kind, count(name) AS names, count(*) FILTER (effect = 'undoes') AS undoes,
           count(*) FILTER (effect = 'widens') AS widens, count(*) FILTER (effect = 'keeps') AS keeps,
           count(*) FILTER (effect = 'narrows') AS narrows,
           count(*) FILTER (effect = 'differs') AS differs
    FROM cell LEFT JOIN effect USING (content, kind) GROUP BY content, kind),
top AS (
    SELECT content, kind, s.operator AS top_operator, count(*) AS top_operator_names FROM effect
    WHERE effect IN ('undoes', 'widens') AND s.operator IS NOT NULL
    GROUP BY content, kind, s.operator
    QUALIFY row_number() OVER (PARTITION BY content, kind ORDER BY count(*) DESC, s.operator) = 1)
SELECT one_scan.*, 'hides' AS denominator_of, (SELECT count(*) FROM hiding) AS denominator,
       counted.*, share(undoes + widens, (SELECT count(*) FROM hiding)) AS share_permitting_more,
       top_operator, top_operator_names
FROM one_scan() AS one_scan CROSS JOIN counted LEFT JOIN top USING (content, kind)
