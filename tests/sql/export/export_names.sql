-- The cells of names.csv, worked out from the records. Lists of words without order are sorted.
WITH named AS (
    SELECT id, issuer, ca_operator, min(position) AS position
    FROM property JOIN issue_value USING (written) LEFT JOIN identifier ON identifier = issuer
    WHERE tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc') AND issuer <> ''
    GROUP BY id, issuer, ca_operator),
issuers AS (
    SELECT id, string_agg(issuer, ' ' ORDER BY position) AS issuers FROM named GROUP BY id),
operators AS (
    SELECT id, string_agg(ca_operator, '; ' ORDER BY position) AS ca_operators
    FROM (SELECT id, ca_operator, min(position) AS position FROM named
          WHERE ca_operator IS NOT NULL GROUP BY id, ca_operator) GROUP BY id),
policies AS (
    SELECT id, max(policy) FILTER (kind = 'issue') AS policy_issue,
           max(policy) FILTER (kind = 'wild') AS policy_wild,
           max(policy) FILTER (kind = 'mail') AS policy_mail,
           max(policy) FILTER (kind = 'vmc') AS policy_vmc
    FROM meaning GROUP BY id),
rfc8657 AS (
    SELECT id, count(*) AS records, count(*) FILTER (bad) AS unsatisfiable
    FROM (SELECT id, position, bool_or(unsatisfiable.tag IS NOT NULL) AS bad
          FROM property JOIN parameter USING (written)
          LEFT JOIN unsatisfiable ON unsatisfiable.written = property.written
          WHERE property.tag IN ('issue', 'issuewild', 'issuemail', 'issuevmc')
            AND parameter.tag IN ('accounturi', 'validationmethods')
          GROUP BY id, position)
    GROUP BY id),
oddities AS (
    SELECT id, string_agg(lint, ' ' ORDER BY lint) AS lints
    FROM (SELECT id, lint FROM record_lint UNION SELECT id, lint FROM set_lint) GROUP BY id)
SELECT scan, "row", prefix, pass, mode, vantage, rank, input, name, wildcard,
       registrable AS registrable_domain,
       CASE WHEN registrable IS NULL THEN name
            ELSE regexp_replace(registrable, '^[^.]*\.', '') END AS public_suffix,
       tld, outcome, error_class, error_at, error_name, "exists", own, found_at, depth,
       rrset_owner, part, len(chain) AS aliases, zone, listed.operator,
       listed.ns_rule AS operator_rule,
       set_zone, holder.operator AS set_operator, len(caa) AS caa_records, issuers, ca_operators,
       policy_issue, policy_wild, policy_mail, policy_vmc,
       coalesce(rfc8657.records, 0) AS rfc8657_records,
       coalesce(unsatisfiable, 0) AS unsatisfiable_records, lints,
       nullif(array_to_string(list_sort(list_distinct(list_transform(
           notes, lambda n: n.kind))), ' '), '') AS notes,
       len(list_filter(control, lambda p: p.type = 'A')) > 0 AS a_probed,
       CASE WHEN a_probed
            THEN len(list_filter(control, lambda p: p.type = 'A' AND p.answered)) > 0
       END AS a_answered,
       alt.rfc6844.outcome AS rfc6844_outcome, alt.rfc6844.found_at AS rfc6844_found_at,
       alt.erratum5065.outcome AS erratum5065_outcome,
       alt.erratum5065.found_at AS erratum5065_found_at,
       dnssec, ds, ad, queries, retries, duration, timestamp
FROM listed LEFT JOIN issuers USING (id) LEFT JOIN operators USING (id)
LEFT JOIN policies USING (id) LEFT JOIN rfc8657 USING (id) LEFT JOIN oddities USING (id)
LEFT JOIN operator AS holder ON holder.server = list_min(set_ns)
