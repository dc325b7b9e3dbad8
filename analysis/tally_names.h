/* tally_names.h: what is counted of names beside their adoption: who runs their name servers,
 * whether these agree, whether they are signed, and what older rules would have found. Pure. */
#ifndef TALLY_NAMES_H
#define TALLY_NAMES_H

#include "tally_alt.h"
#include "tally_consistency.h"
#include "tally_dnssec.h"
#include "tally_operators.h"

struct tally_names {
    struct tally_operators operators;
    struct tally_consistency consistency;
    struct tally_dnssec dnssec;
    struct tally_alt alt;
};

void tally_names_init(struct tally_names *tally);
void tally_names_fini(struct tally_names *tally);

/* False without memory. */
bool tally_names_add(struct tally_names *tally, const struct tally_row *row);
bool tally_names_merge(struct tally_names *into, const struct tally_names *from,
                       const struct tally_numbers *numbers);

#endif
