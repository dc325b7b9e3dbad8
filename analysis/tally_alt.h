/* tally_alt.h: where RFC 8659, RFC 6844 and erratum 5065 to it come to different verdicts. Pure.
 *
 * A record has the older verdicts only where the scan was asked for them. */
#ifndef TALLY_ALT_H
#define TALLY_ALT_H

#include "operator_tally.h"
#include "tally_row.h"

/* X(ENUMERATOR, "word"). */
#define TALLY_ALT_PAIRS(X)                                                                         \
    X(8659_6844, "rfc8659_rfc6844")                                                                \
    X(8659_5065, "rfc8659_erratum5065")                                                            \
    X(6844_5065, "rfc6844_erratum5065")

#define TALLY_ALT_ENUM(name, word) ALT_##name,
enum tally_alt_pair { TALLY_ALT_PAIRS(TALLY_ALT_ENUM) ALT_COUNT };

const char *tally_alt_word(enum tally_alt_pair pair);

/* Names of which both verdicts are known. The counts exclude each other. */
struct alt_count {
    uint64_t same;
    uint64_t presence;   /* one finds a set, the other none */
    uint64_t set;        /* both find one, at other owners */
    uint64_t one_failed; /* one verdict, one failure: not compared */
    uint64_t both_failed;
};

struct tally_alt {
    struct alt_count pairs[ALT_COUNT];
    struct operator_tally operators; /* names whose verdict changes, by pair */
};

void tally_alt_init(struct tally_alt *tally);
void tally_alt_fini(struct tally_alt *tally);

/* False without memory. */
bool tally_alt_add(struct tally_alt *tally, const struct tally_row *row);
bool tally_alt_merge(struct tally_alt *into, const struct tally_alt *from,
                     const struct tally_numbers *numbers);

#endif
