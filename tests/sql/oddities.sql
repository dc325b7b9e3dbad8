-- Lints: (id, position, lint) of records, (id, lint) of sets and of the way to them. After
-- values.sql.

CREATE TABLE acme_method AS
SELECT * FROM read_csv('datasets/iana_acme_methods.csv', header = true, all_varchar = true);

-- Lints of an issue-type value, whatever its property.
CREATE TABLE value_lint AS
WITH issuer_of AS (
    SELECT DISTINCT written_issuer, issuer FROM issue_value WHERE issuer <> ''),
nearly AS (
    SELECT DISTINCT issuer FROM issuer_of JOIN identifier
        ON abs(length(issuer) - length(identifier)) <= 2 AND levenshtein(issuer, identifier) <= 2),
issuer_lint AS (
    SELECT written_issuer, unnest(list_filter([
        if(NOT contains(issuer, '.'), 'issuer_single_label', NULL),
        if(length(issuer) > 253 OR regexp_matches(issuer, '[^.]{64}'), 'issuer_not_dns_name', NULL),
        if(regexp_full_match(issuer, '(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])(?:\.|$)){4}')
           AND NOT ends_with(issuer, '.'), 'issuer_ip_literal', NULL),
        if(issuer <> written_issuer, 'issuer_not_lowercase', NULL),
        if(identifier IS NULL, 'unknown_issuer', NULL),
        if(identifier IS NULL AND issuer IN (FROM nearly), 'issuer_typo', NULL),
        if(contains(status, 'distrusted'), 'defunct_issuer', NULL)],
        lambda lint: lint IS NOT NULL)) AS lint
    FROM issuer_of LEFT JOIN identifier ON identifier = issuer),
-- Recognisable causes of a malformed issuer, in what stands before the first semicolon.
cause AS (
    SELECT written, unnest(list_filter([
        'value_malformed', if(fault = 'params', 'param_malformed', NULL),
        if(fault = 'domain' AND regexp_full_match(head, a_domain() || '\.'),
           'issuer_trailing_dot', NULL),
        if(fault = 'domain' AND contains(head, '/'), 'issuer_is_url', NULL),
        if(fault = 'domain' AND contains(head, '@'), 'issuer_is_email', NULL),
        if(fault = 'domain' AND regexp_full_match(head,
               '[ \t,]*' || a_domain() || '(?:[ \t,]+' || a_domain() || ')+[ \t,]*'),
           'issuer_multiple', NULL),
        if(fault = 'domain' AND head[1] IN ('"', ''''), 'issuer_quoted', NULL),
        if(fault = 'domain' AND starts_with(head, '*.'), 'issuer_wildcard', NULL)],
        lambda lint: lint IS NOT NULL)) AS lint
    FROM issue_value WHERE NOT fits),
of_octets AS (
    SELECT written, unnest(list_filter([
        if(regexp_matches(v, '[\x{E07F}-\x{E0FF}]'), 'value_non_ascii', NULL),
        if(regexp_matches(v, '[\x{E000}-\x{E01F}]'), 'value_control_char', NULL),
        if(fits AND without_blanks(v) NOT IN ('', v), 'value_padded', NULL)],
        lambda lint: lint IS NOT NULL)) AS lint
    FROM issue_value),
of_params AS (
    SELECT written, unnest(list_filter([
        if(count(DISTINCT tag) < count(*), 'param_duplicate', NULL),
        if(bool_or(issuer = ''), 'params_without_issuer', NULL),
        if(bool_or(tag <> written_tag AND tag IN ('accounturi', 'validationmethods')),
           'param_tag_not_lowercase', NULL),
        if(bool_or(tag IN ('account-uri', 'validation-methods')),
           'param_prestandard_spelling', NULL),
        if(count(*) FILTER (tag = 'accounturi') > 1, 'accounturi_duplicate', NULL),
        if(count(*) FILTER (tag = 'validationmethods') > 1, 'validationmethods_duplicate', NULL),
        if(bool_or(tag = 'accounturi' AND NOT has_form), 'accounturi_invalid', NULL),
        if(bool_or(tag = 'validationmethods' AND value = ''), 'validationmethods_empty', NULL),
        if(bool_or(tag = 'validationmethods' AND NOT has_form), 'validationmethods_invalid', NULL)],
        lambda lint: lint IS NOT NULL)) AS lint
    FROM parameter JOIN issue_value USING (written) GROUP BY written),
method AS (
    SELECT written, unnest(string_split(value, ',')) AS label FROM parameter
    WHERE tag = 'validationmethods' AND has_form AND value <> ''),
of_methods AS (
    SELECT written, 'validationmethods_not_lowercase' AS lint FROM method
    WHERE label <> lower(label)
    UNION ALL
    SELECT written, 'validationmethods_unregistered' FROM method
    WHERE NOT starts_with(lower(label), 'ca-')
      AND label NOT IN (SELECT acme_method.label FROM acme_method WHERE status = 'registered'))
SELECT written, lint FROM issue_value JOIN issuer_lint USING (written_issuer)
UNION SELECT * FROM cause UNION SELECT * FROM of_octets UNION SELECT * FROM of_params
UNION SELECT * FROM of_methods;

CREATE TABLE record_lint AS
WITH supported AS (SELECT tag FROM registry WHERE NOT reserved),
of_head AS (
    SELECT id, position, unnest(list_filter([
        if(malformed, 'rdata_malformed', NULL),
        if(malformed AND critical, 'critical_unknown', NULL),
        if(NOT malformed AND flags & 127 <> 0, 'flags_reserved_bits', NULL),
        if(NOT malformed AND flags = 1, 'flags_one_not_128', NULL),
        if(NOT malformed AND critical,
           if(tag IN (FROM supported), 'critical_on_known', 'critical_unknown'), NULL),
        if(NOT malformed AND meaning IS NULL, 'tag_unknown', NULL),
        if(reserved, 'tag_reserved', NULL),
        if(tag <> written_tag, 'tag_not_lowercase', NULL),
        if(length(tag) > 15, 'tag_longer_than_15', NULL)],
        lambda lint: lint IS NOT NULL)) AS lint
    FROM property LEFT JOIN registry USING (tag)),
of_iodef AS (
    SELECT id, position, CASE WHEN scheme = 'missing' THEN 'iodef_missing_scheme'
               WHEN scheme = 'other' THEN 'iodef_bad_scheme'
               WHEN scheme = 'http' AND usable THEN 'iodef_plain_http'
               WHEN NOT usable THEN 'iodef_malformed' END AS lint
    FROM property JOIN iodef_value USING (written) WHERE tag = 'iodef'),
-- An address of RFC 6532: letters beyond ASCII, a quoted local part, a domain in brackets.
of_contacts AS (
    SELECT id, position, tag || '_malformed' AS lint FROM (
        SELECT *, octets(written) AS v FROM property
        WHERE tag IN ('contactemail', 'contactphone'))
    WHERE CASE tag
          WHEN 'contactemail' THEN NOT (is_utf8(v) AND regexp_full_match(v,
              '(?:' || atoms('[A-Za-z0-9!#$%&''*+/=?^_`{|}~\x{E080}-\x{E0FF}-]')
              || '|"(?:[ \t!#-\[\]-~\x{E080}-\x{E0FF}]|\\[\t -~])*")@(?:'
              || atoms('[A-Za-z0-9!#$%&''*+/=?^_`{|}~\x{E080}-\x{E0FF}-]')
              || '|\[[!-Z^-~ \t]*\])'))
          ELSE NOT regexp_full_match(v,
              '\+[0-9(). -]*[0-9](?:;[A-Za-z0-9-]+(?:=[^;]+)?)*') END)
SELECT id, position, lint FROM property JOIN value_lint USING (written)
WHERE tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc')
UNION SELECT * FROM of_head UNION SELECT * FROM of_iodef WHERE lint IS NOT NULL
UNION SELECT * FROM of_contacts;

CREATE TABLE set_lint AS
WITH valued AS (
    SELECT id, tag, position, fits, issuer,
           CASE WHEN fits THEN issuer || chr(10) || array_to_string(list_sort(list_transform(
               params, lambda p: lower(p.tag) || '=' || p.value)), chr(10)) END AS says
    FROM property JOIN issue_value USING (written)
    WHERE tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc')),
per_property AS (
    SELECT id, unnest(list_filter([
        if(NOT bool_or(fits), 'malformed_denies_all', NULL),
        if(bool_or(issuer <> '') AND bool_or(issuer = ''), 'deny_all_ineffective', NULL),
        if(count(DISTINCT says) < count(says), 'duplicate_record', NULL)],
        lambda lint: lint IS NOT NULL)) AS lint
    FROM valued GROUP BY id, tag),
per_set AS (
    SELECT id, coalesce(bool_or(tag = 'issue'), false) AS issue,
           coalesce(bool_or(tag = 'issuewild'), false) AS wild,
           -- As texts: DuckDB 1.5 was seen to miss that two lists are equal.
           array_to_string(list_sort(list(DISTINCT coalesce(says, '(malformed)'))
                                     FILTER (tag = 'issue')), ' and ') AS hosts,
           array_to_string(list_sort(list(DISTINCT coalesce(says, '(malformed)'))
                                     FILTER (tag = 'issuewild')), ' and ') AS wilds
    FROM (SELECT id FROM listed WHERE found) LEFT JOIN valued USING (id) GROUP BY id),
way AS (
    SELECT id, unnest(list_filter([
        if(depth > 0 AND (registrable IS NULL OR length(found_at) < length(registrable)),
           'found_at_public_suffix', NULL),
        if(rrset_owner <> found_at AND rrset_owner <> coalesce(registrable, name)
           AND NOT ends_with(rrset_owner, '.' || coalesce(registrable, name)),
           'cname_delegates_policy', NULL),
        if(len(list_filter(notes, lambda n: n.kind = 'ns_inconsistent')) > 0, 'ns_inconsistent',
           NULL),
        if(dnssec = 'insecure', 'unsigned_set', NULL)], lambda lint: lint IS NOT NULL)) AS lint
    FROM listed WHERE found)
SELECT * FROM per_property
UNION SELECT id, 'nonrestrictive_set' FROM per_set WHERE NOT issue AND NOT wild
UNION SELECT id, 'issuewild_without_issue' FROM per_set WHERE wild AND NOT issue
UNION SELECT id, 'issuewild_redundant' FROM per_set WHERE wild AND issue AND hosts = wilds
UNION SELECT * FROM way
UNION
SELECT listed.id, 'accounturi_unsigned' FROM listed JOIN property ON property.id = listed.id
JOIN parameter USING (written)
WHERE dnssec = 'insecure' AND parameter.tag = 'accounturi'
  AND property.tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc');
