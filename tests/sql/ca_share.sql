WITH many AS (
    SELECT *, count(*) OVER (PARTITION BY id, tag) AS identifiers FROM naming),
many_operators AS (
    SELECT *, count(*) OVER (PARTITION BY id, tag) AS operators
    FROM (SELECT DISTINCT scan_no, id, tag, who, ca_operator FROM naming)),
counted AS (
    SELECT scan_no, 'identifier' AS "by", tag, issuer AS identifier, ca_operator AS operator,
           count(*) AS names, count(*) FILTER (identifiers = 1) AS exclusive_names
    FROM many GROUP BY ALL
    UNION ALL
    SELECT scan_no, 'operator', tag, NULL, ca_operator, count(*), count(*) FILTER (operators = 1)
    FROM many_operators WHERE ca_operator IS NOT NULL GROUP BY ALL)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit,
       'found_with_property' AS denominator_of, property_base.names AS denominator, "by",
       tag AS property, identifier, operator, counted.names,
       share(counted.names, property_base.names) AS share, exclusive_names
FROM counted JOIN property_base USING (scan_no, tag) JOIN scan USING (scan_no)
