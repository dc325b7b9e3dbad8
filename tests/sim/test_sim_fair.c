/* Many names and few operators: limits that hold, and trouble that stays with its own names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_world.h"

#define TLDS 10u
#define SERVERS 2u /* of an operator */

/* TLDs t0 … t9 with a server each. */
static struct sim *world(struct sim_options options)
{
    options.iterate = true;
    struct sim *s = sim_new(&options);
    char name[16], ns[16], address[32];
    for (unsigned i = 0; i < TLDS; i++) {
        snprintf(name, sizeof name, "t%u", i);
        snprintf(ns, sizeof ns, "ns.t%u", i);
        snprintf(address, sizeof address, "192.0.2.%u", i + 1);
        sim_serve(sim_world(s), name, ns, address);
    }
    return s;
}

static const char *server_of(unsigned operator, unsigned server, char address[32])
{
    snprintf(address, 32, "198.51.100.%u", SERVERS * operator+ server + 1);
    return address;
}

/* Registers a name at an operator: z5.t5 with a set. Its row comes last. */
static uint64_t add_name(struct sim *s, unsigned number, unsigned operator)
{
    char name[32], ns[48], address[32];
    snprintf(name, sizeof name, "z%u.t%u", number, number % TLDS);
    for (unsigned i = 0; i < SERVERS; i++) {
        snprintf(ns, sizeof ns, "ns%u.%s", i, name);
        sim_serve(sim_world(s), name, ns, server_of(operator, i, address));
    }
    sim_zone_add(sim_zone(sim_world(s), name), "%s CAA ca.example", name);
    return sim_admit(s, name);
}

static void do_to_operator(struct sim *s, unsigned operator, struct sim_rule rule)
{
    char address[32];
    for (unsigned i = 0; i < SERVERS; i++) {
        rule.server = sim_server(sim_world(s), server_of(operator, i, address));
        sim_add_rule(s, &rule);
    }
}

static double duration(const struct sim *s, uint64_t row)
{
    return json_real_value(json_object_get(sim_record(s, row), "duration"));
}

/* Seconds from the start of the simulation to the row's verdict. */
static double done_at(const struct sim *s, uint64_t row)
{
    const char *minutes = strchr(sim_text(sim_record(s, row), "timestamp"), ':');
    assert_non_null(minutes);
    const char *seconds = strchr(minutes + 1, ':');
    assert_non_null(seconds);
    return 60 * strtod(minutes + 1, NULL) + strtod(seconds + 1, NULL);
}

static bool is_found(const struct sim *s, uint64_t row)
{
    return strcmp(sim_text(sim_record(s, row), "outcome"), "found") == 0;
}

/* ---- limits ---- */

#define RATE_QPS 20u
#define CAP 5u
#define LATENCY_NS (300 * SIM_MS)

/* The most queries to one server within `within_ns`. */
static unsigned most_within(const struct sim *s, unsigned server, uint64_t within_ns)
{
    unsigned most = 0;
    for (size_t i = 0; i < sim_sent(s); i++) {
        struct sim_query first = sim_sent_at(s, i);
        if (first.server != server)
            continue;
        unsigned count = 0;
        for (size_t k = i; k < sim_sent(s); k++) {
            struct sim_query q = sim_sent_at(s, k);
            if (q.at_ns >= first.at_ns + within_ns)
                break;
            count += q.server == server;
        }
        most = count > most ? count : most;
    }
    return most;
}

static void expect_most_within(struct sim_options options, uint64_t within_ns, unsigned most)
{
    struct sim *s = world(options);
    for (unsigned i = 0; i < 200; i++)
        add_name(s, i, 0);
    sim_run(s);
    for (uint64_t row = 1; row <= 200; row++)
        assert_true(is_found(s, row));
    unsigned at_operator = 0;
    char address[32];
    for (unsigned i = 0; i < SERVERS; i++) {
        unsigned server = sim_server(sim_world(s), server_of(0, i, address)) - 1;
        unsigned sent = most_within(s, server, within_ns);
        assert_in_range(sent, 1, most);
        at_operator += sent;
    }
    assert_true(at_operator > most); /* both are used as far as they may be */
    for (unsigned i = 0; i < TLDS; i++) {
        snprintf(address, sizeof address, "192.0.2.%u", i + 1);
        unsigned server = sim_server(sim_world(s), address) - 1;
        assert_in_range(most_within(s, server, within_ns), 1, most);
    }
    sim_free(s);
}

static void the_rate_of_a_server_holds(void **state)
{
    (void)state;
    expect_most_within(
        (struct sim_options){.server_rate_qps = RATE_QPS, .in_flight = 200, .attempts = 4}, SIM_S,
        RATE_QPS + 1);
}

static void the_queries_in_flight_to_a_server_are_capped(void **state)
{
    (void)state;
    expect_most_within(
        (struct sim_options){.server_in_flight = CAP, .in_flight = 200, .latency_ns = LATENCY_NS},
        LATENCY_NS, CAP);
}

/* ---- the other half ---- */

#define HALF 500u

struct halves {
    double slow_end, other_end; /* when the last row of each half was done */
    double other_longest;
};

/* Operator 0 has every other name, the others share the rest; without it only theirs are asked. */
static struct halves run_halves(struct sim_options options, bool with_slow, struct sim_rule rule)
{
    struct sim *s = world(options);
    if (rule.delay_ns > 0 || rule.fault != SIM_ANSWERS)
        do_to_operator(s, 0, rule);
    struct halves out = {0};
    for (unsigned i = 0; i < 2 * HALF; i++) {
        bool slow = i % 2 == 0;
        if (with_slow || !slow)
            add_name(s, i, slow ? 0 : 1 + i / 2 % 10);
    }
    size_t rows = with_slow ? 2 * HALF : HALF;
    sim_run(s);
    for (uint64_t row = 1; row <= rows; row++) {
        const char *name = sim_text(sim_record(s, row), "name");
        bool slow = strtoul(name + 1, NULL, 10) % 2 == 0;
        double took = duration(s, row);
        if (!slow)
            assert_true(is_found(s, row));
        if (!slow && took > out.other_longest)
            out.other_longest = took;
        double *end = slow ? &out.slow_end : &out.other_end;
        *end = done_at(s, row) > *end ? done_at(s, row) : *end;
    }
    sim_free(s);
    return out;
}

static void print_halves(const char *what, struct halves with, struct halves without)
{
    print_message("%s: the other half is done after %.2f s (%.2f s alone), its longest row took "
                  "%.2f s (%.2f s); the half in trouble after %.2f s\n",
                  what, with.other_end, without.other_end, with.other_longest,
                  without.other_longest, with.slow_end);
}

/* One operator with half of the names may be asked 2 * 20 times a second: 12.5 s at the least. */
static void a_limited_operator_does_not_hold_up_the_others(void **state)
{
    (void)state;
    struct sim_options options = {.server_rate_qps = 20, .in_flight = 2 * HALF};
    struct sim_rule none = {0};
    struct halves with = run_halves(options, true, none),
                  without = run_halves(options, false, none);
    print_halves("room for all rows", with, without);
    assert_true(with.slow_end > 12);
    /* The TLDs have twice the names to tell, and the same rate. */
    assert_true(with.other_end < 2.2 * without.other_end);
}

/* With fewer slots than names they fill with rows that wait for the limited operator: then the
 * others end with it, and no later. */
static void with_few_slots_the_others_end_no_later_than_the_limited_operator(void **state)
{
    (void)state;
    struct sim_options options = {.server_rate_qps = 20, .in_flight = 50};
    struct sim_rule none = {0};
    struct halves with = run_halves(options, true, none),
                  without = run_halves(options, false, none);
    print_halves("50 slots", with, without);
    assert_true(with.slow_end < 14.5);
    assert_true(with.other_end < with.slow_end + 0.5);
    assert_true(with.other_longest < 2 * without.other_longest + 1);
}

static void a_slow_operator_does_not_slow_the_others(void **state)
{
    (void)state;
    struct sim_options options = {.in_flight = 2 * HALF};
    struct sim_rule slow = {.delay_ns = 900 * SIM_MS, .by_model = true};
    struct halves with = run_halves(options, true, slow),
                  without = run_halves(options, false, slow);
    print_halves("a slow operator", with, without);
    assert_true(with.other_end <= without.other_end + 0.05);
    assert_true(with.other_longest <= without.other_longest + 0.05);
}

/* Every reply of operator 0 is truncated, so its names have to wait for its rate over TCP. */
static void a_limited_operator_over_tcp_does_not_hold_up_the_others(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.server_rate_qps = 20, .in_flight = 400});
    char address[32];
    for (unsigned i = 0; i < SERVERS; i++)
        for (unsigned tcp = 0; tcp < 2; tcp++)
            sim_add_rule(
                s, &(struct sim_rule){.server = sim_server(sim_world(s), server_of(0, i, address)),
                                      .only_udp = tcp == 0,
                                      .by_model = tcp == 1,
                                      .answer.tc = true});
    for (unsigned i = 0; i < 200; i++)
        add_name(s, i, i % 2 == 0 ? 0 : 1 + i / 2 % 10);
    for (unsigned i = 1; i < 200; i += 20) { /* of the others some need TCP too */
        char name[32];
        snprintf(name, sizeof name, "z%u.t%u", i, i % TLDS);
        for (unsigned k = 0; k < 200; k++)
            sim_zone_add(sim_zone(sim_world(s), name), "%s CAA another%u.example", name, k);
    }
    sim_run(s);
    double limited = 0, others = 0;
    for (uint64_t row = 1; row <= 200; row++) {
        assert_true(is_found(s, row));
        double *longest = row % 2 == 1 ? &limited : &others;
        *longest = duration(s, row) > *longest ? duration(s, row) : *longest;
    }
    print_message("truncated: the limited half %.2f s, the others %.2f s\n", limited, others);
    assert_true(limited > 4.5);
    assert_true(others < 2.5);
    sim_free(s);
}

/* The addresses of the servers are kept for 5 s, and the last row waits for its turn for 20 s. */
static void an_address_that_expires_while_a_row_waits_is_asked_for_again(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.server_rate_qps = 5, .in_flight = 200});
    struct sim_world *w = sim_world(s);
    struct sim_zone *hoster = sim_serve(w, "hoster.t0", "ns.hoster.t0", "203.0.113.1");
    sim_zone_add(hoster, "dns.hoster.t0 5 A 203.0.113.2");
    char name[32];
    for (unsigned i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "z%u.t%u", i, i % TLDS);
        struct sim_zone *zone = sim_zone(w, name);
        sim_delegate(w, name, "dns.hoster.t0", NULL);
        sim_zone_add(zone, "%s CAA ca.example", name);
        sim_zone_host(w, zone, "203.0.113.2");
        sim_admit(s, name);
    }
    sim_run(s);
    for (uint64_t row = 1; row <= 100; row++)
        assert_true(is_found(s, row));
    assert_in_range(sim_now_ns(s), 20 * SIM_S, 30 * SIM_S);
    sim_free(s);
}

/* ---- a dead operator ---- */

#define OPERATORS 5u
#define NAMES 1000u
#define OTHERS 800 /* rows of the other operators */

struct fifth {
    double mean, longest, end; /* of the rows of the other operators, in seconds */
};

static struct fifth run_fifth(bool dead, size_t in_flight)
{
    struct sim *s = world((struct sim_options){.in_flight = in_flight, .control = true});
    if (dead)
        do_to_operator(s, 0, (struct sim_rule){.fault = SIM_SILENT});
    for (unsigned i = 0; i < NAMES; i++)
        add_name(s, i, i % OPERATORS);
    sim_run(s);
    struct fifth out = {0};
    for (uint64_t row = 1; row <= NAMES; row++) {
        bool of_dead = (row - 1) % OPERATORS == 0;
        if (of_dead && dead)
            assert_string_equal(sim_text(sim_record(s, row), "error_class"), "timeout");
        else
            assert_true(is_found(s, row));
        if (of_dead)
            continue;
        double took = duration(s, row);
        out.mean += took / OTHERS;
        out.longest = took > out.longest ? took : out.longest;
        out.end = done_at(s, row) > out.end ? done_at(s, row) : out.end;
    }
    sim_free(s);
    return out;
}

static void one_dead_operator_of_five_does_not_slow_the_others(void **state)
{
    (void)state;
    for (size_t in_flight = 50; in_flight <= NAMES; in_flight *= 20) {
        struct fifth with = run_fifth(true, in_flight), without = run_fifth(false, in_flight);
        print_message("%zu slots, rows of the other operators: mean %.4f s (%.4f s without the "
                      "dead one), longest %.3f s (%.3f s), the last done after %.2f s (%.2f s)\n",
                      in_flight, with.mean, without.mean, with.longest, without.longest, with.end,
                      without.end);
        assert_true(with.mean < 1.05 * without.mean);
        assert_true(with.longest < without.longest + 0.05);
        if (in_flight == NAMES) /* fewer slots fill up with rows of the dead one */
            assert_true(with.end < without.end + 0.05);
    }
}

/* ---- loss ---- */

#define HEALTHY 2000u

static unsigned right_with_loss(uint64_t seed, unsigned reply_loss_percent, uint32_t attempts)
{
    struct sim *s = world((struct sim_options){.in_flight = 500,
                                               .loss_percent = 20,
                                               .reply_loss_percent = reply_loss_percent,
                                               .attempts = attempts,
                                               .seed = seed,
                                               .control = true});
    for (unsigned i = 0; i < HEALTHY; i++)
        add_name(s, i, i % 50);
    sim_run(s);
    unsigned right = 0;
    for (uint64_t row = 1; row <= HEALTHY; row++)
        right += is_found(s, row);
    print_message("seed %llu, %u %% loss each way, %u attempts: %u of %u right, %.2f queries a "
                  "name\n",
                  (unsigned long long)seed, reply_loss_percent, attempts, right, HEALTHY,
                  (double)sim_sent(s) / HEALTHY);
    sim_free(s);
    return right;
}

static void with_a_fifth_of_all_exchanges_lost_999_names_of_1000_are_right(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++)
        assert_in_range(right_with_loss(seed, 0, 4), HEALTHY * 999 / 1000, HEALTHY);
}

static void with_a_fifth_lost_each_way_five_attempts_are_enough(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++)
        assert_in_range(right_with_loss(seed, 20, 5), HEALTHY * 999 / 1000, HEALTHY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_of_a_server_holds),
        cmocka_unit_test(the_queries_in_flight_to_a_server_are_capped),
        cmocka_unit_test(a_limited_operator_does_not_hold_up_the_others),
        cmocka_unit_test(with_few_slots_the_others_end_no_later_than_the_limited_operator),
        cmocka_unit_test(a_slow_operator_does_not_slow_the_others),
        cmocka_unit_test(a_limited_operator_over_tcp_does_not_hold_up_the_others),
        cmocka_unit_test(an_address_that_expires_while_a_row_waits_is_asked_for_again),
        cmocka_unit_test(one_dead_operator_of_five_does_not_slow_the_others),
        cmocka_unit_test(with_a_fifth_of_all_exchanges_lost_999_names_of_1000_are_right),
        cmocka_unit_test(with_a_fifth_lost_each_way_five_attempts_are_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
