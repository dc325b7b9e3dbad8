/* operators.h: numbers for operators, so that counts by operator are small and quick. Pure.
 *
 * Each tally numbers the operators that it meets in its own order, from 1 on; 0 is "not known". A
 * merge renumbers. Memory grows with distinct operators alone: about 60 octets each.
 */
#ifndef OPERATORS_H
#define OPERATORS_H

#include "operator_name.h"

#define OPERATORS_NONE 0u /* the number of no operator */

struct operators {
    struct operator_name *list; /* by number; the texts are owned */
    uint32_t *slots;            /* numbers by hash; 0 is empty */
    struct operators_recent *recent;
    struct operators_chunk *chunks; /* memory of the texts */
    uint32_t count;                 /* with that of no operator, so the numbers are below it */
    uint32_t list_cap, slot_cap;
};

void operators_init(struct operators *operators);
void operators_fini(struct operators *operators);

/* A name server and its hash. */
struct operators_host {
    struct caa_text name;
    uint64_t hash;
};

/* Has what operators_number looks at brought near, for who will soon call it. */
struct operators_host operators_fetch(const struct operators *operators, struct caa_text name);

/* The number of the operator of a name server (operator_name.h), in *number. False without
 * memory. */
bool operators_number(struct operators *operators, const struct suffix_list *suffixes,
                      const struct operators_host *host, uint32_t *number);

/* The same for a name that is known already. */
bool operators_add(struct operators *operators, struct operator_name name, uint32_t *number);

/* The number of an operator by its name, or OPERATORS_NONE where it was not met. */
uint32_t operators_find(const struct operators *operators, struct caa_text name);

/* Numbers all operators of `from`. Gives the number here for each number there, in an array that
 * the caller frees; NULL without memory. */
uint32_t *operators_merge(struct operators *operators, const struct operators *from);

/* Whether a's name stands before b's in the order of octets: below, at or above 0. */
int operators_order(const struct operators *operators, uint32_t a, uint32_t b);

#endif
