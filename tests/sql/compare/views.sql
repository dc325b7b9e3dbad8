-- The names of several scans side by side: the record of each that counts, its set in one form and
-- as text, and what it permits. After names.sql and values.sql, and a table side (side, scan_id)
-- that check_compare_sql.py has made.

CREATE TABLE scan_of AS
SELECT side, scan_id, min(date) AS date, any_value(mode) AS mode, any_value(vantage) AS vantage
FROM side JOIN scan USING (scan_id) GROUP BY ALL;

-- Of several records of a name the one of the latest pass, then that of the first row.
CREATE TABLE named AS
SELECT side, listed.*, row_number() OVER (PARTITION BY side, name ORDER BY pass DESC, row) AS nth
FROM listed JOIN side ON side.scan_id = listed.scan WHERE name IS NOT NULL;

CREATE MACRO characters(v) AS if(v = '', [], string_split(v, ''));
CREATE MACRO octet_of(c) AS if(ord(c) >= 57344, ord(c) - 57344, ord(c));
-- What octets sort by, and how a text of a set shows them.
CREATE MACRO by_octets(v) AS array_to_string(
    list_transform(characters(v), lambda c: lpad(hex(octet_of(c)), 2, '0')), '');
CREATE MACRO shown(v) AS array_to_string(list_transform(characters(v), lambda c:
    CASE WHEN c BETWEEN ' ' AND '~' AND c NOT IN ('\', '|') THEN c
         ELSE '\' || lpad(CAST(octet_of(c) AS VARCHAR), 3, '0') END), '');
CREATE MACRO hex(n) AS printf('%02x', CAST(n AS INTEGER));
CREATE MACRO with_params(issuer, texts) AS
    if(issuer = '', ';', issuer)
    || CASE WHEN len(texts) = 0 THEN '' ELSE if(issuer = '', ' ', '; ') END
    || array_to_string(texts, '; ');

-- Records without what makes no difference: order, TTL, being there twice, the case of tags, issuers
-- and parameter names, blanks around them; of malformed RDATA all but its error and critical bit.
CREATE TABLE formed AS
SELECT DISTINCT id, malformed, critical,
       coalesce(list_position(['rdata_empty', 'rdata_too_short', 'tag_len_zero', 'tag_overrun',
                               'tag_bad_char'], rdata_error), 0) AS error,
       rdata_error, if(malformed, if(critical, 128, 0), flags) AS flags, coalesce(tag, '') AS tag,
       coalesce(if(fits, with_params(issuer, list_transform(params, lambda p:
                       lower(p.tag) || '=' || p.value)), octets(property.written)), '') AS form,
       if(fits, with_params(issuer, list_transform(params, lambda p:
              lower(p.tag) || '=' || if(lower(p.tag) = 'accounturi', '*', p.value))), NULL) AS hiding
FROM property LEFT JOIN issue_value
    ON issue_value.written = property.written
   AND tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc') AND NOT malformed;

-- Sets as text. Masked is what differs from customer to customer of an operator.
CREATE TABLE set_text AS
WITH line AS (
    SELECT *, flags || ' ' || if(malformed, rdata_error, tag || ' ' || shown(form)) AS line,
           flags || ' ' || CASE
               WHEN malformed THEN rdata_error
               WHEN tag IN ('iodef', 'contactemail', 'contactphone') THEN tag || ' *'
               ELSE tag || ' ' || shown(coalesce(hiding, form)) END AS masked
    FROM formed)
SELECT id, string_agg(line, ' | ' ORDER BY tag, by_octets(form), error, flags) AS text,
       string_agg(masked, ' | ' ORDER BY tag, by_octets(form), error, flags) AS masked
FROM line GROUP BY id;

-- Sets that are equal have the text in common, and so what they permit: that of one of them.
CREATE TABLE view AS
SELECT side, named.id, name, row, scan, vantage, outcome, error_class, found_at, rrset_owner,
       operator, timestamp, retries, dnssec, ds, nth,
       len(list_filter(notes, lambda n: n.kind = 'ns_inconsistent')) > 0 AS inconsistent,
       CASE WHEN outcome = 'indeterminate' THEN 'failed: ' || error_class
            ELSE coalesce(text, 'empty') END AS text,
       CASE WHEN outcome = 'indeterminate' THEN 'failed: ' || error_class
            ELSE coalesce(masked, 'empty') END AS masked,
       min(named.id) OVER (PARTITION BY coalesce(text, 'empty'), outcome) AS set_id
FROM named LEFT JOIN set_text USING (id);

-- The property that decides about each kind, and the CAs that it names, with the accounts and
-- methods that they may use (RFC 8657). NULL is all of them.
CREATE TABLE ruling AS
SELECT id, kind, tag FROM has_property
JOIN (VALUES ('issue', 'issue'), ('issuewild', 'wild'), ('issuemail', 'mail'), ('issuevmc', 'vmc'))
    AS kinds (tag, kind) USING (tag)
UNION ALL
SELECT id, 'wild', 'issue' FROM has_property WHERE tag = 'issue'
   AND id NOT IN (SELECT id FROM has_property WHERE tag = 'issuewild');

CREATE MACRO values_of(params, name) AS list_transform(
    list_filter(params, lambda p: lower(p.tag) = name), lambda p: p.value);
CREATE TABLE naming_record AS
SELECT DISTINCT ruling.id, kind, property.flags, issuer,
       coalesce('operator ' || ca_operator, 'identifier ' || issuer) AS who,
       values_of(params, 'accounturi')[1] AS account,
       values_of(params, 'validationmethods')[1] AS methods,
       array_to_string(list_transform(list_filter(params, lambda p:
           lower(p.tag) NOT IN ('accounturi', 'validationmethods')),
           lambda p: lower(p.tag) || '=' || p.value), ';') AS own
FROM ruling JOIN property USING (id, tag) JOIN issue_value USING (written)
LEFT JOIN identifier ON identifier = issuer
WHERE NOT malformed AND issuer <> '' AND written NOT IN (SELECT written FROM unsatisfiable);

CREATE MACRO policy_kinds() AS TABLE SELECT unnest(['issue', 'wild', 'mail', 'vmc']) AS kind;
CREATE TABLE permission AS
SELECT set_id AS id, kinds.kind, coalesce(policy, 'unrestricted') AS policy,
       count(who) > 64 OR coalesce(max(length(methods)), 0) > 512 AS too_long
FROM (SELECT DISTINCT set_id FROM view) AS sets CROSS JOIN policy_kinds() AS kinds
LEFT JOIN meaning ON meaning.id = set_id AND meaning.kind = kinds.kind
LEFT JOIN naming_record ON naming_record.id = set_id AND naming_record.kind = kinds.kind
GROUP BY set_id, kinds.kind, policy;

CREATE TABLE atom AS
SELECT DISTINCT id, kind, who, own, account,
       unnest(CASE WHEN methods IS NULL THEN [NULL] ELSE string_split(methods, ',') END) AS method
FROM naming_record JOIN permission USING (id, kind) WHERE policy = 'allow_list';
