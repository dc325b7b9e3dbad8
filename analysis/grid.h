/* grid.h: the cells of one table in memory, for those who print it another way than as CSV.
 *
 * A grid takes the rows while they are written (csv_file.copy) and keeps the first GRID_ROWS_MAX of
 * each span, GRID_ROWS_ALL_MAX in all; a span is what one scan, mode, vantage and prefix has in the
 * table. Text is kept as CSV has it, with octets outside printable ASCII as \DDD, but without
 * quotes.
 */
#ifndef GRID_H
#define GRID_H

#include "caa_text.h"

#define GRID_ROWS_MAX 20000u
#define GRID_ROWS_ALL_MAX 200000u
#define GRID_NONE SIZE_MAX

enum cell_kind { CELL_EMPTY, CELL_TEXT, CELL_COUNT, CELL_SHARE, CELL_NUMBER };

struct cell {
    enum cell_kind kind;
    uint64_t count; /* of CELL_COUNT; of CELL_TEXT: where it is in the letters */
    double number;  /* of CELL_SHARE, from 0 to 1, and of CELL_NUMBER */
};

struct grid_span {
    size_t first, end; /* rows */
    uint64_t left_out; /* rows behind the last one kept */
};

struct grid {
    const char **columns; /* names; owned, as are all below */
    char *column_letters;
    size_t column_count;
    struct cell *cells;
    size_t cell_count, cell_cap;
    char *letters;
    size_t letter_len, letter_cap;
    struct grid_span *spans;
    size_t span_count;
    bool failed; /* memory lacked: what is here is not the table */
};

/* Columns are names with commas between. False without memory. */
bool grid_init(struct grid *grid, const char *columns);
void grid_fini(struct grid *grid);

/* Begins a span: rows that follow belong to it. */
void grid_begin_span(struct grid *grid);

/* Adds a cell to the row under way, and ends a row. Text may hold any octets. Where memory lacks
 * the grid has failed. */
void grid_add_text(struct grid *grid, struct caa_text text);
void grid_add(struct grid *grid, struct cell cell);
void grid_end_row(struct grid *grid);

/* Number of the column, or GRID_NONE. */
size_t grid_column(const struct grid *grid, const char *name);

/* A cell; an empty one where the column is GRID_NONE. */
const struct cell *grid_cell(const struct grid *grid, size_t row, size_t column);

/* The text of a cell, "" where it is none; the number of a count, share or number, else 0. */
const char *grid_text(const struct grid *grid, size_t row, size_t column);
double grid_number(const struct grid *grid, size_t row, size_t column);

/* Is the text of the cell this word? */
bool grid_is(const struct grid *grid, size_t row, size_t column, const char *word);

#endif
