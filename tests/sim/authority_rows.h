/* authority_rows.h: a row's world as authorities: each zone on servers of its own, delegated from
 * the closest zone above, signed where the row says so (sim_sign.h; the root always is), with the
 * misbehaviour that the row describes. */
#ifndef CAASCAN_AUTHORITY_ROWS_H
#define CAASCAN_AUTHORITY_ROWS_H

#include "resolution_rows.h"
#include "sim_world.h"

#define AUTHORITY_SERVERS_MAX 64u

struct authority_rows {
    const struct resolution_row *row;
    struct sim *sim;
    struct sim_section *section; /* of the answer at hand */
    struct {
        const struct resolution_zone *zone; /* NULL: no server of the row's */
        char name[4];                       /* "s1", "s2" */
    } servers[AUTHORITY_SERVERS_MAX];       /* by number */
};

/* Can the row be played? Not where servers misbehave as those of the lab alone do. */
bool authority_rows_plays(const struct resolution_row *row);

/* Builds the world of an iterating simulation; `model` lives as long as the simulation. */
void authority_rows_build(struct authority_rows *model, struct sim *s,
                          const struct resolution_row *row);

#endif
