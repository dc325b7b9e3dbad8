-- What every table needs to know of a record: its scan, the domain and operator of the name, and
-- where the set is. check_sql.py has made: record (by the macro caascan), metadata (scan, list,
-- rows, compared: what the head of the file says) and suffix_rule (kind, domain: the Public Suffix
-- List in A-labels, as SQL has no Punycode).

CREATE MACRO share(part, whole) AS part / nullif(whole, 0);

CREATE TABLE scan AS
SELECT row_number() OVER (ORDER BY scan_id, mode, vantage, prefix) AS scan_no, *
FROM (SELECT scan AS scan_id, strftime(min(timestamp), '%Y-%m-%d') AS date, mode, vantage, prefix,
             min(timestamp) AS began
      FROM record GROUP BY scan, mode, vantage, prefix);

-- A name's public suffix has as many labels as the longest rule that fits, or one; an exception
-- decides against all others and has a label less than it says.
CREATE TABLE domain AS
WITH host AS (
    SELECT DISTINCT name, string_split(name, '.') AS labels
    FROM (SELECT name FROM record WHERE name <> '.'
          UNION ALL SELECT list_min(ns) FROM record
          UNION ALL SELECT list_min(set_ns) FROM record)
    WHERE name IS NOT NULL),
tail AS (
    SELECT name, n, array_to_string(labels[-n:], '.') AS tail,
           CASE WHEN n > 1 THEN array_to_string(labels[1 - n:], '.') END AS parent
    FROM (SELECT name, labels, unnest(range(1, len(labels) + 1)) AS n FROM host)),
rule AS (
    SELECT name, n, kind FROM tail JOIN suffix_rule ON domain = tail AND kind <> 'wildcard'
    UNION ALL
    SELECT name, n, kind FROM tail JOIN suffix_rule ON domain = parent AND kind = 'wildcard'),
suffix AS (
    SELECT name, coalesce(max(n - 1) FILTER (kind = 'exception'), max(n)) AS suffix_labels
    FROM rule GROUP BY name)
SELECT name, CASE WHEN len(labels) > coalesce(suffix_labels, 1)
                  THEN array_to_string(labels[-coalesce(suffix_labels, 1) - 1:], '.')
             END AS registrable
FROM host LEFT JOIN suffix USING (name);

-- By the first name server in the order of the alphabet.
CREATE TABLE operator AS
WITH known AS (
    SELECT * FROM read_csv('datasets/dns_operators.csv', header = true, all_varchar = true))
SELECT domain.name AS server,
       coalesce(min(known.operator), any_value(registrable), domain.name) AS operator,
       CASE WHEN count(known.operator) > 0 THEN 'known_operator'
            WHEN any_value(registrable) IS NOT NULL THEN 'registrable_domain'
            ELSE 'host' END AS ns_rule
FROM domain LEFT JOIN known
    ON CASE WHEN pattern LIKE '%*' THEN starts_with(registrable, rtrim(pattern, '*'))
            ELSE registrable = pattern END
WHERE domain.name IN (SELECT list_min(ns) FROM record
                      UNION ALL SELECT list_min(set_ns) FROM record)
GROUP BY domain.name;

CREATE TABLE listed AS
SELECT row_number() OVER () AS id, scan_no, record.*, registrable, operator, ns_rule,
       outcome IN ('found', 'empty', 'indeterminate') AS asked,
       outcome IN ('found', 'empty') AS answered,
       outcome = 'found' AS found,
       CASE WHEN record.name = '.' THEN '' ELSE string_split(record.name, '.')[-1] END AS tld,
       CASE WHEN outcome = 'empty' THEN 'none'
            WHEN outcome <> 'found' THEN outcome
            WHEN rrset_owner <> found_at THEN if(depth = 0, 'via_alias', 'ancestor_via_alias')
            WHEN depth = 0 THEN 'own'
            WHEN NOT contains(found_at, '.') THEN 'ancestor_tld'
            WHEN registrable IS NULL OR length(found_at) < length(registrable)
            THEN 'ancestor_public_suffix'
            WHEN found_at = registrable THEN 'ancestor_regdom'
            ELSE 'ancestor_intermediate' END AS part
FROM record
JOIN scan ON (scan_id, scan.mode, scan.vantage, scan.prefix)
           = (record.scan, record.mode, record.vantage, record.prefix)
LEFT JOIN domain ON domain.name = record.name
LEFT JOIN operator ON server = list_min(ns);

-- The denominators that most tables have.
CREATE TABLE base AS
SELECT scan_no, scan_id, date, scan.mode, scan.vantage, scan.prefix,
       count(*) FILTER (asked) AS asked, count(*) FILTER (answered) AS answered,
       count(*) FILTER (found) AS found
FROM scan JOIN listed USING (scan_no) GROUP BY ALL;
