/* bench_engine.c: what one row costs the engine, in ns of one core, by part: admission with its
 * first question, queries, replies, records. No sockets: a synthetic resolver answers outside of
 * what is timed. Not a test: build the target bench_engine in a release tree and run it.
 *
 * usage: bench_engine [rows [rows in flight [KiB touched between turns [replies a turn]]]]
 *
 * The kernel's own work leaves little of the engine's memory in the caches near the core; the third
 * argument stands for it. With the last one so many replies come in a turn, in no order, as from a
 * server that is far away; without it all come, in the order of their queries. */
#define _GNU_SOURCE

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "engine.h"
#include "synth_reply.h"

#define BATCH 64u
#define ACTIONS 256u
#define TLDS 1500u
#define NAME_MAX_LEN 40u
#define DATAGRAM_MAX 4096u
#define CHUNK_LEN (RECORD_LINE_MAX + (1u << 20))
#define CACHE_ENTRIES 65536u
#define CHANNELS 16u

enum part { PART_ADMIT, PART_SEND, PART_REPLY, PART_RECORD, PART_COUNT };

static const char *const part_words[] = {"admit", "send", "reply", "record"};

struct reply {
    uint32_t channel;
    uint16_t len;
    uint8_t octets[SYNTH_REPLY_MAX];
};

struct bench {
    struct engine *engine;
    struct synth world;
    struct address server;
    uint64_t rows, admitted, recorded, octets;
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

static size_t make_targets(struct bench *b)
{
    size_t count = 0;
    for (; count < BATCH && b->admitted + count < b->rows; count++) {
        uint64_t row = b->admitted + count + 1;
        int len = snprintf(b->texts[count], NAME_MAX_LEN, "name-%llu.tld%llu",
                           (unsigned long long)row, (unsigned long long)(row % TLDS));
        const uint8_t *text = (const uint8_t *)b->texts[count];
        name_from_text(&b->names[count], text, (size_t)len);
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

static void answer(struct bench *b, const struct action *a)
{
    struct synth_query query = {.octets = a->octets, .len = a->len};
    struct reply *reply = &b->replies[b->reply_count++];
    reply->channel = a->channel;
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
                                               .peer = b->server,
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

static struct engine *engine_of(struct bench *b)
{
    static const struct record_scan scan = {.scan = "bench", .vantage = "", .mode = MODE_RESOLVER};
    static struct stats stats;
    struct limit *limit = memory_of(limit_size(1));
    limit_init(limit, 1, 0, 0);
    struct engine_config config = {.scan = &scan,
                                   .servers = &b->server,
                                   .server_count = 1,
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
    b.world = synth_default();
    b.world.share[SYNTH_ALIAS] = b.world.share[SYNTH_NXDOMAIN] = 0.05;
    b.server = (struct address){.octets = {127, 0, 0, 1}, .port = 53, .family = ADDRESS_IPV4};
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
    printf("all %.0f ns a row, %llu octets\n", sum, (unsigned long long)b.octets);
    return EXIT_SUCCESS;
}
