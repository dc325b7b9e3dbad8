/* How many queries are kept in flight, against paths of several kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "window.h"

#define MS 1000000ull
#define TIMEOUT_MS 1000u

#define QUEUE_MS 20u
#define FIFO_MAX 200000u

/* A path. Replies come after latency_ms. Queries wait to be sent at any time; one is lost that
 * finds `capacity` others under way, or a queue of QUEUE_MS before a way that carries so many a
 * second; and, besides, one in a hundred times loss_percent. Beyond storms_from queries under way
 * each further one costs the others: so fewer replies come, the more are asked for. 0: not so. */
struct path {
    uint32_t capacity, rate_qps, loss_percent, latency_ms, storms_from;
    uint32_t queued;           /* queries at most in flight because no more wait */
    uint32_t ceiling;          /* rows: those that wait for a time-out have one each */
    uint32_t lost[TIMEOUT_MS]; /* by the millisecond they will be known in */
    struct reply {
        uint64_t sent_ms, at_ms;
    } * fifo; /* replies on their way, FIFO_MAX */
    size_t fifo_head, fifo_count;
    double backlog;                        /* queries in the queue */
    uint64_t silent_from_ms, silent_to_ms; /* nothing comes through, or all of it afterwards: */
    bool answers_later;
    uint32_t in_flight, random;
    uint64_t sends, replies, losses, now_ms;
};

static bool draw(struct path *p, double chance)
{
    p->random = p->random * 1664525u + 1013904223u;
    return (double)(p->random >> 8) < chance * 0x1p24;
}

static bool is_silent(const struct path *p)
{
    return p->now_ms >= p->silent_from_ms && p->now_ms < p->silent_to_ms;
}

static bool is_lost(struct path *p, const struct window *w)
{
    double storm = p->storms_from > 0 && w->under_way > p->storms_from
                       ? (double)p->storms_from / w->under_way
                       : 1;
    if (draw(p, p->loss_percent / 100.0) || draw(p, 1 - storm * storm))
        return true;
    if (p->capacity > 0 && p->fifo_count >= p->capacity)
        return true;
    if (is_silent(p) && !p->answers_later)
        return true;
    return p->rate_qps > 0 && p->backlog > p->rate_qps * (QUEUE_MS / 1000.0) + 1;
}

static void send_one(struct path *p, struct window *w)
{
    bool lost = is_lost(p, w);
    window_sent(w, true, p->now_ms * MS);
    p->sends++;
    p->in_flight++;
    if (lost) {
        p->lost[p->now_ms % TIMEOUT_MS]++;
        return;
    }
    assert_true(p->fifo_count < FIFO_MAX);
    uint64_t waits_ms = 0;
    if (p->rate_qps > 0)
        waits_ms = (uint64_t)(p->backlog++ * 1000 / p->rate_qps);
    p->fifo[(p->fifo_head + p->fifo_count++) % FIFO_MAX] =
        (struct reply){.sent_ms = p->now_ms, .at_ms = p->now_ms + p->latency_ms + waits_ms};
}

static void take_reply(struct path *p, struct window *w, uint64_t sent_ms)
{
    if (is_silent(p)) { /* lost on its way back */
        p->lost[sent_ms % TIMEOUT_MS]++;
        return;
    }
    p->in_flight--;
    p->replies++;
    window_ended(w, true, sent_ms * MS);
    window_answered(w, sent_ms * MS, p->now_ms * MS);
}

static void take_replies(struct path *p, struct window *w)
{
    if (is_silent(p) && p->answers_later)
        return;
    while (p->fifo_count > 0 && p->fifo[p->fifo_head].at_ms <= p->now_ms) {
        uint64_t sent_ms = p->fifo[p->fifo_head].sent_ms;
        p->fifo_head = (p->fifo_head + 1) % FIFO_MAX;
        p->fifo_count--;
        take_reply(p, w, sent_ms);
    }
}

static void take_timeouts(struct path *p, struct window *w)
{
    uint32_t *lost = &p->lost[p->now_ms % TIMEOUT_MS];
    for (; *lost > 0; --*lost) {
        p->in_flight--;
        p->losses++;
        window_ended(w, true, (p->now_ms - TIMEOUT_MS) * MS);
    }
}

/* The processor does no more than SENDS_PER_MS. */
#define SENDS_PER_MS 1000u

static void pass_one_ms(struct path *p, struct window *w)
{
    take_replies(p, w);
    take_timeouts(p, w);
    window_advance(w, p->now_ms * MS);
    for (unsigned i = 0;
         i < SENDS_PER_MS && window_has_room(w) && (p->queued == 0 || p->in_flight < p->queued) &&
         (p->ceiling == 0 || p->in_flight < p->ceiling);
         i++)
        send_one(p, w);
    window_turn(w, p->now_ms * MS);
    p->backlog -= p->rate_qps / 1000.0;
    p->backlog = p->backlog > 0 ? p->backlog : 0;
    p->now_ms++;
}

static void pass(struct path *p, struct window *w, unsigned seconds)
{
    p->sends = p->replies = p->losses = 0;
    for (unsigned i = 0; i < seconds * 1000; i++)
        pass_one_ms(p, w);
}

static struct path path_of(struct path path)
{
    path.fifo = malloc(FIFO_MAX * sizeof *path.fifo);
    assert_non_null(path.fifo);
    return path;
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
    struct path path = path_of((struct path){.latency_ms = 100});
    struct window w = window_of(30000);
    pass(&path, &w, 3);
    assert_in_range(w.size, 25000, 30000);
    pass(&path, &w, 7);
    assert_int_equal(w.steady_size, 30000);
    free(path.fifo);
}

static void it_stays_where_nothing_fills_it(void **state)
{
    (void)state;
    struct path path = path_of((struct path){.latency_ms = 10, .queued = 300});
    struct window w = window_of(30000);
    pass(&path, &w, 20);
    assert_int_equal(w.size, WINDOW_START);
    free(path.fifo);
}

/* It ends near what the path holds, at nine tenths of the best rate or more, whatever the ceiling.
 */
static void it_finds_what_the_path_holds(void **state)
{
    (void)state;
    static const uint32_t capacities[] = {100, 500, 3000};
    for (size_t i = 0; i < 3; i++) {
        for (uint32_t ceiling = capacities[i] * 2; ceiling < 500000; ceiling *= 7) {
            struct path path = path_of((struct path){.capacity = capacities[i], .latency_ms = 10});
            struct window w = window_of(ceiling);
            pass(&path, &w, 60);
            pass(&path, &w, 30);
            uint64_t best = 30ull * 100 * capacities[i];
            assert_in_range(path.replies, best * 9 / 10, best);
            assert_in_range(w.steady_size, capacities[i] * 6 / 10, capacities[i] * 15 / 10 + 64);
            assert_true(path.losses * 50 < path.replies);
            free(path.fifo);
        }
    }
}

/* From the fourth second to the tenth three quarters of what the way carries come through, and few
 * queries more than replies are sent, however wide the ceiling; and nine tenths from then on. */
static void it_settles_within_seconds(void **state)
{
    (void)state;
    static const uint32_t rates[] = {1000, 5000, 50000, 300000};
    static const uint32_t latencies[] = {1, 20, 100, 200};
    static const uint32_t losses[] = {0, 1};
    for (size_t i = 0; i < 4 * 4 * 2; i++) {
        uint32_t rate = rates[i % 4], latency_ms = latencies[i / 4 % 4], loss = losses[i / 16];
        struct path path = path_of((struct path){
            .rate_qps = rate, .latency_ms = latency_ms, .loss_percent = loss, .ceiling = 300000});
        struct window w = window_of(path.ceiling);
        pass(&path, &w, 3);
        assert_true(path.sends < 3 * path.replies + 1000);
        pass(&path, &w, 7);
        assert_true(path.replies * 4 >= 7ull * rate * 3);
        assert_true(path.sends * 2 < path.replies * 5);
        pass(&path, &w, 20);
        assert_true(path.replies * 10 >= 20ull * rate * 9);
        assert_true(path.sends * 4 < path.replies * 7);
        free(path.fifo);
    }
}

/* Loss that does not depend on the window: a smaller one would only be slower. */
static void independent_loss_throttles_nothing(void **state)
{
    (void)state;
    static const uint32_t latencies[] = {1, 10, 100};
    for (size_t i = 0; i < 3; i++) {
        const struct path kind = {.loss_percent = 20, .latency_ms = latencies[i], .ceiling = 20000};
        struct path path = path_of(kind), free_path = path_of(kind);
        struct window w = window_of(20000), fixed = window_of(20000);
        fixed = (struct window){.size = 20000,
                                .ceiling = 20000,
                                .timeout_ns = TIMEOUT_MS * MS,
                                .since_ns = UINT64_MAX / 2,
                                .trial = WINDOW_STEADY,
                                .span_shift = fixed.span_shift};
        pass(&path, &w, 5);
        pass(&free_path, &fixed, 5);
        pass(&path, &w, 60);
        pass(&free_path, &fixed, 60);
        assert_true(path.replies * 100 >= free_path.replies * 93);
        free(path.fifo);
        free(free_path.fifo);
    }
}

/* Reports of drops that come while the window is still emptied are of before. */
static void datagrams_dropped_here_shrink_it_at_once(void **state)
{
    (void)state;
    struct path path = path_of((struct path){.latency_ms = 20});
    struct window w = window_of(4000);
    pass(&path, &w, 5);
    assert_int_equal(w.size, 4000);
    window_dropped(&w, path.now_ms * MS);
    assert_int_equal(w.size, 2800);
    window_dropped(&w, path.now_ms * MS);
    assert_int_equal(w.size, 2800);
    pass(&path, &w, 5);
    assert_int_equal(w.size, 2800);
    pass(&path, &w, 10);
    assert_int_equal(w.size, 4000);
    for (unsigned i = 0; i < 100; i++) {
        window_dropped(&w, path.now_ms * MS);
        for (unsigned ms = 0; ms < 100; ms++)
            pass_one_ms(&path, &w);
    }
    assert_int_equal(w.size, WINDOW_LEAST);
    free(path.fifo);
}

/* The path narrows, and widens again. */
static void it_follows_the_path(void **state)
{
    (void)state;
    struct path path = path_of((struct path){.capacity = 8000, .latency_ms = 20});
    struct window w = window_of(100000);
    pass(&path, &w, 30);
    assert_in_range(w.steady_size, 5600, 10500);
    path.capacity = 1000;
    pass(&path, &w, 10);
    assert_in_range(w.steady_size, 600, 1600);
    path.capacity = 8000;
    pass(&path, &w, 60);
    assert_in_range(w.steady_size, 5600, 10500);
    free(path.fifo);
}

/* A path whose rate falls the more is asked of it: each query beyond costs the others. */
static void it_does_not_follow_a_storm_upwards(void **state)
{
    (void)state;
    struct path path = path_of((struct path){.storms_from = 2000, .latency_ms = 10});
    struct window w = window_of(64000);
    pass(&path, &w, 10);
    assert_in_range(w.steady_size, 1000, 2600);
    pass(&path, &w, 30);
    assert_true(path.replies > 30000ull * 200 * 8 / 10);
    free(path.fifo);
}

/* A server that never answered may be dead: its silence says nothing of the way, and its queries
 * leave their room to others. */
static void silence_that_tells_nothing_is_no_loss(void **state)
{
    (void)state;
    struct window w = window_of(120);
    for (unsigned i = 0; i < 120; i++)
        window_sent(&w, i % 2 == 0, 0);
    assert_false(window_has_room(&w));
    assert_int_equal(window_advance(&w, 10 * MS) / MS, TIMEOUT_MS);
    window_ended(&w, true, 0);
    window_answered(&w, 0, 10 * MS);
    uint64_t late_ns = window_advance(&w, 11 * MS);
    assert_in_range(late_ns, 50 * MS, 150 * MS);
    assert_int_equal(w.under_way, 119);
    assert_int_equal(window_advance(&w, late_ns), UINT64_MAX);
    assert_int_equal(w.under_way, 0);
    assert_int_equal(w.lost, 59);
    window_ended(&w, true, 0);
    window_answered(&w, 0, late_ns);
    assert_int_equal(w.lost, 58);
    assert_int_equal(w.under_way, 0);
}

/* Sends as many as there is room for; not one is answered. Returns how many. */
static uint32_t lose_all(struct path *p, struct window *w, uint32_t most)
{
    uint32_t sent = 0;
    for (; sent < most && window_has_room(w); sent++)
        window_sent(w, true, p->now_ms * MS);
    for (unsigned i = 0; i < 200; i++)
        window_advance(w, ++p->now_ms * MS);
    assert_int_equal(w->under_way, 0);
    return sent;
}

static void it_begins_anew_where_all_is_lost(void **state)
{
    (void)state;
    struct path path = path_of((struct path){.latency_ms = 10});
    struct window w = window_of(2000);
    pass(&path, &w, 3);
    assert_int_equal(w.size, 2000);
    while (path.fifo_count > 0) {
        take_replies(&path, &w);
        path.now_ms++;
    }
    assert_int_equal(lose_all(&path, &w, 50), 50); /* that may be chance */
    assert_int_equal(w.size, 2000);
    assert_int_equal(lose_all(&path, &w, 2000), 2000);
    assert_int_equal(w.size, WINDOW_LEAST);
    for (unsigned i = 0; i < 300; i++) {
        pass_one_ms(&path, &w);
        assert_in_range(w.size, WINDOW_LEAST, 500);
    }
    assert_int_equal(w.size, 500);
    pass(&path, &w, 30); /* nothing is lost any more */
    assert_in_range(w.steady_size, 1800, 2000);
    free(path.fifo);
}

/* Several senders, each with a window of its own, whose packets meet in one queue. */
static void several_share_a_short_queue(void **state)
{
    (void)state;
    enum { SENDERS = 3, CAPACITY = 600, SECONDS = 30 };
    struct window windows[SENDERS];
    struct path parts[SENDERS];
    for (unsigned i = 0; i < SENDERS; i++) {
        windows[i] = window_of(2000);
        parts[i] = path_of((struct path){.latency_ms = 1});
    }
    uint64_t replies = 0, losses = 0;
    for (unsigned ms = 0; ms < SECONDS * 1000; ms++) {
        uint32_t left = CAPACITY;
        for (unsigned k = 0; k < SENDERS; k++) { /* each is first in its turn */
            unsigned i = (ms + k) % SENDERS;
            parts[i].capacity = left > 0 ? left : 1;
            pass_one_ms(&parts[i], &windows[i]);
            left -= parts[i].fifo_count < left ? (uint32_t)parts[i].fifo_count : left;
        }
    }
    for (unsigned i = 0; i < SENDERS; i++) {
        replies += parts[i].replies;
        losses += parts[i].losses;
        free(parts[i].fifo);
    }
    assert_true(replies >= SECONDS * 1000ull * CAPACITY * 9 / 10);
    assert_true(losses < replies / 10);
}

static void replies_are_looked_for_often_where_they_come_at_once(void **state)
{
    (void)state;
    struct window w = window_of(100);
    assert_int_equal(window_tick_ns(&w), WINDOW_TICK_NS);
    for (unsigned i = 0; i < 100; i++)
        window_sent(&w, true, MS);
    assert_int_equal(window_tick_ns(&w), WINDOW_TICK_NS); /* nothing is known yet */
    window_ended(&w, true, MS);
    window_answered(&w, MS, MS + 2 * MS);
    assert_int_equal(window_tick_ns(&w), WINDOW_TICK_NS / 2);
    for (unsigned i = 0; i < 60; i++)
        window_ended(&w, true, MS); /* there is room: nobody waits for them */
    assert_int_equal(window_tick_ns(&w), WINDOW_TICK_NS);
    w = window_of(100);
    for (unsigned i = 0; i < 100; i++)
        window_sent(&w, true, MS);
    window_answered(&w, MS, MS + MS / 20);
    assert_int_equal(window_tick_ns(&w), WINDOW_TICK_LEAST_NS);
    w = window_of(100);
    for (unsigned i = 0; i < 100; i++)
        window_sent(&w, true, MS);
    window_answered(&w, MS, 20 * MS);
    assert_int_equal(window_tick_ns(&w), WINDOW_TICK_NS);
}

/* For some seconds nothing comes through, or all of it comes at their end. Six seconds later the
 * rate is what it was. */
static void it_recovers_from_an_outage(void **state)
{
    (void)state;
    static const uint32_t latencies[] = {1, 10, 100};
    static const uint32_t outages_ms[] = {700, 2000, 5000, 7300, 20000};
    for (size_t i = 0; i < 3 * 5 * 2; i++) {
        uint32_t latency_ms = latencies[i % 3], outage_ms = outages_ms[i / 3 % 5];
        struct path path = path_of((struct path){.latency_ms = latency_ms,
                                                 .ceiling = 2000,
                                                 .silent_from_ms = 5000,
                                                 .silent_to_ms = 5000 + outage_ms,
                                                 .answers_later = i / 15 == 1});
        struct window w = window_of(2000);
        pass(&path, &w, 4);
        pass(&path, &w, 1);
        uint64_t before = path.replies;
        while (path.now_ms < path.silent_to_ms + 6000)
            pass_one_ms(&path, &w);
        pass(&path, &w, 1);
        assert_true(path.replies * 10 >= before * 8);
        free(path.fifo);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_anew_where_all_is_lost),
        cmocka_unit_test(it_recovers_from_an_outage),
        cmocka_unit_test(several_share_a_short_queue),
        cmocka_unit_test(replies_are_looked_for_often_where_they_come_at_once),
        cmocka_unit_test(it_begins_at_the_ceiling_or_below),
        cmocka_unit_test(it_grows_to_the_ceiling_where_more_replies_come_back),
        cmocka_unit_test(it_stays_where_nothing_fills_it),
        cmocka_unit_test(it_finds_what_the_path_holds),
        cmocka_unit_test(it_settles_within_seconds),
        cmocka_unit_test(independent_loss_throttles_nothing),
        cmocka_unit_test(datagrams_dropped_here_shrink_it_at_once),
        cmocka_unit_test(it_follows_the_path),
        cmocka_unit_test(it_does_not_follow_a_storm_upwards),
        cmocka_unit_test(silence_that_tells_nothing_is_no_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
