/* tally_dnssec.h: names by DNSSEC status, with and without a set. Pure. */
#ifndef TALLY_DNSSEC_H
#define TALLY_DNSSEC_H

#include "strata.h"
#include "tally_row.h"

/* Names of one status. */
struct dnssec_count {
    uint64_t found, none, indeterminate;
};

/* Signed against unsigned, by top-level domain and by operator. */
struct dnssec_strata {
    struct strata all, tlds, operators;
};

struct tally_dnssec {
    struct dnssec_count validation[DNSSEC_COUNT];
    struct dnssec_count delegation[DS_COUNT];
    struct dnssec_strata by_validation; /* secure against insecure */
    struct dnssec_strata by_delegation; /* DS present against absent */
};

void tally_dnssec_init(struct tally_dnssec *tally);
void tally_dnssec_fini(struct tally_dnssec *tally);

/* False without memory. */
bool tally_dnssec_add(struct tally_dnssec *tally, const struct tally_row *row);
bool tally_dnssec_merge(struct tally_dnssec *into, const struct tally_dnssec *from,
                        const struct tally_numbers *numbers);

#endif
