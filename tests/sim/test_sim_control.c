/* Control probes: what is asked after a failure, and what comes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_world.h"

#define TLD "192.0.2.1"
#define HOSTER "192.0.2.2"

/* example.test at HOSTER: a set at the apex, an address at www. */
static struct sim *world(struct sim_options options)
{
    options.iterate = true;
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    struct sim_zone *zone = sim_serve(sim_world(s), "example.test", "ns.example.test", HOSTER);
    sim_zone_add(zone, "example.test CAA ca.example");
    sim_zone_add(zone, "www.example.test A 192.0.2.9");
    return s;
}

/* HOSTER fails CAA questions for www.example.test `times` times (0: always). */
static void fail_caa(struct sim *s, unsigned times, struct sim_rule rule)
{
    rule.name = "www.example.test";
    rule.type = TYPE_CAA;
    rule.server = sim_server(sim_world(s), HOSTER);
    rule.times = times;
    sim_add_rule(s, &rule);
}

static void expect_probe(const json_t *record, unsigned i, const char *type, bool answered)
{
    char path[32];
    snprintf(path, sizeof path, "control/%u/type", i);
    assert_string_equal(sim_text(record, path), type);
    snprintf(path, sizeof path, "control/%u/answered", i);
    assert_true(json_is_boolean(sim_at(record, path)));
    assert_int_equal(json_is_true(sim_at(record, path)), answered);
}

static void a_and_soa_and_caa_are_asked_in_this_order(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    fail_caa(s, 0, (struct sim_rule){.answer.rcode = RCODE_SERVFAIL});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "servfail", "www.example.test");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_count(r, "control"), 3);
    expect_probe(r, 0, "A", true);
    expect_probe(r, 1, "SOA", true);
    expect_probe(r, 2, "CAA", false);
    assert_string_equal(sim_text(r, "control/0/at"), "www.example.test");
    assert_string_equal(sim_text(r, "control/1/at"), "example.test");
    assert_string_equal(sim_text(r, "control/0/server"), HOSTER);
    sim_free(s);
}

static void a_server_that_drops_one_type_is_noted(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    fail_caa(s, 0, (struct sim_rule){.fault = SIM_SILENT});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "timeout", "www.example.test");
    assert_true(sim_has_note(s, row, "rcode_differs_by_type"));
    assert_false(sim_has_note(s, row, "recovered"));
    sim_free(s);
}

static void a_dead_server_fails_all_probes(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    sim_add_rule(
        s, &(struct sim_rule){.server = sim_server(sim_world(s), HOSTER), .fault = SIM_SILENT});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "timeout", "www.example.test");
    const json_t *r = sim_record(s, row);
    expect_probe(r, 0, "A", false);
    expect_probe(r, 1, "SOA", false);
    expect_probe(r, 2, "CAA", false);
    assert_false(sim_has_note(s, row, "rcode_differs_by_type"));
    assert_int_equal(sim_number(r, "queries"), 2 + 4 + 3 * 2);
    sim_free(s);
}

static void a_second_caa_that_succeeds_is_taken_and_the_climb_goes_on(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    fail_caa(s, 4, (struct sim_rule){.answer.rcode = RCODE_SERVFAIL});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    assert_true(sim_has_note(s, row, "recovered"));
    assert_false(sim_has_note(s, row, "rcode_differs_by_type"));
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "levels/0/outcome"), "nodata");
    assert_int_equal(sim_count(r, "levels"), 2);
    expect_probe(r, 2, "CAA", true);
    sim_free(s);
}

static void a_recovered_set_is_the_rows_answer(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    sim_zone_add(sim_zone(sim_world(s), "example.test"), "www.example.test CAA own.example");
    fail_caa(s, 4, (struct sim_rule){.fault = SIM_SILENT});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, row, "www.example.test", "own.example");
    assert_true(sim_has_note(s, row, "recovered"));
    assert_string_equal(sim_text(sim_record(s, row), "zone"), "example.test");
    sim_free(s);
}

static void what_recovered_holds_for_all_three_rules(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true, .alt = true});
    sim_zone_add(sim_zone(sim_world(s), "example.test"), "www.example.test CAA own.example");
    fail_caa(s, 4, (struct sim_rule){.answer.rcode = RCODE_SERVFAIL});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, row, "www.example.test", "own.example");
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "alt/rfc6844/outcome"), "found");
    assert_string_equal(sim_text(r, "alt/erratum5065/outcome"), "found");
    sim_free(s);
}

static void a_denial_that_may_not_be_kept_ends_the_failure_too(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true, .alt = true});
    fail_caa(s, 4, (struct sim_rule){.answer.rcode = RCODE_SERVFAIL});
    fail_caa(s, 0, (struct sim_rule){.answer.aa = true}); /* without SOA */
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "alt/rfc6844/outcome"), "found");
    assert_string_equal(sim_text(r, "alt/erratum5065/outcome"), "found");
    sim_free(s);
}

static void other_rows_take_a_recovered_answer_from_the_cache(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true, .in_flight = 1});
    fail_caa(s, 4, (struct sim_rule){.answer.rcode = RCODE_SERVFAIL});
    sim_admit(s, "www.example.test");
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 0);
    assert_int_equal(sim_count(sim_record(s, row), "control"), 0);
    sim_free(s);
}

static void two_levels_may_recover(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    fail_caa(s, 4, (struct sim_rule){.answer.rcode = RCODE_SERVFAIL});
    sim_add_rule(s, &(struct sim_rule){.name = "example.test",
                                       .type = TYPE_CAA,
                                       .server = sim_server(sim_world(s), HOSTER),
                                       .times = 4,
                                       .answer.rcode = RCODE_REFUSED});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    assert_int_equal(sim_count(sim_record(s, row), "control"), 6);
    sim_free(s);
}

static void without_control_no_probe_is_asked(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    fail_caa(s, 4, (struct sim_rule){.answer.rcode = RCODE_SERVFAIL});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "servfail", "www.example.test");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_count(r, "control"), 0);
    assert_int_equal(sim_number(r, "queries"), 6);
    assert_int_equal(sim_asked(s, "www.example.test", TYPE_A), 0);
    sim_free(s);
}

static void failures_of_names_are_not_probed(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    struct sim_zone *zone = sim_zone(sim_world(s), "example.test");
    sim_zone_add(zone, "loop.example.test CNAME loop.example.test");
    uint64_t row = sim_admit(s, "loop.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "cname_loop", "loop.example.test");
    assert_int_equal(sim_count(sim_record(s, row), "control"), 0);
    sim_free(s);
}

static void local_trouble_is_not_probed(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    sim_add_rule(
        s, &(struct sim_rule){.server = sim_server(sim_world(s), HOSTER), .fault = SIM_SEND_FAILS});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "local_error", "www.example.test");
    assert_int_equal(sim_count(sim_record(s, row), "control"), 0);
    sim_free(s);
}

static void a_failure_at_an_alias_target_is_probed_by_the_levels_name(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    sim_zone_add(sim_zone(sim_world(s), "example.test"), "alias.example.test CNAME t.other.test");
    sim_serve(sim_world(s), "other.test", "ns.other.test", "192.0.2.3");
    sim_add_rule(s, &(struct sim_rule){.type = TYPE_CAA,
                                       .server = sim_server(sim_world(s), "192.0.2.3"),
                                       .answer.rcode = RCODE_REFUSED});
    uint64_t row = sim_admit(s, "alias.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "refused", "alias.example.test");
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "error_name"), "t.other.test");
    assert_string_equal(sim_text(r, "control/0/at"), "alias.example.test");
    expect_probe(r, 0, "A", true);
    assert_true(sim_has_note(s, row, "rcode_differs_by_type"));
    sim_free(s);
}

/* It is the target's servers that fail, so it is they who are asked for SOA too. */
static void behind_an_alias_the_servers_that_failed_are_probed(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.iterate = true, .control = true});
    sim_serve(sim_world(s), "test", "ns.test", "192.0.2.1");
    struct sim_zone *zone = sim_serve(sim_world(s), "own.test", "ns.own.test", "192.0.2.2");
    sim_zone_add(zone, "www.own.test CNAME www.far.test");
    sim_serve(sim_world(s), "far.test", "ns.far.test", "192.0.2.3");
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), "192.0.2.3"),
                                       .type = TYPE_CAA,
                                       .answer.rcode = RCODE_NOTIMP});
    uint64_t row = sim_admit(s, "www.own.test");
    sim_run(s);
    sim_expect_failed(s, row, "notimp", "www.own.test");
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "control/1/type"), "SOA");
    assert_string_equal(sim_text(r, "control/1/at"), "far.test");
    assert_string_equal(sim_text(r, "control/1/server"), "192.0.2.3");
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_and_soa_and_caa_are_asked_in_this_order),
        cmocka_unit_test(a_server_that_drops_one_type_is_noted),
        cmocka_unit_test(a_dead_server_fails_all_probes),
        cmocka_unit_test(a_second_caa_that_succeeds_is_taken_and_the_climb_goes_on),
        cmocka_unit_test(a_recovered_set_is_the_rows_answer),
        cmocka_unit_test(what_recovered_holds_for_all_three_rules),
        cmocka_unit_test(a_denial_that_may_not_be_kept_ends_the_failure_too),
        cmocka_unit_test(other_rows_take_a_recovered_answer_from_the_cache),
        cmocka_unit_test(two_levels_may_recover),
        cmocka_unit_test(without_control_no_probe_is_asked),
        cmocka_unit_test(failures_of_names_are_not_probed),
        cmocka_unit_test(local_trouble_is_not_probed),
        cmocka_unit_test(a_failure_at_an_alias_target_is_probed_by_the_levels_name),
        cmocka_unit_test(behind_an_alias_the_servers_that_failed_are_probed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
