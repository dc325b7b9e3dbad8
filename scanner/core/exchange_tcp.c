/* Exchanges over TCP: a connection each. */
#include <assert.h>

#include "exchange_parts.h"

/* Connections that hang hold their places for long. An operator with a few servers must leave some
 * to the others. */
#define TCP_PER_AUTHORITY (DOOR_TCP_SLOTS / 4)
#define TCP_DEAD_FAILURES 16u

static struct resolve_connection *connection_of(struct resolve *r, uint32_t channel)
{
    uint32_t slot = door_tcp_slot(channel);
    if (slot >= DOOR_TCP_SLOTS)
        return NULL;
    struct resolve_connection *c = &r->connections[slot];
    return c->question != QUESTION_NONE && c->generation == channel >> 16 ? c : NULL;
}

void exchange_close(struct resolve *r, uint32_t channel, bool shell_has_it)
{
    struct resolve_connection *c = connection_of(r, channel);
    assert(c != NULL);
    c->question = QUESTION_NONE;
    c->generation++;
    r->connection_count--;
    if (shell_has_it)
        r->closing[r->closing_count++] = channel;
}

bool exchange_tcp_is_dead(const struct server *s)
{
    return s->tcp_failures >= TCP_DEAD_FAILURES && s->tcp_in_flight > 0;
}

bool exchange_may_connect(const struct server *s)
{
    return s->tcp_in_flight < (s->tcp_failures < TCP_DEAD_FAILURES ? TCP_PER_AUTHORITY : 1);
}

static struct resolve_connection *free_connection(struct resolve *r, uint32_t *channel)
{
    for (uint32_t slot = 0; slot < DOOR_TCP_SLOTS; slot++) {
        struct resolve_connection *c = &r->connections[slot];
        if (c->question != QUESTION_NONE)
            continue;
        *channel = (uint32_t)c->generation << 16 | slot;
        return c;
    }
    return NULL;
}

bool exchange_send_tcp(struct resolve *r, struct action out[2], uint64_t now_ns)
{
    uint32_t channel = 0;
    struct resolve_connection *c = free_connection(r, &channel);
    if (c == NULL || r->closing_count >= DOOR_TCP_SLOTS)
        return false;
    uint32_t question = r->ready_tcp.head;
    struct question *q = &r->questions.list[question];
    struct exchange_lot lot;
    exchange_draw(r, &lot);
    if (!exchange_get_leave(r, &r->ready_tcp, lot.server, now_ns))
        return false;
    resolve_queue_pop(r, &r->ready_tcp);
    r->connection_count++;
    c->question = question;
    c->id = lot.id;
    c->stream.len = 0;
    out[0].kind = ACTION_TCP_OPEN;
    out[0].channel = out[1].channel = channel;
    out[0].peer = out[1].peer = r->servers.list[q->server].address;
    out[0].len = 0;
    q->mixed_case = false; /* a connection shows as much */
    out[1].kind = ACTION_TCP_WRITE;
    size_t len = exchange_encode(r, q, lot.id, out[1].octets + 2, now_ns);
    out[1].octets[0] = (uint8_t)(len >> 8);
    out[1].octets[1] = (uint8_t)len;
    out[1].len = (uint16_t)(len + 2);
    c->sent_len = out[1].len;
    exchange_count(r, q, len + 2, now_ns);
    stats_add(r->stats, COUNTER_TCP_QUERIES, 1);
    q->tcp_channel = channel;
    r->servers.list[q->server].tcp_in_flight++;
    q->state = QUESTION_WAIT_TCP;
    timers_add(&r->timers, RESOLVE_LIST_TCP, question, now_ns);
    return true;
}

static void tcp_failed(struct resolve *r, uint64_t now_ns, uint32_t question, bool shell_has_it)
{
    r->servers.list[r->questions.list[question].server].tcp_failures++;
    exchange_end_as(r, question, shell_has_it);
    resolve_attempt_failed(r, question, ASK_FAILED, CLASS_TRUNCATED_NO_TCP, now_ns);
}

void exchange_take_tcp_octets(struct resolve *r, uint64_t now_ns, const struct door_event *event)
{
    struct resolve_connection *c = connection_of(r, event->channel);
    if (c == NULL)
        return;
    stats_add(r->stats, COUNTER_OCTETS_RECEIVED, event->len);
    uint32_t question = c->question;
    struct question *q = &r->questions.list[question];
    enum stream_state state = stream_take(&c->stream, event->octets, event->len);
    if (state == STREAM_MORE)
        return;
    struct door_event message = {.octets = stream_message(&c->stream),
                                 .len = stream_message_len(&c->stream)};
    struct message_head head;
    bool whole = state == STREAM_WHOLE && message_peek(message.octets, message.len, &head);
    if (!whole || head.id != c->id || !head.qr || !exchange_asks(r, &head, q)) {
        stats_add(r->stats, COUNTER_MALFORMED, 1);
        tcp_failed(r, now_ns, question, true);
        return;
    }
    r->servers.list[q->server].tcp_failures = 0;
    exchange_accept(r, question, &message, &head, now_ns);
}

void exchange_take_tcp_closed(struct resolve *r, uint64_t now_ns, const struct door_event *event)
{
    const struct resolve_connection *c = connection_of(r, event->channel);
    if (c == NULL)
        return;
    uint32_t question = c->question;
    if (!event->not_opened) {
        tcp_failed(r, now_ns, question, false);
        return;
    }
    enum error_class result = event->no_route ? CLASS_NET_UNREACHABLE : CLASS_LOCAL_ERROR;
    exchange_end_as(r, question, false);
    exchange_uncount(r, &r->questions.list[question], c->sent_len);
    stats_add(r->stats, COUNTER_TCP_QUERIES, (uint64_t)-1);
    resolve_attempt_failed(r, question, ASK_FAILED, result, now_ns);
}
