-- What the records of sets say: the grammar of values (RFC 8659, RFC 9495, RFC 8657), who is named,
-- what a set permits. After names.sql.

CREATE TABLE identifier AS
SELECT * FROM read_csv('datasets/ca_identifiers.csv', header = true, all_varchar = true);
CREATE TABLE registry AS
SELECT tag, meaning, meaning = 'Reserved' AS reserved
FROM read_csv('datasets/iana_caa_properties.csv', header = true, all_varchar = true);

-- A text of a record in pieces: octets as they are, \\ and \nnn.
CREATE MACRO pieces(text) AS regexp_extract_all(text, '\\(?:\\|\d{3})|[^\\]');
-- One character for each octet: U+E000 + nnn for those that are no printable ASCII, TAB apart. So
-- blanks, letters and signs are themselves, and nothing else is.
CREATE MACRO octets(text) AS array_to_string(list_transform(pieces(text), lambda t:
    CASE WHEN t = '\\' THEN '\' WHEN t = '\009' OR t BETWEEN '\032' AND '\126'
         THEN chr(CAST(t[2:] AS INTEGER))
         WHEN t[1] = '\' THEN chr(57344 + CAST(t[2:] AS INTEGER)) ELSE t END), '');
-- As caascan writes it, whoever escaped what need not be.
CREATE MACRO rewritten(text) AS array_to_string(list_transform(pieces(text), lambda t:
    CASE WHEN t = '\092' THEN '\\' WHEN t BETWEEN '\032' AND '\126'
         THEN chr(CAST(t[2:] AS INTEGER)) ELSE t END), '');
CREATE MACRO without_blanks(text) AS trim(text, ' ' || chr(9));

CREATE MACRO a_label() AS '[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?';
CREATE MACRO a_domain() AS a_label() || '(?:\.' || a_label() || ')*';
CREATE MACRO a_param() AS '(' || a_label() || ')[ \t]*=[ \t]*([!-:<-~]*)';
CREATE MACRO a_uri() AS
    '[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&''()*+,;=\[\]-]|%[0-9A-Fa-f]{2})*';

CREATE TABLE property AS
SELECT scan_no, id, position, r.flags, r.tag AS written_tag, lower(r.tag) AS tag,
       r.value AS written, r.rdata_error IS NOT NULL AS malformed, r.rdata_error,
       CASE WHEN r.rdata_error IS NULL THEN r.flags >= 128
            ELSE regexp_matches(r.rdata, '^[89a-fA-F]') END AS critical
FROM (SELECT scan_no, id, unnest(caa) AS r, unnest(range(1, len(caa) + 1)) AS position
      FROM listed WHERE found);

-- Every value that an issue-type property has, taken apart.
CREATE TABLE issue_value AS
WITH different AS (
    SELECT written, octets(written) AS v FROM (
        SELECT DISTINCT written FROM property
        WHERE tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc'))),
cut AS (
    SELECT *, without_blanks(regexp_extract(v, '^[^;]*')) AS head,
           CASE WHEN without_blanks(regexp_extract(v, '^[^;]*;((?s).*)$', 1)) = '' THEN []
                ELSE list_transform(string_split(regexp_extract(v, '^[^;]*;((?s).*)$', 1), ';'),
                                    lambda t: without_blanks(t)) END AS texts
    FROM different),
judged AS (
    SELECT *, CASE
               WHEN head <> '' AND NOT regexp_full_match(head, a_domain()) THEN 'domain'
               WHEN len(list_filter(texts, lambda t: NOT regexp_full_match(t, a_param()))) > 0
               THEN 'params' END AS fault
    FROM cut)
SELECT written, v, head, texts, fault, fault IS NULL AS fits,
       CASE WHEN fault IS NULL THEN head ELSE '' END AS written_issuer,
       CASE WHEN fault IS NULL THEN lower(head) ELSE '' END AS issuer,
       CASE WHEN fault IS NULL THEN list_transform(texts, lambda t: {
                'tag': regexp_extract(t, '^' || a_param() || '$', 1),
                'value': regexp_extract(t, '^' || a_param() || '$', 2)})
            ELSE [] END AS params
FROM judged;

-- Parameters of RFC 8657: has a value the form, and can any account and method satisfy it?
CREATE TABLE parameter AS
SELECT written, tag AS written_tag, lower(tag) AS tag, value,
       CASE lower(tag) WHEN 'accounturi' THEN regexp_full_match(value, a_uri())
            WHEN 'validationmethods'
            THEN value = '' OR regexp_full_match(value, '[A-Za-z0-9-]+(?:,[A-Za-z0-9-]+)*') END
           AS has_form
FROM (SELECT written, unnest(params, recursive := true) FROM issue_value);

CREATE TABLE unsatisfiable AS
SELECT written, tag FROM parameter WHERE tag IN ('accounturi', 'validationmethods')
GROUP BY ALL HAVING count(*) > 1 OR bool_or(NOT has_form OR value = '');

-- An identifier stands for its operator, or for itself where none is known.
CREATE TABLE naming AS
SELECT DISTINCT scan_no, id, tag, issuer, ca_operator,
       coalesce('operator ' || ca_operator, 'identifier ' || issuer) AS who
FROM property JOIN issue_value USING (written) LEFT JOIN identifier ON identifier = issuer
WHERE NOT malformed AND tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc') AND issuer <> '';

CREATE TABLE has_property AS
SELECT DISTINCT scan_no, id, tag FROM property
WHERE tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc');
CREATE TABLE property_base AS
SELECT scan_no, tag, count(*) AS names FROM has_property GROUP BY ALL;

-- What a set means for each kind of certificate. For wild, issuewild decides where there is one.
CREATE TABLE meaning AS
WITH deciding AS (
    SELECT id, kind, tag FROM has_property
    JOIN (VALUES ('issue', 'issue'), ('issuewild', 'wild'), ('issuemail', 'mail'),
                 ('issuevmc', 'vmc')) AS kinds (tag, kind) USING (tag)
    UNION ALL
    SELECT id, 'wild', 'issue' FROM has_property WHERE tag = 'issue'
       AND id NOT IN (SELECT id FROM has_property WHERE tag = 'issuewild')),
denied AS (
    SELECT id,
           bool_or(critical AND (malformed OR tag NOT IN (
               SELECT registry.tag FROM registry WHERE NOT reserved))) AS by_all,
           bool_or(critical AND (malformed OR tag NOT IN ('issue', 'issuewild', 'iodef')))
               AS by_minimal
    FROM property GROUP BY id)
SELECT listed.scan_no, listed.id, kind,
       coalesce(bool_or(by_minimal AND NOT by_all), false) AS minimal_denied,
       CASE WHEN bool_or(by_all) THEN 'deny_all_critical'
            WHEN any_value(deciding.tag) IS NULL THEN 'unrestricted'
            WHEN count(who) = 0 THEN 'deny_all' ELSE 'allow_list' END AS policy,
       count(DISTINCT who) AS operators
FROM listed CROSS JOIN (SELECT unnest(['issue', 'wild', 'mail', 'vmc']) AS kind)
LEFT JOIN denied USING (id) LEFT JOIN deciding USING (id, kind)
LEFT JOIN naming ON naming.id = listed.id AND naming.tag = deciding.tag
WHERE found GROUP BY listed.scan_no, listed.id, kind;

-- Octets of UTF-8 as octets() gives them.
CREATE MACRO is_utf8(v) AS regexp_full_match(v,
    '(?:[^\x{E080}-\x{E0FF}]|[\x{E0C2}-\x{E0DF}][\x{E080}-\x{E0BF}]'
    || '|\x{E0E0}[\x{E0A0}-\x{E0BF}][\x{E080}-\x{E0BF}]'
    || '|[\x{E0E1}-\x{E0EC}\x{E0EE}\x{E0EF}][\x{E080}-\x{E0BF}]{2}'
    || '|\x{E0ED}[\x{E080}-\x{E09F}][\x{E080}-\x{E0BF}]'
    || '|\x{E0F0}[\x{E090}-\x{E0BF}][\x{E080}-\x{E0BF}]{2}'
    || '|[\x{E0F1}-\x{E0F3}][\x{E080}-\x{E0BF}]{3}'
    || '|\x{E0F4}[\x{E080}-\x{E08F}][\x{E080}-\x{E0BF}]{2})*');

-- Atoms with dots between, as in an address (RFC 5322, section 3.2.3) and in a mailto URL
-- (RFC 6068).
CREATE MACRO atoms(letters) AS letters || '+(?:\.' || letters || '+)*';
CREATE MACRO an_address() AS
    atoms('[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]') || '@' || atoms('[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]');
CREATE MACRO a_mailto() AS
    atoms('(?:[A-Za-z0-9!$''*+_~-]|%[0-9A-Fa-f]{2})') || '@'
    || atoms('(?:[A-Za-z0-9!$''*+_~-]|%[0-9A-Fa-f]{2})');

-- Values of iodef: the scheme, whether it is a usable URL of it, and the host that it reports to.
CREATE TABLE iodef_value AS
WITH different AS (
    SELECT written, octets(written) AS v
    FROM (SELECT DISTINCT written FROM property WHERE tag = 'iodef')),
named AS (
    SELECT *, CASE WHEN NOT regexp_full_match(v, a_uri())
                   THEN if(regexp_full_match(v, an_address()), 'missing', 'no_uri')
                   WHEN lower(regexp_extract(v, '^[^:]*')) IN ('mailto', 'http', 'https')
                   THEN lower(regexp_extract(v, '^[^:]*'))
                   ELSE 'other' END AS scheme
    FROM different),
host_of AS (
    SELECT *, lower(CASE
               WHEN scheme = 'mailto'
               THEN regexp_extract(string_split(string_split(v[8:], '?')[1], ',')[1], '[^@]*$')
               WHEN scheme IN ('http', 'https')
               THEN regexp_replace(regexp_extract(v, '^[^:]+://(?:[^/?#]*@)?([^/?#@]*)', 1),
                                   ':[0-9]*$', '') END) AS host
    FROM named)
SELECT *, CASE scheme
               WHEN 'mailto'
               THEN len(list_filter(string_split(string_split(v[8:], '?')[1], ','),
                                    lambda a: NOT regexp_full_match(a, a_mailto()))) = 0
               WHEN 'http' THEN host <> '' WHEN 'https' THEN host <> ''
               ELSE false END AS usable
FROM host_of;
