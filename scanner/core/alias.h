/* alias.h: the aliases of one answer section, and where they lead. Pure and bounded. */
#ifndef CAASCAN_ALIAS_H
#define CAASCAN_ALIAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "name.h"

/* A chain that is not too long needs two records a step, a DNAME and its CNAME; as many again may
 * be there twice. */
#define ALIAS_RRS_MAX (4u * ANSWER_CHAIN_MAX)

struct alias_rr {
    struct name_buffer owner, target;
    uint32_t ttl_s;
    uint8_t kind; /* enum alias_kind */
};

/* The caller fills rrs and count. */
struct alias_set {
    struct alias_rr rrs[ALIAS_RRS_MAX];
    struct name_buffer substituted[ANSWER_CHAIN_MAX]; /* targets made from DNAMEs */
    size_t count;
};

/* Follows the aliases from *end, in whatever order they stand, into parts->chain and
 * parts->head.chain_count (0 before), and moves *end to where they lead. The chain borrows from the
 * set and from what *end borrowed from. At most ANSWER_CHAIN_MAX + 1 passes over the set.
 *
 * Returns CLASS_NONE, or why it stopped at *end: multi_cname (CNAMEs, or closest DNAMEs, with
 * different targets), cname_chain_too_long, dname_overflow, msg_malformed (a CNAME that is not the
 * DNAME's substitution), cname_loop (*end was there before). */
enum error_class alias_follow(struct alias_set *set, struct answer_parts *parts, struct name *end);

/* Is this a failure that lies in the chain alone, so that it is as true as its aliases are? */
bool alias_shows(enum error_class failure);

/* Does the chain redirect this name? */
bool alias_chain_owns(const struct answer_parts *parts, struct name n);

/* Is a DNAME among the steps of the chain? */
bool alias_chain_has_dname(const struct answer_parts *parts);

#endif
