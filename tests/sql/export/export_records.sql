-- The cells of records.csv. value_error is a word of the program: yes where there must be one.
WITH param AS (
    SELECT written, count(*) AS params,
           count(*) FILTER (tag IN ('accounturi', 'validationmethods')) AS of_rfc8657
    FROM parameter GROUP BY written),
first_param AS (
    SELECT written,
           list_filter(params, lambda p: lower(p.tag) = 'accounturi')[1].value AS accounturi,
           list_filter(params, lambda p: lower(p.tag) = 'validationmethods')[1].value
               AS validationmethods
    FROM issue_value),
oddities AS (
    SELECT id, position, string_agg(lint, ' ' ORDER BY lint) AS lints
    FROM record_lint GROUP BY id, position),
bad AS (
    SELECT id, position FROM record_lint
    WHERE lint IN ('value_malformed', 'iodef_malformed', 'iodef_missing_scheme',
                   'iodef_bad_scheme', 'contactemail_malformed', 'contactphone_malformed')),
each AS (
    SELECT *, tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc') AND NOT malformed
               AS of_issue_type FROM property)
SELECT listed.scan, listed."row", listed.prefix, listed.pass, each.position, listed.name, found_at,
       rrset_owner, flags, critical, written_tag AS tag,
       CASE WHEN malformed THEN 'malformed' WHEN reserved THEN 'reserved'
            WHEN meaning IS NULL THEN 'unknown' ELSE each.tag END AS property,
       rewritten(each.written) AS value, caa[each.position].ttl AS ttl, rdata_error,
       caa[each.position].rdata AS rdata,
       CASE WHEN bad.id IS NOT NULL THEN 'yes' END AS value_error,
       CASE WHEN of_issue_type THEN nullif(issuer, '') END AS issuer,
       CASE WHEN of_issue_type THEN ca_operator END AS ca_operator,
       CASE WHEN of_issue_type THEN status END AS ca_status,
       CASE WHEN of_issue_type AND fits THEN coalesce(params, 0) END AS params,
       CASE WHEN of_issue_type THEN accounturi END AS accounturi,
       CASE WHEN of_issue_type THEN validationmethods END AS validationmethods,
       CASE WHEN of_issue_type AND of_rfc8657 > 0
            THEN each.written NOT IN (SELECT unsatisfiable.written FROM unsatisfiable)
       END AS rfc8657_satisfiable, lints
FROM each JOIN listed USING (id) LEFT JOIN registry ON registry.tag = each.tag
LEFT JOIN (SELECT written, issuer, fits FROM issue_value) USING (written)
LEFT JOIN identifier ON identifier = issuer
LEFT JOIN param USING (written) LEFT JOIN first_param USING (written)
LEFT JOIN oddities ON (oddities.id, oddities.position) = (each.id, each.position)
LEFT JOIN bad ON (bad.id, bad.position) = (each.id, each.position)
