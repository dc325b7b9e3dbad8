/* read_pool.h: reads all records of a plan, with several threads, one unit at a time each.
 *
 * Every record that stands whole in a verified frame is handed to exactly one context; which one is
 * left to chance, so contexts must add up to the same whatever way records are dealt out. A sink
 * with `flush` gets the order of the files back. Damage is no failure: it is counted, and the first
 * cases are told on standard error by file and offset.
 */
#ifndef READ_POOL_H
#define READ_POOL_H

#include "read_plan.h"
#include "record_view.h"
#include "row_census.h"

/* How many cases of damage are told one by one. */
#define READ_POOL_TOLD_MAX 10u

/* What takes the records. Contexts are used by one thread at a time; contexts[0] also takes the
 * lines that lie across two units, after all else. take returns false to stop all reading. */
struct read_sink {
    bool (*take)(void *context, const struct record_view *record);
    void **contexts;
    size_t context_count; /* at least 1: as many threads are started */

    /* Called by the thread of a context when it finds no more to read, so that what is left to do
     * with its records is done side by side; contexts[0] may take lines across two units after it.
     * NULL: nothing is left. Returns false to stop. */
    bool (*done)(void *context);

    /* For what must come out in the order of the files; else both NULL. With them contexts has one
     * more, contexts[context_count], and that one takes the lines across two units. What a context
     * has taken is in order. flush hands it on and empties it; it is called by one thread at a
     * time, and the calls have the order of the files. full says that a context holds so much that
     * it wants flush before its unit ends. */
    bool (*flush)(void *context);
    bool (*full)(const void *context);

    /* Marks the row of every record; NULL: nobody wants to know. The first places where a row
     * stands more than once are told; that takes a second reading. */
    struct row_census *census;
};

struct read_totals {
    uint64_t records;
    uint64_t bad_lines;
    uint64_t torn_frames;
    uint64_t damaged_frames;
    uint64_t octets_left_out; /* of the files, in torn and damaged frames */
};

enum read_status {
    READ_OK,       /* also with damage; see the totals */
    READ_UNUSABLE, /* another schema version, or a file without one record and with bad lines */
    READ_OUT_OF_MEMORY,
    READ_STOPPED, /* take or flush returned false, or interrupt_came; it is for the caller to say */
};

/* Returns after all threads have ended. The totals are set where the status is READ_OK. All else
 * but READ_STOPPED has been told on standard error. */
enum read_status read_pool_run(const struct read_plan *plan, const struct read_sink *sink,
                               struct read_totals *totals);

#endif
