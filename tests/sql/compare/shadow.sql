-- What a set does to the one that it hides. After shadow_pairs.sql and order.sql.

CREATE TABLE related AS
SELECT name, s, a, CASE
           WHEN s.outcome = 'indeterminate' THEN 'failed'
           WHEN a.outcome = 'indeterminate' THEN 'ancestor_failed'
           WHEN s.outcome = 'empty' THEN if(a.outcome = 'found', 'contradicts', 'no_set')
           WHEN a.name = s.found_at OR ends_with(a.name, '.' || s.found_at) THEN 'inherits'
           WHEN a.outcome = 'found' THEN 'hides' ELSE 'hides_nothing' END AS relation
FROM pair;

CREATE TABLE hiding AS
WITH has AS (
    SELECT id, bool_or(NOT malformed AND tag = 'issuewild') AS issuewild,
           bool_or(NOT malformed AND tag = 'issue') AS issue,
           bool_or(NOT malformed AND tag IN ('issuemail', 'issuevmc')) AS mail_or_vmc,
           bool_or(NOT malformed AND tag IN ('contactemail', 'contactphone')) AS contact,
           bool_and(NOT malformed AND tag = 'iodef') AS iodef
    FROM property GROUP BY id)
SELECT related.*, CASE WHEN issuewild THEN 'issuewild' WHEN issue THEN 'no_issuewild'
                       WHEN mail_or_vmc THEN 'mail_or_vmc_only' WHEN iodef THEN 'iodef_only'
                       WHEN contact THEN 'other' ELSE 'unknown_only' END AS content
FROM related JOIN has ON has.id = s.set_id WHERE relation = 'hides';

CREATE TABLE effect AS
SELECT hiding.*, wider.kind, CASE
           WHEN wider.holds AND narrower.holds THEN 'keeps'
           WHEN wider.holds THEN if(policy = 'unrestricted', 'undoes', 'widens')
           WHEN narrower.holds THEN 'narrows' ELSE 'differs' END AS effect
FROM hiding JOIN within AS wider ON wider.a = hiding.a.set_id AND wider.b = s.set_id
JOIN within AS narrower ON narrower.a = s.set_id AND narrower.b = hiding.a.set_id
                       AND narrower.kind = wider.kind
JOIN permission ON permission.id = s.set_id AND permission.kind = wider.kind
WHERE wider.kind IN ('issue', 'wild');

CREATE MACRO one_scan() AS TABLE
SELECT scan_id, date, mode, vantage, 'name' AS unit FROM scan_of WHERE side = 0;
