#include "strata.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 64u

void strata_init(struct strata *strata)
{
    *strata = (struct strata){0};
}

void strata_fini(struct strata *strata)
{
    free(strata->list);
    strata_init(strata);
}

static bool reserve(struct strata *strata, size_t count)
{
    if (count <= strata->cap)
        return true;
    size_t cap = strata->cap == 0 ? FIRST_CAP : strata->cap;
    while (cap < count)
        cap *= 2;
    struct stratum *grown = realloc(strata->list, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + strata->cap, 0, (cap - strata->cap) * sizeof *grown);
    strata->list = grown;
    strata->cap = cap;
    return true;
}

bool strata_add(struct strata *strata, uint32_t number, bool exposed, bool found)
{
    if (!reserve(strata, (size_t)number + 1))
        return false;
    strata->list[number].names[exposed][found]++;
    return true;
}

static bool is_empty(const struct stratum *s)
{
    return (s->names[0][0] | s->names[0][1] | s->names[1][0] | s->names[1][1]) == 0;
}

bool strata_merge(struct strata *into, const struct strata *from, const uint32_t *numbers)
{
    for (size_t i = 0; i < from->cap; i++) {
        const struct stratum *added = &from->list[i];
        if (is_empty(added))
            continue; /* its number may not be given out */
        if (!reserve(into, (size_t)numbers[i] + 1))
            return false;
        struct stratum *sum = &into->list[numbers[i]];
        for (size_t exposed = 0; exposed < 2; exposed++) {
            for (size_t found = 0; found < 2; found++)
                sum->names[exposed][found] += added->names[exposed][found];
        }
    }
    return true;
}

static double whole_of(const struct stratum *s)
{
    return (double)(s->names[0][0] + s->names[0][1]) + (double)(s->names[1][0] + s->names[1][1]);
}

/* A sum of fractions depends on the order of its terms, and strata are numbered by chance: terms
 * are added in the order of their size. */
static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double sum_of(double *terms, size_t count)
{
    double sum = 0;
    if (count > 1)
        qsort(terms, count, sizeof *terms, by_size);
    for (size_t i = 0; i < count; i++)
        sum += terms[i];
    return sum;
}

bool strata_odds_ratio(const struct strata *strata, size_t first, double *ratio)
{
    double *terms = calloc(2 * strata->cap + 1, sizeof *terms);
    double *above = terms, *below = terms + strata->cap;
    size_t count = 0;
    if (terms == NULL)
        return false;
    for (size_t i = first; i < strata->cap; i++) {
        const struct stratum *s = &strata->list[i];
        if (is_empty(s))
            continue;
        above[count] = (double)s->names[1][1] * (double)s->names[0][0] / whole_of(s);
        below[count++] = (double)s->names[1][0] * (double)s->names[0][1] / whole_of(s);
    }
    double numerator = sum_of(above, count), denominator = sum_of(below, count);
    free(terms);
    if (!(numerator > 0 && denominator > 0))
        return false;
    *ratio = numerator / denominator;
    return true;
}
