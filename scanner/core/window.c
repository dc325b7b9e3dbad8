#include "window.h"

#define MS 1000000ull
#define ROUND_LEAST_NS (20 * MS)
#define SETTLE_LEAST_NS (20 * MS)
#define MEASURE_LEAST_NS (100 * MS)
#define LATE_LEAST_NS (50 * MS)
#define LATE_ROUND_TRIPS 4u
#define TICKS_OF_ROUND_TRIP 4u
#define LARGER_WAIT_NS (500 * MS)
#define LARGER_WAIT_MAX_NS (16000 * MS)
#define SMALLER_WAIT_NS (8000 * MS)
#define SMALLER_WAIT_MAX_NS (128000 * MS)
#define DROPS_WAIT_NS (10000 * MS)
#define FLAT_ROUNDS_MAX 3u /* then the start has found its end */
#define OUTCOMES_LEAST 64u /* fewer say nothing */
#define LOSS_LEAST 2u      /* of 1024 queries; less is lost without any thought */
#define LOSS_HEAVY 20u     /* likewise; from here on loss sets the pace of measurements */
#define LOSS_MUCH 340u     /* likewise; from here on the size is far too large */

void window_init(struct window *w, uint32_t ceiling, uint64_t timeout_ns)
{
    uint32_t size = ceiling < WINDOW_START ? ceiling : WINDOW_START;
    *w = (struct window){.size = size,
                         .ceiling = ceiling,
                         .steady_size = size,
                         .round_size = size,
                         .before_size = size,
                         .start_most = ceiling,
                         .timeout_ns = timeout_ns,
                         .larger_wait_ns = LARGER_WAIT_NS,
                         .smaller_wait_ns = SMALLER_WAIT_NS,
                         .trial = size < ceiling ? WINDOW_STARTING : WINDOW_STEADY};
    while (timeout_ns >> w->span_shift >= WINDOW_SPANS)
        w->span_shift++;
}

static uint64_t larger_of(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* ---- what is under way ---- */

static struct window_span *span_at(struct window *w, uint64_t number)
{
    return &w->spans[number % WINDOW_SPANS];
}

/* After this time a reply is no longer waited for, always before the time-out. */
static uint64_t late_after_ns(const struct window *w)
{
    uint64_t most_ns = w->timeout_ns - (1ull << w->span_shift);
    uint64_t late_ns = LATE_LEAST_NS + LATE_ROUND_TRIPS * w->round_trip_ns;
    return late_ns < most_ns && w->round_trip_ns > 0 ? late_ns : most_ns;
}

void window_ended(struct window *w, bool telling, uint64_t sent_ns)
{
    uint64_t number = sent_ns >> w->span_shift;
    if (number < w->late_before)
        return;
    struct window_span *span = span_at(w, number);
    span->sent--;
    span->telling -= telling;
    w->under_way--;
}

void window_answered(struct window *w, uint64_t sent_ns, uint64_t now_ns)
{
    uint64_t round_trip_ns = now_ns - sent_ns;
    if (sent_ns >> w->span_shift < w->late_before && w->lost > 0)
        w->lost--;
    w->done++;
    w->replies++;
    w->lost_in_row = 0;
    w->round_trip_ns = w->round_trip_ns == 0
                           ? round_trip_ns
                           : w->round_trip_ns - w->round_trip_ns / 16 + round_trip_ns / 16;
}

static void let_go(struct window *w, struct window_span *span)
{
    w->lost += span->telling;
    w->lost_in_row += span->telling;
    w->under_way -= span->sent;
    *span = (struct window_span){0};
}

static void put_off(uint64_t *from_ns, uint64_t *wait_ns, uint64_t wait_max_ns, uint64_t now_ns)
{
    *from_ns = now_ns + *wait_ns;
    *wait_ns = *wait_ns < wait_max_ns / 4 ? *wait_ns * 4 : wait_max_ns;
}

/* As it was in the beginning, but for what is known of the way. Where the least size is lost too,
 * it was not the size: nothing comes through, and that says nothing of what will. */
static void begin_anew(struct window *w, uint64_t now_ns)
{
    uint32_t size = w->size < WINDOW_LEAST ? w->size : WINDOW_LEAST;
    if (w->size > size) {
        w->start_most = w->size / 4 > size ? w->size / 4 : size;
        put_off(&w->larger_from_ns, &w->larger_wait_ns, LARGER_WAIT_MAX_NS, now_ns);
    }
    w->size = w->steady_size = w->round_size = w->before_size = size;
    w->steady_rate = 0;
    w->steady_loss = w->borne_loss = 0;
    w->done = w->lost = w->lost_in_row = w->replies = 0;
    w->flat_rounds = 0;
    w->full = w->draining = false;
    w->since_ns = now_ns;
    w->trial = size < w->start_most ? WINDOW_STARTING : WINDOW_STEADY;
}

uint64_t window_advance(struct window *w, uint64_t now_ns)
{
    uint64_t late_ns = late_after_ns(w);
    uint64_t late_before = now_ns > late_ns ? (now_ns - late_ns) >> w->span_shift : 0;
    while (w->late_before < late_before && w->under_way > 0)
        let_go(w, span_at(w, w->late_before++));
    w->late_before = larger_of(w->late_before, late_before);
    if (w->under_way == 0) {
        if (w->lost_in_row >= OUTCOMES_LEAST && w->round_trip_ns > 0)
            begin_anew(w, now_ns);
        return UINT64_MAX;
    }
    uint64_t first = w->late_before;
    while (span_at(w, first)->sent == 0)
        first++;
    return ((first + 1) << w->span_shift) + late_ns;
}

void window_sent(struct window *w, bool telling, uint64_t now_ns)
{
    uint64_t number = larger_of(now_ns >> w->span_shift, w->late_before);
    if (number - w->late_before >= WINDOW_SPANS)
        window_advance(w, now_ns);
    struct window_span *span = span_at(w, number);
    span->sent++;
    span->telling += telling;
    w->under_way++;
}

/* Halves of the longest tick, so that it seldom changes. */
uint64_t window_tick_ns(const struct window *w)
{
    uint64_t tick_ns = WINDOW_TICK_NS;
    if (w->round_trip_ns == 0 || w->under_way < w->size / 2)
        return tick_ns;
    while (tick_ns > WINDOW_TICK_LEAST_NS && tick_ns > w->round_trip_ns / TICKS_OF_ROUND_TRIP)
        tick_ns /= 2;
    return tick_ns;
}

/* ---- trials ---- */

/* Of 1024 queries. */
static uint32_t loss_of(const struct window *w)
{
    uint64_t all = (uint64_t)w->done + w->lost;
    return all > 0 ? (uint32_t)((uint64_t)w->lost * 1024 / all) : 0;
}

bool window_loses_much(const struct window *w)
{
    bool now = w->done + w->lost >= OUTCOMES_LEAST && loss_of(w) >= LOSS_MUCH;
    return now || w->steady_loss >= LOSS_MUCH;
}

/* A larger size shows after a round trip. A smaller one shows once what was lost under the larger
 * one is known to be lost: until then it takes up room. */
static void begin(struct window *w, enum window_trial trial, uint32_t size, uint64_t now_ns)
{
    uint64_t settle_ns = SETTLE_LEAST_NS + 2 * w->round_trip_ns;
    w->draining = size < w->size;
    w->clean_from_ns = w->draining ? now_ns + late_after_ns(w) + settle_ns : now_ns;
    w->size = size;
    w->trial = (uint8_t)trial;
    w->since_ns = now_ns + settle_ns;
    w->done = w->lost = 0;
    w->full = false;
}

static uint32_t at_least(const struct window *w, uint64_t size)
{
    uint32_t least = w->size < WINDOW_LEAST ? w->size : WINDOW_LEAST;
    return size > least ? (uint32_t)size : least;
}

static uint32_t grown(const struct window *w)
{
    uint64_t larger = w->size + w->size / 4u + 1;
    return larger < w->ceiling ? (uint32_t)larger : w->ceiling;
}

/* Where much is lost: what the replies that come would take without it, and a quarter more
 * (Little's law). Else it is felt for, in smaller steps once one was too large. */
static uint32_t shrunk(const struct window *w, bool risen, uint64_t rate)
{
    uint64_t smaller = (uint64_t)w->size * (risen || !w->feels ? 14 : 17) / 20;
    uint64_t taken = rate * (w->least_round_ns / 1000) / 800000 + WINDOW_LEAST / 2;
    if (risen && w->steady_loss >= LOSS_MUCH && taken < smaller)
        smaller = taken;
    return at_least(w, smaller);
}

/* Drops of before the last time may be seen late. */
void window_dropped(struct window *w, uint64_t now_ns)
{
    w->larger_from_ns = now_ns + DROPS_WAIT_NS;
    if (w->draining)
        return;
    w->steady_size = at_least(w, (uint64_t)w->size * 7 / 10);
    begin(w, WINDOW_STEADY, w->steady_size, now_ns);
}

/* A quarter more is worth it with a twentieth more replies. */
static void judge_larger(struct window *w, uint64_t rate, uint64_t now_ns)
{
    if (rate <= w->steady_rate + w->steady_rate / 20) {
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

/* Loss that does not depend on the window does not fall with it. Where much of it does, a few
 * replies less are no reason to go back: bursts make rates uncertain. */
static bool is_relief(const struct window *w, uint64_t rate)
{
    return w->steady_loss >= LOSS_MUCH && 2 * loss_of(w) <= w->steady_loss &&
           rate >= w->steady_rate - w->steady_rate / 6;
}

static void judge_smaller(struct window *w, uint64_t rate, uint64_t now_ns)
{
    if (rate >= w->steady_rate - w->steady_rate / 20 || is_relief(w, rate)) {
        w->steady_size = w->size;
        w->smaller_wait_ns = SMALLER_WAIT_NS;
        w->borne_loss = 0;
    } else {
        w->borne_loss = w->steady_loss;
        w->feels = true;
        put_off(&w->smaller_from_ns, &w->smaller_wait_ns, SMALLER_WAIT_MAX_NS, now_ns);
    }
    begin(w, WINDOW_STEADY, w->steady_size, now_ns);
}

/* What to try next, if anything. Loss that has risen far above what was borne is looked into at
 * once. */
static void judge_steady(struct window *w, uint64_t rate, uint64_t now_ns)
{
    w->steady_rate = rate;
    w->steady_size = w->size;
    w->steady_loss = loss_of(w);
    bool risen = w->steady_loss > 2 * w->borne_loss + LOSS_HEAVY;
    bool wants_smaller = w->steady_loss >= LOSS_LEAST && w->size > WINDOW_LEAST &&
                         (risen || now_ns >= w->smaller_from_ns);
    if (w->full && wants_smaller)
        begin(w, WINDOW_SMALLER, shrunk(w, risen, rate), now_ns);
    else if (w->full && w->size < w->ceiling && now_ns >= w->larger_from_ns)
        begin(w, WINDOW_LARGER, grown(w), now_ns);
    else
        begin(w, WINDOW_STEADY, w->size, now_ns);
}

static bool is_measured(const struct window *w, uint64_t now_ns)
{
    uint64_t least_ns = larger_of(MEASURE_LEAST_NS, 4 * w->round_trip_ns);
    uint64_t most_ns = larger_of(least_ns, late_after_ns(w));
    uint64_t elapsed_ns = now_ns - w->since_ns;
    bool waits_for_loss = w->trial != WINDOW_LARGER && loss_of(w) >= LOSS_HEAVY;
    if (waits_for_loss || w->done + w->lost < OUTCOMES_LEAST)
        return elapsed_ns >= most_ns;
    return elapsed_ns >= least_ns;
}

/* ---- the start ---- */

static void end_start(struct window *w, uint32_t size, uint64_t now_ns)
{
    w->steady_size = size;
    begin(w, WINDOW_STEADY, size, now_ns);
}

/* The replies of a round are those to the queries of the round before it. */
static void end_round(struct window *w, uint64_t rate, uint64_t now_ns)
{
    bool pays = rate > w->steady_rate + w->steady_rate / 5;
    if (pays) {
        w->steady_rate = rate;
        w->steady_size = w->before_size;
    }
    if (pays || !(w->full || loss_of(w) >= LOSS_HEAVY))
        w->flat_rounds = 0;
    else if (++w->flat_rounds >= FLAT_ROUNDS_MAX) {
        end_start(w, w->full ? w->steady_size : w->size, now_ns);
        return;
    }
    w->before_size = w->round_size;
    w->round_size = w->size;
    w->since_ns = now_ns;
    w->done = w->lost = 0;
    w->full = false;
}

static void start_turn(struct window *w, bool full, uint64_t now_ns)
{
    if (full) {
        uint64_t larger = (uint64_t)w->size + w->replies;
        uint64_t most = 2ull * w->round_size;
        most = most < w->start_most ? most : w->start_most;
        w->size = (uint32_t)(larger < most ? larger : most);
        w->replies = 0;
    }
    uint64_t elapsed_ns = now_ns - w->since_ns;
    if (w->round_trip_ns == 0 || elapsed_ns < larger_of(ROUND_LEAST_NS, w->round_trip_ns))
        return;
    if (w->size == w->start_most)
        end_start(w, w->size, now_ns);
    else
        end_round(w, w->done * (1000 * MS) / elapsed_ns, now_ns);
}

/* Where queues are short the round trip is the way's own; it may become longer, slowly. */
static void watch_round_trip(struct window *w)
{
    if (w->least_round_ns == 0 || w->round_trip_ns < w->least_round_ns)
        w->least_round_ns = w->round_trip_ns;
    else
        w->least_round_ns += (w->round_trip_ns - w->least_round_ns) / 64;
}

static void settle(struct window *w, uint64_t now_ns)
{
    if (w->draining && w->under_way <= w->size) {
        w->draining = false;
        w->since_ns = larger_of(w->clean_from_ns, now_ns + SETTLE_LEAST_NS + 2 * w->round_trip_ns);
    }
    if (w->draining || now_ns < w->since_ns)
        w->done = w->lost = 0;
}

void window_turn(struct window *w, uint64_t now_ns)
{
    bool full = (uint64_t)w->under_way * 8 >= (uint64_t)w->size * 7;
    w->full = w->full || full;
    if (w->trial == WINDOW_STARTING) {
        start_turn(w, full, now_ns);
        return;
    }
    settle(w, now_ns);
    if (w->draining || now_ns < w->since_ns || !is_measured(w, now_ns))
        return;
    watch_round_trip(w);
    uint64_t elapsed_ns = now_ns - w->since_ns;
    uint64_t rate = w->done * (1000 * MS) / (elapsed_ns > 0 ? elapsed_ns : 1);
    switch ((enum window_trial)w->trial) {
    case WINDOW_STARTING:
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
