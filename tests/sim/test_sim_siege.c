/* Rows under siege: full tables, other people's bounds, and failures that belong to somebody else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_world.h"

#define TLD "192.0.2.1"
#define HOSTER "192.0.2.9"
#define DELEGATIONS 6

static struct sim *world(struct sim_options options)
{
    options.iterate = true;
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    sim_serve(sim_world(s), "host.test", "ns.host.test", HOSTER);
    return s;
}

/* v.test has a set; its one server is `ns`, without glue. */
static void serve_without_glue(struct sim *s, const char *ns)
{
    struct sim_zone *zone = sim_zone(sim_world(s), "v.test");
    sim_zone_host(sim_world(s), zone, HOSTER);
    sim_delegate(sim_world(s), "v.test", ns, NULL);
    sim_zone_add(zone, "v.test CAA ca.example");
}

/* Each row holds its server and needs another's address, for which the table has no place. */
static void rows_that_hold_all_places_still_end(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.authorities = 8});
    for (unsigned i = 0; i < 12; i++) {
        char zone[32], ns[64], address[32];
        snprintf(zone, sizeof zone, "z%u.test", i);
        snprintf(ns, sizeof ns, "ns.%s", zone);
        snprintf(address, sizeof address, "192.0.2.%u", 50 + i);
        sim_serve(sim_world(s), zone, ns, address);
        snprintf(ns, sizeof ns, "n%u.host.test", i);
        sim_delegate(sim_world(s), zone, ns, NULL);
        sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), address),
                                           .answer.rcode = RCODE_SERVFAIL});
        sim_admit(s, zone);
    }
    sim_run(s);
    for (uint64_t row = 1; row <= 12; row++)
        assert_string_equal(sim_text(sim_record(s, row), "outcome"), "indeterminate");
    sim_free(s);
}

/* Zones that are delegated to each other bring a row to its bound in the end at ns.x.test, which
 * another zone needs as well. */
static void one_rows_bound_is_not_anothers_failure(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_zone_add(sim_zone(sim_world(s), "host.test"), "ns2.host.test A " HOSTER);
    struct sim_zone *x = sim_zone(sim_world(s), "x.test");
    sim_zone_host(sim_world(s), x, HOSTER);
    sim_zone_add(x, "ns.x.test A " HOSTER);
    sim_delegate(sim_world(s), "x.test", "ns2.host.test", NULL);
    serve_without_glue(s, "ns.x.test");
    for (unsigned i = 1; i <= DELEGATIONS; i++) {
        char zone[32], ns[32] = "ns.x.test";
        snprintf(zone, sizeof zone, "a%u.test", i);
        if (i < DELEGATIONS)
            snprintf(ns, sizeof ns, "ns.a%u.test", i + 1);
        sim_zone(sim_world(s), zone);
        sim_delegate(sim_world(s), zone, ns, NULL);
    }
    uint64_t attack = sim_admit(s, "www.a1.test");
    sim_run(s);
    sim_expect_failed(s, attack, "work_limit", "www.a1.test");
    uint64_t row = sim_admit(s, "v.test");
    sim_run(s);
    sim_expect_found(s, row, "v.test", "ca.example");
    sim_free(s);
}

static void what_an_address_could_not_be_had_for_is_the_class(void **state)
{
    (void)state;
    static const struct {
        enum sim_fault fault;
        const char *class;
    } cases[] = {{SIM_SEND_FAILS, "local_error"}, {SIM_SILENT, "timeout"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sim *s = world((struct sim_options){0});
        serve_without_glue(s, "ns2.host.test");
        sim_add_rule(s, &(struct sim_rule){.name = "ns2.host.test",
                                           .server = sim_server(sim_world(s), HOSTER),
                                           .fault = cases[i].fault});
        uint64_t row = sim_admit(s, "v.test");
        sim_run(s);
        sim_expect_failed(s, row, cases[i].class, "v.test");
        sim_free(s);
    }
}

static void a_resolver_that_points_elsewhere_says_nothing_of_the_name(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    struct sim_section *section = sim_section(s);
    sim_section_alias(section, "test", TYPE_NS, 300, "a.example");
    sim_add_rule(s, &(struct sim_rule){.answer.authority = section});
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    sim_expect_failed(s, row, "lame", "example.test");
    sim_free(s);
}

/* It neither looked for the name nor holds it (RFC 1034 section 4.3.1): nothing was said of it. */
static void absence_is_not_a_resolvers_to_tell_without_ra_aa_or_soa(void **state)
{
    (void)state;
    static const unsigned rcodes[] = {RCODE_NOERROR, RCODE_NXDOMAIN};
    for (size_t i = 0; i < 2; i++) {
        struct sim *s = sim_new(&(struct sim_options){0});
        sim_add_rule(s, &(struct sim_rule){.answer = {.rcode = rcodes[i], .no_ra = true}});
        uint64_t row = sim_admit(s, "example.test");
        sim_run(s);
        sim_expect_failed(s, row, "lame", "example.test");
        sim_free(s);
    }
}

static void absence_is_told_with_any_one_of_ra_aa_and_soa(void **state)
{
    (void)state;
    struct sim_answer forms[] = {{0}, {.aa = true, .no_ra = true}, SIM_DENIAL(RCODE_NOERROR)};
    forms[2].no_ra = true;
    for (size_t i = 0; i < 3; i++) {
        struct sim *s = sim_new(&(struct sim_options){0});
        sim_add_rule(s, &(struct sim_rule){.answer = forms[i]});
        uint64_t row = sim_admit(s, "example.test");
        sim_run(s);
        sim_expect_empty(s, row);
        assert_string_equal(sim_text(sim_record(s, row), "levels/0/outcome"), "nodata");
        assert_int_equal(sim_has_note(s, row, "nodata_without_soa"), i < 2);
        sim_free(s);
    }
}

/* example.test is denied with the SOA of a zone that it is not in. */
static struct sim *world_of_soa_beside(struct sim_answer answer, const char *owner)
{
    struct sim *s = sim_new(&(struct sim_options){0});
    struct name_buffer zone = sim_name(owner);
    struct sim_section *soa = sim_section(s);
    sim_section_rr(soa, name_of(&zone), TYPE_SOA, 300, (const uint8_t[22]){0}, 22);
    answer.authority = soa;
    sim_add_rule(s, &(struct sim_rule){.name = "example.test", .answer = answer});
    sim_admit(s, "example.test");
    sim_run(s);
    return s;
}

/* Nothing is known of the name by who has the SOA of another (RFC 2308 section 2): what else the
 * reply says decides. */
static void the_soa_of_another_name_backs_no_denial(void **state)
{
    (void)state;
    static const char *const owners[] = {"other.test", "www.example.test"};
    for (size_t i = 0; i < 4; i++) {
        unsigned rcode = i < 2 ? RCODE_NOERROR : RCODE_NXDOMAIN;
        struct sim *s = world_of_soa_beside((struct sim_answer){.rcode = rcode}, owners[i % 2]);
        sim_expect_empty(s, 1);
        assert_true(sim_has_note(s, 1, "nodata_without_soa"));
        sim_free(s);
        s = world_of_soa_beside((struct sim_answer){.rcode = rcode, .no_ra = true}, owners[i % 2]);
        sim_expect_failed(s, 1, "lame", "example.test");
        sim_free(s);
    }
}

static void the_soa_of_an_alias_is_no_end_of_it(void **state)
{
    (void)state;
    static const char *const owners[] = {"example.test", "test", "x.target.example", "example",
                                         "."};
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        struct sim_section alias = {0};
        sim_section_alias(&alias, "example.test", TYPE_CNAME, 300, "target.example");
        struct sim *s = world_of_soa_beside((struct sim_answer){.section = &alias}, owners[i]);
        if (i < 3)
            sim_expect_failed(s, 1, "incomplete_chain", "example.test");
        else
            sim_expect_empty(s, 1);
        sim_free(s);
    }
}

static void one_resolver_that_recurses_is_enough(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct sim *s = sim_new(&(struct sim_options){.servers = 2, .seed = seed});
        sim_add_rule(s, &(struct sim_rule){.server = 1, .answer.no_ra = true});
        sim_issue(s, "example.test", "ca.example");
        uint64_t row = sim_admit(s, "www.example.test");
        sim_run(s);
        sim_expect_found(s, row, "example.test", "ca.example");
        sim_free(s);
    }
}

static void the_aliases_before_a_failure_are_kept(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_zone_add(sim_zone(sim_world(s), "host.test"), "www.host.test CNAME www.dead.test");
    sim_serve(sim_world(s), "dead.test", "ns.dead.test", "192.0.2.66");
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), "192.0.2.66"),
                                       .answer.rcode = RCODE_REFUSED});
    uint64_t row = sim_admit(s, "www.host.test");
    sim_run(s);
    sim_expect_failed(s, row, "refused", "www.host.test");
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "error_name"), "www.dead.test");
    assert_int_equal(sim_count(r, "levels/0/chain"), 1);
    assert_string_equal(sim_text(r, "levels/0/chain/0/target"), "www.dead.test");
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_hold_all_places_still_end),
        cmocka_unit_test(one_rows_bound_is_not_anothers_failure),
        cmocka_unit_test(what_an_address_could_not_be_had_for_is_the_class),
        cmocka_unit_test(a_resolver_that_points_elsewhere_says_nothing_of_the_name),
        cmocka_unit_test(absence_is_not_a_resolvers_to_tell_without_ra_aa_or_soa),
        cmocka_unit_test(absence_is_told_with_any_one_of_ra_aa_and_soa),
        cmocka_unit_test(the_soa_of_another_name_backs_no_denial),
        cmocka_unit_test(the_soa_of_an_alias_is_no_end_of_it),
        cmocka_unit_test(one_resolver_that_recurses_is_enough),
        cmocka_unit_test(the_aliases_before_a_failure_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
