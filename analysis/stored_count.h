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
    const struct stored_set *stored; /* held; NULL in an empty place */
    struct tally *tally;
    uint64_t names; /* that wait */
    struct lints_shown shown;
    struct set_mark mark;
    bool has_iodef;
};

/* The table. NULL without memory. */
struct stored_count *stored_count_new(void);

/* Lets go of all sets; the names that wait are not counted. */
void stored_count_free(struct stored_count *table);

/* The place of a set in a tally. Another pair may be there. */
struct stored_count *stored_count_at(struct stored_count *table, unsigned tally_number,
                                     const struct stored_set *stored);

/* Has the place brought near, for who will soon ask for it. */
void stored_count_fetch(const struct stored_count *table, unsigned tally_number,
                        const struct stored_set *stored);

/* Gives a place to a pair, without names; what the set shows is the caller's to say. */
void stored_count_begin(struct stored_count *count, struct tally *tally,
                        const struct stored_set *stored);

/* The places that are taken, one after the other: NULL at the end. *at begins at 0. */
struct stored_count *stored_count_next(struct stored_count *table, size_t *at);

#endif
