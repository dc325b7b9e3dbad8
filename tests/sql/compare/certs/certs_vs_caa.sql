WITH counted AS (
    SELECT ca_operator, count(*) AS certs, count(*) FILTER (verdict = 'permitted') AS permitted,
           count(*) FILTER (verdict = 'not_permitted') AS not_permitted,
           count(*) FILTER (verdict = 'unknown_issuer') AS unknown_issuer,
           count(*) FILTER (verdict = 'lookup_failed') AS lookup_failed,
           count(*) FILTER (verdict = 'not_in_scan') AS not_in_scan,
           count(*) FILTER (verdict = 'not_permitted' AND b IS NULL) AS not_permitted_before,
           count(*) FILTER (verdict = 'not_permitted' AND b IS NOT NULL) AS not_permitted_after,
           count(*) FILTER (since = 'yes') AS set_changed_since,
           count(*) FILTER (since IS NULL) AS set_changed_since_unknown,
           count(*) FILTER (between_looks = 'yes') AS set_changed_between,
           count(*) FILTER (between_looks IS NULL) AS set_changed_between_unknown
    FROM judged GROUP BY ca_operator)
SELECT heads.*, 'certificate' AS unit, 'certificates' AS denominator_of,
       (SELECT count(*) FROM certificate) AS denominator, counted.*
FROM heads() AS heads CROSS JOIN counted
