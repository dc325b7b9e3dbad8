/* read_pool_parts.h: what a pool of readers is made of. Only for read_pool*.c. */
#ifndef READ_POOL_PARTS_H
#define READ_POOL_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "frame_read.h"
#include "line_split.h"
#include "read_pool.h"
#include "record_line.h"

/* What became of a unit. Written by the thread that read it, read after all threads have ended. */
struct read_pool_unit {
    struct line_fragment head, tail;
    uint64_t newlines;
    uint64_t records, bad_lines;
    const char *damage; /* NULL: whole */
};

/* A thing to tell: where, and what. */
struct read_pool_finding {
    size_t unit;
    uint64_t line; /* in the unit, from 1 */
    char what[200];
};

struct read_pool_findings {
    struct read_pool_finding list[READ_POOL_TOLD_MAX];
    size_t count;
};

struct read_pool {
    const struct read_plan *plan;
    const struct read_sink *sink;
    bool locating; /* records are not handed on: the repeated ones are looked for */
    struct read_pool_unit *results; /* one per unit */
    atomic_size_t next_unit;
    atomic_size_t located; /* places of repeated records */
    atomic_bool stop;
    struct line_fragment pending; /* a line that the units read so far have begun */

    /* With flush: whose turn it is to hand on. The mutex guards turn, and every store to stop. */
    pthread_mutex_t mutex;
    pthread_cond_t turned;
    size_t turn; /* a unit */
};

/* One thread. A unit is read as a whole, so numbers of lines are counted here. What changes with
 * each record stands far from the other workers, and from the results of other units, or threads
 * would wait for each other's cache lines. */
struct read_pool_worker {
    struct read_pool *pool;
    void *context;
    size_t unit;      /* being read */
    uint64_t line;    /* last line handed out, from 1 */
    uint64_t records; /* of the unit, beside those in its result */
    bool has_turn;
    struct row_census_last rows; /* of the record before */
    struct line_split split;
    struct frame_reader frames;
    struct record_line lines;
    struct read_pool_findings findings;
    enum read_status status;
    pthread_t thread;
    bool started;
};

/* Keeps the first findings in the order of the files. */
void read_pool_find(struct read_pool_findings *findings, size_t unit, uint64_t line,
                    const char *what);

/* Says the first findings of all workers. */
void read_pool_tell(const struct read_pool *pool, const struct read_pool_worker *workers,
                    uint64_t bad_lines);

/* Adds up what became of the units, and says which of them are damaged. */
void read_pool_sum_up(const struct read_pool *pool, struct read_totals *totals);

/* READ_UNUSABLE, which is said, where a file has bad lines alone: no scan has written that. */
enum read_status read_pool_check(const struct read_pool *pool);

#endif
