WITH verdict AS (
    SELECT scan_no, id, operator, 'rfc8659' AS rule, outcome, rrset_owner
    FROM listed WHERE asked AND alt IS NOT NULL
    UNION ALL
    SELECT scan_no, id, operator, 'rfc6844', alt.rfc6844.outcome, alt.rfc6844.rrset_owner
    FROM listed WHERE asked AND alt IS NOT NULL
    UNION ALL
    SELECT scan_no, id, operator, 'erratum5065', alt.erratum5065.outcome,
           alt.erratum5065.rrset_owner
    FROM listed WHERE asked AND alt IS NOT NULL),
pair AS (
    FROM (VALUES ('rfc8659', 'rfc6844'), ('rfc8659', 'erratum5065'), ('rfc6844', 'erratum5065'))
        AS pair (a, b)),
compared AS (
    SELECT scan_no, a || '_' || b AS pair, id, x.operator,
           (x.outcome = 'indeterminate')::INTEGER + (y.outcome = 'indeterminate')::INTEGER
               AS failed,
           x.outcome <> y.outcome AS presence,
           x.outcome = 'found' AND y.outcome = 'found'
               AND lower(x.rrset_owner) <> lower(y.rrset_owner) AS other_set
    FROM pair JOIN verdict AS x ON x.rule = a JOIN verdict AS y USING (scan_no, id)
    WHERE y.rule = b),
counted AS (
    SELECT scan_no, pair, count(*) AS names, count(*) FILTER (failed = 0) AS compared,
           count(*) FILTER (failed = 0 AND (presence OR other_set)) AS verdict_changed,
           count(*) FILTER (failed = 0 AND presence) AS presence_changed,
           count(*) FILTER (failed = 0 AND other_set) AS set_changed,
           count(*) FILTER (failed = 1) AS one_indeterminate,
           count(*) FILTER (failed = 2) AS both_indeterminate
    FROM compared GROUP BY ALL),
per_operator AS (
    SELECT scan_no, pair, operator AS operator_top, count(*) AS operator_top_names FROM compared
    WHERE failed = 0 AND (presence OR other_set) AND operator IS NOT NULL
    GROUP BY scan_no, pair, operator
    QUALIFY row_number() OVER (PARTITION BY scan_no, pair
                               ORDER BY operator_top_names DESC, operator_top) = 1)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'compared' AS denominator_of,
       coalesce(compared, 0) AS denominator, pair.pair, coalesce(names, 0) AS names,
       verdict_changed, share(verdict_changed, compared) AS share_changed, presence_changed,
       set_changed, one_indeterminate, both_indeterminate, operator_top, operator_top_names,
       share(operator_top_names, verdict_changed) AS operator_top_share
FROM scan CROSS JOIN (SELECT a || '_' || b AS pair FROM pair) AS pair
LEFT JOIN counted USING (scan_no, pair) LEFT JOIN per_operator USING (scan_no, pair)
