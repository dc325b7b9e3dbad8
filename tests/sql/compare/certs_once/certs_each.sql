-- Each certificate beside each record of its name.
WITH record_of AS (
    SELECT certificate.*, listed.id, outcome, error_class, policy,
           date_trunc('second', timestamp) AS moment
    FROM certificate LEFT JOIN listed USING (name)
    LEFT JOIN meaning ON meaning.id = listed.id AND meaning.kind = certificate.kind),
reasoned AS (
    SELECT *, CASE WHEN id IS NOT NULL THEN reason_of(outcome, policy,
               EXISTS (FROM named_for WHERE named_for.id = record_of.id
                       AND named_for.kind = record_of.kind
                       AND named_for.ca_operator = record_of.ca_operator),
               EXISTS (FROM named_for WHERE named_for.id = record_of.id
                       AND named_for.kind = record_of.kind)) END AS reason
    FROM record_of),
-- The first record that says so.
decides AS (
    SELECT number, reasoned.id, min_by(property, position) AS first
    FROM reasoned JOIN property USING (id) LEFT JOIN issue_value USING (written)
    LEFT JOIN ruling ON ruling.id = reasoned.id AND ruling.kind = reasoned.kind
                    AND ruling.tag = property.tag
    LEFT JOIN identifier ON identifier = issue_value.issuer
    WHERE CASE reason
              WHEN 'critical' THEN critical AND (malformed OR property.tag NOT IN (
                  SELECT registry.tag FROM registry WHERE NOT reserved))
              WHEN 'named' THEN NOT malformed AND ruling.tag IS NOT NULL
                  AND identifier.ca_operator = reasoned.ca_operator
              WHEN 'others_named' THEN NOT malformed AND ruling.tag IS NOT NULL AND issue_value.issuer <> ''
              WHEN 'nobody_named' THEN NOT malformed AND ruling.tag IS NOT NULL END
    GROUP BY number, reasoned.id)
SELECT name, issuer, ca_operator, time_text(not_before) AS not_before,
       if(is_wild, 'true', 'false') AS wildcard,
       if(reasoned.id IS NULL, 'not_in_scan', verdict_of(reason, ca_operator)) AS verdict, reason,
       CASE WHEN first.malformed THEN 'malformed' ELSE first.written_tag END AS property,
       CASE WHEN reason IN ('lookup_failed', 'not_asked') THEN error_class
            WHEN first.malformed THEN first.rdata_error ELSE rewritten(first.written) END AS value,
       time_text(moment) AS seen_at
FROM reasoned LEFT JOIN decides ON decides.number = reasoned.number AND decides.id = reasoned.id
