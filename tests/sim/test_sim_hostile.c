/* Authorities that mean harm, or are configured as if they did: every row ends, with a class that
 * is true, and nobody else is asked for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iterate.h"
#include "sim_check.h"
#include "sim_sign.h"
#include "sim_trust.h"
#include "sim_world.h"

#define TLD "192.0.2.1"
#define HOSTER "192.0.2.2"
#define EVIL "192.0.2.66"

static struct sim *world(struct sim_options options)
{
    options.iterate = true;
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    return s;
}

static struct sim_zone *tld(struct sim *s)
{
    return sim_zone(sim_world(s), "test");
}

static const json_t *run_one(struct sim *s, const char *name)
{
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    return sim_record(s, row);
}

/* ---- what name servers are called ---- */

static void a_name_server_may_be_an_alias(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.all_nameservers = true});
    struct sim_zone *zone = sim_serve(sim_world(s), "host.test", "real.host.test", HOSTER);
    sim_zone_add(zone, "ns.host.test CNAME real.host.test");
    struct sim_zone *own = sim_zone(sim_world(s), "own.test");
    sim_zone_host(sim_world(s), own, HOSTER);
    sim_zone_add(own, "own.test NS ns.host.test");
    sim_zone_add(own, "own.test CAA ca.example");
    sim_delegate(sim_world(s), "own.test", "ns.host.test", NULL);
    run_one(s, "own.test");
    sim_expect_found(s, 1, "own.test", "ca.example");
    assert_int_equal(sim_count(sim_record(s, 1), "notes"), 0);
    sim_free(s);
}

/* The root, the zone itself, the TLD: names that have no address. */
static void name_servers_that_are_no_hosts_lead_nowhere(void **state)
{
    (void)state;
    static const char *const names[] = {".", "own.test", "test", "www.own.test"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct sim *s = world((struct sim_options){.all_nameservers = true});
        sim_zone(sim_world(s), "own.test");
        sim_delegate(sim_world(s), "own.test", names[i], NULL);
        run_one(s, "www.own.test");
        sim_expect_failed(s, 1, "no_ns_address", "www.own.test");
        assert_in_range(sim_sent(s), 2, 8);
        sim_free(s);
    }
}

/* ---- addresses that nobody should be asked at ---- */

static const char *const unfit[] = {
    "0.0.0.0",
    "0.0.0.1",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.1.1",
    "172.31.255.255",
    "192.168.1.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::192.0.2.7",
    "64:ff9b::7f00:1",
    "fc00::1",
    "fdff::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2002:7f00:1::1",
    "2002:a01:203::1",
};

static void addresses_that_are_not_public_are_never_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++) {
        struct sim *s = world((struct sim_options){.ipv6 = true});
        struct sim_zone *zone = sim_zone(sim_world(s), "own.test");
        sim_zone_host(sim_world(s), zone, unfit[i]);
        sim_delegate(sim_world(s), "own.test", "ns.own.test", unfit[i]);
        run_one(s, "own.test");
        sim_expect_failed(s, 1, "ns_private_address", "own.test");
        assert_int_equal(sim_asked_at(s, unfit[i], 0), 0);
        sim_free(s);
    }
}

static void nor_are_they_where_all_servers_are_asked(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.ipv6 = true, .all_nameservers = true});
    struct sim_zone *zone = sim_serve(sim_world(s), "own.test", "ns.own.test", HOSTER);
    sim_zone_add(zone, "own.test CAA ca.example");
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++) {
        bool ipv6 = strchr(unfit[i], ':') != NULL;
        sim_zone_add(zone, "own.test NS n%zu.own.test", i % 8);
        sim_zone_add(zone, "n%zu.own.test %s %s", i % 8, ipv6 ? "AAAA" : "A", unfit[i]);
    }
    run_one(s, "own.test");
    sim_expect_found(s, 1, "own.test", "ca.example");
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++)
        assert_int_equal(sim_asked_at(s, unfit[i], 0), 0);
    sim_free(s);
}

/* ---- nothing may be kept ---- */

static void zones_whose_every_ttl_is_0_are_looked_up(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.latency_ns = 900 * SIM_MS});
    struct sim_zone *host = sim_zone(sim_world(s), "host.test");
    sim_zone_add(tld(s), "host.test 0 NS ns.host.test");
    sim_zone_add(tld(s), "ns.host.test 0 A " HOSTER);
    sim_zone_add(host, "ns.host.test 0 A " HOSTER);
    sim_zone_host(sim_world(s), host, HOSTER);
    char name[32];
    for (unsigned i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "z%u.test", i);
        struct sim_zone *zone = sim_zone(sim_world(s), name);
        sim_zone_add(tld(s), "%s 0 NS ns.host.test", name);
        sim_zone_add(zone, "www.%s 0 CNAME %s", name, name);
        sim_zone_add(zone, "%s 0 CAA ca.example", name);
        sim_zone_host(sim_world(s), zone, HOSTER);
        snprintf(name, sizeof name, "www.z%u.test", i);
        sim_admit(s, name);
    }
    sim_run(s);
    assert_int_equal(sim_stat(s, stats_outcome(OUTCOME_FOUND)), 20);
    assert_in_range(sim_sent(s), 40, 200);
    sim_free(s);
}

/* ---- aliases where none should be ---- */

static void an_alias_at_an_apex_is_followed_and_the_parents_are_the_names_own(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.all_nameservers = true});
    struct sim_zone *zone = sim_serve(sim_world(s), "own.test", "ns.own.test", HOSTER);
    sim_zone_add(zone, "own.test CNAME far.test");
    sim_zone_add(tld(s), "far.test CAA far.example");
    const json_t *r = run_one(s, "www.own.test");
    sim_expect_found(s, 1, "own.test", "far.example");
    assert_string_equal(sim_text(r, "rrset_owner"), "far.test");
    sim_free(s);
}

static void a_dname_to_the_root_leads_to_a_tld(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.all_nameservers = true});
    struct sim_zone *zone = sim_serve(sim_world(s), "own.test", "ns.own.test", HOSTER);
    sim_zone_add(zone, "d.own.test DNAME .");
    sim_zone_add(tld(s), "www.test CAA tld.example");
    const json_t *r = run_one(s, "www.test.d.own.test");
    sim_expect_found(s, 1, "www.test.d.own.test", "tld.example");
    assert_string_equal(sim_text(r, "rrset_owner"), "www.test");
    uint64_t row = sim_admit(s, "none.d.own.test");
    sim_run(s);
    sim_expect_empty(s, row);
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/chain/0/target"), "none");
    sim_free(s);
}

static void a_dname_of_the_root_itself_turns_in_circles(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_section *all = sim_section(s);
    sim_section_alias(all, ".", TYPE_DNAME, 300, "a");
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), SIM_ROOT_IPV4),
                                       .answer = {.aa = true, .section = all}});
    run_one(s, "own.test");
    sim_expect_failed(s, 1, "cname_chain_too_long", "own.test");
    assert_int_equal(sim_count(sim_record(s, 1), "levels/0/chain"), ANSWER_CHAIN_MAX);
    sim_free(s);
}

/* ---- names as long as names can be ---- */

#define LONG_LABEL "lllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll"

static void names_of_255_octets_fit_everywhere(void **state)
{
    (void)state;
    static const char row[] =
        LONG_LABEL "." LONG_LABEL "." LONG_LABEL
                   ".llllllllllllllllllllllllllllllllllllllllllllllllllll.own.test";
    static const char target[] =
        LONG_LABEL "." LONG_LABEL "." LONG_LABEL
                   ".kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk.far.test";
    struct sim *s = world((struct sim_options){.all_nameservers = true, .mixed_case = true});
    struct sim_zone *own = sim_serve(sim_world(s), "own.test", "ns.own.test", HOSTER);
    struct sim_zone *far = sim_serve(sim_world(s), "far.test", "ns.far.test", EVIL);
    sim_zone_add(own, "%s CNAME %s", row, target);
    sim_zone_add(far, "%s CAA ca.example", target);
    sim_add_rule(s,
                 &(struct sim_rule){
                     .name = target, .only_udp = true, .answer.tc = true, .tcp = SIM_TCP_ANSWERS});
    assert_int_equal(sizeof row - 1, 253);
    run_one(s, row);
    sim_expect_found(s, 1, row, "ca.example");
    assert_string_equal(sim_text(sim_record(s, 1), "rrset_owner"), target);
    sim_free(s);
}

/* ---- referrals with more in them ---- */

/* What a server of the TLD says besides about names below the delegation is not asked for. */
static void records_beside_a_referral_are_none_of_it(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_zone *zone = sim_serve(sim_world(s), "own.test", "ns.own.test", HOSTER);
    sim_zone_add(zone, "own.test CAA ca.example");
    struct sim_section *answer = sim_section(s), *authority = sim_section(s),
                       *additional = sim_section(s);
    sim_section_caa(answer, "www.own.test", 300, 0, "issue", "evil.example");
    sim_section_caa(answer, "test", 300, 0, "issue", "evil.example");
    sim_section_alias(answer, "other.test", TYPE_CNAME, 300, "evil.test");
    sim_section_alias(authority, "own.test", TYPE_NS, 300, "ns.own.test");
    sim_section_alias(authority, "test", TYPE_NS, 300, "ns.evil.example");
    sim_section_alias(authority, ".", TYPE_NS, 300, "ns.evil.example");
    struct name_buffer ns = sim_name("ns.own.test"), evil = sim_name("ns.evil.example");
    sim_section_rr(additional, name_of(&ns), TYPE_A, 300, (const uint8_t[]){192, 0, 2, 2}, 4);
    sim_section_rr(additional, name_of(&evil), TYPE_A, 300, (const uint8_t[]){192, 0, 2, 66}, 4);
    sim_add_rule(
        s, &(struct sim_rule){
               .name = "own.test",
               .below = true,
               .server = sim_server(sim_world(s), TLD),
               .answer = {.section = answer, .authority = authority, .additional = additional}});
    run_one(s, "own.test");
    sim_expect_found(s, 1, "own.test", "ca.example");
    assert_int_equal(sim_asked_at(s, EVIL, 0), 0);
    sim_free(s);
}

/* ---- connections ---- */

static void a_connection_that_ends_behind_the_length_is_a_failure(void **state)
{
    (void)state;
    static const enum sim_tcp ways[] = {SIM_TCP_LENGTH_ALONE, SIM_TCP_EMPTY};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct sim *s = world((struct sim_options){0});
        sim_serve(sim_world(s), "own.test", "ns.own.test", HOSTER);
        sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), HOSTER),
                                           .answer.tc = true,
                                           .tcp = ways[i]});
        run_one(s, "own.test");
        sim_expect_failed(s, 1, "truncated_no_tcp", "own.test");
        assert_int_equal(sim_tcp_open(s), 0);
        sim_free(s);
    }
}

/* All names of an operator want TCP, and its connections hang. */
static void an_operator_whose_connections_hang_does_not_hold_up_the_others(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.in_flight = 1000});
    struct sim_zone *evil = sim_serve(sim_world(s), "evil.test", "ns.evil.test", EVIL);
    sim_zone_add(evil, "evil.test CAA ca.example");
    struct sim_zone *own = sim_serve(sim_world(s), "own.test", "ns.own.test", HOSTER);
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), EVIL),
                                       .answer.tc = true,
                                       .tcp = SIM_TCP_SILENT});
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), HOSTER),
                                       .only_udp = true,
                                       .answer.tc = true});
    sim_zone_add(own, "own.test CAA ca.example");
    sim_admit_many(s, "e", ".evil.test", 400);
    sim_run_until(s, 200 * SIM_MS);
    uint64_t row = sim_admit(s, "own.test");
    sim_run_until(s, SIM_S);
    assert_int_equal(sim_order(s, 0), row);
    sim_run(s);
    assert_int_equal(sim_stat(s, stats_class(CLASS_TRUNCATED_NO_TCP)), 400);
    assert_true(sim_now_ns(s) < 30 * SIM_S);
    sim_expect_found(s, row, "own.test", "ca.example");
    sim_free(s);
}

/* ---- worlds that nobody thought of ---- */

#define RANDOM_WORLDS 300u
#define SIGNED_WORLDS 40u
#define ROWS 12u

static uint32_t chance;

static uint32_t upto(uint32_t n)
{
    chance = chance * 1664525u + 1013904223u;
    return (chance >> 8) % n;
}

static const char *const labels[] = {"a", "b", "www", "ns", "z"};
static const char *const hosts[] = {TLD, HOSTER, EVIL, "192.0.2.67", "10.0.0.1", "192.0.2.68"};

/* One to four labels below test, or test, or the root. */
static const char *random_name(char out[64])
{
    static const char *const tops[] = {"test", "a.test", "b.test", "z.a.test", "."};
    const char *top = tops[upto(5)];
    unsigned count = strcmp(top, ".") == 0 ? upto(2) : upto(3);
    out[0] = '\0';
    for (unsigned i = 0; i < count; i++) {
        strcat(out, labels[upto(5)]);
        strcat(out, i + 1 < count || strcmp(top, ".") != 0 ? "." : "");
    }
    if (count == 0 || strcmp(top, ".") != 0)
        strcat(out, top);
    return out;
}

static void add_random_record(struct sim_zone *zone, const char *origin)
{
    static const char *const types[] = {"NS", "A", "CNAME", "DNAME", "CAA", "NS", "A"};
    char owner[64], target[64];
    const char *type = types[upto(7)];
    struct name_buffer at = sim_name(random_name(owner)), top = sim_name(origin);
    if (!name_within(name_of(&at), name_of(&top)))
        snprintf(owner, sizeof owner, "%s", origin);
    uint32_t ttl_s = upto(3) * 150;
    const char *rdata = strcmp(type, "A") == 0 ? hosts[upto(6)] : random_name(target);
    sim_zone_add(zone, "%s %u %s %s", owner, ttl_s, type, rdata);
}

static void add_random_rule(struct sim *s)
{
    static const enum sim_fault faults[] = {SIM_ANSWERS, SIM_SILENT,     SIM_WRONG_ID,
                                            SIM_GARBAGE, SIM_SEND_FAILS, SIM_SEND_NO_ROUTE,
                                            SIM_BARE};
    static const enum sim_tcp tcp[] = {SIM_TCP_ANSWERS, SIM_TCP_SILENT, SIM_TCP_REFUSED,
                                       SIM_TCP_EMPTY, SIM_TCP_NO_SOCKET};
    static const unsigned rcodes[] = {RCODE_NOERROR, RCODE_SERVFAIL, RCODE_NXDOMAIN, RCODE_REFUSED,
                                      RCODE_FORMERR};
    struct sim_rule rule = {
        .server = sim_server(sim_world(s), hosts[upto(6)]),
        .type = upto(2) == 0 ? TYPE_CAA : 0,
        .skip = upto(3),
        .times = upto(6),
        .only_edns = upto(4) == 0,
        .fault = faults[upto(7)],
        .tcp = tcp[upto(5)],
        .by_model = upto(2) == 0,
        .answer = {.rcode = rcodes[upto(5)], .aa = upto(2), .tc = upto(3) == 0}};
    sim_add_rule(s, &rule);
}

/* The root is signed, and of the others some are; a delegation may say otherwise. */
static void sign_at_random(struct sim_world *w, const char *const origins[], size_t count)
{
    sim_zone_sign(sim_zone(w, "."));
    for (size_t i = 0; i < count; i++) {
        if (upto(3) > 0)
            sim_zone_sign(sim_zone(w, origins[i]));
        if (upto(3) > 0)
            sim_sign_delegation(sim_zone_above(w, origins[i]), origins[i]);
    }
    sim_sign_world(w);
}

static struct sim *random_world(uint32_t seed, bool validates)
{
    chance = seed;
    struct sim_options options = {.alt = true,
                                  .control = true,
                                  .all_nameservers = seed % 2 != 0,
                                  .mixed_case = seed % 3 == 0,
                                  .ipv6 = seed % 5 == 0,
                                  .loss_percent = seed % 7 == 0 ? 20 : 0,
                                  .in_flight = 1 + seed % 4,
                                  .seed = seed + 1};
    if (validates)
        sim_trust_use(&options);
    struct sim *s = world(options);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        sim_server(sim_world(s), hosts[i]);
    static const char *const origins[] = {"test", "a.test", "b.test", "z.a.test"};
    for (size_t i = 0; i < 4; i++) {
        struct sim_zone *zone = sim_zone(sim_world(s), origins[i]);
        for (unsigned n = upto(4); n > 0; n--)
            sim_zone_host(sim_world(s), zone, hosts[upto(6)]);
        for (unsigned n = upto(10); n > 0; n--)
            add_random_record(zone, origins[i]);
        if (i > 0 && upto(4) > 0)
            sim_delegate(sim_world(s), origins[i], "ns.test", hosts[upto(6)]);
    }
    if (validates)
        sign_at_random(sim_world(s), origins, sizeof origins / sizeof *origins);
    for (unsigned n = upto(4); n > 0; n--)
        add_random_rule(s);
    return s;
}

/* A row asks a question for each level, the probes of two of them, two searches by older rules, and
 * the census. */
static void expect_ends(uint32_t worlds, bool validates)
{
    for (uint32_t seed = 0; seed < worlds; seed++) {
        struct sim *s = random_world(seed, validates);
        char name[64];
        for (unsigned i = 0; i < ROWS; i++)
            sim_admit(s, random_name(name));
        sim_run(s);
        assert_int_equal(sim_recorded(s), ROWS);
        assert_int_equal(sim_held(s), 0);
        assert_int_equal(sim_tcp_open(s), 0);
        for (uint64_t row = 1; row <= ROWS; row++)
            assert_true(sim_number(sim_record(s, row), "queries") < 1000);
        if (sim_now_ns(s) > 600 * SIM_S)
            fail_msg("seed %u took %llu s", seed, (unsigned long long)(sim_now_ns(s) / SIM_S));
        sim_free(s);
    }
}

static void random_worlds_end_within_their_bounds(void **state)
{
    (void)state;
    expect_ends(RANDOM_WORLDS, false);
}

static void signed_ones_do_too(void **state)
{
    (void)state;
    expect_ends(SIGNED_WORLDS, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_server_may_be_an_alias),
        cmocka_unit_test(name_servers_that_are_no_hosts_lead_nowhere),
        cmocka_unit_test(addresses_that_are_not_public_are_never_asked),
        cmocka_unit_test(nor_are_they_where_all_servers_are_asked),
        cmocka_unit_test(zones_whose_every_ttl_is_0_are_looked_up),
        cmocka_unit_test(an_alias_at_an_apex_is_followed_and_the_parents_are_the_names_own),
        cmocka_unit_test(a_dname_to_the_root_leads_to_a_tld),
        cmocka_unit_test(a_dname_of_the_root_itself_turns_in_circles),
        cmocka_unit_test(names_of_255_octets_fit_everywhere),
        cmocka_unit_test(records_beside_a_referral_are_none_of_it),
        cmocka_unit_test(a_connection_that_ends_behind_the_length_is_a_failure),
        cmocka_unit_test(an_operator_whose_connections_hang_does_not_hold_up_the_others),
        cmocka_unit_test(random_worlds_end_within_their_bounds),
        cmocka_unit_test(signed_ones_do_too),
    };
    return cmocka_run_group_tests(tests, sim_trust_setup, sim_trust_teardown);
}
