/* exchange_parts.h: what the files of an exchange share. Only for exchange*.c. */
#ifndef CAASCAN_EXCHANGE_PARTS_H
#define CAASCAN_EXCHANGE_PARTS_H

#include "resolve_parts.h"

/* ---- exchange.c ---- */

/* Ends the exchange under way. Has the shell still its connection, which it is then told to close?
 */
void exchange_end_as(struct resolve *r, uint32_t question, bool shell_has_it);

/* ---- exchange_send.c ---- */

/* What is drawn for a send. */
struct exchange_lot {
    uint32_t channel, server;
    uint16_t id;
};

void exchange_draw(struct resolve *r, struct exchange_lot *out);

/* Chooses the server of the question at the queue's head and asks the limit for leave. Where one
 * server's own limit is used up another may have room. Returns false, and says in queue->leave_ns
 * when to come again, if none has. */
bool exchange_get_leave(struct resolve *r, struct resolve_queue *queue, uint32_t random,
                        uint64_t now_ns);

/* Writes the question's query, which its server is known for, and returns its length. */
size_t exchange_encode(const struct resolve *r, const struct question *q, uint16_t id, uint8_t *out,
                       uint64_t now_ns);

/* Counts a query of len octets as sent; takes back what was counted, where it did not leave this
 * machine. */
void exchange_count(struct resolve *r, struct question *q, size_t len, uint64_t now_ns);
void exchange_uncount(struct resolve *r, struct question *q, size_t len);

/* ---- exchange_tcp.c ---- */

/* Has this server room for one more connection? */
bool exchange_may_connect(const struct server *s);

/* Writes two actions for the question at the head of the queue: open, then the query behind its
 * length. Returns false where it has to wait. */
bool exchange_send_tcp(struct resolve *r, struct action out[2], uint64_t now_ns);

void exchange_close(struct resolve *r, uint32_t channel, bool shell_has_it);
void exchange_take_tcp_octets(struct resolve *r, uint64_t now_ns, const struct door_event *event);
void exchange_take_tcp_closed(struct resolve *r, uint64_t now_ns, const struct door_event *event);

/* ---- exchange_reply.c ---- */

/* Everything that decides whether a datagram is believed (RFC 5452 section 9.1). */
void exchange_take_datagram(struct resolve *r, uint64_t now_ns, const struct door_event *event);

/* Takes the reply to the attempt under way, and moves the question on. */
void exchange_accept(struct resolve *r, uint32_t question, const struct door_event *event,
                     const struct message_head *head, uint64_t now_ns);

/* Decodes a reply that belongs to question, and returns how. */
struct message_decode_args exchange_decode(struct resolve *r, struct question *q,
                                           const struct door_event *event,
                                           const struct message_head *head);

/* Of a reply decoded: may another server, or the same one asked again, set right what it lacks? */
bool exchange_is_failure(const struct resolve *r, const struct message_head *head);

/* Does the message ask what this question does? In the case of its letters? */
bool exchange_asks(const struct resolve *r, const struct message_head *head,
                   const struct question *q);
bool exchange_echoes_case(const struct resolve *r, const struct question *q,
                          const struct door_event *event);

/* A datagram came for the question that is no reply to it. */
void exchange_mark(struct resolve *r, struct question *q, enum error_class seen,
                   enum counter counter);

/* ---- exchange_late.c ---- */

/* Keeps the attempt that has just ended, for late replies to it. */
void exchange_keep_send(struct resolve *r, struct question *q, bool answered, bool under_way);

/* A question that its name and type in a reply do not lead to is found by its server and channel
 * while it is out. */
void exchange_put_aside(struct resolve *r, uint32_t question);
void exchange_take_from_aside(struct resolve *r, struct question *q);

/* A datagram that matches no query in flight by its id: a late reply, or one whose id is wrong. */
void exchange_take_stray(struct resolve *r, uint64_t now_ns, const struct door_event *event,
                         const struct message_head *head);

#endif
