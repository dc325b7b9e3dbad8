WITH of_records AS (
    SELECT scan_no, count(*) AS records, count(*) FILTER (pass > 1) AS records_of_later_passes,
           count(*) FILTER (outcome = 'invalid') AS invalid,
           count(*) FILTER (outcome = 'skipped') AS skipped,
           count(*) FILTER (wildcard) AS wildcards,
           sum(queries)::BIGINT AS queries, sum(retries)::BIGINT AS retries
    FROM listed GROUP BY scan_no),
of_names AS (
    SELECT scan_no, count(*) AS asked, count(*) FILTER (answered) AS answered,
           count(*) FILTER (found) AS found, count(*) FILTER (outcome = 'empty') AS empty,
           count(*) FILTER (outcome = 'indeterminate') AS indeterminate,
           count(*) FILTER ("exists" = 'yes') AS exists_yes,
           count(*) FILTER ("exists" = 'no') AS exists_no,
           count(*) FILTER ("exists" = 'unknown') AS exists_unknown,
           count(*) FILTER (own IN ('found', 'empty')) AS own_level_answered,
           count(*) FILTER (registrable IS NULL) AS public_suffixes,
           count(*) FILTER (found) AS adoption_any_lo,
           count(*) FILTER (found OR outcome = 'indeterminate') AS adoption_any_hi,
           count(*) FILTER (part = 'own') AS part_own,
           count(*) FILTER (part = 'via_alias') AS part_via_alias,
           count(*) FILTER (part = 'ancestor_intermediate') AS part_ancestor_intermediate,
           count(*) FILTER (part = 'ancestor_regdom') AS part_ancestor_regdom,
           count(*) FILTER (part = 'ancestor_public_suffix') AS part_ancestor_public_suffix,
           count(*) FILTER (part = 'ancestor_tld') AS part_ancestor_tld,
           count(*) FILTER (part = 'ancestor_via_alias') AS part_ancestor_via_alias,
           count(*) FILTER (part = 'none') AS part_none,
           count(*) FILTER (part = 'indeterminate') AS part_indeterminate
    FROM listed WHERE asked GROUP BY scan_no),
malformed AS (
    SELECT scan_no, len(caa) AS records,
           len(list_filter(caa, lambda r: r.rdata_error IS NOT NULL)) AS malformed
    FROM listed WHERE found),
rows_of AS (
    SELECT scan_no, coalesce(any_value(metadata.rows), max("row")) AS expected,
           count(DISTINCT "row") AS there, count(*) - count(DISTINCT ("row", pass)) AS repeated
    FROM listed JOIN scan USING (scan_no) LEFT JOIN metadata ON metadata.scan = scan_id
    GROUP BY scan_no),
figure AS (
    SELECT scan_no, 'record' AS unit, NULL::VARCHAR AS denominator_of, NULL::BIGINT AS denominator,
           metric, figure AS count
    FROM (UNPIVOT of_records ON COLUMNS(* EXCLUDE scan_no) INTO NAME metric VALUE figure)
    UNION ALL
    SELECT scan_no, 'record', NULL, NULL, 'note_' || kind, count(DISTINCT id)
    FROM (SELECT scan_no, id, unnest(notes).kind AS kind FROM listed) GROUP BY ALL
    UNION ALL
    SELECT unpivoted.scan_no, 'name', 'asked', asked, metric, figure
    FROM (UNPIVOT of_names ON COLUMNS(* EXCLUDE scan_no) INTO NAME metric VALUE figure) AS unpivoted
    JOIN base USING (scan_no)
    UNION ALL
    SELECT scan_no, 'name', 'own_level_answered', own_level_answered, 'adoption_direct', part_own
    FROM of_names
    UNION ALL
    SELECT scan_no, 'name', 'answered', answered, 'adoption_any', found FROM of_names
    UNION ALL
    SELECT scan_no, 'name', 'found', found, 'malformed_names',
           (SELECT count(*) FROM malformed
            WHERE malformed.scan_no = base.scan_no AND malformed.malformed > 0)
    FROM base
    UNION ALL
    SELECT scan_no, 'name', 'found', base.found, 'dnssec_' || dnssec, count(*)
    FROM listed JOIN base USING (scan_no) WHERE listed.found GROUP BY ALL
    UNION ALL
    SELECT scan_no, 'caa_record', NULL, NULL, 'caa_records', coalesce(sum(malformed.records), 0)
    FROM base LEFT JOIN malformed USING (scan_no) GROUP BY ALL
    UNION ALL
    SELECT scan_no, 'caa_record', NULL, NULL, 'malformed_caa_records',
           coalesce(sum(malformed.malformed), 0)
    FROM base LEFT JOIN malformed USING (scan_no) GROUP BY ALL
    UNION ALL
    SELECT scan_no, 'row', 'expected', expected, 'rows_missing', expected - there FROM rows_of
    UNION ALL
    SELECT scan_no, 'record', NULL, NULL, 'records_repeated', repeated FROM rows_of
    UNION ALL
    -- SQL reads lines, not frames; the files here are whole.
    SELECT scan_no, unit, NULL, NULL, metric, 0
    FROM scan, (VALUES ('line', 'input_bad_lines'), ('frame', 'input_torn_frames'),
                ('frame', 'input_damaged_frames'), ('octet', 'input_octets_left_out'))
        AS whole (unit, metric))
SELECT scan_id, date, mode, vantage, prefix, unit, denominator_of, denominator, metric,
       count::BIGINT AS count, share(count, denominator) AS share
FROM figure JOIN scan USING (scan_no)
