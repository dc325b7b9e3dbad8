WITH recovery AS (
    SELECT DISTINCT scan_no, id, outcome, asked, note.detail AS class
    FROM (SELECT scan_no, id, outcome, asked, unnest(notes) AS note FROM listed)
    WHERE note.kind = 'recovered'),
recovered AS (
    SELECT scan_no, class, count(*) AS names FROM recovery
    WHERE asked AND outcome <> 'indeterminate' GROUP BY ALL),
failed AS (
    SELECT scan_no, id, error_class AS class, error_at, operator,
           len(list_filter(control, lambda p: p.type = 'A')) AS probes,
           len(list_filter(control, lambda p: p.type = 'A' AND p.answered)) AS answered,
           -- What the Baseline Requirements let a CA do.
           CASE WHEN dnssec = 'bogus' OR error_class = 'dnssec_bogus'
                THEN if(timestamp >= TIMESTAMP '2026-03-15', 'must_not', 'not_checked')
                WHEN error_class IN ('local_error', 'net_unreachable', 'work_limit') THEN 'unknown'
                WHEN dnssec IN ('secure', 'indeterminate') THEN 'must_not'
                WHEN error_class = 'dnssec_indeterminate' THEN 'must_not'
                WHEN dnssec = 'insecure' OR ds = 'absent' THEN 'possible'
                WHEN ds = 'present' THEN 'must_not'
                ELSE 'unknown' END AS br
    FROM listed WHERE outcome = 'indeterminate'),
counted AS (
    SELECT scan_no, class, count(*) AS names, count(DISTINCT error_at) AS distinct_error_at,
           nullif(count(DISTINCT operator), 0) AS distinct_operators,
           count(*) FILTER (probes > 0) AS a_probed, count(*) FILTER (answered > 0) AS a_answered,
           count(*) FILTER (br = 'possible') AS br_exception_possible,
           count(*) FILTER (br = 'must_not') AS br_must_not_issue,
           count(*) FILTER (br = 'not_checked') AS br_only_if_not_checked,
           count(*) FILTER (br = 'unknown') AS br_unknown
    FROM failed GROUP BY ALL),
per_operator AS (
    SELECT scan_no, class, operator, count(*) AS k FROM failed WHERE operator IS NOT NULL
    GROUP BY scan_no, class, operator
    QUALIFY row_number() OVER (PARTITION BY scan_no, class ORDER BY k DESC, operator) = 1),
asked_again AS (
    SELECT scan_no FROM recovery UNION SELECT scan_no FROM failed WHERE probes > 0)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'asked' AS denominator_of,
       asked AS denominator, class, coalesce(counted.names, 0) AS names,
       share(coalesce(counted.names, 0), asked) AS share_of_all,
       coalesce(distinct_error_at, 0) AS distinct_error_at,
       if(distinct_error_at > 2048, 'no', 'yes') AS distinct_exact, distinct_operators,
       operator AS operator_top, k AS operator_top_names, k / counted.names AS operator_top_share,
       coalesce(a_probed, 0) AS a_probed,
       CASE WHEN a_probed > 0 THEN a_answered END AS a_works_caa_fails,
       CASE WHEN scan_no IN (FROM asked_again) THEN coalesce(recovered.names, 0) END AS recovered,
       coalesce(br_exception_possible, 0) AS br_exception_possible,
       coalesce(br_must_not_issue, 0) AS br_must_not_issue,
       coalesce(br_only_if_not_checked, 0) AS br_only_if_not_checked,
       coalesce(br_unknown, 0) AS br_unknown
FROM counted FULL JOIN recovered USING (scan_no, class) JOIN base USING (scan_no)
LEFT JOIN per_operator USING (scan_no, class)
