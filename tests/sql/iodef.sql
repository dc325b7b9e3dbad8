WITH used AS (
    SELECT property.scan_no, property.id, position, scheme, usable, lower(iodef_value.v) AS target,
           usable AND (host = coalesce(registrable, name)
                       OR ends_with(host, '.' || coalesce(registrable, name))) AS same
    FROM property JOIN iodef_value USING (written) JOIN listed USING (id) WHERE tag = 'iodef'),
counted AS (
    SELECT scan_no, scheme, count(DISTINCT id) AS names, count(*) AS records,
           count(DISTINCT id) FILTER (usable) AS valid,
           count(DISTINCT id) FILTER (same) AS same_domain,
           count(DISTINCT target) AS distinct_targets
    FROM used GROUP BY ALL)
SELECT scan_id, date, mode, vantage, prefix, 'name' AS unit, 'found' AS denominator_of,
       found AS denominator, scheme, coalesce(names, 0) AS names, coalesce(records, 0) AS records,
       coalesce(valid, 0) AS valid, coalesce(same_domain, 0) AS same_domain,
       coalesce(distinct_targets, 0) AS distinct_targets,
       if(distinct_targets > 2048, 'no', 'yes') AS distinct_exact,
       share(coalesce(names, 0), found) AS share_of_caa_names
FROM base CROSS JOIN (
    SELECT unnest(['mailto', 'https', 'http', 'other', 'missing', 'no_uri']) AS scheme)
LEFT JOIN counted USING (scan_no, scheme)
