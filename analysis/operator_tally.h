/* operator_tally.h: a count for each operator under each key, so that a table can show the largest
 * operator beside each of its figures. Pure.
 *
 * Keys are small numbers that the owner gives out: an index of a class, of a lint, of an entry. A
 * pair takes 16 octets, and half as much again while the table grows. The sum does not depend on
 * the order in which counts were added or merged.
 */
#ifndef OPERATOR_TALLY_H
#define OPERATOR_TALLY_H

#include "operators.h"

struct operator_tally {
    struct operator_pair *pairs;
    size_t cap, count;
};

/* The largest operator of a key. Where two are as large it is the first by name. */
struct operator_top {
    uint32_t number; /* OPERATORS_NONE where no operator is known */
    uint64_t count;
    uint64_t known;     /* counts of the key whose operator is known */
    uint32_t operators; /* different ones */
};

void operator_tally_init(struct operator_tally *tally);
void operator_tally_fini(struct operator_tally *tally);

/* Has the place of a pair brought near, for who will soon add to it. */
void operator_tally_fetch(const struct operator_tally *tally, uint32_t key, uint32_t number);

/* Adds to the count of a pair. False without memory, here and below. */
bool operator_tally_add(struct operator_tally *tally, uint32_t key, uint32_t number,
                        uint64_t count);

/* Adds all of `from`. Operators are renumbered (operators_merge), and keys too where keys is not
 * NULL. */
bool operator_tally_merge(struct operator_tally *into, const struct operator_tally *from,
                          const uint32_t *keys, const uint32_t *numbers);

/* The largest operators of all keys below key_count, in one walk. tops has room for key_count. */
void operator_tally_tops(const struct operator_tally *tally, const struct operators *operators,
                         struct operator_top *tops, uint32_t key_count);

#endif
