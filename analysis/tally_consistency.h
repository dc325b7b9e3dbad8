/* tally_consistency.h: names with a level whose name servers differ. Pure.
 *
 * The scanner writes it as the note ns_inconsistent, and only where it was told to ask all servers:
 * no note can mean that nobody looked. Where it could not ask all of them, of which it writes the
 * note census_incomplete, no difference seen is no agreement. */
#ifndef TALLY_CONSISTENCY_H
#define TALLY_CONSISTENCY_H

#include "operator_tally.h"
#include "tally_row.h"

/* X(ENUMERATOR, "word"), the words that the detail of the note begins with. */
#define TALLY_CONSISTENCY_KINDS(X)                                                                 \
    X(PRESENCE, "presence") /* a set, or none */                                                   \
    X(CONTENT, "content")   /* other sets */                                                       \
    X(ALIAS, "alias")       /* other aliases */                                                    \
    X(NXDOMAIN, "nxdomain") /* no such name, for some */                                           \
    X(OTHER, "other")       /* a detail of a later version, or of none */

#define TALLY_CONSISTENCY_ENUM(name, word) CONSISTENCY_##name,
enum tally_consistency_kind { TALLY_CONSISTENCY_KINDS(TALLY_CONSISTENCY_ENUM) CONSISTENCY_COUNT };

#define CONSISTENCY_ANY CONSISTENCY_COUNT              /* a name with one or several kinds */
#define CONSISTENCY_INCOMPLETE (CONSISTENCY_COUNT + 1) /* with none, and not all were asked */
#define CONSISTENCY_ROWS (CONSISTENCY_COUNT + 2)

const char *tally_consistency_word(unsigned kind);

struct tally_consistency {
    uint64_t names[CONSISTENCY_ROWS];
    struct operator_tally operators; /* names by kind */
};

void tally_consistency_init(struct tally_consistency *tally);
void tally_consistency_fini(struct tally_consistency *tally);

/* False without memory. */
bool tally_consistency_add(struct tally_consistency *tally, const struct tally_row *row);
bool tally_consistency_merge(struct tally_consistency *into, const struct tally_consistency *from,
                             const struct tally_numbers *numbers);

#endif
