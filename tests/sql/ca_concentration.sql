WITH named AS (
    SELECT scan_no, tag, coalesce(ca_operator, issuer) AS operator, count(DISTINCT id) AS names
    FROM naming GROUP BY ALL),
ordered AS (
    SELECT *, row_number() OVER (PARTITION BY scan_no, tag ORDER BY names DESC, operator) AS k,
           sum(names) OVER (PARTITION BY scan_no, tag) AS namings,
           sum(names * names) OVER (PARTITION BY scan_no, tag) AS squares,
           sum(names) OVER (PARTITION BY scan_no, tag ORDER BY names DESC, operator
                            ROWS UNBOUNDED PRECEDING) AS so_far
    FROM named)
SELECT scan_id, date, mode, vantage, prefix, 'naming' AS unit, 'namings' AS denominator_of,
       namings::BIGINT AS denominator, tag AS property, k, operator, names,
       share(so_far, namings) AS cumulative_share, share(squares, namings * namings) AS hhi
FROM ordered JOIN scan USING (scan_no) WHERE k <= 50
