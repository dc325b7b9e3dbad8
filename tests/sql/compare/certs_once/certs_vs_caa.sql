-- Of several records of a name the latest counts.
WITH latest AS (
    SELECT name, max_by(id, timestamp) AS id, date_trunc('second', max(timestamp)) AS moment
    FROM listed WHERE name IS NOT NULL GROUP BY name),
judged AS (
    SELECT certificate.ca_operator, not_before, moment,
           if(latest.id IS NULL, 'not_in_scan', verdict_of(reason_of(outcome, policy,
               EXISTS (FROM named_for WHERE named_for.id = latest.id
                       AND named_for.kind = certificate.kind
                       AND named_for.ca_operator = certificate.ca_operator),
               EXISTS (FROM named_for WHERE named_for.id = latest.id
                       AND named_for.kind = certificate.kind)), ca_operator)) AS verdict
    FROM certificate LEFT JOIN latest USING (name)
    LEFT JOIN listed ON listed.id = latest.id
    LEFT JOIN meaning ON meaning.id = latest.id AND meaning.kind = certificate.kind),
counted AS (
    SELECT ca_operator, count(*) AS certs, count(*) FILTER (verdict = 'permitted') AS permitted,
           count(*) FILTER (verdict = 'not_permitted') AS not_permitted,
           count(*) FILTER (verdict = 'unknown_issuer') AS unknown_issuer,
           count(*) FILTER (verdict = 'lookup_failed') AS lookup_failed,
           count(*) FILTER (verdict = 'not_in_scan') AS not_in_scan,
           count(*) FILTER (verdict = 'not_permitted' AND not_before <= moment) AS not_permitted_before,
           count(*) FILTER (verdict = 'not_permitted' AND not_before > moment) AS not_permitted_after
    FROM judged GROUP BY ca_operator)
SELECT scan_id, min(date) AS date, any_value(mode) AS mode, any_value(vantage) AS vantage,
       NULL AS prefix, 'certificate' AS unit, 'certificates' AS denominator_of,
       (SELECT count(*) FROM certificate) AS denominator, counted.*, NULL AS set_changed_since
FROM scan CROSS JOIN counted GROUP BY ALL
