-- The columns up to wilson_hi count registrable domains, the last four all names.
WITH counted AS (
    SELECT scan_no, tld, registrable IS NOT DISTINCT FROM name AS is_domain, outcome, count(*) AS k
    FROM listed WHERE asked GROUP BY ALL),
summed AS (
    SELECT scan_no, tld,
           coalesce(sum(k) FILTER (is_domain), 0)::BIGINT AS n,
           coalesce(sum(k) FILTER (is_domain AND outcome <> 'indeterminate'), 0)::BIGINT
               AS n_answered,
           coalesce(sum(k) FILTER (is_domain AND outcome = 'found'), 0)::BIGINT AS "any",
           sum(k)::BIGINT AS names,
           coalesce(sum(k) FILTER (outcome <> 'indeterminate'), 0)::BIGINT AS names_answered,
           coalesce(sum(k) FILTER (outcome = 'found'), 0)::BIGINT AS names_any
    FROM counted GROUP BY scan_no, tld),
-- Wilson's interval of 95 %: centre and half of its width.
wilson AS (
    SELECT *, share("any", n_answered) AS p, 1.959963984540054 AS z FROM summed),
interval_of AS (
    SELECT *, (p + share(z * z, 2 * n_answered)) / (1 + share(z * z, n_answered)) AS centre,
           z / (1 + share(z * z, n_answered))
               * sqrt(share(p * (1 - p), n_answered) + share(z * z, 4 * n_answered * n_answered))
               AS half
    FROM wilson)
SELECT scan_id, date, mode, vantage, prefix, 'registrable_domain' AS unit,
       'answered' AS denominator_of, n_answered AS denominator, tld,
       CASE WHEN tld = 'arpa' THEN NULL
            WHEN length(tld) = 2 OR tld IN (
                SELECT country.tld FROM read_csv(
                    'datasets/idn_cctlds.csv', header = true, all_varchar = true) AS country)
            THEN 'cc' ELSE 'g' END AS type,
       n, n_answered, "any", n - n_answered AS indeterminate,
       share("any", n_answered) AS share, share("any", n) AS share_lo,
       share("any" + n - n_answered, n) AS share_hi,
       CASE WHEN getvariable('sample') AND n_answered > 0 THEN greatest(0.0, centre - half) END
           AS wilson_lo,
       CASE WHEN getvariable('sample') AND n_answered > 0 THEN least(1.0, centre + half) END
           AS wilson_hi,
       '2023-02-09 (' || (SELECT count(*) FROM suffix_rule) || ' rules)' AS psl,
       names, names_answered, names_any, names - names_answered AS names_indeterminate
FROM interval_of JOIN scan USING (scan_no)
