-- What several vantages see of each name and CA, and what the Baseline Requirements (3.2.2.9) make of
-- it. After views.sql. check_compare_sql.py has made: vantage_place (vantage, rir, lat, lon), and the
-- variables rule_date (NULL: the first day of the primary's scan), kind, ca (its identifiers, or
-- none) and failures_permit.

CREATE TABLE setup AS
SELECT scan_id, date, mode, vantage, coalesce(getvariable('rule_date'), date) AS rule_date,
       getvariable('kind') AS kind, getvariable('ca')[1] AS ca, (SELECT count(*) FROM side) AS sides
FROM scan_of WHERE side = 0;
CREATE MACRO heads() AS TABLE SELECT * EXCLUDE (sides) FROM setup;

-- What holds from a day on.
CREATE TABLE rule AS
SELECT * FROM (VALUES ('0000-00-00', 0, false, 1), ('2025-03-15', 2, false, 1),
                      ('2025-09-15', 2, true, 1), ('2026-03-15', 3, true, 2),
                      ('2026-06-15', 4, true, 2), ('2026-12-15', 5, true, 2))
    AS rules (since, remotes, enforced, regions)
WHERE since <= (SELECT rule_date FROM setup) ORDER BY since DESC LIMIT 1;

-- A failure may count as permission: something was asked again for the name, or the level that failed
-- more than once; it is not the scanner's own; and the domain is unsigned.
CREATE TABLE seen AS
WITH level AS (SELECT id, error_at, unnest(levels) AS level FROM listed),
retried AS (SELECT DISTINCT id FROM level WHERE level.name = error_at AND level.attempts > 1)
SELECT side, view.id, name, outcome, text, set_id, inconsistent, operator,
       outcome = 'indeterminate' AND (retries > 0 OR id IN (FROM retried))
       AND error_class NOT IN ('local_error', 'net_unreachable', 'work_limit', 'recursion_limit',
                               'dnssec_bogus', 'dnssec_indeterminate')
       AND (dnssec = 'insecure' OR dnssec = 'unchecked' AND ds = 'absent') AS may_permit
FROM view WHERE nth = 1;

CREATE TABLE presence AS
SELECT name, CASE WHEN count(*) < any_value(sides) THEN 'not_in_all_scans'
                  WHEN bool_or(outcome = 'skipped') THEN 'not_asked' ELSE 'compared' END AS presence
FROM seen CROSS JOIN setup GROUP BY name;

-- The CAs that a name is judged for: those that a set names for the kind, and one that none does.
CREATE TABLE candidate AS
WITH named AS (
    SELECT DISTINCT seen.name, coalesce(ca_operator, issuer) AS ca,
           coalesce('operator ' || ca_operator, 'identifier ' || issuer) AS who
    FROM seen JOIN ruling ON ruling.id = seen.set_id AND kind = getvariable('kind')
    JOIN property ON property.id = ruling.id AND property.tag = ruling.tag AND NOT malformed
    JOIN issue_value USING (written) LEFT JOIN identifier ON identifier = issuer
    WHERE issuer <> '')
SELECT name, ca, [who] AS who
FROM named JOIN presence USING (name)
WHERE presence = 'compared' AND len(getvariable('ca')) = 0
UNION ALL
SELECT name, '(any other)', [] FROM presence
WHERE presence = 'compared' AND len(getvariable('ca')) = 0
UNION ALL
SELECT name, getvariable('ca')[1], getvariable('ca') FROM presence
WHERE presence = 'compared' AND len(getvariable('ca')) > 0;

-- A CA given on the command line goes by those identifiers and no others.
CREATE TABLE result AS
WITH allowed AS (
    SELECT id, list(DISTINCT if(len(getvariable('ca')) > 0, issuer, who)) AS who
    FROM naming_record WHERE kind = getvariable('kind') GROUP BY id)
SELECT name, ca, side, CASE
           WHEN outcome = 'indeterminate'
           THEN if(may_permit AND getvariable('failures_permit'), 'failed_permits', 'failed')
           WHEN policy = 'unrestricted' THEN 'permit'
           WHEN policy = 'allow_list' AND list_has_any(candidate.who, coalesce(allowed.who, []))
           THEN 'permit' ELSE 'deny' END AS result
FROM candidate JOIN seen USING (name)
JOIN permission ON permission.id = set_id AND permission.kind = getvariable('kind')
LEFT JOIN allowed ON allowed.id = set_id;

CREATE TABLE judged AS
WITH permits AS (
    SELECT name, ca, side, result, rir, result IN ('permit', 'failed_permits') AS yes
    FROM result JOIN scan_of USING (side) JOIN vantage_place USING (vantage)),
counted AS (
    SELECT name, ca, max(result) FILTER (side = 0) AS "primary", bool_or(yes) FILTER (side = 0) AS yes,
           count(*) FILTER (side > 0 AND yes) AS corroborating,
           count(*) FILTER (side > 0 AND NOT yes) AS others,
           count(DISTINCT rir) FILTER (side > 0 AND yes) AS regions
    FROM permits GROUP BY name, ca),
reasoned AS (
    SELECT counted.*, CASE
               WHEN NOT yes THEN if("primary" = 'deny', 'primary_denies', 'primary_failed')
               WHEN rule.remotes = 0 THEN 'no_duty'
               WHEN corroborating + others < rule.remotes THEN 'too_few_remotes'
               WHEN NOT enforced THEN 'not_enforced'
               WHEN others > CASE WHEN corroborating + others < 2 THEN 0
                                  WHEN corroborating + others < 6 THEN 1 ELSE 2 END
               THEN 'no_quorum'
               WHEN counted.regions < rule.regions THEN 'one_region'
               ELSE 'quorum' END AS reason
    FROM counted CROSS JOIN rule)
SELECT *, reason IN ('no_duty', 'not_enforced', 'quorum') AS allowed,
       CASE WHEN if(yes, others, corroborating) = 0 THEN 'agree'
            WHEN NOT yes THEN 'primary_stricter'
            WHEN reason IN ('no_duty', 'not_enforced', 'quorum') THEN 'hidden_by_quorum'
            ELSE 'blocked_by_quorum' END AS class
FROM reasoned;

CREATE TABLE worst AS
SELECT name, max(list_position(['agree', 'primary_stricter', 'hidden_by_quorum',
                                'blocked_by_quorum'], class)) AS place
FROM judged GROUP BY name;
CREATE TABLE of_name AS
SELECT name, place, ['agree', 'primary_stricter', 'hidden_by_quorum', 'blocked_by_quorum'][place]
       AS class, bool_or(inconsistent) AS inconsistent,
       max(operator) FILTER (side = 0) AS operator,
       string_agg(vantage || ': ' || text, ' || ' ORDER BY side) AS sets
FROM worst JOIN seen USING (name) JOIN scan_of USING (side) GROUP BY name, place;

CREATE MACRO compared() AS (SELECT count(*) FROM presence WHERE presence = 'compared');
-- Along a great circle.
CREATE MACRO km(a, b) AS 2 * 6371 * asin(sqrt(
    sin(radians(b.lat - a.lat) / 2) ** 2
    + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(radians(b.lon - a.lon) / 2) ** 2));
