/* Leave to send: the virtual schedule by itself, and shared by threads. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

#include "limit.h"

#define S 1000000000ull
#define MS 1000000ull

static struct limit *limit_of(size_t servers, uint64_t rate_qps, uint64_t server_rate_qps)
{
    struct limit *l = aligned_alloc(64, (limit_size(servers) + 63) / 64 * 64);
    assert_non_null(l);
    limit_init(l, servers, rate_qps, server_rate_qps);
    return l;
}

/* Sends as fast as leave is given, asking every step_ns. */
static uint64_t sent_in(struct limit *l, size_t server, uint64_t from_ns, uint64_t step_ns)
{
    uint64_t sent = 0;
    for (uint64_t now_ns = from_ns; now_ns < from_ns + S; now_ns += step_ns) {
        while (limit_take(l, server, now_ns) == 0)
            sent++;
    }
    return sent;
}

static void without_a_limit_there_is_always_leave(void **state)
{
    (void)state;
    struct limit *l = limit_of(1, 0, 0);
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(limit_take(l, 0, 0), 0);
    free(l);
}

static void a_refusal_says_when_to_come_again(void **state)
{
    (void)state;
    struct limit *l = limit_of(1, 100, 0);
    while (limit_take(l, 0, S) == 0)
        continue;
    uint64_t when_ns = limit_take(l, 0, S);
    assert_in_range(when_ns, S + 1, S + 10 * MS);
    assert_int_equal(limit_take(l, 0, when_ns - 1), when_ns);
    assert_int_equal(limit_take(l, 0, when_ns), 0);
    free(l);
}

static void the_rate_holds_whatever_the_tick(void **state)
{
    (void)state;
    static const uint64_t rates[] = {1, 10, 333, 1000, 20000}, ticks[] = {50000, MS, 5 * MS};
    for (size_t r = 0; r < 5; r++) {
        for (size_t t = 0; t < 3; t++) {
            struct limit *l = limit_of(1, rates[r], 0);
            uint64_t burst = rates[r] * LIMIT_BURST_NS / S + 1;
            assert_in_range(sent_in(l, 0, 10 * S, ticks[t]), rates[r] * 99 / 100, rates[r] + burst);
            free(l);
        }
    }
}

static void unused_budget_lasts_for_the_burst_alone(void **state)
{
    (void)state;
    struct limit *l = limit_of(1, 1000, 0);
    limit_take(l, 0, 0);
    unsigned at_once = 0;
    while (limit_take(l, 0, 3600 * S) == 0)
        at_once++;
    assert_int_equal(at_once, LIMIT_BURST_NS / MS + 1);
    free(l);
}

static void each_server_has_its_own_budget(void **state)
{
    (void)state;
    struct limit *l = limit_of(2, 0, 100);
    while (limit_take(l, 0, S) == 0)
        continue;
    assert_int_equal(limit_take(l, 1, S), 0);
    assert_in_range(sent_in(l, 0, 2 * S, MS), 99, 102);
    free(l);
}

/* One query a second to a server: budget taken in vain would be missed for long. */
static void what_all_refuse_costs_the_server_nothing(void **state)
{
    (void)state;
    struct limit *l = limit_of(4, 100, 1);
    size_t server = 0;
    while (server < 3 && limit_take(l, server, S) == 0)
        server++;
    assert_in_range(server, 1, 2);
    assert_int_equal(limit_take(l, 3, S), limit_take(l, server, S));
    assert_int_equal(limit_take(l, 3, S + 20 * MS), 0);
    free(l);
}

static void what_a_server_refuses_costs_the_others_nothing(void **state)
{
    (void)state;
    struct limit *l = limit_of(2, 100, 10);
    unsigned refused = 0;
    for (unsigned i = 0; i < 1000; i++)
        refused += limit_take(l, 0, S) != 0;
    assert_int_equal(refused, 999);
    assert_int_equal(limit_take(l, 1, S), 0);
    free(l);
}

struct crowd {
    struct limit *limit;
    _Atomic uint64_t now_ns, granted;
};

static void *take_all(void *context)
{
    struct crowd *crowd = context;
    for (;;) {
        uint64_t now_ns = atomic_fetch_add(&crowd->now_ns, 10000);
        if (now_ns >= 11 * S)
            return NULL;
        while (limit_take(crowd->limit, 0, now_ns) == 0)
            atomic_fetch_add(&crowd->granted, 1);
    }
}

static void threads_share_one_limit(void **state)
{
    (void)state;
    struct crowd crowd = {.limit = limit_of(1, 5000, 0)};
    atomic_init(&crowd.now_ns, 10 * S);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_all, &crowd), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_in_range(atomic_load(&crowd.granted), 4950, 5052);
    free(crowd.limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_limit_there_is_always_leave),
        cmocka_unit_test(a_refusal_says_when_to_come_again),
        cmocka_unit_test(the_rate_holds_whatever_the_tick),
        cmocka_unit_test(unused_budget_lasts_for_the_burst_alone),
        cmocka_unit_test(each_server_has_its_own_budget),
        cmocka_unit_test(what_all_refuse_costs_the_server_nothing),
        cmocka_unit_test(what_a_server_refuses_costs_the_others_nothing),
        cmocka_unit_test(threads_share_one_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
