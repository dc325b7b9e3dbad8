/* figure_parts.h: rows of a table as parts of a plot. Pure; for figure_* alone. */
#ifndef FIGURE_PARTS_H
#define FIGURE_PARTS_H

#include "plot.h"
#include "plot_format.h"
#include "print.h"

#define FIGURE_BARS_MAX 15u
#define FIGURE_SUBTITLE_LEN 400u
#define FIGURE_LABEL_LEN 120u

/* Rows of one group in one table. grid is NULL where the table is not there. */
struct figure_rows {
    const struct grid *grid;
    size_t first, end;
};

struct figure_rows figure_rows_of(const struct print *print, const char *table, size_t group);

/* "n = 1,234 names with a CAA set. Scan …": unit and denominator of a row, and whose it is. */
void figure_subtitle(char out[FIGURE_SUBTITLE_LEN], const struct print *print, size_t group,
                     struct figure_rows rows);

/* The same for figures whose rows have several denominators: `what` says them. */
void figure_subtitle_of(char out[FIGURE_SUBTITLE_LEN], const struct print *print, size_t group,
                        const char *what);

/* The unit and the denominator of a row in words, as in "1,234 names with a CAA set". */
void figure_base(char out[FIGURE_LABEL_LEN], const struct grid *grid, size_t row);

/* Bars being collected from rows; labels are copied. */
struct figure_bars {
    struct plot_bar bars[FIGURE_BARS_MAX];
    char labels[FIGURE_BARS_MAX][FIGURE_LABEL_LEN];
    size_t count;
};

/* Adds a bar, at most FIGURE_BARS_MAX. Returns it, or NULL where there is no room. */
struct plot_bar *figure_bar_add(struct figure_bars *bars, const char *label);

/* Puts the longest first; equal ones stay in their order. */
void figure_bars_sort(struct figure_bars *bars);

/* Is the first value of any bar known? */
bool figure_bars_known(const struct figure_bars *bars);

/* The bar with this label; NULL if there is none. */
struct plot_bar *figure_bar_find(struct figure_bars *bars, const char *label);

#endif
