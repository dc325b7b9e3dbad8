/* latex_fit.h: how a table fits the line of a paper: where its headings break, and its type size.
 * Widths are estimates in half ems; figures and small letters of most type take about one. */
#ifndef LATEX_FIT_H
#define LATEX_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "columns.h"

#define LATEX_CELL_MAX 44u /* characters of a cell that are printed */

struct latex_size {
    const char *command; /* as "\\small" */
    unsigned points;
    unsigned column_sep; /* \tabcolsep, in points */
};

/* The largest type size in which columns of these widths fit a line of 345 pt (the text of an
 * article on A4); NULL where none does. */
const struct latex_size *latex_fit_size(const size_t *widths, size_t count);

/* The smallest size there is. */
const struct latex_size *latex_fit_smallest(void);

/* Breaks a text at spaces into lines no longer than max, if its words allow: each such space
 * becomes a line feed. Returns the length of the longest line. */
size_t latex_fit_lines(char *text, size_t max);

/* Room for a cell in print: what columns_cell() has room for. */
struct latex_cell {
    char text[COLUMNS_CELL_LEN];
};

/* A cell as it is printed: cut off with "..." behind LATEX_CELL_MAX characters, and in lines no
 * longer than max, if its words allow. Returns the length of the longest line. */
size_t latex_fit_cell(struct latex_cell *cell, const struct grid *grid, size_t row, size_t column,
                      size_t max);

/* Characters of the longest line of a column's cells. */
size_t latex_fit_cells(const struct grid *grid, struct columns_rows rows, size_t column,
                       size_t max);

#endif
