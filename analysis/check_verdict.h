/* check_verdict.h: may a CA issue, why, and by which record? Pure: caa_policy.h decides, here the
 * reason is found. */
#ifndef CHECK_VERDICT_H
#define CHECK_VERDICT_H

#include "caa_policy.h"
#include "record_view.h"

#define CHECK_RESULTS(X)                                                                           \
    X(PERMIT, "permit")                                                                            \
    X(DENY, "deny")                                                                                \
    X(UNKNOWN, "unknown") /* nobody can say: no lookup, or one that failed */

/* X(ENUMERATOR, "word"). */
#define CHECK_REASONS(X)                                                                           \
    X(NO_SET, "no_set")                             /* permit: no set governs the name */          \
    X(NO_PROPERTY, "no_property")                   /* permit: none about the kind */              \
    X(NAMED, "named")                               /* permit: a record names the CA */            \
    X(CRITICAL, "critical")                         /* deny: critical and not supported */         \
    X(PARAMS_NOT_SATISFIED, "params_not_satisfied") /* deny: named, and parameters rule it out */  \
    X(OTHERS_NAMED, "others_named")                 /* deny: others are named */                   \
    X(NOBODY_NAMED, "nobody_named")                 /* deny: nobody is named */                    \
    X(LOOKUP_FAILED, "lookup_failed")               /* unknown */                                  \
    X(NOT_A_NAME, "not_a_name")                     /* unknown: an invalid row */                  \
    X(NOT_ASKED, "not_asked")                       /* unknown: a skipped row */

#define CHECK_RESULT_ENUM(name, word) CHECK_##name,
#define CHECK_REASON_ENUM(name, word) CHECK_BY_##name,
enum check_result { CHECK_RESULTS(CHECK_RESULT_ENUM) CHECK_RESULT_COUNT };
enum check_reason { CHECK_REASONS(CHECK_REASON_ENUM) CHECK_REASON_COUNT };

CAASCAN_WORD_FUNCTION(check_result_word, CHECK_RESULTS)
CAASCAN_WORD_FUNCTION(check_reason_word, CHECK_REASONS)

struct check_verdict {
    enum check_result result;
    enum check_reason reason;
    /* The record that decides: for OTHERS_NAMED and NOBODY_NAMED the first that restricts. NULL
     * where no record does. It belongs to the set. */
    const struct caa_record *record;
};

/* The verdict by a set, which may be empty. */
struct check_verdict check_verdict_of_set(const struct caa_set *set, const struct caa_ca *ca,
                                          const struct caa_request *request);

/* The verdict by a record of a scan. */
struct check_verdict check_verdict_of(const struct record_view *view, const struct caa_ca *ca,
                                      const struct caa_request *request);

#endif
