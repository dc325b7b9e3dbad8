WITH grouped AS (
    SELECT scan_no, operator, ns_rule, count(*) AS n, count(*) FILTER (answered) AS n_answered,
           count(*) FILTER (found) AS "any", count(*) FILTER (part = 'own') AS direct,
           count(*) FILTER (outcome = 'indeterminate') AS indeterminate,
           count(*) FILTER (part IN ('own', 'ancestor_intermediate', 'ancestor_regdom'))
               AS domain_sets
    FROM listed WHERE asked GROUP BY ALL),
-- Sets at the name or up to its registrable domain, as lists of records without order; compared as
-- texts, for DuckDB 1.5 was seen to miss that two lists are equal.
domain_set AS (
    SELECT scan_no, operator, ns_rule, to_json(items)::VARCHAR AS said, any_value(items) AS items,
           count(*) AS k
    FROM (SELECT *, list_sort(list_distinct(list_transform(caa, lambda r:
                     CASE WHEN r.rdata_error IS NULL
                          THEN concat_ws(' ', r.flags, lower(r.tag), r.value)
                          ELSE r.rdata_error END))) AS items
          FROM listed WHERE part IN ('own', 'ancestor_intermediate', 'ancestor_regdom'))
    WHERE operator IS NOT NULL GROUP BY scan_no, operator, ns_rule, said),
top AS (
    SELECT * FROM domain_set
    QUALIFY rank() OVER (PARTITION BY scan_no, operator, ns_rule ORDER BY k DESC) = 1),
containing AS (
    SELECT scan_no, operator, ns_rule, top.said, top.k, sum(domain_set.k) AS holders
    FROM top JOIN domain_set USING (scan_no, operator, ns_rule)
    WHERE domain_set.said = top.said
       OR len(domain_set.items) <= 24 AND list_has_all(domain_set.items, top.items)
    GROUP BY ALL),
-- Where several sets are most frequent, and they are not held by equally many, the cells are open.
template AS (
    SELECT scan_no, operator, ns_rule, any_value(k) AS k, min(holders) AS holders,
           min(holders) <> max(holders) AS open, any_value(said) AS said, count(*) > 1 AS several
    FROM containing GROUP BY scan_no, operator, ns_rule),
judged AS (
    SELECT grouped.*, k, holders, said, coalesce(several, false) AS several,
           coalesce(open, false) AS open,
           coalesce(domain_sets >= 20 AND holders * 2 >= domain_sets, false) AS is_template,
           row_number() OVER (PARTITION BY scan_no ORDER BY operator IS NULL, n DESC, operator)
               AS position
    FROM grouped LEFT JOIN template USING (scan_no, operator, ns_rule)),
row_of AS (
    SELECT scan_no, 'operator' AS "row", operator, ns_rule, n, n_answered, "any", direct,
           indeterminate, domain_sets,
           CASE WHEN several THEN '(open)' ELSE said END AS top_set,
           share(k, domain_sets) AS top_set_share,
           CASE WHEN open THEN '"(open)"'::JSON ELSE to_json(share(holders, domain_sets)) END
               AS containing_share,
           CASE WHEN open THEN '(open)' WHEN k IS NULL THEN NULL
                WHEN is_template THEN 'yes' ELSE 'no' END AS template,
           open, if(is_template, holders, 0)::BIGINT AS templates
    FROM judged WHERE operator IS NOT NULL AND position <= 1000
    UNION ALL
    SELECT scan_no, if(operator IS NULL, 'unknown', 'other'), NULL, NULL, sum(n), sum(n_answered),
           sum("any"), sum(direct), sum(indeterminate), sum(domain_sets), NULL, NULL, NULL, NULL,
           bool_or(open), sum(if(is_template, holders, 0))
    FROM judged WHERE operator IS NULL OR position > 1000 GROUP BY scan_no, operator IS NULL
    UNION ALL
    SELECT scan_no, 'all', NULL, NULL, sum(n), sum(n_answered), sum("any"), sum(direct),
           sum(indeterminate), sum(domain_sets), NULL, NULL, NULL, NULL, bool_or(open),
           sum(if(is_template, holders, 0))
    FROM judged GROUP BY scan_no),
largest AS (
    SELECT scan_no, operator, ns_rule FROM judged WHERE operator IS NOT NULL AND "any" > 0
    QUALIFY row_number() OVER (PARTITION BY scan_no ORDER BY "any" DESC, n DESC, operator) = 1),
every_row AS (
    FROM row_of
    UNION ALL BY NAME
    SELECT scan_no, 'without_largest' AS "row", largest.operator, largest.ns_rule, sum(n) AS n,
           sum(n_answered) AS n_answered, sum("any") AS "any", sum(direct) AS direct,
           sum(indeterminate) AS indeterminate, sum(domain_sets) AS domain_sets,
           any_value(whole_open) AS open, sum(if(is_template, holders, 0)) AS templates
    FROM (SELECT *, bool_or(open) OVER (PARTITION BY scan_no) AS whole_open FROM judged) AS judged
    JOIN largest USING (scan_no)
    WHERE (judged.operator, judged.ns_rule) IS DISTINCT FROM (largest.operator, largest.ns_rule)
    GROUP BY ALL
    UNION ALL BY NAME
    -- Names with a template are names without a set here.
    SELECT scan_no, 'without_templates' AS "row", n, n_answered, "any" - templates AS "any",
           indeterminate, domain_sets - templates AS domain_sets, open, 0 AS templates
    FROM row_of WHERE "row" = 'all'),
cells AS (
    SELECT scan_id, date, mode, vantage, prefix, every_row.* EXCLUDE (scan_no),
           "row" = 'without_templates' AND open AS left_open
    FROM every_row JOIN scan USING (scan_no))
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'answered' AS denominator_of,
       n_answered::BIGINT AS denominator, "row", operator, ns_rule, n::BIGINT AS n,
       n_answered::BIGINT AS n_answered,
       CASE WHEN left_open THEN '"(open)"'::JSON ELSE to_json("any"::BIGINT) END AS "any",
       direct::BIGINT AS direct, indeterminate::BIGINT AS indeterminate,
       CASE WHEN left_open THEN '"(open)"'::JSON ELSE to_json(share("any", n_answered)) END
           AS share,
       CASE WHEN left_open THEN '"(open)"'::JSON ELSE to_json(share("any", n)) END AS share_lo,
       CASE WHEN left_open THEN '"(open)"'::JSON ELSE to_json(share("any" + indeterminate, n)) END
           AS share_hi,
       CASE WHEN left_open THEN '"(open)"'::JSON ELSE to_json(domain_sets::BIGINT) END
           AS domain_sets,
       top_set AS top_set_hash, top_set_share, containing_share, template,
       CASE WHEN open AND NOT ("row" = 'without_templates') THEN '"(open)"'::JSON
            ELSE to_json(templates::BIGINT) END AS template_names,
       1.0::DOUBLE AS set_sample,
       CASE WHEN getvariable('sample') AND "row" = 'all' THEN '(open)' END AS boot_lo,
       CASE WHEN getvariable('sample') AND "row" = 'all' THEN '(open)' END AS boot_hi
FROM cells
