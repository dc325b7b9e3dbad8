/* tally_study.h: counts by the definitions of earlier studies. Pure.
 *
 * They looked at the set of the name itself and did not climb. So sets of ancestors do not count
 * here, and of a name with a set of its own all is counted as it stands.
 */
#ifndef TALLY_STUDY_H
#define TALLY_STUDY_H

#include "count_map.h"
#include "distinct.h"
#include "tally_row.h"

/* Whose names. X(ENUMERATOR, "word") */
#define STUDY_POPULATIONS(X)                                                                       \
    X(BASE, "base")     /* names that are registrable domains */                                   \
    X(ALL, "all")       /* all names */                                                            \
    X(TOP_1M, "top_1m") /* names of the first million ranks */

/* What is counted. X(ENUMERATOR, "word", BASE): out of what is below. First those that are a number
 * of names, then the others. */
#define STUDY_METRICS(X)                                                                           \
    X(CAA_DIRECT, "caa_direct", ANSWERED)                                                          \
    X(CAA_DIRECT_OR_ALIAS, "caa_direct_or_alias", ANSWERED)                                        \
    X(ISSUE_OR_ISSUEWILD, "issue_or_issuewild", DIRECT)                                            \
    X(ISSUE, "issue", DIRECT)                                                                      \
    X(ISSUEWILD, "issuewild", DIRECT)                                                              \
    X(IODEF, "iodef", DIRECT)                                                                      \
    X(FLAGS_RESERVED_BITS, "flags_reserved_bits", DIRECT)                                          \
    X(RDATA_MALFORMED, "rdata_malformed", DIRECT)                                                  \
    X(TAG_UNKNOWN, "tag_unknown", DIRECT)                                                          \
    X(CRITICAL_UNKNOWN, "critical_unknown", DIRECT)                                                \
    X(NS_INCONSISTENT, "ns_inconsistent", ASKED)                                                   \
    X(NS_PRESENCE, "ns_presence", ASKED)                                                           \
    X(NS_CONTENT, "ns_content", ASKED)                                                             \
    X(NS_ALIAS, "ns_alias", ASKED)                                                                 \
    X(NS_NXDOMAIN, "ns_nxdomain", ASKED)                                                           \
    X(DISTINCT_ISSUE_VALUES, "distinct_issue_values", NOTHING)                                     \
    X(DISTINCT_ISSUEWILD_VALUES, "distinct_issuewild_values", NOTHING)                             \
    X(PARAMETER, "parameter", NOTHING)                                                             \
    X(ISSUE_CA, "issue_ca", ISSUE_VALUES)                                                          \
    X(ISSUEWILD_CA, "issuewild_ca", ISSUEWILD_VALUES)

#define STUDY_POPULATION_ENUM(name, word) STUDY_POPULATION_##name,
#define STUDY_METRIC_ENUM(name, word, base) STUDY_METRIC_##name,
enum study_population { STUDY_POPULATIONS(STUDY_POPULATION_ENUM) STUDY_POPULATION_COUNT };
enum study_metric { STUDY_METRICS(STUDY_METRIC_ENUM) STUDY_METRIC_COUNT };

#define STUDY_NAMES_END STUDY_METRIC_DISTINCT_ISSUE_VALUES

/* Out of what a metric is. */
enum study_base {
    STUDY_BASE_ASKED,
    STUDY_BASE_ANSWERED, /* names whose own level answered */
    STUDY_BASE_DIRECT,   /* names with a set of their own */
    STUDY_BASE_ISSUE_VALUES,
    STUDY_BASE_ISSUEWILD_VALUES, /* values of the property that name an issuer */
    STUDY_BASE_NOTHING,
};

const char *study_population_word(enum study_population population);
const char *study_metric_word(enum study_metric metric);
enum study_base study_metric_base(enum study_metric metric);

/* Values of issue or of issuewild. */
struct study_values {
    uint64_t named;         /* values that name an issuer */
    struct count_map by_ca; /* of them, by operator of the identifier; counts[0] */
    struct distinct values; /* whole values, octet by octet */
};

struct study_sample {
    uint64_t asked, answered;
    uint64_t names[STUDY_NAMES_END];
    struct study_values issue, issuewild;
    struct count_map params; /* by folded tag; counts[0]: values of both with the parameter */
    uint64_t values_seen;    /* serial number of the last value in params */
};

struct tally_study {
    struct study_sample samples[STUDY_POPULATION_COUNT];
};

void tally_study_init(struct tally_study *tally);
void tally_study_fini(struct tally_study *tally);

/* False without memory. */
bool tally_study_add(struct tally_study *tally, const struct tally_row *row);
bool tally_study_merge(struct tally_study *into, const struct tally_study *from);

/* The figure of a metric, with the parameter or the CA operator that it is about; 0 where there was
 * none. *exact: it is no estimate. */
uint64_t tally_study_count(const struct study_sample *sample, enum study_metric metric,
                           const char *key, bool *exact);
uint64_t tally_study_base(const struct study_sample *sample, enum study_base base);

#endif
