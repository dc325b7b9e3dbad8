/* cert_tables.h: the tables of certificates beside scans of several times. Nothing is decided here.
 */
#ifndef CERT_TABLES_H
#define CERT_TABLES_H

#include "cert_matrix.h"
#include "cert_removal.h"
#include "compare_session.h"

/* Lags after which certificates are counted. X(ENUMERATOR, "column", seconds). */
#define CERT_LAG_STEPS(X)                                                                          \
    X(8H, "over_8h", 28800)                                                                        \
    X(1D, "over_1d", 86400)                                                                        \
    X(7D, "over_7d", 604800)                                                                       \
    X(30D, "over_30d", 2592000)                                                                    \
    X(90D, "over_90d", 7776000)                                                                    \
    X(398D, "over_398d", 34387200)

#define CERT_LAG_STEP_ENUM(name, word, seconds) CERT_LAG_##name,
enum cert_lag_step { CERT_LAG_STEPS(CERT_LAG_STEP_ENUM) CERT_LAG_STEP_COUNT };

/* Removals of one CA operator, by kind and by whether the CA was named. */
struct cert_lag_counts {
    uint64_t lags[CERT_LAG_COUNT];
    uint64_t permitted_again;
    uint64_t after[CERT_LAG_STEP_COUNT];    /* the last one came so long after the later look */
    uint64_t followed[CERT_LAG_STEP_COUNT]; /* followed for so long */
};

struct cert_counts {
    uint64_t certs;
    uint64_t verdicts[CERT_VERDICT_COUNT];
    uint64_t not_permitted_after; /* by a look before notBefore */
    uint64_t between[CERT_CHANGE_COUNT], since[CERT_CHANGE_COUNT];
    /* By the verdicts before and after, and by what the set did between. */
    uint64_t sides[CERT_VERDICT_COUNT][CERT_VERDICT_COUNT][CERT_CHANGE_COUNT];
    struct cert_lag_counts lags[2][2]; /* by kind, and named */
};

struct cert_report {
    const struct compare_session *session;
    const struct compare_scan *first, *last; /* by time */
    struct cert_operators operators;
    struct cert_counts *counts; /* by operator; owned */
    size_t counts_cap;
    struct cert_matrix matrix;
    uint64_t certs, names; /* names: that have certificates */
    uint64_t until;
};

void cert_report_fini(struct cert_report *report);

/* Counts a certificate of the name that is under way. False without memory. */
bool cert_report_take(struct cert_report *report, const struct cert_entry *cert,
                      const struct cert_judgement *judgement);

/* Counts a removal. False without memory. */
bool cert_report_removal(struct cert_report *report, const struct cert_removal *removal);

void cert_tables_begin_certs(struct csv_file *csv);
void cert_tables_cert(struct csv_file *csv, const struct cert_report *report,
                      const struct cert_entry *cert, const struct cert_judgement *judgement);
void cert_tables_begin_removals(struct csv_file *csv);
void cert_tables_removal(struct csv_file *csv, const struct cert_report *report,
                         struct caa_text name, const struct cert_removal *removal);

/* The tables that are made from counts, and the figure. False after a message. */
bool cert_tables_write(const struct cert_report *report);

void cert_tables_print(FILE *out, const struct cert_report *report);

#endif
