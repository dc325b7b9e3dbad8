/* tally_params.h: parameters of the issue-type values in the sets found. Pure.
 *
 * Values that fail the grammar have no parameters: nobody can say where one ends. */
#ifndef TALLY_PARAMS_H
#define TALLY_PARAMS_H

#include "count_map.h"
#include "distinct.h"
#include "set_use.h"

struct param_count {
    struct caa_text tag;    /* folded; owned by the map */
    uint64_t names;         /* with the parameter; a name counts once in each of these */
    uint64_t records;       /* values with it */
    uint64_t valid;         /* names with one that fits RFC 8657; 0 for other parameters */
    uint64_t unsatisfiable; /* names with one that nobody can satisfy; 0 for other parameters */
    uint64_t seen, seen_record, seen_valid, seen_unsatisfiable; /* serials of the last counted */
    struct distinct values;
};

struct tally_params {
    struct count_map index; /* by folded tag; counts[0]: its number in the list, from 1 */
    struct param_count *list;
    size_t count, cap;
    uint64_t record_serial;
};

void tally_params_init(struct tally_params *tally);
void tally_params_fini(struct tally_params *tally);

/* False without memory. */
bool tally_params_add(struct tally_params *tally, const struct set_use *use);
bool tally_params_merge(struct tally_params *into, const struct tally_params *from);

/* All parameters, those of most names first, then by tag. The array belongs to the caller (free),
 * what it points to to the tally. NULL without memory. */
const struct param_count **tally_params_sorted(const struct tally_params *tally);

/* Is it one of the two parameters of RFC 8657, of which `valid` and `unsatisfiable` speak? */
bool tally_params_is_8657(struct caa_text tag);

#endif
