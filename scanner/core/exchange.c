/* One exchange with one server: how it ends, and to whom an event goes. */
#include "exchange_parts.h"
#include "iterate.h"
#include "trust.h"

static void stop_waiting(struct resolve *r, uint32_t question, bool shell_has_it)
{
    struct question *q = &r->questions.list[question];
    timers_remove(&r->timers, question);
    r->in_flight--;
    servers_returned(&r->servers, q->server);
    if (q->state == QUESTION_WAIT_UDP) {
        flight_remove(&r->flight, q->channel, q->id);
        exchange_take_from_aside(r, q);
    } else {
        exchange_close(r, q->tcp_channel, shell_has_it);
        r->servers.list[q->server].tcp_in_flight--;
    }
    stats_set(r->stats, COUNTER_IN_FLIGHT, r->in_flight);
}

void exchange_end_as(struct resolve *r, uint32_t question, bool shell_has_it)
{
    const struct question *q = &r->questions.list[question];
    window_ended(&r->window, q->telling, q->sent_ns);
    stop_waiting(r, question, shell_has_it);
}

/* The window lets go of the query by itself. */
void exchange_expire(struct resolve *r, uint32_t question)
{
    struct question *q = &r->questions.list[question];
    if (q->state == QUESTION_WAIT_UDP) {
        exchange_keep_send(r, q, false, true);
        if (question_is_aside(q))
            late_keep(&r->late, question, q->channel, q->id);
    }
    stop_waiting(r, question, true);
}

void exchange_end(struct resolve *r, uint32_t question)
{
    exchange_end_as(r, question, true);
}

static void take_send_failed(struct resolve *r, uint64_t now_ns, const struct door_event *event)
{
    struct message_head head;
    if (!message_peek(event->octets, event->len, &head))
        return;
    uint32_t question = flight_find(&r->flight, event->channel, head.id);
    if (question == FLIGHT_NONE)
        return;
    struct question *q = &r->questions.list[question];
    exchange_end(r, question);
    if (r->root_cut != 0)
        iterate_unsent(r, q);
    exchange_uncount(r, q, event->len);
    enum error_class result = event->no_route ? CLASS_NET_UNREACHABLE : CLASS_LOCAL_ERROR;
    if (event->no_route && iterate_skip_server(r, question, now_ns))
        return;
    resolve_attempt_failed(r, question, ASK_FAILED, result, now_ns);
}

void exchange_event(struct resolve *r, uint64_t now_ns, const struct door_event *event)
{
    switch (event->kind) {
    case EVENT_DATAGRAM:
        exchange_take_datagram(r, now_ns, event);
        return;
    case EVENT_SEND_FAILED:
        take_send_failed(r, now_ns, event);
        return;
    case EVENT_TCP_OCTETS:
        exchange_take_tcp_octets(r, now_ns, event);
        return;
    case EVENT_TCP_CLOSED:
        exchange_take_tcp_closed(r, now_ns, event);
        return;
    case EVENT_VERDICT:
        trust_event(r, now_ns, event);
        return;
    case EVENT_LOCAL_DROPS:
        stats_add(r->stats, COUNTER_LOCAL_DROPS, event->count);
        window_dropped(&r->window, now_ns);
        return;
    }
}

uint32_t exchange_expect(const struct resolve *r, unsigned step, const struct door_event *event)
{
    if (event->kind != EVENT_DATAGRAM || event->len < 2)
        return QUESTION_NONE;
    uint16_t id = (uint16_t)(event->octets[0] << 8 | event->octets[1]);
    if (step == 0) {
        flight_expect(&r->flight, event->channel, id);
        return QUESTION_NONE;
    }
    uint32_t question = flight_find(&r->flight, event->channel, id);
    if (question == FLIGHT_NONE)
        return QUESTION_NONE;
    if (step == 1) {
        question_expect(&r->questions.list[question]);
        return QUESTION_NONE;
    }
    const struct question *q = &r->questions.list[question];
    if (step == 2 && q->iterates && q->iteration.cut != 0 && q->server != SERVERS_NONE)
        iterate_expect(r, q);
    if (step == 2) {
        timers_expect_remove(&r->timers, question);
        questions_expect(&r->questions, q->hash);
        cache_expect(&r->cache, q->hash, q->own);
    }
    if (step == 3)
        questions_expect_unlist(&r->questions, question);
    return q->waiter_head;
}
