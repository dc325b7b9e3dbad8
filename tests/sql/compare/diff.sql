-- What became of each name from side 0 to side 1. After diff_pairs.sql and order.sql.

CREATE TABLE overall AS SELECT a, b, bool_and(holds) AS holds FROM within GROUP BY a, b;

CREATE TABLE compared AS
WITH answered AS (
    SELECT name, CASE WHEN wider.holds AND narrower.holds THEN 'same'
                      WHEN wider.holds THEN 'wider' WHEN narrower.holds THEN 'narrower'
                      ELSE 'other' END AS policy
    FROM pair JOIN overall AS wider ON wider.a = o.set_id AND wider.b = n.set_id
    JOIN overall AS narrower ON narrower.a = n.set_id AND narrower.b = o.set_id
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
