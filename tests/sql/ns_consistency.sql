WITH way AS (
    SELECT DISTINCT scan_no, id, operator, CASE
               WHEN word IN ('presence', 'content', 'alias', 'nxdomain') THEN word
               ELSE 'other' END AS kind
    FROM (SELECT scan_no, id, operator, note.kind AS note_kind,
                 regexp_extract(coalesce(note.detail, ''), '^[a-z]*') AS word
          FROM (SELECT *, unnest(notes) AS note FROM listed WHERE asked))
    WHERE note_kind = 'ns_inconsistent'),
each AS (
    SELECT * FROM way UNION ALL SELECT DISTINCT scan_no, id, operator, 'any' FROM way
    -- No difference was seen, and not all were asked.
    UNION ALL SELECT scan_no, id, operator, 'incomplete' FROM listed
    WHERE asked AND id NOT IN (SELECT id FROM way)
          AND len(list_filter(notes, lambda n: n.kind = 'census_incomplete')) > 0),
per_operator AS (
    SELECT scan_no, kind, operator, count(*) AS k FROM each WHERE operator IS NOT NULL
    GROUP BY scan_no, kind, operator
    QUALIFY row_number() OVER (PARTITION BY scan_no, kind ORDER BY k DESC, operator) = 1),
counted AS (SELECT scan_no, kind, count(*) AS names FROM each GROUP BY ALL),
word AS (SELECT unnest(['presence', 'content', 'alias', 'nxdomain', 'other', 'any', 'incomplete']) AS kind),
-- Nobody compared servers where no record and not the scan says so.
known AS (
    SELECT scan_no FROM each
    UNION SELECT scan_no FROM scan JOIN metadata ON metadata.scan = scan_id WHERE compared)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'asked' AS denominator_of,
       asked AS denominator, kind,
       CASE WHEN scan_no IN (FROM known) THEN coalesce(names, 0) END AS names,
       CASE WHEN scan_no IN (FROM known) THEN share(coalesce(names, 0), asked) END AS share,
       operator AS operator_top, k AS operator_top_names, k / names AS operator_top_share
FROM base CROSS JOIN word LEFT JOIN counted USING (scan_no, kind)
LEFT JOIN per_operator USING (scan_no, kind)
