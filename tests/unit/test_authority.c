/* What an authority says is believed in its zone and nowhere else; questions of other types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode_scratch.h"
#include "message.h"
#include "reply_draft.h"
#include "reply_text.h"
#include "test_names.h"

#define RRS 6

struct reply_row {
    const char *title;
    const char *zone;
    const char *qname;
    const char *answer[RRS];
    const char *authority[3];
    const char *chain; /* targets joined by a blank */
    uint16_t qtype;    /* 0: TYPE_CAA */
    uint16_t rcode;
    uint16_t rr_count;
    uint16_t flags;
    uint8_t failure; /* enum error_class; CLASS_NONE: level */
    uint8_t level;
    uint32_t ttl_s;
};

#define CAA "CAA 0 issue \"ca.example\""
#define SOA " 900 SOA ns.example. host.example. 1 2 3 4 300"

static const struct reply_row rows[] = {
    {.title = "a set in the zone",
     .zone = "example.org",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 " CAA},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 60},
    {.title = "a set at the zone's own name",
     .zone = "example.org",
     .qname = "example.org",
     .answer = {"example.org. 60 " CAA},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 60},
    {.title = "the root may speak of all",
     .zone = ".",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 CNAME t.other.net.", "t.other.net. 50 " CAA},
     .chain = "t.other.net",
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 50},
    {.title = "a set behind an alias in the zone",
     .zone = "example.org",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 CNAME t.example.org.", "t.example.org. 50 " CAA},
     .chain = "t.example.org",
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 50},
    {.title = "a set behind an alias out of the zone is not believed",
     .zone = "example.org",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 CNAME t.other.org.", "t.other.org. 50 " CAA},
     .chain = "t.other.org",
     .level = LEVEL_NODATA,
     .ttl_s = 60},
    {.title = "no more than a name that ends alike",
     .zone = "example.org",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 CNAME badexample.org.", "badexample.org. 50 " CAA},
     .chain = "badexample.org",
     .level = LEVEL_NODATA,
     .ttl_s = 60},
    {.title = "NXDOMAIN of a name out of the zone is not believed",
     .zone = "example.org",
     .qname = "www.example.org",
     .rcode = RCODE_NXDOMAIN,
     .answer = {"www.example.org. 60 CNAME t.other.org."},
     .authority = {"example.org." SOA},
     .chain = "t.other.org",
     .level = LEVEL_NODATA,
     .ttl_s = 60},
    {.title = "the chain ends at the first name out of the zone",
     .zone = "example.org",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 CNAME a.example.org.", "a.example.org. 40 CNAME t.other.org.",
                "t.other.org. 50 CNAME u.other.org.", "u.other.org. 50 " CAA},
     .chain = "a.example.org t.other.org",
     .level = LEVEL_NODATA,
     .ttl_s = 40},
    {.title = "and does not come back by itself",
     .zone = "example.org",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 CNAME t.other.org.", "t.other.org. 60 CNAME b.example.org.",
                "b.example.org. 60 " CAA},
     .chain = "t.other.org",
     .level = LEVEL_NODATA,
     .ttl_s = 60},
    {.title = "aliases out of the zone that contradict each other are no matter",
     .zone = "example.org",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 CNAME t.other.org.", "t.other.org. 60 CNAME a.other.org.",
                "t.other.org. 60 CNAME b.other.org."},
     .chain = "t.other.org",
     .level = LEVEL_NODATA,
     .ttl_s = 60},
    {.title = "a DNAME above the zone is not believed",
     .zone = "example.org",
     .qname = "www.example.org",
     .answer = {"org. 60 DNAME evil.", "www.example.org. 60 " CAA},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 60},
    {.title = "a DNAME in the zone leads out of it",
     .zone = "example.org",
     .qname = "a.d.example.org",
     .answer = {"d.example.org. 60 DNAME t.other.org.", "a.d.example.org. 60 CNAME a.t.other.org.",
                "a.t.other.org. 50 " CAA},
     .chain = "a.t.other.org",
     .level = LEVEL_NODATA,
     .ttl_s = 60},
    {.title = "a loop in the zone is one",
     .zone = "example.org",
     .qname = "a.example.org",
     .answer = {"a.example.org. 60 CNAME b.example.org.", "b.example.org. 60 CNAME a.example.org."},
     .chain = "b.example.org a.example.org",
     .failure = CLASS_CNAME_LOOP},
    {.title = "no data",
     .zone = "example.org",
     .qname = "www.example.org",
     .authority = {"example.org." SOA},
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 300},
    {.title = "no data, from a server of the parent that has the child too",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org." SOA},
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 300},
    {.title = "the SOA of the zone above denies nothing that may be kept",
     .zone = "www.example.org",
     .qname = "www.example.org",
     .authority = {"example.org." SOA},
     .level = LEVEL_NODATA},
    {.title = "NXDOMAIN",
     .zone = "example.org",
     .qname = "www.example.org",
     .rcode = RCODE_NXDOMAIN,
     .authority = {"example.org." SOA},
     .level = LEVEL_NXDOMAIN,
     .flags = ANSWER_SOA,
     .ttl_s = 300},
    {.title = "the SOA of a name beside it in the zone denies nothing that may be kept",
     .zone = "example.org",
     .qname = "www.example.org",
     .authority = {"other.example.org." SOA},
     .level = LEVEL_NODATA},
    {.title = "nor does that of the alias's zone, for a target in the same servers' zone",
     .zone = "org",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 CNAME t.other.org."},
     .authority = {"example.org." SOA},
     .chain = "t.other.org",
     .level = LEVEL_NODATA},
    {.title = "NXDOMAIN with the SOA of another zone",
     .zone = "example.org",
     .qname = "www.example.org",
     .rcode = RCODE_NXDOMAIN,
     .authority = {"other.org." SOA},
     .level = LEVEL_NXDOMAIN},
    {.title = "a failing rcode stays one behind an alias",
     .zone = "example.org",
     .qname = "www.example.org",
     .rcode = 5,
     .answer = {"www.example.org. 60 CNAME t.other.org."},
     .chain = "t.other.org",
     .failure = CLASS_REFUSED},

    {.title = "addresses",
     .zone = "example.org",
     .qname = "ns.example.org",
     .qtype = TYPE_A,
     .answer = {"ns.example.org. 60 A 192.0.2.1", "ns.example.org. 50 A 192.0.2.2"},
     .level = LEVEL_RECORDS,
     .rr_count = 2,
     .ttl_s = 50},
    {.title = "addresses behind an alias",
     .zone = "example.org",
     .qname = "ns.example.org",
     .qtype = TYPE_AAAA,
     .answer = {"ns.example.org. 60 CNAME a.example.org.", "a.example.org. 50 AAAA 2001:db8::1",
                "a.example.org. 50 A 192.0.2.1"},
     .chain = "a.example.org",
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 50},
    {.title = "addresses out of the zone",
     .zone = "example.org",
     .qname = "ns.example.org",
     .qtype = TYPE_A,
     .answer = {"ns.example.org. 60 CNAME a.other.org.", "a.other.org. 60 A 192.0.2.1"},
     .chain = "a.other.org",
     .level = LEVEL_NODATA,
     .ttl_s = 60},
    {.title = "the other family only",
     .zone = "example.org",
     .qname = "ns.example.org",
     .qtype = TYPE_AAAA,
     .answer = {"ns.example.org. 60 A 192.0.2.1"},
     .level = LEVEL_NODATA,
     .flags = ANSWER_UNEXPECTED_RRTYPE},
    {.title = "an SOA asked for",
     .zone = "example.org",
     .qname = "example.org",
     .qtype = TYPE_SOA,
     .answer = {"example.org." SOA},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 900},
    {.title = "a DNAME asked for",
     .zone = "example.org",
     .qname = "d.example.org",
     .qtype = TYPE_DNAME,
     .answer = {"d.example.org. 60 DNAME t.other.org."},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 60},
    {.title = "a DNAME out of the zone, behind an alias",
     .zone = "example.org",
     .qname = "d.example.org",
     .qtype = TYPE_DNAME,
     .answer = {"d.example.org. 60 CNAME d.other.org.", "d.other.org. 60 DNAME t.other.org."},
     .chain = "d.other.org",
     .level = LEVEL_NODATA,
     .ttl_s = 60},
};

static const struct answer *decode(const uint8_t *wire, size_t len, struct name qname,
                                   struct name zone, uint16_t qtype)
{
    memset(&parts, 0xA5, sizeof parts);
    struct message_decode_args args = {
        .octets = wire, .len = len, .qname = qname, .qtype = qtype, .zone = zone};
    message_decode(&args, scratch, &parts);
    return &parts.head;
}

static void assert_chain(const char *expected)
{
    char text[4096] = "";
    size_t at = 0;
    for (size_t i = 0; i < parts.head.chain_count; i++) {
        if (i > 0)
            text[at++] = ' ';
        at += name_text(parts.chain[i].target, text + at);
    }
    text[at] = '\0';
    assert_string_equal(text, expected != NULL ? expected : "");
}

static void assert_row(const struct reply_row *row)
{
    print_message("%s\n", row->title);
    struct reply_text reply = {.qname = row->qname,
                               .qtype = row->qtype != 0 ? row->qtype : TYPE_CAA,
                               .rcode = row->rcode,
                               .answer = row->answer,
                               .authority = row->authority};
    size_t len;
    uint8_t *wire = reply_text_wire(&reply, &len);
    struct name_buffer qname = named(row->qname);
    struct name_buffer zone = named(row->zone);
    const struct answer *a = decode(wire, len, name_of(&qname), name_of(&zone), reply.qtype);
    assert_string_equal(class_word(a->failure), class_word(row->failure));
    if (row->failure == CLASS_NONE)
        assert_string_equal(level_outcome_word(a->level), level_outcome_word(row->level));
    assert_int_equal(a->rcode, row->rcode);
    assert_int_equal(a->rr_count, row->rr_count);
    assert_int_equal(a->flags, row->flags);
    assert_int_equal(a->ttl_s, row->ttl_s);
    assert_chain(row->chain);
    free(wire);
}

static void replies_are_believed_in_the_zone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(&rows[i]);
}

/* What parts said of zones before belongs to another answer. */
static void a_decode_knows_no_zones(void **state)
{
    (void)state;
    assert_row(&rows[0]);
    assert_int_equal(parts.zone.zone.len, 0);
    assert_int_equal(parts.set_zone.zone.len, 0);
    assert_int_equal(parts.head.ns_count, 0);
    assert_int_equal(parts.head.set_ns_count, 0);
    assert_int_equal(parts.head.ds, DS_UNKNOWN);
}

static struct reply_draft draft;

static void draft_begin(uint16_t type, uint16_t answers, uint16_t authorities)
{
    reply_draft_begin(&draft, &(struct reply_draft_head){
                                  .type = type, .answers = answers, .authorities = authorities});
}

static void draft_rr(const char *owner, size_t owner_len, uint16_t type, const void *rdata,
                     uint16_t rdlen)
{
    reply_draft_rr(&draft, owner, owner_len, type, 60);
    reply_draft_rdata(&draft, rdata, rdlen);
}

static const struct answer *draft_decode(uint16_t type)
{
    assert_false(draft.w.failed);
    struct name qname = {(const uint8_t *)"\1a\3org", 7};
    return decode(draft.octets, draft.w.at, qname, qname, type);
}

static void addresses_have_their_length(void **state)
{
    (void)state;
    static const uint16_t LONGEST = 17;
    static const uint8_t octets[17] = {192, 0, 2, 1};
    for (uint16_t rdlen = 0; rdlen <= LONGEST; rdlen++) {
        draft_begin(TYPE_A, 1, 0);
        draft_rr("\xC0\x0C", 2, TYPE_A, octets, rdlen);
        assert_int_equal(draft_decode(TYPE_A)->failure,
                         rdlen == 4 ? CLASS_NONE : CLASS_MSG_MALFORMED);
        draft_begin(TYPE_AAAA, 1, 0);
        draft_rr("\xC0\x0C", 2, TYPE_AAAA, octets, rdlen);
        assert_int_equal(draft_decode(TYPE_AAAA)->failure,
                         rdlen == 16 ? CLASS_NONE : CLASS_MSG_MALFORMED);
        if (rdlen == 16)
            assert_memory_equal(parts.rrs[0].rdata, octets, rdlen);
        draft_begin(TYPE_CAA, 1, 0); /* not asked for, so nobody looks into it */
        draft_rr("\xC0\x0C", 2, TYPE_A, octets, rdlen);
        assert_int_equal(draft_decode(TYPE_CAA)->failure, CLASS_NONE);
    }
}

static void aliases_out_of_the_zone_are_no_work(void **state)
{
    (void)state;
    draft_begin(TYPE_CAA, 1001, 0);
    for (size_t i = 0; i < 1000; i++)
        draft_rr("\1x", 3, TYPE_CNAME, "\1y", 3);
    draft_rr("\xC0\x0C", 2, TYPE_CAA, "", 0);
    assert_int_equal(draft_decode(TYPE_CAA)->failure, CLASS_NONE);
    assert_int_equal(parts.head.rr_count, 1);
    draft_begin(TYPE_CAA, 129, 0);
    for (size_t i = 0; i < 129; i++)
        draft_rr("\1x\xC0\x0C", 4, TYPE_CNAME, "\1y", 3);
    assert_int_equal(draft_decode(TYPE_CAA)->failure, CLASS_WORK_LIMIT);
}

/* The owner of a denial has to be read, so it has to be a name; what is in an SOA of another zone
 * is nobody's business. */
static void denials_are_read_as_far_as_they_count(void **state)
{
    (void)state;
    draft_begin(TYPE_CAA, 0, 1);
    draft_rr("\1x", 3, TYPE_SOA, "cut", 3);
    assert_int_equal(draft_decode(TYPE_CAA)->failure, CLASS_NONE);
    draft_begin(TYPE_CAA, 0, 1);
    draft_rr("\xC0\x0C", 2, TYPE_SOA, "cut", 3);
    assert_int_equal(draft_decode(TYPE_CAA)->failure, CLASS_MSG_MALFORMED);
    static const uint16_t types[] = {TYPE_SOA, TYPE_NSEC, TYPE_NSEC3};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        draft_begin(TYPE_CAA, 0, 1);
        draft_rr("\xC0\x02", 2, types[i], "", 0); /* points into the header */
        assert_int_equal(draft_decode(TYPE_CAA)->failure, CLASS_MSG_MALFORMED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_are_believed_in_the_zone),
        cmocka_unit_test(a_decode_knows_no_zones),
        cmocka_unit_test(addresses_have_their_length),
        cmocka_unit_test(aliases_out_of_the_zone_are_no_work),
        cmocka_unit_test(denials_are_read_as_far_as_they_count),
    };
    return cmocka_run_group_tests(tests, scratch_new, scratch_free);
}
