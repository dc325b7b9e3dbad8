-- The cells of levels.csv.
SELECT scan, "row", prefix, pass, number - 1 AS level, seen.name, seen.outcome, seen.rcode,
       len(seen.chain) AS aliases, seen.chain[-1].target AS last_target, seen.source, seen.age,
       seen.server, seen.protocol, seen.rtt, seen.attempts, seen.ad,
       nullif(array_to_string(seen.ede, ' '), '') AS ede, seen.dnssec, len(seen.tried) AS tried
FROM (SELECT *, unnest(levels) AS seen, unnest(range(1, len(levels) + 1)) AS number
      FROM listed)
