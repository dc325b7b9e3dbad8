/* tally_row.h: one record with what all tables want to know about it, worked out once. */
#ifndef TALLY_ROW_H
#define TALLY_ROW_H

#include "operators.h"
#include "record_view.h"
#include "set_sample.h"
#include "suffix.h"

/* Where the set of a name came from. The parts exclude each other. All but the last two sum to the
 * names asked. X(ENUMERATOR, "word", "what the summary calls it"). */
#define TALLY_PARTS(X)                                                                             \
    X(OWN, "own", "own set")                                                                       \
    X(VIA_ALIAS, "via_alias", "own name, by an alias")                                             \
    X(INTERMEDIATE, "ancestor_intermediate", "ancestor below the registrable domain")              \
    X(REGISTRABLE, "ancestor_regdom", "registrable domain")                                        \
    X(PUBLIC_SUFFIX, "ancestor_public_suffix", "public suffix, or above one")                      \
    X(TLD, "ancestor_tld", "top-level domain")                                                     \
    X(ANCESTOR_ALIAS, "ancestor_via_alias", "ancestor, by an alias")                               \
    X(NONE, "none", "no set")                                                                      \
    X(INDETERMINATE, "indeterminate", "indeterminate")                                             \
    X(INVALID, "invalid", "invalid row")                                                           \
    X(SKIPPED, "skipped", "not asked")

#define TALLY_PART_ENUM(name, word, text) PART_##name,
enum tally_part { TALLY_PARTS(TALLY_PART_ENUM) PART_COUNT };

#define PART_FOUND_END PART_NONE    /* the parts before it have a set */
#define PART_ASKED_END PART_INVALID /* the parts before it sum to the names asked */

const char *tally_part_word(enum tally_part part);
const char *tally_part_text(enum tally_part part);

struct tally_row {
    const struct record_view *record;
    struct suffix_split split; /* of the name; empty for an invalid row */
    enum tally_part part;
    uint32_t tld;      /* number of the top-level domain of a name that was asked */
    uint32_t operator; /* that runs the name servers of its zone; OPERATORS_NONE where not known */
    const struct set_mark *mark; /* of the set; NULL where it was not made */
};

/* What operators and top-level domains of one tally are called in another: by number. */
struct tally_numbers {
    uint32_t *operators, *tlds;
};

/* Works out a row. The operator, the number of the TLD and the mark are the caller's. */
struct tally_row tally_row_of(const struct record_view *record, const struct suffix_list *suffixes);

/* Is a domain the registrable domain of the row's name, or below it? Where the name is itself a
 * public suffix: is it the name, or below it? Compared without case. */
bool tally_row_is_within(const struct tally_row *row, struct caa_text domain);

#endif
