/* sim_trust.h: simulations that validate: the verifier is the real one, the trust anchor is the DS
 * of the root's key in signed_reply.h, by which sim_sign.h signs.
 *
 * Of a test program there is one verifier; a group's fixtures make and free it. */
#ifndef CAASCAN_SIM_TRUST_H
#define CAASCAN_SIM_TRUST_H

#include "sim.h"

/* Fixtures of a cmocka group. */
int sim_trust_setup(void **state);
int sim_trust_teardown(void **state);

/* The simulation iterates and validates. Counting begins anew. */
void sim_trust_use(struct sim_options *options);

/* Verifications since. */
unsigned sim_trust_verified(void);

#endif
