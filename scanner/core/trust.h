/* trust.h: the chain of trust (RFC 4035 section 5): which replies are to be verified, by which
 * keys, and what a verdict means to the question.
 *
 * Each cut says what is known of its zone: `secure`, it has a DS that is proven; `insecure`, it is
 * proven to have none, and so has nothing below it; `unchecked`, not known yet. Nothing from an
 * insecure zone is verified, which costs nothing. A reply from any other zone is held back:
 *
 *   its zone's DS    where the cut is unchecked: asked for as (zone, DS), of the parent
 *   its own zone     servers may hold zones below the cut too and answer for them without a
 *                    referral. The signatures name the zone, whose DS is asked for. Without any,
 *                    each name from the cut down to the name at hand is asked for its DS, to find
 *                    the unsigned delegation that explains it; if there is none, it is bogus.
 *   its zone's keys  (zone, DNSKEY), verified by the DS
 *
 * Each of these is a question like any other: asked once however many wait for it, verified, and
 * kept in the cache for its TTL. Then reply and keys go to the verifier (verdict.h), and its
 * verdict comes back as an event. A bogus reply counts against its server, and another one is
 * asked.
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

/* Sub-questions of sub-questions. Deeper than for addresses, which stop at ITERATE_DEPTH_MAX. */
#define TRUST_DEPTH_MAX 12u

/* Verifications asked for at a time; other replies wait. */
#define TRUST_VERIFYING_MAX 256u

/* Plants the anchors, and makes room for the replies that `waiters` rows may have held back: all of
 * them at once, where a zone's keys are slow to come. */
void trust_init(struct resolve *r, struct arena *arena, const struct resolve_config *config);

/* Takes a decoded reply without failure, r->parts. Returns false where it may be believed as it is;
 * then its dnssec is set. Else it is held back until its verdict is there. */
bool trust_take(struct resolve *r, uint32_t question, const struct message_decode_args *args,
                uint64_t now_ns);

/* Does the question wait for the sake of a reply held back? */
bool trust_holds(const struct question *q);

/* The sub-question `done` came to its end; as iterate_sub_done. */
void trust_sub_done(struct resolve *r, uint32_t question, uint32_t done, bool began_it,
                    uint64_t now_ns);

/* Fills up to cap actions with what is to be verified. */
size_t trust_actions(struct resolve *r, uint64_t now_ns, struct action *out, size_t cap);

/* The verdict on the reply of question `channel`. */
void trust_event(struct resolve *r, uint64_t now_ns, const struct door_event *event);

/* A DS RRset that a referral proved, kept for when the zone's keys are asked for. */
void trust_keep_ds(struct resolve *r, const struct message_decode_args *args,
                   const struct referral *referral, uint64_t now_ns);

/* Lets the reply go, and the keys. */
void trust_end(struct resolve *r, struct question *q);

/* Of the parts that something rests on: the least that is proven. */
enum dnssec_status trust_weaker(enum dnssec_status a, enum dnssec_status b);

#endif
