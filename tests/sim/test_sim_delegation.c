/* Delegations: which are followed, which servers they lead to, and how their addresses are found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iterate.h"
#include "sim_check.h"
#include "sim_world.h"

#define TLD "192.0.2.1"
#define HOSTER "192.0.2.2"
#define STRANGER "203.0.113.66" /* is no server: a query to it fails the test */

static struct sim *world(struct sim_options options)
{
    options.iterate = true;
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    return s;
}

/* A zone with a set at its apex, whose servers have glue or not by the caller's word. */
static struct sim_zone *zone_with_set(struct sim *s, const char *origin, const char *address)
{
    struct sim_zone *zone = sim_zone(sim_world(s), origin);
    sim_zone_add(zone, "%s CAA ca.example", origin);
    sim_zone_host(sim_world(s), zone, address);
    return zone;
}

/* The reply of a server to everything about a name and below: a referral of zone to ns. */
static struct sim_answer referral(struct sim *s, const char *zone, const char *ns, bool aa)
{
    struct sim_section *authority = sim_section(s);
    sim_section_alias(authority, zone, TYPE_NS, 300, ns);
    return (struct sim_answer){.aa = aa, .authority = authority};
}

/* ---- referrals that are none ---- */

static void expect_lame(const char *zone, bool aa)
{
    struct sim *s = world((struct sim_options){0});
    struct sim_world *w = sim_world(s);
    sim_serve(w, "example.test", "ns.example.test", HOSTER);
    sim_serve(w, "other.test", "ns.other.test", "192.0.2.3");
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(w, HOSTER),
                                       .answer = referral(s, zone, "ns.other.test", aa)});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "lame", "www.example.test");
    assert_int_equal(sim_asked_at(s, "192.0.2.3", 0), 0);
    assert_int_equal(sim_asked(s, "ns.other.test", 0), 0);
    sim_free(s);
}

static void a_referral_upward_is_lame(void **state)
{
    (void)state;
    for (unsigned aa = 0; aa < 2; aa++) {
        expect_lame(".", aa);
        expect_lame("test", aa);
    }
}

static void a_referral_to_the_zone_itself_is_lame(void **state)
{
    (void)state;
    expect_lame("example.test", false);
}

static void a_referral_sideways_is_lame(void **state)
{
    (void)state;
    expect_lame("other.test", false);
    expect_lame("mail.example.test", false); /* below the zone, and not above the name */
}

/* Each label is a zone with a server of its own. */
static void an_endless_row_of_referrals_ends_as_work_limit(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    char name[NAME_LEN_MAX] = "test", ns[NAME_LEN_MAX + 8], address[32];
    for (unsigned i = 1; i <= 100; i++) {
        memmove(name + 2, name, strlen(name) + 1);
        memcpy(name, "z.", 2);
        snprintf(ns, sizeof ns, "ns.%s", name);
        snprintf(address, sizeof address, "198.51.100.%u", i);
        sim_serve(sim_world(s), name, ns, address);
    }
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_failed(s, row, "work_limit", name);
    assert_in_range(sim_number(sim_record(s, row), "queries"), ITERATE_REFERRALS_MAX,
                    ITERATE_REFERRALS_MAX + 1);
    sim_free(s);
}

/* ---- glue ---- */

static void glue_outside_the_bailiwick_is_not_used(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_world *w = sim_world(s);
    sim_serve(w, "org", "ns.org", "192.0.2.3");
    struct sim_zone *other = sim_serve(w, "other.org", "ns.other.org", "192.0.2.4");
    sim_zone_add(other, "dns.other.org A " HOSTER);
    zone_with_set(s, "example.test", HOSTER);
    struct sim_answer poisoned = referral(s, "example.test", "dns.other.org", false);
    struct sim_section *glue = sim_section(s);
    sim_section_rr(glue, name_of(&(struct name_buffer){"\3dns\5other\3org", 15}), TYPE_A, 300,
                   (const uint8_t[]){203, 0, 113, 66}, 4);
    poisoned.additional = glue;
    sim_add_rule(s, &(struct sim_rule){
                        .name = "example.test", .server = sim_server(w, TLD), .answer = poisoned});
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    sim_free(s);
}

static void glue_for_names_that_are_no_servers_is_not_used(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_world *w = sim_world(s);
    sim_serve(w, "other.test", "ns.other.test", "192.0.2.4");
    zone_with_set(s, "example.test", HOSTER);
    struct sim_answer poisoned = referral(s, "example.test", "ns.example.test", false);
    struct sim_section *glue = sim_section(s);
    sim_section_rr(glue, name_of(&(struct name_buffer){"\2ns\5other\4test", 15}), TYPE_A, 300,
                   (const uint8_t[]){203, 0, 113, 66}, 4);
    sim_section_rr(glue, name_of(&(struct name_buffer){"\2ns\7example\4test", 17}), TYPE_A, 300,
                   (const uint8_t[]){192, 0, 2, 2}, 4);
    poisoned.additional = glue;
    sim_add_rule(s, &(struct sim_rule){
                        .name = "example.test", .server = sim_server(w, TLD), .answer = poisoned});
    uint64_t row = sim_admit(s, "example.test");
    uint64_t other = sim_admit(s, "www.other.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    sim_expect_empty(s, other);
    sim_free(s);
}

/* ---- servers without glue ---- */

static void a_server_without_glue_is_asked_for_by_name(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_world *w = sim_world(s);
    struct sim_zone *hoster = sim_serve(w, "hoster.test", "ns.hoster.test", "192.0.2.3");
    sim_zone_add(hoster, "dns.hoster.test A " HOSTER);
    sim_delegate(w, "example.test", "dns.hoster.test", NULL);
    zone_with_set(s, "example.test", HOSTER);
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    assert_int_equal(sim_asked(s, "dns.hoster.test", TYPE_AAAA), 0);
    /* root, TLD; the name's address: TLD, hoster; the zone */
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 5);
    sim_free(s);
}

static void an_address_asked_for_serves_all_zones_of_its_server(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.in_flight = 1});
    struct sim_world *w = sim_world(s);
    struct sim_zone *hoster = sim_serve(w, "hoster.test", "ns.hoster.test", "192.0.2.3");
    sim_zone_add(hoster, "dns.hoster.test A " HOSTER);
    char name[32];
    for (unsigned i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "z%u.test", i);
        sim_delegate(w, name, "dns.hoster.test", NULL);
        zone_with_set(s, name, HOSTER);
        sim_admit(s, name);
    }
    sim_run(s);
    assert_int_equal(sim_asked_at(s, "192.0.2.3", 0), 1);
    assert_int_equal(sim_number(sim_record(s, 20), "queries"), 2);
    sim_free(s);
}

static void ipv4_is_asked_for_first_and_ipv6_where_there_is_none(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.ipv6 = true});
    struct sim_world *w = sim_world(s);
    struct sim_zone *hoster = sim_serve(w, "hoster.test", "ns.hoster.test", "192.0.2.3");
    sim_zone_add(hoster, "four.hoster.test A " HOSTER);
    sim_zone_add(hoster, "four.hoster.test AAAA 2001:db8::2");
    sim_zone_add(hoster, "six.hoster.test AAAA 2001:db8::2");
    sim_delegate(w, "four.test", "four.hoster.test", NULL);
    sim_delegate(w, "six.test", "six.hoster.test", NULL);
    zone_with_set(s, "four.test", HOSTER);
    zone_with_set(s, "six.test", "2001:db8::2");
    uint64_t four = sim_admit(s, "four.test");
    uint64_t six = sim_admit(s, "six.test");
    sim_run(s);
    sim_expect_found(s, four, "four.test", "ca.example");
    sim_expect_found(s, six, "six.test", "ca.example");
    assert_int_equal(sim_asked(s, "four.hoster.test", TYPE_AAAA), 0);
    assert_true(sim_asked(s, "six.hoster.test", TYPE_A) > 0);
    assert_string_equal(sim_text(sim_record(s, six), "levels/0/server"), "2001:db8::2");
    sim_free(s);
}

static void one_family_alone_suffices(void **state)
{
    (void)state;
    struct sim *s =
        sim_new(&(struct sim_options){.iterate = true, .ipv6 = true, .without_ipv4 = true});
    struct sim_world *w = sim_world(s);
    sim_serve(w, "test", "ns.test", TLD);
    sim_serve(w, "test", "ns.test", "2001:db8::1");
    struct sim_zone *zone = sim_serve(w, "example.test", "ns.example.test", "2001:db8::2");
    sim_zone_add(zone, "example.test CAA ca.example");
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, 0) + sim_asked_at(s, TLD, 0), 0);
    sim_free(s);
}

static void glue_of_the_other_family_does_not_hide_an_address(void **state)
{
    (void)state;
    struct sim *s =
        sim_new(&(struct sim_options){.iterate = true, .ipv6 = true, .without_ipv4 = true});
    struct sim_world *w = sim_world(s);
    sim_serve(w, "test", "ns.test", "2001:db8::1");
    struct sim_zone *hoster = sim_serve(w, "hoster.test", "ns.hoster.test", "2001:db8::2");
    sim_zone_add(hoster, "dns.hoster.test AAAA 2001:db8::3");
    sim_delegate(w, "example.test", "dns.hoster.test", HOSTER);
    zone_with_set(s, "example.test", "2001:db8::3");
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    sim_free(s);
}

static void servers_of_a_family_that_is_not_used_give_net_unreachable(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_delegate(sim_world(s), "six.test", "ns.six.test", "2001:db8::6");
    uint64_t row = sim_admit(s, "www.six.test");
    sim_run(s);
    sim_expect_failed(s, row, "net_unreachable", "www.six.test");
    sim_free(s);
}

/* ---- servers that can't be reached ---- */

static void delegations_in_a_circle_end_as_no_ns_address(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_delegate(sim_world(s), "a.test", "ns.b.test", NULL);
    sim_delegate(sim_world(s), "b.test", "ns.a.test", NULL);
    sim_delegate(sim_world(s), "self.test", "ns.self.test", NULL);
    uint64_t a = sim_admit(s, "a.test"), b = sim_admit(s, "b.test");
    uint64_t self = sim_admit(s, "www.self.test");
    sim_run(s);
    sim_expect_failed(s, a, "no_ns_address", "a.test");
    sim_expect_failed(s, b, "no_ns_address", "b.test");
    sim_expect_failed(s, self, "no_ns_address", "www.self.test");
    assert_in_range(sim_now_ns(s), 0, SIM_S);
    sim_free(s);
}

static void many_rows_on_circles_end_too(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.in_flight = 32});
    char zone[32], ns[32], name[48];
    for (unsigned i = 0; i < 20; i++) { /* one large circle */
        snprintf(zone, sizeof zone, "z%u.test", i);
        snprintf(ns, sizeof ns, "ns.z%u.test", (i + 1) % 20);
        sim_delegate(sim_world(s), zone, ns, NULL);
    }
    for (unsigned i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "n%u.z%u.test", i, i % 20);
        sim_admit(s, name);
    }
    sim_run(s);
    for (uint64_t row = 1; row <= 100; row++)
        assert_string_equal(sim_text(sim_record(s, row), "error_class"), "no_ns_address");
    sim_free(s);
}

static void a_way_out_of_a_circle_is_taken(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_world *w = sim_world(s);
    sim_delegate(w, "a.test", "ns.b.test", NULL);
    sim_delegate(w, "b.test", "ns.a.test", NULL);
    sim_delegate(w, "b.test", "ns2.b.test", "192.0.2.3");
    zone_with_set(s, "a.test", HOSTER);
    struct sim_zone *b = zone_with_set(s, "b.test", "192.0.2.3");
    sim_zone_add(b, "ns.b.test A " HOSTER);
    uint64_t row = sim_admit(s, "a.test");
    sim_run(s);
    sim_expect_found(s, row, "a.test", "ca.example");
    sim_free(s);
}

static void servers_that_do_not_exist_give_no_ns_address(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.ipv6 = true, .control = true});
    sim_delegate(sim_world(s), "example.test", "ns.gone.test", NULL);
    sim_delegate(sim_world(s), "example.test", "ns.none", NULL);
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "no_ns_address", "www.example.test");
    assert_int_equal(sim_count(sim_record(s, row), "control"), 0);
    sim_free(s);
}

/* ---- glue that is stale ---- */

#define STALE "192.0.2.66"

/* x.test is served at TLD by a name of host.test, whose glue above is the address given. */
static void serve_by_sibling(struct sim *s, const char *origin, const char *ns, const char *glue)
{
    struct sim_world *w = sim_world(s);
    zone_with_set(s, origin, "192.0.2.77");
    sim_delegate(w, origin, ns, glue);
    sim_zone_add(sim_zone(w, "host.test"), "%s A 192.0.2.77", ns);
}

static const struct sim_rule stale_rules[] = {{.fault = SIM_SILENT},
                                              {.fault = SIM_SEND_NO_ROUTE},
                                              {.answer.rcode = RCODE_REFUSED},
                                              {.answer.rcode = RCODE_NOERROR}}; /* lame */

static struct sim *world_with_stale_glue(struct sim_options options, size_t rule)
{
    struct sim *s = world(options);
    struct sim_rule stale = stale_rules[rule];
    stale.server = sim_server(sim_world(s), STALE);
    sim_add_rule(s, &stale);
    sim_serve(sim_world(s), "host.test", "ns.host.test", HOSTER);
    return s;
}

static void where_all_glue_is_stale_a_siblings_own_address_is_asked_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof stale_rules / sizeof *stale_rules; i++) {
        struct sim *s = world_with_stale_glue((struct sim_options){.in_flight = 1}, i);
        serve_by_sibling(s, "x.test", "dns1.host.test", STALE);
        uint64_t row = sim_admit(s, "www.x.test");
        sim_run(s);
        sim_expect_found(s, row, "x.test", "ca.example");
        assert_int_equal(sim_asked(s, "dns1.host.test", TYPE_A), 2); /* of TLD and HOSTER */
        assert_string_equal(sim_text(sim_record(s, row), "levels/0/tried/0/server"), STALE);
        sim_free(s);
    }
}

static void what_was_asked_for_serves_the_rows_behind(void **state)
{
    (void)state;
    struct sim *s = world_with_stale_glue((struct sim_options){.in_flight = 1}, 0);
    serve_by_sibling(s, "x.test", "dns1.host.test", STALE);
    sim_delegate(sim_world(s), "x.test", "dns2.host.test", "192.0.2.67");
    sim_zone_add(sim_zone(sim_world(s), "host.test"), "dns2.host.test A 192.0.2.77");
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), "192.0.2.67"),
                                       .fault = SIM_SILENT});
    sim_admit_many(s, "n", ".x.test", 100);
    sim_run(s);
    for (uint64_t row = 1; row <= 100; row++)
        sim_expect_found(s, row, "x.test", "ca.example");
    assert_in_range(sim_asked(s, "dns1.host.test", TYPE_A), 2, 4);
    /* now and then, when they have rested */
    assert_in_range(sim_asked_at(s, STALE, 0) + sim_asked_at(s, "192.0.2.67", 0), 2, 20);
    sim_free(s);
}

static void glue_that_works_is_not_asked_about(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.loss_percent = 10, .in_flight = 8});
    sim_serve(sim_world(s), "host.test", "ns.host.test", HOSTER);
    serve_by_sibling(s, "x.test", "dns1.host.test", "192.0.2.77");
    serve_by_sibling(s, "x.test", "dns2.host.test", "192.0.2.77");
    sim_admit_many(s, "n", ".x.test", 100);
    sim_run(s);
    for (uint64_t row = 1; row <= 100; row++)
        sim_expect_found(s, row, "x.test", "ca.example");
    assert_in_range(sim_asked(s, "dns1.host.test", TYPE_A), 0, 4); /* where losses met */
    sim_free(s);
}

/* Whoever knows the address of a zone's own server is that server. */
static void stale_glue_in_the_zone_itself_is_all_there_is(void **state)
{
    (void)state;
    struct sim *s = world_with_stale_glue((struct sim_options){0}, 0);
    zone_with_set(s, "x.test", "192.0.2.77");
    sim_delegate(sim_world(s), "x.test", "ns.x.test", STALE);
    uint64_t row = sim_admit(s, "x.test");
    sim_run(s);
    sim_expect_failed(s, row, "timeout", "x.test");
    assert_int_equal(sim_asked(s, "ns.x.test", TYPE_A), 0);
    sim_free(s);
}

static void stale_glue_in_a_circle_ends_as_the_silence_it_is(void **state)
{
    (void)state;
    struct sim *s = world_with_stale_glue((struct sim_options){.ipv6 = true}, 0);
    char zone[32], ns[32];
    for (unsigned i = 0; i < 8; i++) {
        for (unsigned k = 1; k <= 4; k++) {
            snprintf(zone, sizeof zone, "z%u.test", i);
            snprintf(ns, sizeof ns, "ns%u.z%u.test", k, (i + k) % 8);
            sim_delegate(sim_world(s), zone, ns, STALE);
        }
        sim_admit(s, zone);
    }
    sim_run(s);
    for (uint64_t row = 1; row <= 8; row++) {
        assert_string_equal(sim_text(sim_record(s, row), "error_class"), "timeout");
        assert_in_range(sim_number(sim_record(s, row), "queries"), 1, 60);
    }
    sim_free(s);
}

/* An operator whose servers are dead is named in its own zone: there is nowhere else to ask. */
static void a_dead_operator_is_asked_about_once(void **state)
{
    (void)state;
    struct sim *s = world_with_stale_glue((struct sim_options){.in_flight = 4}, 0);
    char zone[32], name[48];
    sim_delegate(sim_world(s), "op.test", "ns1.op.test", STALE);
    for (unsigned i = 0; i < 50; i++) {
        snprintf(zone, sizeof zone, "c%u.test", i);
        snprintf(name, sizeof name, "www.c%u.test", i);
        sim_delegate(sim_world(s), zone, "ns1.op.test", STALE);
        sim_admit(s, name);
    }
    sim_run(s);
    uint64_t sent = 0;
    for (uint64_t row = 1; row <= 50; row++) {
        assert_string_equal(sim_text(sim_record(s, row), "error_class"), "timeout");
        sent += (uint64_t)sim_number(sim_record(s, row), "queries");
    }
    assert_in_range(sim_asked(s, "ns1.op.test", TYPE_A), 1, 6);
    assert_in_range(sent, 50, 50 * 3 + 40); /* a referral and two attempts each */
    sim_free(s);
}

static void only_private_addresses_give_ns_private_address(void **state)
{
    (void)state;
    static const char *const addresses[] = {"10.1.2.3",    "172.16.0.1", "192.168.1.1", "127.0.0.1",
                                            "169.254.0.1", "100.64.0.1", "0.0.0.0",     "224.0.0.1",
                                            "fd00::1",     "fe80::1",    "::1"};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct sim *s = world((struct sim_options){.ipv6 = true});
        sim_delegate(sim_world(s), "example.test", "ns.example.test", addresses[i]);
        uint64_t row = sim_admit(s, "www.example.test");
        sim_run(s);
        sim_expect_failed(s, row, "ns_private_address", "www.example.test");
        sim_free(s);
    }
}

static void a_public_address_beside_a_private_one_is_used(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_delegate(sim_world(s), "example.test", "ns1.example.test", "10.1.2.3");
    sim_delegate(sim_world(s), "example.test", "ns2.example.test", HOSTER);
    zone_with_set(s, "example.test", HOSTER);
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    sim_free(s);
}

static void trouble_of_a_zone_above_does_not_name_the_failure(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_world *w = sim_world(s);
    sim_serve(w, "example.test", "ns.example.test", HOSTER);
    sim_add_rule(s, &(struct sim_rule){
                        .server = sim_server(w, TLD), .times = 1, .answer.rcode = RCODE_SERVFAIL});
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(w, HOSTER), .fault = SIM_SILENT});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "timeout", "www.example.test");
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/tried/0/result"), "servfail");
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_referral_upward_is_lame),
        cmocka_unit_test(a_referral_to_the_zone_itself_is_lame),
        cmocka_unit_test(a_referral_sideways_is_lame),
        cmocka_unit_test(an_endless_row_of_referrals_ends_as_work_limit),
        cmocka_unit_test(glue_outside_the_bailiwick_is_not_used),
        cmocka_unit_test(glue_for_names_that_are_no_servers_is_not_used),
        cmocka_unit_test(a_server_without_glue_is_asked_for_by_name),
        cmocka_unit_test(an_address_asked_for_serves_all_zones_of_its_server),
        cmocka_unit_test(ipv4_is_asked_for_first_and_ipv6_where_there_is_none),
        cmocka_unit_test(one_family_alone_suffices),
        cmocka_unit_test(glue_of_the_other_family_does_not_hide_an_address),
        cmocka_unit_test(servers_of_a_family_that_is_not_used_give_net_unreachable),
        cmocka_unit_test(delegations_in_a_circle_end_as_no_ns_address),
        cmocka_unit_test(many_rows_on_circles_end_too),
        cmocka_unit_test(a_way_out_of_a_circle_is_taken),
        cmocka_unit_test(servers_that_do_not_exist_give_no_ns_address),
        cmocka_unit_test(where_all_glue_is_stale_a_siblings_own_address_is_asked_for),
        cmocka_unit_test(what_was_asked_for_serves_the_rows_behind),
        cmocka_unit_test(glue_that_works_is_not_asked_about),
        cmocka_unit_test(stale_glue_in_the_zone_itself_is_all_there_is),
        cmocka_unit_test(stale_glue_in_a_circle_ends_as_the_silence_it_is),
        cmocka_unit_test(a_dead_operator_is_asked_about_once),
        cmocka_unit_test(only_private_addresses_give_ns_private_address),
        cmocka_unit_test(a_public_address_beside_a_private_one_is_used),
        cmocka_unit_test(trouble_of_a_zone_above_does_not_name_the_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
