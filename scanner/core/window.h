/* window.h: how many queries a worker has under way: as many as pay, at most the ceiling.
 *
 * A query is under way until its reply comes, or until one would have come: some round trips after
 * it was sent, long before its time-out. From then on it counts as lost and leaves room for
 * another, so that loss by itself takes up no room; and what a size does shows within some round
 * trips, too.
 *
 * The path and the servers have a rate that they can do. More queries under way than that takes
 * raise loss and nothing else; so the size is found by trying, and judged by what comes of it. It
 * begins small and grows with the replies, at most to twice as much in a round trip, for as long as
 * that pays. From then on, while the window is full, it is made larger for a moment, and stays so
 * if more replies come back for it. Where loss is seen that no dead server explains, it is made
 * smaller for a moment, and stays so unless fewer replies come back. Loss that does not depend on
 * the window thus throttles nothing: with a smaller one fewer replies come, and the old size is
 * restored. Trials that fail are repeated ever more seldom. Datagrams dropped by this machine
 * shrink it at once. And where all that was under way is lost, as when several threads' bursts meet
 * in one queue, it begins anew, and ends that start at a quarter of its size, so that the repeats
 * do not meet there again.
 *
 * Pure: time is passed in. One thread.
 */
#ifndef CAASCAN_WINDOW_H
#define CAASCAN_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_START 512u
#define WINDOW_LEAST 64u
#define WINDOW_SPANS 512u
#define WINDOW_TICK_NS 1000000u
#define WINDOW_TICK_LEAST_NS 125000u

enum window_trial {
    WINDOW_STARTING, /* it grows with the replies */
    WINDOW_STEADY,   /* the size at hand is measured */
    WINDOW_LARGER,
    WINDOW_SMALLER,
};

/* Queries under way that were sent in one span of time. */
struct window_span {
    uint32_t sent;
    uint32_t telling; /* of them, those that would be lost without an answer */
};

struct window {
    uint32_t size, ceiling;
    uint32_t under_way;
    uint32_t steady_size;    /* what a trial that fails goes back to */
    uint32_t round_size;     /* starting: at the begin of this round, and */
    uint32_t before_size;    /* ... of the one before */
    uint32_t start_most;     /* starting: it ends there */
    uint32_t replies;        /* starting: since it grew last */
    uint64_t steady_rate;    /* replies per second then */
    uint64_t timeout_ns;     /* of a first attempt */
    uint64_t since_ns;       /* the measurement began; before that things settle */
    uint64_t clean_from_ns;  /* what was lost under a larger size is known from then on */
    uint64_t larger_from_ns; /* no trial of a larger size before */
    uint64_t larger_wait_ns;
    uint64_t smaller_from_ns, smaller_wait_ns;
    uint32_t steady_loss;    /* of 1024 queries */
    uint32_t borne_loss;     /* likewise: a smaller window was tried and did not pay */
    uint64_t round_trip_ns;  /* smoothed */
    uint64_t least_round_ns; /* the least that it was of late, when queues were short */
    uint32_t done, lost;     /* in this measurement */
    uint32_t lost_in_row;    /* since the last reply */
    uint8_t trial;           /* enum window_trial */
    uint8_t flat_rounds;     /* starting: in a row, without more replies for a larger size */
    bool feels;              /* a trial of a smaller size went too far */
    bool full;               /* the window, at some time of it */
    bool draining;           /* more are under way than the size allows */
    unsigned span_shift;     /* a span is that power of two, in nanoseconds */
    uint64_t late_before;    /* spans before this one count as lost */
    struct window_span spans[WINDOW_SPANS]; /* by number, in turn */
};

/* ceiling is at least 1; timeout_ns that of a first attempt, the shortest of all. */
void window_init(struct window *w, uint32_t ceiling, uint64_t timeout_ns);

/* May one more query be sent? */
static inline bool window_has_room(const struct window *w)
{
    return w->under_way < w->size;
}

/* A query goes out. `telling`: to a server that had answered before. Of others it is not known
 * whether silence means loss on the way. */
void window_sent(struct window *w, bool telling, uint64_t now_ns);

/* The wait for a query sent at sent_ns ended, for whatever reason; telling as when it was sent. */
void window_ended(struct window *w, bool telling, uint64_t sent_ns);

/* A reply came, to a query sent at sent_ns. */
void window_answered(struct window *w, uint64_t sent_ns, uint64_t now_ns);

/* This machine dropped datagrams. */
void window_dropped(struct window *w, uint64_t now_ns);

/* Is so much lost that the way must be asked too much? */
bool window_loses_much(const struct window *w);

/* Lets go of what should have been answered by now. Returns when there will be something to let go
 * of, UINT64_MAX where nothing is under way. To be called whenever time has passed. */
uint64_t window_advance(struct window *w, uint64_t now_ns);

/* How often to look for replies, in nanoseconds. Mostly that hardly matters, but where they come
 * back at once, the window would be full for most of a long tick, and a small one would carry
 * little. */
uint64_t window_tick_ns(const struct window *w);

/* To be called when what could be sent was sent: ends a measurement that has lasted long enough. */
void window_turn(struct window *w, uint64_t now_ns);

#endif
