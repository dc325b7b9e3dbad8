/* print.h: what figures, LaTeX and the page are made from: finished tables and what is said of
 * them. All is borrowed. Texts are printable ASCII, and hostile all the same. */
#ifndef PRINT_H
#define PRINT_H

#include "grid.h"

/* Groups that figures and the page show; the CSV tables have all. */
#define PRINT_GROUPS_MAX 12u

struct print {
    const struct grid *grids;    /* one for each of tables[], each with a span for each group */
    char *const *groups;         /* whose figures: scan, mode, vantage, prefix, dates */
    size_t group_count;          /* all of them */
    const char *const *warnings; /* whole sentences */
    size_t warning_count;
    const char *methods; /* paragraphs with empty lines between */
    const char *version; /* of the program */
};

/* The grid of a table by its file name; NULL if there is none. */
const struct grid *print_grid(const struct print *print, const char *table);

/* Groups that are shown. */
size_t print_group_count(const struct print *print);

#endif
