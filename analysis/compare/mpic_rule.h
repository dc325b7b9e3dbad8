/* mpic_rule.h: the multi-perspective rule of the TLS Baseline Requirements, section 3.2.2.9. Pure.
 *
 * The primary perspective must itself permit. A remote perspective corroborates where its own
 * result is permission, whatever the octets that it saw. From 2025-03-15 on a CA has to ask from 2
 * remote perspectives, from 2025-09-15 on it must heed them; later days raise the number of remotes
 * and want corroboration from two regions of the Internet registries.
 */
#ifndef MPIC_RULE_H
#define MPIC_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "caascan/term.h"

/* The five Regional Internet Registries. X(ENUMERATOR, "word"). */
#define MPIC_RIRS(X)                                                                               \
    X(AFRINIC, "AFRINIC")                                                                          \
    X(APNIC, "APNIC")                                                                              \
    X(ARIN, "ARIN")                                                                                \
    X(LACNIC, "LACNIC")                                                                            \
    X(RIPE, "RIPE NCC")

/* What a perspective sees. X(ENUMERATOR, "word"). */
#define MPIC_RESULTS(X)                                                                            \
    X(PERMIT, "permit")                                                                            \
    X(DENY, "deny")                                                                                \
    X(FAILED, "failed")                 /* the lookup failed: no permission */                     \
    X(FAILED_PERMITS, "failed_permits") /* so that it counts as permission (section 3.2.2.8) */

/* What decides. Those before PRIMARY_DENIES allow issuance. X(ENUMERATOR, "word"). */
#define MPIC_REASONS(X)                                                                            \
    X(NO_DUTY, "no_duty")           /* before the rule: the primary alone decides */               \
    X(NOT_ENFORCED, "not_enforced") /* remotes are asked, and need not be heeded */                \
    X(QUORUM, "quorum")             /* enough remotes corroborate */                               \
    X(PRIMARY_DENIES, "primary_denies")                                                            \
    X(PRIMARY_FAILED, "primary_failed")                                                            \
    X(TOO_FEW_REMOTES, "too_few_remotes") /* fewer than the day wants */                           \
    X(NO_QUORUM, "no_quorum")             /* too many do not corroborate */                        \
    X(ONE_REGION, "one_region")           /* those that corroborate are of fewer than two */

#define MPIC_RIR_ENUM(name, word) MPIC_RIR_##name,
#define MPIC_RESULT_ENUM(name, word) MPIC_##name,
#define MPIC_REASON_ENUM(name, word) MPIC_REASON_##name,
enum mpic_rir { MPIC_RIRS(MPIC_RIR_ENUM) MPIC_RIR_COUNT };
enum mpic_result { MPIC_RESULTS(MPIC_RESULT_ENUM) MPIC_RESULT_COUNT };
enum mpic_reason { MPIC_REASONS(MPIC_REASON_ENUM) MPIC_REASON_COUNT };

CAASCAN_WORD_FUNCTION(mpic_rir_word, MPIC_RIRS)
CAASCAN_WORD_FUNCTION(mpic_result_word, MPIC_RESULTS)
CAASCAN_WORD_FUNCTION(mpic_reason_word, MPIC_REASONS)

/* Kilometres that perspectives must be apart at least. */
#define MPIC_DISTANCE_KM 500

struct mpic_remote {
    enum mpic_result result;
    enum mpic_rir rir;
};

struct mpic_verdict {
    enum mpic_reason reason;
    size_t corroborating, others; /* remotes */
    size_t regions;               /* of those that corroborate */
};

/* May the CA issue, on that day (YYYYMMDD), with what the perspectives see? */
struct mpic_verdict mpic_rule_judge(unsigned day, enum mpic_result primary,
                                    const struct mpic_remote *remotes, size_t remote_count);

bool mpic_reason_allows(enum mpic_reason reason);

/* Does the result count as permission? */
bool mpic_result_permits(enum mpic_result result);

/* Remotes that the day wants. */
size_t mpic_rule_remotes(unsigned day);

#endif
