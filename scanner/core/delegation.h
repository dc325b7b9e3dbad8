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

/* The addresses of the servers as they were last found, in the delegation and in the cache, and
 * where they stand in the table of servers. It lies behind the delegation, in room of its own: no
 * part of the answer, but work that the next question need not do again. */
struct delegation_place {
    struct address address;
    uint32_t server; /* there now, if its address is this one */
};

struct delegation_roster {
    uint64_t until_ns; /* 0: nothing was found, or it is to be looked for again */
    uint16_t count, room;
    struct delegation_place places[];
};

/* What is looked for by sub-questions may be found at any time: so long others do without. */
#define DELEGATION_ROSTER_NS (10ull * 1000000000)
#define DELEGATION_ROSTER_MAX 32u

/* Storage for the parts of one delegation while it is built. */
struct delegation_scratch {
    struct answer_rr rrs[ANSWER_NS_MAX];
    uint8_t rdata[ANSWER_NS_MAX][3 + NAME_LEN_MAX + DELEGATION_ADDRESSES_MAX * (4 + 16)];
};

/* Fills parts (views borrow from referral and scratch); answer_build makes the blob. */
void delegation_parts(const struct referral *referral, struct delegation_scratch *scratch,
                      struct answer_parts *parts);

/* Octets of room for the blob of a delegation of `len` octets, and for its roster. */
size_t delegation_size(const struct referral *referral, size_t len);

/* Makes the roster of a new delegation, which has delegation_size octets of room. */
void delegation_begin_roster(struct answer *delegation, const struct referral *referral);

/* The roster, and the octets up to its end. */
struct delegation_roster *delegation_roster(struct answer *delegation);
size_t delegation_whole(struct answer *delegation);

/* Walks the servers, as answer_next_rr does. */
bool delegation_next(const struct answer *delegation, uint32_t *cursor,
                     struct delegation_server *out);

/* The names of the servers in their order; returns how many. They borrow from the delegation. */
size_t delegation_names(const struct answer *delegation, struct name ns[ANSWER_NS_MAX]);

/* Can an address be reached on the public Internet? Not those set aside for private networks,
 * loopback and links (RFC 6890); they are no authority's (RFC 8659 section 6.3). */
bool delegation_is_public(const struct address *address);

#endif
