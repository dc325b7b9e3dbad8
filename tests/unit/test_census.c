/* What the servers of a zone say, compared; and which of them are asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "answer_parts.h"
#include "census.h"
#include "message.h"
#include "test_names.h"

#define RECORDS LEVEL_RECORDS
#define NODATA LEVEL_NODATA
#define NXDOMAIN LEVEL_NXDOMAIN

static struct census_sighting sighting(uint8_t last, uint8_t level, uint64_t chain, uint64_t set)
{
    return (struct census_sighting){
        .server = {.octets = {192, 0, 2, last}, .port = 53, .family = ADDRESS_IPV4},
        .chain = chain,
        .set = set,
        .level = level};
}

static unsigned kinds(const struct census_sighting seen[], size_t count)
{
    unsigned found = 0;
    for (unsigned kind = 0; kind < CENSUS_KINDS; kind++)
        found |= (unsigned)census_differs(seen, count, kind) << kind;
    return found;
}

static void each_difference_has_its_kind(void **state)
{
    (void)state;
    static const struct {
        struct {
            uint8_t level;
            uint64_t chain, set;
        } a, b;
        unsigned kinds;
    } cases[] = {
        {{RECORDS, 0, 7}, {RECORDS, 0, 7}, 0},
        {{NODATA, 0, 0}, {NODATA, 0, 0}, 0},
        {{RECORDS, 0, 7}, {RECORDS, 0, 8}, 1u << CENSUS_CONTENT},
        {{RECORDS, 0, 7}, {NODATA, 0, 0}, 1u << CENSUS_PRESENCE},
        {{RECORDS, 0, 7}, {NXDOMAIN, 0, 0}, 1u << CENSUS_NXDOMAIN},
        {{NODATA, 0, 0}, {NXDOMAIN, 0, 0}, 1u << CENSUS_NXDOMAIN},
        {{NODATA, 3, 0}, {NODATA, 0, 0}, 1u << CENSUS_ALIAS},
        {{RECORDS, 3, 7}, {RECORDS, 4, 8}, 1u << CENSUS_ALIAS},
        {{NODATA, 3, 0}, {NODATA, 3, 0}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct census_sighting seen[] = {
            sighting(1, cases[i].a.level, cases[i].a.chain, cases[i].a.set),
            sighting(2, cases[i].b.level, cases[i].b.chain, cases[i].b.set),
        };
        assert_int_equal(kinds(seen, 2), cases[i].kinds);
    }
}

static void every_pair_is_compared(void **state)
{
    (void)state;
    struct census_sighting seen[] = {sighting(1, RECORDS, 0, 7), sighting(2, RECORDS, 0, 7),
                                     sighting(3, RECORDS, 0, 8), sighting(4, NODATA, 0, 0)};
    assert_int_equal(kinds(seen, 4), 1u << CENSUS_CONTENT | 1u << CENSUS_PRESENCE);
    assert_int_equal(kinds(seen, 2), 0);
}

static void a_server_that_failed_differs_from_nobody(void **state)
{
    (void)state;
    struct census_sighting seen[] = {sighting(1, RECORDS, 0, 7), sighting(2, NODATA, 0, 0)};
    seen[1].failure = CLASS_TIMEOUT;
    assert_int_equal(kinds(seen, 2), 0);
}

static void the_text_names_every_server(void **state)
{
    (void)state;
    char text[CENSUS_TEXT_MAX];
    struct census_sighting seen[] = {sighting(1, RECORDS, 0, 7), sighting(2, NODATA, 0, 0),
                                     sighting(3, NODATA, 0, 0)};
    seen[2].failure = CLASS_REFUSED;
    size_t len = census_text(seen, 3, CENSUS_PRESENCE, text);
    assert_int_equal(len, strlen(text));
    assert_string_equal(text, "presence: 192.0.2.1 records, 192.0.2.2 nodata, 192.0.2.3 refused");
    seen[0].set = 0x1234567800000000;
    census_text(seen, 1, CENSUS_CONTENT, text);
    assert_string_equal(text, "content: 192.0.2.1 12345678");
}

static void the_text_fits_however_many_servers_there_are(void **state)
{
    (void)state;
    char text[CENSUS_TEXT_MAX];
    struct census_sighting seen[CENSUS_SERVERS_MAX];
    for (size_t i = 0; i < CENSUS_SERVERS_MAX; i++) {
        seen[i] = sighting((uint8_t)i, NODATA, 0, 0);
        seen[i].server.family = ADDRESS_IPV6;
        seen[i].server.port = 65535;
        memset(seen[i].server.octets, 0xAB, sizeof seen[i].server.octets);
        seen[i].failure = CLASS_DNSSEC_INDETERMINATE;
    }
    size_t len = census_text(seen, CENSUS_SERVERS_MAX, CENSUS_PRESENCE, text);
    assert_in_range(len, CENSUS_TEXT_MAX / 2, CENSUS_TEXT_MAX - 1);
    assert_int_equal(strlen(text), len);
}

static _Alignas(8) uint8_t blob[4096];

static const struct answer *answer_with(uint16_t type, const struct answer_rr *rrs, uint16_t count)
{
    static struct name_buffer qname;
    qname = named("ns.example.org");
    struct answer_parts parts = {.qname = name_of(&qname), .rrs = rrs};
    parts.head = (struct answer){.qtype = type, .rr_count = count, .level = RECORDS};
    assert_true(answer_build(&parts, blob, sizeof blob) > 0);
    return (const struct answer *)(const void *)blob;
}

static void the_order_of_records_does_not_count(void **state)
{
    (void)state;
    static const uint8_t one[] = {0, 5, 'i', 's', 's', 'u', 'e', 'a'};
    static const uint8_t two[] = {0, 5, 'i', 's', 's', 'u', 'e', 'b'};
    struct answer_rr forth[] = {{.rdata = one, .rdlen = sizeof one},
                                {.rdata = two, .rdlen = sizeof two}};
    struct answer_rr back[] = {forth[1], forth[0]};
    struct address server = {.family = ADDRESS_IPV4};
    struct name_buffer origin = named("example.org");
    struct name zone = name_of(&origin);
    struct census_sighting a = census_see(answer_with(TYPE_CAA, forth, 2), &server, zone);
    struct census_sighting b = census_see(answer_with(TYPE_CAA, back, 2), &server, zone);
    struct census_sighting c = census_see(answer_with(TYPE_CAA, forth, 1), &server, zone);
    assert_true(a.set == b.set);
    assert_true(a.set != c.set);
}

static void see_alias(struct census_sighting *out, const char *target, const char *origin,
                      uint16_t flags)
{
    struct name_buffer owner = named("www.example.org"), end = named(target), zone = named(origin);
    struct address server = {.family = ADDRESS_IPV4};
    struct answer_parts parts = {.qname = name_of(&owner)};
    parts.head = (struct answer){.chain_count = 1, .level = NODATA, .flags = flags};
    parts.chain[0] = (struct answer_alias){.owner = name_of(&owner), .target = name_of(&end)};
    assert_true(answer_build(&parts, blob, sizeof blob) > 0);
    *out = census_see((const struct answer *)(const void *)blob, &server, name_of(&zone));
}

static void what_an_alias_leads_to_counts_within_the_zone_alone(void **state)
{
    (void)state;
    struct census_sighting seen[3];
    see_alias(&seen[0], "a.example.org", "example.org", ANSWER_SOA);
    see_alias(&seen[1], "a.example.org", "example.org", 0); /* of a zone below */
    see_alias(&seen[2], "a.example.org", "www.example.org", ANSWER_SOA);
    assert_int_equal(seen[0].level, NODATA);
    assert_int_equal(seen[1].level, LEVEL_COUNT);
    assert_int_equal(seen[2].level, LEVEL_COUNT);
    seen[0].level = RECORDS;
    assert_int_equal(kinds(seen, 3), 0);
    seen[1].level = NXDOMAIN;
    assert_int_equal(kinds(seen, 3), 1u << CENSUS_NXDOMAIN);
    char text[CENSUS_TEXT_MAX];
    census_text(&seen[2], 1, CENSUS_PRESENCE, text);
    assert_string_equal(text, "presence: 0.0.0.0:0 alias");
}

static void every_address_of_every_server_is_asked_once(void **state)
{
    (void)state;
    static const uint8_t public[] = {192, 0, 2, 1}, private[] = {10, 0, 0, 1};
    struct answer_rr ipv4[] = {{.rdata = public, .rdlen = 4}, {.rdata = private, .rdlen = 4}};
    struct census c;
    census_begin(&c);
    for (size_t ns = 0; ns < 2; ns++) {
        assert_int_equal(census_next(&c, 2, true, true), CENSUS_ADDRESS);
        assert_int_equal(c.ns, ns);
        assert_false(c.asks_ipv6);
        census_take_addresses(&c, answer_with(TYPE_A, ipv4, 2));
        assert_int_equal(census_next(&c, 2, true, true), CENSUS_ADDRESS);
        assert_true(c.asks_ipv6);
        census_take_addresses(&c, NULL);
    }
    assert_int_equal(c.server_count, 1);
    assert_int_equal(census_next(&c, 2, true, true), CENSUS_SERVER);
    census_take_server(&c, NULL, (struct name){0});
    assert_int_equal(c.seen[0].failure, CLASS_LOCAL_ERROR);
    assert_int_equal(census_next(&c, 2, true, true), CENSUS_DONE);
}

static void a_family_that_is_not_used_is_passed_over(void **state)
{
    (void)state;
    struct census c;
    census_begin(&c);
    assert_int_equal(census_next(&c, 1, false, true), CENSUS_ADDRESS);
    assert_true(c.asks_ipv6);
    census_begin(&c);
    assert_int_equal(census_next(&c, 1, true, false), CENSUS_ADDRESS);
    assert_false(c.asks_ipv6);
    census_take_addresses(&c, NULL);
    assert_int_equal(census_next(&c, 1, true, false), CENSUS_DONE);
    census_begin(&c);
    assert_int_equal(census_next(&c, 0, true, true), CENSUS_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_difference_has_its_kind),
        cmocka_unit_test(every_pair_is_compared),
        cmocka_unit_test(a_server_that_failed_differs_from_nobody),
        cmocka_unit_test(the_text_names_every_server),
        cmocka_unit_test(the_text_fits_however_many_servers_there_are),
        cmocka_unit_test(the_order_of_records_does_not_count),
        cmocka_unit_test(what_an_alias_leads_to_counts_within_the_zone_alone),
        cmocka_unit_test(every_address_of_every_server_is_asked_once),
        cmocka_unit_test(a_family_that_is_not_used_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
