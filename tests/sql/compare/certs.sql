-- Certificates beside scans of several times. After views.sql and certs_list.sql. The variable until is
-- the end of the list, or NULL.

CREATE TABLE look AS
SELECT name, date_trunc('second', timestamp) AS moment, outcome, text, set_id, inconsistent,
       outcome <> 'indeterminate' AS answered, outcome <> 'indeterminate' AND NOT inconsistent AS clear
FROM view WHERE nth = 1 AND outcome <> 'skipped';

-- The last look up to notBefore and the first one behind it.
CREATE TABLE judged AS
WITH sided AS (
    SELECT certificate.*, b, a, coalesce(b, a) AS deciding
    FROM certificate
    LEFT JOIN (SELECT number, max_by(look, moment) AS b FROM certificate JOIN look USING (name)
               WHERE moment <= not_before GROUP BY number) USING (number)
    LEFT JOIN (SELECT number, min_by(look, moment) AS a FROM certificate JOIN look USING (name)
               WHERE moment > not_before GROUP BY number) USING (number)),
checked AS (
    SELECT number, side, reason_of(l.outcome, permission.policy,
               EXISTS (FROM named_for WHERE named_for.id = l.set_id AND named_for.kind = w.kind
                       AND named_for.ca_operator = w.ca_operator),
               EXISTS (FROM named_for WHERE named_for.id = l.set_id AND named_for.kind = w.kind))
               AS reason
    FROM (SELECT number, 'b' AS side, kind, ca_operator, b AS l FROM sided
          UNION ALL SELECT number, 'a', kind, ca_operator, a FROM sided) AS w
    LEFT JOIN permission ON permission.id = l.set_id AND permission.kind = w.kind
    WHERE l IS NOT NULL),
-- From the deciding look on: did the set change?
later AS (
    SELECT number, list(DISTINCT look.text) FILTER (look.clear) AS clear_texts,
           list(DISTINCT look.text) FILTER (look.answered) AS texts,
           bool_or(look.answered AND look.moment > not_before) AS answered_later
    FROM sided JOIN look USING (name) WHERE look.moment >= deciding.moment GROUP BY number)
SELECT sided.*, before.reason AS before_reason, after.reason AS after_reason,
       verdict_of(before.reason, ca_operator) AS before_verdict,
       verdict_of(after.reason, ca_operator) AS after_verdict,
       CASE WHEN deciding IS NULL THEN 'not_in_scan'
            ELSE verdict_of(coalesce(before.reason, after.reason), ca_operator) END AS verdict,
       CASE WHEN b IS NULL OR a IS NULL OR NOT b.answered OR NOT a.answered THEN NULL
            WHEN b.text = a.text THEN 'no'
            WHEN b.clear AND a.clear THEN 'yes' END AS between_looks,
       CASE WHEN len(clear_texts) > 1 THEN 'yes'
            WHEN b.answered AND answered_later AND len(texts) = 1 THEN 'no' END AS since
FROM sided LEFT JOIN (FROM checked WHERE side = 'b') AS before USING (number)
LEFT JOIN (FROM checked WHERE side = 'a') AS after USING (number)
LEFT JOIN later USING (number);

-- A CA operator, a kind, and two looks of which the later permits it no more.
CREATE TABLE removal AS
WITH clear_look AS (
    SELECT name, moment, text, set_id, row_number() OVER (PARTITION BY name ORDER BY moment) AS place
    FROM look WHERE clear AND name IN (SELECT name FROM certificate)),
permit AS (
    SELECT name, place, moment, text, kind, ca_operator,
           named_for.id IS NOT NULL AND policy <> 'deny_all_critical' AS named,
           policy = 'unrestricted' OR policy <> 'deny_all_critical' AND named_for.id IS NOT NULL
               AS permits
    FROM clear_look JOIN permission ON permission.id = set_id AND kind IN ('issue', 'wild')
    CROSS JOIN (SELECT DISTINCT ca_operator FROM identifier) AS operators
    LEFT JOIN named_for USING (kind, ca_operator, id)),
step AS (
    SELECT f.name, f.kind, f.ca_operator, f.named, f.moment AS from_at, f.text AS from_set,
           t.moment AS to_at, t.text AS to_set, t.place
    FROM permit AS f JOIN permit AS t USING (name, kind, ca_operator)
    WHERE t.place = f.place + 1 AND f.permits AND NOT t.permits),
again AS (
    SELECT step.name, step.kind, ca_operator, step.place, min(permit.place) AS again
    FROM step JOIN permit USING (name, kind, ca_operator)
    WHERE permit.place > step.place AND permit.permits GROUP BY ALL),
list_end AS (SELECT coalesce(CAST(getvariable('until') AS TIMESTAMP), max(not_before)) AS until
             FROM certificate),
followed AS (
    SELECT step.*, again IS NOT NULL AS permitted_again,
           if(again IS NULL, until, least(until, clear_look.moment)) AS followed_until
    FROM step LEFT JOIN again USING (name, kind, ca_operator, place)
    LEFT JOIN clear_look ON clear_look.name = step.name AND clear_look.place = again - 1
    CROSS JOIN list_end),
certified AS (
    SELECT followed.*,
           (SELECT count(*) FROM certificate AS c WHERE c.name = followed.name
            AND c.kind = followed.kind AND c.ca_operator = followed.ca_operator) AS certs,
           (SELECT max(not_before) FROM certificate AS c WHERE c.name = followed.name
            AND c.kind = followed.kind AND c.ca_operator = followed.ca_operator
            AND c.not_before <= followed_until) AS last
    FROM followed)
SELECT *, if(named, 'named', 'open') AS was,
       CASE WHEN followed_until <= to_at THEN 'not_followed' WHEN last IS NULL THEN 'no_certificate'
            WHEN last <= from_at THEN 'last_before' WHEN last <= to_at THEN 'last_between'
            ELSE 'last_after' END AS lag,
       CAST(epoch(last) - epoch(to_at) AS BIGINT) AS lag_lo,
       CAST(epoch(last) - epoch(from_at) AS BIGINT) AS lag_hi,
       CAST(epoch(followed_until) - epoch(to_at) AS BIGINT) AS followed
FROM certified WHERE certs > 0 OR named AND kind = 'issue';

CREATE MACRO ends() AS TABLE
SELECT arg_max(scan_id, began) AS scan_id, arg_min(scan_id, began) AS from_scan_id FROM scan;
CREATE MACRO heads() AS TABLE
SELECT ends.scan_id, from_scan_id, l.date, f.date AS from_date, l.mode, l.vantage,
       (SELECT count(*) FROM side) AS scans
FROM ends() AS ends JOIN scan_of AS l ON l.scan_id = ends.scan_id
JOIN scan_of AS f ON f.scan_id = from_scan_id;
