/* Answers as blobs: what goes in comes out, wherever the octets are moved to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer.h"
#include "test_names.h"

static const struct answer_rr two_rrs[] = {
    {(const uint8_t *)"\0\5issuea.example", 3600, 16},
    {(const uint8_t *)"", 0, 0},
};

struct fixture {
    struct name_buffer www, alias, end, error, zone, set_zone, ns[2];
    struct answer_parts parts;
};

static struct fixture *full_parts(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->www = named("www.example.org");
    f->alias = named("alias.example.net");
    f->end = named("end.example.com");
    f->error = named("broken.example");
    f->zone = named("example.org");
    f->set_zone = named("example.com");
    f->ns[0] = named("ns1.example.org");
    f->ns[1] = named("ns2.example.net");
    struct answer_parts *p = &f->parts;
    p->qname = name_of(&f->www);
    p->error_name = name_of(&f->error);
    p->head.rcode = 3;
    p->head.ttl_s = 77;
    p->head.chain_count = 2;
    p->chain[0] = (struct answer_alias){name_of(&f->www), name_of(&f->alias), 60, ALIAS_CNAME};
    p->chain[1] = (struct answer_alias){name_of(&f->alias), name_of(&f->end), 61, ALIAS_DNAME};
    p->head.rr_count = 2;
    p->rrs = two_rrs;
    p->head.tried_count = 2;
    p->tried[0] = (struct answer_try){{{192, 0, 2, 1}, 53, ADDRESS_IPV4}, CLASS_TIMEOUT};
    p->tried[1] = (struct answer_try){{{0x20, 1, [15] = 9}, 5300, ADDRESS_IPV6}, CLASS_REFUSED};
    p->zone.zone = name_of(&f->zone);
    p->head.ns_count = 2;
    p->zone.ns[0] = name_of(&f->ns[0]);
    p->zone.ns[1] = name_of(&f->ns[1]);
    p->head.ds = DS_ABSENT;
    p->set_zone.zone = name_of(&f->set_zone);
    p->head.set_ns_count = 1;
    p->set_zone.ns[0] = name_of(&f->ns[1]);
    return f;
}

static void assert_zones(const struct answer *a)
{
    struct answer_zone zone;
    assert_int_equal(answer_zone(a, &zone), 2);
    assert_name(zone.zone, "example.org");
    assert_name(zone.ns[0], "ns1.example.org");
    assert_name(zone.ns[1], "ns2.example.net");
    assert_int_equal(a->ds, DS_ABSENT);
    assert_int_equal(answer_set_zone(a, &zone), 1);
    assert_name(zone.zone, "example.com");
    assert_name(zone.ns[0], "ns2.example.net");
}

static void assert_whole(const struct answer *a, const struct answer_parts *p)
{
    assert_int_equal(a->rcode, 3);
    assert_int_equal(a->ttl_s, 77);
    assert_name(answer_qname(a), "www.example.org");
    assert_name(answer_error_name(a), "broken.example");
    assert_name(answer_owner(a), "end.example.com");
    struct answer_alias alias = answer_chain(a, 1);
    assert_name(alias.owner, "alias.example.net");
    assert_name(alias.target, "end.example.com");
    assert_int_equal(alias.ttl_s, 61);
    assert_int_equal(alias.kind, ALIAS_DNAME);
    assert_int_equal(answer_chain(a, 0).kind, ALIAS_CNAME);
    for (size_t i = 0; i < 2; i++) {
        struct answer_try failed = answer_tried(a, i);
        assert_true(address_equal(&failed.server, &p->tried[i].server));
        assert_int_equal(failed.result, p->tried[i].result);
    }
    uint32_t cursor = 0;
    struct answer_rr rr;
    for (size_t i = 0; i < 2; i++) {
        assert_true(answer_next_rr(a, &cursor, &rr));
        assert_int_equal(rr.ttl_s, two_rrs[i].ttl_s);
        assert_int_equal(rr.rdlen, two_rrs[i].rdlen);
        assert_memory_equal(rr.rdata, two_rrs[i].rdata, rr.rdlen);
    }
    assert_false(answer_next_rr(a, &cursor, &rr));
    assert_zones(a);
}

static void what_goes_in_comes_out(void **state)
{
    (void)state;
    struct fixture *f = full_parts();
    size_t size = answer_size(&f->parts);
    struct answer *a = malloc(size);
    assert_non_null(a);
    assert_int_equal(answer_build(&f->parts, a, size), size);
    assert_int_equal(a->len, size);
    assert_whole(a, &f->parts);

    struct answer *moved = malloc(size);
    assert_non_null(moved);
    memcpy(moved, a, size);
    memset(a, 0xA5, size);
    free(a);
    assert_whole(moved, &f->parts);
    free(moved);
    free(f);
}

static void a_blob_that_does_not_fit_is_not_built(void **state)
{
    (void)state;
    struct fixture *f = full_parts();
    size_t size = answer_size(&f->parts);
    for (size_t cap = 0; cap < size; cap++) {
        void *room = malloc(cap == 0 ? 1 : cap);
        assert_non_null(room);
        assert_int_equal(answer_build(&f->parts, room, cap), 0);
        free(room);
    }
    free(f);
}

static void an_answer_may_hold_nothing(void **state)
{
    (void)state;
    struct name_buffer qname = named("example.org");
    struct answer_parts *parts = calloc(1, sizeof *parts);
    assert_non_null(parts);
    parts->qname = name_of(&qname);
    /* A zone that is not known has no servers, and nothing is said of its DS. */
    parts->head.ns_count = parts->head.set_ns_count = 3;
    parts->head.ds = DS_PRESENT;
    struct answer *a = malloc(answer_size(parts));
    assert_non_null(a);
    assert_int_equal(answer_build(parts, a, answer_size(parts)), answer_size(parts));
    uint32_t cursor = 0;
    struct answer_rr rr;
    assert_false(answer_next_rr(a, &cursor, &rr));
    assert_int_equal(answer_error_name(a).len, 0);
    assert_name(answer_owner(a), "example.org");
    struct answer_zone zone;
    assert_int_equal(answer_zone(a, &zone), 0);
    assert_int_equal(zone.zone.len, 0);
    assert_int_equal(answer_set_zone(a, &zone), 0);
    assert_int_equal(zone.zone.len, 0);
    assert_int_equal(a->ds, DS_UNKNOWN);
    free(a);
    free(parts);
}

static void without_a_chain_the_set_is_in_the_zone_of_the_name(void **state)
{
    (void)state;
    struct fixture *f = full_parts();
    f->parts.set_zone.zone = (struct name){0};
    struct answer *a = malloc(answer_size(&f->parts));
    assert_non_null(a);
    struct answer_zone zone;
    assert_true(answer_build(&f->parts, a, answer_size(&f->parts)) > 0);
    assert_int_equal(answer_set_zone(a, &zone), 0);
    assert_int_equal(zone.zone.len, 0);
    f->parts.head.chain_count = 0;
    assert_true(answer_build(&f->parts, a, answer_size(&f->parts)) > 0);
    assert_int_equal(answer_set_zone(a, &zone), 2);
    assert_name(zone.zone, "example.org");
    assert_name(zone.ns[1], "ns2.example.net");
    free(a);
    free(f);
}

/* The most a message of 64 KiB can hold, with the longest chain, tries and zones beside it. */
static void the_largest_answer_fits_its_limit(void **state)
{
    (void)state;
    static struct answer_rr rrs[65535 / 11];
    struct name_buffer longest = {.len = NAME_LEN_MAX};
    struct answer_parts *parts = calloc(1, sizeof *parts);
    assert_non_null(parts);
    parts->head.chain_count = ANSWER_CHAIN_MAX;
    parts->head.tried_count = ANSWER_TRIED_MAX;
    parts->head.rr_count = sizeof rrs / sizeof *rrs;
    parts->rrs = rrs;
    parts->qname = parts->error_name = name_of(&longest);
    for (size_t i = 0; i < ANSWER_CHAIN_MAX; i++)
        parts->chain[i].owner = parts->chain[i].target = name_of(&longest);
    parts->head.ns_count = parts->head.set_ns_count = ANSWER_NS_MAX;
    parts->zone.zone = parts->set_zone.zone = name_of(&longest);
    for (size_t i = 0; i < ANSWER_NS_MAX; i++)
        parts->zone.ns[i] = parts->set_zone.ns[i] = name_of(&longest);
    assert_in_range(answer_size(parts), 1, ANSWER_LEN_MAX);
    parts->head.rr_count = 1;
    rrs[0].rdlen = UINT16_MAX;
    assert_in_range(answer_size(parts), 1, ANSWER_LEN_MAX);
    free(parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(a_blob_that_does_not_fit_is_not_built),
        cmocka_unit_test(an_answer_may_hold_nothing),
        cmocka_unit_test(without_a_chain_the_set_is_in_the_zone_of_the_name),
        cmocka_unit_test(the_largest_answer_fits_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
