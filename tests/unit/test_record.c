/* Record lines: a golden one, the schema's keys in order, and every kind of value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "message.h"
#include "record.h"
#include "record_line.h"

#define NAMES 24

static struct name_buffer names[NAMES];
static size_t name_count;
static uint8_t line[1 << 20];

static struct name named(const char *text)
{
    assert_in_range(name_count, 0, NAMES - 1);
    struct name_buffer *n = &names[name_count++];
    assert_true(name_from_text(n, (const uint8_t *)text, strlen(text)));
    return name_of(n);
}

static const struct record_scan scan = {"scan-1", "lab", MODE_RESOLVER, 1};

static const struct answer_rr rrs[] = {
    {(const uint8_t *)"\200\5issueca.example; a=b", 3600, 22},
    {(const uint8_t *)"\0\11IssueWild\"\\\377\0\n", 20, 16},
    {(const uint8_t *)"\0\377issue", 3600, 7},
    {(const uint8_t *)"", 3600, 0},
};

/* A target www.example.org with a denial there and an answer at example.org, to be changed. */
struct fixture {
    struct target target;
    struct record_level levels[2];
    struct record_note notes[2];
    struct answer_parts parts[2];
    struct record_control controls[3];
    struct record_alt alt;
    struct record record;
    struct answer *blobs[2];
};

static void prepare_parts(struct fixture *f)
{
    struct answer_parts *denial = &f->parts[0], *set = &f->parts[1];
    denial->qname = f->levels[0].name;
    denial->head.level = LEVEL_NXDOMAIN;
    denial->head.rcode = 3;
    denial->head.server = (struct address){{192, 0, 2, 1}, 53, ADDRESS_IPV4};
    denial->head.attempts = 2;
    denial->head.rtt_us = 1234567;
    denial->head.dnssec = DNSSEC_UNCHECKED;
    denial->head.ede_count = 2;
    denial->head.ede[0] = 22;
    denial->head.ede[1] = 49152;
    denial->head.tried_count = 2;
    denial->tried[0] = (struct answer_try){denial->head.server, CLASS_TIMEOUT};
    denial->tried[1] = (struct answer_try){{.family = ADDRESS_NONE}, CLASS_LOCAL_ERROR};
    set->qname = f->levels[1].name;
    set->head.level = LEVEL_RECORDS;
    set->head.flags = ANSWER_AD;
    set->head.protocol = PROTOCOL_TCP;
    set->head.server = (struct address){{0x20, 1, 0x0d, 0xb8, [15] = 1}, 5300, ADDRESS_IPV6};
    set->head.attempts = 1;
    set->head.dnssec = DNSSEC_SECURE;
    set->head.chain_count = 1;
    set->chain[0] = (struct answer_alias){set->qname, named("set.example.net"), 30, ALIAS_CNAME};
    set->head.rr_count = sizeof rrs / sizeof *rrs;
    set->rrs = rrs;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    name_count = 0;
    static const uint8_t extra[] = {2, 0, 'D', 'E', 0, 0, 3, 0, '"', 0xC3, '\\'};
    f->target = (struct target){.row = 7,
                                .rank = 10,
                                .input = (const uint8_t *)"WWW.example.org",
                                .input_len = 15,
                                .prefix = "",
                                .extra = extra,
                                .extra_len = sizeof extra,
                                .extra_count = 3,
                                .name = named("www.example.org")};
    f->levels[0].name = f->target.name;
    f->levels[1].name = named("example.org");
    f->levels[1].source = SOURCE_CACHED;
    f->levels[1].age_s = 25;
    prepare_parts(f);
    f->notes[0] = (struct record_note){.at = f->levels[1].name, .kind = NOTE_RDATA_MALFORMED};
    f->notes[1] = (struct record_note){.detail = "one \"word\"", .kind = NOTE_RECOVERED};
    f->record = (struct record){.scan = &scan,
                                .target = &f->target,
                                .levels = f->levels,
                                .level_count = 2,
                                .notes = f->notes,
                                .note_count = 2,
                                .outcome = OUTCOME_FOUND,
                                .own = OUTCOME_EMPTY,
                                .exists = EXISTS_NO,
                                .dnssec = DNSSEC_SECURE,
                                .ad = 1,
                                .queries = 3,
                                .retries = 1,
                                .duration_ns = 2000001999,
                                .timestamp_ms = 1795302000123};
    *state = f;
    return 0;
}

static void build(struct fixture *f)
{
    for (size_t i = 0; i < 2; i++) {
        free(f->blobs[i]);
        size_t size = answer_size(&f->parts[i]);
        f->blobs[i] = malloc(size);
        assert_non_null(f->blobs[i]);
        assert_int_equal(answer_build(&f->parts[i], f->blobs[i], size), size);
        f->levels[i].answer = f->blobs[i];
    }
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    free(f->blobs[0]);
    free(f->blobs[1]);
    free(f);
    return 0;
}

/* The analysis takes every line in its fast way, which knows the canonical form alone. */
static void expect_scanned(size_t len)
{
    struct record_line reader;
    struct record_view view;
    record_line_init(&reader);
    assert_int_equal(record_line_scan(&reader, caa_text_of(line, len), &view), RECORD_OK);
    record_line_fini(&reader);
}

static size_t emit(struct fixture *f)
{
    build(f);
    size_t len = record_emit(&f->record, line, sizeof line);
    assert_true(len > 1 && line[len - 1] == '\n');
    assert_null(memchr(line, '\n', len - 1));
    for (size_t i = 0; i + 1 < len; i++)
        assert_in_range(line[i], 0x20, 0x7E);
    expect_scanned(len - 1);
    return len;
}

/* The line as jansson reads it, to be released. */
static json_t *emitted(struct fixture *f)
{
    size_t len = emit(f);
    json_error_t error;
    json_t *object = json_loadb((const char *)line, len, JSON_REJECT_DUPLICATES, &error);
    if (object == NULL)
        fail_msg("%s in %.*s", error.text, (int)len, (const char *)line);
    return object;
}

static void assert_value(json_t *object, const char *key, const char *expected)
{
    char *text = json_dumps(json_object_get(object, key), JSON_ENCODE_ANY | JSON_COMPACT);
    assert_non_null(text);
    if (strcmp(text, expected) != 0)
        fail_msg("%s is %s, not %s", key, text, expected);
    free(text);
}

static const char golden[] =
    "{\"v\":1,\"scan\":\"scan-1\",\"mode\":\"resolver\",\"vantage\":\"lab\",\"row\":7,"
    "\"prefix\":\"\",\"pass\":1,\"rank\":10,\"input\":\"WWW.example.org\","
    "\"extra\":[\"DE\",\"\",\"\\\"\\\\195\\\\\\\\\"],\"name\":\"www.example.org\","
    "\"wildcard\":false,\"outcome\":\"found\",\"error_class\":null,\"error_at\":null,"
    "\"error_name\":null,\"exists\":\"no\",\"own\":\"empty\",\"found_at\":\"example.org\","
    "\"depth\":1,\"rrset_owner\":\"set.example.net\",\"chain\":[{\"owner\":\"example.org\","
    "\"kind\":\"CNAME\",\"target\":\"set.example.net\",\"ttl\":5}],\"caa\":["
    "{\"flags\":128,\"tag\":\"issue\",\"value\":\"ca.example; a=b\",\"ttl\":3575,"
    "\"rdata_error\":null,\"rdata\":null},"
    "{\"flags\":0,\"tag\":\"IssueWild\",\"value\":\"\\\"\\\\\\\\\\\\255\\\\000\\\\010\",\"ttl\":0,"
    "\"rdata_error\":null,\"rdata\":null},"
    "{\"flags\":null,\"tag\":null,\"value\":null,\"ttl\":3575,\"rdata_error\":\"tag_overrun\","
    "\"rdata\":\"00ff6973737565\"},"
    "{\"flags\":null,\"tag\":null,\"value\":null,\"ttl\":3575,\"rdata_error\":\"rdata_empty\","
    "\"rdata\":\"\"}],\"zone\":null,\"ns\":[],\"set_zone\":null,\"set_ns\":[],\"levels\":["
    "{\"name\":\"www.example.org\",\"outcome\":\"nxdomain\",\"rcode\":3,\"chain\":[],"
    "\"source\":\"asked\",\"age\":0,\"server\":\"192.0.2.1\",\"protocol\":\"udp\","
    "\"rtt\":1.234567,\"attempts\":2,\"ad\":false,\"ede\":[22,49152],\"dnssec\":\"unchecked\","
    "\"tried\":[{\"server\":\"192.0.2.1\",\"result\":\"timeout\"},"
    "{\"server\":null,\"result\":\"local_error\"}]},"
    "{\"name\":\"example.org\",\"outcome\":\"records\",\"rcode\":0,\"chain\":["
    "{\"owner\":\"example.org\",\"kind\":\"CNAME\",\"target\":\"set.example.net\",\"ttl\":5}],"
    "\"source\":\"cached\",\"age\":25,\"server\":\"[2001:db8::1]:5300\",\"protocol\":\"tcp\","
    "\"rtt\":0.000000,\"attempts\":1,\"ad\":true,\"ede\":[],\"dnssec\":\"secure\",\"tried\":[]}],"
    "\"notes\":[{\"kind\":\"rdata_malformed\",\"at\":\"example.org\",\"detail\":null},"
    "{\"kind\":\"recovered\",\"at\":null,\"detail\":\"one \\\"word\\\"\"}],\"control\":[],"
    "\"alt\":null,\"dnssec\":\"secure\",\"ds\":\"unknown\",\"ad\":true,\"queries\":3,"
    "\"retries\":1,\"duration\":2.000001,\"timestamp\":\"2026-11-21T23:00:00.123Z\"}\n";

static void a_found_set_gives_this_line(void **state)
{
    size_t len = emit(*state);
    line[len] = '\0';
    assert_string_equal((const char *)line, golden);
}

#define KEY_TEXT(key, type) #key,

static void every_key_stands_in_its_place(void **state)
{
    static const char *const keys[] = {CAASCAN_KEYS(KEY_TEXT)};
    json_t *object = emitted(*state);
    assert_int_equal(json_object_size(object), KEY_COUNT);
    size_t i = 0;
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at))
        assert_string_equal(json_object_iter_key(at), keys[i++]);
    json_decref(object);
}

static void equal_input_gives_equal_octets(void **state)
{
    size_t len = emit(*state);
    uint8_t *first = malloc(len);
    assert_non_null(first);
    memcpy(first, line, len);
    memset(line, 0, len);
    assert_int_equal(emit(*state), len);
    assert_memory_equal(first, line, len);
    free(first);
}

/* Every capacity but the last gives nothing, and no octet is written behind it. */
static void a_line_that_does_not_fit_is_not_emitted(void **state)
{
    struct fixture *f = *state;
    size_t len = emit(f);
    for (size_t cap = 0; cap < len; cap++) {
        uint8_t *room = malloc(cap == 0 ? 1 : cap);
        assert_non_null(room);
        assert_int_equal(record_emit(&f->record, room, cap), 0);
        free(room);
    }
    uint8_t *room = malloc(len);
    assert_non_null(room);
    assert_int_equal(record_emit(&f->record, room, len), len);
    free(room);
}

static void an_empty_row_has_no_set(void **state)
{
    struct fixture *f = *state;
    f->record.outcome = OUTCOME_EMPTY;
    f->record.ad = -1;
    f->target.rank = -1;
    f->target.wildcard = true;
    f->target.extra_count = 0;
    json_t *object = emitted(f);
    assert_value(object, "found_at", "null");
    assert_value(object, "depth", "null");
    assert_value(object, "rrset_owner", "null");
    assert_value(object, "chain", "[]");
    assert_value(object, "caa", "[]");
    assert_value(object, "ad", "null");
    assert_value(object, "rank", "null");
    assert_value(object, "wildcard", "true");
    assert_value(object, "extra", "[]");
    assert_int_equal(json_array_size(json_object_get(object, "levels")), 2);
    json_decref(object);
}

static void a_failure_names_class_level_and_name(void **state)
{
    struct fixture *f = *state;
    f->record.outcome = OUTCOME_INDETERMINATE;
    f->record.error_class = CLASS_INCOMPLETE_CHAIN;
    f->record.error_name = named("t.example.net");
    struct answer *head = &f->parts[1].head;
    head->failure = CLASS_INCOMPLETE_CHAIN;
    head->level = LEVEL_COUNT;
    head->chain_count = 0;
    head->rr_count = 0;
    json_t *object = emitted(f);
    assert_value(object, "outcome", "\"indeterminate\"");
    assert_value(object, "error_class", "\"incomplete_chain\"");
    assert_value(object, "error_at", "\"example.org\"");
    assert_value(object, "error_name", "\"t.example.net\"");
    assert_value(object, "depth", "null");
    json_t *level = json_array_get(json_object_get(object, "levels"), 1);
    assert_value(level, "outcome", "\"incomplete_chain\"");
    json_decref(object);
}

static void a_level_without_reply_has_nulls(void **state)
{
    struct fixture *f = *state;
    f->record.outcome = OUTCOME_INDETERMINATE;
    f->record.error_class = CLASS_TIMEOUT;
    f->parts[1].head = (struct answer){
        .rcode = -1, .failure = CLASS_TIMEOUT, .attempts = 3, .dnssec = DNSSEC_UNCHECKED};
    json_t *object = emitted(f);
    json_t *level = json_array_get(json_object_get(object, "levels"), 1);
    assert_value(level, "outcome", "\"timeout\"");
    assert_value(level, "rcode", "null");
    assert_value(level, "server", "null");
    assert_value(level, "protocol", "null");
    assert_value(level, "rtt", "null");
    assert_value(level, "ad", "null");
    assert_value(level, "attempts", "3");
    json_decref(object);
}

static void an_invalid_row_keeps_its_input(void **state)
{
    struct fixture *f = *state;
    static const uint8_t input[] = "a..\xC3\xA4\t\\\"";
    f->target.input = input;
    f->target.input_len = sizeof input; /* the NUL too */
    f->target.name = (struct name){0};
    f->record.level_count = f->record.note_count = 0;
    f->record.outcome = f->record.own = OUTCOME_INVALID;
    f->record.error_class = CLASS_QNAME_INVALID;
    f->record.exists = EXISTS_UNKNOWN;
    json_t *object = emitted(f);
    assert_value(object, "input", "\"a..\\\\195\\\\164\\\\009\\\\\\\\\\\"\\\\000\"");
    assert_value(object, "name", "null");
    assert_value(object, "outcome", "\"invalid\"");
    assert_value(object, "own", "\"invalid\"");
    assert_value(object, "error_class", "\"qname_invalid\"");
    assert_value(object, "error_at", "null");
    assert_value(object, "exists", "\"unknown\"");
    assert_value(object, "levels", "[]");
    assert_value(object, "notes", "[]");
    json_decref(object);
}

static void the_other_verdicts_stand_beside_it(void **state)
{
    struct fixture *f = *state;
    struct record_alt failed = {
        .outcome = OUTCOME_INDETERMINATE, .error_class = CLASS_RECURSION_LIMIT, .depth = -1};
    f->alt = (struct record_alt){.outcome = OUTCOME_FOUND,
                                 .depth = 1,
                                 .found_at = f->levels[1].name,
                                 .rrset_owner = f->target.name};
    f->record.rfc6844 = &f->alt;
    json_t *object = emitted(f);
    assert_value(object, "alt",
                 "{\"rfc6844\":{\"outcome\":\"found\",\"error_class\":null,"
                 "\"found_at\":\"example.org\",\"depth\":1,\"rrset_owner\":\"www.example.org\"},"
                 "\"erratum5065\":null}");
    json_decref(object);
    f->record.erratum5065 = &failed;
    object = emitted(f);
    assert_value(json_object_get(object, "alt"), "erratum5065",
                 "{\"outcome\":\"indeterminate\",\"error_class\":\"recursion_limit\","
                 "\"found_at\":null,\"depth\":null,\"rrset_owner\":null}");
    json_decref(object);
}

static void give_zones(struct fixture *f)
{
    struct answer_parts *first = &f->parts[0], *last = &f->parts[1];
    first->zone = (struct answer_zone){
        .zone = named("example.org"),
        .ns = {named("ns2.z.net"), named("ns10.a.net"), named("ns2.z.net"), named("z.a.org")}};
    first->head.ns_count = 4;
    first->head.ds = DS_ABSENT;
    last->zone = (struct answer_zone){.zone = named("org"), .ns = {named("a0.org")}};
    last->head.ns_count = 1;
    last->head.ds = DS_PRESENT;
    last->set_zone = (struct answer_zone){.zone = named("net"), .ns = {named("b.net")}};
    last->head.set_ns_count = 1;
}

static void zones_come_from_the_first_level_and_the_deciding_one(void **state)
{
    struct fixture *f = *state;
    give_zones(f);
    json_t *object = emitted(f);
    assert_value(object, "zone", "\"example.org\"");
    assert_value(object, "ns", "[\"ns10.a.net\",\"ns2.z.net\",\"z.a.org\"]");
    assert_value(object, "set_zone", "\"net\"");
    assert_value(object, "set_ns", "[\"b.net\"]");
    assert_value(object, "ds", "\"absent\"");
    json_decref(object);
}

static void zones_that_were_asked_for_stand_before_all_others(void **state)
{
    struct fixture *f = *state;
    give_zones(f);
    struct record_context context = {
        .zone = {.zone = named("com"), .ns = {named("b.com"), named("a.com"), named("b.com")}},
        .set_zone = {.zone = named("edu"), .ns = {named("edu")}},
        .ns_count = 3,
        .set_ns_count = 1,
        .ds = DS_PRESENT};
    f->record.context = &context;
    json_t *object = emitted(f);
    assert_value(object, "zone", "\"com\"");
    assert_value(object, "ns", "[\"a.com\",\"b.com\"]");
    assert_value(object, "set_zone", "\"edu\"");
    assert_value(object, "set_ns", "[\"edu\"]");
    assert_value(object, "ds", "\"present\"");
    json_decref(object);
    context = (struct record_context){.ds = DS_UNKNOWN};
    object = emitted(f);
    assert_value(object, "zone", "null");
    assert_value(object, "ns", "[]");
    assert_value(object, "set_zone", "null");
    assert_value(object, "ds", "\"unknown\"");
    json_decref(object);
}

static void without_a_chain_the_set_is_in_the_zone_of_its_level(void **state)
{
    struct fixture *f = *state;
    give_zones(f);
    f->parts[1].set_zone.zone = (struct name){0};
    f->parts[1].head.chain_count = 0;
    json_t *object = emitted(f);
    assert_value(object, "set_zone", "\"org\"");
    assert_value(object, "set_ns", "[\"a0.org\"]");
    json_decref(object);
}

static void a_row_without_a_set_has_its_zone_alone(void **state)
{
    static const uint8_t outcomes[] = {OUTCOME_EMPTY, OUTCOME_INDETERMINATE};
    struct fixture *f = *state;
    give_zones(f);
    for (size_t i = 0; i < sizeof outcomes; i++) {
        f->record.outcome = outcomes[i];
        json_t *object = emitted(f);
        assert_value(object, "zone", "\"example.org\"");
        assert_value(object, "ns", "[\"ns10.a.net\",\"ns2.z.net\",\"z.a.org\"]");
        assert_value(object, "ds", "\"absent\"");
        assert_value(object, "set_zone", "null");
        assert_value(object, "set_ns", "[]");
        json_decref(object);
    }
    f->record.level_count = 0;
    f->record.note_count = 0;
    json_t *object = emitted(f);
    assert_value(object, "zone", "null");
    assert_value(object, "ns", "[]");
    assert_value(object, "ds", "\"unknown\"");
    json_decref(object);
}

static void probes_stand_in_their_order(void **state)
{
    struct fixture *f = *state;
    struct address server = {{192, 0, 2, 1}, 53, ADDRESS_IPV4};
    build(f);
    f->controls[0] = (struct record_control){
        .at = f->levels[0].name, .server = server, .type = TYPE_A, .answered = true};
    f->controls[1] = (struct record_control){
        .at = named("org"), .server = server, .type = TYPE_SOA, .rcode = -1};
    f->controls[2] = (struct record_control){
        .at = f->levels[0].name, .type = TYPE_CAA, .cd = true, .rcode = 2, .answered = true};
    f->record.controls = f->controls;
    f->record.control_count = 3;
    json_t *object = emitted(f);
    assert_value(object, "control",
                 "[{\"at\":\"www.example.org\",\"server\":\"192.0.2.1\",\"type\":\"A\","
                 "\"cd\":false,\"rcode\":0,\"answered\":true,\"caa\":[]},"
                 "{\"at\":\"org\",\"server\":\"192.0.2.1\",\"type\":\"SOA\",\"cd\":false,"
                 "\"rcode\":null,\"answered\":false,\"caa\":[]},"
                 "{\"at\":\"www.example.org\",\"server\":null,\"type\":\"CAA\",\"cd\":true,"
                 "\"rcode\":2,\"answered\":true,\"caa\":[]}]");
    json_decref(object);
}

/* The set of an answer to a CAA probe, at its full TTL; nothing of other answers. */
static void a_probe_that_found_a_set_keeps_it(void **state)
{
    struct fixture *f = *state;
    f->record.controls = f->controls;
    f->record.control_count = 3;
    f->parts[1].head.rr_count = 1;
    emit(f);
    f->controls[0] = (struct record_control){
        .at = f->levels[1].name, .answer = f->blobs[1], .type = TYPE_CAA, .answered = true};
    f->controls[1] = f->controls[2] = f->controls[0];
    f->controls[1].answered = false;
    f->controls[2].type = TYPE_AAAA;
    size_t len = record_emit(&f->record, line, sizeof line);
    json_t *object = json_loadb((const char *)line, len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    json_t *control = json_object_get(object, "control");
    assert_value(json_array_get(control, 0), "caa",
                 "[{\"flags\":128,\"tag\":\"issue\",\"value\":\"ca.example; a=b\","
                 "\"ttl\":3600,\"rdata_error\":null,\"rdata\":null}]");
    assert_value(json_array_get(control, 1), "caa", "[]");
    assert_value(json_array_get(control, 2), "caa", "[]");
    assert_value(json_array_get(control, 2), "type", "\"TYPE28\"");
    json_decref(object);
}

static void ttls_never_fall_below_zero(void **state)
{
    struct fixture *f = *state;
    f->levels[1].age_s = UINT32_MAX;
    json_t *object = emitted(f);
    json_t *caa = json_object_get(object, "caa");
    for (size_t i = 0; i < json_array_size(caa); i++)
        assert_value(json_array_get(caa, i), "ttl", "0");
    assert_value(json_array_get(json_object_get(object, "chain"), 0), "ttl", "0");
    json_decref(object);
}

/* Names of the wire hold any octet; the root is a dot. */
static void names_are_escaped(void **state)
{
    static const struct {
        const char *wire;
        uint8_t len;
        const char *expected;
    } cases[] = {
        {"\0", 1, "\".\""},
        {"\3a.b\3org\0", 9, "\"a\\\\046b.org\""},
        {"\4\"\\ \377\0", 6, "\"\\\"\\\\\\\\ \\\\255\""},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->record.error_name = (struct name){(const uint8_t *)cases[i].wire, cases[i].len};
        json_t *object = emitted(f);
        assert_value(object, "error_name", cases[i].expected);
        json_decref(object);
    }
}

/* The worst evidence: values that all have to be escaped, in the set and in a probe; records too
 * short to be split, in all probes that the bound on evidence leaves room for. */
static void the_longest_line_fits_its_limit(void **state)
{
    struct fixture *f = *state;
    static uint8_t value[UINT16_MAX];
    static struct answer_rr shortest[5957];
    static uint8_t out[RECORD_LINE_MAX];
    memset(value, 0xFF, sizeof value);
    memcpy(value, "\0\5issue", 7);
    struct answer_rr longest = {value, 1u << 31, UINT16_MAX};
    f->parts[1].head.rr_count = 1;
    f->parts[1].rrs = &longest;
    build(f);
    struct record_control controls[RECORD_CONTROLS_MAX];
    for (size_t i = 0; i < RECORD_CONTROLS_MAX; i++)
        controls[i] = (struct record_control){
            .at = f->levels[1].name, .answer = f->blobs[1], .type = TYPE_CAA, .answered = true};
    f->record.controls = controls;
    f->record.control_count = RECORD_EVIDENCE_MAX / f->blobs[1]->len;
    assert_in_range(record_emit(&f->record, out, sizeof out), 10 * 65000, RECORD_LINE_MAX);

    f->parts[1].head.rr_count = sizeof shortest / sizeof *shortest;
    for (size_t i = 0; i < sizeof shortest / sizeof *shortest; i++)
        shortest[i] = (struct answer_rr){value, INT32_MAX, 0};
    f->parts[1].rrs = shortest;
    build(f);
    for (size_t i = 0; i < RECORD_CONTROLS_MAX; i++)
        controls[i].answer = f->blobs[1];
    f->record.control_count = RECORD_EVIDENCE_MAX / f->blobs[1]->len;
    assert_in_range(f->record.control_count, 4, RECORD_CONTROLS_MAX);
    assert_in_range(record_emit(&f->record, out, sizeof out), 4 * 5957 * 80, RECORD_LINE_MAX);
}

/* Names of nothing but octets to be escaped, wherever a record can have one. */
static void the_longest_names_fit_too(void **state)
{
    struct fixture *f = *state;
    static uint8_t out[RECORD_LINE_MAX];
    static struct record_level levels[RECORD_LEVELS_MAX];
    static struct record_control controls[RECORD_CONTROLS_MAX];
    static struct record_note notes[RECORD_NOTES_MAX];
    static uint8_t wire[NAME_LEN_MAX];
    memset(wire, 0xFF, sizeof wire - 1);
    wire[0] = wire[64] = wire[128] = 63;
    wire[192] = 61;
    struct name longest = {wire, sizeof wire};
    for (size_t i = 0; i < ANSWER_NS_MAX; i++)
        f->parts[1].zone.ns[i] = f->parts[1].set_zone.ns[i] = longest;
    f->parts[1].zone.zone = f->parts[1].set_zone.zone = longest;
    f->parts[1].head.ns_count = f->parts[1].head.set_ns_count = ANSWER_NS_MAX;
    build(f);
    for (size_t i = 0; i < RECORD_LEVELS_MAX; i++)
        levels[i] = (struct record_level){.name = longest, .answer = f->blobs[1]};
    for (size_t i = 0; i < RECORD_CONTROLS_MAX; i++)
        controls[i] = (struct record_control){.at = longest, .type = UINT16_MAX, .rcode = 4095};
    for (size_t i = 0; i < RECORD_NOTES_MAX; i++)
        notes[i] = (struct record_note){.at = longest};
    f->target.name = longest;
    f->record.levels = levels;
    f->record.level_count = RECORD_LEVELS_MAX;
    f->record.controls = controls;
    f->record.control_count = RECORD_CONTROLS_MAX;
    f->record.notes = notes;
    f->record.note_count = RECORD_NOTES_MAX;
    size_t least = (RECORD_LEVELS_MAX + RECORD_CONTROLS_MAX + RECORD_NOTES_MAX) * 1200u;
    assert_in_range(record_emit(&f->record, out, sizeof out), least, RECORD_LINE_MAX / 2);
}

/* Every part of an answer in turn takes all the values that it has room for. */
static void change_answer(struct answer *a, struct record_level *level, unsigned what,
                          uint8_t value)
{
    uint8_t *const octets[] = {
        &a->level,  &a->failure,    &a->protocol,         &a->attempts,
        &a->dnssec, &level->source, &a->server.octets[0], &a->server.octets[15]};
    static const uint8_t bounds[] = {
        LEVEL_COUNT, CLASS_COUNT, PROTOCOL_COUNT, 255, DNSSEC_COUNT, SOURCE_COUNT, 255, 255};
    if (what < sizeof bounds)
        *octets[what] = value % bounds[what];
    else if (what == sizeof bounds)
        a->flags = value;
    else if (what == sizeof bounds + 1)
        a->rcode = (int16_t)(value * 16 - 1);
    else if (what == sizeof bounds + 2)
        a->server.port = value % 4 == 0 ? 53 : (uint16_t)(value * 257);
    else if (what == sizeof bounds + 3)
        a->server.family = value % 3 == 0   ? ADDRESS_NONE
                           : value % 3 == 1 ? ADDRESS_IPV4
                                            : ADDRESS_IPV6;
    else
        level->age_s = a->rtt_us = (uint32_t)value << 20;
}

/* What is kept from record to record to spare work is seen in none of them. */
static void forms_change_nothing_in(struct fixture *f, enum scan_mode mode, uint8_t *plain)
{
    struct record_forms *forms = calloc(1, sizeof *forms);
    assert_non_null(forms);
    const struct record_scan *before = f->record.scan;
    struct record_scan other = *before;
    other.mode = mode;
    f->record.scan = &other;
    uint32_t r = 1;
    for (unsigned i = 0; i < 100000; i++) {
        r = r * 1664525u + 1013904223u;
        size_t at = r >> 31;
        change_answer(f->blobs[at], &f->levels[at], (r >> 20) % 13, (uint8_t)(r >> 8));
        f->record.timestamp_ms += r % 5000;
        f->record.forms = NULL;
        size_t len = record_emit(&f->record, plain, sizeof line);
        f->record.forms = forms;
        for (unsigned turn = 0; turn < 2; turn++) {
            assert_int_equal(record_emit(&f->record, line, sizeof line), len);
            assert_memory_equal(line, plain, len);
        }
    }
    f->record.scan = before;
    free(forms);
}

static void forms_change_nothing(void **state)
{
    struct fixture *f = *state;
    uint8_t *plain = malloc(sizeof line);
    assert_non_null(plain);
    f->parts[0].head.ede_count = f->parts[0].head.tried_count = 0;
    f->parts[1].head.chain_count = 0;
    build(f);
    forms_change_nothing_in(f, MODE_RESOLVER, plain);
    forms_change_nothing_in(f, MODE_ITERATE, plain);
    free(plain);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(a_found_set_gives_this_line),
        WITH_FIXTURE(every_key_stands_in_its_place),
        WITH_FIXTURE(equal_input_gives_equal_octets),
        WITH_FIXTURE(a_line_that_does_not_fit_is_not_emitted),
        WITH_FIXTURE(an_empty_row_has_no_set),
        WITH_FIXTURE(a_failure_names_class_level_and_name),
        WITH_FIXTURE(a_level_without_reply_has_nulls),
        WITH_FIXTURE(an_invalid_row_keeps_its_input),
        WITH_FIXTURE(the_other_verdicts_stand_beside_it),
        WITH_FIXTURE(zones_come_from_the_first_level_and_the_deciding_one),
        WITH_FIXTURE(zones_that_were_asked_for_stand_before_all_others),
        WITH_FIXTURE(without_a_chain_the_set_is_in_the_zone_of_its_level),
        WITH_FIXTURE(a_row_without_a_set_has_its_zone_alone),
        WITH_FIXTURE(probes_stand_in_their_order),
        WITH_FIXTURE(a_probe_that_found_a_set_keeps_it),
        WITH_FIXTURE(the_longest_names_fit_too),
        WITH_FIXTURE(ttls_never_fall_below_zero),
        WITH_FIXTURE(names_are_escaped),
        WITH_FIXTURE(the_longest_line_fits_its_limit),
        WITH_FIXTURE(forms_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
