/* delegation.h: what is known of a zone cut: the zone's name servers, their addresses, its DS.
 *
 * A delegation is an answer blob (answer.h) to the question for the zone's NS records, so it lives
 * in the same store and cache as all answers, with its TTL. Each of its records is one server: its
 * name and the glue that came with it. A question at work holds the blob, so eviction can't pull it
 * away.
 */
#ifndef CAASCAN_DELEGATION_H
#define CAASCAN_DELEGATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "message.h"

#define DELEGATION_TTL_MIN_S 1u
#define DELEGATION_ADDRESSES_MAX 8u /* of one server and family */

struct delegation_server {
    struct name ns;
    const uint8_t *ipv4, *ipv6; /* glue: four and sixteen octets each */
    size_t ipv4_count, ipv6_count;
};

/* Storage for the parts of one delegation while it is built. */
struct delegation_scratch {
    struct answer_rr rrs[ANSWER_NS_MAX];
    uint8_t rdata[ANSWER_NS_MAX][3 + NAME_LEN_MAX + DELEGATION_ADDRESSES_MAX * (4 + 16)];
};

/* Fills parts (views borrow from referral and scratch); answer_build makes the blob. */
void delegation_parts(const struct referral *referral, struct delegation_scratch *scratch,
                      struct answer_parts *parts);

/* Walks the servers, as answer_next_rr does. */
bool delegation_next(const struct answer *delegation, uint32_t *cursor,
                     struct delegation_server *out);

/* Can an address be reached on the public Internet? Not those set aside for private networks,
 * loopback and links (RFC 6890); they are no authority's (RFC 8659 section 6.3). */
bool delegation_is_public(const struct address *address);

#endif
