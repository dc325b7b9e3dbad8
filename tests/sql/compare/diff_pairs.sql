-- The names that both side 0 and side 1 have, and their sets. After views.sql.

CREATE TABLE pair AS
SELECT o.name AS name, o, n
FROM (FROM view WHERE side = 0 AND nth = 1) AS o
JOIN (FROM view WHERE side = 1 AND nth = 1) AS n ON n.name = o.name;

CREATE TABLE sets AS
SELECT DISTINCT o.set_id AS a, n.set_id AS b FROM pair
WHERE o.outcome IN ('found', 'empty') AND n.outcome IN ('found', 'empty');
