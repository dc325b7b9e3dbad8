/* record_zones.h: the part of a record from `zone` to `set_ns`. Pure; for record.c. */
#ifndef CAASCAN_RECORD_ZONES_H
#define CAASCAN_RECORD_ZONES_H

#include "record.h"
#include "spelled.h"

/* Writes the keys zone, ns, set_zone and set_ns with their values, a comma before each. `row` is
 * the row's name as it stands in the record. */
struct text record_zones(struct text t, const struct record *r, const struct spelled *row);

#endif
