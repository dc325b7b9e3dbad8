WITH results AS (
    SELECT name, ca, string_agg(vantage || '=' || result, ' ' ORDER BY side) AS results
    FROM result JOIN scan_of USING (side) GROUP BY name, ca)
SELECT setup.scan_id, name, judged.ca, setup.kind, judged.class,
       if(allowed, 'allowed', 'not_allowed') AS verdict, reason, "primary", corroborating,
       others AS not_corroborating, regions, CAST(inconsistent AS INTEGER) AS inconsistent, operator,
       results, sets
FROM setup CROSS JOIN judged JOIN of_name USING (name)
JOIN results ON results.name = judged.name AND results.ca = judged.ca
WHERE judged.class <> 'agree'
