-- Each name beside the nearest one above it in the scan, and the sets of both. After views.sql.

CREATE TABLE asked AS
FROM view WHERE side = 0 AND nth = 1 AND outcome IN ('found', 'empty', 'indeterminate');

CREATE TABLE pair AS
WITH label AS (SELECT name, string_split(name, '.') AS labels FROM asked),
tail AS (
    SELECT name, n, array_to_string(labels[-n:], '.') AS above
    FROM (SELECT name, labels, unnest(range(1, len(labels))) AS n FROM label)),
nearest AS (
    SELECT tail.name, max_by(above, n) AS above FROM tail JOIN asked ON asked.name = above
    GROUP BY tail.name)
SELECT s.name AS name, s, a FROM nearest JOIN asked AS s ON s.name = nearest.name
JOIN asked AS a ON a.name = above;

CREATE TABLE sets AS SELECT DISTINCT a.set_id AS a, s.set_id AS b FROM pair;
