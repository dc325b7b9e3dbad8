/* columns.h: columns of a table in print: which are shown, how they are headed, what they hold. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "grid.h"
#include "table_text.h"

#define COLUMNS_MAX 64u
#define COLUMNS_CELL_LEN 400u

struct columns {
    size_t shown[COLUMNS_MAX]; /* columns of the grid */
    size_t count;
};

/* Rows from first to end. */
struct columns_rows {
    size_t first, end;
};

/* Columns of the rows that hold anything. Those that every table begins with, which say whose
 * figure it is, are shown only where they differ between rows. */
struct columns columns_all(const struct grid *grid, struct columns_rows rows);

/* The named ones of them, names separated by commas; the first few where names is NULL. Those that
 * every table begins with come last, unless another column says the same in each row. */
struct columns columns_named(const struct grid *grid, struct columns_rows rows, const char *names);

/* The heading of a column: its name in words. */
void columns_heading(char out[TABLE_TITLE_LEN], const char *name);

/* Does the column hold numbers? */
bool columns_is_number(const struct grid *grid, struct columns_rows rows, size_t column);

/* A cell as it is shown: counts with separators, shares in percent; long text is cut off. */
void columns_cell(char out[COLUMNS_CELL_LEN], const struct grid *grid, size_t row, size_t column);

#endif
