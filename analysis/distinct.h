/* distinct.h: how many different values there were, in bounded memory. Pure.
 *
 * The DISTINCT_KEPT smallest 64-bit hashes of the values are kept. Up to that many the count is
 * exact, but for two values with one hash. Beyond it is estimated from how densely the smallest
 * hashes lie (k minimum values: Bar-Yossef et al., "Counting distinct elements in a data stream",
 * RANDOM 2002) with a standard error of about 1 / sqrt(DISTINCT_KEPT), 2.2 %. Parts of a stream
 * merge to the same figure whatever way it was dealt out.
 */
#ifndef DISTINCT_H
#define DISTINCT_H

#include "caa_text.h"

#define DISTINCT_KEPT 2048u

struct distinct {
    uint64_t *hashes; /* ascending */
    size_t count, cap;
    bool more; /* larger ones were left out: the count is an estimate */
};

void distinct_init(struct distinct *distinct);
void distinct_fini(struct distinct *distinct);

/* Adds a value. False without memory. */
bool distinct_add(struct distinct *distinct, struct caa_text value);

/* Adds all that `from` has seen. False without memory. */
bool distinct_merge(struct distinct *into, const struct distinct *from);

/* The number of different values, exact unless `more` is set. */
uint64_t distinct_count(const struct distinct *distinct);

#endif
