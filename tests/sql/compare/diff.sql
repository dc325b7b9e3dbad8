-- What became of each name from side 0 to side 1. After views.sql.

CREATE TABLE pair AS
SELECT o.name AS name, o, n
FROM (FROM view WHERE side = 0 AND nth = 1) AS o
JOIN (FROM view WHERE side = 1 AND nth = 1) AS n ON n.name = o.name;

CREATE TABLE sets AS
SELECT DISTINCT o.set_id AS a, n.set_id AS b FROM pair
WHERE o.outcome IN ('found', 'empty') AND n.outcome IN ('found', 'empty');

-- Is all that a permits permitted by b, for certificates of the kind?
CREATE TABLE within AS
WITH both_ways AS (SELECT a, b FROM sets UNION SELECT b, a FROM sets),
left_out AS (
    SELECT DISTINCT both_ways.a, both_ways.b, had.kind
    FROM both_ways JOIN atom AS had ON had.id = both_ways.a
    ANTI JOIN atom AS has ON has.id = both_ways.b AND has.kind = had.kind AND has.who = had.who
        AND has.own = had.own AND (has.account IS NULL OR has.account = had.account)
        AND (has.method IS NULL OR has.method = had.method))
SELECT both_ways.a, both_ways.b, bool_and(
           CASE WHEN both_ways.a = both_ways.b OR is_now.policy = 'unrestricted' THEN true
                WHEN was.policy = 'unrestricted' OR was.too_long OR is_now.too_long THEN false
                ELSE left_out.a IS NULL END) AS holds
FROM both_ways JOIN permission AS was ON was.id = both_ways.a
JOIN permission AS is_now ON is_now.id = both_ways.b AND is_now.kind = was.kind
LEFT JOIN left_out ON left_out.a = both_ways.a AND left_out.b = both_ways.b
                  AND left_out.kind = was.kind
GROUP BY both_ways.a, both_ways.b;

CREATE TABLE compared AS
WITH answered AS (
    SELECT name, CASE WHEN wider.holds AND narrower.holds THEN 'same'
                      WHEN wider.holds THEN 'wider' WHEN narrower.holds THEN 'narrower'
                      ELSE 'other' END AS policy
    FROM pair JOIN within AS wider ON wider.a = o.set_id AND wider.b = n.set_id
    JOIN within AS narrower ON narrower.a = n.set_id AND narrower.b = o.set_id
    WHERE o.outcome IN ('found', 'empty') AND n.outcome IN ('found', 'empty')),
judged AS (
    SELECT pair.*, policy, CASE
               WHEN 'skipped' IN (o.outcome, n.outcome) THEN 'not_asked'
               WHEN o.outcome = n.outcome AND o.outcome = 'indeterminate' THEN 'still_failing'
               WHEN n.outcome = 'indeterminate' THEN 'newly_failing'
               WHEN o.outcome = 'indeterminate' THEN 'back'
               WHEN o.outcome <> n.outcome THEN if(n.outcome = 'found', 'added', 'removed')
               WHEN n.outcome = 'empty' THEN 'unchanged'
               WHEN policy = 'wider' THEN 'widened'
               WHEN policy = 'narrower' THEN 'narrowed'
               WHEN policy = 'same' AND (o.found_at, o.rrset_owner) <> (n.found_at, n.rrset_owner)
               THEN 'moved'
               WHEN policy = 'same' AND o.text = n.text THEN 'unchanged'
               ELSE 'changed' END AS what
    FROM pair LEFT JOIN answered USING (name))
SELECT name, o, n, policy, coalesce(n.operator, o.operator) AS operator,
       CASE WHEN what IN ('added', 'removed', 'widened', 'narrowed', 'moved', 'changed')
             AND (o.inconsistent OR n.inconsistent) THEN 'inconsistent' ELSE what END AS class
FROM judged;

-- Classes in the order of the summary; the first six are changes, the first nine are told by name.
CREATE TABLE class AS
SELECT unnest(['added', 'removed', 'widened', 'narrowed', 'moved', 'changed', 'newly_failing', 'back',
               'inconsistent', 'unchanged', 'still_failing', 'not_asked']) AS class,
       unnest(range(1, 13)) AS place;

-- Names in one list alone.
CREATE TABLE alone AS
SELECT name, if(side = 1, 'new', 'old') AS list, outcome, operator
FROM view WHERE nth = 1 AND name NOT IN (SELECT name FROM pair);

CREATE TABLE change AS
SELECT class, o.masked AS from_set, n.masked AS to_set, operator, count(*) AS names
FROM compared JOIN class USING (class) WHERE place <= 9 GROUP BY ALL;

CREATE MACRO both_scans() AS TABLE
SELECT n.scan_id, o.scan_id AS from_scan_id, n.date, o.date AS from_date, n.mode, n.vantage,
       o.vantage AS from_vantage
FROM scan_of AS n, scan_of AS o WHERE n.side = 1 AND o.side = 0;
CREATE MACRO in_both() AS (SELECT count(*) FROM compared);
