/* bench_engine.c: what one row costs the engine, in ns of one core, by part: admission with its
 * first question, queries, replies, records. No sockets: a synthetic resolver, or the servers of a
 * synthetic Internet, answer outside of what is timed. Not a test: build the target bench_engine in
 * a release tree and run it.
 *
 * usage: bench_engine [rows [rows in flight [KiB touched between turns [replies a turn
 *     [hosts of a zone]]]]]
 *
 * The kernel's own work leaves little of the engine's memory in the caches near the core; the third
 * argument stands for it. With the fourth one so many replies come in a turn, in no order, as from
 * a server that is far away; without it, or with 0, all come, in the order of their queries. With
 * the last one authorities are asked: for so many hosts in each zone, one of each zone after the
 * other, or, where it is 0, for zones. */
#define _GNU_SOURCE

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "engine.h"
#include "synth_reply.h"
#include "wire.h"

#define BATCH 64u
#define ACTIONS 256u
#define TLDS 1500u
#define NAME_MAX_LEN 40u
#define DATAGRAM_MAX 4096u
#define CHUNK_LEN (RECORD_LINE_MAX + (1u << 20))
#define CACHE_ENTRIES 65536u
#define CHANNELS 16u
#define ROOT 0xC6290004u /* a.root-servers.net */
#define SERVERS 20000u   /* of the world below it */
#define AUTHORITIES 65536u
#define LIMIT_ENTRIES 65536u
#define OF_ONE_SERVER 100u /* queries at a time */

enum part { PART_ADMIT, PART_SEND, PART_REPLY, PART_RECORD, PART_COUNT };

static const char *const part_words[] = {"admit", "send", "reply", "record"};

struct reply {
    struct address peer;
    uint32_t channel;
    uint16_t len;
    uint8_t octets[SYNTH_REPLY_MAX];
};

struct bench {
    struct engine *engine;
    struct synth world;
    struct address server;
    bool iterates;
    uint64_t zones; /* that the hosts asked for are in; 0: zones are asked for */
    uint64_t rows, admitted, recorded, octets, queries;
    size_t in_flight;
    struct target targets[BATCH];
    struct name_buffer names[BATCH];
    char texts[BATCH][NAME_MAX_LEN];
    struct action actions[ACTIONS];
    struct reply *replies; /* to come */
    uint64_t reply_count, replies_per_turn;
    uint8_t inbox[BATCH][DATAGRAM_MAX];
    struct door_event events[BATCH];
    uint8_t *chunk, *waste;
    size_t waste_len;
    uint64_t random;
    uint64_t spent_ns[PART_COUNT];
};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t next_random(struct bench *b)
{
    uint64_t x = b->random += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static size_t write_name(const struct bench *b, uint64_t row, char text[NAME_MAX_LEN])
{
    unsigned long long n = row, zone = b->zones > 0 ? row % b->zones : row;
    int len = 0;
    if (b->zones > 0)
        len = snprintf(text, NAME_MAX_LEN, "host-%llu.", n);
    len += snprintf(text + len, NAME_MAX_LEN - (size_t)len, "name-%llu.tld%llu", zone, zone % TLDS);
    return (size_t)len;
}

static size_t make_targets(struct bench *b)
{
    size_t count = 0;
    for (; count < BATCH && b->admitted + count < b->rows; count++) {
        uint64_t row = b->admitted + count + 1;
        size_t len = write_name(b, row, b->texts[count]);
        const uint8_t *text = (const uint8_t *)b->texts[count];
        name_from_text(&b->names[count], text, len);
        b->targets[count] = (struct target){.row = row,
                                            .rank = -1,
                                            .input = text,
                                            .extra = text,
                                            .prefix = "",
                                            .input_len = (uint16_t)len,
                                            .name = name_of(&b->names[count])};
    }
    return count;
}

static void admit(struct bench *b)
{
    for (;;) {
        size_t count = make_targets(b);
        uint64_t start_ns = now_ns();
        size_t taken = engine_admit(b->engine, start_ns, b->targets, count);
        b->spent_ns[PART_ADMIT] += now_ns() - start_ns;
        b->admitted += taken;
        if (taken < BATCH)
            return;
    }
}

static void feed_random(struct bench *b)
{
    uint64_t octets[512];
    while (engine_random_room(b->engine) >= sizeof octets) {
        for (size_t i = 0; i < sizeof octets / sizeof *octets; i++)
            octets[i] = next_random(b);
        engine_feed_random(b->engine, (const uint8_t *)octets, sizeof octets);
    }
}

static uint32_t asked_of(const struct address *a)
{
    struct reader r = reader_over(a->octets, sizeof a->octets);
    return reader_u32(&r);
}

static void answer(struct bench *b, const struct action *a)
{
    struct synth_query query = {
        .octets = a->octets, .len = a->len, .authority = b->iterates, .asked = asked_of(&a->peer)};
    struct reply *reply = &b->replies[b->reply_count++];
    reply->peer = a->peer;
    reply->channel = a->channel;
    b->queries++;
    reply->len = (uint16_t)synth_reply(&b->world, &query, reply->octets);
}

static void send_queries(struct bench *b)
{
    size_t count = 0;
    do {
        feed_random(b);
        uint64_t start_ns = now_ns();
        count = engine_take_actions(b->engine, start_ns, b->actions, ACTIONS);
        b->spent_ns[PART_SEND] += now_ns() - start_ns;
        for (size_t i = 0; i < count; i++) {
            if (b->actions[i].kind == ACTION_SEND)
                answer(b, &b->actions[i]);
        }
    } while (count > 0);
}

/* Takes one of those to come: the first where all come in a turn. */
static const struct reply *next_reply(struct bench *b, uint64_t taken)
{
    if (b->replies_per_turn == 0)
        return &b->replies[taken];
    struct reply *chosen = &b->replies[next_random(b) % b->reply_count];
    struct reply *last = &b->replies[--b->reply_count];
    struct reply swapped = *chosen;
    *chosen = *last;
    *last = swapped;
    return last;
}

/* `taken`: in this turn so far. */
static size_t fill_inbox(struct bench *b, uint64_t taken, uint64_t most)
{
    size_t count = 0;
    for (; count < BATCH && taken + count < most; count++) {
        const struct reply *reply = next_reply(b, taken + count);
        memcpy(b->inbox[count], reply->octets, reply->len);
        b->events[count] = (struct door_event){.kind = EVENT_DATAGRAM,
                                               .channel = reply->channel,
                                               .peer = reply->peer,
                                               .octets = b->inbox[count],
                                               .len = reply->len};
    }
    return count;
}

static void record(struct bench *b)
{
    struct engine_records got;
    do {
        uint64_t start_ns = now_ns();
        got = engine_take_records(b->engine, b->chunk, CHUNK_LEN);
        b->spent_ns[PART_RECORD] += now_ns() - start_ns;
        b->recorded += got.count;
        b->octets += got.len;
    } while (got.more);
}

static void receive(struct bench *b)
{
    uint64_t most = b->reply_count, taken = 0;
    if (b->replies_per_turn > 0 && b->replies_per_turn < most)
        most = b->replies_per_turn;
    for (size_t count; (count = fill_inbox(b, taken, most)) > 0; taken += count) {
        uint64_t start_ns = now_ns();
        for (unsigned step = 0; step < ENGINE_EXPECT_STEPS; step++) {
            for (size_t i = 0; i < count; i++)
                engine_expect(b->engine, step, &b->events[i]);
        }
        for (size_t i = 0; i < count; i++)
            engine_event(b->engine, start_ns, &b->events[i]);
        b->spent_ns[PART_REPLY] += now_ns() - start_ns;
        record(b);
    }
    if (b->replies_per_turn == 0)
        b->reply_count = 0;
}

static void turn(struct bench *b)
{
    for (size_t i = 0; i < b->waste_len; i += 64)
        b->waste[i]++;
    receive(b);
    record(b);
    admit(b);
    engine_advance(b->engine, now_ns());
    send_queries(b);
}

static void *memory_of(size_t len)
{
    void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        exit(EXIT_FAILURE);
    madvise(memory, len, MADV_HUGEPAGE);
    return memory;
}

static const struct resolve_roots *root_of(struct bench *b)
{
    static const uint8_t ns[] = "\1a\14root-servers\3net";
    static struct resolve_roots roots;
    roots.ns[0] = (struct name){.wire = ns, .len = sizeof ns};
    roots.ns_count = roots.glue_count = 1;
    roots.glue[0].address = b->server;
    return &roots;
}

static struct engine *engine_of(struct bench *b)
{
    static struct record_scan scan = {.scan = "bench", .vantage = ""};
    static struct stats stats;
    scan.mode = b->iterates ? MODE_ITERATE : MODE_RESOLVER;
    size_t entries = b->iterates ? LIMIT_ENTRIES : 1;
    struct limit *limit = memory_of(limit_size(entries));
    limit_init(limit, entries, 0, 0);
    struct engine_config config = {.scan = &scan,
                                   .servers = b->iterates ? NULL : &b->server,
                                   .server_count = 1,
                                   .roots = root_of(b),
                                   .authorities = AUTHORITIES,
                                   .server_in_flight = OF_ONE_SERVER,
                                   .ipv4 = true,
                                   .limit = limit,
                                   .stats = &stats,
                                   .in_flight = b->in_flight,
                                   .cache_entries = CACHE_ENTRIES,
                                   .channels = CHANNELS,
                                   .attempts = 5,
                                   .timeout_ns = 2000000000,
                                   .hash_seed = 1,
                                   .control = true};
    return engine_init(memory_of(engine_size(&config)), &config);
}

static void make_world(struct bench *b, uint64_t hosts)
{
    b->world = synth_default();
    b->world.share[SYNTH_ALIAS] = b->world.share[SYNTH_NXDOMAIN] = 0.05;
    b->server = (struct address){.octets = {127, 0, 0, 1}, .port = 53, .family = ADDRESS_IPV4};
    if (!b->iterates)
        return;
    b->zones = hosts > 0 ? (b->rows + hosts - 1) / hosts : 0;
    b->world.glueless = 0.5;
    b->world.servers_count = SERVERS;
    b->world.roots[0] = ROOT;
    b->world.root_count = 1;
    for (size_t i = 0; i < 4; i++)
        b->server.octets[i] = (uint8_t)(ROOT >> (24 - 8 * i));
}

static uint64_t number(int argc, char **argv, int at, uint64_t otherwise)
{
    return argc > at ? strtoull(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    static struct bench b;
    b.rows = number(argc, argv, 1, 1000000);
    b.in_flight = number(argc, argv, 2, 2000);
    b.waste_len = number(argc, argv, 3, 2048) * 1024;
    b.replies_per_turn = number(argc, argv, 4, 0);
    b.iterates = argc > 5;
    make_world(&b, number(argc, argv, 5, 0));
    b.replies = memory_of((b.in_flight + 1) * sizeof *b.replies);
    b.chunk = memory_of(CHUNK_LEN);
    b.waste = memory_of(b.waste_len + 1);
    b.engine = engine_of(&b);
    while (b.recorded < b.rows)
        turn(&b);
    double sum = 0;
    for (size_t i = 0; i < PART_COUNT; i++) {
        double ns = (double)b.spent_ns[i] / (double)b.rows;
        printf("%s %.0f  ", part_words[i], ns);
        sum += ns;
    }
    printf("all %.0f ns a row, %llu octets, %.3f queries a row\n", sum,
           (unsigned long long)b.octets, (double)b.queries / (double)b.rows);
    return EXIT_SUCCESS;
}
