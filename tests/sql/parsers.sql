WITH rule AS (
    FROM (VALUES
        ('minimal_critical', 'a CA with issue, issuewild and iodef only', 'denies'),
        ('boulder_flag_one', 'Boulder', 'denies'), ('boulder_contact', 'Boulder', 'denies'),
        ('boulder_issuer_case', 'Boulder', 'denies'), ('boulder_param_hyphen', 'Boulder', 'denies'),
        ('boulder_param_empty', 'Boulder', 'permits'), ('boulder_param_case', 'Boulder', 'permits'),
        ('boulder_methods_first', 'Boulder', 'permits'),
        ('boulder_methods_ca', 'Boulder', 'denies'), ('boulder_decode', 'Boulder', 'fails'),
        ('openmpic_params', 'Open MPIC', 'permits'), ('openmpic_space', 'Open MPIC', 'permits'),
        ('openmpic_not_utf8', 'Open MPIC', 'fails'), ('openmpic_issuevmc', 'Open MPIC', 'denies'),
        ('rfc6844_refuses', 'the grammar of RFC 6844', 'denies'),
        ('rfc6844_accepts', 'the grammar of RFC 6844', 'permits'),
        ('strict_decoder', 'BIND, dnspython', 'fails'),
        ('hickory_tag_length', 'hickory-dns', 'fails'),
        ('hickory_separator', 'hickory-dns', 'permits'), ('any', NULL, NULL))
        AS rule (rule, software, effect)),
of_head AS (
    SELECT id, position, unnest(list_filter([
        if(malformed, 'strict_decoder', NULL),
        if(rdata_error = 'tag_overrun', 'boulder_decode', NULL),
        if(flags >= 128 AND tag IN ('issuemail', 'issuevmc', 'contactemail', 'contactphone'),
           'minimal_critical', NULL),
        if(flags < 128 AND flags & 1 = 1
           AND tag NOT IN ('issue', 'issuewild', 'iodef', 'issuemail', 'issuevmc'),
           'boulder_flag_one', NULL),
        if(flags >= 128 AND tag IN ('contactemail', 'contactphone'), 'boulder_contact', NULL),
        if(flags >= 128 AND tag = 'issuevmc', 'openmpic_issuevmc', NULL),
        if(NOT malformed AND NOT is_utf8(octets(written)), 'openmpic_not_utf8', NULL),
        if(length(tag) > 15, 'hickory_tag_length', NULL)], lambda r: r IS NOT NULL)) AS rule
    FROM property),
-- A value that names an issuer, as one expression; and the older grammar, whose parameters have
-- blanks between, no hyphen in their tags, and semicolons in their values.
tried AS (
    SELECT *,
           '[ \t]*' || a_domain() || '[ \t]*(?:;[ \t]*(?:' || a_param() || '[ \t]*(?:;[ \t]*'
               || a_param() || '[ \t]*)*)?)?' AS naming,
           regexp_full_match(v, '[ \t]*(?:' || a_domain()
               || ')?[ \t]*(?:;(?:[ \t]*[0-9A-Za-z]+=[!-~]*)*[ \t]*)?') AS fits_6844,
           '(?: |\t|[\x{E00A}-\x{E00D}\x{E01C}-\x{E01F}]|\x{E0C2}[\x{E085}\x{E0A0}]'
               || '|\x{E0E1}\x{E09A}\x{E080}'
               || '|\x{E0E2}\x{E080}[\x{E080}-\x{E08A}\x{E0A8}\x{E0A9}\x{E0AF}]'
               || '|\x{E0E2}\x{E081}\x{E09F}|\x{E0E3}\x{E080}\x{E080})+' AS space,
           list_filter(texts, lambda t: NOT regexp_full_match(t, a_param()))[1] AS first_fault
    FROM issue_value),
of_value AS (
    SELECT written, unnest(list_filter([
        if(fits AND NOT fits_6844, 'rfc6844_refuses', NULL),
        if(NOT fits AND fits_6844, 'rfc6844_accepts', NULL),
        if(issuer <> written_issuer, 'boulder_issuer_case', NULL),
        if(NOT fits AND is_utf8(v) AND regexp_full_match(
               regexp_replace(regexp_replace(v, '^' || space, ''), space || '$', ''), naming),
           'openmpic_space', NULL),
        if(NOT fits AND regexp_full_match(without_blanks(v), naming || ';'),
           'hickory_separator', NULL),
        if(fault = 'params' AND starts_with(first_fault, '='), 'boulder_param_empty', NULL)],
        lambda r: r IS NOT NULL)) AS rule
    FROM tried),
of_param AS (
    SELECT written, unnest(list_filter([
        if(contains(tag, '-'), 'boulder_param_hyphen', NULL),
        if(tag IN ('accounturi', 'validationmethods') AND tag <> written_tag,
           'boulder_param_case', NULL),
        if(tag IN ('accounturi', 'validationmethods'), 'openmpic_params', NULL),
        if(tag = 'validationmethods' AND regexp_matches(value, '^[A-Za-z0-9-]+,')
           AND NOT regexp_full_match(value, '[A-Za-z0-9-]+(?:,[A-Za-z0-9-]+)*'),
           'boulder_methods_first', NULL),
        if(tag = 'validationmethods' AND regexp_matches(value, '(?:^|,)ca-'),
           'boulder_methods_ca', NULL)], lambda r: r IS NOT NULL)) AS rule
    FROM parameter JOIN issue_value USING (written) WHERE issuer <> ''),
held AS (
    SELECT id, position, rule FROM of_head
    UNION
    SELECT id, position, rule
    FROM property JOIN (FROM of_value UNION FROM of_param) USING (written)
    WHERE tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc')),
each AS (FROM held UNION SELECT id, position, 'any' FROM held),
counted AS (
    SELECT scan_no, rule, count(DISTINCT id) AS names, count(*) AS records
    FROM each JOIN listed USING (id) GROUP BY ALL),
per_operator AS (
    SELECT scan_no, rule, operator, count(DISTINCT id) AS k FROM each JOIN listed USING (id)
    WHERE operator IS NOT NULL GROUP BY scan_no, rule, operator
    QUALIFY row_number() OVER (PARTITION BY scan_no, rule ORDER BY k DESC, operator) = 1)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'found' AS denominator_of,
       found AS denominator, rule.rule, software, effect, coalesce(names, 0) AS names,
       coalesce(records, 0) AS records,
       share(coalesce(names, 0), found) AS share_of_caa_names,
       operator AS top_operator, k AS top_operator_names, k / names AS top_operator_share
FROM base CROSS JOIN rule LEFT JOIN counted USING (scan_no, rule)
LEFT JOIN per_operator USING (scan_no, rule)
