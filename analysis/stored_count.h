/* stored_count.h: how many names have a stored set, before that is counted. Pure.
 *
 * A table with a place for each slot of a store, in either of two tallies that take turns, as those
 * of names with a prefix and without. What stands in the place already is counted, and makes room.
 */
#ifndef STORED_COUNT_H
#define STORED_COUNT_H

#include "set_sample.h"
#include "set_store.h"
#include "tally_lints.h"

struct tally;

struct stored_count {
    const struct stored_set *stored; /* held; NULL in one that was not begun */
    struct tally *tally;
    uint64_t names; /* that wait */
    struct lints_shown shown;
    struct set_mark mark;
    bool has_iodef;
};

struct stored_counts;

/* The table. NULL without memory. */
struct stored_counts *stored_count_new(void);

/* Lets go of all sets; the names that wait are not counted. */
void stored_count_free(struct stored_counts *table);

/* What stands in the place of a set in a tally: that, another pair, or one that was not begun. NULL
 * without memory. */
struct stored_count *stored_count_at(struct stored_counts *table, unsigned tally_number,
                                     const struct stored_set *stored);

/* Has it brought near, for who will soon ask for it. */
void stored_count_fetch(const struct stored_counts *table, unsigned tally_number,
                        const struct stored_set *stored);

/* Gives a place to a pair, without names; what the set shows is the caller's to say. */
void stored_count_begin(struct stored_count *count, struct tally *tally,
                        const struct stored_set *stored);

/* Those that were begun, one after the other: NULL at the end. *at begins at 0. The table may be
 * NULL, which has none. */
struct stored_count *stored_count_next(struct stored_counts *table, size_t *at);

#endif
