-- Certificates by the operators that the deciding set allows, and by the one that they are from.
WITH allowed_by AS (
    SELECT DISTINCT number, name, coalesce(judged.ca_operator, '(unknown CA)') AS used,
           CASE WHEN policy = 'unrestricted' THEN '(everybody)'
                WHEN policy = 'deny_all_critical' OR named_for.id IS NULL THEN '(nobody)'
                ELSE coalesce(named_for.ca_operator, '(unknown CA)') END AS allowed
    FROM judged JOIN permission ON permission.id = deciding.set_id AND permission.kind = judged.kind
    LEFT JOIN named_for ON named_for.id = deciding.set_id AND named_for.kind = judged.kind
    WHERE deciding.answered),
whole AS (SELECT allowed, count(*) AS whole FROM allowed_by GROUP BY allowed),
cell AS (
    SELECT allowed, used, count(*) AS certs, count(DISTINCT name) AS names
    FROM allowed_by GROUP BY allowed, used)
SELECT heads.*, 'certificate' AS unit, 'certificates_of_allowed' AS denominator_of,
       whole AS denominator, allowed, used, certs, names, share(certs, whole) AS share
FROM heads() AS heads CROSS JOIN cell JOIN whole USING (allowed)
