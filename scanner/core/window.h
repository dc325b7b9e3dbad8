/* window.h: how many queries a worker keeps in flight: as many as pay, at most the ceiling.
 *
 * The path and the servers have a rate that they can do. A larger window than that takes raises
 * loss and nothing else; so the window is found by trying, and judged by what comes of it. While it
 * is full it is made larger for a moment, and stays so if more replies come back for it. Where loss
 * is seen that no dead server explains, it is made smaller for a moment, and stays so unless fewer
 * replies come back. Loss that does not depend on the window thus throttles nothing: with a smaller
 * one fewer replies come, and the old size is restored. Trials that fail are repeated ever more
 * seldom. Datagrams dropped by this machine shrink it at once.
 *
 * Pure: time is passed in. One thread.
 */
#ifndef CAASCAN_WINDOW_H
#define CAASCAN_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_START 4096u /* what sockets of common size can take at once */
#define WINDOW_LEAST 64u

enum window_trial {
    WINDOW_STEADY, /* the size at hand is measured */
    WINDOW_LARGER,
    WINDOW_SMALLER,
};

struct window {
    uint32_t size, ceiling;
    uint32_t steady_size;    /* what a trial that fails goes back to */
    uint64_t steady_rate;    /* replies per second then */
    uint64_t timeout_ns;     /* how long a lost query takes to be known as lost */
    uint64_t since_ns;       /* the measurement began; before that things settle */
    uint64_t larger_from_ns; /* no trial of a larger size before */
    uint64_t larger_wait_ns;
    uint64_t smaller_from_ns, smaller_wait_ns;
    uint32_t steady_loss;   /* of 1024 queries */
    uint32_t borne_loss;    /* likewise: a smaller window was tried and did not pay */
    uint64_t round_trip_ns; /* smoothed */
    uint32_t done, lost;    /* in this measurement */
    uint8_t trial;          /* enum window_trial */
    bool doubles;           /* a larger size is twice as large: no end was found yet */
    bool full;              /* the window, at some time of it */
    bool draining;          /* more are in flight than the size allows */
};

/* ceiling is at least 1; timeout_ns that of a first attempt. */
void window_init(struct window *w, uint32_t ceiling, uint64_t timeout_ns);

/* May one more query be sent? */
static inline bool window_has_room(const struct window *w, uint32_t in_flight)
{
    return in_flight < w->size;
}

/* A reply came. */
void window_answered(struct window *w, uint64_t round_trip_ns);

/* A query was not answered by a server that had answered before. Of others it is not known whether
 * anything was lost on the way. */
static inline void window_lost(struct window *w)
{
    w->lost++;
}

/* This machine dropped datagrams. */
void window_dropped(struct window *w, uint64_t now_ns);

/* To be called when what could be sent was sent: ends a measurement that has lasted long enough. */
void window_turn(struct window *w, uint32_t in_flight, uint64_t now_ns);

#endif
