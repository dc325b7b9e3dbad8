/* meaning.h: what a whole reply of an authority means to the search (RFC 1034 section 5.3.3): it
 * ends here, goes on at an alias, goes on deeper, or this server is no authority. Pure; who
 * iterates and who validates ask the same, so that they can't differ.
 */
#ifndef CAASCAN_MEANING_H
#define CAASCAN_MEANING_H

#include "message.h"

enum meaning {
    MEANING_RECORDS,  /* records at the end of the aliases, which may be none */
    MEANING_DENIAL,   /* NODATA or NXDOMAIN for the end of the aliases */
    MEANING_ALIAS,    /* aliases, and nothing about where they end: the search goes on there */
    MEANING_REFERRAL, /* a delegation below the zone; what stands beside it without AA is passed
                         over */
    MEANING_EMPTY,    /* authoritative, and yet neither records nor SOA: NODATA */
    MEANING_LAME,     /* no authority, and not closer to one; or pointing to a zone above */
};

/* Of what message_decode made of a reply with a zone, without failure. Fills referral where it
 * says MEANING_REFERRAL; its views borrow from scratch. A delegation of the very zone whose DS was
 * asked for is none: its parent has to answer. */
enum meaning meaning_of(const struct message_decode_args *args, const struct answer *head,
                        struct message_scratch *scratch, struct referral *referral);

#endif
