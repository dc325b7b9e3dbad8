/* Repeats before the time-out: soon where a query was lost, hardly ever where its reply is slow,
 * and never at the expense of a reply that would have been in time without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_world.h"

/* As the program's defaults: an attempt waits 2 s, the next ones 3, 4, 5 and 6 s. */
#define DEFAULTS .attempts = 5, .timeout_ns = 2 * SIM_S
#define TIMEOUTS_S 20u

/* When the way changes in the scenario at hand. */
#define CHANGE_NS (3 * SIM_S)
#define WARM_ROWS 2000u

static double duration(const struct sim *s, uint64_t row)
{
    return json_real_value(sim_at(sim_record(s, row), "duration"));
}

/* Rows from `from` on that took longer. */
static unsigned longer_than(const struct sim *s, uint64_t from, double seconds)
{
    unsigned count = 0;
    for (uint64_t row = from; row <= sim_recorded(s); row++)
        count += duration(s, row) > seconds;
    return count;
}

static void expect_all_answered(const struct sim *s)
{
    assert_int_equal(sim_stat(s, COUNTER_OUTCOME_EMPTY), sim_recorded(s));
}

/* Has the server measured, and the clock pass CHANGE_NS. Returns the rows so far. */
static unsigned warm_up(struct sim *s)
{
    sim_admit_many(s, "warm", "", WARM_ROWS);
    sim_run(s);
    assert_true(sim_now_ns(s) < CHANGE_NS);
    sim_pass(s, CHANGE_NS - sim_now_ns(s));
    return WARM_ROWS;
}

/* ---- loss ---- */

/* Before the first half second nothing is known of the server. */
static void what_is_lost_is_asked_again_long_before_the_time_out(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){DEFAULTS, .loss_percent = 5,
                                                  .latency_ns = 20 * SIM_MS, .in_flight = 200});
    sim_admit_many(s, "n", "", 20000);
    sim_run_until(s, 4 * SIM_S);
    assert_in_range(sim_recorded(s), 19900, 20000);
    sim_run(s);
    expect_all_answered(s);
    assert_in_range(longer_than(s, 5000, 0.2), 0, 15000 / 300);  /* lost twice: 1 in 400 */
    assert_in_range(longer_than(s, 5000, 0.5), 0, 15000 / 4000); /* thrice: 1 in 8000 */
    assert_in_range(sim_stat(s, COUNTER_RETRIES), 20000 / 25, 20000 / 16);
    sim_free(s);
}

/* A short list: its rows are all asked before anything is known. */
static void a_short_list_does_not_wait_either(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){DEFAULTS, .loss_percent = 5,
                                                  .latency_ns = 20 * SIM_MS, .in_flight = 2000});
    sim_admit_many(s, "n", "", 2000);
    sim_run(s);
    expect_all_answered(s);
    assert_true(longer_than(s, 1, 1.0) < 20);
    sim_free(s);
}

/* ---- slow replies ---- */

static unsigned hash_of(const struct sim_query *q)
{
    uint64_t hash = name_hash(name_of(&q->name), 1);
    return (unsigned)(hash >> 20);
}

/* Four fifths from a cache; the rest takes up to 400 ms, one in fifty up to 2 s. */
static bool heavy_tail(const struct sim_query *q, uint64_t *delay_ns)
{
    unsigned hash = hash_of(q), kind = hash % 50;
    if (kind == 0)
        *delay_ns = 500 * SIM_MS + hash / 50 % 1500 * SIM_MS;
    else if (kind < 10)
        *delay_ns = 20 * SIM_MS + hash / 50 % 380 * SIM_MS;
    return true;
}

static void a_resolver_with_a_heavy_tail_gets_hardly_any_repeats(void **state)
{
    (void)state;
    static const size_t in_flight[] = {50, 500, 5000};
    for (size_t i = 0; i < 3; i++) {
        struct sim *s = sim_new(&(struct sim_options){
            DEFAULTS, .way = heavy_tail, .latency_ns = 5 * SIM_MS, .in_flight = in_flight[i]});
        sim_admit_many(s, "n", "", 20000);
        sim_run(s);
        expect_all_answered(s);
        assert_in_range(sim_stat(s, COUNTER_RETRIES), 0, 20000 / 100);
        sim_free(s);
    }
}

static bool jump(const struct sim_query *q, uint64_t *delay_ns)
{
    *delay_ns = q->at_ns < CHANGE_NS ? 0 : 490 * SIM_MS;
    return true;
}

/* At most one repeat for each of those under way then, and that is all. */
static void a_way_that_becomes_longer_costs_a_window_of_repeats_at_most(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){DEFAULTS, .way = jump, .in_flight = 100});
    warm_up(s);
    assert_int_equal(sim_stat(s, COUNTER_RETRIES), 0);
    sim_admit_many(s, "n", "", 10000);
    sim_run(s);
    expect_all_answered(s);
    assert_in_range(sim_stat(s, COUNTER_RETRIES), 0, 100);
    assert_int_equal(sim_stat(s, COUNTER_LATE_REPLIES), sim_stat(s, COUNTER_RETRIES));
    assert_int_equal(longer_than(s, 1, 1.25), 0);
    sim_free(s);
}

/* ---- silence ---- */

/* Few in flight, so that the first repeats go by the clock. */
static void a_few_under_way_are_repeated_once_each(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){DEFAULTS, .way = jump, .in_flight = 10});
    warm_up(s);
    sim_admit_many(s, "n", "", 1000);
    sim_run(s);
    expect_all_answered(s);
    assert_in_range(sim_stat(s, COUNTER_RETRIES), 1, 20);
    assert_int_equal(sim_stat(s, COUNTER_LATE_REPLIES), sim_stat(s, COUNTER_RETRIES));
    sim_free(s);
}

static bool dies(const struct sim_query *q, uint64_t *delay_ns)
{
    (void)delay_ns;
    return q->at_ns < CHANGE_NS;
}

/* Where nobody is answered only the first repeat is early, and no row gives up sooner than it would
 * have without. */
static void a_server_that_dies_is_waited_for_as_ever(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){DEFAULTS, .way = dies, .in_flight = 100});
    unsigned warm = warm_up(s);
    size_t before = sim_sent(s);
    sim_admit_many(s, "n", "", 100);
    sim_run(s);
    assert_int_equal(sim_stat(s, COUNTER_CLASS_TIMEOUT), 100);
    assert_int_equal(sim_sent(s) - before, 500);
    for (uint64_t row = warm + 1; row <= warm + 100; row++)
        assert_in_range(duration(s, row) * 1000, TIMEOUTS_S * 1000, TIMEOUTS_S * 1000 + 150);
    for (size_t i = before; i < sim_sent(s); i++) {
        uint64_t after_ns = sim_sent_at(s, i).at_ns - CHANGE_NS;
        assert_true(after_ns <= 400 * SIM_MS || after_ns >= 2 * SIM_S);
    }
    sim_free(s);
}

static bool pauses(const struct sim_query *q, uint64_t *delay_ns)
{
    (void)delay_ns;
    return q->at_ns < CHANGE_NS || q->at_ns > CHANGE_NS + 7 * SIM_S;
}

static void a_short_outage_loses_no_row(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){DEFAULTS, .way = pauses, .in_flight = 100});
    warm_up(s);
    sim_admit_many(s, "n", "", 1000);
    sim_run(s);
    expect_all_answered(s);
    sim_free(s);
}

/* ---- late replies ---- */

static bool late_is_slow(const struct sim_query *q, uint64_t *delay_ns)
{
    struct name_buffer slow = sim_name("slow"), last = sim_name("last");
    static unsigned asked;
    if (name_equal(name_of(&q->name), name_of(&slow))) {
        *delay_ns = (TIMEOUTS_S * 1000 - 100) * SIM_MS; /* all replies to the first query alone */
        return asked++ % 5 == 0;
    }
    if (name_equal(name_of(&q->name), name_of(&last))) {
        *delay_ns = 5900 * SIM_MS;
        return asked++ % 5 == 4;
    }
    return true;
}

/* Others are answered all the while, so repeats are early. */
static struct sim *with_others(const char *name)
{
    struct sim *s = sim_new(
        &(struct sim_options){DEFAULTS, .way = late_is_slow, .in_flight = 100, .rate_qps = 1000});
    warm_up(s);
    sim_admit(s, name);
    sim_admit_many(s, "other", "", 25000);
    sim_run(s);
    expect_all_answered(s);
    return s;
}

static void the_first_reply_is_taken_as_late_as_ever(void **state)
{
    (void)state;
    struct sim *s = with_others("slow");
    assert_in_range(duration(s, WARM_ROWS + 1) * 1000, 19900, 20000);
    assert_int_equal(sim_number(sim_record(s, WARM_ROWS + 1), "retries"), 4);
    assert_int_equal(sim_stat(s, COUNTER_LATE_REPLIES), 1);
    sim_free(s);
}

static void the_last_attempt_has_its_whole_wait(void **state)
{
    (void)state;
    struct sim *s = with_others("last");
    assert_int_equal(sim_number(sim_record(s, WARM_ROWS + 1), "queries"), 5);
    assert_true(duration(s, WARM_ROWS + 1) < 20);
    sim_free(s);
}

static bool one_is_slow(const struct sim_query *q, uint64_t *delay_ns)
{
    struct name_buffer slow = sim_name("slow");
    if (name_equal(name_of(&q->name), name_of(&slow)))
        *delay_ns = 300 * SIM_MS;
    return true;
}

/* While the limit gives no leave to repeat a query, its reply may still come. */
static void a_reply_is_taken_while_the_repeat_waits_for_leave(void **state)
{
    (void)state;
    struct sim *s = sim_new(
        &(struct sim_options){DEFAULTS, .way = one_is_slow, .in_flight = 2000, .rate_qps = 1000});
    warm_up(s);
    sim_admit(s, "slow");
    sim_admit_many(s, "n", "", 2000);
    sim_run(s);
    expect_all_answered(s);
    const json_t *r = sim_record(s, WARM_ROWS + 1);
    assert_int_equal(sim_number(r, "queries"), 1);
    assert_float_equal(duration(s, WARM_ROWS + 1), 0.31, 0.001);
    assert_int_equal(sim_stat(s, COUNTER_LATE_REPLIES), 1);
    sim_free(s);
}

/* The repeat is under way, and may be answered better. */
static void a_late_failure_decides_nothing(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){DEFAULTS, .in_flight = 50});
    sim_add_rule(s, &(struct sim_rule){.name = "x",
                                       .times = 1,
                                       .delay_ns = 300 * SIM_MS,
                                       .answer = {.rcode = RCODE_SERVFAIL}});
    sim_add_rule(s, &(struct sim_rule){.name = "x",
                                       .delay_ns = 400 * SIM_MS,
                                       .answer = SIM_DENIAL(RCODE_NOERROR)});
    warm_up(s);
    uint64_t row = sim_admit(s, "x");
    sim_run(s);
    expect_all_answered(s);
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_number(r, "queries"), 2);
    assert_int_equal(sim_count(r, "levels/0/tried"), 1);
    assert_string_equal(sim_text(r, "levels/0/tried/0/result"), "servfail");
    assert_float_equal(duration(s, row), 0.51, 0.001);
    sim_free(s);
}

/* ---- authorities ---- */

#define ONE "192.0.2.2"
#define TWO "192.0.2.3"

static unsigned silent_server;

static bool one_stops(const struct sim_query *q, uint64_t *delay_ns)
{
    (void)delay_ns;
    return q->at_ns < CHANGE_NS || q->server != silent_server;
}

static void another_authority_is_asked_soon(void **state)
{
    (void)state;
    struct sim *s = sim_new(
        &(struct sim_options){DEFAULTS, .way = one_stops, .in_flight = 10, .iterate = true});
    sim_serve(sim_world(s), "test", "ns.test", "192.0.2.1");
    sim_serve(sim_world(s), "example.test", "ns1.example.test", ONE);
    sim_serve(sim_world(s), "example.test", "ns2.example.test", TWO);
    silent_server = sim_server(sim_world(s), ONE);
    sim_admit_many(s, "warm", ".example.test", 200);
    sim_run(s);
    sim_pass(s, CHANGE_NS - sim_now_ns(s));
    sim_admit_many(s, "n", ".example.test", 200);
    sim_run(s);
    expect_all_answered(s);
    assert_in_range(sim_stat(s, COUNTER_RETRIES), 1, 100);
    assert_int_equal(longer_than(s, 1, 1.0), 0);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_lost_is_asked_again_long_before_the_time_out),
        cmocka_unit_test(a_short_list_does_not_wait_either),
        cmocka_unit_test(a_resolver_with_a_heavy_tail_gets_hardly_any_repeats),
        cmocka_unit_test(a_way_that_becomes_longer_costs_a_window_of_repeats_at_most),
        cmocka_unit_test(a_few_under_way_are_repeated_once_each),
        cmocka_unit_test(a_server_that_dies_is_waited_for_as_ever),
        cmocka_unit_test(a_short_outage_loses_no_row),
        cmocka_unit_test(the_first_reply_is_taken_as_late_as_ever),
        cmocka_unit_test(the_last_attempt_has_its_whole_wait),
        cmocka_unit_test(a_reply_is_taken_while_the_repeat_waits_for_leave),
        cmocka_unit_test(a_late_failure_decides_nothing),
        cmocka_unit_test(another_authority_is_asked_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
