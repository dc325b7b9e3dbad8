/* resolve_parts.h: what those who move one question share: resolve*.c, exchange*.c, iterate*.c,
 * trust.c, held.c and keychain.c.
 */
#ifndef CAASCAN_RESOLVE_PARTS_H
#define CAASCAN_RESOLVE_PARTS_H

#include "resolve.h"

/* The attempt under way ended without an answer: as `result`, which is noted for its server. */
void resolve_attempt_failed(struct resolve *r, uint32_t question, enum ask_event event,
                            enum error_class result, uint64_t now_ns);

/* Lets the question, which is in no queue, wait for a moment before a server is chosen anew, or the
 * same one asked again over TCP or without EDNS. */
void resolve_hold(struct resolve *r, uint32_t question, uint64_t now_ns);

/* Makes this the question's server, which holds it, and lets go of the one before. */
void resolve_set_server(struct resolve *r, struct question *q, uint32_t server);

/* Notes that the server asked last failed so; that it gave the reply in r->parts, a failure; that
 * it was silent no longer, and gave that. */
void resolve_note_failure(struct resolve *r, struct question *q, enum error_class result);
void resolve_note_failed_reply(struct resolve *r, struct question *q);
void resolve_note_failed_late(struct resolve *r, struct question *q);

/* Gives the aliases that led to the question's failure back, if any. */
void resolve_drop_failed_chain(struct resolve *r, const struct question *q);

/* Puts the aliases that led to the question's failure into r->parts, as it was kept. */
void resolve_restore_chain(struct resolve *r, const struct question *q);

/* Does what ask_next says. */
void resolve_take_step(struct resolve *r, uint32_t question, enum ask_step step, uint64_t now_ns);

/* The reply decoded in r->parts is one of `server` to an earlier send of a question that is being
 * asked again, and a failure: it is noted, and decides nothing. */
void resolve_note_late(struct resolve *r, uint32_t question, uint32_t server, uint64_t sent_ns,
                       uint64_t now_ns);

/* Is that failure the answer, since it lies in the names? CLASS_NONE counts as one. */
bool resolve_is_final(enum error_class c);

/* A whole reply came: takes its decoded parts (server, rtt and protocol still unset). */
void resolve_reply(struct resolve *r, uint32_t question, const struct message_decode_args *args,
                   bool truncated, uint64_t now_ns);

/* Says in r->parts who gave the reply, how, and how fast, by when it came. */
void resolve_stamp_reply(struct resolve *r, const struct question *q, uint64_t arrived_ns);

/* r->parts holds a reply that is a failure: the answer where it lies in the names, else that of its
 * server alone. */
void resolve_reply_failed(struct resolve *r, uint32_t question, uint64_t now_ns);

/* The answer stands in r->parts, its server in the question. */
void resolve_settle_reply(struct resolve *r, uint32_t question, uint64_t now_ns);

/* Whatever failed before, from now on nothing has. */
void resolve_forget_failure(struct resolve *r, struct question *q);

/* This is the question's failure from now on, whatever failed before. */
void resolve_set_failed(struct resolve *r, struct question *q, const struct answer *failed);

/* No attempt is left: the answer is the worst failure seen. */
void resolve_give_up(struct resolve *r, uint32_t question, uint64_t now_ns);

/* Makes a blob of parts; 0 where the store is full even without the cache. */
uint32_t resolve_store(struct resolve *r, const struct answer_parts *parts);

/* The same for a delegation, which has its roster behind it. */
uint32_t resolve_store_cut(struct resolve *r, const struct answer_parts *parts,
                           const struct referral *referral);

/* The name that a query for this question carries now. */
struct name resolve_name(const struct resolve *r, const struct question *q);

/* Puts a question at the end of the queue for its transport. */
void resolve_make_ready(struct resolve *r, uint32_t question);

/* Have this server's connections failed so often that one at a time is enough? */
bool exchange_tcp_is_dead(const struct server *s);

/* May this authority not be sent a query now, by its own limits? */
bool exchange_is_busy(const struct resolve *r, const struct server *s, uint64_t now_ns);

/* Did the question's last query have EDNS? May it do without, since the zone has no signatures? */
bool exchange_had_edns(const struct resolve *r, const struct question *q);
bool exchange_may_spare_edns(const struct resolve *r, const struct question *q);

/* Ends the exchange under way: off the flight table, the deadline list and its connection. */
void exchange_end(struct resolve *r, uint32_t question);

/* The same where nothing came in time: its query may still be answered. */
void exchange_expire(struct resolve *r, uint32_t question);

void resolve_queue_push(struct resolve *r, struct resolve_queue *queue, uint32_t question);
uint32_t resolve_queue_pop(struct resolve *r, struct resolve_queue *queue);
void resolve_queue_remove(struct resolve *r, struct resolve_queue *queue, uint32_t question);

#endif
