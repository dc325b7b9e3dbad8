/* Delegations as blobs, and which addresses an authority can have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "answer_parts.h"
#include "delegation.h"

static struct address parse(const char *text)
{
    struct address a = {.port = 53, .family = ADDRESS_IPV4};
    if (strchr(text, ':') != NULL)
        a.family = ADDRESS_IPV6;
    if (inet_pton(a.family == ADDRESS_IPV6 ? AF_INET6 : AF_INET, text, a.octets) != 1)
        fail_msg("%s is no address", text);
    return a;
}

static struct referral referral;
static struct name_buffer names[1 + ANSWER_NS_MAX];
static _Alignas(8) uint8_t blob[64 * 1024];

static void refer_to(const char *zone)
{
    names[0] = named(zone);
    referral = (struct referral){
        .zone.zone = name_of(&names[0]), .ttl_s = 3600, .ds = DS_UNKNOWN, .ns_count = 0};
}

static uint8_t with_server(const char *ns)
{
    size_t i = referral.ns_count++;
    names[1 + i] = named(ns);
    referral.zone.ns[i] = name_of(&names[1 + i]);
    return (uint8_t)i;
}

static void with_glue(uint8_t ns, const char *address)
{
    struct referral_glue *glue = &referral.glue[referral.glue_count++];
    glue->ns = ns;
    glue->address = parse(address);
}

static const struct answer *build(void)
{
    static struct delegation_scratch scratch;
    static struct answer_parts parts;
    memset(&scratch, 0xA5, sizeof scratch);
    memset(&parts, 0xA5, sizeof parts);
    delegation_parts(&referral, &scratch, &parts);
    size_t len = answer_size(&parts);
    assert_int_equal(answer_build(&parts, blob, sizeof blob), len);
    memset(&scratch, 0, sizeof scratch);
    memset(&parts, 0, sizeof parts);
    return (const struct answer *)(const void *)blob;
}

static void what_goes_in_comes_out(void **state)
{
    (void)state;
    refer_to("example.org");
    referral.ds = DS_PRESENT;
    uint8_t a = with_server("a.example.org");
    with_server("ns.elsewhere.net");
    uint8_t b = with_server("b.example.org");
    with_glue(b, "192.0.2.2");
    with_glue(a, "2001:db8::1");
    with_glue(a, "192.0.2.1");
    with_glue(b, "192.0.2.3");
    const struct answer *delegation = build();
    assert_name(answer_qname(delegation), "example.org");
    assert_int_equal(delegation->qtype, TYPE_NS);
    assert_int_equal(delegation->ttl_s, 3600);
    assert_int_equal(delegation->ds, DS_PRESENT);
    assert_int_equal(delegation->failure, CLASS_NONE);

    struct delegation_server s;
    uint32_t cursor = 0;
    assert_true(delegation_next(delegation, &cursor, &s));
    assert_name(s.ns, "a.example.org");
    assert_int_equal(s.ipv4_count, 1);
    assert_memory_equal(s.ipv4, ((const uint8_t[]){192, 0, 2, 1}), 4);
    assert_int_equal(s.ipv6_count, 1);
    assert_memory_equal(s.ipv6, ((const uint8_t[16]){0x20, 1, 0xD, 0xB8, [15] = 1}), 16);
    assert_true(delegation_next(delegation, &cursor, &s));
    assert_name(s.ns, "ns.elsewhere.net");
    assert_int_equal(s.ipv4_count + s.ipv6_count, 0);
    assert_true(delegation_next(delegation, &cursor, &s));
    assert_name(s.ns, "b.example.org");
    assert_int_equal(s.ipv4_count, 2);
    assert_memory_equal(s.ipv4, ((const uint8_t[]){192, 0, 2, 2, 192, 0, 2, 3}), 8);
    assert_int_equal(s.ipv6_count, 0);
    assert_false(delegation_next(delegation, &cursor, &s));
}

static void names_are_told_without_their_addresses(void **state)
{
    (void)state;
    refer_to("example.org");
    with_glue(with_server("a.example.org"), "192.0.2.1");
    with_server("ns.elsewhere.net");
    with_glue(with_server("b.example.org"), "2001:db8::1");
    struct name ns[ANSWER_NS_MAX];
    assert_int_equal(delegation_names(build(), ns), 3);
    assert_name(ns[0], "a.example.org");
    assert_name(ns[1], "ns.elsewhere.net");
    assert_name(ns[2], "b.example.org");
}

static void a_ttl_of_zero_becomes_the_least(void **state)
{
    (void)state;
    refer_to("example.org");
    with_server("ns.example.net");
    referral.ttl_s = 0;
    assert_int_equal(build()->ttl_s, DELEGATION_TTL_MIN_S);
}

static void the_root_is_a_zone_too(void **state)
{
    (void)state;
    refer_to(".");
    uint8_t a = with_server("a.root-servers.net");
    with_glue(a, "198.41.0.4");
    const struct answer *delegation = build();
    assert_name(answer_qname(delegation), ".");
    struct delegation_server s;
    uint32_t cursor = 0;
    assert_true(delegation_next(delegation, &cursor, &s));
    assert_name(s.ns, "a.root-servers.net");
    assert_int_equal(s.ipv4_count, 1);
}

/* All servers that a referral may have, with the longest names, and as many addresses as fit. */
static void the_largest_referral_fits(void **state)
{
    (void)state;
    char label[64], text[NAME_LEN_MAX], address[32];
    memset(label, 'x', 63);
    label[63] = '\0';
    refer_to("example.org");
    for (unsigned i = 0; i < ANSWER_NS_MAX; i++) {
        snprintf(text, sizeof text, "%.61s%02u.%s.%s.%.61s", label, i, label, label, label);
        with_server(text);
    }
    for (unsigned i = 0; i < REFERRAL_GLUE_MAX; i++) {
        snprintf(address, sizeof address, i % 2 == 0 ? "192.0.2.%u" : "2001:db8::%u", i);
        with_glue((uint8_t)(i < 24 ? 0 : i % ANSWER_NS_MAX), address);
    }
    const struct answer *delegation = build();
    struct delegation_server s;
    uint32_t cursor = 0;
    size_t servers = 0, ipv4 = 0, ipv6 = 0;
    for (; delegation_next(delegation, &cursor, &s); servers++) {
        assert_int_equal(s.ns.len, NAME_LEN_MAX);
        assert_true(name_equal(s.ns, name_of(&names[1 + servers])));
        if (servers == 0) {
            assert_int_equal(s.ipv4_count, DELEGATION_ADDRESSES_MAX); /* of twelve */
            assert_int_equal(s.ipv6_count, DELEGATION_ADDRESSES_MAX);
        }
        ipv4 += s.ipv4_count;
        ipv6 += s.ipv6_count;
    }
    assert_int_equal(servers, ANSWER_NS_MAX);
    assert_int_equal(ipv4, DELEGATION_ADDRESSES_MAX + 4);
    assert_int_equal(ipv6, DELEGATION_ADDRESSES_MAX + 4);
}

static const struct {
    const char *address;
    bool is_public;
} addresses[] = {
    {"0.0.0.0", false},
    {"0.255.255.255", false},
    {"1.0.0.0", true},
    {"9.255.255.255", true},
    {"10.0.0.0", false},
    {"10.255.255.255", false},
    {"11.0.0.0", true},
    {"100.63.255.255", true},
    {"100.64.0.0", false},
    {"100.127.255.255", false},
    {"100.128.0.0", true},
    {"126.255.255.255", true},
    {"127.0.0.1", false},
    {"127.255.255.255", false},
    {"128.0.0.0", true},
    {"169.253.255.255", true},
    {"169.254.0.0", false},
    {"169.254.255.255", false},
    {"169.255.0.0", true},
    {"172.15.255.255", true},
    {"172.16.0.0", false},
    {"172.31.255.255", false},
    {"172.32.0.0", true},
    {"192.167.255.255", true},
    {"192.168.0.0", false},
    {"192.168.255.255", false},
    {"192.169.0.0", true},
    {"198.41.0.4", true},
    {"223.255.255.255", true},
    {"224.0.0.0", false},
    {"239.255.255.255", false},
    {"240.0.0.0", false},
    {"255.255.255.255", false},
    {"::", false},
    {"::1", false},
    {"::ffff:192.0.2.1", false},
    {"64:ff9b::1", false},
    {"1fff:ffff::1", false},
    {"2000::1", true},
    {"2001:503:ba3e::2:30", true},
    {"3fff:ffff::1", true},
    {"4000::1", false},
    {"fc00::1", false},
    {"fd00::1", false},
    {"fe80::1", false},
    {"ff02::1", false},
};

static void private_addresses_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        const char *text = addresses[i].address;
        struct address address = parse(text);
        if (delegation_is_public(&address) != addresses[i].is_public)
            fail_msg("%s", text);
    }
}

static struct answer *build_whole(size_t *whole)
{
    static struct delegation_scratch scratch;
    static struct answer_parts parts;
    delegation_parts(&referral, &scratch, &parts);
    *whole = delegation_size(&referral, answer_size(&parts));
    memset(blob, 0xA5, sizeof blob);
    assert_true(*whole <= sizeof blob);
    assert_true(answer_build(&parts, blob, *whole) > 0);
    struct answer *delegation = (struct answer *)(void *)blob;
    delegation_begin_roster(delegation, &referral);
    return delegation;
}

static void the_roster_lies_behind_the_delegation(void **state)
{
    (void)state;
    refer_to("example.org");
    uint8_t a = with_server("a.example.org");
    with_server("ns.elsewhere.net");
    with_glue(a, "192.0.2.1");
    with_glue(a, "2001:db8::1");
    size_t whole = 0;
    struct answer *delegation = build_whole(&whole);
    struct delegation_roster *roster = delegation_roster(delegation);
    assert_int_equal(delegation_whole(delegation), whole);
    assert_true((uint8_t *)roster >= blob + delegation->len);
    assert_int_equal((uintptr_t)roster % _Alignof(struct delegation_roster), 0);
    assert_int_equal(roster->until_ns, 0);
    assert_int_equal(roster->count, 0);
    assert_int_equal(roster->room, 4); /* the glue, and two addresses of who has none */
    assert_int_equal((uint8_t *)&roster->places[roster->room] - blob, whole);
    memset(roster->places, 0xFF, roster->room * sizeof *roster->places);
    assert_name(answer_qname(delegation), "example.org");
    assert_int_equal(blob[whole], 0xA5);
}

static void the_roster_is_bounded(void **state)
{
    (void)state;
    size_t whole = 0;
    refer_to("example.org");
    for (size_t i = 0; i < ANSWER_NS_MAX; i++) {
        char ns[32];
        snprintf(ns, sizeof ns, "ns%zu.elsewhere.net", i);
        with_server(ns);
    }
    assert_int_equal(delegation_roster(build_whole(&whole))->room, 8);
    while (referral.glue_count < REFERRAL_GLUE_MAX)
        with_glue((uint8_t)(referral.glue_count % ANSWER_NS_MAX), "192.0.2.1");
    uint16_t room = delegation_roster(build_whole(&whole))->room;
    assert_true(room <= DELEGATION_ROSTER_MAX);
    assert_int_equal(delegation_whole((struct answer *)(void *)blob), whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(names_are_told_without_their_addresses),
        cmocka_unit_test(a_ttl_of_zero_becomes_the_least),
        cmocka_unit_test(the_root_is_a_zone_too),
        cmocka_unit_test(the_largest_referral_fits),
        cmocka_unit_test(the_roster_lies_behind_the_delegation),
        cmocka_unit_test(the_roster_is_bounded),
        cmocka_unit_test(private_addresses_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
