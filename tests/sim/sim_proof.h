/* sim_proof.h: what a signed zone's authority shows to who sets DO (RFC 4035 section 3.1): the
 * signatures of its records, and the NSEC records that prove absence. A zone without these shows
 * nothing. */
#ifndef CAASCAN_SIM_PROOF_H
#define CAASCAN_SIM_PROOF_H

#include "sim_zone.h"

/* The signature of owner's RRset of this type, shown at `as`: elsewhere where owner is a wildcard.
 */
void sim_proof_signature(struct sim_section *section, const struct sim_zone *zone,
                         struct name owner, struct name as, uint16_t type);

/* The NSEC at name, or else the one around it. */
void sim_proof_of_name(struct sim_section *section, const struct sim_zone *zone, struct name name);

/* That name has nothing of what was asked, and where it does not exist, neither has a wildcard. */
void sim_proof_of_absence(struct sim_section *section, const struct sim_zone *zone,
                          struct name name);

#endif
