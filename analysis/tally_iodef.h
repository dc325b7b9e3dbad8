/* tally_iodef.h: where the sets found want reports to go. Pure. */
#ifndef TALLY_IODEF_H
#define TALLY_IODEF_H

#include "caa_iodef.h"
#include "distinct.h"
#include "tally_row.h"

/* Of one scheme. A name counts once in each, whatever number of records its set has. */
struct iodef_count {
    uint64_t names, records;
    uint64_t valid; /* names with a usable URL */
    /* Names with one whose host, or the domain of whose first address, is the registrable domain of
     * the name or below it; for a name that is itself a public suffix, the name or below it. */
    uint64_t same_domain;
    struct distinct targets; /* whole values, folded */
};

struct tally_iodef {
    struct iodef_count schemes[CAA_IODEF_SCHEME_COUNT];
};

void tally_iodef_init(struct tally_iodef *tally);
void tally_iodef_fini(struct tally_iodef *tally);

/* False without memory. */
bool tally_iodef_add(struct tally_iodef *tally, const struct tally_row *row);
bool tally_iodef_merge(struct tally_iodef *into, const struct tally_iodef *from);

#endif
