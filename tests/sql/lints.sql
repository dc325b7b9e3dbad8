WITH all_lints AS (
    SELECT unnest(string_split_regex(
        'flags_reserved_bits flags_one_not_128 critical_unknown critical_on_known tag_unknown
         tag_reserved tag_not_lowercase tag_longer_than_15 rdata_malformed value_malformed
         param_malformed issuer_trailing_dot issuer_is_url issuer_is_email issuer_multiple
         issuer_quoted issuer_wildcard issuer_single_label issuer_not_dns_name issuer_ip_literal
         issuer_not_lowercase value_padded value_non_ascii value_control_char param_duplicate
         params_without_issuer param_tag_not_lowercase param_prestandard_spelling
         accounturi_invalid accounturi_duplicate validationmethods_empty
         validationmethods_invalid validationmethods_duplicate validationmethods_unregistered
         validationmethods_not_lowercase iodef_malformed iodef_missing_scheme iodef_bad_scheme
         iodef_plain_http contactemail_malformed contactphone_malformed unknown_issuer issuer_typo
         defunct_issuer', '\s+')) AS lint, 'record' AS about
    UNION ALL
    SELECT unnest(['malformed_denies_all', 'nonrestrictive_set', 'issuewild_without_issue',
                   'issuewild_redundant', 'deny_all_ineffective', 'duplicate_record',
                   'found_at_public_suffix', 'cname_delegates_policy', 'ns_inconsistent']), 'set'
    UNION ALL SELECT unnest(['unsigned_set', 'accounturi_unsigned']), 'dnssec'
    -- These can't be known from records.
    UNION ALL SELECT unnest(['shadowed_parent', 'wildcard_caa_gap', 'cert_not_permitted']), 'none'),
of_record AS (
    SELECT scan_no, lint, count(*) AS records FROM record_lint JOIN listed USING (id) GROUP BY ALL),
of_name AS (
    SELECT scan_no, lint, id, operator
    FROM (SELECT DISTINCT id, lint FROM record_lint UNION SELECT id, lint FROM set_lint)
    JOIN listed USING (id)),
counted AS (SELECT scan_no, lint, count(*) AS names FROM of_name GROUP BY ALL),
per_operator AS (
    SELECT scan_no, lint, operator, count(*) AS k FROM of_name WHERE operator IS NOT NULL
    GROUP BY scan_no, lint, operator
    QUALIFY row_number() OVER (PARTITION BY scan_no, lint ORDER BY k DESC, operator) = 1),
checked AS (
    SELECT scan_no, count(*) FILTER (listed.found AND dnssec <> 'unchecked') AS checked,
           coalesce(bool_or(asked AND len(list_filter(notes,
               lambda n: n.kind IN ('ns_inconsistent', 'census_incomplete'))) > 0), false)
               OR coalesce(bool_or(compared), false) AS compared
    FROM listed JOIN scan USING (scan_no) LEFT JOIN metadata ON metadata.scan = scan_id
    GROUP BY scan_no),
judged AS (
    SELECT *, CASE about WHEN 'none' THEN NULL WHEN 'dnssec' THEN nullif(checked, 0)
                   ELSE CASE WHEN lint <> 'ns_inconsistent' OR compared THEN found END
              END AS denominator
    FROM base JOIN checked USING (scan_no) CROSS JOIN all_lints)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit,
       CASE WHEN denominator IS NULL THEN NULL
            WHEN about = 'dnssec' THEN 'found_dnssec_checked' ELSE 'found' END AS denominator_of,
       denominator, lint,
       CASE WHEN denominator IS NOT NULL THEN coalesce(names, 0) END AS names,
       CASE WHEN about = 'record' THEN coalesce(records, 0) END AS records,
       share(coalesce(names, 0), denominator) AS share_of_caa_names,
       operator AS top_operator, k AS top_operator_names, k / names AS top_operator_share
FROM judged LEFT JOIN counted USING (scan_no, lint) LEFT JOIN of_record USING (scan_no, lint)
LEFT JOIN per_operator USING (scan_no, lint)
