/* What a resolver's reply tells of zones: the owner of the SOA in a denial, the servers in an
 * answer to NS. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode_scratch.h"
#include "message.h"
#include "reply_text.h"
#include "test_names.h"

static struct name_buffer asked; /* parts borrow from it */

static void decode_wire(const uint8_t *wire, size_t len, const char *qname, uint16_t qtype)
{
    asked = named(qname);
    struct message_decode_args args = {
        .octets = wire, .len = len, .qname = name_of(&asked), .qtype = qtype, .resolver = true};
    message_decode(&args, scratch, &parts);
}

/* The views in parts borrow from the wire, which is to be freed. */
static uint8_t *decode(const struct reply_text *reply)
{
    size_t len;
    uint8_t *wire = reply_text_wire(reply, &len);
    decode_wire(wire, len, reply->qname, reply->qtype);
    return wire;
}

#define SOA(owner) owner " 300 SOA ns.example.org. host.example.org. 1 2 3 4 300"
#define RRS(...)                                                                                   \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

struct denial {
    const char *qname;
    uint16_t rcode;
    const char *answer, *soa;
    const char *zone; /* expected; NULL: none */
};

static const struct denial denials[] = {
    {"www.example.org.", 0, NULL, SOA("example.org."), "example.org"},
    {"www.example.org.", 0, NULL, SOA("EXAMPLE.org."), "example.org"},
    {"www.example.org.", 3, NULL, SOA("org."), "org"},
    {"www.example.org.", 3, NULL, SOA("."), "."},
    {"example.org.", 0, NULL, SOA("example.org."), "example.org"},
    /* the end of the chain is denied */
    {"www.example.org.", 0, "www.example.org. 60 CNAME a.net.", SOA("net."), "net"},
    {"www.example.org.", 3, "www.example.org. 60 CNAME a.net.", SOA("net."), "net"},
    {"www.example.org.", 0, "www.example.org. 60 CNAME a.net.", SOA("example.org."), NULL},
    /* a zone that can't hold the name */
    {"www.example.org.", 0, NULL, SOA("example.net."), NULL},
    {"example.org.", 0, NULL, SOA("www.example.org."), NULL},
    /* no denial */
    {"www.example.org.", 0, NULL, "example.org. 60 NS ns.example.org.", NULL},
    {"www.example.org.", 0, "www.example.org. 60 CAA 0 issue \"ca\"", SOA("example.org."), NULL},
    {"www.example.org.", 2, NULL, SOA("example.org."), NULL},
};

static void a_denial_names_the_zone_of_its_soa(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof denials / sizeof *denials; i++) {
        const struct denial *it = &denials[i];
        struct reply_text reply = {.qname = it->qname,
                                   .qtype = TYPE_CAA,
                                   .rcode = it->rcode,
                                   .answer = RRS(it->answer),
                                   .authority = RRS(it->soa)};
        uint8_t *wire = decode(&reply);
        assert_name(parts.set_zone.zone, it->zone);
        assert_int_equal(parts.zone.zone.len, 0);
        assert_int_equal(parts.head.set_ns_count, 0);
        free(wire);
    }
}

static void assert_server(size_t i, const char *expected)
{
    const struct answer_rr *rr = &parts.rrs[i];
    assert_name((struct name){.wire = rr->rdata, .len = (uint8_t)rr->rdlen}, expected);
}

static void servers_are_names_decompressed_and_folded(void **state)
{
    (void)state;
    struct reply_text reply = {
        .qname = "example.org.",
        .qtype = TYPE_NS,
        .answer = RRS("example.org. 60 NS NS1.example.ORG.", "example.org. 50 NS ns2.example.org.",
                      "example.net. 40 NS ns.example.net.", "example.org. 60 NS .")};
    uint8_t *wire = decode(&reply);
    assert_int_equal(parts.head.failure, CLASS_NONE);
    assert_int_equal(parts.head.rr_count, 3);
    assert_int_equal(parts.head.ttl_s, 50);
    assert_server(0, "ns1.example.org");
    assert_server(1, "ns2.example.org");
    assert_server(2, ".");
    free(wire);
}

static void servers_past_the_bound_are_left_out(void **state)
{
    (void)state;
    char texts[ANSWER_NS_MAX + 4][64];
    const char *answer[ANSWER_NS_MAX + 5] = {NULL};
    for (size_t i = 0; i < ANSWER_NS_MAX + 4; i++) {
        snprintf(texts[i], sizeof texts[i], "example.org. 60 NS ns%zu.example.org.", i);
        answer[i] = texts[i];
    }
    struct reply_text reply = {.qname = "example.org.", .qtype = TYPE_NS, .answer = answer};
    uint8_t *wire = decode(&reply);
    assert_int_equal(parts.head.failure, CLASS_NONE);
    assert_int_equal(parts.head.rr_count, ANSWER_NS_MAX);
    assert_server(ANSWER_NS_MAX - 1, "ns15.example.org");
    free(wire);
}

static void a_server_that_is_no_name_is_malformed(void **state)
{
    (void)state;
    static const uint8_t bad[][4] = {{1, 'a', 0, 0}, {0xC0, 0xFF, 0, 0}, {4, 'a', 'b', 'c'}};
    struct reply_text reply = {
        .qname = "example.org.", .qtype = TYPE_NS, .answer = RRS("example.org. 60 NS abc.")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t len;
        uint8_t *wire = reply_text_wire(&reply, &len);
        memcpy(wire + len - 5, bad[i], sizeof bad[i]);
        decode_wire(wire, len, "example.org", TYPE_NS);
        assert_int_equal(parts.head.failure, CLASS_MSG_MALFORMED);
        assert_int_equal(parts.head.rr_count, 0);
        free(wire);
    }
}

static void an_soa_without_an_owner_is_malformed(void **state)
{
    (void)state;
    struct reply_text reply = {
        .qname = "org.", .qtype = TYPE_CAA, .authority = RRS("org. 60 SOA . . 1 2 3 4 5")};
    size_t len;
    uint8_t *wire = reply_text_wire(&reply, &len);
    size_t owner_at = 12 + 5 + 4; /* behind header and question: a pointer to it */
    assert_int_equal(wire[owner_at], 0xC0);
    wire[owner_at + 1] = 2; /* into the header, where a label runs out of the message */
    wire[2] = 0x80;
    wire[3] = 0;
    decode_wire(wire, len, "org", TYPE_CAA);
    assert_int_equal(parts.head.failure, CLASS_MSG_MALFORMED);
    free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_denial_names_the_zone_of_its_soa),
        cmocka_unit_test(servers_are_names_decompressed_and_folded),
        cmocka_unit_test(servers_past_the_bound_are_left_out),
        cmocka_unit_test(a_server_that_is_no_name_is_malformed),
        cmocka_unit_test(an_soa_without_an_owner_is_malformed),
    };
    return cmocka_run_group_tests(tests, scratch_new, scratch_free);
}
