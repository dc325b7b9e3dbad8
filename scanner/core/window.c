#include "window.h"

#define MS 1000000ull
#define SETTLE_LEAST_NS (20 * MS)
#define MEASURE_LEAST_NS (50 * MS)
#define LARGER_WAIT_NS (500 * MS)
#define LARGER_WAIT_MAX_NS (16000 * MS)
#define SMALLER_WAIT_NS (8000 * MS)
#define SMALLER_WAIT_MAX_NS (128000 * MS)
#define DROPS_WAIT_NS (10000 * MS)
#define OUTCOMES_LEAST 64u /* fewer say nothing */
#define LOSS_LEAST 2u      /* of 1024 queries; less is lost without any thought */
#define LOSS_HEAVY 20u     /* likewise; from here on time-outs set the pace of all */

void window_init(struct window *w, uint32_t ceiling, uint64_t timeout_ns)
{
    uint32_t size = ceiling < WINDOW_START ? ceiling : WINDOW_START;
    *w = (struct window){.size = size,
                         .ceiling = ceiling,
                         .steady_size = size,
                         .timeout_ns = timeout_ns,
                         .larger_wait_ns = LARGER_WAIT_NS,
                         .smaller_wait_ns = SMALLER_WAIT_NS,
                         .doubles = true};
}

void window_answered(struct window *w, uint64_t round_trip_ns)
{
    w->done++;
    w->round_trip_ns = w->round_trip_ns == 0
                           ? round_trip_ns
                           : w->round_trip_ns - w->round_trip_ns / 16 + round_trip_ns / 16;
}

static uint64_t larger_of(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Of 1024 queries. */
static uint32_t loss_of(const struct window *w)
{
    uint64_t all = (uint64_t)w->done + w->lost;
    return all > 0 ? (uint32_t)((uint64_t)w->lost * 1024 / all) : 0;
}

/* A larger size shows after a round trip. A smaller one shows once what was lost under the larger
 * one is known to be lost: until then it takes up room. */
static void begin(struct window *w, enum window_trial trial, uint32_t size, uint64_t now_ns)
{
    uint64_t settle_ns = SETTLE_LEAST_NS + (w->doubles ? 1 : 2) * w->round_trip_ns;
    if (size < w->size)
        settle_ns += w->timeout_ns;
    w->draining = size < w->size;
    w->size = size;
    w->trial = (uint8_t)trial;
    w->since_ns = now_ns + settle_ns;
    w->done = w->lost = 0;
    w->full = false;
}

static uint32_t shrunk(uint32_t size, bool far)
{
    uint32_t smaller = (uint32_t)((uint64_t)size * (far ? 5 : 7) / 10);
    uint32_t least = size < WINDOW_LEAST ? size : WINDOW_LEAST;
    return smaller > least ? smaller : least;
}

static uint32_t grown(const struct window *w)
{
    uint64_t larger = w->doubles ? 2ull * w->size : w->size + w->size / 4u + 1;
    return larger < w->ceiling ? (uint32_t)larger : w->ceiling;
}

void window_dropped(struct window *w, uint64_t now_ns)
{
    w->steady_size = shrunk(w->size, false);
    w->doubles = false;
    w->larger_from_ns = now_ns + DROPS_WAIT_NS;
    begin(w, WINDOW_STEADY, w->steady_size, now_ns);
}

static void put_off(uint64_t *from_ns, uint64_t *wait_ns, uint64_t wait_max_ns, uint64_t now_ns)
{
    *from_ns = now_ns + *wait_ns;
    *wait_ns = *wait_ns < wait_max_ns / 4 ? *wait_ns * 4 : wait_max_ns;
}

/* Twice the size is worth it with a seventh more replies, a quarter more with a twentieth. */
static void judge_larger(struct window *w, uint64_t rate, uint64_t now_ns)
{
    uint64_t wanted = w->steady_rate + w->steady_rate / (w->doubles ? 7 : 20);
    if (rate <= wanted) {
        w->doubles = false;
        put_off(&w->larger_from_ns, &w->larger_wait_ns, LARGER_WAIT_MAX_NS, now_ns);
        begin(w, WINDOW_STEADY, w->steady_size, now_ns);
        return;
    }
    w->larger_wait_ns = LARGER_WAIT_NS;
    w->steady_size = w->size;
    w->steady_rate = rate;
    if (w->size < w->ceiling)
        begin(w, WINDOW_LARGER, grown(w), now_ns);
    else
        begin(w, WINDOW_STEADY, w->size, now_ns);
}

static void judge_smaller(struct window *w, uint64_t rate, uint64_t now_ns)
{
    if (rate >= w->steady_rate - w->steady_rate / 20) {
        w->steady_size = w->size;
        w->doubles = false;
        w->smaller_wait_ns = SMALLER_WAIT_NS;
        w->borne_loss = 0;
    } else {
        w->borne_loss = w->steady_loss;
        put_off(&w->smaller_from_ns, &w->smaller_wait_ns, SMALLER_WAIT_MAX_NS, now_ns);
    }
    begin(w, WINDOW_STEADY, w->steady_size, now_ns);
}

/* Loss that has risen far above what was borne is looked into at once. */
static bool wants_smaller(const struct window *w, uint64_t now_ns)
{
    bool risen = w->steady_loss > 2 * w->borne_loss + LOSS_HEAVY;
    return w->steady_loss >= LOSS_LEAST && w->size > WINDOW_LEAST &&
           (risen || now_ns >= w->smaller_from_ns);
}

/* What to try next, if anything. */
static void judge_steady(struct window *w, uint64_t rate, uint64_t now_ns)
{
    w->steady_rate = rate;
    w->steady_size = w->size;
    w->steady_loss = loss_of(w);
    if (w->full && wants_smaller(w, now_ns))
        begin(w, WINDOW_SMALLER, shrunk(w->size, w->steady_loss >= LOSS_HEAVY), now_ns);
    else if (w->full && w->size < w->ceiling && now_ns >= w->larger_from_ns)
        begin(w, WINDOW_LARGER, grown(w), now_ns);
    else
        begin(w, WINDOW_STEADY, w->size, now_ns);
}

static bool is_measured(const struct window *w, uint64_t now_ns)
{
    uint64_t least_ns = larger_of(MEASURE_LEAST_NS, (w->doubles ? 2 : 4) * w->round_trip_ns);
    uint64_t most_ns = larger_of(least_ns, w->timeout_ns);
    uint64_t elapsed_ns = now_ns - w->since_ns;
    bool waits_for_loss = w->trial != WINDOW_LARGER && loss_of(w) >= LOSS_HEAVY;
    if (waits_for_loss || w->done + w->lost < OUTCOMES_LEAST)
        return elapsed_ns >= most_ns;
    return elapsed_ns >= least_ns;
}

void window_turn(struct window *w, uint32_t in_flight, uint64_t now_ns)
{
    w->full = w->full || (uint64_t)in_flight * 8 >= (uint64_t)w->size * 7;
    if (w->draining) {
        w->draining = in_flight > w->size;
        w->since_ns = larger_of(w->since_ns, now_ns);
    }
    if (now_ns < w->since_ns) {
        w->done = w->lost = 0;
        return;
    }
    if (!is_measured(w, now_ns))
        return;
    uint64_t elapsed_ns = now_ns - w->since_ns;
    uint64_t rate = w->done * (1000 * MS) / (elapsed_ns > 0 ? elapsed_ns : 1);
    switch ((enum window_trial)w->trial) {
    case WINDOW_STEADY:
        judge_steady(w, rate, now_ns);
        return;
    case WINDOW_LARGER:
        judge_larger(w, rate, now_ns);
        return;
    case WINDOW_SMALLER:
        judge_smaller(w, rate, now_ns);
        return;
    }
}
