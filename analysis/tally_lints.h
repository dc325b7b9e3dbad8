/* tally_lints.h: what is odd about the sets found, and on which of them CA software is known to
 * differ. Pure. */
#ifndef TALLY_LINTS_H
#define TALLY_LINTS_H

#include "caa_divergence.h"
#include "caa_lint.h"
#include "count_map.h"
#include "operator_tally.h"
#include "row_lint.h"

/* Everything counted has a number: first the lints of caa_lint.h, then those of row_lint.h, then
 * the rules of caa_divergence.h, and at last "any rule at all". */
#define TALLY_LINTS_ROW CAA_LINT_COUNT
#define TALLY_LINTS_RULE (TALLY_LINTS_ROW + ROW_LINT_COUNT)
#define TALLY_LINTS_ANY_RULE (TALLY_LINTS_RULE + CAA_DIVERGENCE_COUNT)
#define TALLY_LINTS_COUNT (TALLY_LINTS_ANY_RULE + 1)

struct tally_lints {
    uint64_t names[TALLY_LINTS_COUNT];
    uint64_t records[TALLY_LINTS_COUNT]; /* CAA records; 0 for what is about a set or a row */
    uint64_t dnssec_checked;             /* names with a set whose DNSSEC status was checked */
    struct operator_tally operators;     /* names by number and operator */
    struct count_map issuers;            /* seen[0] is a memo of the lints of an identifier */
};

void tally_lints_init(struct tally_lints *tally);
void tally_lints_fini(struct tally_lints *tally);

/* False without memory. */
bool tally_lints_add(struct tally_lints *tally, const struct tally_row *row);
bool tally_lints_merge(struct tally_lints *into, const struct tally_lints *from,
                       const struct tally_numbers *numbers);

/* Is the lint about records one by one? */
bool tally_lints_is_of_record(enum caa_lint lint);

#endif
