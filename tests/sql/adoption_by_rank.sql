WITH top AS (SELECT scan_no, max(rank) AS lowest FROM listed GROUP BY scan_no),
bucket AS (
    SELECT scan_no, NULL::BIGINT AS bucket_lo, NULL::BIGINT AS bucket_hi FROM top
    UNION ALL
    SELECT scan_no, 1, hi FROM top, (SELECT unnest([1000, 10000, 100000, 1000000, 10000000,
                                                    100000000, 1000000000]) AS hi)
    WHERE hi = 1000 OR hi // 10 < lowest
    UNION ALL
    SELECT scan_no, lo, lo + 3999 FROM top, (SELECT unnest(range(1, 1000000, 4000)) AS lo)
    WHERE getvariable('rank_bands')),
counted AS (
    SELECT scan_no, bucket_lo, bucket_hi,
           count(*) FILTER (asked) AS n, count(*) FILTER (answered) AS n_answered,
           count(*) FILTER (part = 'own') AS direct,
           count(*) FILTER (part = 'via_alias') AS via_alias,
           count(*) FILTER (part = 'ancestor_intermediate') AS at_ancestor_intermediate,
           count(*) FILTER (part = 'ancestor_regdom') AS at_ancestor_regdom,
           count(*) FILTER (part = 'ancestor_public_suffix') AS at_ancestor_public_suffix,
           count(*) FILTER (part = 'ancestor_tld') AS at_tld,
           count(*) FILTER (part = 'ancestor_via_alias') AS at_ancestor_via_alias,
           count(*) FILTER (found) AS "any",
           count(*) FILTER (part = 'none') AS "none",
           count(*) FILTER (part = 'indeterminate') AS indeterminate,
           count(*) FILTER (part = 'invalid') AS invalid,
           count(*) FILTER (part = 'skipped') AS skipped,
           count(*) FILTER (asked AND "exists" = 'no') AS not_existing,
           count(*) FILTER (asked AND own IN ('found', 'empty')) AS n_own_answered
    FROM bucket JOIN listed USING (scan_no)
    WHERE bucket_lo IS NULL OR rank BETWEEN bucket_lo AND bucket_hi
    GROUP BY ALL)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'asked' AS denominator_of,
       n AS denominator, list, counted.* EXCLUDE (scan_no),
       share(direct, n_own_answered) AS share_direct, share("any", n) AS share_any_lo,
       share("any", n_answered) AS share_any, share("any" + indeterminate, n) AS share_any_hi
FROM counted JOIN scan USING (scan_no) LEFT JOIN metadata ON metadata.scan = scan_id
