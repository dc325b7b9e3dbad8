WITH sides AS (
    SELECT ca_operator, if(b IS NULL, 'no_scan', before_verdict) AS before,
           if(a IS NULL, 'no_scan', after_verdict) AS after, between_looks, count(*) AS certs
    FROM judged GROUP BY ALL),
whole AS (SELECT ca_operator, count(*) AS whole FROM judged GROUP BY ca_operator)
SELECT heads.*, 'certificate' AS unit, 'certificates_of_operator' AS denominator_of,
       whole AS denominator, sides.ca_operator, before, after, between_looks AS set_changed_between,
       certs, share(certs, whole) AS share
FROM heads() AS heads CROSS JOIN sides
JOIN whole ON whole.ca_operator IS NOT DISTINCT FROM sides.ca_operator
