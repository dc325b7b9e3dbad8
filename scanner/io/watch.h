/* watch.h: the main thread's event loop: signals, the tick of a second, and workers that end. */
#ifndef CAASCAN_WATCH_H
#define CAASCAN_WATCH_H

#include <event2/event.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "failure.h"

#define WATCH_SIGNALS 3u

struct watch {
    struct event_base *base;
    struct event *signals[WATCH_SIGNALS], *tick, *ended;
    void (*on_signal)(void *context, int number, unsigned count);
    void (*on_tick)(void *context);
    void *context;
    int ended_fd;
    unsigned signal_count;
    _Atomic unsigned running; /* workers that have not ended */
};

/* Blocks SIGINT, SIGTERM and SIGHUP in this thread and those made from it, and ignores SIGPIPE. */
void watch_block_signals(void);

/* on_signal is told the signal and how many came so far; on_tick comes once a second. Both are
 * called from watch_run. */
bool watch_init(struct watch *watch, struct failure *why);
void watch_fini(struct watch *watch);

/* For workers: tells the loop that one has ended. Any thread. */
void watch_worker_ended(void *watch);

/* Runs until `running` workers have ended. */
void watch_run(struct watch *watch);

#endif
