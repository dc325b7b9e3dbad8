/* footprint.h: how much memory an engine will come to use. engine_size reserves room for the worst
 * that rows can bring; memory that is never touched costs nothing, and this says what is touched
 * where names and answers are of common sizes. Octets.
 */
#ifndef CAASCAN_FOOTPRINT_H
#define CAASCAN_FOOTPRINT_H

#include <stddef.h>

#include "engine.h"

struct footprint {
    size_t per_name; /* for each row in flight */
    size_t caches;   /* answers and servers remembered, once there have been enough of them */
    size_t partly;   /* tables in front (engine_front) that are used from their beginning to
                        somewhere:   the large page in which one ends is touched for its sake */
};

struct footprint footprint_of(const struct engine_config *config);

#endif
