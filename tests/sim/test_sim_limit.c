/* Rates, held over virtual time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim_check.h"

/* The most queries in any second, to one server or (server < 0) to all. */
static size_t most_in_a_second(const struct sim *s, int server)
{
    size_t most = 0, first = 0, inside = 0;
    for (size_t i = 0; i < sim_sent(s); i++) {
        struct sim_query q = sim_sent_at(s, i);
        inside += server < 0 || q.server == (unsigned)server;
        for (; sim_sent_at(s, first).at_ns + SIM_S <= q.at_ns; first++)
            inside -= server < 0 || sim_sent_at(s, first).server == (unsigned)server;
        most = inside > most ? inside : most;
    }
    return most;
}

static void the_rate_holds_over_ten_seconds(void **state)
{
    (void)state;
    static const uint64_t rates[] = {100, 1000, 3000};
    for (size_t i = 0; i < 3; i++) {
        struct sim *s = sim_new(&(struct sim_options){.in_flight = 512, .rate_qps = rates[i]});
        sim_admit_many(s, "n", "", 40000);
        sim_run_until(s, 10 * SIM_S);
        assert_in_range(sim_sent(s), rates[i] * 990 / 100, rates[i] * 1010 / 100);
        assert_in_range(most_in_a_second(s, -1), rates[i] * 99 / 100, rates[i] * 101 / 100 + 1);
        sim_free(s);
    }
}

static void engines_share_one_limit(void **state)
{
    (void)state;
    struct sim *s =
        sim_new(&(struct sim_options){.engines = 4, .in_flight = 256, .rate_qps = 1000});
    sim_admit_many(s, "n", "", 20000);
    sim_run_until(s, 10 * SIM_S);
    assert_in_range(sim_sent(s), 9900, 10100);
    assert_in_range(most_in_a_second(s, -1), 990, 1011);
    sim_free(s);
}

static void the_rate_of_one_server_holds(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){
        .engines = 2, .servers = 3, .in_flight = 256, .server_rate_qps = 200});
    sim_admit_many(s, "n", "", 20000);
    sim_run_until(s, 10 * SIM_S);
    assert_in_range(sim_sent(s), 5940, 6060);
    for (int server = 0; server < 3; server++)
        assert_in_range(most_in_a_second(s, server), 198, 203);
    sim_free(s);
}

static void the_lower_of_both_rates_holds(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){
        .servers = 2, .in_flight = 256, .rate_qps = 300, .server_rate_qps = 250});
    sim_admit_many(s, "n", "", 10000);
    sim_run_until(s, 10 * SIM_S);
    assert_in_range(sim_sent(s), 2970, 3030);
    for (int server = 0; server < 2; server++)
        assert_in_range(most_in_a_second(s, server), 1, 253);
    sim_free(s);
}

static void retries_obey_the_limit(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 512, .rate_qps = 500});
    sim_add_rule(s, &(struct sim_rule){.fault = SIM_SILENT});
    sim_admit_many(s, "n", "", 4000);
    sim_run_until(s, 10 * SIM_S);
    assert_true(most_in_a_second(s, -1) <= 506);
    sim_free(s);
}

/* Budget that was not used is not saved up. */
static void a_pause_does_not_save_up_budget(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 512, .rate_qps = 1000});
    sim_admit(s, "first");
    sim_run(s);
    sim_pass(s, 60 * SIM_S);
    uint64_t start_ns = sim_now_ns(s);
    sim_admit_many(s, "n", "", 2000);
    sim_run_until(s, start_ns + SIM_S);
    assert_in_range(sim_sent(s) - 1, 1000, 1011);
    sim_free(s);
}

static void without_a_limit_nothing_is_held_back(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 512});
    sim_admit_many(s, "n", "", 512);
    sim_run(s);
    assert_int_equal(sim_sent_at(s, 511).at_ns, 0);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_holds_over_ten_seconds),
        cmocka_unit_test(engines_share_one_limit),
        cmocka_unit_test(the_rate_of_one_server_holds),
        cmocka_unit_test(the_lower_of_both_rates_holds),
        cmocka_unit_test(retries_obey_the_limit),
        cmocka_unit_test(a_pause_does_not_save_up_budget),
        cmocka_unit_test(without_a_limit_nothing_is_held_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
