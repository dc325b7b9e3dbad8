/* tally_tld.h: registrable domains by top-level domain. Pure.
 *
 * A registrable domain with several names counts once: as found where one of its names is governed
 * by a set, else as indeterminate where a lookup failed for one, else as empty. */
#ifndef TALLY_TLD_H
#define TALLY_TLD_H

#include "count_map.h"
#include "domain_set.h"
#include "tally_row.h"

struct tally_tld {
    struct count_map tlds; /* counts[0]: number of the TLD, in the order they were seen */
    struct domain_set domains;
    uint64_t suffix_names; /* names that are public suffixes themselves, so in no domain */
};

/* One row of the table. */
struct tld_count {
    struct caa_text tld;
    uint64_t found, empty, indeterminate;
};

void tally_tld_init(struct tally_tld *tally);
void tally_tld_fini(struct tally_tld *tally);

/* The number of a top-level domain; UINT32_MAX without memory. */
uint32_t tally_tld_number(struct tally_tld *tally, struct caa_text tld);

/* For each number in `from`, the number of the same TLD here, in an array that the caller frees;
 * NULL without memory. */
uint32_t *tally_tld_renumber(struct tally_tld *tally, const struct tally_tld *from);

/* False without memory. The second takes the numbers of the one above. */
bool tally_tld_add(struct tally_tld *tally, const struct tally_row *row);
bool tally_tld_merge(struct tally_tld *into, const struct tally_tld *from, const uint32_t *numbers);

/* All TLDs with a registrable domain, most domains first, then by name. The array belongs to the
 * caller (free), its texts to the tally. NULL without memory. */
struct tld_count *tally_tld_rows(const struct tally_tld *tally, size_t *count);

#endif
