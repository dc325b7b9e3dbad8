#include "stored_count.h"

#include <stdlib.h>

#define TALLIES 2u
#define PLACES (TALLIES * SET_STORE_SLOTS)

struct stored_count *stored_count_new(void)
{
    return calloc(PLACES, sizeof(struct stored_count));
}

void stored_count_free(struct stored_count *table)
{
    for (size_t i = 0; table != NULL && i < PLACES; i++) {
        if (table[i].stored != NULL)
            stored_set_release(table[i].stored);
    }
    free(table);
}

struct stored_count *stored_count_at(struct stored_count *table, unsigned tally_number,
                                     const struct stored_set *stored)
{
    return &table[tally_number % TALLIES * SET_STORE_SLOTS + stored->slot];
}

void stored_count_fetch(const struct stored_count *table, unsigned tally_number,
                        const struct stored_set *stored)
{
    const struct stored_count *count =
        &table[tally_number % TALLIES * SET_STORE_SLOTS + stored->slot];
    __builtin_prefetch(count);
    __builtin_prefetch(&count->mark);
}

static bool has_iodef(const struct caa_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->records[i].property == CAA_PROPERTY_IODEF)
            return true;
    }
    return false;
}

void stored_count_begin(struct stored_count *count, struct tally *tally,
                        const struct stored_set *stored)
{
    stored_set_hold(stored);
    if (count->stored != NULL)
        stored_set_release(count->stored);
    *count = (struct stored_count){.stored = stored,
                                   .tally = tally,
                                   .mark = set_mark_of(&stored->set),
                                   .has_iodef = has_iodef(&stored->set)};
}

struct stored_count *stored_count_next(struct stored_count *table, size_t *at)
{
    while (table != NULL && *at < PLACES) {
        struct stored_count *count = &table[(*at)++];
        if (count->stored != NULL)
            return count;
    }
    return NULL;
}
