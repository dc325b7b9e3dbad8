/* operator_name.h: who runs the name servers of a zone, as far as host names tell. Pure.
 *
 * The operator is that of the first name server in the order of the alphabet, so that it does not
 * depend on the order of an answer. Its registrable domain is looked up among the domains that
 * datasets/dns_operators.csv knows; an unknown one stands for itself. A zone with servers of two
 * operators counts for one of them.
 */
#ifndef OPERATOR_NAME_H
#define OPERATOR_NAME_H

#include "suffix.h"

/* How a name came about. X(ENUMERATOR, "word"). */
#define OPERATOR_RULES(X)                                                                          \
    X(UNKNOWN, "unknown")                /* no name server is recorded */                          \
    X(ALIAS, "known_operator")           /* the table has it */                                    \
    X(REGISTRABLE, "registrable_domain") /* of the first name server */                            \
    X(HOST, "host")                      /* it has none: the host name itself */

#define OPERATOR_RULE_ENUM(name, word) OPERATOR_RULE_##name,
enum operator_rule { OPERATOR_RULES(OPERATOR_RULE_ENUM) OPERATOR_RULE_COUNT };

const char *operator_rule_word(enum operator_rule rule);

struct operator_name {
    struct caa_text text; /* borrows from the host name or from the table; empty where unknown */
    enum operator_rule rule;
};

/* The operator of a name server; host.octets is NULL where there is none. Names from the table have
 * a capital letter somewhere, so they are never a domain of a record. */
struct operator_name operator_name_of(const struct suffix_list *suffixes, struct caa_text host);

#endif
