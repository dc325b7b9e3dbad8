/* resolver_model.h: what a recursive resolver shows of a row's world. It follows aliases, expands
 * wildcards, retries, validates, and answers SERVFAIL where the servers of a zone fail it. */
#ifndef CAASCAN_RESOLVER_MODEL_H
#define CAASCAN_RESOLVER_MODEL_H

#include "resolution_rows.h"
#include "sim.h"

struct resolver_model {
    const struct resolution_row *row;
    struct sim_section *section; /* of the answer at hand */
};

/* For struct sim_model; context is a struct resolver_model. */
void resolver_model_answer(void *context, const struct sim_query *query, struct sim_answer *out);

#endif
