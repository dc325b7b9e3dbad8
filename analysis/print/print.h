/* print.h: what figures, LaTeX and the page are made from: finished tables and what is said of
 * them. All is borrowed. Texts are printable ASCII, and hostile all the same. */
#ifndef PRINT_H
#define PRINT_H

#include "grid.h"
#include "table_text.h"

/* Groups that figures and the page show; the CSV tables have all. */
#define PRINT_GROUPS_MAX 12u

struct drawing;

/* Tables that are not those of a survey. */
struct print_tables {
    const char *title;              /* of the page */
    const char *label;              /* of them all, in the labels of LaTeX floats */
    const struct table_text *texts; /* one for each, by its file name */
    size_t count;
    const struct drawing *drawing; /* NULL: none; drawing.name.svg and .pdf are its files */
    const char *caption;           /* of the drawing */
};

struct print {
    const struct grid *grids;          /* one for each table, each with a span for each group */
    const struct print_tables *tables; /* NULL: those of tables[], with the figures of figures[] */
    char *const *groups;               /* whose figures: scan, mode, vantage, prefix, dates */
    size_t group_count;                /* all of them */
    const char *const *warnings;       /* whole sentences */
    size_t warning_count;
    const char *methods; /* paragraphs with empty lines between */
    const char *version; /* of the program */
};

/* How many tables there are, and what they are called; the room is for table_text_of. */
size_t print_table_count(const struct print *print);
const char *print_table_name(const struct print *print, size_t table);
struct table_text print_table_text(const struct print *print, size_t table,
                                   char title_room[TABLE_TITLE_LEN]);

/* The grid of a table by its file name; NULL if there is none. */
const struct grid *print_grid(const struct print *print, const char *table);

/* Groups that are shown. */
size_t print_group_count(const struct print *print);

#endif
