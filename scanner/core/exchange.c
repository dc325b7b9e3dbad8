/* One exchange with one server: what goes out for a question, and which reply is believed. */
#include <assert.h>
#include <string.h>

#include "expect.h"
#include "iterate.h"
#include "mixed_case.h"
#include "resolve.h"
#include "trust.h"

#define ID_TRIES 8u

/* Queries that go out at once share a random channel: they can then leave in one system call.
 * Nobody can learn which one it was and make use of it before the next is drawn. */
#define CHANNEL_RUN 256u

#define DRAWN_AHEAD 4u

/* Connections that hang hold their places for long. An operator with a few servers must leave some
 * to the others. */
#define TCP_PER_AUTHORITY (DOOR_TCP_SLOTS / 4)
#define TCP_DEAD_FAILURES 16u

struct lot {
    uint32_t channel, server;
    uint16_t id;
};

/* Is there room in the window, and are there random octets for a send? */
static bool may_send(const struct resolve *r)
{
    return window_has_room(&r->window) &&
           r->random_len >= RESOLVE_RANDOM_PER_SEND * (r->mixed_case ? 2u : 1u);
}

static const uint8_t *take_random(struct resolve *r)
{
    assert(r->random_len >= RESOLVE_RANDOM_PER_SEND);
    r->random_len -= RESOLVE_RANDOM_PER_SEND;
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

static void draw(struct resolve *r, struct lot *out)
{
    const uint8_t *p = take_random(r);
    if (r->run_left == 0) {
        r->run_left = CHANNEL_RUN;
        r->run_channel = (uint32_t)(p[2] | p[3] << 8) % r->channels;
    }
    r->run_left--;
    out->id = (uint16_t)(p[0] | p[1] << 8);
    out->channel = r->run_channel;
    out->server = (uint32_t)p[4] | (uint32_t)p[5] << 8 | (uint32_t)p[6] << 16;
    expect_draw(r, p);
}

static struct resolve_connection *connection_of(struct resolve *r, uint32_t channel)
{
    uint32_t slot = door_tcp_slot(channel);
    if (slot >= DOOR_TCP_SLOTS)
        return NULL;
    struct resolve_connection *c = &r->connections[slot];
    return c->question != QUESTION_NONE && c->generation == channel >> 16 ? c : NULL;
}

static void connection_close(struct resolve *r, uint32_t channel, bool shell_has_it)
{
    struct resolve_connection *c = connection_of(r, channel);
    assert(c != NULL);
    c->question = QUESTION_NONE;
    c->generation++;
    r->connection_count--;
    if (shell_has_it)
        r->closing[r->closing_count++] = channel;
}

static struct question_send *find_send(const struct resolve *r, struct question *q,
                                       uint32_t channel, uint16_t id)
{
    for (size_t i = 0; i < q->send_count; i++) {
        struct question_send *send = questions_send(&r->questions, q, i);
        if (send->channel == channel && send->id == id)
            return send;
    }
    return NULL;
}

/* The attempt that has just ended, for late replies to it. */
static void keep_send(struct resolve *r, struct question *q, bool answered, bool under_way)
{
    if (q->send_count < QUESTION_SENDS_MAX)
        *questions_send(&r->questions, q, q->send_count++) =
            (struct question_send){.sent_ns = q->sent_ns,
                                   .channel = q->channel,
                                   .id = q->id,
                                   .mixed_case = q->mixed_case,
                                   .answered = answered,
                                   .telling = q->telling,
                                   .under_way = under_way,
                                   .address = r->servers.list[q->server].address,
                                   .server = q->server};
}

/* (socket, peer, question) as a key of r->aside. */
static uint64_t aside_hash(const struct resolve *r, struct name name, uint16_t type,
                           const struct address *peer, uint32_t channel)
{
    struct name octets = {.wire = peer->octets, .len = sizeof peer->octets};
    return name_hash(octets, name_hash(name, r->hash_seed ^ type) ^ channel);
}

static uint64_t aside_hash_of(const struct resolve *r, const struct question *q)
{
    const struct address *peer = &r->servers.list[q->server].address;
    return aside_hash(r, resolve_name(r, q), q->qtype, peer, q->channel);
}

/* Equal questions are found by name and type (take_stray), others so. */
static void put_aside(struct resolve *r, uint32_t question)
{
    struct question *q = &r->questions.list[question];
    if (!question_is_aside(q))
        return;
    uint64_t hash = aside_hash_of(r, q);
    q->is_aside = flight_add(&r->aside, question, (uint16_t)hash, (uint16_t)(hash >> 16));
}

static void take_from_aside(struct resolve *r, struct question *q)
{
    if (!q->is_aside)
        return;
    uint64_t hash = aside_hash_of(r, q);
    flight_remove(&r->aside, (uint16_t)hash, (uint16_t)(hash >> 16));
    q->is_aside = false;
}

static void stop_waiting(struct resolve *r, uint32_t question, bool shell_has_it)
{
    struct question *q = &r->questions.list[question];
    timers_remove(&r->timers, question);
    r->in_flight--;
    servers_returned(&r->servers, q->server);
    if (q->state == QUESTION_WAIT_UDP) {
        flight_remove(&r->flight, q->channel, q->id);
        take_from_aside(r, q);
    } else {
        connection_close(r, q->tcp_channel, shell_has_it);
        r->servers.list[q->server].tcp_in_flight--;
    }
    stats_set(r->stats, COUNTER_IN_FLIGHT, r->in_flight);
}

static void end_exchange(struct resolve *r, uint32_t question, bool shell_has_it)
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
        keep_send(r, q, false, true);
        if (question_is_aside(q))
            late_keep(&r->late, question, q->channel, q->id);
    }
    stop_waiting(r, question, true);
}

void exchange_end(struct resolve *r, uint32_t question)
{
    end_exchange(r, question, true);
}

/* ---- out ---- */

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

static size_t encode(const struct resolve *r, const struct question *q, uint16_t id, uint8_t *out,
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

/* Chooses the server and asks the limit for leave. Where one server's own limit is used up another
 * may have room. Returns false, and says in queue->leave_ns when to come again, if none has. */
static bool get_leave(struct resolve *r, struct resolve_queue *queue, uint32_t random,
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

static void count_send(struct resolve *r, struct question *q, size_t len, uint64_t now_ns)
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

/* What was counted did not leave this machine. */
static void uncount_send(struct resolve *r, struct question *q, size_t len)
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

bool exchange_tcp_is_dead(const struct server *s)
{
    return s->tcp_failures >= TCP_DEAD_FAILURES && s->tcp_in_flight > 0;
}

static bool may_connect(const struct server *s)
{
    return s->tcp_in_flight < (s->tcp_failures < TCP_DEAD_FAILURES ? TCP_PER_AUTHORITY : 1);
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
        if (!exchange_is_busy(r, s, now_ns) && (queue == &r->ready || may_connect(s)) &&
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
        memcpy(&q->case_bits, take_random(r), sizeof q->case_bits);
}

static bool send_udp(struct resolve *r, struct action *out, uint64_t now_ns)
{
    uint32_t question = r->ready.head;
    struct question *q = &r->questions.list[question];
    struct lot lot;
    expect_send(r);
    draw(r, &lot);
    if (!get_leave(r, &r->ready, lot.server, now_ns))
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
    out->len = (uint16_t)encode(r, q, lot.id, out->octets, now_ns);
    put_aside(r, question);
    count_send(r, q, out->len, now_ns);
    q->state = QUESTION_WAIT_UDP;
    repeat_sent(r, question, now_ns);
    return true;
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

/* Writes two actions: open, then the query behind its length. */
static bool send_tcp(struct resolve *r, struct action out[2], uint64_t now_ns)
{
    uint32_t channel = 0;
    struct resolve_connection *c = free_connection(r, &channel);
    if (c == NULL || r->closing_count >= DOOR_TCP_SLOTS)
        return false;
    uint32_t question = r->ready_tcp.head;
    struct question *q = &r->questions.list[question];
    struct lot lot;
    draw(r, &lot);
    if (!get_leave(r, &r->ready_tcp, lot.server, now_ns))
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
    size_t len = encode(r, q, lot.id, out[1].octets + 2, now_ns);
    out[1].octets[0] = (uint8_t)(len >> 8);
    out[1].octets[1] = (uint8_t)len;
    out[1].len = (uint16_t)(len + 2);
    c->sent_len = out[1].len;
    count_send(r, q, len + 2, now_ns);
    stats_add(r->stats, COUNTER_TCP_QUERIES, 1);
    q->tcp_channel = channel;
    r->servers.list[q->server].tcp_in_flight++;
    q->state = QUESTION_WAIT_TCP;
    timers_add(&r->timers, RESOLVE_LIST_TCP, question, now_ns);
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
           !hold_back(r, &r->ready_tcp, now_ns) && send_tcp(r, out + n, now_ns))
        n += 2;
    while (n < cap && r->ready.head != QUESTION_NONE && may_send(r) &&
           !hold_back(r, &r->ready, now_ns) && send_udp(r, out + n, now_ns))
        n++;
    window_turn(&r->window, now_ns);
    stats_set(r->stats, COUNTER_WINDOW, r->window.size);
    return n;
}

/* ---- in ---- */

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

/* Decodes a reply that belongs to question, and returns how. */
static struct message_decode_args decode(struct resolve *r, struct question *q,
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

/* Another server, or the same one asked again, may set right what this reply lacks. */
static bool is_failure(const struct resolve *r, const struct message_head *head)
{
    return !head->tc && !resolve_is_final(r->parts->head.failure);
}

/* Takes the reply to the attempt under way, and moves the question on. A copy of it may come where
 * the question is not over. */
static void accept_reply(struct resolve *r, uint32_t question, const struct door_event *event,
                         const struct message_head *head, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    bool udp = q->state == QUESTION_WAIT_UDP;
    exchange_end(r, question);
    struct message_decode_args args = decode(r, q, event, head);
    if (udp && (q->iterates || head->tc || is_failure(r, head)))
        keep_send(r, q, true, false);
    resolve_reply(r, question, &args, head->tc, now_ns);
}

static bool asks_this(const struct resolve *r, const struct message_head *head,
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

static bool echoes_case(const struct resolve *r, const struct question *q,
                        const struct door_event *event)
{
    return mixed_case_matches(event->octets, event->len, resolve_name(r, q), q->case_bits);
}

static void mark(struct resolve *r, struct question *q, enum error_class seen, enum counter counter)
{
    q->seen = (uint8_t)ask_worse(q->seen, seen);
    stats_add(r->stats, counter, 1);
}

/* An authority that the question let go of may have lost its entry since. */
static uint32_t server_of_send(struct resolve *r, const struct question_send *send, uint64_t now_ns)
{
    if (r->root_cut == 0)
        return send->server;
    return servers_find(&r->servers, &send->address, r->limit->server_count, now_ns);
}

/* Does it wait for a reply over UDP, or to be asked again? */
static bool is_being_asked(const struct question *q)
{
    return q->state == QUESTION_WAIT_UDP ||
           (!q->ask.tcp && (q->state == QUESTION_READY || q->state == QUESTION_PAUSED));
}

/* Whatever it waits for, it waits no more. */
static void call_back(struct resolve *r, uint32_t question)
{
    struct question *q = &r->questions.list[question];
    if (q->state == QUESTION_WAIT_UDP) {
        keep_send(r, q, false, false);
        exchange_end(r, question);
    } else if (q->state == QUESTION_READY) {
        resolve_queue_remove(r, &r->ready, question);
    } else {
        timers_remove(&r->timers, question);
    }
}

/* Takes the late reply to an earlier send of a question still open, which is as good as any.
 * Returns false where it is none. */
static bool take_late(struct resolve *r, uint64_t now_ns, const struct door_event *event,
                      const struct message_head *head, uint32_t question)
{
    struct question *q = &r->questions.list[question];
    struct question_send *send = find_send(r, q, event->channel, head->id);
    if (send == NULL || !head->qr || !asks_this(r, head, q) ||
        !address_equal(&send->address, &event->peer) ||
        (send->mixed_case && !echoes_case(r, q, event)))
        return false;
    uint32_t server = server_of_send(r, send, now_ns);
    if (send->answered || server == SERVERS_NONE) {
        stats_add(r->stats, COUNTER_WRONG_ID, 1);
        return true;
    }
    send->answered = true;
    if (send->under_way)
        window_ended(&r->window, send->telling, send->sent_ns);
    send->under_way = false;
    stats_add(r->stats, COUNTER_LATE_REPLIES, 1);
    struct message_decode_args args = decode(r, q, event, head);
    if (is_failure(r, head)) {
        resolve_note_late(r, question, server, send->sent_ns, now_ns);
        return true;
    }
    call_back(r, question);
    resolve_set_server(r, q, server);
    q->sent_ns = send->sent_ns;
    resolve_reply(r, question, &args, head->tc, now_ns);
    return true;
}

/* Is it out to this peer, on this channel? */
static bool is_out(const struct resolve *r, uint32_t question, const struct door_event *event)
{
    const struct question *q = &r->questions.list[question];
    return q->state == QUESTION_WAIT_UDP && q->channel == event->channel &&
           address_equal(&r->servers.list[q->server].address, &event->peer);
}

static uint32_t find_aside(const struct resolve *r, const struct door_event *event,
                           const struct message_head *head)
{
    uint64_t hash = aside_hash(r, name_of(&head->qname), head->type, &event->peer, event->channel);
    uint32_t question = flight_find(&r->aside, (uint16_t)hash, (uint16_t)(hash >> 16));
    if (question == FLIGHT_NONE || !asks_this(r, head, &r->questions.list[question]))
        return QUESTION_NONE;
    return question;
}

/* A datagram that matches no query in flight by its id: a late reply, or one whose id is wrong. */
static void take_stray(struct resolve *r, uint64_t now_ns, const struct door_event *event,
                       const struct message_head *head)
{
    struct question_key key = {.name = name_of(&head->qname), .type = head->type};
    uint32_t question = QUESTION_NONE;
    if (head->question_whole)
        question = questions_find(&r->questions, &key, question_key_hash(&key, r->hash_seed));
    if (question != QUESTION_NONE && is_being_asked(&r->questions.list[question]) &&
        take_late(r, now_ns, event, head, question))
        return;
    uint32_t late = late_find(&r->late, event->channel, head->id);
    if (late != FLIGHT_NONE && is_being_asked(&r->questions.list[late]) &&
        take_late(r, now_ns, event, head, late))
        return;
    bool attributed = question != QUESTION_NONE && is_out(r, question, event);
    if (!attributed && head->question_whole)
        question = find_aside(r, event, head);
    attributed = question != QUESTION_NONE && is_out(r, question, event);
    if (attributed)
        mark(r, &r->questions.list[question], CLASS_ID_MISMATCH, COUNTER_WRONG_ID);
    else
        stats_add(r->stats, COUNTER_WRONG_ID, 1);
}

/* Everything that decides whether a datagram is believed stands here (RFC 5452 section 9.1). */
static void take_datagram(struct resolve *r, uint64_t now_ns, const struct door_event *event)
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
        take_stray(r, now_ns, event, &head);
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
        mark(r, q, CLASS_MSG_MALFORMED, COUNTER_MALFORMED);
    } else if (!echoes && !asks_this(r, &head, q)) {
        mark(r, q, CLASS_QUESTION_MISMATCH, COUNTER_WRONG_QUESTION);
    } else if (!head.qr) {
        mark(r, q, CLASS_QR_NOT_SET, COUNTER_NOT_A_REPLY);
    } else if (q->mixed_case && !echoes_case(r, q, event)) {
        mark(r, q, CLASS_QUESTION_MISMATCH, COUNTER_WRONG_QUESTION);
        r->servers.list[q->server].folds_case_until_ns = now_ns + SERVERS_FOLDS_CASE_NS;
    } else {
        accept_reply(r, question, event, &head, now_ns);
    }
}

static void tcp_failed(struct resolve *r, uint64_t now_ns, uint32_t question, bool shell_has_it)
{
    r->servers.list[r->questions.list[question].server].tcp_failures++;
    end_exchange(r, question, shell_has_it);
    resolve_attempt_failed(r, question, ASK_FAILED, CLASS_TRUNCATED_NO_TCP, now_ns);
}

static void take_tcp_octets(struct resolve *r, uint64_t now_ns, const struct door_event *event)
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
    if (!whole || head.id != c->id || !head.qr || !asks_this(r, &head, q)) {
        stats_add(r->stats, COUNTER_MALFORMED, 1);
        tcp_failed(r, now_ns, question, true);
        return;
    }
    r->servers.list[q->server].tcp_failures = 0;
    accept_reply(r, question, &message, &head, now_ns);
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
    uncount_send(r, q, event->len);
    enum error_class result = event->no_route ? CLASS_NET_UNREACHABLE : CLASS_LOCAL_ERROR;
    if (event->no_route && iterate_skip_server(r, question, now_ns))
        return;
    resolve_attempt_failed(r, question, ASK_FAILED, result, now_ns);
}

static void take_tcp_closed(struct resolve *r, uint64_t now_ns, const struct door_event *event)
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
    end_exchange(r, question, false);
    uncount_send(r, &r->questions.list[question], c->sent_len);
    stats_add(r->stats, COUNTER_TCP_QUERIES, (uint64_t)-1);
    resolve_attempt_failed(r, question, ASK_FAILED, result, now_ns);
}

void exchange_event(struct resolve *r, uint64_t now_ns, const struct door_event *event)
{
    switch (event->kind) {
    case EVENT_DATAGRAM:
        take_datagram(r, now_ns, event);
        return;
    case EVENT_SEND_FAILED:
        take_send_failed(r, now_ns, event);
        return;
    case EVENT_TCP_OCTETS:
        take_tcp_octets(r, now_ns, event);
        return;
    case EVENT_TCP_CLOSED:
        take_tcp_closed(r, now_ns, event);
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
