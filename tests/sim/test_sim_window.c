/* How many queries are in flight follows what the network takes, and no setting loses a row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim.h"

#define ROWS 45000u

/* Names recorded between the 30th and the 40th second, when the window has found its size. */
static size_t recorded_in_the_end(struct sim *s)
{
    sim_admit_many(s, "n", ".example", ROWS);
    sim_run_until(s, 30 * SIM_S);
    size_t before = sim_recorded(s);
    sim_run_until(s, 40 * SIM_S);
    return sim_recorded(s) - before;
}

static unsigned found_nothing(struct sim *s, unsigned rows)
{
    unsigned empty = 0;
    for (unsigned i = 1; i <= rows; i++) {
        const char *outcome = json_string_value(json_object_get(sim_record(s, i), "outcome"));
        empty += outcome[0] == 'e';
    }
    return empty;
}

/* 100 datagrams can be under way, 3000 names want to be asked at the same time. */
static void too_many_in_flight_end_in_the_best_rate(void **state)
{
    (void)state;
    struct sim_options options = {.capacity = 100,
                                  .latency_ns = 100 * SIM_MS,
                                  .in_flight = 100,
                                  .cache_entries = 64,
                                  .attempts = 10};
    struct sim *best = sim_new(&options);
    size_t most = recorded_in_the_end(best);
    options.in_flight = 3000;
    struct sim *s = sim_new(&options);
    size_t recorded = recorded_in_the_end(s);
    assert_true(recorded * 10 >= most * 9);
    sim_run(s);
    assert_in_range(sim_stat(s, COUNTER_WINDOW), 64, 200);
    assert_in_range(sim_stat(s, COUNTER_RETRIES), 1, ROWS / 2);
    assert_int_equal(found_nothing(s, ROWS), ROWS);
    sim_free(best);
    sim_free(s);
}

static void loss_that_does_not_depend_on_the_rate_throttles_nothing(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){
        .loss_percent = 20, .latency_ns = 100 * SIM_MS, .in_flight = 4000, .attempts = 10});
    sim_admit_many(s, "n", ".example", ROWS);
    sim_run_until(s, 4 * SIM_S);
    assert_true(sim_recorded(s) > ROWS * 3 / 4); /* 4000 rows were at work most of the time */
    sim_run(s);
    assert_int_equal(found_nothing(s, ROWS), ROWS);
    sim_free(s);
}

/* Names whose servers are dead take up room, but say nothing of the way. */
static void dead_servers_do_not_narrow_the_window(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){
        .servers = 4, .latency_ns = 20 * SIM_MS, .in_flight = 2000, .timeout_ns = 500 * SIM_MS});
    for (unsigned i = 2; i <= 4; i++)
        sim_add_rule(s, &(struct sim_rule){.server = i, .fault = SIM_SILENT});
    sim_admit_many(s, "n", ".example", 20000);
    sim_run_until(s, 4 * SIM_S);
    assert_in_range(sim_stat(s, COUNTER_WINDOW), 1024, 2000);
    sim_run(s);
    assert_int_equal(found_nothing(s, 20000), 20000);
    sim_free(s);
}

static void the_rate_that_was_asked_for_holds(void **state)
{
    (void)state;
    static const uint64_t rates[] = {700, 3000, 11000};
    for (size_t i = 0; i < 3; i++) {
        unsigned rows = (unsigned)rates[i] * 5;
        struct sim *s =
            sim_new(&(struct sim_options){.rate_qps = rates[i], .in_flight = 2000, .engines = 2});
        sim_admit_many(s, "n", "", rows);
        sim_run(s);
        double seconds = (double)(sim_now_ns(s) - 10 * SIM_MS) / 1e9;
        double rate = (double)sim_sent(s) / seconds;
        assert_true(rate > (double)rates[i] * 0.99 && rate < (double)rates[i] * 1.01);
        sim_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_many_in_flight_end_in_the_best_rate),
        cmocka_unit_test(loss_that_does_not_depend_on_the_rate_throttles_nothing),
        cmocka_unit_test(dead_servers_do_not_narrow_the_window),
        cmocka_unit_test(the_rate_that_was_asked_for_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
