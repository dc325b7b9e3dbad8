WITH counted AS (
    SELECT scan_no, count(*) FILTER (asked) AS n, count(*) FILTER (answered) AS n_answered,
           count(*) FILTER (part = 'own') AS direct,
           count(*) FILTER (part = 'via_alias') AS via_alias, count(*) FILTER (found) AS "any",
           count(*) FILTER (outcome = 'indeterminate') AS indeterminate
    FROM listed GROUP BY scan_no),
-- The last scan that began earlier in the same mode, from the same vantage, with the same prefix.
previous AS (
    SELECT scan.scan_no, other.scan_no AS previous_no, other.scan_id AS previous_scan
    FROM scan JOIN scan AS other
        ON (other.mode, other.vantage, other.prefix) = (scan.mode, scan.vantage, scan.prefix)
       AND other.began < scan.began
    QUALIFY row_number() OVER (PARTITION BY scan.scan_no ORDER BY other.began DESC) = 1),
by_operator AS (
    SELECT scan_no, operator, count(*) AS k FROM listed
    WHERE found AND operator IS NOT NULL GROUP BY ALL),
change AS (
    SELECT scan_no, operator, sum(now)::BIGINT AS now, sum(before)::BIGINT AS before
    FROM (SELECT scan_no, operator, k AS now, 0 AS before FROM by_operator
          UNION ALL
          SELECT previous.scan_no, operator, 0, k
          FROM previous JOIN by_operator ON by_operator.scan_no = previous_no)
    GROUP BY ALL),
largest AS (
    SELECT scan_no, operator, now, now - before AS delta
    FROM change LEFT JOIN previous USING (scan_no)
    QUALIFY row_number() OVER (
        PARTITION BY scan_no
        ORDER BY CASE WHEN previous_no IS NULL THEN now ELSE abs(now - before) END DESC,
                 now DESC, operator) = 1)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'asked' AS denominator_of,
       n AS denominator, strftime(began, '%Y-%m-%dT%H:%M:%S.') || lpad(CAST(
           millisecond(began) % 1000 AS VARCHAR), 3, '0') || 'Z' AS began, list, counted.* EXCLUDE (scan_no),
       share(counted."any", n_answered) AS share, share(counted."any", n) AS share_lo,
       share(counted."any" + indeterminate, n) AS share_hi, previous_scan,
       counted."any" - (SELECT other."any" FROM counted AS other
                        WHERE other.scan_no = previous_no) AS any_delta,
       largest.operator AS largest_operator, largest.now AS largest_operator_any,
       CASE WHEN previous_no IS NOT NULL THEN largest.delta END AS largest_operator_delta
FROM counted JOIN scan USING (scan_no) LEFT JOIN previous USING (scan_no)
LEFT JOIN largest USING (scan_no) LEFT JOIN metadata ON metadata.scan = scan_id
