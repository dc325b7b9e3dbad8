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

/* What a set shows, as bits. */
struct lints_shown {
    uint64_t lints; /* of the records, and between them */
    uint64_t rules; /* by which implementations differ */
};

/* Counts the records of a set for so many names, which may be 0, and says what they show. False
 * without memory, here and below. */
bool tally_lints_add_records(struct tally_lints *tally, const struct caa_set *set, uint64_t names,
                             struct lints_shown *shown);

/* Has what the next looks at brought near, for who will soon call it. */
void tally_lints_fetch(const struct tally_lints *tally, const struct tally_row *row,
                       const struct lints_shown *shown);

/* Counts a name with a set for what its set has shown, and for what its row shows. */
bool tally_lints_add_name(struct tally_lints *tally, const struct tally_row *row,
                          const struct lints_shown *shown);
bool tally_lints_merge(struct tally_lints *into, const struct tally_lints *from,
                       const struct tally_numbers *numbers);

/* Is the lint about records one by one? */
bool tally_lints_is_of_record(enum caa_lint lint);

#endif
