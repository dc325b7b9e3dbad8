/* tally_errors.h: why lookups failed, by class. Pure. */
#ifndef TALLY_ERRORS_H
#define TALLY_ERRORS_H

#include "br_failure.h"
#include "distinct.h"
#include "operator_tally.h"
#include "tally_row.h"

struct error_count {
    uint64_t names;
    uint64_t a_probed;   /* of them, a control probe asked for A */
    uint64_t a_answered; /* and that was answered */
    uint64_t recovered;  /* names with a verdict, behind a failure of this class */
    uint64_t br[BR_FAILURE_COUNT];
    struct distinct levels; /* by error_at */
};

struct tally_errors {
    struct error_count classes[CLASS_COUNT];
    struct operator_tally operators; /* names by class */
};

void tally_errors_init(struct tally_errors *tally);
void tally_errors_fini(struct tally_errors *tally);

/* False without memory. */
bool tally_errors_add(struct tally_errors *tally, const struct tally_row *row);

bool tally_errors_merge(struct tally_errors *into, const struct tally_errors *from,
                        const struct tally_numbers *numbers);

#endif
