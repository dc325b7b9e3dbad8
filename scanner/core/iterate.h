/* iterate.h: iteration: from the root to the zone that holds a name, and on along its aliases, one
 * reply after the other (RFC 1034 section 5.3.3).
 *
 * A question stands at a cut, the closest delegation known for the name it is at; its servers are
 * asked, and each reply either settles the question, leads to a deeper cut, leads along an alias to
 * another name, or counts against the server that gave it. Where a server's address is not known a
 * sub-question asks for it; the question waits for one at a time. So it is where all that are known
 * fail, and glue is from above another zone than the one asked for.
 *
 * Work is bounded per question, so that hostile referrals can't be used to multiply queries
 * (NXNSAttack) or to keep a row at work for ever: past any of these bounds it is work_limit.
 */
#ifndef CAASCAN_ITERATE_H
#define CAASCAN_ITERATE_H

#include "resolve.h"

#define ITERATE_SENDS_MAX 100u     /* sends of one question, its sub-questions' included */
#define ITERATE_ATTEMPT_SENDS 3u   /* of one attempt: over UDP, over TCP, without EDNS */
#define ITERATE_REFERRALS_MAX 64u  /* a name has at most 127 labels, aliases begin anew */
#define ITERATE_SUBS_MAX 12u       /* sub-questions of one question */
#define ITERATE_DEPTH_MAX 6u       /* sub-questions of sub-questions */
#define ITERATE_STALE_SUBS_MAX 4u  /* with so many, none is for a server that has glue, */
#define ITERATE_STALE_DEPTH_MAX 2u /* nor at this depth */
#define ITERATE_NO_ROUTE_NS (60ull * 1000000000)
#define ITERATE_LAME_NS (60ull * 1000000000) /* a server is known as lame for a zone */

/* Sets a new question on its way: at the closest known cut. above_hash: as in its key. */
void iterate_begin(struct resolve *r, uint32_t question, uint64_t above_hash, uint64_t now_ns);

/* Begins to load what iterate_begin will look at; steps as in resolve_expect. */
void iterate_expect_ask(const struct resolve *r, unsigned step, const struct question_key *key);

/* Chooses the next server of the cut and makes the question ready, or asks for a server's address,
 * or gives up where the cut has no more to offer. */
void iterate_go_on(struct resolve *r, uint32_t question, uint64_t now_ns);

/* Before anything was sent to the cut's servers: moves to a deeper cut that others have found while
 * this question waited. */
void iterate_look_again(struct resolve *r, struct question *q, uint64_t now_ns);

/* Before the first send to the cut's servers: should the question wait, because another one is out
 * for the delegation that it needs, or has found it? */
bool iterate_should_wait(struct resolve *r, struct question *q, uint64_t now_ns);

/* A query of the question went to the cut's servers; it did not leave this machine after all; a
 * reply of any kind came back. */
void iterate_sent(struct resolve *r, const struct question *q, uint64_t now_ns);
void iterate_unsent(struct resolve *r, const struct question *q);
void iterate_returned(struct resolve *r, const struct question *q);

/* Begins to load what sending the question, which iterates and is ready, will need. */
void iterate_expect_send(const struct resolve *r, const struct question *q);

/* Begins to load what a reply to the question, which iterates, will need. */
void iterate_expect(const struct resolve *r, const struct question *q);

/* Takes a decoded reply without failure: r->parts, and the message for its referral. */
void iterate_reply(struct resolve *r, uint32_t question, const struct message_decode_args *args,
                   uint64_t now_ns);

/* There is no route to the server chosen: another one of the cut is taken, without counting an
 * attempt. Returns false where this is not an iteration or the server was skipped before. */
bool iterate_skip_server(struct resolve *r, uint32_t question, uint64_t now_ns);

/* Sets the bounds of a new question: those of a row's own, or, where `above` waits for it, what
 * that one has left. */
void iterate_bind(struct question *q, const struct question *above);

/* The sub-question `done` came to its end. One that ended at a bound of work says nothing to those
 * who joined it, only to who began it, by whose bounds it went: they may ask anew. */
void iterate_sub_done(struct resolve *r, uint32_t question, uint32_t done, bool began_it,
                      uint64_t now_ns);

/* The name that is asked for now: qname, or where its aliases have led. */
struct name iterate_name(const struct resolve *r, const struct question *q);

/* The zone whose servers are asked. */
struct name iterate_zone(const struct resolve *r, const struct question *q);

/* The zone's delegation, held for the caller, as far as it is known now; 0: it is not. */
uint32_t iterate_delegation(struct resolve *r, struct name zone, uint64_t now_ns);

/* Puts the aliases followed before in front of those in r->parts, and adds the zones. Returns the
 * failure that this makes (a loop, a chain too long), else CLASS_NONE. */
enum error_class iterate_complete(struct resolve *r, const struct question *q);

/* Would waiting for `other` close a circle of questions that wait for each other? */
bool iterate_leads_back(const struct resolve *r, uint32_t other, uint32_t question);

/* Gives all blobs of the iteration back. */
void iterate_end(struct resolve *r, struct question *q);

#endif
