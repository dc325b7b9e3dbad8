/* strata.h: tables of two by two, one for each stratum, and the odds ratio that they have in
 * common. Pure.
 *
 * Strata have small numbers that the owner gives out; one takes 32 octets.
 */
#ifndef STRATA_H
#define STRATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stratum {
    uint64_t names[2][2]; /* [exposed][with a set] */
};

struct strata {
    struct stratum *list;
    size_t cap; /* numbers below it have a stratum */
};

void strata_init(struct strata *strata);
void strata_fini(struct strata *strata);

/* Counts a name. False without memory, here and below. */
bool strata_add(struct strata *strata, uint32_t number, bool exposed, bool found);

/* Adds all of `from`, whose strata are renumbered: n becomes numbers[n]. */
bool strata_merge(struct strata *into, const struct strata *from, const uint32_t *numbers);

/* The odds ratio by Mantel and Haenszel ("Statistical aspects of the analysis of data from
 * retrospective studies of disease", 1959) over the strata from `first` on. False where no stratum
 * has both exposed and unexposed names in a way that gives one. */
bool strata_odds_ratio(const struct strata *strata, size_t first, double *ratio);

#endif
