/* sim_sign.h: signs what simulated authorities have, with the keys of signed_reply.h. */
#ifndef CAASCAN_SIM_SIGN_H
#define CAASCAN_SIM_SIGN_H

#include "signed_reply.h"
#include "sim_world.h"

/* A section of these records, signed by the zone as their marks say. Lives as long as s. */
const struct sim_section *sim_sign_section(struct sim *s, const char *zone,
                                           const char *const texts[SIGNED_RECORDS_MAX]);

/* Adds the DS of a zone's key to the zone above, whether the zone has that key or not. */
void sim_sign_delegation(struct sim_zone *above, const char *origin);

/* Signs the zones that sim_zone_sign marked, as they are now: their key, SOA, a chain of NSEC, and
 * the signatures of all that is theirs (RFC 4035 section 2). */
void sim_sign_world(struct sim_world *w);

#endif
