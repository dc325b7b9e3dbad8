/* tally_adoption.h: where names have their set from, by rank and by depth. Pure. */
#ifndef TALLY_ADOPTION_H
#define TALLY_ADOPTION_H

#include "caascan/schema.h"
#include "record_check.h"
#include "tally_row.h"

/* One group of names. */
struct adoption_cell {
    uint64_t parts[PART_COUNT];
    uint64_t own_answered; /* the name's own level answered */
    uint64_t nonexistent;  /* the name does not exist */
};

/* Names with a set, with an answer, and asked. */
uint64_t adoption_cell_found(const struct adoption_cell *cell);
uint64_t adoption_cell_answered(const struct adoption_cell *cell);
uint64_t adoption_cell_asked(const struct adoption_cell *cell);

void adoption_cell_merge(struct adoption_cell *into, const struct adoption_cell *from);

#define ADOPTION_BAND_SIZE 4000 /* ranks in a band, as the series of 2017 has it */
#define ADOPTION_BAND_COUNT 250
#define ADOPTION_DECADE_COUNT 7 /* up to rank 1,000, 10,000 … 1,000,000,000 */
#define ADOPTION_FIRST_DECADE 1000

struct tally_adoption {
    struct adoption_cell all;
    struct adoption_cell bands[ADOPTION_BAND_COUNT];     /* ranks up to 1,000,000 */
    struct adoption_cell decades[ADOPTION_DECADE_COUNT]; /* each without the one before it */
    uint64_t depths[RECORD_DEPTH_END][PART_FOUND_END];   /* names by depth of their set */
};

void tally_adoption_add(struct tally_adoption *tally, const struct tally_row *row);
void tally_adoption_merge(struct tally_adoption *into, const struct tally_adoption *from);

#endif
