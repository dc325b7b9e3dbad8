/* tally_tld.h: names by top-level domain, and those of them that are registrable domains. Pure.
 *
 * Each row counts by itself, as in all tables: a registrable domain that stands in the list twice
 * counts twice. So memory grows with top-level domains, and not with names. */
#ifndef TALLY_TLD_H
#define TALLY_TLD_H

#include "count_map.h"
#include "tally_row.h"

/* What became of some names. */
struct tld_cell {
    uint64_t found, empty, indeterminate;
};

/* One row of the table. */
struct tld_count {
    struct caa_text tld;
    struct tld_cell names;   /* all that were asked below it, and itself */
    struct tld_cell domains; /* of them, those that are registrable domains */
};

#define TALLY_TLD_RECENT 64u

struct tally_tld {
    struct count_map tlds;  /* counts[0]: number of the TLD, in the order they were seen */
    struct tld_count *list; /* by number; tld is not set */
    size_t list_cap;
    struct tld_recent {
        uint64_t key;    /* of a short TLD; 0: none */
        uint32_t number; /* its number */
    } recent[TALLY_TLD_RECENT];
    uint64_t suffix_names; /* names that are public suffixes themselves, so in no domain */
};

void tally_tld_init(struct tally_tld *tally);
void tally_tld_fini(struct tally_tld *tally);

/* The number of a top-level domain; UINT32_MAX without memory. */
uint32_t tally_tld_number(struct tally_tld *tally, struct caa_text tld);

/* For each number in `from`, the number of the same TLD here, in an array that the caller frees;
 * NULL without memory. */
uint32_t *tally_tld_renumber(struct tally_tld *tally, const struct tally_tld *from);

/* Counts a row that has its number. The second takes the numbers of the one above. */
void tally_tld_add(struct tally_tld *tally, const struct tally_row *row);
void tally_tld_merge(struct tally_tld *into, const struct tally_tld *from, const uint32_t *numbers);

/* Names of a cell that were answered, and all of them. */
uint64_t tld_cell_answered(const struct tld_cell *cell);
uint64_t tld_cell_asked(const struct tld_cell *cell);

/* All TLDs with a name, most registrable domains first, then most names, then by name. The array
 * belongs to the caller (free), its texts to the tally. NULL without memory. */
struct tld_count *tally_tld_rows(const struct tally_tld *tally, size_t *count);

#endif
