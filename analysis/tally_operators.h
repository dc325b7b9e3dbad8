/* tally_operators.h: adoption by the operator of the name servers, and the sets that an operator
 * gives to all its customers. Pure.
 *
 * A name without a known operator counts for OPERATORS_NONE. */
#ifndef TALLY_OPERATORS_H
#define TALLY_OPERATORS_H

#include "set_sample.h"
#include "tally_row.h"

/* Names of one operator. */
struct operator_count {
    uint64_t asked, answered;
    uint64_t found, direct; /* with a set, with a set of their own */
    uint64_t domain_set;    /* with a set at the name or up to its registrable domain, no alias */
};

struct tally_operators {
    struct operator_count *list; /* by number */
    size_t cap;
    struct set_sample sets; /* of domain_set */
};

/* An operator has a template where at least this many of its names in the sample have a set, and at
 * least half of these sets contain the one that most of them have. */
#define OPERATOR_TEMPLATE_NAMES 20u

/* What the sets of an operator have in common. */
struct operator_sets {
    const struct set_pair *modal; /* the most frequent set; NULL where no name has one */
    uint64_t modal_names;         /* in the sample */
    uint64_t sampled_names;       /* with a set */
    uint64_t containing;          /* of them, whose set contains the modal one */
};

void tally_operators_init(struct tally_operators *tally);
void tally_operators_fini(struct tally_operators *tally);

/* Has what tally_operators_add looks at brought near, for who will soon call it. */
void tally_operators_fetch(const struct tally_operators *tally, const struct tally_row *row);

/* False without memory. */
bool tally_operators_add(struct tally_operators *tally, const struct tally_row *row);

/* Counts the sets of names that wait, as those do whose row has a mark. */
bool tally_operators_settle(struct tally_operators *tally);
bool tally_operators_merge(struct tally_operators *into, const struct tally_operators *from,
                           const struct tally_numbers *numbers);

/* The counts of an operator; all zero where it has none. */
struct operator_count tally_operators_count(const struct tally_operators *tally, uint32_t number);

/* What the sets of all operators below `count` have in common, in an array that the caller frees.
 * NULL without memory. */
struct operator_sets *tally_operators_sets(const struct tally_operators *tally, uint32_t count);

bool operator_sets_are_template(const struct operator_sets *sets);

/* Names in domain_set whose set contains the template; scaled up from the sample. */
uint64_t operator_sets_template_names(const struct operator_sets *sets,
                                      const struct operator_count *count);

#endif
