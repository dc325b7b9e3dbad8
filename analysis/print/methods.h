/* methods.h: how the figures came about, as paragraphs for a paper. */
#ifndef METHODS_H
#define METHODS_H

#include <jansson.h>
#include <stdio.h>

#include "tables.h"

/* One paragraph for each scan, from its metadata (scan_metadata.h), one for each group, from its
 * counts, and one on how the figures are made; empty lines stand between. At most `most` scans and
 * groups are described. */
struct methods {
    const json_t *scans;
    const struct table_group *groups;
    size_t group_count;
    size_t most;
    const char *suffixes; /* which Public Suffix List */
    const char *version;  /* of this program */
};

/* The text, to be freed; NULL without memory. Strings of the metadata stand in it as they are, so
 * it is hostile. */
char *methods_text(const struct methods *methods);

/* Writes text in lines of at most 80 columns, with octets outside printable ASCII as question
 * marks. */
void methods_put_wrapped(FILE *out, const char *text);

#endif
