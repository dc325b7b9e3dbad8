/* Which reply is believed. */
#include "exchange_parts.h"
#include "iterate.h"
#include "mixed_case.h"

struct message_decode_args exchange_decode(struct resolve *r, struct question *q,
                                           const struct door_event *event,
                                           const struct message_head *head)
{
    stats_add(r->stats, COUNTER_REPLIES, 1);
    bool iterates = r->root_cut != 0;
    struct message_decode_args args = {.octets = event->octets,
                                       .len = event->len,
                                       .qname = resolve_name(r, q),
                                       .qtype = q->qtype,
                                       .resolver = !iterates,
                                       .echoes = head->echoes};
    if (iterates)
        args.zone = iterate_zone(r, q);
    if (!head->tc)
        message_decode(&args, r->scratch, r->parts);
    return args;
}

bool exchange_is_failure(const struct resolve *r, const struct message_head *head)
{
    return !head->tc && !resolve_is_final(r->parts->head.failure);
}

/* A copy of the reply may come where the question is not over. */
void exchange_accept(struct resolve *r, uint32_t question, const struct door_event *event,
                     const struct message_head *head, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    bool udp = q->state == QUESTION_WAIT_UDP;
    exchange_end(r, question);
    struct message_decode_args args = exchange_decode(r, q, event, head);
    if (udp && (q->iterates || head->tc || exchange_is_failure(r, head)))
        exchange_keep_send(r, q, true, false);
    resolve_reply(r, question, &args, head->tc, now_ns);
}

bool exchange_asks(const struct resolve *r, const struct message_head *head,
                   const struct question *q)
{
    return head->question_whole && head->opcode == 0 && head->type == q->qtype &&
           name_equal(name_of(&head->qname), resolve_name(r, q));
}

/* A server that can't read EDNS may send back its FORMERR or NOTIMP without a question. Only the
 * retry without EDNS hangs on it, so it is taken from the right peer with the right id. */
static bool is_bare_refusal(const struct message_head *head, const struct door_event *event)
{
    return event->len == 12 && head->qr && head->opcode == 0 &&
           (head->rcode_low == RCODE_FORMERR || head->rcode_low == RCODE_NOTIMP);
}

static void take_bare_refusal(struct resolve *r, uint32_t question, unsigned rcode, uint64_t now_ns)
{
    bool had_edns = exchange_had_edns(r, &r->questions.list[question]);
    exchange_end(r, question);
    resolve_attempt_failed(r, question, had_edns ? ASK_EDNS_REFUSED : ASK_FAILED,
                           message_rcode_class(rcode), now_ns);
}

bool exchange_echoes_case(const struct resolve *r, const struct question *q,
                          const struct door_event *event)
{
    return mixed_case_matches(event->octets, event->len, resolve_name(r, q), q->case_bits);
}

void exchange_mark(struct resolve *r, struct question *q, enum error_class seen,
                   enum counter counter)
{
    q->seen = (uint8_t)ask_worse(q->seen, seen);
    stats_add(r->stats, counter, 1);
}

void exchange_take_datagram(struct resolve *r, uint64_t now_ns, const struct door_event *event)
{
    struct message_head head;
    stats_add(r->stats, COUNTER_OCTETS_RECEIVED, event->len);
    if (!message_peek_header(event->octets, event->len, &head)) {
        stats_add(r->stats, COUNTER_MALFORMED, 1);
        return;
    }
    uint32_t question = flight_find(&r->flight, event->channel, head.id);
    if (question == FLIGHT_NONE) {
        message_peek(event->octets, event->len, &head);
        exchange_take_stray(r, now_ns, event, &head);
        return;
    }
    struct question *q = &r->questions.list[question];
    if (!address_equal(&r->servers.list[q->server].address, &event->peer)) {
        stats_add(r->stats, COUNTER_WRONG_PEER, 1);
        return;
    }
    if (is_bare_refusal(&head, event)) {
        take_bare_refusal(r, question, head.rcode_low, now_ns);
        return;
    }
    bool echoes =
        head.opcode == 0 && message_echoes(event->octets, event->len, resolve_name(r, q), q->qtype);
    if (!echoes)
        message_peek(event->octets, event->len, &head);
    head.echoes = echoes;
    if (!echoes && !head.question_whole) {
        exchange_mark(r, q, CLASS_MSG_MALFORMED, COUNTER_MALFORMED);
    } else if (!echoes && !exchange_asks(r, &head, q)) {
        exchange_mark(r, q, CLASS_QUESTION_MISMATCH, COUNTER_WRONG_QUESTION);
    } else if (!head.qr) {
        exchange_mark(r, q, CLASS_QR_NOT_SET, COUNTER_NOT_A_REPLY);
    } else if (q->mixed_case && !exchange_echoes_case(r, q, event)) {
        exchange_mark(r, q, CLASS_QUESTION_MISMATCH, COUNTER_WRONG_QUESTION);
        r->servers.list[q->server].folds_case_until_ns = now_ns + SERVERS_FOLDS_CASE_NS;
    } else {
        exchange_accept(r, question, event, &head, now_ns);
    }
}
