/* cert_history.h: what several scans saw of a name, in the order of time, and what that says about
 * a certificate. Pure.
 *
 * A scan that has the name and asked for it is a look. A lookup that failed is a look too, and says
 * nothing about the set. Between two looks a set has changed where both answered and their sets
 * differ; where servers of a zone disagreed in one of them, a difference is no change.
 */
#ifndef CERT_HISTORY_H
#define CERT_HISTORY_H

#include "cert_entry.h"
#include "cert_list.h"
#include "compare_join.h"

struct cert_look {
    uint64_t seen_at; /* YYYYMMDDHHMMSS */
    const struct compare_entry *entry;
    struct caa_set set;
    struct set_records *records; /* the memory of the set */
};

struct cert_history {
    struct cert_look looks[COMPARE_SIDES_MAX]; /* earliest first */
    size_t count;
    struct set_records records[COMPARE_SIDES_MAX];
};

void cert_history_fini(struct cert_history *history);

/* Reads the looks of a name; row NULL: no scan has it. It borrows from the row. False without
 * memory. */
bool cert_history_read(struct cert_history *history, const struct compare_row *row);

/* Did the look find a set, or that there is none? */
bool cert_look_answered(const struct cert_look *look);

/* Answered, and no servers disagreed. */
bool cert_look_is_clear(const struct cert_look *look);

/* May the CA issue by the set that was seen? */
struct check_verdict cert_look_verdict(const struct cert_look *look, const struct caa_ca *ca,
                                       enum caa_kind kind);

/* X(ENUMERATOR, "word"). */
#define CERT_CHANGES(X)                                                                            \
    X(UNCHANGED, "no")                                                                             \
    X(CHANGED, "yes")                                                                              \
    X(CHANGE_UNKNOWN, "")

#define CERT_CHANGE_ENUM(name, word) CERT_##name,
enum cert_change { CERT_CHANGES(CERT_CHANGE_ENUM) CERT_CHANGE_COUNT };

CAASCAN_WORD_FUNCTION(cert_change_word, CERT_CHANGES)

enum { CERT_BEFORE, CERT_AFTER, CERT_SIDES };

struct cert_judgement {
    /* The last look up to notBefore, and the first behind it. NULL: there is none, and the verdict
     * is CERT_NOT_IN_SCAN. */
    const struct cert_look *looks[CERT_SIDES];
    struct check_verdict checks[CERT_SIDES];
    enum cert_verdict verdicts[CERT_SIDES];
    const struct cert_look *deciding; /* the look before, or where there is none that after */
    enum cert_verdict verdict;        /* by it */
    enum cert_change between;         /* from the look before to the look after */
    enum cert_change since;           /* from the deciding look on, up to the last one */
};

/* known: the operator of the certificate is. */
struct cert_judgement cert_history_judge(const struct cert_history *history,
                                         const struct cert_entry *cert, const struct caa_ca *ca,
                                         bool known);

#endif
