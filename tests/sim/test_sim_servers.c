/* A zone's servers: which is asked, and what is remembered of those that fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iterate.h"
#include "sim_check.h"
#include "sim_world.h"

#define TLD "192.0.2.1"
#define ONE "192.0.2.2"
#define TWO "192.0.2.3"

/* example.test at ONE and TWO, empty but for a set at the apex. */
static struct sim *world(struct sim_options options)
{
    options.iterate = true;
    struct sim *s = sim_new(&options);
    struct sim_world *w = sim_world(s);
    sim_serve(w, "test", "ns.test", TLD);
    struct sim_zone *zone = sim_serve(w, "example.test", "ns1.example.test", ONE);
    sim_serve(w, "example.test", "ns2.example.test", TWO);
    sim_zone_add(zone, "example.test CAA ca.example");
    return s;
}

static unsigned one(struct sim *s)
{
    return sim_server(sim_world(s), ONE);
}

static unsigned two(struct sim *s)
{
    return sim_server(sim_world(s), TWO);
}

/* Rows one after the other, each a name of its own below example.test. */
static void run_rows(struct sim *s, unsigned count)
{
    static unsigned fresh;
    char name[64];
    for (unsigned i = 0; i < count; i++) {
        snprintf(name, sizeof name, "n%u.example.test", fresh++);
        sim_admit(s, name);
        sim_run(s);
    }
}

static void expect_all_found(const struct sim *s)
{
    for (size_t i = 0; i < sim_recorded(s); i++)
        sim_expect_found(s, sim_order(s, i), "example.test", "ca.example");
}

/* ---- one of two fails ---- */

static void a_lame_server_is_passed_over_and_remembered(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.server = one(s)}); /* no data, no AA */
    run_rows(s, 30);
    expect_all_found(s);
    assert_in_range(sim_asked_at(s, ONE, 0), 0, 1);
    uint64_t lame_ns = ITERATE_LAME_NS;
    for (unsigned i = 0; i < 20; i++) { /* and forgotten some time later */
        sim_pass(s, lame_ns);
        run_rows(s, 1);
    }
    assert_true(sim_asked_at(s, ONE, 0) > 1);
    expect_all_found(s);
    sim_free(s);
}

static void a_server_lame_for_one_zone_is_asked_about_others(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.name = "example.test", .below = true, .server = one(s)});
    struct sim_zone *other = sim_serve(sim_world(s), "other.test", "ns.other.test", ONE);
    sim_zone_add(other, "other.test CAA other.example");
    run_rows(s, 5);
    uint64_t row = sim_admit(s, "other.test");
    sim_run(s);
    sim_expect_found(s, row, "other.test", "other.example");
    sim_free(s);
}

static void a_refusing_server_is_passed_over(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.server = one(s), .answer.rcode = RCODE_REFUSED});
    run_rows(s, 20);
    expect_all_found(s);
    sim_free(s);
}

static void a_dead_server_rests(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.server = one(s), .fault = SIM_SILENT});
    run_rows(s, 200);
    expect_all_found(s);
    /* 200 rows take 2 s but for the time-outs: three until it rests, then one or none. */
    assert_in_range(sim_asked_at(s, ONE, 0), 3, 6);
    sim_free(s);
}

static void silence_everybody(struct sim *s)
{
    sim_add_rule(s, &(struct sim_rule){.server = one(s), .fault = SIM_SILENT});
    sim_add_rule(s, &(struct sim_rule){.server = two(s), .fault = SIM_SILENT});
}

static void rows_of_servers_known_to_be_dead_are_given_up_after_two_attempts(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.attempts = 5});
    silence_everybody(s);
    run_rows(s, 8);
    for (uint64_t row = 1; row <= 8; row++)
        assert_string_equal(sim_text(sim_record(s, row), "error_class"), "timeout");
    assert_int_equal(sim_count(sim_record(s, 1), "levels/0/tried"), 5);
    assert_int_equal(sim_count(sim_record(s, 8), "levels/0/tried"), 2);
    sim_free(s);
}

static void silent_servers_are_not_asked_for_addresses_of_the_other_family(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.ipv6 = true});
    sim_zone_host(sim_world(s), sim_zone(sim_world(s), "guest.test"), "192.0.2.9");
    sim_delegate(sim_world(s), "guest.test", "dns.example.test", NULL);
    silence_everybody(s);
    uint64_t row = sim_admit(s, "guest.test");
    sim_run(s);
    sim_expect_failed(s, row, "timeout", "guest.test");
    assert_true(sim_asked(s, "dns.example.test", TYPE_A) > 0);
    assert_int_equal(sim_asked(s, "dns.example.test", TYPE_AAAA), 0);
    sim_free(s);
}

static void a_server_that_comes_back_is_asked_again(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.server = one(s), .times = 3, .fault = SIM_SILENT});
    run_rows(s, 100);
    size_t while_dead = sim_asked_at(s, ONE, 0);
    sim_pass(s, 300 * SIM_S);
    run_rows(s, 400);
    assert_true(sim_asked_at(s, ONE, 0) > while_dead + 10);
    expect_all_found(s);
    sim_free(s);
}

static void all_servers_at_rest_are_asked_all_the_same(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.server = one(s), .fault = SIM_SILENT});
    sim_add_rule(s, &(struct sim_rule){.server = two(s), .times = 8, .fault = SIM_SILENT});
    for (unsigned i = 0; i < 8; i++)
        run_rows(s, 1);
    uint64_t row = sim_admit(s, "late.example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    sim_free(s);
}

/* ---- the faster one ---- */

static void the_faster_server_is_preferred_and_the_other_not_forgotten(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s,
                 &(struct sim_rule){.server = one(s), .delay_ns = 90 * SIM_MS, .by_model = true});
    run_rows(s, 500);
    expect_all_found(s);
    assert_in_range(sim_asked_at(s, ONE, 0), 1, 50);
    assert_true(sim_asked_at(s, TWO, 0) > 450);
    sim_free(s);
}

static void a_server_that_has_become_fast_is_found(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){
                        .server = one(s), .times = 10, .delay_ns = 90 * SIM_MS, .by_model = true});
    sim_add_rule(s,
                 &(struct sim_rule){.server = two(s), .delay_ns = 40 * SIM_MS, .by_model = true});
    run_rows(s, 2000);
    size_t at_two = sim_asked_at(s, TWO, 0);
    run_rows(s, 100);
    assert_in_range(sim_asked_at(s, TWO, 0) - at_two, 0, 20);
    sim_free(s);
}

static void equal_servers_share_the_work(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    run_rows(s, 400);
    assert_in_range(sim_asked_at(s, ONE, 0), 120, 280);
    sim_free(s);
}

/* ---- how they are asked ---- */

static void a_question_echoed_in_another_case_is_accepted(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.fault = SIM_OTHER_CASE, .by_model = true});
    run_rows(s, 1);
    expect_all_found(s);
    assert_int_equal(sim_stat(s, COUNTER_RETRIES), 0);
    sim_free(s);
}

static void a_reply_has_to_echo_the_case_of_the_query(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.mixed_case = true});
    run_rows(s, 20);
    expect_all_found(s);
    assert_int_equal(sim_stat(s, COUNTER_WRONG_QUESTION), 0);
    assert_int_equal(sim_stat(s, COUNTER_RETRIES), 0);
    sim_free(s);

    s = world((struct sim_options){.mixed_case = true});
    sim_add_rule(s, &(struct sim_rule){.fault = SIM_OTHER_CASE, .by_model = true, .times = 1});
    run_rows(s, 1);
    expect_all_found(s);
    assert_int_equal(sim_stat(s, COUNTER_WRONG_QUESTION), 1);
    assert_int_equal(sim_stat(s, COUNTER_RETRIES), 1);
    sim_free(s);
}

static void a_server_that_folds_case_is_asked_in_lower_case(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.mixed_case = true});
    sim_add_rule(s, &(struct sim_rule){.fault = SIM_OTHER_CASE, .by_model = true});
    run_rows(s, 20);
    expect_all_found(s);
    assert_int_equal(sim_stat(s, COUNTER_WRONG_QUESTION), 4); /* root, test, and two */
    sim_free(s);
}

static void edns_that_was_refused_is_not_tried_again_for_a_while(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    const char *const refusing[] = {ONE, TWO, TLD};
    for (size_t i = 0; i < 3; i++)
        sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), refusing[i]),
                                           .only_edns = true,
                                           .answer.rcode = RCODE_FORMERR});
    run_rows(s, 20);
    expect_all_found(s);
    size_t with_edns = 0;
    for (size_t i = 0; i < sim_sent(s); i++)
        with_edns += sim_sent_at(s, i).edns && sim_sent_at(s, i).name.len > 6;
    assert_in_range(with_edns, 3, 4); /* once at each server; the root can EDNS */
    assert_true(sim_has_note(s, 1, "formerr_on_edns"));
    sim_free(s);
}

static void a_repeat_without_edns_or_over_tcp_waits_for_its_own_server(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.server_rate_qps = 20, .in_flight = 100});
    sim_add_rule(
        s, &(struct sim_rule){.server = one(s), .only_edns = true, .answer.rcode = RCODE_FORMERR});
    for (unsigned i = 0; i < 100; i++) {
        char name[64];
        snprintf(name, sizeof name, "w%u.example.test", i);
        sim_admit(s, name);
    }
    sim_run(s);
    expect_all_found(s);
    size_t plain_at_one = 0;
    for (size_t i = 0; i < sim_sent(s); i++) {
        struct sim_query q = sim_sent_at(s, i);
        plain_at_one += !q.edns && q.server + 1 == one(s);
        assert_true(q.edns || q.server + 1 != two(s));
    }
    assert_true(plain_at_one > 0);
    sim_free(s);
}

static void a_truncated_reply_is_asked_for_over_tcp_at_the_same_server(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_zone *zone = sim_zone(sim_world(s), "example.test");
    for (unsigned i = 0; i < 200; i++)
        sim_zone_add(zone, "big.example.test CAA ca%u.example", i);
    uint64_t row = sim_admit(s, "big.example.test");
    sim_run(s);
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_count(r, "caa"), 200);
    assert_string_equal(sim_text(r, "levels/0/protocol"), "tcp");
    size_t last = sim_sent(s) - 1;
    assert_true(sim_sent_at(s, last).tcp);
    assert_int_equal(sim_sent_at(s, last).server, sim_sent_at(s, last - 1).server);
    sim_free(s);
}

static void a_truncated_referral_is_asked_for_over_tcp(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){
                        .server = sim_server(sim_world(s), TLD), .times = 1, .answer.tc = true});
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), TLD), .by_model = true});
    run_rows(s, 1);
    expect_all_found(s);
    assert_int_equal(sim_stat(s, COUNTER_TCP_QUERIES), 1);
    sim_free(s);
}

static void without_tcp_the_other_server_is_asked(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_add_rule(s,
                 &(struct sim_rule){.server = one(s), .tcp = SIM_TCP_REFUSED, .answer.tc = true});
    run_rows(s, 10);
    expect_all_found(s);
    sim_free(s);
}

/* ---- no way there ---- */

static void no_route_over_ipv6_costs_no_attempts(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){
        .iterate = true, .ipv6 = true, .no_ipv6_route = true, .attempts = 1, .in_flight = 8});
    struct sim_world *w = sim_world(s);
    sim_serve(w, "test", "ns1.test", TLD);
    char ns[32], address[32];
    for (unsigned i = 1; i <= 6; i++) {
        snprintf(address, sizeof address, "2001:db8::%u", i);
        snprintf(ns, sizeof ns, "ns%u.example.test", i);
        sim_serve(w, "example.test", ns, address);
    }
    struct sim_zone *zone = sim_serve(w, "example.test", "ns7.example.test", ONE);
    sim_zone_add(zone, "example.test CAA ca.example");
    run_rows(s, 100);
    expect_all_found(s);
    assert_in_range(sim_stat(s, COUNTER_SENDS_FAILED), 1, 14); /* once for each address a minute */
    assert_int_equal(sim_stat(s, COUNTER_RETRIES), 0);
    sim_free(s);
}

static void a_zone_reached_over_ipv6_alone_is_net_unreachable_without_a_route(void **state)
{
    (void)state;
    struct sim *s =
        sim_new(&(struct sim_options){.iterate = true, .ipv6 = true, .no_ipv6_route = true});
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    sim_serve(sim_world(s), "six.test", "ns.six.test", "2001:db8::6");
    uint64_t row = sim_admit(s, "www.six.test");
    sim_run(s);
    sim_expect_failed(s, row, "net_unreachable", "www.six.test");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 2);
    sim_free(s);
}

/* ---- more servers than are remembered ---- */

static void few_remembered_servers_suffice_for_many(void **state)
{
    (void)state;
    struct sim *s =
        sim_new(&(struct sim_options){.iterate = true, .authorities = 8, .in_flight = 4});
    struct sim_world *w = sim_world(s);
    sim_serve(w, "test", "ns.test", TLD);
    char name[32], ns[64], address[32];
    for (unsigned i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "z%u.test", i);
        snprintf(ns, sizeof ns, "ns.%s", name);
        snprintf(address, sizeof address, "198.51.100.%u", i);
        struct sim_zone *zone = sim_serve(w, name, ns, address);
        sim_zone_add(zone, "%s CAA ca%u.example", name, i);
        sim_admit(s, name);
    }
    sim_run(s);
    for (uint64_t row = 1; row <= 200; row++) {
        const json_t *r = sim_record(s, row);
        snprintf(name, sizeof name, "ca%u.example", (unsigned)row - 1);
        assert_string_equal(sim_text(r, "outcome"), "found");
        assert_string_equal(sim_text(r, "caa/0/value"), name);
        snprintf(address, sizeof address, "198.51.100.%u", (unsigned)row - 1);
        assert_string_equal(sim_text(r, "levels/0/server"), address);
    }
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lame_server_is_passed_over_and_remembered),
        cmocka_unit_test(a_server_lame_for_one_zone_is_asked_about_others),
        cmocka_unit_test(a_refusing_server_is_passed_over),
        cmocka_unit_test(a_dead_server_rests),
        cmocka_unit_test(rows_of_servers_known_to_be_dead_are_given_up_after_two_attempts),
        cmocka_unit_test(silent_servers_are_not_asked_for_addresses_of_the_other_family),
        cmocka_unit_test(a_server_that_comes_back_is_asked_again),
        cmocka_unit_test(all_servers_at_rest_are_asked_all_the_same),
        cmocka_unit_test(the_faster_server_is_preferred_and_the_other_not_forgotten),
        cmocka_unit_test(a_server_that_has_become_fast_is_found),
        cmocka_unit_test(equal_servers_share_the_work),
        cmocka_unit_test(a_question_echoed_in_another_case_is_accepted),
        cmocka_unit_test(a_reply_has_to_echo_the_case_of_the_query),
        cmocka_unit_test(a_server_that_folds_case_is_asked_in_lower_case),
        cmocka_unit_test(edns_that_was_refused_is_not_tried_again_for_a_while),
        cmocka_unit_test(a_repeat_without_edns_or_over_tcp_waits_for_its_own_server),
        cmocka_unit_test(a_truncated_reply_is_asked_for_over_tcp_at_the_same_server),
        cmocka_unit_test(a_truncated_referral_is_asked_for_over_tcp),
        cmocka_unit_test(without_tcp_the_other_server_is_asked),
        cmocka_unit_test(no_route_over_ipv6_costs_no_attempts),
        cmocka_unit_test(a_zone_reached_over_ipv6_alone_is_net_unreachable_without_a_route),
        cmocka_unit_test(few_remembered_servers_suffice_for_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
