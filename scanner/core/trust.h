/* trust.h: the chain of trust (RFC 4035 section 5): which replies are to be verified, by which
 * keys, and what a verdict means to the question.
 *
 * Each cut says what is known of its zone: `secure`, it has a DS that is proven; `insecure`, it is
 * proven to have none, and so has nothing below it; `unchecked`, not known yet. Nothing from an
 * insecure zone is verified, which costs nothing. A reply from any other zone is held back (held.h)
 * until its zone and the keys of that are found (keychain.h). Then both go to the verifier
 * (verdict.h), and its verdict comes back as an event. A bogus reply counts against its server, and
 * another one is asked.
 *
 * Questions for addresses, and control probes other than CAA, are not verified: an address is only
 * a place to ask, and what is learnt there is. So these never wait for keys, and keys may wait for
 * them. The cuts they find are unchecked, but where the keys are at hand.
 */
#ifndef CAASCAN_TRUST_H
#define CAASCAN_TRUST_H

#include "message.h"
#include "resolve.h"
#include "verdict.h"

/* Verifications asked for at a time; other replies wait. */
#define TRUST_VERIFYING_MAX 256u

/* Plants the anchors, and makes room for the replies that `waiters` rows may have held back: all of
 * them at once, where a zone's keys are slow to come. */
void trust_init(struct resolve *r, struct arena *arena, const struct resolve_config *config);

/* Takes a decoded reply without failure, r->parts. Returns false where it may be believed as it is;
 * then its dnssec is set. Else it is held back until its verdict is there. */
bool trust_take(struct resolve *r, uint32_t question, const struct message_decode_args *args,
                uint64_t now_ns);

/* Fills up to cap actions with what is to be verified. */
size_t trust_actions(struct resolve *r, uint64_t now_ns, struct action *out, size_t cap);

/* The verdict on the reply of question `channel`. */
void trust_event(struct resolve *r, uint64_t now_ns, const struct door_event *event);

/* A DS RRset that a referral proved, kept for when the zone's keys are asked for. */
void trust_keep_ds(struct resolve *r, const struct message_decode_args *args,
                   const struct referral *referral, uint64_t now_ns);

/* Of the parts that something rests on: the least that is proven. */
enum dnssec_status trust_weaker(enum dnssec_status a, enum dnssec_status b);

#endif
