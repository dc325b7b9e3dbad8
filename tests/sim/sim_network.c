#include "sim_network.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COPY_GAP_NS SIM_MS
#define RIGHT_REPLY_GAP_NS (5 * SIM_MS)
#define DRIP_GAP_NS 100000ull
#define HEADER_LEN 12u

uint64_t sim_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

/* ---- packets under way ---- */

static bool arrives_before(const struct sim_packet *a, const struct sim_packet *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void swap(struct sim_network *n, size_t a, size_t b)
{
    struct sim_packet held = n->packets[a];
    n->packets[a] = n->packets[b];
    n->packets[b] = held;
}

static void put(struct sim_network *n, struct sim_packet packet)
{
    if (n->packet_count == n->packet_cap) {
        n->packet_cap = n->packet_cap > 0 ? 2 * n->packet_cap : 64;
        n->packets = realloc(n->packets, n->packet_cap * sizeof *n->packets);
        assert_non_null(n->packets);
    }
    packet.order = n->order++;
    if (packet.event.octets != NULL) {
        uint8_t *copy = malloc(packet.event.len + 1);
        assert_non_null(copy);
        memcpy(copy, packet.event.octets, packet.event.len);
        packet.event.octets = copy;
    }
    size_t at = n->packet_count++;
    n->packets[at] = packet;
    for (; at > 0 && arrives_before(&n->packets[at], &n->packets[(at - 1) / 2]); at = (at - 1) / 2)
        swap(n, at, (at - 1) / 2);
}

uint64_t sim_network_next_ns(const struct sim_network *n)
{
    return n->packet_count > 0 ? n->packets[0].at_ns : UINT64_MAX;
}

static struct sim_packet take_first(struct sim_network *n)
{
    struct sim_packet first = n->packets[0];
    n->packets[0] = n->packets[--n->packet_count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < n->packet_count; child++) {
            if (arrives_before(&n->packets[child], &n->packets[least]))
                least = child;
        }
        if (least == at)
            return first;
        swap(n, at, least);
        at = least;
    }
}

void sim_network_init(struct sim_network *n)
{
    for (size_t engine = 0; engine < SIM_ENGINES_MAX; engine++) {
        for (size_t slot = 0; slot < DOOR_TCP_SLOTS; slot++)
            n->open[engine][slot] = SIM_CLOSED;
    }
}

void sim_network_fini(struct sim_network *n)
{
    while (n->packet_count > 0)
        free((void *)take_first(n).event.octets);
    free(n->servers);
    free(n->packets);
    free(n->log);
}

/* ---- servers ---- */

static bool rule_matches(const struct sim_rule *rule, const struct sim_query *q)
{
    if (rule->name != NULL) {
        struct name_buffer name = sim_name(rule->name);
        bool at = name_equal(name_of(&name), name_of(&q->name));
        if (!at && !(rule->below && name_within(name_of(&q->name), name_of(&name))))
            return false;
    }
    return (rule->type == 0 || rule->type == q->type) &&
           (rule->server == 0 || rule->server - 1 == q->server) && (!rule->only_edns || q->edns) &&
           (!rule->only_udp || !q->tcp);
}

/* The rule for a query, filled from the model where none matches. */
static struct sim_rule behaviour(struct sim_network *n, const struct sim_query *q)
{
    for (size_t i = 0; i < n->rule_count; i++) {
        const struct sim_rule *rule = &n->rules[i];
        if (!rule_matches(rule, q))
            continue;
        unsigned nth = n->matched[i]++;
        if (nth < rule->skip || (rule->times != 0 && nth - rule->skip >= rule->times))
            continue;
        struct sim_rule taken = *rule;
        if (rule->by_model)
            n->model.answer(n->model.context, q, &taken.answer);
        return taken;
    }
    struct sim_rule rule = {.answer = SIM_DENIAL(RCODE_NOERROR)};
    if (n->model.answer != NULL)
        n->model.answer(n->model.context, q, &rule.answer);
    return rule;
}

static void log_query(struct sim_network *n, const struct sim_query *q)
{
    if (n->log_count == n->log_cap) {
        n->log_cap = n->log_cap > 0 ? 2 * n->log_cap : 64;
        n->log = realloc(n->log, n->log_cap * sizeof *n->log);
        assert_non_null(n->log);
    }
    n->log[n->log_count++] = *q;
}

static size_t find_server(const struct sim_network *n, const struct address *peer)
{
    size_t i = 0;
    while (i < n->server_count && !address_equal(&n->servers[i], peer))
        i++;
    return i;
}

static unsigned server_at(const struct sim_network *n, const struct address *peer)
{
    size_t server = find_server(n, peer);
    if (server == n->server_count)
        fail_msg("a query to an address that is no server");
    return (unsigned)server;
}

unsigned sim_network_server(struct sim_network *n, const struct address *address)
{
    size_t server = find_server(n, address);
    if (server < n->server_count)
        return (unsigned)server;
    if (n->server_count == n->server_cap) {
        n->server_cap = n->server_cap > 0 ? 2 * n->server_cap : 16;
        n->servers = realloc(n->servers, n->server_cap * sizeof *n->servers);
        assert_non_null(n->servers);
    }
    n->servers[n->server_count++] = *address;
    return (unsigned)server;
}

/* ---- datagrams ---- */

/* Changes a reply and where it comes from, as the fault wants it. Returns false for silence. */
static bool spoil(const struct sim_network *n, enum sim_fault fault, uint8_t *octets,
                  struct door_event *event)
{
    switch (fault) {
    case SIM_ANSWERS:
        return true;
    case SIM_WRONG_ID:
        octets[1] ^= 0x5A;
        return true;
    case SIM_WRONG_QUESTION:
        octets[13] = octets[13] == 'q' ? 'z' : 'q';
        return true;
    case SIM_WRONG_PEER:
        event->peer.octets[3] ^= 0x80;
        return true;
    case SIM_WRONG_PORT:
        event->peer.port++;
        return true;
    case SIM_WRONG_CHANNEL:
        event->channel = (event->channel + 1) % n->channels;
        return true;
    case SIM_OTHER_OPCODE:
        octets[2] |= 0x20;
        return true;
    case SIM_NOT_A_REPLY:
        octets[2] &= 0x7F;
        return true;
    case SIM_OTHER_CASE:
        for (size_t i = 12; octets[i] != 0; i++)
            octets[i] = (uint8_t)toupper(octets[i]);
        return true;
    case SIM_GARBAGE:
        event->len = 14;
        return true;
    case SIM_SHORT:
        event->len = 11;
        return true;
    case SIM_BARE:
        memset(octets + 4, 0, 8);
        event->len = 12;
        return true;
    case SIM_SILENT:
    case SIM_SEND_FAILS:
    case SIM_SEND_NO_ROUTE:
        break;
    }
    return false;
}

static void reply_datagram(struct sim_network *n, size_t engine, const struct sim_query *q,
                           const struct sim_rule *rule, const uint8_t *asked)
{
    uint8_t octets[SIM_MESSAGE_MAX];
    struct sim_packet packet = {.at_ns = q->at_ns + n->latency_ns + rule->delay_ns,
                                .engine = engine,
                                .event = {.kind = EVENT_DATAGRAM,
                                          .channel = q->channel,
                                          .peer = n->servers[q->server],
                                          .octets = octets}};
    packet.event.len = sim_reply_write(q, &rule->answer, octets);
    memcpy(octets + HEADER_LEN, asked + HEADER_LEN, q->name.len); /* in the case it came in */
    if (!spoil(n, rule->fault, octets, &packet.event))
        return;
    for (unsigned i = 0; i <= rule->copies; i++) {
        put(n, packet);
        packet.at_ns += COPY_GAP_NS;
    }
}

static void refuse_send(struct sim_network *n, size_t engine, uint64_t now_ns,
                        const struct action *a, bool no_route)
{
    put(n, (struct sim_packet){.at_ns = now_ns,
                               .engine = engine,
                               .event = {.kind = EVENT_SEND_FAILED,
                                         .channel = a->channel,
                                         .octets = a->octets,
                                         .len = a->len,
                                         .no_route = no_route}});
}

static bool is_lost(struct sim_network *n, unsigned percent)
{
    return percent > 0 && sim_random(&n->random) % 100 < percent;
}

static void take_datagram(struct sim_network *n, size_t engine, uint64_t now_ns,
                          const struct action *a)
{
    struct sim_query q = sim_query_read(a->octets, a->len);
    q.server = server_at(n, &a->peer);
    q.channel = a->channel;
    q.at_ns = now_ns;
    assert_true(a->channel < n->channels);
    struct sim_rule rule = behaviour(n, &q);
    if (n->no_ipv6_route && a->peer.family == ADDRESS_IPV6)
        rule.fault = SIM_SEND_NO_ROUTE;
    if (rule.fault == SIM_SEND_FAILS || rule.fault == SIM_SEND_NO_ROUTE) {
        refuse_send(n, engine, now_ns, a, rule.fault == SIM_SEND_NO_ROUTE);
        return;
    }
    log_query(n, &q);
    if (is_lost(n, n->loss_percent) || is_lost(n, n->reply_loss_percent))
        return;
    if (n->capacity > 0 && n->packet_count >= n->capacity)
        return;
    uint64_t delay_ns = 0;
    if (n->way != NULL && !n->way(&q, &delay_ns))
        return;
    rule.delay_ns += delay_ns;
    reply_datagram(n, engine, &q, &rule, a->octets);
    if (!rule.then_answers)
        return;
    rule.fault = SIM_ANSWERS;
    rule.delay_ns += RIGHT_REPLY_GAP_NS;
    reply_datagram(n, engine, &q, &rule, a->octets);
}

/* ---- TCP ---- */

static void open_connection(struct sim_network *n, size_t engine, uint32_t channel)
{
    uint32_t slot = door_tcp_slot(channel);
    assert_true(slot < DOOR_TCP_SLOTS);
    assert_int_equal(n->open[engine][slot], SIM_CLOSED);
    n->open[engine][slot] = channel;
    if (++n->open_count > n->open_most)
        n->open_most = n->open_count;
}

static void close_connection(struct sim_network *n, size_t engine, uint32_t channel)
{
    uint32_t slot = door_tcp_slot(channel);
    assert_true(slot < DOOR_TCP_SLOTS);
    if (n->open[engine][slot] != channel)
        return; /* the peer was first */
    n->open[engine][slot] = SIM_CLOSED;
    n->open_count--;
}

/* What comes late from a connection that the engine has closed is delivered all the same: it must
 * not mistake it for another. */
struct sim_packet sim_network_arrive(struct sim_network *n)
{
    struct sim_packet packet = take_first(n);
    uint32_t channel = packet.event.channel;
    if (packet.event.kind == EVENT_TCP_CLOSED)
        close_connection(n, packet.engine, channel);
    return packet;
}

static void send_pieces(struct sim_network *n, struct sim_packet packet, size_t piece)
{
    const uint8_t *octets = packet.event.octets;
    size_t len = packet.event.len;
    for (size_t at = 0; at < len; at += piece) {
        packet.event.octets = octets + at;
        packet.event.len = len - at < piece ? len - at : piece;
        put(n, packet);
        packet.at_ns += DRIP_GAP_NS;
    }
}

static void close_at(struct sim_network *n, struct sim_packet packet, uint64_t at_ns)
{
    packet.at_ns = at_ns;
    packet.event = (struct door_event){.kind = EVENT_TCP_CLOSED, .channel = packet.event.channel};
    put(n, packet);
}

static void reply_stream(struct sim_network *n, struct sim_packet packet, const struct sim_query *q,
                         const struct sim_rule *rule)
{
    static uint8_t octets[2 + SIM_MESSAGE_MAX + 1];
    struct sim_answer answer = rule->answer;
    answer.tc = rule->tcp == SIM_TCP_TRUNCATED;
    size_t len = sim_reply_write(q, &answer, octets + 2);
    octets[0] = (uint8_t)(len >> 8);
    octets[1] = (uint8_t)len;
    packet.event.octets = octets;
    packet.event.len = len + 2;
    if (rule->tcp == SIM_TCP_SURPLUS)
        octets[packet.event.len++] = 0;
    if (rule->tcp == SIM_TCP_WRONG_ID)
        octets[3] ^= 0x5A;
    if (rule->tcp == SIM_TCP_CUT)
        packet.event.len = len / 2;
    if (rule->tcp == SIM_TCP_LENGTH_ALONE || rule->tcp == SIM_TCP_EMPTY)
        packet.event.len = 2;
    if (rule->tcp == SIM_TCP_EMPTY)
        octets[0] = octets[1] = 0;
    send_pieces(n, packet, rule->tcp == SIM_TCP_DRIPS ? 1 : 1400);
    if (rule->tcp == SIM_TCP_CUT || rule->tcp == SIM_TCP_LENGTH_ALONE)
        close_at(n, packet, packet.at_ns + SIM_MS);
}

static void take_stream(struct sim_network *n, size_t engine, uint64_t now_ns,
                        const struct action *a)
{
    assert_int_equal(a->octets[0] << 8 | a->octets[1], a->len - 2);
    struct sim_query q = sim_query_read(a->octets + 2, a->len - 2u);
    q.server = server_at(n, &a->peer);
    q.channel = a->channel;
    q.at_ns = now_ns;
    q.tcp = true;
    struct sim_rule rule = behaviour(n, &q);
    bool no_route = rule.tcp == SIM_TCP_NO_ROUTE;
    if (no_route || rule.tcp == SIM_TCP_NO_SOCKET) {
        put(n, (struct sim_packet){.at_ns = now_ns,
                                   .engine = engine,
                                   .event = {.kind = EVENT_TCP_CLOSED,
                                             .channel = a->channel,
                                             .not_opened = true,
                                             .no_route = no_route}});
        return;
    }
    log_query(n, &q);
    struct sim_packet packet = {.at_ns = now_ns + 2 * n->latency_ns + rule.delay_ns,
                                .engine = engine,
                                .event = {.kind = EVENT_TCP_OCTETS, .channel = a->channel}};
    if (rule.tcp == SIM_TCP_REFUSED)
        close_at(n, packet, now_ns + n->latency_ns);
    else if (rule.tcp != SIM_TCP_SILENT)
        reply_stream(n, packet, &q, &rule);
}

void sim_network_take(struct sim_network *n, size_t engine, uint64_t now_ns,
                      const struct action *action)
{
    switch (action->kind) {
    case ACTION_SEND:
        take_datagram(n, engine, now_ns, action);
        return;
    case ACTION_TCP_OPEN:
        open_connection(n, engine, action->channel);
        return;
    case ACTION_TCP_WRITE:
        take_stream(n, engine, now_ns, action);
        return;
    case ACTION_TCP_CLOSE:
        close_connection(n, engine, action->channel);
        return;
    case ACTION_VERIFY:
        assert_non_null(n->verify);
        put(n, (struct sim_packet){.at_ns = now_ns + SIM_MS,
                                   .engine = engine,
                                   .event = {.kind = EVENT_VERDICT,
                                             .channel = action->channel,
                                             .verdict = n->verify(&action->verify)}});
        return;
    }
}
