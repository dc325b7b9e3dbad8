/* br_failure.h: what a CA may do under the TLS Baseline Requirements, section 3.2.2.8, where the
 * lookup for CAA failed. Pure.
 *
 * A failure may count as permission only where it lies outside the CA's infrastructure, was retried
 * and the domain is known to be Insecure (RFC 4035 section 4.3). From 2026-03-15 on the CA has to
 * validate, and a validation error is never permission.
 */
#ifndef BR_FAILURE_H
#define BR_FAILURE_H

#include "record_view.h"

/* The day, as YYYYMMDD, from which the primary perspective validates every CAA query. */
#define BR_FAILURE_VALIDATION_DAY 20260315u

/* X(ENUMERATOR, "word"). */
#define BR_FAILURES(X)                                                                             \
    X(EXCEPTION, "exception_possible")      /* unsigned: a CA that retried may go on */            \
    X(MUST_NOT, "must_not_issue")           /* signed, bogus, or of no known status */             \
    X(NOT_VALIDATED, "only_if_not_checked") /* bogus, before a CA had to validate */               \
    X(UNKNOWN, "unknown")                   /* it was not looked for, or the trouble was ours */

#define BR_FAILURE_ENUM(name, word) BR_FAILURE_##name,
enum br_failure { BR_FAILURES(BR_FAILURE_ENUM) BR_FAILURE_COUNT };

const char *br_failure_word(enum br_failure outcome);

/* For a record whose outcome is indeterminate. What a validating resolver said decides; where
 * nobody validated, whether the delegation has a DS. */
enum br_failure br_failure_of(const struct record_view *record);

#endif
