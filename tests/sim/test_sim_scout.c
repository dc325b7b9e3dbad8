/* Rows that need the same delegation: one asks for it, the others wait for what it finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_world.h"

#define TLD "192.0.2.1"
#define HOSTER "192.0.2.2"
#define ROWS 50u

static struct sim *world(void)
{
    struct sim *s = sim_new(&(struct sim_options){.iterate = true});
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    return s;
}

static void rows_under_one_tld_ask_the_root_once(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_admit_many(s, "n", ".test", ROWS);
    sim_run(s);
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, 0), 1);
    assert_int_equal(sim_asked_at(s, TLD, 0), ROWS + 1);
    sim_free(s);
}

static void apex_and_www_ask_the_tld_once(void **state)
{
    (void)state;
    struct sim *s = world();
    struct sim_zone *zone = sim_serve(sim_world(s), "example.test", "ns.example.test", HOSTER);
    sim_zone_add(zone, "example.test CAA ca.example");
    uint64_t apex = sim_admit(s, "example.test");
    uint64_t www = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, apex, "example.test", "ca.example");
    sim_expect_found(s, www, "example.test", "ca.example");
    assert_int_equal(sim_asked_at(s, TLD, 0), 1);
    sim_free(s);
}

static void a_lost_scout_is_followed_by_one_other(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), SIM_ROOT_IPV4),
                                       .times = 2,
                                       .fault = SIM_SILENT});
    sim_admit_many(s, "n", ".test", ROWS);
    sim_run(s);
    assert_in_range(sim_asked_at(s, SIM_ROOT_IPV4, 0), 3, 5);
    assert_int_equal(sim_stat(s, stats_outcome(OUTCOME_INDETERMINATE)), 0);
    sim_free(s);
}

static void a_silent_parent_holds_up_nobody_for_longer_than_its_time_outs(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), SIM_ROOT_IPV4),
                                       .fault = SIM_SILENT});
    sim_admit_many(s, "n", ".test", ROWS);
    sim_run(s);
    assert_int_equal(sim_stat(s, stats_outcome(OUTCOME_INDETERMINATE)), ROWS);
    assert_true(sim_now_ns(s) < 60 * SIM_S);
    sim_free(s);
}

/* co.test is an empty non-terminal of test, so the scout finds no delegation for the others. */
static void names_below_an_empty_non_terminal_wait_for_one_reply_at_most(void **state)
{
    (void)state;
    struct sim *s = world();
    for (unsigned i = 0; i < ROWS; i++)
        sim_zone_add(sim_zone(sim_world(s), "test"), "n%u.co.test CAA ca.example", i);
    sim_admit_many(s, "n", ".co.test", ROWS);
    sim_run(s);
    assert_int_equal(sim_stat(s, stats_outcome(OUTCOME_FOUND)), ROWS);
    assert_true(sim_now_ns(s) < 200 * SIM_MS);
    sim_free(s);
}

/* The scout never left this machine. */
static void a_send_that_fails_holds_up_nobody_else(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), SIM_ROOT_IPV4),
                                       .times = 1,
                                       .fault = SIM_SEND_FAILS});
    sim_admit_many(s, "n", ".test", ROWS);
    sim_run_until(s, 80 * SIM_MS);
    assert_int_equal(sim_recorded(s), ROWS - 1); /* that one pauses */
    sim_run(s);
    assert_int_equal(sim_stat(s, stats_outcome(OUTCOME_EMPTY)), ROWS);
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, 0), 1); /* another one went */
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_under_one_tld_ask_the_root_once),
        cmocka_unit_test(apex_and_www_ask_the_tld_once),
        cmocka_unit_test(a_lost_scout_is_followed_by_one_other),
        cmocka_unit_test(a_silent_parent_holds_up_nobody_for_longer_than_its_time_outs),
        cmocka_unit_test(names_below_an_empty_non_terminal_wait_for_one_reply_at_most),
        cmocka_unit_test(a_send_that_fails_holds_up_nobody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
