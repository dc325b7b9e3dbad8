WITH differing AS (
    SELECT far.side, count(DISTINCT far.name) AS differs
    FROM result AS far JOIN result AS near USING (name, ca)
    WHERE near.side = 0 AND (far.result IN ('permit', 'failed_permits'))
          <> (near.result IN ('permit', 'failed_permits'))
    GROUP BY far.side),
outcomes AS (
    SELECT side, count(*) FILTER (outcome = 'found') AS found,
           count(*) FILTER (outcome = 'empty') AS empty,
           count(*) FILTER (outcome = 'indeterminate') AS indeterminate
    FROM seen JOIN presence USING (name) WHERE presence = 'compared' GROUP BY side)
SELECT heads.*, 'name' AS unit, 'compared' AS denominator_of, compared() AS denominator,
       scan_of.vantage AS remote_vantage, far.rir, if(side = 0, 'primary', 'remote') AS role,
       scan_of.scan_id AS remote_scan_id, coalesce(found, 0) AS found, coalesce(empty, 0) AS empty,
       coalesce(indeterminate, 0) AS indeterminate,
       if(side = 0, NULL, coalesce(differs, 0)) AS differs,
       if(side = 0, NULL, share(coalesce(differs, 0), compared())) AS share_differs,
       if(side = 0, NULL, CAST(floor(km(near, far)) AS BIGINT)) AS km_from_primary
FROM heads() AS heads CROSS JOIN scan_of JOIN vantage_place AS far ON far.vantage = scan_of.vantage
JOIN vantage_place AS near ON near.vantage = heads.vantage
LEFT JOIN outcomes USING (side) LEFT JOIN differing USING (side)
