/* resolution_check.h: compares a record with what its row of resolution.jsonl expects, with a table
 * of what must differ in the mode at hand. Every complaint names row, rules and member. */
#ifndef CAASCAN_RESOLUTION_CHECK_H
#define CAASCAN_RESOLUTION_CHECK_H

#include "resolution_rows.h"
#include "sim.h"

/* Where the row names one class and the mode shows another. Keyed by row and the class expected. */
struct resolution_difference {
    const char *id, *expected, *shown, *reason;
};

struct resolution_view {
    const struct resolution_difference *differences;
    bool *used; /* one for each: it met its row */
    size_t difference_count;
    const char *const *without_error_name; /* rows where the mode can't say which name failed */
    size_t without_error_name_count;
    bool iterates;         /* expect_iterate comes first, everything is validated */
    size_t names_withheld; /* rows of without_error_name met */
};

/* Puts the row's query behind the other rows; returns its number. */
uint64_t resolution_admit(struct sim *s, const struct resolution_row *row,
                          struct name_buffer *name);

void resolution_compare(struct resolution_view *view, const struct resolution_row *row,
                        const json_t *record);

/* Fails the test where a listed difference met no row, or is none: such a line would hide a later
 * mistake. */
void resolution_check_used(const struct resolution_view *view);

#endif
