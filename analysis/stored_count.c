#include "stored_count.h"

#include <assert.h>
#include <stdlib.h>

#include "big_table.h"
#include "fetch_line.h"

#define TALLIES 2u
#define PLACES (TALLIES * SET_STORE_SLOTS)
#define CHUNK_COUNTS 64u

/* Most scans need few of the places: what they hold is made as it is needed, one after the other.
 */
struct stored_counts {
    uint16_t places[PLACES]; /* 1 + the number of a count; 0: none */
    size_t count;
    struct stored_count *chunks[PLACES / CHUNK_COUNTS];
};

static_assert(PLACES <= UINT16_MAX, "a place holds any number");

struct stored_counts *stored_count_new(void)
{
    return big_table_zeroed(1, sizeof(struct stored_counts));
}

static struct stored_count *count_at(const struct stored_counts *table, size_t number)
{
    return &table->chunks[number / CHUNK_COUNTS][number % CHUNK_COUNTS];
}

void stored_count_free(struct stored_counts *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->count; i++) {
        if (count_at(table, i)->stored != NULL)
            stored_set_release(count_at(table, i)->stored);
    }
    for (size_t i = 0; i < PLACES / CHUNK_COUNTS; i++)
        free(table->chunks[i]);
    free(table);
}

static size_t place_of(unsigned tally_number, const struct stored_set *stored)
{
    return tally_number % TALLIES * SET_STORE_SLOTS + stored->slot;
}

/* The next count, empty. NULL without memory. */
static struct stored_count *make(struct stored_counts *table)
{
    struct stored_count **chunk = &table->chunks[table->count / CHUNK_COUNTS];
    if (*chunk == NULL)
        *chunk = malloc(CHUNK_COUNTS * sizeof **chunk);
    if (*chunk == NULL)
        return NULL;
    struct stored_count *count = count_at(table, table->count++);
    count->stored = NULL;
    count->names = 0;
    return count;
}

struct stored_count *stored_count_at(struct stored_counts *table, unsigned tally_number,
                                     const struct stored_set *stored)
{
    uint16_t *place = &table->places[place_of(tally_number, stored)];
    if (*place != 0)
        return count_at(table, *place - 1u);
    struct stored_count *count = make(table);
    if (count != NULL)
        *place = (uint16_t)table->count;
    return count;
}

void stored_count_fetch(const struct stored_counts *table, unsigned tally_number,
                        const struct stored_set *stored)
{
    uint16_t place = table->places[place_of(tally_number, stored)];
    if (place == 0)
        return;
    const struct stored_count *count = count_at(table, place - 1u);
    fetch_line(count);
    fetch_line(&count->mark);
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

struct stored_count *stored_count_next(struct stored_counts *table, size_t *at)
{
    while (table != NULL && *at < table->count) {
        struct stored_count *count = count_at(table, (*at)++);
        if (count->stored != NULL)
            return count;
    }
    return NULL;
}
