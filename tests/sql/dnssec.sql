WITH each AS (
    SELECT scan_no, 'validation' AS "by", dnssec AS status, found, outcome, tld, operator, ns_rule
    FROM listed WHERE asked
    UNION ALL
    SELECT scan_no, 'delegation', ds, found, outcome, tld, operator, ns_rule
    FROM listed WHERE asked),
counted AS (
    SELECT scan_no, "by", status, count(*) FILTER (found) AS caa_names, count(*) AS all_names,
           count(*) FILTER (outcome = 'indeterminate') AS indeterminate
    FROM each GROUP BY ALL),
-- Two "by" two in each stratum: a, b signed with and without a set; c, d unsigned.
stratum AS (
    SELECT scan_no, "by", strata,
           CASE strata WHEN 'tld' THEN tld WHEN 'operator' THEN operator || ' ' || ns_rule
                       ELSE '' END AS stratum,
           count(*) FILTER (status IN ('secure', 'present') AND found) AS a,
           count(*) FILTER (status IN ('secure', 'present') AND NOT found) AS b,
           count(*) FILTER (status IN ('insecure', 'absent') AND found) AS c,
           count(*) FILTER (status IN ('insecure', 'absent') AND NOT found) AS d
    FROM each, (SELECT unnest(['none', 'tld', 'operator']) AS strata)
    WHERE status IN ('secure', 'insecure', 'present', 'absent') AND outcome <> 'indeterminate'
      AND (strata <> 'operator' OR operator IS NOT NULL)
    GROUP BY ALL),
odds AS (
    SELECT scan_no, "by", strata,
           sum(a * d / (a + b + c + d)) / nullif(sum(b * c / (a + b + c + d)), 0) AS ratio
    FROM stratum GROUP BY ALL),
ratio AS (
    SELECT scan_no, "by", max(nullif(ratio, 0)) FILTER (strata = 'none') AS odds_ratio,
           max(nullif(ratio, 0)) FILTER (strata = 'tld') AS odds_ratio_within_tld,
           max(nullif(ratio, 0)) FILTER (strata = 'operator') AS odds_ratio_within_operator
    FROM odds GROUP BY ALL)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit,
       'answered_with_status' AS denominator_of, all_names - indeterminate AS denominator,
       counted."by", status, caa_names, all_names, indeterminate,
       share(caa_names, all_names - indeterminate) AS share,
       odds_ratio, odds_ratio_within_tld, odds_ratio_within_operator
FROM counted JOIN scan USING (scan_no)
LEFT JOIN ratio ON ratio.scan_no = counted.scan_no AND ratio."by" = counted."by"
               AND status IN ('secure', 'present')
