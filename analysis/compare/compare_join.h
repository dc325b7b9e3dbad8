/* compare_join.h: what all scans say about one name after the other, in the order of names. */
#ifndef COMPARE_JOIN_H
#define COMPARE_JOIN_H

#include "compare_input.h"

struct compare_row {
    struct caa_text name;
    bool present[COMPARE_SIDES_MAX];
    struct compare_entry entries[COMPARE_SIDES_MAX]; /* of the sides that are present */
};

struct compare_join {
    struct sorter *sorter; /* finished; borrowed */
    struct octet_buffer name, bodies[COMPARE_SIDES_MAX];
    struct sort_entry pending; /* the first entry of the next name */
    bool has_pending, begun;
    bool bad;                             /* an entry is none, or memory lacks */
    uint64_t repeated[COMPARE_SIDES_MAX]; /* records that another one of the same name outdoes */
};

void compare_join_init(struct compare_join *join, struct sorter *sorter);
void compare_join_fini(struct compare_join *join);

/* The next name; the row borrows until the next call. False behind the last and after a failure. */
bool compare_join_next(struct compare_join *join, struct compare_row *row);

/* After the last row: did all go well? Says what did not. */
bool compare_join_ended_well(const struct compare_join *join);

#endif
