/* Referrals: which delegation a reply shows, and how little of a hostile one is taken. */
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

#define RRS 7

struct referral_row {
    const char *title;
    const char *zone; /* of the authority */
    const char *qname;
    const char *answer[2];
    const char *authority[RRS];
    const char *additional[RRS];
    const char *delegated; /* NULL: no referral */
    const char *ns;        /* joined by a blank */
    const char *glue;      /* "index=address" joined by a blank */
    uint32_t ttl_s;
    uint8_t ds; /* enum ds_status, of a referral */
};

#define HASH "t644ebqk9bibcna874givr6joj62mlhv.org."
#define NSEC3 HASH " 60 NSEC3 1 1 0 - u644ebqk9bibcna874givr6joj62mlhv NS SOA"
#define DS " 60 DS 1 13 2 00000000000000000000000000000000000000000000000000000000000000ff"
#define SOA " 900 SOA ns.example. host.example. 1 2 3 4 300"

static const struct referral_row rows[] = {
    {.title = "a delegation with glue for its servers",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 3600 NS ns1.example.org.",
                   "example.org. 3600 NS ns2.example.org."},
     .additional = {"ns2.example.org. 3600 A 192.0.2.2", "ns1.example.org. 3600 A 192.0.2.1",
                    "ns1.example.org. 3600 AAAA 2001:db8::1"},
     .delegated = "example.org",
     .ns = "ns1.example.org ns2.example.org",
     .glue = "1=192.0.2.2 0=192.0.2.1 0=2001:db8::1",
     .ttl_s = 3600,
     .ds = DS_UNKNOWN},
    {.title = "a delegation of the name asked itself",
     .zone = "org",
     .qname = "example.org",
     .authority = {"example.org. 3600 NS ns.other.net."},
     .delegated = "example.org",
     .ns = "ns.other.net",
     .ttl_s = 3600,
     .ds = DS_UNKNOWN},
    {.title = "a delegation several labels down",
     .zone = ".",
     .qname = "a.b.c.example.org",
     .authority = {"b.c.example.org. 60 NS ns.other.net."},
     .delegated = "b.c.example.org",
     .ns = "ns.other.net",
     .ttl_s = 60,
     .ds = DS_UNKNOWN},
    {.title = "case makes no difference",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"EXAMPLE.Org. 60 NS NS.Example.ORG."},
     .additional = {"ns.EXAMPLE.org. 60 A 192.0.2.1"},
     .delegated = "example.org",
     .ns = "ns.example.org",
     .glue = "0=192.0.2.1",
     .ttl_s = 60,
     .ds = DS_UNKNOWN},
    {.title = "the least TTL of servers and glue",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 3600 NS ns1.example.org.", "example.org. 300 NS ns2.example.org."},
     .additional = {"ns1.example.org. 20 A 192.0.2.1", "ns.other.org. 1 A 192.0.2.9"},
     .delegated = "example.org",
     .ns = "ns1.example.org ns2.example.org",
     .glue = "0=192.0.2.1",
     .ttl_s = 20,
     .ds = DS_UNKNOWN},
    {.title = "a TTL with its top bit set is 0",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 2147483648 NS ns.other.net."},
     .delegated = "example.org",
     .ns = "ns.other.net",
     .ds = DS_UNKNOWN},
    {.title = "servers and glue that are there twice count once",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 60 NS ns.example.org.", "example.org. 60 NS NS.example.org."},
     .additional = {"ns.example.org. 60 A 192.0.2.1", "ns.example.org. 60 A 192.0.2.1"},
     .delegated = "example.org",
     .ns = "ns.example.org",
     .glue = "0=192.0.2.1",
     .ttl_s = 60,
     .ds = DS_UNKNOWN},
    {.title = "glue outside the authority's zone is not believed",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 60 NS ns.other.net.", "example.org. 60 NS ns.other.org."},
     .additional = {"ns.other.net. 60 A 192.0.2.66", "ns.other.org. 60 A 192.0.2.1"},
     .delegated = "example.org",
     .ns = "ns.other.net ns.other.org",
     .glue = "1=192.0.2.1",
     .ttl_s = 60,
     .ds = DS_UNKNOWN},
    {.title = "addresses of other names are no glue",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 60 NS ns.example.org."},
     .additional = {"bank.org. 60 A 192.0.2.66", "example.org. 60 A 192.0.2.67"},
     .delegated = "example.org",
     .ns = "ns.example.org",
     .ttl_s = 60,
     .ds = DS_UNKNOWN},

    {.title = "no referral", .zone = "org", .qname = "example.org", .authority = {"org." SOA}},
    {.title = "to itself",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"org. 60 NS ns.org."}},
    {.title = "to itself, at the name asked",
     .zone = "example.org",
     .qname = "example.org",
     .authority = {"example.org. 60 NS ns.example.org."}},
    {.title = "upward, to the root",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {". 60 NS a.root-servers.net."},
     .additional = {"a.root-servers.net. 60 A 192.0.2.66"}},
    {.title = "the root to itself",
     .zone = ".",
     .qname = "www.example.org",
     .authority = {". 60 NS a.root-servers.net."}},
    {.title = "sideways",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"bank.org. 60 NS ns.evil.org."}},
    {.title = "to a name below the one asked",
     .zone = "org",
     .qname = "example.org",
     .authority = {"www.example.org. 60 NS ns.evil.org."}},
    {.title = "to a name that only ends alike",
     .zone = "example.org",
     .qname = "www.badexample.org",
     .authority = {"badexample.org. 60 NS ns.evil.org."}},
    {.title = "into another class",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 60 CH NS ns.example.org."}},
    {.title = "of several owners the first believed",
     .zone = "org",
     .qname = "www.sub.example.org",
     .authority = {"bank.org. 60 NS ns.evil.org.", "example.org. 60 NS ns1.example.org.",
                   "sub.example.org. 60 NS ns.sub.example.org.",
                   "example.org. 60 NS ns2.example.org."},
     .delegated = "example.org",
     .ns = "ns1.example.org ns2.example.org",
     .ttl_s = 60,
     .ds = DS_UNKNOWN},
    {.title = "beside an answer",
     .zone = "org",
     .qname = "www.example.org",
     .answer = {"www.example.org. 60 CAA 0 issue \"ca.example\""},
     .authority = {"example.org. 60 NS ns.example.org."},
     .delegated = "example.org",
     .ns = "ns.example.org",
     .ttl_s = 60,
     .ds = DS_UNKNOWN},

    {.title = "DS present, before the servers",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org." DS, "example.org. 60 NS ns.example.org.", NSEC3},
     .delegated = "example.org",
     .ns = "ns.example.org",
     .ttl_s = 60,
     .ds = DS_PRESENT},
    {.title = "DS of another name",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 60 NS ns.example.org.", "other.org." DS, "org." DS,
                   "www.example.org." DS},
     .delegated = "example.org",
     .ns = "ns.example.org",
     .ttl_s = 60,
     .ds = DS_UNKNOWN},
    {.title = "no DS by NSEC",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 60 NS ns.example.org.",
                   "example.org. 60 NSEC f.org. NS RRSIG NSEC"},
     .delegated = "example.org",
     .ns = "ns.example.org",
     .ttl_s = 60,
     .ds = DS_ABSENT},
    {.title = "an NSEC elsewhere says nothing of the delegation",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 60 NS ns.example.org.", "e.org. 60 NSEC f.org. NS RRSIG NSEC"},
     .delegated = "example.org",
     .ns = "ns.example.org",
     .ttl_s = 60,
     .ds = DS_UNKNOWN},
    {.title = "no DS by any NSEC3 of the zone",
     .zone = "org",
     .qname = "www.example.org",
     .authority = {"example.org. 60 NS ns.example.org.", NSEC3},
     .delegated = "example.org",
     .ns = "ns.example.org",
     .ttl_s = 60,
     .ds = DS_ABSENT},
    {.title = "an NSEC3 of another zone is not believed",
     .zone = "example.org",
     .qname = "www.sub.example.org",
     .authority = {"sub.example.org. 60 NS ns.example.org.", NSEC3},
     .delegated = "sub.example.org",
     .ns = "ns.example.org",
     .ttl_s = 60,
     .ds = DS_UNKNOWN},
};

static struct referral referral;

static void read_referral(const uint8_t *wire, size_t len, struct name qname, struct name zone)
{
    struct message_decode_args args = {
        .octets = wire, .len = len, .qname = qname, .qtype = TYPE_CAA, .zone = zone};
    memset(&referral, 0xA5, sizeof referral);
    message_referral(&args, scratch, &referral);
}

static void assert_ns(const char *expected)
{
    char text[8192] = "";
    size_t at = 0;
    for (size_t i = 0; i < referral.ns_count; i++) {
        if (i > 0)
            text[at++] = ' ';
        at += name_text(referral.zone.ns[i], text + at);
    }
    text[at] = '\0';
    assert_string_equal(text, expected != NULL ? expected : "");
}

static void assert_glue(const char *expected)
{
    char text[REFERRAL_GLUE_MAX * (ADDRESS_TEXT_MAX + 5)] = "";
    size_t at = 0;
    for (size_t i = 0; i < referral.glue_count; i++) {
        const struct referral_glue *glue = &referral.glue[i];
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%u=", i > 0 ? " " : "", glue->ns);
        at += address_text(&glue->address, text + at);
        text[at] = '\0';
    }
    assert_string_equal(text, expected != NULL ? expected : "");
}

static uint8_t *row_wire(const struct referral_row *row, size_t *len)
{
    struct reply_text reply = {.qname = row->qname,
                               .qtype = TYPE_CAA,
                               .answer = row->answer,
                               .authority = row->authority,
                               .additional = row->additional};
    return reply_text_wire(&reply, len);
}

static void assert_row(const struct referral_row *row)
{
    print_message("%s\n", row->title);
    size_t len;
    uint8_t *wire = row_wire(row, &len);
    struct name_buffer qname = named(row->qname);
    struct name_buffer zone = named(row->zone);
    read_referral(wire, len, name_of(&qname), name_of(&zone));
    assert_name(referral.zone.zone, row->delegated);
    assert_ns(row->ns);
    assert_glue(row->glue);
    assert_int_equal(referral.ttl_s, row->ttl_s);
    assert_int_equal(referral.ds, row->delegated != NULL ? row->ds : DS_UNKNOWN);
    free(wire);
}

static void referrals_say_what_they_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(&rows[i]);
}

/* message_referral is meant for whole replies, and yet a cut one does no harm. */
static void a_cut_referral_is_read_within_its_bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len;
        uint8_t *wire = row_wire(&rows[i], &len);
        struct name_buffer qname = named(rows[i].qname);
        struct name_buffer zone = named(rows[i].zone);
        for (size_t cut = 0; cut < len; cut++) {
            uint8_t *part = malloc(cut == 0 ? 1 : cut);
            assert_non_null(part);
            memcpy(part, wire, cut);
            read_referral(part, cut, name_of(&qname), name_of(&zone));
            assert_in_range(referral.ns_count, 0, ANSWER_NS_MAX);
            free(part);
        }
        free(wire);
    }
}

static void without_a_zone_there_is_no_referral(void **state)
{
    (void)state;
    size_t len;
    uint8_t *wire = row_wire(&rows[0], &len);
    struct name_buffer qname = named(rows[0].qname);
    read_referral(wire, len, name_of(&qname), (struct name){0});
    assert_int_equal(referral.zone.zone.len, 0);
    assert_int_equal(referral.ns_count, 0);
    free(wire);
}

/* The views of a decode and of the referral read after it come from one scratch. */
static void a_decode_and_its_referral_stand_together(void **state)
{
    (void)state;
    struct reply_text reply = {
        .qname = "www.example.org",
        .qtype = TYPE_CAA,
        .answer = (const char *const[]){"www.example.org. 60 CNAME a.example.org.", NULL},
        .authority = (const char *const[]){"example.org. 60 NS ns.example.org.", NULL}};
    size_t len;
    uint8_t *wire = reply_text_wire(&reply, &len);
    struct name_buffer qname = named("www.example.org");
    struct name_buffer zone = named("org");
    struct message_decode_args args = {
        .octets = wire, .len = len, .qname = name_of(&qname), .zone = name_of(&zone)};
    args.qtype = TYPE_CAA;
    message_decode(&args, scratch, &parts);
    read_referral(wire, len, name_of(&qname), name_of(&zone));
    assert_name(parts.chain[0].target, "a.example.org");
    assert_ns("ns.example.org");
    message_decode(&args, scratch, &parts);
    assert_name(referral.zone.zone, "example.org");
    assert_ns("ns.example.org");
    free(wire);
}

static struct reply_draft draft; /* from a server of org */

#define AT_A_ORG "\xC0\x0C"

static void draft_begin(uint16_t authorities, uint16_t additionals)
{
    reply_draft_begin(&draft, &(struct reply_draft_head){.type = TYPE_CAA,
                                                         .authorities = authorities,
                                                         .additionals = additionals});
}

static void draft_rr(const void *owner, size_t owner_len, uint16_t type, const void *rdata,
                     size_t rdlen)
{
    reply_draft_rr(&draft, owner, owner_len, type, 60);
    reply_draft_rdata(&draft, rdata, rdlen);
}

static void draft_referral(void)
{
    assert_false(draft.w.failed);
    struct name qname = {(const uint8_t *)"\1a\3org", 7};
    read_referral(draft.octets, draft.w.at, qname, (struct name){(const uint8_t *)"\3org", 5});
}

/* Four characters and the zone asked. */
static void server_name(uint8_t into[7], unsigned i)
{
    memcpy(into, "\4", 1);
    for (size_t k = 0; k < 4; k++, i /= 26)
        into[1 + k] = (uint8_t)('a' + i % 26);
    memcpy(into + 5, AT_A_ORG, 2);
}

static void of_thousands_of_servers_the_first_are_kept(void **state)
{
    (void)state;
    enum { SERVERS = 3000 };
    draft_begin(SERVERS, 0);
    for (unsigned i = 0; i < SERVERS; i++) {
        uint8_t server[7];
        server_name(server, i);
        draft_rr(AT_A_ORG, 2, TYPE_NS, server, sizeof server);
    }
    draft_referral();
    assert_int_equal(referral.ns_count, ANSWER_NS_MAX);
    assert_name(referral.zone.ns[0], "aaaa.a.org");
    assert_name(referral.zone.ns[ANSWER_NS_MAX - 1], "paaa.a.org");
}

static void of_thousands_of_addresses_the_first_are_kept(void **state)
{
    (void)state;
    enum { ADDRESSES = 2000 };
    draft_begin(1, ADDRESSES);
    draft_rr(AT_A_ORG, 2, TYPE_NS, AT_A_ORG, 2);
    for (unsigned i = 0; i < ADDRESSES; i++) {
        uint8_t octets[4] = {192, 0, (uint8_t)(i >> 8), (uint8_t)i};
        draft_rr(AT_A_ORG, 2, TYPE_A, octets, sizeof octets);
    }
    draft_referral();
    assert_int_equal(referral.glue_count, REFERRAL_GLUE_MAX);
    assert_int_equal(referral.glue[REFERRAL_GLUE_MAX - 1].address.octets[3], REFERRAL_GLUE_MAX - 1);
    assert_int_equal(referral.glue[0].address.port, 53);
}

static void the_longest_server_names_are_kept_whole(void **state)
{
    (void)state;
    uint8_t longest[NAME_LEN_MAX];
    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i < 3; i++)
        longest[i * 64] = 63;
    longest[192] = 61;
    longest[254] = 0;
    draft_begin(ANSWER_NS_MAX + 1, 0);
    for (size_t i = 0; i <= ANSWER_NS_MAX; i++) {
        longest[1] = (uint8_t)('a' + i);
        draft_rr(AT_A_ORG, 2, TYPE_NS, longest, sizeof longest);
    }
    draft_referral();
    assert_int_equal(referral.ns_count, ANSWER_NS_MAX);
    for (size_t i = 0; i < ANSWER_NS_MAX; i++) {
        longest[1] = (uint8_t)('a' + i);
        assert_int_equal(referral.zone.ns[i].len, NAME_LEN_MAX);
        assert_memory_equal(referral.zone.ns[i].wire, longest, NAME_LEN_MAX);
    }
}

static void broken_servers_and_addresses_are_left_out(void **state)
{
    (void)state;
    static const uint8_t octets[17] = {192, 0, 2, 1};
    draft_begin(5, 5);
    draft_rr(AT_A_ORG, 2, TYPE_NS, "", 0);
    draft_rr(AT_A_ORG, 2, TYPE_NS, "\1b", 2);        /* no end */
    draft_rr(AT_A_ORG, 2, TYPE_NS, AT_A_ORG "x", 3); /* octets behind the name */
    draft_rr(AT_A_ORG, 2, TYPE_NS, "\xC0\xFF", 2);   /* a pointer forwards */
    draft_rr(AT_A_ORG, 2, TYPE_NS, "\2ns" AT_A_ORG, 5);
    draft_rr("\2ns" AT_A_ORG, 5, TYPE_A, octets, 3);
    draft_rr("\2ns" AT_A_ORG, 5, TYPE_A, octets, 16);
    draft_rr("\2ns" AT_A_ORG, 5, TYPE_AAAA, octets, 4);
    draft_rr("\2ns" AT_A_ORG, 5, TYPE_AAAA, octets, 17);
    draft_rr("\2ns" AT_A_ORG, 5, TYPE_A, octets, 4);
    draft_referral();
    assert_ns("ns.a.org");
    assert_glue("0=192.0.2.1");

    draft_begin(1, 0);
    draft_rr(AT_A_ORG, 2, TYPE_NS, "\1b", 2);
    draft_referral();
    assert_int_equal(referral.zone.zone.len, 0);
    assert_int_equal(referral.ttl_s, 0);
}

/* Of a set that is kept in part nobody could say whether what is left out can be used. */
static void ds_is_read_whole_or_not_at_all(void **state)
{
    (void)state;
    static const uint8_t ds[4 + 32] = {0, 1, 13, 2};
    struct name zone = {(const uint8_t *)"\1a\3org", 7};
    for (unsigned count = MESSAGE_DS_MAX; count <= MESSAGE_DS_MAX + 1; count++) {
        struct answer_rr rrs[MESSAGE_DS_MAX];
        draft_begin((uint16_t)count, 0);
        for (unsigned i = 0; i < count; i++)
            draft_rr("\1a\3org", 7, TYPE_DS, ds, sizeof ds);
        assert_false(draft.w.failed);
        struct message_decode_args args = {.octets = draft.octets,
                                           .len = draft.w.at,
                                           .qname = zone,
                                           .qtype = TYPE_CAA,
                                           .zone = {(const uint8_t *)"\3org", 5}};
        assert_int_equal(message_ds(&args, scratch, zone, rrs),
                         count == MESSAGE_DS_MAX ? MESSAGE_DS_MAX : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(referrals_say_what_they_may),
        cmocka_unit_test(a_cut_referral_is_read_within_its_bounds),
        cmocka_unit_test(without_a_zone_there_is_no_referral),
        cmocka_unit_test(a_decode_and_its_referral_stand_together),
        cmocka_unit_test(of_thousands_of_servers_the_first_are_kept),
        cmocka_unit_test(of_thousands_of_addresses_the_first_are_kept),
        cmocka_unit_test(the_longest_server_names_are_kept_whole),
        cmocka_unit_test(broken_servers_and_addresses_are_left_out),
        cmocka_unit_test(ds_is_read_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, scratch_new, scratch_free);
}
