/* What goes out for a question, and when. */
#include <assert.h>
#include <string.h>

#include "exchange_parts.h"
#include "iterate.h"
#include "trust.h"

#define ID_TRIES 8u

/* Queries that go out at once share a random channel: they can then leave in one system call.
 * Nobody can learn which one it was and make use of it before the next is drawn. */
#define CHANNEL_RUN 256u

#define DRAWN_AHEAD 4u
#define CASE_OCTETS (sizeof(uint64_t)) /* a bit for each letter that may be in upper case */

/* Is there room in the window, and are there random octets for a send? */
static bool may_send(const struct resolve *r)
{
    return window_has_room(&r->window) &&
           r->random_len >= RESOLVE_RANDOM_PER_SEND + (r->mixed_case ? CASE_OCTETS : 0);
}

static const uint8_t *take_random(struct resolve *r, size_t len)
{
    assert(r->random_len >= len);
    r->random_len -= len;
    return r->random + r->random_len;
}

/* The octets of later draws are known by now, so the places that they lead to can be loaded. */
static void expect_draw(const struct resolve *r, const uint8_t *drawn)
{
    size_t ahead = DRAWN_AHEAD * RESOLVE_RANDOM_PER_SEND;
    if ((size_t)(drawn - r->random) < ahead)
        return;
    const uint8_t *p = drawn - ahead;
    flight_expect(&r->flight, r->run_channel, (uint16_t)(p[0] | p[1] << 8));
}

void exchange_draw(struct resolve *r, struct exchange_lot *out)
{
    const uint8_t *p = take_random(r, RESOLVE_RANDOM_PER_SEND);
    uint32_t other = (uint32_t)(p[2] | p[3] << 8);
    if (r->run_left == 0) {
        r->run_left = CHANNEL_RUN;
        r->run_channel = other % r->channels;
        other /= r->channels;
    }
    r->run_left--;
    out->id = (uint16_t)(p[0] | p[1] << 8);
    out->channel = r->run_channel;
    out->server = other;
    expect_draw(r, p);
}

/* Without EDNS a signed zone's servers give no signatures, and the zone would seem bogus. */
static bool needs_signatures(const struct resolve *r, const struct question *q)
{
    if (r->anchor == 0)
        return false;
    const struct answer *cut = store_octets(r->store, q->iteration.cut);
    return cut->dnssec != DNSSEC_INSECURE;
}

/* Is EDNS left out from the start, because the server is known to refuse it? */
static bool spares_edns(const struct resolve *r, const struct question *q, uint64_t now_ns)
{
    return r->servers.list[q->server].no_edns_until_ns > now_ns && !needs_signatures(r, q);
}

bool exchange_had_edns(const struct resolve *r, const struct question *q)
{
    return q->ask.edns && !spares_edns(r, q, q->sent_ns);
}

bool exchange_may_spare_edns(const struct resolve *r, const struct question *q)
{
    return !needs_signatures(r, q);
}

size_t exchange_encode(const struct resolve *r, const struct question *q, uint16_t id, uint8_t *out,
                       uint64_t now_ns)
{
    bool edns = q->ask.edns && !spares_edns(r, q, now_ns);
    bool iterates = r->root_cut != 0;
    struct query query = {.name = resolve_name(r, q),
                          .type = q->qtype,
                          .id = id,
                          .recursion = !iterates,
                          .checking_disabled = q->checking_disabled,
                          .ad = !iterates,
                          .edns = edns,
                          .dnssec_ok = iterates && edns,
                          .case_bits = q->mixed_case ? q->case_bits : 0};
    return message_encode(&query, out, MESSAGE_QUERY_MAX);
}

bool exchange_get_leave(struct resolve *r, struct resolve_queue *queue, uint32_t random,
                        uint64_t now_ns)
{
    struct question *q = &r->questions.list[queue->head];
    uint64_t soonest_ns = UINT64_MAX;
    size_t choices = q->same_server || r->limit->server_interval_ns == 0 ? 1 : r->servers.count;
    size_t last = q->server;
    for (size_t i = 0; i < choices; i++) {
        size_t server = last;
        if (!q->same_server)
            server = servers_pick(&r->servers, last, random + (uint32_t)i, now_ns);
        uint64_t wait_ns = limit_take(r->limit, r->servers.list[server].limit, now_ns);
        if (wait_ns == 0) {
            resolve_set_server(r, q, (uint32_t)server);
            queue->leave_ns = 0;
            return true;
        }
        if (wait_ns < soonest_ns)
            soonest_ns = wait_ns;
    }
    queue->leave_ns = soonest_ns;
    return false;
}

/* A server that never answered, or an authority that has stopped to, is reason enough for silence.
 * A resolver that has answered before may be silent because it is asked too much. */
static bool is_telling(const struct resolve *r, const struct server *s, uint64_t now_ns)
{
    return s->answered_ns != 0 && (r->root_cut == 0 || s->resting_until_ns <= now_ns);
}

void exchange_count(struct resolve *r, struct question *q, size_t len, uint64_t now_ns)
{
    if (r->root_cut != 0)
        iterate_sent(r, q, now_ns);
    q->sent++;
    q->step_sent++;
    q->sent_ns = now_ns;
    q->seen = CLASS_NONE;
    r->servers.list[q->server].in_flight++;
    if (q->step_sent > 1) {
        q->retries++;
        stats_add(r->stats, COUNTER_RETRIES, 1);
    }
    r->in_flight++;
    q->telling = is_telling(r, &r->servers.list[q->server], now_ns);
    window_sent(&r->window, q->telling, now_ns);
    stats_add(r->stats, COUNTER_QUERIES, 1);
    stats_add(r->stats, COUNTER_OCTETS_SENT, len);
    stats_set(r->stats, COUNTER_IN_FLIGHT, r->in_flight);
}

void exchange_uncount(struct resolve *r, struct question *q, size_t len)
{
    q->sent--;
    stats_add(r->stats, COUNTER_QUERIES, (uint64_t)-1);
    stats_add(r->stats, COUNTER_OCTETS_SENT, (uint64_t)0 - len);
    stats_add(r->stats, COUNTER_SENDS_FAILED, 1);
    if (q->step_sent-- > 1) {
        q->retries--;
        stats_add(r->stats, COUNTER_RETRIES, (uint64_t)-1);
    }
}

bool exchange_is_busy(const struct resolve *r, const struct server *s, uint64_t now_ns)
{
    if (r->server_in_flight > 0 && s->in_flight >= r->server_in_flight)
        return true;
    return limit_server_wait(r->limit, s->limit, now_ns) > 0;
}

/* One authority's limit must not hold up questions to the others: those at the head of the queue
 * whose server has no leave step aside for a while, and those that wait for another's scouting.
 * Returns true when nobody is left. */
static bool hold_back(struct resolve *r, struct resolve_queue *queue, uint64_t now_ns)
{
    while (r->root_cut != 0 && queue->head != QUESTION_NONE) {
        uint32_t question = queue->head;
        struct question *q = &r->questions.list[question];
        const struct server *s = &r->servers.list[q->server];
        if (!exchange_is_busy(r, s, now_ns) && (queue == &r->ready || exchange_may_connect(s)) &&
            !iterate_should_wait(r, q, now_ns))
            return false;
        resolve_queue_pop(r, queue);
        resolve_hold(r, question, now_ns);
    }
    return queue->head == QUESTION_NONE;
}

/* Begins to load what the questions behind the head of the queue will need. */
static void expect_send(const struct resolve *r)
{
    uint32_t next = r->questions.list[r->ready.head].queue_next;
    if (next == QUESTION_NONE)
        return;
    question_expect(&r->questions.list[next]);
    next = r->questions.list[next].queue_next;
    if (r->root_cut != 0 && next != QUESTION_NONE)
        iterate_expect_send(r, &r->questions.list[next]);
}

static void mix_case(struct resolve *r, struct question *q, uint64_t now_ns)
{
    q->mixed_case = r->mixed_case && r->servers.list[q->server].folds_case_until_ns <= now_ns;
    if (q->mixed_case && q->case_bits == 0)
        memcpy(&q->case_bits, take_random(r, CASE_OCTETS), CASE_OCTETS);
}

static bool send_udp(struct resolve *r, struct action *out, uint64_t now_ns)
{
    uint32_t question = r->ready.head;
    struct question *q = &r->questions.list[question];
    struct exchange_lot lot;
    expect_send(r);
    exchange_draw(r, &lot);
    if (!exchange_get_leave(r, &r->ready, lot.server, now_ns))
        return false;
    for (unsigned i = 0; !flight_add(&r->flight, question, lot.channel, lot.id); i++) {
        lot.id = (uint16_t)(lot.id + 0x9E37u); /* taken: walk on from a random start */
        if (i % ID_TRIES == ID_TRIES - 1)
            lot.channel = (lot.channel + 1) % r->channels;
    }
    resolve_queue_pop(r, &r->ready);
    q->channel = (uint16_t)lot.channel;
    q->id = lot.id;
    out->kind = ACTION_SEND;
    out->channel = lot.channel;
    out->peer = r->servers.list[q->server].address;
    mix_case(r, q, now_ns);
    out->len = (uint16_t)exchange_encode(r, q, lot.id, out->octets, now_ns);
    exchange_put_aside(r, question);
    exchange_count(r, q, out->len, now_ns);
    q->state = QUESTION_WAIT_UDP;
    repeat_sent(r, question, now_ns);
    return true;
}

size_t exchange_actions(struct resolve *r, uint64_t now_ns, struct action *out, size_t cap)
{
    size_t n = trust_actions(r, now_ns, out, cap);
    r->run_left = 0;
    while (n < cap && r->closing_count > 0) {
        out[n].kind = ACTION_TCP_CLOSE;
        out[n].len = 0;
        out[n++].channel = r->closing[--r->closing_count];
    }
    while (n + 2 <= cap && r->ready_tcp.head != QUESTION_NONE && may_send(r) &&
           !hold_back(r, &r->ready_tcp, now_ns) && exchange_send_tcp(r, out + n, now_ns))
        n += 2;
    while (n < cap && r->ready.head != QUESTION_NONE && may_send(r) &&
           !hold_back(r, &r->ready, now_ns) && send_udp(r, out + n, now_ns))
        n++;
    window_turn(&r->window, now_ns);
    stats_set(r->stats, COUNTER_WINDOW, r->window.size);
    return n;
}
