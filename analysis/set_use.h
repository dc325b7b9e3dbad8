/* set_use.h: a set and how many names have it, for counts that depend on nothing else. */
#ifndef SET_USE_H
#define SET_USE_H

#include "caa_record.h"

struct set_use {
    const struct caa_set *set;
    uint64_t names;  /* at least 1 */
    uint64_t serial; /* not 0, and another one in each use of one tally */
};

#endif
