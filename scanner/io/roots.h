/* roots.h: the root's servers, where iteration begins: those built in, or from a hints file. */
#ifndef CAASCAN_ROOTS_H
#define CAASCAN_ROOTS_H

#include <stdbool.h>

#include "failure.h"
#include "resolve.h"

struct roots {
    struct resolve_roots servers; /* views point into `names` */
    struct name_buffer names[RESOLVE_ROOTS_MAX];
};

/* Reads the NS records of the root and the A and AAAA records of its servers, in zone format, as in
 * the file that InterNIC publishes. path NULL: the hints built in. Fills *out in place; do not copy
 * it. False with FAILURE_INPUT naming file and line, also where no server has an address. */
bool roots_read(struct roots *out, const char *path, struct failure *why);

#endif
