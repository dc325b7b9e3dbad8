/* bench_codec.c: what one query, one reply and one record cost the codec, in ns, best of several
 * rounds. Not a test: build the target bench_codec in a release tree and run it. */
#define _POSIX_C_SOURCE 200809L

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answer.h"
#include "message.h"
#include "record.h"
#include "wire.h"

#define ROUNDS 15
#define CALLS 200000

static volatile uint64_t sink; /* keeps the compiler from dropping the work */

static const char input[] = "www.example.org";

/* www.example.org CAA?: a denial with the SOA of example.org, and OPT. */
static const uint8_t nodata[] = {
    0x12, 0x34, 0x81, 0x80, 0,    1,   0,   0,   0,   1,   0,   1, /* header */
    3,    'w',  'w',  'w',  7,    'e', 'x', 'a', 'm', 'p', 'l', 'e', 3,   'o', 'r', 'g', 0,
    1,    1,    0,    1,    0xC0, 16,  0,   6,   0,   1,   0,   0,   14,  16,  0,   39, /* SOA */
    3,    'n',  's',  '1',  0xC0, 16,  10,  'h', 'o', 's', 't', 'm', 'a', 's', 't', 'e', 'r',
    0xC0, 16,   0,    0,    0,    1,   0,   0,   14,  16,  0,   0,   3,   132, 0,   9,   58,
    128,  0,    0,    1,    44,   0,   0,   41,  4,   208, 0,   0,   0,   0,   0,   0, /* OPT */
};

/* example.org CAA?: two records, and OPT. */
static const uint8_t records[] = {
    0x12, 0x34, 0x81, 0x80, 0,   1,   0,   2,   0,   0,   0,   1, /* header */
    7,    'e',  'x',  'a',  'm', 'p', 'l', 'e', 3,   'o', 'r', 'g', 0,   1,   1,   0,    1,   0xC0,
    12,   1,    1,    0,    1,   0,   0,   14,  16,  0,   22,  0,   5,   'i', 's', 's',  'u', 'e',
    'l',  'e',  't',  's',  'e', 'n', 'c', 'r', 'y', 'p', 't', '.', 'o', 'r', 'g', 0xC0, 12,  1,
    1,    0,    1,    0,    0,   14,  16,  0,   12,  0,   9,   'i', 's', 's', 'u', 'e',  'w', 'i',
    'l',  'd',  ';',  0,    0,   41,  4,   208, 0,   0,   0,   0,   0,   0, /* OPT */
};

struct bench {
    struct name_buffer www, apex;
    struct message_scratch *scratch;
    struct answer_parts parts;
    _Alignas(struct answer) uint8_t blobs[2][1024];
    struct target target;
    struct record_scan scan;
    struct record_head head;
    struct record_forms forms;
    struct record_level levels[2];
    struct record record;
    uint8_t hostile[65535];
    size_t hostile_len;
    uint8_t line[8192];
    size_t line_len;
};

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void run_encode(struct bench *b)
{
    struct query q = {.name = name_of(&b->www), .type = TYPE_CAA, .recursion = true, .edns = true};
    uint8_t out[MESSAGE_QUERY_MAX];
    sink += message_encode(&q, out, sizeof out) + out[20];
}

static void decode(struct bench *b, const uint8_t *octets, size_t len, const struct name_buffer *n)
{
    struct message_head head;
    message_peek(octets, len, &head);
    struct message_decode_args args = {
        .octets = octets, .len = len, .qname = name_of(n), .qtype = TYPE_CAA, .resolver = true};
    message_decode(&args, b->scratch, &b->parts);
    sink += head.question_whole + b->parts.head.rr_count;
}

static void run_nodata(struct bench *b)
{
    decode(b, nodata, sizeof nodata, &b->www);
}

static void run_records(struct bench *b)
{
    decode(b, records, sizeof records, &b->apex);
}

/* The most work a reply can make: 65,535 octets of aliases and CAA records, each of whose owners is
 * 126 labels with a pointer behind each. */
static size_t make_hostile(uint8_t *octets)
{
    struct writer w = writer_over(octets, 65535);
    writer_octets(&w, "\x12\x34\x81\x80\0\1\0\0\0\0\0\0\1a\0\1\1\0\1", 19);
    writer_octets(&w, "\0\xFF\xF0\0\1\0\0\0\0\1\xF8", 11); /* 504 octets of RDATA */
    size_t last = 14;
    for (size_t i = 0; i < 126; i++) {
        size_t at = w.at;
        writer_octets(&w, "\1x", 2);
        writer_u16(&w, (uint16_t)(0xC000u | last));
        last = at;
    }
    uint16_t count = 1;
    for (; w.cap - w.at >= 14; count++) {
        writer_u16(&w, (uint16_t)(0xC000u | last));
        writer_octets(&w, count <= 128 ? "\0\5\0\1\0\0\0\0\0\2" : "\1\1\0\1\0\0\0\0\0\2", 10);
        writer_u16(&w, (uint16_t)(0xC000u | last));
    }
    octets[6] = (uint8_t)(count >> 8);
    octets[7] = (uint8_t)count;
    return w.at;
}

static void run_hostile(struct bench *b)
{
    decode(b, b->hostile, b->hostile_len, &b->apex);
}

static void run_build(struct bench *b)
{
    sink += answer_build(&b->parts, b->blobs[1], sizeof b->blobs[1]);
}

static void run_hash(struct bench *b)
{
    sink += name_hash(name_of(&b->www), sink);
}

static void run_emit(struct bench *b)
{
    b->line_len = record_emit(&b->record, b->line, sizeof b->line);
    sink += b->line_len;
}

static void measure(const char *what, struct bench *b, void (*run)(struct bench *), int calls)
{
    double best = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int i = 0; i < calls; i++)
            run(b);
        double each = (now_ns() - start) / calls;
        best = each < best ? each : best;
    }
    printf("%-28s %8.1f ns/op\n", what, best);
}

/* A record of two levels: nothing at www.example.org, a set at example.org. */
static void prepare(struct bench *b)
{
    name_from_text(&b->www, (const uint8_t *)input, sizeof input - 1);
    name_from_text(&b->apex, (const uint8_t *)input + 4, sizeof input - 5);
    b->parts.head.server = (struct address){{192, 0, 2, 1}, 53, ADDRESS_IPV4};
    b->parts.head.rtt_us = 12345;
    b->parts.head.attempts = 1;
    b->parts.head.dnssec = DNSSEC_UNCHECKED;
    run_nodata(b);
    answer_build(&b->parts, b->blobs[0], sizeof b->blobs[0]);
    run_records(b);
    answer_build(&b->parts, b->blobs[1], sizeof b->blobs[1]);

    b->hostile_len = make_hostile(b->hostile);
    b->scan = (struct record_scan){"top1m-20261121T230000Z", "", MODE_RESOLVER, 1};
    b->target = (struct target){.row = 123456,
                                .rank = 123456,
                                .input = (const uint8_t *)input,
                                .input_len = sizeof input - 1,
                                .prefix = "",
                                .name = name_of(&b->www)};
    b->levels[0] = (struct record_level){name_of(&b->www), (const void *)b->blobs[0], 0, 0};
    b->levels[1] =
        (struct record_level){name_of(&b->apex), (const void *)b->blobs[1], 30, SOURCE_CACHED};
    record_head_init(&b->head, &b->scan);
    b->record = (struct record){.scan = &b->scan,
                                .head = &b->head,
                                .forms = &b->forms,
                                .target = &b->target,
                                .levels = b->levels,
                                .level_count = 2,
                                .outcome = OUTCOME_FOUND,
                                .own = OUTCOME_EMPTY,
                                .dnssec = DNSSEC_UNCHECKED,
                                .queries = 1,
                                .duration_ns = 12345678,
                                .timestamp_ms = 1795302000123};
}

int main(void)
{
    static struct bench b;
    b.scratch = malloc(message_scratch_size());
    if (b.scratch == NULL)
        return 1;
    prepare(&b);
    measure("encode", &b, run_encode, CALLS);
    measure("peek + decode, no data", &b, run_nodata, CALLS);
    measure("peek + decode, two records", &b, run_records, CALLS);
    measure("answer_build, two records", &b, run_build, CALLS);
    measure("name_hash", &b, run_hash, CALLS);
    measure("record_emit, two levels", &b, run_emit, CALLS);
    measure("peek + decode, hostile", &b, run_hostile, 20);
    printf("record of %zu octets: %.*s", b.line_len, (int)b.line_len, (const char *)b.line);
    free(b.scratch);
    return 0;
}
