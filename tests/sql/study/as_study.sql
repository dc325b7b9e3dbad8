-- as_s18.csv and as_n23.csv: the figures of datasets/study_figures.csv beside those of the
-- records.
WITH figure AS (
    SELECT * FROM read_csv('datasets/study_figures.csv', header = true, all_varchar = true)
    WHERE study = getvariable('study')),
population AS (
    SELECT *, unnest(list_filter(['all', if(name = registrable, 'base', NULL),
                                  if(rank BETWEEN 1 AND 1000000, 'top_1m', NULL)],
                                 lambda p: p IS NOT NULL)) AS population
    FROM listed WHERE asked),
base_of AS (
    SELECT scan_no, population, count(*) AS asked,
           count(*) FILTER (own IN ('found', 'empty')) AS own_answered,
           count(*) FILTER (part = 'own') AS own_set
    FROM population GROUP BY ALL),
own_record AS (
    SELECT population.scan_no, population.id, population, position, tag, written, critical
    FROM population JOIN property USING (id) WHERE part = 'own'),
own_value AS (
    SELECT scan_no, population, tag, issuer, issue_value.written, v, params, ca_operator
    FROM own_record JOIN issue_value USING (written) LEFT JOIN identifier ON identifier = issuer
    WHERE tag IN ('issue', 'issuewild')),
way AS (
    SELECT scan_no, id, population, regexp_extract(coalesce(note.detail, ''), '^[a-z]*') AS way
    FROM (SELECT scan_no, id, name, population, unnest(notes) AS note FROM population)
    WHERE note.kind = 'ns_inconsistent' AND note.at = name),
-- What each metric counts: names by id, values by place.
counted AS (
    SELECT scan_no, population, 'caa_direct' AS metric, '' AS key, count(*) AS k
    FROM population WHERE part = 'own' GROUP BY ALL
    UNION ALL
    SELECT scan_no, population, 'caa_direct_or_alias', '', count(*)
    FROM population WHERE part IN ('own', 'via_alias') GROUP BY ALL
    UNION ALL
    SELECT scan_no, population, 'issue_or_issuewild', '', count(DISTINCT id)
    FROM own_record WHERE tag IN ('issue', 'issuewild') GROUP BY ALL
    UNION ALL
    SELECT scan_no, population, tag, '', count(DISTINCT id)
    FROM own_record WHERE tag IN ('issue', 'issuewild', 'iodef') GROUP BY ALL
    UNION ALL
    SELECT scan_no, population, lint, '', count(DISTINCT id)
    FROM own_record JOIN record_lint USING (id, position)
    WHERE lint IN ('flags_reserved_bits', 'rdata_malformed', 'tag_unknown') GROUP BY ALL
    UNION ALL
    SELECT scan_no, population, 'critical_unknown', '', count(DISTINCT id)
    FROM own_record JOIN record_lint USING (id, position)
    WHERE lint = 'tag_unknown' AND critical GROUP BY ALL
    UNION ALL
    SELECT scan_no, population, 'ns_' || way, '', count(DISTINCT id) FROM way GROUP BY ALL
    UNION ALL
    SELECT scan_no, population, 'ns_inconsistent', '', count(DISTINCT id) FROM way GROUP BY ALL
    UNION ALL
    SELECT scan_no, population, tag || '_ca', ca_operator, count(*)
    FROM own_value WHERE ca_operator IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT scan_no, population, 'distinct_' || tag || '_values', '', count(DISTINCT v)
    FROM own_value GROUP BY ALL
    UNION ALL
    SELECT scan_no, population, 'parameter', parameter, count(*)
    FROM (SELECT scan_no, population, unnest(list_distinct(list_transform(
              params, lambda p: lower(p.tag)))) AS parameter FROM own_value) GROUP BY ALL),
naming_values AS (
    SELECT scan_no, population, tag || '_ca' AS metric, count(*) AS values_with_issuer
    FROM own_value WHERE issuer <> '' GROUP BY ALL),
judged AS (
    SELECT scan.*, figure.*, asked IS NOT NULL AS known, coalesce(k, 0) AS k,
           CASE WHEN figure.metric LIKE 'caa_direct%' THEN 'own_level_answered'
                WHEN figure.metric LIKE 'ns_%' THEN 'asked'
                WHEN figure.metric LIKE '%_ca'
                THEN regexp_replace(figure.metric, '_ca$', '_values_with_issuer')
                WHEN figure.metric NOT LIKE 'distinct_%' AND figure.metric <> 'parameter'
                THEN 'own_set' END AS base_word,
           CASE WHEN figure.metric LIKE 'caa_direct%' THEN coalesce(own_answered, 0)
                WHEN figure.metric LIKE 'ns_%' THEN coalesce(asked, 0)
                WHEN figure.metric LIKE '%_ca' THEN coalesce(values_with_issuer, 0)
                WHEN figure.metric NOT LIKE 'distinct_%' AND figure.metric <> 'parameter'
                THEN coalesce(own_set, 0) END AS base_number,
           figure.metric NOT LIKE 'ns_%' OR scan_no IN (
               SELECT way.scan_no FROM way) AS looked
    FROM scan CROSS JOIN figure LEFT JOIN base_of USING (scan_no, population)
    LEFT JOIN counted ON (counted.scan_no, counted.population, counted.metric, counted.key)
                       = (scan.scan_no, figure.population, figure.metric, coalesce(figure.key, ''))
    LEFT JOIN naming_values AS named ON (named.scan_no, named.population, named.metric)
                                      = (scan.scan_no, figure.population, figure.metric))
SELECT scan_id, judged.date, mode, vantage, prefix,
       CASE WHEN base_word IS NULL OR metric LIKE '%_ca' THEN 'value' ELSE 'name' END AS unit,
       base_word AS denominator_of, base_number AS denominator, study, metric, key, population,
       CASE WHEN known AND looked THEN k END AS count,
       CASE WHEN known AND looked THEN share(k, base_number) END AS share,
       CASE WHEN known AND looked
            THEN if(metric LIKE 'distinct_%' AND k > 2048, 'false', 'true') END AS exact,
       published, published_as, judged.date_1 AS published_date, published_population, read, comment
FROM judged
