/* export_rows.h: a record as rows of flat tables, with the columns that everyone works out of it.
 * Pure. caareport-tables(5) describes every column. */
#ifndef EXPORT_ROWS_H
#define EXPORT_ROWS_H

#include "count_map.h"
#include "csv_buffer.h"
#include "record_view.h"
#include "suffix.h"

/* Each: X(column, DuckDB type), in the order of the cells. */
#define EXPORT_KEY_COLUMNS(X)                                                                      \
    X(scan, "VARCHAR") X(row, "BIGINT") X(prefix, "VARCHAR") X(pass, "INTEGER")

#define EXPORT_NAMES_COLUMNS(X)                                                                    \
    EXPORT_KEY_COLUMNS(X)                                                                          \
    X(mode, "VARCHAR")                                                                             \
    X(vantage, "VARCHAR")                                                                          \
    X(rank, "BIGINT")                                                                              \
    X(input, "VARCHAR")                                                                            \
    X(name, "VARCHAR")                                                                             \
    X(wildcard, "BOOLEAN")                                                                         \
    X(registrable_domain, "VARCHAR")                                                               \
    X(public_suffix, "VARCHAR")                                                                    \
    X(tld, "VARCHAR")                                                                              \
    X(outcome, "VARCHAR")                                                                          \
    X(error_class, "VARCHAR")                                                                      \
    X(error_at, "VARCHAR")                                                                         \
    X(error_name, "VARCHAR")                                                                       \
    X(exists, "VARCHAR")                                                                           \
    X(own, "VARCHAR")                                                                              \
    X(found_at, "VARCHAR")                                                                         \
    X(depth, "INTEGER")                                                                            \
    X(rrset_owner, "VARCHAR")                                                                      \
    X(part, "VARCHAR")                                                                             \
    X(aliases, "INTEGER")                                                                          \
    X(zone, "VARCHAR")                                                                             \
    X(operator, "VARCHAR")                                                                         \
    X(operator_rule, "VARCHAR")                                                                    \
    X(set_zone, "VARCHAR")                                                                         \
    X(set_operator, "VARCHAR")                                                                     \
    X(caa_records, "INTEGER")                                                                      \
    X(issuers, "VARCHAR")                                                                          \
    X(ca_operators, "VARCHAR")                                                                     \
    X(policy_issue, "VARCHAR")                                                                     \
    X(policy_wild, "VARCHAR")                                                                      \
    X(policy_mail, "VARCHAR")                                                                      \
    X(policy_vmc, "VARCHAR")                                                                       \
    X(rfc8657_records, "INTEGER")                                                                  \
    X(unsatisfiable_records, "INTEGER")                                                            \
    X(lints, "VARCHAR")                                                                            \
    X(notes, "VARCHAR")                                                                            \
    X(a_probed, "BOOLEAN")                                                                         \
    X(a_answered, "BOOLEAN")                                                                       \
    X(rfc6844_outcome, "VARCHAR")                                                                  \
    X(rfc6844_found_at, "VARCHAR")                                                                 \
    X(erratum5065_outcome, "VARCHAR")                                                              \
    X(erratum5065_found_at, "VARCHAR")                                                             \
    X(dnssec, "VARCHAR")                                                                           \
    X(ds, "VARCHAR")                                                                               \
    X(ad, "BOOLEAN")                                                                               \
    X(queries, "INTEGER")                                                                          \
    X(retries, "INTEGER")                                                                          \
    X(duration, "DOUBLE")                                                                          \
    X(timestamp, "TIMESTAMP")

#define EXPORT_RECORDS_COLUMNS(X)                                                                  \
    EXPORT_KEY_COLUMNS(X)                                                                          \
    X(position, "INTEGER")                                                                         \
    X(name, "VARCHAR")                                                                             \
    X(found_at, "VARCHAR")                                                                         \
    X(rrset_owner, "VARCHAR")                                                                      \
    X(flags, "INTEGER")                                                                            \
    X(critical, "BOOLEAN")                                                                         \
    X(tag, "VARCHAR")                                                                              \
    X(property, "VARCHAR")                                                                         \
    X(value, "VARCHAR")                                                                            \
    X(ttl, "BIGINT")                                                                               \
    X(rdata_error, "VARCHAR")                                                                      \
    X(rdata, "VARCHAR")                                                                            \
    X(value_error, "VARCHAR")                                                                      \
    X(issuer, "VARCHAR")                                                                           \
    X(ca_operator, "VARCHAR")                                                                      \
    X(ca_status, "VARCHAR")                                                                        \
    X(params, "INTEGER")                                                                           \
    X(accounturi, "VARCHAR")                                                                       \
    X(validationmethods, "VARCHAR")                                                                \
    X(rfc8657_satisfiable, "BOOLEAN")                                                              \
    X(lints, "VARCHAR")

#define EXPORT_LEVELS_COLUMNS(X)                                                                   \
    EXPORT_KEY_COLUMNS(X)                                                                          \
    X(level, "INTEGER")                                                                            \
    X(name, "VARCHAR")                                                                             \
    X(outcome, "VARCHAR")                                                                          \
    X(rcode, "INTEGER")                                                                            \
    X(aliases, "INTEGER")                                                                          \
    X(last_target, "VARCHAR")                                                                      \
    X(source, "VARCHAR")                                                                           \
    X(age, "INTEGER")                                                                              \
    X(server, "VARCHAR")                                                                           \
    X(protocol, "VARCHAR")                                                                         \
    X(rtt, "DOUBLE")                                                                               \
    X(attempts, "INTEGER")                                                                         \
    X(ad, "BOOLEAN")                                                                               \
    X(ede, "VARCHAR")                                                                              \
    X(dnssec, "VARCHAR")                                                                           \
    X(tried, "INTEGER")

/* The tables. X(ENUMERATOR, "name", COLUMNS) */
#define EXPORT_TABLES(X)                                                                           \
    X(NAMES, "names", EXPORT_NAMES_COLUMNS)                                                        \
    X(RECORDS, "records", EXPORT_RECORDS_COLUMNS)                                                  \
    X(LEVELS, "levels", EXPORT_LEVELS_COLUMNS)

#define EXPORT_ENUM(name, word, columns) EXPORT_##name,
enum export_table { EXPORT_TABLES(EXPORT_ENUM) EXPORT_TABLE_COUNT };

/* What one thread needs. */
struct export_rows {
    struct csv_buffer tables[EXPORT_TABLE_COUNT];
    struct csv_buffer scratch;
    struct count_map issuers; /* seen[0]: one more than the lints of an identifier */
    const struct suffix_list *suffixes;
};

void export_rows_init(struct export_rows *rows, const struct suffix_list *suffixes);
void export_rows_fini(struct export_rows *rows);

/* Adds the rows of a record to the tables. False without memory. */
bool export_rows_add(struct export_rows *rows, const struct record_view *record);

/* "names" and so on, the header line, and the columns with their types for DuckDB as a list of
 * 'name': 'TYPE' with commas between. */
const char *export_rows_name(enum export_table table);
const char *export_rows_header(enum export_table table);
const char *export_rows_types(enum export_table table);

#endif
