/* Replies: made by ldns from text, and hostile ones made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode_scratch.h"
#include "message_rr.h"
#include "reply_draft.h"
#include "reply_text.h"
#include "test_names.h"

#define RRS 7

struct reply_row {
    const char *title;
    const char *qname;
    const char *answer[RRS];
    const char *authority[3];
    const char *chain;      /* "owner KIND target" joined by "; " */
    const char *error_name; /* NULL: none */
    uint16_t qtype;         /* 0: TYPE_CAA */
    uint16_t rcode;
    uint16_t rr_count;
    uint16_t flags;
    uint8_t failure; /* enum error_class; CLASS_NONE: level */
    uint8_t level;
    uint32_t ttl_s;
    bool iterate;       /* the reply is from an authority */
    bool no_recursion;  /* it is from a resolver, and yet has no RA */
    bool chain_is_full; /* instead of `chain` */
};

#define CAA "CAA 0 issue \"ca.example\""
#define SOA " 900 SOA ns.example. host.example. 1 2 3 4 300"

static const struct reply_row rows[] = {
    {.title = "a set at the name",
     .qname = "example.org",
     .answer = {"example.org. 3600 " CAA},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 3600},
    {.title = "case makes no difference",
     .qname = "example.org",
     .answer = {"EXAMPLE.Org. 3600 " CAA},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 3600},
    {.title = "the least TTL of a set holds",
     .qname = "example.org",
     .answer = {"example.org. 3600 " CAA, "example.org. 60 CAA 0 iodef \"mailto:a@b\""},
     .level = LEVEL_RECORDS,
     .rr_count = 2,
     .ttl_s = 60},
    {.title = "a TTL with its top bit set is 0",
     .qname = "example.org",
     .answer = {"example.org. 2147483648 " CAA},
     .level = LEVEL_RECORDS,
     .rr_count = 1},
    {.title = "records of other owners and classes don't count",
     .qname = "example.org",
     .answer = {"other.org. 3600 " CAA, "example.org. 3600 CH " CAA},
     .authority = {"org." SOA},
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 300},
    {.title = "a record that is there twice is one of the set, for the least of the times",
     .qname = "example.org",
     .answer = {"example.org. 3600 " CAA, "example.org. 3600 CAA 0 issue \"b\"",
                "example.org. 60 " CAA},
     .level = LEVEL_RECORDS,
     .rr_count = 2,
     .ttl_s = 60},
    {.title = "signatures are no surprise",
     .qname = "example.org",
     .answer = {"example.org. 3600 " CAA,
                "example.org. 3600 RRSIG CAA 13 2 3600 20300101000000 20200101000000 1 org. AAAA"},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 3600},
    {.title = "no data: min(SOA TTL, MINIMUM)",
     .qname = "example.org",
     .authority = {"example.org." SOA},
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 300},
    {.title = "no data: the SOA's own TTL may be the less",
     .qname = "example.org",
     .authority = {"example.org. 9 SOA ns.example. host.example. 1 2 3 4 300"},
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 9},
    {.title = "no data without SOA may not be kept", .qname = "example.org", .level = LEVEL_NODATA},
    {.title = "NXDOMAIN",
     .qname = "example.org",
     .rcode = RCODE_NXDOMAIN,
     .authority = {"org." SOA},
     .level = LEVEL_NXDOMAIN,
     .flags = ANSWER_SOA,
     .ttl_s = 300},
    {.title = "NXDOMAIN without SOA",
     .qname = "example.org",
     .rcode = RCODE_NXDOMAIN,
     .level = LEVEL_NXDOMAIN},
    {.title = "NXDOMAIN beside records: the records were shown",
     .qname = "example.org",
     .rcode = RCODE_NXDOMAIN,
     .answer = {"example.org. 3600 " CAA},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 3600},
    {.title = "only address records for a CAA question",
     .qname = "example.org",
     .answer = {"example.org. 3600 A 192.0.2.1"},
     .level = LEVEL_NODATA,
     .flags = ANSWER_UNEXPECTED_RRTYPE},
    {.title = "address records beside the set are passed over",
     .qname = "example.org",
     .answer = {"example.org. 60 A 192.0.2.1", "example.org. 3600 " CAA},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 3600},

    {.title = "an alias to a set",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 CNAME T.other.org.", "t.OTHER.org. 3600 " CAA},
     .chain = "www.example.org CNAME t.other.org",
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 60},
    {.title = "aliases in any order, and twice the same",
     .qname = "www.example.org",
     .answer = {"t.other.org. 3600 " CAA, "m.example.org. 90 CNAME t.other.org.",
                "www.example.org. 70 CNAME m.example.org.",
                "www.example.org. 70 CNAME m.example.org."},
     .chain = "www.example.org CNAME m.example.org; m.example.org CNAME t.other.org",
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 70},
    {.title = "records in the middle of a chain are not at its end",
     .qname = "www.example.org",
     .answer = {"www.example.org. 70 CNAME t.other.org.", "other.org. 3600 " CAA},
     .authority = {"other.org." SOA},
     .chain = "www.example.org CNAME t.other.org",
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 70},
    {.title = "CNAME and other data: the alias is followed and noted",
     .qname = "www.example.org",
     .answer = {"www.example.org. 70 " CAA, "www.example.org. 70 CNAME t.other.org.",
                "t.other.org. 70 " CAA},
     .chain = "www.example.org CNAME t.other.org",
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .flags = ANSWER_CNAME_AND_OTHER,
     .ttl_s = 70},
    {.title = "NXDOMAIN speaks of the end of the chain",
     .qname = "www.example.org",
     .rcode = RCODE_NXDOMAIN,
     .answer = {"www.example.org. 70 CNAME a.b.nosuchtld."},
     .authority = {"." SOA},
     .chain = "www.example.org CNAME a.b.nosuchtld",
     .level = LEVEL_NXDOMAIN,
     .flags = ANSWER_SOA,
     .ttl_s = 70},
    {.title = "NXDOMAIN at the end of the chain, without SOA",
     .qname = "www.example.org",
     .rcode = RCODE_NXDOMAIN,
     .answer = {"www.example.org. 70 CNAME a.b.nosuchtld."},
     .chain = "www.example.org CNAME a.b.nosuchtld",
     .level = LEVEL_NXDOMAIN},
    {.title = "an alias to the root",
     .qname = "www.example.org",
     .answer = {"www.example.org. 70 CNAME ."},
     .authority = {"." SOA},
     .chain = "www.example.org CNAME .",
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 70},
    {.title = "a chain without end from a resolver",
     .qname = "www.example.org",
     .answer = {"www.example.org. 70 CNAME t.other.org."},
     .chain = "www.example.org CNAME t.other.org",
     .failure = CLASS_INCOMPLETE_CHAIN,
     .error_name = "t.other.org"},
    {.title = "a chain without end, with addresses at its end",
     .qname = "www.example.org",
     .answer = {"www.example.org. 70 CNAME t.other.org.", "t.other.org. 70 A 192.0.2.1"},
     .chain = "www.example.org CNAME t.other.org",
     .failure = CLASS_INCOMPLETE_CHAIN,
     .error_name = "t.other.org"},
    {.title = "a chain without end from an authority goes on elsewhere",
     .qname = "www.example.org",
     .iterate = true,
     .answer = {"www.example.org. 70 CNAME t.other.org."},
     .chain = "www.example.org CNAME t.other.org",
     .level = LEVEL_NODATA},
    {.title = "NSEC alone denies, but gives no TTL",
     .qname = "www.example.org",
     .answer = {"www.example.org. 70 CNAME t.other.org."},
     .authority = {"t.other.org. 60 NSEC u.other.org. A RRSIG NSEC"},
     .chain = "www.example.org CNAME t.other.org",
     .level = LEVEL_NODATA},
    {.title = "a loop of one",
     .qname = "loop.example.org",
     .answer = {"loop.example.org. 70 CNAME loop.example.org."},
     .chain = "loop.example.org CNAME loop.example.org",
     .failure = CLASS_CNAME_LOOP,
     .error_name = "loop.example.org"},
    {.title = "a loop of three",
     .qname = "a.example.org",
     .answer = {"a.example.org. 70 CNAME b.example.org.", "b.example.org. 70 CNAME c.example.org.",
                "c.example.org. 70 CNAME b.example.org."},
     .chain = "a.example.org CNAME b.example.org; b.example.org CNAME c.example.org; "
              "c.example.org CNAME b.example.org",
     .failure = CLASS_CNAME_LOOP,
     .error_name = "b.example.org"},
    {.title = "two different aliases at one owner",
     .qname = "www.example.org",
     .answer = {"www.example.org. 70 CNAME a.example.org.",
                "www.example.org. 70 CNAME b.example.org.", "a.example.org. 70 " CAA},
     .failure = CLASS_MULTI_CNAME,
     .error_name = "www.example.org"},

    {.title = "DNAME with its CNAME is one step",
     .qname = "c.d.example.org",
     .answer = {"d.example.org. 80 DNAME t.other.org.", "c.d.example.org. 80 CNAME c.t.other.org.",
                "c.t.other.org. 3600 " CAA},
     .chain = "c.d.example.org DNAME c.t.other.org",
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 80},
    {.title = "DNAME without its CNAME is followed",
     .qname = "c.d.example.org",
     .answer = {"d.example.org. 80 DNAME t.other.org.", "c.t.other.org. 3600 " CAA},
     .chain = "c.d.example.org DNAME c.t.other.org",
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 80},
    {.title = "DNAME then CNAME",
     .qname = "c.d.example.org",
     .answer = {"d.example.org. 80 DNAME t.other.org.", "c.d.example.org. 80 CNAME c.t.other.org.",
                "c.t.other.org. 80 CNAME u.other.org.", "u.other.org. 3600 " CAA},
     .chain = "c.d.example.org DNAME c.t.other.org; c.t.other.org CNAME u.other.org",
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 80},
    {.title = "CNAME then DNAME",
     .qname = "www.example.org",
     .answer = {"www.example.org. 80 CNAME c.d.example.org.",
                "d.example.org. 60 DNAME t.other.org.", "c.d.example.org. 0 CNAME c.t.other.org.",
                "c.t.other.org. 3600 " CAA},
     .chain = "www.example.org CNAME c.d.example.org; c.d.example.org DNAME c.t.other.org",
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 60},
    {.title = "a DNAME does not redirect its own owner",
     .qname = "d.example.org",
     .answer = {"d.example.org. 80 DNAME t.other.org.", "d.example.org. 3600 " CAA},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 3600},
    {.title = "the closest DNAME applies, in any order",
     .qname = "a.b.example.org",
     .answer = {"b.example.org. 80 DNAME near.org.", "example.org. 80 DNAME far.org."},
     .authority = {"near.org." SOA},
     .chain = "a.b.example.org DNAME a.near.org",
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 80},
    {.title = "a CNAME that is not the substitution",
     .qname = "c.d.example.org",
     .answer = {"d.example.org. 80 DNAME t.other.org.", "c.d.example.org. 80 CNAME evil.org.",
                "evil.org. 3600 " CAA},
     .failure = CLASS_MSG_MALFORMED,
     .error_name = "c.d.example.org"},
    {.title = "two different DNAMEs at one owner",
     .qname = "c.d.example.org",
     .answer = {"d.example.org. 80 DNAME t.other.org.", "d.example.org. 80 DNAME u.other.org."},
     .failure = CLASS_MULTI_CNAME,
     .error_name = "c.d.example.org"},
    {.title = "a DNAME that makes names grow ends at the limit",
     .qname = "a.x.org",
     .answer = {"x.org. 80 DNAME y.x.org."},
     .chain_is_full = true,
     .failure = CLASS_CNAME_CHAIN_TOO_LONG,
     .error_name = "a.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.x.org"},
    {.title = "YXDOMAIN with the DNAME that overflows",
     .qname = "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll."
              "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll."
              "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll.d.org",
     .rcode = RCODE_YXDOMAIN,
     .answer = {"d.org. 80 DNAME tttttttttttttttttttttttttttttttttttttttt."
                "tttttttttttttttttttttttttttttttttttttttt.org."},
     .failure = CLASS_DNAME_OVERFLOW,
     .error_name = "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll."
                   "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll."
                   "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll.d.org"},
    {.title = "YXDOMAIN without a DNAME",
     .qname = "example.org",
     .rcode = RCODE_YXDOMAIN,
     .failure = CLASS_RCODE_OTHER},
    {.title = "the DNAME of a name, asked for",
     .qname = "d.example.org",
     .qtype = TYPE_DNAME,
     .answer = {"d.example.org. 80 DNAME T.other.org.", "d.example.org. 80 DNAME t.OTHER.org."},
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 80},
    {.title = "two DNAMEs of a name, asked for",
     .qname = "d.example.org",
     .qtype = TYPE_DNAME,
     .answer = {"d.example.org. 80 DNAME t.other.org.", "d.example.org. 80 DNAME u.other.org."},
     .failure = CLASS_MULTI_CNAME,
     .error_name = "d.example.org"},
    {.title = "the DNAME above a name is an alias for it",
     .qname = "c.d.example.org",
     .qtype = TYPE_DNAME,
     .answer = {"d.example.org. 80 DNAME t.other.org."},
     .authority = {"other.org." SOA},
     .chain = "c.d.example.org DNAME c.t.other.org",
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 80},

    {.title = "who neither recurses nor has authority can't know that there is nothing",
     .qname = "a.org",
     .no_recursion = true,
     .failure = CLASS_LAME},
    {.title = "nor that there is no such name",
     .qname = "a.org",
     .rcode = RCODE_NXDOMAIN,
     .no_recursion = true,
     .failure = CLASS_LAME},
    {.title = "the SOA of a name beside it denies nothing that may be kept",
     .qname = "a.org",
     .authority = {"b.org." SOA},
     .level = LEVEL_NODATA},
    {.title = "nor does that of a name below it",
     .qname = "a.org",
     .authority = {"x.a.org." SOA},
     .level = LEVEL_NODATA},
    {.title = "nor does it with NXDOMAIN",
     .qname = "a.org",
     .rcode = RCODE_NXDOMAIN,
     .authority = {"b.org." SOA},
     .level = LEVEL_NXDOMAIN},
    {.title = "beside one above, that one counts",
     .qname = "a.org",
     .authority = {"org." SOA, "b.org. 9 SOA ns.example. host.example. 1 2 3 4 9"},
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 300},
    {.title = "the SOA of the alias's zone says nothing of a target elsewhere",
     .qname = "www.a.org",
     .answer = {"www.a.org. 70 CNAME t.b.org."},
     .authority = {"a.org." SOA},
     .chain = "www.a.org CNAME t.b.org",
     .failure = CLASS_INCOMPLETE_CHAIN,
     .error_name = "t.b.org"},
    {.title = "the SOA of a name beside it gives no authority",
     .qname = "a.org",
     .authority = {"b.org." SOA},
     .no_recursion = true,
     .failure = CLASS_LAME},
    {.title = "nor does it make a denial of a referral",
     .qname = "a.org",
     .authority = {"org. 900 NS ns.example.", "b.org." SOA},
     .failure = CLASS_LAME},
    {.title = "with an SOA it may be told by anybody",
     .qname = "a.org",
     .authority = {"org." SOA},
     .no_recursion = true,
     .level = LEVEL_NODATA,
     .flags = ANSWER_SOA,
     .ttl_s = 300},
    {.title = "records too",
     .qname = "a.org",
     .answer = {"a.org. 70 " CAA},
     .no_recursion = true,
     .level = LEVEL_RECORDS,
     .rr_count = 1,
     .ttl_s = 70},

    {.title = "SERVFAIL", .qname = "a.org", .rcode = 2, .failure = CLASS_SERVFAIL},
    {.title = "SERVFAIL behind an alias names its target",
     .qname = "www.a.org",
     .rcode = 2,
     .answer = {"www.a.org. 70 CNAME t.b.org."},
     .chain = "www.a.org CNAME t.b.org",
     .failure = CLASS_SERVFAIL,
     .error_name = "t.b.org"},
    {.title = "a failing rcode takes no records",
     .qname = "a.org",
     .rcode = 2,
     .answer = {"a.org. 70 " CAA},
     .failure = CLASS_SERVFAIL},
    {.title = "FORMERR", .qname = "a.org", .rcode = 1, .failure = CLASS_FORMERR},
    {.title = "NOTIMP", .qname = "a.org", .rcode = 4, .failure = CLASS_NOTIMP},
    {.title = "REFUSED", .qname = "a.org", .rcode = 5, .failure = CLASS_REFUSED},
    {.title = "NOTAUTH", .qname = "a.org", .rcode = 9, .failure = CLASS_RCODE_OTHER},
};

/* The reply in wire form, to be freed. */
static uint8_t *reply_wire(const struct reply_row *row, size_t *len)
{
    struct reply_text reply = {.qname = row->qname,
                               .qtype = row->qtype != 0 ? row->qtype : TYPE_CAA,
                               .rcode = row->rcode,
                               .recursive = !row->iterate && !row->no_recursion,
                               .answer = row->answer,
                               .authority = row->authority};
    return reply_text_wire(&reply, len);
}

static struct name_buffer asked; /* parts borrow from it */

static const struct answer *decode(const uint8_t *wire, size_t len, const char *qname,
                                   uint16_t qtype, bool resolver)
{
    asked = named(qname);
    memset(&parts, 0xA5, sizeof parts);
    struct message_decode_args args = {
        .octets = wire, .len = len, .qname = name_of(&asked), .qtype = qtype, .resolver = resolver};
    message_decode(&args, scratch, &parts);
    return &parts.head;
}

static void assert_chain(const char *expected)
{
    char text[8192] = "";
    size_t at = 0;
    for (size_t i = 0; i < parts.head.chain_count; i++) {
        const struct answer_alias *alias = &parts.chain[i];
        at += (size_t)snprintf(text + at, sizeof text - at, "%s", i > 0 ? "; " : "");
        at += name_text(alias->owner, text + at);
        at += (size_t)snprintf(text + at, sizeof text - at, " %s ", alias_kind_word(alias->kind));
        at += name_text(alias->target, text + at);
        text[at] = '\0';
    }
    assert_string_equal(text, expected != NULL ? expected : "");
}

static void assert_row(const struct reply_row *row)
{
    print_message("%s\n", row->title);
    size_t len;
    uint8_t *wire = reply_wire(row, &len);
    struct message_head head;
    assert_true(message_peek(wire, len, &head));
    assert_true(head.question_whole && head.qr && !head.tc);

    uint16_t qtype = row->qtype != 0 ? row->qtype : TYPE_CAA;
    const struct answer *a = decode(wire, len, row->qname, qtype, !row->iterate);
    assert_string_equal(class_word(a->failure), class_word(row->failure));
    if (row->failure == CLASS_NONE)
        assert_string_equal(level_outcome_word(a->level), level_outcome_word(row->level));
    else
        assert_int_equal(a->level, LEVEL_COUNT);
    assert_int_equal(a->rcode, row->rcode);
    assert_int_equal(a->qtype, qtype);
    assert_int_equal(a->rr_count, row->rr_count);
    assert_int_equal(a->flags, row->flags);
    assert_int_equal(a->ttl_s, row->ttl_s);
    if (row->chain_is_full)
        assert_int_equal(a->chain_count, ANSWER_CHAIN_MAX);
    else
        assert_chain(row->chain);
    assert_name(parts.error_name, row->error_name);
    assert_name(parts.qname, row->qname);
    free(wire);
}

static void replies_say_what_they_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(&rows[i]);
}

/* The blob that either way of decoding makes, in storage of its own. */
static size_t blob_of(const struct message_decode_args *args, bool whole, uint8_t *blob)
{
    memset(&parts, 0, sizeof parts);
    if (whole)
        message_decode_whole(args, scratch, &parts);
    else
        message_decode(args, scratch, &parts);
    return answer_build(&parts, blob, ANSWER_LEN_MAX);
}

static void assert_ways_agree(const struct message_decode_args *args)
{
    static _Alignas(struct answer) uint8_t blobs[2][ANSWER_LEN_MAX];
    size_t len = blob_of(args, false, blobs[0]);
    assert_int_equal(blob_of(args, true, blobs[1]), len);
    assert_memory_equal(blobs[0], blobs[1], len);
}

static bool is_plain(const struct message_decode_args *args)
{
    memset(&parts, 0, sizeof parts);
    return message_decode_plain(args, scratch, &parts);
}

/* Each reply of the table, whole, cut, and with each octet changed in several ways. */
static void the_short_way_comes_to_the_same(void **state)
{
    (void)state;
    static const uint8_t changes[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xC0, 0xFF};
    size_t plain_count = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len;
        uint8_t *wire = reply_wire(&rows[i], &len);
        asked = named(rows[i].qname);
        struct message_decode_args args = {.octets = wire,
                                           .len = len,
                                           .qname = name_of(&asked),
                                           .qtype = rows[i].qtype != 0 ? rows[i].qtype : TYPE_CAA,
                                           .resolver = !rows[i].iterate};
        plain_count += is_plain(&args);
        for (args.len = 0; args.len <= len; args.len++)
            assert_ways_agree(&args);
        args.len = len;
        for (size_t at = 0; at < len * sizeof changes; at++) {
            uint8_t change = changes[at % sizeof changes];
            wire[at / sizeof changes] ^= change;
            assert_ways_agree(&args);
            args.zone = name_suffix(args.qname, 1);
            assert_ways_agree(&args);
            args.zone.len = 0;
            wire[at / sizeof changes] ^= change;
        }
        free(wire);
    }
    assert_in_range(plain_count, 4, sizeof rows / sizeof *rows - 1);
}

/* Every prefix of every reply of the table: never a crash, and never an answer from less than all
 * of the records. */
static void a_cut_reply_is_malformed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len;
        uint8_t *wire = reply_wire(&rows[i], &len);
        for (size_t cut = 0; cut < len; cut++) {
            uint8_t *part = malloc(cut == 0 ? 1 : cut);
            assert_non_null(part);
            memcpy(part, wire, cut);
            const struct answer *a = decode(part, cut, rows[i].qname, TYPE_CAA, true);
            assert_int_equal(a->failure, CLASS_MSG_MALFORMED);
            free(part);
        }
        free(wire);
    }
}

static void octets_behind_the_message_are_passed_over(void **state)
{
    (void)state;
    size_t len;
    uint8_t *wire = reply_wire(&rows[0], &len);
    uint8_t longer[512];
    memcpy(longer, wire, len);
    memset(longer + len, 0xFF, 7);
    const struct answer *a = decode(longer, len + 7, rows[0].qname, TYPE_CAA, true);
    assert_int_equal(a->failure, CLASS_NONE);
    assert_int_equal(a->rr_count, 1);
    free(wire);
}

static void a_dname_asked_for_is_a_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].qtype != TYPE_DNAME || rows[i].rr_count == 0)
            continue;
        size_t len;
        uint8_t *wire = reply_wire(&rows[i], &len);
        decode(wire, len, rows[i].qname, TYPE_DNAME, true);
        assert_int_equal(parts.rrs[0].rdlen, 13);
        assert_memory_equal(parts.rrs[0].rdata, "\1t\5other\3org\0", 13);
        free(wire);
    }
}

static struct reply_draft draft;

static void draft_begin(unsigned flags, uint16_t answers, uint16_t additionals)
{
    reply_draft_begin(&draft, &(struct reply_draft_head){.flags = flags,
                                                         .type = TYPE_CAA,
                                                         .answers = answers,
                                                         .additionals = additionals});
}

struct span {
    const char *octets;
    size_t len;
};

#define OCTETS(literal)                                                                            \
    {                                                                                              \
        literal, sizeof literal - 1                                                                \
    }
#define SPAN(literal) (struct span) OCTETS(literal)
#define ASKED SPAN("\xC0\x0C")
#define ROOT SPAN("\0")

static void draft_rr(struct span owner, uint16_t type, uint32_t ttl_s, struct span rdata)
{
    reply_draft_rr(&draft, owner.octets, owner.len, type, ttl_s);
    reply_draft_rdata(&draft, rdata.octets, rdata.len);
}

static const struct answer *draft_decode(void)
{
    assert_false(draft.w.failed);
    return decode(draft.octets, draft.w.at, "a.org", TYPE_CAA, true);
}

static void the_opt_record_extends_the_rcode(void **state)
{
    (void)state;
    draft_begin(0, 0, 1);
    draft_rr(ROOT, TYPE_OPT, 1u << 24, SPAN(""));
    assert_int_equal(draft_decode()->failure, CLASS_BADVERS);
    assert_int_equal(parts.head.rcode, RCODE_BADVERS);
    draft_begin(2, 0, 1);
    draft_rr(ROOT, TYPE_OPT, 0xFFu << 24, SPAN(""));
    assert_int_equal(draft_decode()->failure, CLASS_RCODE_OTHER);
    assert_int_equal(parts.head.rcode, 0xFF2);
}

static void extended_errors_are_kept(void **state)
{
    (void)state;
    static const struct {
        struct span options;
        uint8_t count;
        uint16_t first;
    } cases[] = {
        {OCTETS(""), 0, 0},
        {OCTETS("\0\x0F\0\2\0\7"), 1, 7},
        {OCTETS("\0\x0F\0\5\1\0why"), 1, 256},
        {OCTETS("\0\x0A\0\2zz\0\x0F\0\2\0\6"), 1, 6},
        {OCTETS("\0\x0F\0\2\0\1\0\x0F\0\2\0\2\0\x0F\0\2\0\3\0\x0F\0\2\0\4\0\x0F\0\2\0\5"), 4, 1},
        {OCTETS("\0\x0F\0\2\0\7\0\x0F\0\1\0"), 0, 0}, /* too short for a code */
        {OCTETS("\0\x0F\0\2\0\7\0\x0F\0"), 0, 0},     /* cut in the option's head */
        {OCTETS("\0\x0F\0\2\0\7\0\x0A\0\2z"), 0, 0},  /* beyond the end */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        draft_begin(2, 0, 1);
        draft_rr(ROOT, TYPE_OPT, 0, cases[i].options);
        const struct answer *a = draft_decode();
        assert_int_equal(a->failure, CLASS_SERVFAIL);
        assert_int_equal(a->ede_count, cases[i].count);
        if (a->ede_count > 0)
            assert_int_equal(a->ede[0], cases[i].first);
    }
}

static void two_opt_records_are_malformed(void **state)
{
    (void)state;
    draft_begin(0, 0, 2);
    draft_rr(ROOT, TYPE_OPT, 0, SPAN(""));
    draft_rr(ROOT, TYPE_OPT, 0, SPAN(""));
    assert_int_equal(draft_decode()->failure, CLASS_MSG_MALFORMED);
    assert_int_equal(parts.head.flags, ANSWER_OPT | ANSWER_OPT_AGAIN);
}

static void what_else_is_malformed_is_told_apart(void **state)
{
    (void)state;
    draft_begin(0, 0, 2);
    draft_rr(ROOT, TYPE_OPT, 0, SPAN(""));
    assert_int_equal(draft_decode()->failure, CLASS_MSG_MALFORMED);
    assert_int_equal(parts.head.flags, ANSWER_OPT);
}

static void header_flags_come_through(void **state)
{
    (void)state;
    draft_begin(0x0420, 0, 0);
    assert_int_equal(draft_decode()->flags, ANSWER_AD | ANSWER_AUTHORITATIVE);
    draft_begin(0x0022, 0, 0);
    assert_int_equal(draft_decode()->flags, ANSWER_AD);
    assert_int_equal(parts.head.failure, CLASS_SERVFAIL);
}

static void malformed_rdata_is_kept_octet_for_octet(void **state)
{
    (void)state;
    draft_begin(0, 2, 0);
    draft_rr(ASKED, TYPE_CAA, 60, SPAN("\0\xFFissue"));
    draft_rr(ASKED, TYPE_CAA, 60, SPAN(""));
    assert_int_equal(draft_decode()->rr_count, 2);
    assert_int_equal(parts.rrs[0].rdlen, 7);
    assert_memory_equal(parts.rrs[0].rdata, "\0\xFFissue", 7);
    assert_int_equal(parts.rrs[1].rdlen, 0);
}

static void names_in_rdata_end_with_it(void **state)
{
    (void)state;
    draft_begin(0, 1, 0);
    draft_rr(ASKED, TYPE_CNAME, 60, SPAN("\1b\0x"));
    assert_int_equal(draft_decode()->failure, CLASS_MSG_MALFORMED);
    draft_begin(0, 2, 0);
    draft_rr(ASKED, TYPE_CNAME, 60, SPAN("\1b"));
    draft_rr(ASKED, TYPE_CAA, 60, SPAN(""));
    assert_int_equal(draft_decode()->failure, CLASS_MSG_MALFORMED);
}

/* A chain c0 -> c1 -> …, each alias in the reverse of the order that would be easy. */
static void draft_chain(unsigned length)
{
    draft_begin(0, (uint16_t)(length + 1), 0);
    draft_rr((struct span){(char[]){1, (char)(length + 128), 0}, 3}, TYPE_CAA, 60,
             SPAN("\0\5issue;"));
    for (unsigned i = length; i > 1; i--)
        draft_rr((struct span){(char[]){1, (char)(i + 127), 0}, 3}, TYPE_CNAME, 60,
                 (struct span){(char[]){1, (char)(i + 128), 0}, 3});
    draft_rr(ASKED, TYPE_CNAME, 60, SPAN("\1\x81\0"));
}

static void chains_are_followed_up_to_a_limit(void **state)
{
    (void)state;
    for (unsigned length = 1; length <= ANSWER_CHAIN_MAX + 1; length++) {
        draft_chain(length);
        const struct answer *a = draft_decode();
        if (length <= ANSWER_CHAIN_MAX) {
            assert_int_equal(a->failure, CLASS_NONE);
            assert_int_equal(a->chain_count, length);
            assert_int_equal(a->rr_count, 1);
        } else {
            assert_int_equal(a->failure, CLASS_CNAME_CHAIN_TOO_LONG);
            assert_int_equal(a->chain_count, ANSWER_CHAIN_MAX);
        }
    }
}

/* What the first of them show is so, whatever the rest may be. */
static void a_chain_among_too_many_aliases_is_too_long(void **state)
{
    (void)state;
    draft_begin(0, 200, 0);
    draft_rr(ASKED, TYPE_CNAME, 60, SPAN("\1\x81\0"));
    for (unsigned i = 1; i < 200; i++) {
        unsigned at = 0x81 + i % 64;
        draft_rr((struct span){(char[]){1, (char)at, 0}, 3}, TYPE_CNAME, 60,
                 (struct span){(char[]){1, (char)(0x81 + (i + 1) % 64), 0}, 3});
    }
    assert_int_equal(draft_decode()->failure, CLASS_CNAME_CHAIN_TOO_LONG);
}

static void too_many_aliases_are_too_much_work(void **state)
{
    (void)state;
    for (uint16_t count = 128; count <= 129; count++) {
        draft_begin(0, (uint16_t)(count + 1), 0);
        for (uint16_t i = 0; i < count; i++)
            draft_rr(SPAN("\1x\0"), TYPE_CNAME, 60, SPAN("\1y\0"));
        draft_rr(ASKED, TYPE_CAA, 60, SPAN(""));
        assert_int_equal(draft_decode()->failure, count == 128 ? CLASS_NONE : CLASS_WORK_LIMIT);
    }
}

static void copies_are_dropped_within_a_bound_of_work(void **state)
{
    (void)state;
    static const uint16_t counts[] = {1, 60, 300, 2000};
    for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++) {
        uint16_t count = counts[n];
        draft_begin(0, (uint16_t)(2 * count), 0);
        for (uint16_t i = 0; i < 2 * count; i++)
            draft_rr(ASKED, TYPE_CAA, 60,
                     (struct span){(char[]){(char)(i % count >> 8), (char)(i % count)}, 2});
        uint16_t kept = draft_decode()->rr_count;
        if (count < 200)
            assert_int_equal(kept, count);
        else
            assert_in_range(kept, count, 2 * count);
    }
}

/* As many records as a message can hold, all different and of the type and owner asked. */
static void a_full_message_is_read_whole(void **state)
{
    (void)state;
    draft_begin(0, 0, 0);
    uint16_t count = (uint16_t)((sizeof draft.octets - draft.w.at) / 14);
    draft_begin(0, count, 0);
    for (uint16_t i = 0; i < count; i++)
        draft_rr(ASKED, TYPE_CAA, 60, (struct span){(char[]){(char)(i >> 8), (char)i}, 2});
    assert_int_equal(draft_decode()->rr_count, count);
    assert_int_equal(parts.head.failure, CLASS_NONE);
}

static void more_than_a_message_is_refused(void **state)
{
    (void)state;
    static uint8_t octets[65536] = {0, 0, 0x80, MESSAGE_RA};
    assert_int_equal(decode(octets, 65535, "a.org", TYPE_CAA, true)->failure, CLASS_NONE);
    assert_int_equal(decode(octets, 65536, "a.org", TYPE_CAA, true)->failure, CLASS_MSG_MALFORMED);
}

static void peeks_at_header_and_question(void **state)
{
    (void)state;
    struct message_head head;
    draft_begin(0x0620u | RCODE_REFUSED, 0, 0);
    for (size_t len = 0; len <= draft.w.at; len++) {
        assert_int_equal(message_peek(draft.octets, len, &head), len >= 12);
        assert_int_equal(head.question_whole, len == draft.w.at);
    }
    assert_int_equal(head.id, 0x1234);
    assert_int_equal(head.type, TYPE_CAA);
    assert_int_equal(head.rcode_low, RCODE_REFUSED);
    assert_true(head.qr && head.tc && head.aa && head.ad);
    assert_name(name_of(&head.qname), "a.org");
    draft.octets[draft.w.at - 1] = 3; /* class CH */
    assert_true(message_peek(draft.octets, draft.w.at, &head));
    assert_false(head.question_whole);
    draft_begin(0, 0, 0);
    draft.octets[2] = 0;
    draft.octets[5] = 2;
    assert_true(message_peek(draft.octets, draft.w.at, &head));
    assert_false(head.question_whole || head.qr || head.tc || head.aa || head.ad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_say_what_they_say),
        cmocka_unit_test(the_short_way_comes_to_the_same),
        cmocka_unit_test(a_cut_reply_is_malformed),
        cmocka_unit_test(octets_behind_the_message_are_passed_over),
        cmocka_unit_test(malformed_rdata_is_kept_octet_for_octet),
        cmocka_unit_test(a_dname_asked_for_is_a_name),
        cmocka_unit_test(the_opt_record_extends_the_rcode),
        cmocka_unit_test(extended_errors_are_kept),
        cmocka_unit_test(two_opt_records_are_malformed),
        cmocka_unit_test(what_else_is_malformed_is_told_apart),
        cmocka_unit_test(header_flags_come_through),
        cmocka_unit_test(names_in_rdata_end_with_it),
        cmocka_unit_test(chains_are_followed_up_to_a_limit),
        cmocka_unit_test(a_chain_among_too_many_aliases_is_too_long),
        cmocka_unit_test(too_many_aliases_are_too_much_work),
        cmocka_unit_test(copies_are_dropped_within_a_bound_of_work),
        cmocka_unit_test(a_full_message_is_read_whole),
        cmocka_unit_test(more_than_a_message_is_refused),
        cmocka_unit_test(peeks_at_header_and_question),
    };
    return cmocka_run_group_tests(tests, scratch_new, scratch_free);
}
