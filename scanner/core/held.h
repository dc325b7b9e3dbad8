/* held.h: a reply held back until it is known whether to believe it, and how that ends. The reply
 * lives in a store of its own, and in the question's struct trust what is known of it so far.
 */
#ifndef CAASCAN_HELD_H
#define CAASCAN_HELD_H

#include "message.h"
#include "resolve.h"
#include "verdict.h"

/* What is to be found out next; keychain.h. */
enum held_step {
    HELD_NOTHING, /* holds no reply */
    HELD_CUT,     /* is the cut's zone signed? */
    HELD_SIGNER,  /* which zone is the reply from? */
    HELD_WALK,    /* is there an unsigned delegation below the cut? */
    HELD_KEYS,
    HELD_VERIFY,
};

struct held_reply {
    uint64_t arrived_ns;
    struct address server;
    uint32_t len;
    uint8_t octets[];
};

/* A question on its way to a verdict, in one turn. */
struct held_turn {
    struct resolve *r;
    struct question *q;
    uint32_t question;
    uint32_t given; /* the sub-question's answer that ended the wait, held; 0: none */
    uint32_t ttl_s; /* that the DS or DNSKEY answer at hand has left */
    uint64_t now_ns;
};

/* Keeps a reply of this server. Returns 0 where there is no room. */
uint32_t held_keep(struct resolve *r, const struct message_decode_args *args,
                   const struct address *server, uint64_t now_ns);

/* Does the question wait for the sake of a reply held back? */
bool held_has(const struct question *q);

/* Lets the reply go, and the keys. */
void held_drop(struct resolve *r, struct question *q);

/* The reply, to be read as one of this zone. */
struct message_decode_args held_args(const struct held_turn *turn, struct name zone);

/* The zone that the reply is from, as far as that is known. */
struct name held_zone(const struct held_turn *turn);

/* ---- ends: each lets the reply go, and the question goes on ---- */

/* The reply is believed as one of this zone: what was verified must be what is read. */
void held_accept_verdict(struct held_turn *turn, struct name zone, const struct verdict *verdict);

/* The reply is believed as it is, since this zone is proven unsigned: where it shows aliases, only
 * what is in that zone. For as long as the proof holds, turn->ttl_s. */
void held_accept_unsigned(struct held_turn *turn, struct name zone);

/* The reply is a referral without proof, and this answer to a question for DS, which is secure or
 * insecure, proves what is to be known of the zone it leads to: believed as that says, for as long
 * as the proof holds, turn->ttl_s. */
void held_accept_referral(struct held_turn *turn, const struct answer *ds);

/* This server's reply is wrong; another one's may be right. reason: enum verdict_reason. */
void held_refuse(struct held_turn *turn, enum error_class class, uint16_t reason);

/* No server can mend it: the zone's DS or keys could not be had, or are bogus. */
void held_fail(struct held_turn *turn, enum error_class class, uint16_t reason);

/* The same, for the reason that this answer to a question for DS or DNSKEY failed. */
void held_fail_by(struct held_turn *turn, const struct answer *a);

#endif
