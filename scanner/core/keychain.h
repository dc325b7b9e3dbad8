/* keychain.h: finds what a reply held back is to be verified by, a step at a time:
 *
 *   its zone's DS    where the cut is unchecked: asked for as (zone, DS), of the parent
 *   its own zone     servers may hold zones below the cut too and answer for them without a
 *                    referral. The signatures name the zone, whose DS is asked for. Without any,
 *                    each name from the cut down to the name at hand is asked for its DS, to find
 *                    the unsigned delegation that explains it; if there is none, it is bogus. A
 *                    referral without proof is explained by the DS of the zone it leads to, or by
 *                    the proof that there is none (RFC 4035 section 5.2).
 *   its zone's keys  (zone, DNSKEY), verified by the DS
 *
 * Each of these is a question like any other: asked once however many wait for it, verified, and
 * kept in the cache for its TTL.
 */
#ifndef CAASCAN_KEYCHAIN_H
#define CAASCAN_KEYCHAIN_H

#include "held.h"

/* Sub-questions of sub-questions. Deeper than for addresses, which stop at ITERATE_DEPTH_MAX. */
#define KEYCHAIN_DEPTH_MAX 12u

/* Goes on until the question waits for another or for its verdict, or the reply is let go. */
void keychain_go_on(struct held_turn *turn);

/* The verdict on the reply is bogus, since it shows no proof. Returns false where it is no
 * referral; else goes on: the DS of the zone that it leads to is asked for, as if it had shown
 * nothing. */
bool keychain_explain(struct held_turn *turn);

/* The sub-question `done` came to its end; as iterate_sub_done. */
void keychain_sub_done(struct resolve *r, uint32_t question, uint32_t done, bool began_it,
                       uint64_t now_ns);

#endif
