/* worker.h: one worker thread: an event loop, its sockets, one engine. It moves targets, datagrams
 * and records; every decision is the engine's.
 *
 * A tick paces everything, a millisecond long or less where replies come sooner: receive what came,
 * admit, run deadlines, send, hand records on. Where replies are there as soon as all is sent, one
 * such turn follows another without a wait. libevent wakes it for the tick, for new loads and for
 * TCP.
 */
#ifndef CAASCAN_WORKER_H
#define CAASCAN_WORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "engine.h"
#include "failure.h"
#include "feed.h"
#include "output.h"

struct worker;

struct worker_options {
    struct engine_config engine; /* channels is set here, from in_flight */
    size_t verifier_threads;     /* where engine.anchors is set */
    bool no_trains;              /* one datagram in a send */
    size_t index;
    bool huge_pages;              /* for its tables */
    void (*ended)(void *context); /* called by the worker's thread as its last act */
    void *context;
};

/* How a worker ends before the list does. */
enum worker_stop {
    WORKER_RUN,
    WORKER_DRAIN, /* admit no more, finish what is in flight */
    WORKER_HALT,  /* hand on the records that are complete, and end */
};

/* UDP channels of a worker with so many names in flight. */
unsigned worker_channels(size_t in_flight);

/* Files that a worker has open at most, its sockets included. */
unsigned worker_files(const struct engine_config *engine);

/* Opens sockets and memory. NULL with FAILURE_NETWORK. */
struct worker *worker_new(const struct worker_options *options, struct failure *why);

/* Starts the thread. False where the system has none left. */
bool worker_start(struct worker *worker, struct feed *feed, struct output *output,
                  struct failure *why);

/* There is something new: a load, the end of the list. Any thread. */
void worker_wake(struct worker *worker);

/* Any thread; a later call may only be stronger. */
void worker_stop(struct worker *worker, enum worker_stop how);

/* The receive buffer that the kernel granted to each socket, octets. */
int worker_buffer_granted(const struct worker *worker);

/* Waits for the thread, if it was started, and frees. */
void worker_free(struct worker *worker);

#endif
