/* columns.h: columns of a table in print: which are shown, how they are headed, what they hold. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stdbool.h>

#include "grid.h"
#include "table_text.h"

#define COLUMNS_MAX 64u
#define COLUMNS_CELL_LEN 400u

struct columns {
    size_t shown[COLUMNS_MAX]; /* columns of the grid */
    size_t count;
    size_t facts[COLUMNS_MAX]; /* those that say one thing of all rows, and are not shown */
    size_t fact_count;
};

/* Rows from first to end. */
struct columns_rows {
    size_t first, end;
};

/* Columns of the rows that hold anything, in the order in which they are read: whose figure it is,
 * where that differs between rows; what the row is about and its figures; unit and denominator,
 * where they differ and no other column says the same in each row. A unit, a denominator or a text
 * that is the same in all of several rows is a fact. */
struct columns columns_all(const struct grid *grid, struct columns_rows rows);

/* The named ones of them, names separated by commas; the first few where names is NULL. Those that
 * every table begins with come last, unless another column says the same in each row. */
struct columns columns_named(const struct grid *grid, struct columns_rows rows, const char *names);

/* Does one of the rows have a number, apart from the columns that every table begins with? */
bool columns_have_numbers(const struct grid *grid, struct columns_rows rows);

/* The heading of a column: its name in words. */
void columns_heading(char out[TABLE_TITLE_LEN], const struct grid *grid, size_t column);

/* Does the column hold numbers? */
bool columns_is_number(const struct grid *grid, struct columns_rows rows, size_t column);

/* A cell as it is shown: counts with separators, shares in percent; long text is cut off. */
void columns_cell(char out[COLUMNS_CELL_LEN], const struct grid *grid, size_t row, size_t column);

#endif
