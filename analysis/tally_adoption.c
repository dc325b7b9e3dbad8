#include "tally_adoption.h"

static uint64_t sum_to(const struct adoption_cell *cell, enum tally_part end)
{
    uint64_t sum = 0;
    for (unsigned part = 0; part < end; part++)
        sum += cell->parts[part];
    return sum;
}

uint64_t adoption_cell_found(const struct adoption_cell *cell)
{
    return sum_to(cell, PART_FOUND_END);
}

uint64_t adoption_cell_answered(const struct adoption_cell *cell)
{
    return sum_to(cell, PART_INDETERMINATE);
}

uint64_t adoption_cell_asked(const struct adoption_cell *cell)
{
    return sum_to(cell, PART_ASKED_END);
}

void adoption_cell_merge(struct adoption_cell *into, const struct adoption_cell *from)
{
    for (unsigned part = 0; part < PART_COUNT; part++)
        into->parts[part] += from->parts[part];
    into->own_answered += from->own_answered;
    into->nonexistent += from->nonexistent;
}

static void count_cell(struct adoption_cell *cell, const struct tally_row *row)
{
    enum outcome own = row->record->own;
    cell->parts[row->part]++;
    if (row->part >= PART_ASKED_END)
        return;
    cell->own_answered += own == OUTCOME_FOUND || own == OUTCOME_EMPTY;
    cell->nonexistent += row->record->exists == EXISTS_NO;
}

static struct adoption_cell *decade_of(struct tally_adoption *tally, int64_t rank)
{
    int64_t end = ADOPTION_FIRST_DECADE;
    for (size_t i = 0; i < ADOPTION_DECADE_COUNT; i++, end *= 10) {
        if (rank <= end)
            return &tally->decades[i];
    }
    return NULL;
}

void tally_adoption_add(struct tally_adoption *tally, const struct tally_row *row)
{
    int64_t rank = row->record->rank;
    count_cell(&tally->all, row);
    if (row->part < PART_FOUND_END)
        tally->depths[row->record->depth][row->part]++;
    if (rank < 1)
        return;
    if (rank <= (int64_t)ADOPTION_BAND_SIZE * ADOPTION_BAND_COUNT)
        count_cell(&tally->bands[(rank - 1) / ADOPTION_BAND_SIZE], row);
    struct adoption_cell *decade = decade_of(tally, rank);
    if (decade != NULL)
        count_cell(decade, row);
}

void tally_adoption_merge(struct tally_adoption *into, const struct tally_adoption *from)
{
    adoption_cell_merge(&into->all, &from->all);
    for (size_t i = 0; i < ADOPTION_BAND_COUNT; i++)
        adoption_cell_merge(&into->bands[i], &from->bands[i]);
    for (size_t i = 0; i < ADOPTION_DECADE_COUNT; i++)
        adoption_cell_merge(&into->decades[i], &from->decades[i]);
    for (size_t depth = 0; depth < RECORD_DEPTH_END; depth++) {
        for (unsigned part = 0; part < PART_FOUND_END; part++)
            into->depths[depth][part] += from->depths[depth][part];
    }
}
