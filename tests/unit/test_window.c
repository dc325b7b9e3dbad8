/* How many queries are kept in flight, against paths of several kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "window.h"

#define MS 1000000ull
#define TIMEOUT_MS 1000u

/* A path on which a query that finds `capacity` others under way is lost, and one in a hundred
 * times loss_percent besides. Replies come after latency_ms. Queries wait to be sent at any time.
 */
struct path {
    uint32_t capacity, loss_percent, latency_ms;
    uint32_t queued; /* queries at most in flight because no more wait; 0: any number */
    uint32_t sent[TIMEOUT_MS], lost[TIMEOUT_MS]; /* by the millisecond they will be known in */
    uint32_t in_flight, under_way;
    uint32_t random;
    uint64_t replies, losses, now_ms;
};

static void send_one(struct path *p)
{
    p->random = p->random * 1664525u + 1013904223u;
    bool lost = p->under_way >= p->capacity || (p->random >> 8) % 100 < p->loss_percent;
    p->in_flight++;
    if (lost) {
        p->lost[(p->now_ms + TIMEOUT_MS - 1) % TIMEOUT_MS]++;
        return;
    }
    p->under_way++;
    p->sent[(p->now_ms + p->latency_ms) % TIMEOUT_MS]++;
}

static void pass_one_ms(struct path *p, struct window *w)
{
    uint32_t *sent = &p->sent[p->now_ms % TIMEOUT_MS], *lost = &p->lost[p->now_ms % TIMEOUT_MS];
    for (; *sent > 0; --*sent) {
        p->in_flight--;
        p->under_way--;
        p->replies++;
        window_answered(w, p->latency_ms * MS);
    }
    for (; *lost > 0; --*lost) {
        p->in_flight--;
        p->losses++;
        window_lost(w);
    }
    while (window_has_room(w, p->in_flight) && (p->queued == 0 || p->in_flight < p->queued))
        send_one(p);
    window_turn(w, p->in_flight, p->now_ms * MS);
    p->now_ms++;
}

static void pass(struct path *p, struct window *w, unsigned seconds)
{
    p->replies = p->losses = 0;
    for (unsigned i = 0; i < seconds * 1000; i++)
        pass_one_ms(p, w);
}

static struct window window_of(uint32_t ceiling)
{
    struct window w;
    window_init(&w, ceiling, TIMEOUT_MS * MS);
    return w;
}

static void it_begins_at_the_ceiling_or_below(void **state)
{
    (void)state;
    assert_int_equal(window_of(1).size, 1);
    assert_int_equal(window_of(500).size, 500);
    assert_int_equal(window_of(1000000).size, WINDOW_START);
}

static void it_grows_to_the_ceiling_where_more_replies_come_back(void **state)
{
    (void)state;
    static struct path path = {.capacity = UINT32_MAX, .latency_ms = 100};
    struct window w = window_of(30000);
    pass(&path, &w, 10);
    assert_int_equal(w.size, 30000);
}

static void it_stays_where_nothing_fills_it(void **state)
{
    (void)state;
    static struct path path = {.capacity = UINT32_MAX, .latency_ms = 10, .queued = 300};
    struct window w = window_of(30000);
    pass(&path, &w, 20);
    assert_int_equal(w.size, WINDOW_START);
}

/* It ends near what the path holds, at nine tenths of the best rate or more, whatever the ceiling.
 */
static void it_finds_what_the_path_holds(void **state)
{
    (void)state;
    static const uint32_t capacities[] = {100, 500, 3000, 20000};
    for (size_t i = 0; i < 4; i++) {
        for (uint32_t ceiling = capacities[i] * 2; ceiling < 500000; ceiling *= 7) {
            struct path path = {.capacity = capacities[i], .latency_ms = 10};
            struct window w = window_of(ceiling);
            pass(&path, &w, 60);
            pass(&path, &w, 30);
            uint64_t best = 30ull * 100 * capacities[i];
            assert_in_range(path.replies, best * 9 / 10, best);
            assert_in_range(w.steady_size, capacities[i] * 7 / 10, capacities[i] * 15 / 10 + 64);
            assert_true(path.losses * 50 < path.replies);
        }
    }
}

/* Loss that does not depend on the window: a smaller one would only be slower. */
static void independent_loss_throttles_nothing(void **state)
{
    (void)state;
    static struct path path = {.capacity = UINT32_MAX, .loss_percent = 20, .latency_ms = 10};
    static struct path free_path = {.capacity = UINT32_MAX, .loss_percent = 20, .latency_ms = 10};
    struct window w = window_of(20000);
    struct window fixed = {.size = 20000, .ceiling = 20000, .since_ns = UINT64_MAX / 2};
    pass(&path, &w, 60);
    pass(&path, &w, 120);
    pass(&free_path, &fixed, 60);
    pass(&free_path, &fixed, 120);
    assert_int_equal(w.steady_size, 20000);
    assert_true(path.replies * 100 >= free_path.replies * 93);
}

static void datagrams_dropped_here_shrink_it_at_once(void **state)
{
    (void)state;
    static struct path path = {.capacity = UINT32_MAX, .latency_ms = 10};
    struct window w = window_of(10000);
    pass(&path, &w, 5);
    assert_int_equal(w.size, 10000);
    window_dropped(&w, path.now_ms * MS);
    assert_int_equal(w.size, 7000);
    pass(&path, &w, 5);
    assert_int_equal(w.size, 7000);
    pass(&path, &w, 10);
    assert_int_equal(w.size, 10000);
    for (unsigned i = 0; i < 100; i++)
        window_dropped(&w, path.now_ms * MS);
    assert_int_equal(w.size, WINDOW_LEAST);
}

/* The path narrows, and widens again. */
static void it_follows_the_path(void **state)
{
    (void)state;
    static struct path path = {.capacity = 8000, .latency_ms = 20};
    struct window w = window_of(100000);
    pass(&path, &w, 60);
    assert_in_range(w.steady_size, 5600, 10500);
    path.capacity = 1000;
    pass(&path, &w, 60);
    assert_in_range(w.steady_size, 700, 1600);
    path.capacity = 8000;
    pass(&path, &w, 300);
    assert_in_range(w.steady_size, 5600, 10500);
}

/* A path whose rate falls the more is asked of it: each query beyond costs the others. */
static void it_does_not_follow_a_storm_upwards(void **state)
{
    (void)state;
    struct window w = window_of(64000);
    uint64_t now_ns = 0, replies_of_storm = 0;
    for (unsigned ms = 0; ms < 60000; ms++, now_ns += MS) {
        uint64_t answered = w.size <= 2000 ? w.size / 10 : 400000 / w.size;
        for (uint64_t i = 0; i < answered; i++)
            window_answered(&w, 10 * MS);
        if (w.size > 2000)
            window_lost(&w);
        window_turn(&w, w.size, now_ns);
        replies_of_storm += ms > 30000 ? answered : 0;
    }
    assert_in_range(w.steady_size, 1000, 2600);
    assert_true(replies_of_storm > 30000ull * 200 * 8 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_at_the_ceiling_or_below),
        cmocka_unit_test(it_grows_to_the_ceiling_where_more_replies_come_back),
        cmocka_unit_test(it_stays_where_nothing_fills_it),
        cmocka_unit_test(it_finds_what_the_path_holds),
        cmocka_unit_test(independent_loss_throttles_nothing),
        cmocka_unit_test(datagrams_dropped_here_shrink_it_at_once),
        cmocka_unit_test(it_follows_the_path),
        cmocka_unit_test(it_does_not_follow_a_storm_upwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
