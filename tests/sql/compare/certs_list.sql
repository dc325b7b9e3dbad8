-- The list of certificates: who issued each, for what. After values.sql; the variable certs is its
-- path.

-- Case and punctuation make no difference to a name of an organisation.
CREATE MACRO plain(text) AS regexp_replace(lower(text), '[^a-z0-9]', '', 'g');
CREATE TABLE organisation AS
SELECT DISTINCT plain(organisation) AS organisation, ca_operator
FROM read_csv('datasets/ca_organisations.csv', header = true, all_varchar = true)
UNION SELECT DISTINCT plain(ca_operator), ca_operator FROM identifier;

CREATE TABLE certificate AS
WITH listed AS (
    SELECT row_number() OVER () AS number, lower(name) AS name, issuer, wildcard, "notBefore" AS moment,
           coalesce(nullif(regexp_extract(issuer, '(?:^|, *)O=([^,]*)', 1), ''), issuer) AS o
    FROM read_csv(getvariable('certs'), header = true, all_varchar = true)),
named AS (
    SELECT *, coalesce((SELECT min(ca_operator) FROM organisation
                        WHERE organisation.organisation = plain(o)),
                       (SELECT min(ca_operator) FROM identifier WHERE identifier = lower(o)))
                  AS ca_operator
    FROM listed)
SELECT number, rtrim(regexp_replace(name, '^\*\.', ''), '.') AS name, issuer, ca_operator,
       starts_with(name, '*.') OR coalesce(lower(wildcard) IN ('true', 'yes', '1'), false) AS is_wild,
       if(starts_with(name, '*.') OR coalesce(lower(wildcard) IN ('true', 'yes', '1'), false),
          'wild', 'issue') AS kind,
       try_strptime(moment, ['%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%d', '%Y%m%d%H%M%SZ', '%b %d %H:%M:%S %Y GMT'])
           AS not_before
FROM named;

CREATE MACRO time_text(moment) AS strftime(moment, '%Y-%m-%dT%H:%M:%SZ');

-- The words for what a set says to a certificate of an operator (NULL: unknown). Parameters are
-- ignored. "named": an identifier of the operator is there; "anybody": one of whomever.
CREATE MACRO reason_of(outcome, policy, named, anybody) AS
    CASE outcome WHEN 'indeterminate' THEN 'lookup_failed' WHEN 'skipped' THEN 'not_asked'
         WHEN 'empty' THEN 'no_set'
         ELSE CASE policy WHEN 'deny_all_critical' THEN 'critical' WHEN 'unrestricted' THEN 'no_property'
              ELSE CASE WHEN named THEN 'named' WHEN anybody THEN 'others_named'
                        ELSE 'nobody_named' END END END;
CREATE MACRO verdict_of(reason, ca_operator) AS
    CASE WHEN reason IN ('lookup_failed', 'not_asked') THEN 'lookup_failed'
         WHEN reason IN ('no_set', 'no_property', 'named') THEN 'permitted'
         WHEN reason = 'others_named' AND ca_operator IS NULL THEN 'unknown_issuer'
         ELSE 'not_permitted' END;

-- Whom a set names for a kind, by the operator where it is known.
CREATE TABLE named_for AS
SELECT DISTINCT ruling.id, kind, ca_operator FROM ruling JOIN naming USING (id, tag);
