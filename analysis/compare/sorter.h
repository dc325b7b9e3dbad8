/* sorter.h: sorts more entries than memory holds.
 *
 * Entries are added to parts, one for each thread. A part that is full is sorted and written as a
 * run to a file without a name, which is gone with the process whatever ends it. Runs are merged,
 * in several rounds where there are many. What comes out is the same for any memory and any number
 * of parts, and nothing is written where everything fits in memory.
 */
#ifndef SORTER_H
#define SORTER_H

#include "sort_entry.h"

struct sorter;

struct sorter_options {
    size_t memory;      /* octets for all parts, and later for the merge; an entry may exceed it */
    const char *folder; /* for files; borrowed */
    unsigned parts;     /* at least 1 */
};

/* NULL without memory. */
struct sorter *sorter_new(const struct sorter_options *options);
void sorter_free(struct sorter *sorter);

/* Copies an entry into a part. Threads may add at the same time to different parts. False after a
 * failure (sorter_say). */
bool sorter_add(struct sorter *sorter, unsigned part, const struct sort_entry *entry);

/* Ends adding. False after a failure. */
bool sorter_finish(struct sorter *sorter);

/* The next entry in order, after sorter_finish; it is borrowed until the next call. False behind
 * the last, and after a failure: ask sorter_failed. */
bool sorter_next(struct sorter *sorter, struct sort_entry *out);
bool sorter_failed(const struct sorter *sorter);

/* Says on standard error what failed. */
void sorter_say(const struct sorter *sorter);

/* Runs that were written, those of later rounds too. */
uint64_t sorter_runs(const struct sorter *sorter);

#endif
