/* climb.h: which name to ask next, and the verdict (RFC 8659 section 3).
 *
 * The climb sees answers only, as one of four kinds, and knows nothing of attempts or transports.
 * It starts at the name and goes up one label at a time to the TLD; the root is never asked. The
 * first set ends it, and so does the first failure: a failure is never an absence.
 */
#ifndef CAASCAN_CLIMB_H
#define CAASCAN_CLIMB_H

#include <stdint.h>

#include "caascan/term.h"
#include "name.h"

enum climb_answer {
    CLIMB_HAS_CAA,
    CLIMB_NO_CAA,
    CLIMB_NO_NAME, /* NXDOMAIN: as empty as NODATA, and the parent is asked all the same */
    CLIMB_FAILED,
};

enum climb_step { CLIMB_ASK, CLIMB_DONE };

struct climb {
    uint8_t labels;  /* of the name the climb began at */
    uint8_t depth;   /* labels removed so far; the level to ask, then the deciding one */
    uint8_t outcome; /* enum outcome, once done */
};

/* Begins at name. CLIMB_DONE with outcome empty at the root, which has no level to ask. */
enum climb_step climb_begin(struct climb *c, struct name name);

/* Takes the answer of the level last asked. */
enum climb_step climb_next(struct climb *c, enum climb_answer answer);

/* The level at hand, given the name the climb began at. */
struct name climb_level(const struct climb *c, struct name name);

#endif
