WITH classes AS (
    SELECT unnest(['agree', 'primary_stricter', 'hidden_by_quorum', 'blocked_by_quorum']) AS metric),
reasons AS (
    SELECT unnest(['no_duty', 'not_enforced', 'quorum', 'primary_denies', 'primary_failed',
                   'too_few_remotes', 'no_quorum', 'one_region']) AS metric),
presences AS (SELECT unnest(['compared', 'not_in_all_scans', 'not_asked']) AS metric),
pairs AS (
    SELECT count(*) AS pairs, count(*) FILTER (km(a, b) < 500) AS close
    FROM vantage_place AS a JOIN scan_of AS sa ON sa.vantage = a.vantage
    CROSS JOIN vantage_place AS b JOIN scan_of AS sb ON sb.vantage = b.vantage
    WHERE sa.side < sb.side AND km(a, b) IS NOT NULL),
row_of AS (
    SELECT 'name' AS unit, 'any_scan' AS denominator_of,
           (SELECT count(*) FROM presence) AS denominator, metric,
           (SELECT count(*) FROM presence WHERE presence = metric) AS count FROM presences
    UNION ALL
    SELECT 'name', 'compared', compared(), metric,
           (SELECT count(*) FROM of_name WHERE class = metric) FROM classes
    UNION ALL
    SELECT 'name', 'compared', compared(), 'differ_and_servers_disagree',
           (SELECT count(*) FROM of_name WHERE class <> 'agree' AND inconsistent)
    UNION ALL
    SELECT 'name', 'compared', compared(), 'allowed', (SELECT count(*) FROM judged WHERE allowed)
    WHERE len(getvariable('ca')) > 0
    UNION ALL
    SELECT 'name', 'compared', compared(), metric,
           (SELECT count(*) FROM judged WHERE reason = metric) FROM reasons
    WHERE len(getvariable('ca')) > 0
    UNION ALL
    SELECT 'pair', 'with_places', pairs, 'vantages_below_500_km', if(pairs > 0, close, NULL)
    FROM pairs)
SELECT heads.*, unit, denominator_of, denominator, metric, count, share(count, denominator) AS share
FROM heads() AS heads CROSS JOIN row_of
