/* policy_order.h: does one CAA set permit more than another? Pure.
 *
 * What a set permits is, for each kind of certificate, a set of (CA, account, method): everybody
 * where the set has no property of the kind, nobody where a critical property that is unknown or
 * malformed denies, else what its issuers stand for. Two identifiers are one CA where the table of
 * identifiers gives them the same operator. An accounturi leaves one account, a list of
 * validationmethods those methods (RFC 8657); parameters that no account and method can satisfy
 * leave nothing. Other parameters mean what the issuer says they mean, so issuers with different
 * ones can't be ordered.
 */
#ifndef POLICY_ORDER_H
#define POLICY_ORDER_H

#include "caa_policy.h"

/* The new set beside the old one. X(ENUMERATOR, "word"). */
#define POLICY_ORDERS(X)                                                                           \
    X(SAME, "same")                                                                                \
    X(WIDER, "wider")       /* all that was permitted is, and more */                              \
    X(NARROWER, "narrower") /* nothing new is permitted, and less */                               \
    X(OTHER, "other")       /* some is new and some is gone, or it can't be said */

#define POLICY_ORDER_ENUM(name, word) POLICY_##name,
enum policy_order { POLICY_ORDERS(POLICY_ORDER_ENUM) POLICY_ORDER_COUNT };

CAASCAN_WORD_FUNCTION(policy_order_word, POLICY_ORDERS)

/* Issuers of a kind, and octets of a list of methods, that are compared. A set with more is never
 * wider or narrower than another. Bounds the work. */
#define POLICY_ORDER_GRANTS_MAX 64u
#define POLICY_ORDER_METHODS_LEN_MAX 512u

/* Compares what two sets permit, over all kinds. An empty set permits everything. */
enum policy_order policy_order_of(const struct caa_set *from, const struct caa_set *to);

/* The same for certificates of one kind. */
enum policy_order policy_order_of_kind(const struct caa_set *from, const struct caa_set *to,
                                       enum caa_kind kind);

#endif
