/* Octets become a script of what a shell and a network do to an engine, that asks resolvers or
 * iterates. Properties: admitted =
 * recorded + at work at every step; every row ends in exactly one record once enough time has
 * passed; the sum of queries over the records is what was handed out and not refused; the store
 * holds nothing but the cache at the end, no query is in flight and no connection open. */
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "require.h"
#include "wire.h"

#define ROWS_MAX 64u
#define SENT_MAX 32u
#define SERVERS_MAX 3u
#define LIMITS 7u
#define TURNS_MAX 100000u
#define IDLE_TURNS_MAX 4u
#define MS 1000000ull

enum step {
    STEP_ADMIT,
    STEP_ADMIT_INVALID,
    STEP_PASS_TIME,
    STEP_RANDOM,
    STEP_TAKE_ACTIONS,
    STEP_TAKE_RECORDS,
    STEP_REPLY,
    STEP_STRAY,
    STEP_CLOSE,
    STEP_SEND_FAILED,
    STEP_LOCAL_DROPS,
    STEP_COMPOSED_REPLY,
    STEP_COUNT
};

/* A query that went out: where, and its octets without a length prefix. */
struct sent {
    bool tcp;
    uint32_t channel;
    struct address peer;
    uint16_t len;
    uint8_t octets[ACTION_OCTETS_MAX];
};

struct shell {
    struct engine *engine;
    struct stats *stats;
    struct reader script;
    uint64_t now_ns, random;
    struct sent sent[SENT_MAX]; /* the latest ones, in a ring */
    size_t sent_at, handed_out;
    uint32_t open[DOOR_TCP_SLOTS]; /* 1 + the channel there, 0: none */
    size_t admitted;
    uint64_t queries; /* over all records */
    bool recorded[ROWS_MAX + 1];
};

static uint8_t line[RECORD_LINE_MAX];

/* ---- what the shell does ---- */

static void check_accounts(const struct shell *s)
{
    require(stats_get(s->stats, COUNTER_ADMITTED) ==
            stats_get(s->stats, COUNTER_RECORDED) + engine_busy(s->engine));
}

/* A number behind a key. Quotes inside strings are escaped, so the key can't be one's content. */
static uint64_t number_behind(const uint8_t *from, size_t len, const char *key)
{
    size_t key_len = strlen(key);
    for (size_t at = 0; at + key_len < len; at++) {
        if (memcmp(from + at, key, key_len) == 0)
            return strtoull((const char *)from + at + key_len, NULL, 10);
    }
    abort(); /* a record without the key */
}

static void take_records(struct shell *s)
{
    struct engine_records taken = engine_take_records(s->engine, line, sizeof line);
    require(taken.count > 0 || !taken.more);
    size_t lines = 0;
    for (size_t at = 0; at < taken.len; lines++) {
        const uint8_t *end = memchr(line + at, '\n', taken.len - at);
        require(end != NULL);
        size_t len = (size_t)(end - (line + at));
        uint64_t row = number_behind(line + at, len, ",\"row\":");
        require(row >= 1 && row <= s->admitted && !s->recorded[row]);
        s->recorded[row] = true;
        s->queries += number_behind(line + at, len, ",\"queries\":");
        at += len + 1;
    }
    require(lines == taken.count);
}

static void admit(struct shell *s, struct name name)
{
    if (s->admitted == ROWS_MAX)
        return;
    struct target target = {.row = s->admitted + 1,
                            .rank = -1,
                            .input = name.wire,
                            .input_len = name.len,
                            .prefix = "",
                            .name = name};
    s->admitted += engine_admit(s->engine, s->now_ns, &target, 1);
}

/* Names of few labels over few letters, so that they meet in cache and questions. */
static void admit_name(struct shell *s)
{
    struct name_buffer name;
    uint8_t text[NAME_LEN_MAX];
    size_t labels = reader_u8(&s->script) % NAME_LABELS_MAX + 1;
    for (size_t i = 0; i < labels; i++) {
        text[2 * i] = (uint8_t)('a' + reader_u8(&s->script) % 4);
        text[2 * i + 1] = '.';
    }
    bool is_name = name_from_text(&name, text, 2 * labels);
    require(is_name);
    admit(s, name_of(&name));
}

static void feed_random(struct shell *s, size_t len)
{
    uint8_t octets[256];
    if (len > engine_random_room(s->engine))
        len = engine_random_room(s->engine);
    if (len > sizeof octets)
        len = sizeof octets;
    for (size_t i = 0; i < len; i++) {
        s->random = s->random * 6364136223846793005u + 1442695040888963407u;
        octets[i] = (uint8_t)(s->random >> 56);
    }
    engine_feed_random(s->engine, octets, len);
}

static void remember(struct shell *s, const struct action *a)
{
    size_t prefix = a->kind == ACTION_TCP_WRITE ? 2 : 0;
    struct sent *it = &s->sent[s->sent_at++ % SENT_MAX];
    *it = (struct sent){.tcp = prefix > 0,
                        .channel = a->channel,
                        .peer = a->peer,
                        .len = (uint16_t)(a->len - prefix)};
    memcpy(it->octets, a->octets + prefix, it->len);
    s->handed_out++;
}

static void open_connection(struct shell *s, uint32_t channel)
{
    require(door_tcp_slot(channel) < DOOR_TCP_SLOTS);
    require(s->open[door_tcp_slot(channel)] == 0);
    s->open[door_tcp_slot(channel)] = channel + 1;
}

/* Returns false where it is closed already: engine and peer may both come to it. */
static bool close_connection(struct shell *s, uint32_t channel)
{
    uint32_t *open = &s->open[door_tcp_slot(channel)];
    if (*open != channel + 1)
        return false;
    *open = 0;
    return true;
}

/* A verdict by the dice: mostly secure, so that there is a chain of trust to walk on. */
static void verify(struct shell *s, const struct action *a)
{
    static const uint8_t verdicts[] = {DNSSEC_SECURE,        DNSSEC_SECURE,   DNSSEC_SECURE,
                                       DNSSEC_SECURE,        DNSSEC_INSECURE, DNSSEC_BOGUS,
                                       DNSSEC_INDETERMINATE, DNSSEC_SECURE};
    const struct verdict_request *request = &a->verify;
    require(request->len >= 12 && request->zone.len > 0 && request->qname.len > 0);
    require(request->keys->rr_count > 0);
    s->random = s->random * 6364136223846793005u + 1442695040888963407u;
    struct door_event event = {
        .kind = EVENT_VERDICT,
        .channel = a->channel,
        .verdict = {.status = verdicts[s->random >> 61], .reason = VERDICT_BOGUS, .ttl_s = 300}};
    engine_event(s->engine, s->now_ns, &event);
}

static size_t take_actions(struct shell *s, size_t cap)
{
    struct action actions[16];
    size_t n = engine_take_actions(s->engine, s->now_ns, actions, cap);
    require(n <= cap);
    for (size_t i = 0; i < n; i++) {
        if (actions[i].kind == ACTION_TCP_CLOSE) {
            close_connection(s, actions[i].channel);
        } else if (actions[i].kind == ACTION_TCP_OPEN) {
            open_connection(s, actions[i].channel);
        } else if (actions[i].kind == ACTION_VERIFY) {
            verify(s, &actions[i]);
        } else {
            remember(s, &actions[i]);
        }
    }
    return n;
}

/* ---- what the network does ---- */

static void deliver(struct shell *s, const struct sent *to, const uint8_t *octets, size_t len)
{
    struct door_event event = {.kind = to->tcp ? EVENT_TCP_OCTETS : EVENT_DATAGRAM,
                               .channel = to->channel,
                               .peer = to->peer,
                               .octets = octets,
                               .len = len};
    engine_event(s->engine, s->now_ns, &event);
}

static struct sent *choose(struct shell *s)
{
    return &s->sent[reader_u8(&s->script) % SENT_MAX];
}

/* Copies up to `len` octets of the script behind the writer. */
static void write_script(struct shell *s, struct writer *w, size_t len)
{
    if (len > reader_left(&s->script))
        len = reader_left(&s->script);
    const uint8_t *octets = reader_take(&s->script, len);
    if (octets != NULL)
        writer_octets(w, octets, len);
}

/* The id and the question are right, all else is the script's: flags, counts, records. */
static void reply(struct shell *s)
{
    const struct sent *to = choose(s);
    if (to->len < 12)
        return;
    uint8_t octets[2 + 12 + 512 + 65536];
    struct writer w = writer_over(octets, sizeof octets);
    size_t question_len = to->len - 12u - (to->octets[11] != 0 ? 11u : 0u);
    writer_u16(&w, 0);
    writer_octets(&w, to->octets, 2);
    writer_u16(&w, (uint16_t)(0x8000u | reader_u16(&s->script)));
    writer_u16(&w, 1);
    for (unsigned i = 0; i < 3; i++)
        writer_u16(&w, reader_u8(&s->script) % 8);
    writer_octets(&w, to->octets + 12, question_len);
    write_script(s, &w, reader_u16(&s->script) % 2048u);
    if (w.failed)
        return;
    octets[0] = (uint8_t)((w.at - 2) >> 8);
    octets[1] = (uint8_t)(w.at - 2);
    if (to->tcp)
        deliver(s, to, octets, w.at);
    else
        deliver(s, to, octets + 2, w.at - 2);
}

/* A name that has to do with the question: itself, one above it, another, the root. */
static void write_name(struct shell *s, struct writer *w, const struct sent *to)
{
    uint8_t how = reader_u8(&s->script);
    size_t at = 12;
    for (unsigned up = how >> 2 & 3u; up > 0 && to->octets[at] != 0; up--)
        at += to->octets[at] + 1u;
    if ((how & 3u) == 0) {
        writer_u8(w, 0);
        return;
    }
    for (unsigned i = how >> 4 & 3u; (how & 3u) == 1 && i > 0; i--) {
        writer_u8(w, 1);
        writer_u8(w, (uint8_t)('a' + reader_u8(&s->script) % 4));
    }
    if ((how & 3u) == 2) { /* below it */
        writer_u8(w, 1);
        writer_u8(w, (uint8_t)('a' + (how >> 6)));
    }
    writer_u16(w, (uint16_t)(0xC000u | at));
}

static void write_rdata(struct shell *s, struct writer *w, const struct sent *to, uint16_t type)
{
    static const uint8_t prefix[] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    switch (type) {
    case TYPE_A:
        writer_octets(w, (const uint8_t[]){192, 0, 2}, 3);
        writer_u8(w, reader_u8(&s->script));
        return;
    case TYPE_AAAA:
        writer_octets(w, prefix, sizeof prefix);
        writer_u8(w, reader_u8(&s->script));
        return;
    case TYPE_NS:
    case TYPE_CNAME:
    case TYPE_DNAME:
        write_name(s, w, to);
        return;
    case TYPE_SOA:
        writer_u16(w, 0); /* two roots */
        for (unsigned i = 0; i < 5; i++)
            writer_u32(w, reader_u8(&s->script));
        return;
    default:
        write_script(s, w, reader_u8(&s->script) % 16u);
        return;
    }
}

static void write_record(struct shell *s, struct writer *w, const struct sent *to)
{
    static const uint16_t types[] = {TYPE_NS,    TYPE_A,    TYPE_NS, TYPE_CNAME, TYPE_SOA, TYPE_CAA,
                                     TYPE_DNAME, TYPE_AAAA, TYPE_DS, TYPE_NSEC,  TYPE_A,   TYPE_NS};
    write_name(s, w, to);
    uint16_t type = types[reader_u8(&s->script) % (sizeof types / sizeof *types)];
    writer_u16(w, type);
    writer_u16(w, 1);
    writer_u32(w, reader_u8(&s->script) * 16u);
    uint8_t *rdlen = writer_reserve(w, 2);
    size_t before = w->at;
    write_rdata(s, w, to, type);
    if (w->failed)
        return;
    rdlen[0] = (uint8_t)((w->at - before) >> 8);
    rdlen[1] = (uint8_t)(w->at - before);
}

/* A reply whose records are whole and lead on: referrals with glue, aliases, denials. */
static void composed_reply(struct shell *s)
{
    const struct sent *to = choose(s);
    if (to->len < 12)
        return;
    uint8_t octets[2 + 12 + 512 + 4096];
    struct writer w = writer_over(octets, sizeof octets);
    size_t question_len = to->len - 12u - (to->octets[11] != 0 ? 11u : 0u);
    uint8_t flags = reader_u8(&s->script), counts = reader_u8(&s->script);
    unsigned count[3] = {counts & 3u, counts >> 2 & 7u, counts >> 5};
    writer_u16(&w, 0);
    writer_octets(&w, to->octets, 2);
    writer_u8(&w, (uint8_t)(0x80u | (flags & 0x04u))); /* AA or not */
    writer_u8(&w, flags >> 4 == 3 ? 3 : 0);            /* NXDOMAIN or not */
    writer_u16(&w, 1);
    for (unsigned i = 0; i < 3; i++)
        writer_u16(&w, (uint16_t)count[i]);
    writer_octets(&w, to->octets + 12, question_len);
    for (unsigned i = count[0] + count[1] + count[2]; i > 0; i--)
        write_record(s, &w, to);
    if (w.failed)
        return;
    octets[0] = (uint8_t)((w.at - 2) >> 8);
    octets[1] = (uint8_t)(w.at - 2);
    size_t prefix = to->tcp ? 0 : 2;
    deliver(s, to, octets + prefix, w.at - prefix);
}

/* Octets from anywhere, in reply to anything. */
static void stray(struct shell *s)
{
    struct sent from = *choose(s);
    uint8_t octets[1024];
    struct writer w = writer_over(octets, sizeof octets);
    uint8_t how = reader_u8(&s->script);
    from.channel ^= how & 3u;
    from.peer.port = (uint16_t)(from.peer.port ^ (how >> 2 & 1u));
    from.tcp = how >> 3 & 1u;
    if (how >> 4 & 1u)
        writer_octets(&w, from.octets, from.len);
    write_script(s, &w, how % 64u);
    deliver(s, &from, octets, w.at);
}

static void peer_closes(struct shell *s)
{
    const struct sent *it = choose(s);
    if (!it->tcp || !close_connection(s, it->channel))
        return;
    struct door_event event = {.kind = EVENT_TCP_CLOSED,
                               .channel = it->channel,
                               .not_opened = it->len % 4 == 0,
                               .no_route = it->len % 8 == 0};
    engine_event(s->engine, s->now_ns, &event);
}

static void send_failed(struct shell *s)
{
    struct sent *it = choose(s);
    if (it->tcp || it->len == 0)
        return;
    struct door_event event = {.kind = EVENT_SEND_FAILED,
                               .channel = it->channel,
                               .octets = it->octets,
                               .len = it->len,
                               .no_route = reader_u8(&s->script) & 1u};
    engine_event(s->engine, s->now_ns, &event);
}

static void local_drops(struct shell *s)
{
    struct door_event event = {.kind = EVENT_LOCAL_DROPS, .count = reader_u8(&s->script)};
    engine_event(s->engine, s->now_ns, &event);
}

static void take_step(struct shell *s, enum step step)
{
    switch (step) {
    case STEP_ADMIT:
        admit_name(s);
        return;
    case STEP_ADMIT_INVALID:
        admit(s, (struct name){0});
        return;
    case STEP_PASS_TIME:
        s->now_ns += (uint64_t)reader_u8(&s->script) * reader_u8(&s->script) * MS;
        engine_advance(s->engine, s->now_ns);
        return;
    case STEP_RANDOM:
        feed_random(s, reader_u8(&s->script));
        return;
    case STEP_TAKE_ACTIONS:
        take_actions(s, 2u + reader_u8(&s->script) % 15u);
        return;
    case STEP_TAKE_RECORDS:
        take_records(s);
        return;
    case STEP_REPLY:
        reply(s);
        return;
    case STEP_STRAY:
        stray(s);
        return;
    case STEP_CLOSE:
        peer_closes(s);
        return;
    case STEP_SEND_FAILED:
        send_failed(s);
        return;
    case STEP_LOCAL_DROPS:
        local_drops(s);
        return;
    case STEP_COMPOSED_REPLY:
        composed_reply(s);
        return;
    case STEP_COUNT:
        return;
    }
}

/* ---- from start to end ---- */

/* Nothing more arrives: every row has to end by itself, without turns that do nothing. */
static void run_out(struct shell *s)
{
    size_t actions = 1;
    for (unsigned turns = 0, idle = 0; engine_busy(s->engine) > 0 || actions > 0; turns++) {
        require(turns < TURNS_MAX && idle < IDLE_TURNS_MAX);
        uint64_t next_ns = engine_advance(s->engine, s->now_ns);
        idle = actions > 0 || next_ns > s->now_ns ? 0 : idle + 1;
        if (next_ns != UINT64_MAX && next_ns > s->now_ns)
            s->now_ns = next_ns;
        feed_random(s, 256);
        take_records(s);
        actions = take_actions(s, 16);
        check_accounts(s);
    }
}

static void check_end(const struct shell *s)
{
    for (size_t row = 1; row <= s->admitted; row++)
        require(s->recorded[row]);
    uint64_t refused = stats_get(s->stats, COUNTER_SENDS_FAILED);
    require(s->queries == s->handed_out - refused);
    require(stats_get(s->stats, COUNTER_QUERIES) == s->queries);
    require(stats_get(s->stats, COUNTER_IN_FLIGHT) == 0);
    require(engine_held(s->engine) == 0);
    for (size_t slot = 0; slot < DOOR_TCP_SLOTS; slot++)
        require(s->open[slot] == 0);
}

static void run_script(struct shell *s)
{
    while (reader_left(&s->script) > 0) {
        take_step(s, (enum step)(reader_u8(&s->script) % STEP_COUNT));
        check_accounts(s);
    }
    run_out(s);
    check_end(s);
}

/* Turns the configuration into one that iterates. */
static void iterate_by(uint8_t how, struct engine_config *config)
{
    static const struct record_scan scan = {
        .scan = "fuzz", .vantage = "", .mode = MODE_ITERATE, .pass = 1};
    static const uint8_t ns[] = {1, 'r', 0};
    static const struct trust_anchors anchors = {.ds[0] = {.rdata = {0, 1, 13, 2}, .len = 36},
                                                 .count = 1};
    static struct resolve_roots roots = {
        .ns_count = 1,
        .glue = {{.address = {{192, 0, 2, 1}, 53, ADDRESS_IPV4}},
                 {.address = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}, 53, ADDRESS_IPV6}}},
        .glue_count = 2};
    roots.ns[0] = (struct name){.wire = ns, .len = sizeof ns};
    config->scan = &scan;
    config->servers = NULL;
    config->roots = &roots;
    config->all_nameservers = how & 4u;
    config->ipv6 = how & 8u;
    config->ipv4 = !config->ipv6 || (how & 16u);
    config->authorities = how & 32u ? 8 : 64;
    config->server_in_flight = how & 64u ? 2 : 0;
    config->anchors = how & 128u ? &anchors : NULL;
}

static struct engine_config config_from(struct reader *script, struct stats *stats,
                                        struct limit *limit)
{
    static const struct record_scan scan = {
        .scan = "fuzz", .vantage = "", .mode = MODE_RESOLVER, .pass = 1};
    static const struct address servers[SERVERS_MAX] = {
        {.octets = {192, 0, 2, 1}, .port = 53, .family = ADDRESS_IPV4},
        {.octets = {192, 0, 2, 2}, .port = 53, .family = ADDRESS_IPV4},
        {.octets = {0x20, 0x01, 0x0d, 0xb8}, .port = 53, .family = ADDRESS_IPV6}};
    uint8_t how = reader_u8(script), size = reader_u8(script);
    uint8_t more = size & 0x80u ? reader_u8(script) : 0;
    bool iterates = more & 1u;
    size_t server_count = how % SERVERS_MAX + 1u;
    limit_init(limit, iterates ? LIMITS : server_count, how & 0x40u ? 100 : 0,
               how & 0x20u ? 50 : 0);
    struct engine_config config = {.scan = &scan,
                                   .servers = servers,
                                   .server_count = server_count,
                                   .limit = limit,
                                   .stats = stats,
                                   .in_flight = size % 16u + 1u,
                                   .cache_entries = size & 0x10u ? 0 : size / 4u,
                                   .channels = (how >> 2 & 3u) + 1u,
                                   .attempts = (how >> 3 & 3u) + 1u,
                                   .timeout_ns = 1000 * MS,
                                   .hash_seed = 1,
                                   .control = more & 2u,
                                   .context = more & 4u,
                                   .alt = how & 0x80u};
    if (iterates)
        iterate_by(more, &config);
    return config;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct stats stats;
    memset(&stats, 0, sizeof stats);
    struct shell s = {.stats = &stats, .script = reader_over(data, len), .random = 1};
    struct limit *limit = aligned_alloc(64, (limit_size(LIMITS) + 63) / 64 * 64);
    require(limit != NULL);
    struct engine_config config = config_from(&s.script, &stats, limit);
    size_t size = engine_size(&config);
    /* calloc leaves the pages of the tables untouched; the alignment is made by hand. */
    uint8_t *memory = calloc(1, size + 64);
    require(memory != NULL);
    s.engine = engine_init(memory + (64 - (uintptr_t)memory % 64) % 64, &config);
    run_script(&s);
    free(memory);
    free(limit);
    return 0;
}
