/* target.h: one name to survey, as the input hands it to the engine. Views borrow from the input's
 * batch; the engine copies what it keeps when it admits the target. */
#ifndef CAASCAN_TARGET_H
#define CAASCAN_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "name.h"

/* Octets kept of the row's other columns, packed. They never make a row invalid: the value that
 * does not fit is cut there, and those behind it are empty. A column that the row lacks is empty
 * too. */
#define TARGET_EXTRA_MAX 2048u
#define TARGET_PREFIX_MAX 64u

struct target {
    uint64_t row;         /* from 1; header and blank lines are not counted */
    int64_t rank;         /* -1: none */
    const uint8_t *input; /* the name as given, at most RECORD_INPUT_MAX octets */
    const uint8_t *extra; /* extra_count values, each a u16 length (host order) and its octets */
    const char *prefix;   /* label(s) put before the name, "" for none; lives as long as the scan */
    uint16_t input_len;
    uint16_t extra_len;
    uint8_t extra_count;
    bool wildcard;    /* the input began with "*." */
    struct name name; /* what to ask; len 0: the row is invalid and nothing is asked */
};

#endif
