#define _POSIX_C_SOURCE 200809L /* strdup */
#include "grid.h"

#include <stdio.h>
#include <stdlib.h>

static size_t count_of(const char *columns)
{
    size_t count = 1;
    for (; *columns != '\0'; columns++)
        count += *columns == ',';
    return count;
}

bool grid_init(struct grid *grid, const char *columns)
{
    *grid = (struct grid){.column_letters = strdup(columns),
                          .columns = calloc(count_of(columns), sizeof *grid->columns)};
    if (grid->column_letters == NULL || grid->columns == NULL) {
        grid->failed = true;
        return false;
    }
    for (char *at = grid->column_letters; at != NULL;) {
        grid->columns[grid->column_count++] = at;
        at = strchr(at, ',');
        if (at != NULL)
            *at++ = '\0';
    }
    return true;
}

void grid_fini(struct grid *grid)
{
    free(grid->columns);
    free(grid->column_letters);
    free(grid->cells);
    free(grid->letters);
    free(grid->spans);
    *grid = (struct grid){0};
}

void grid_begin_span(struct grid *grid)
{
    struct grid_span *spans = realloc(grid->spans, (grid->span_count + 1) * sizeof *spans);
    if (spans == NULL) {
        grid->failed = true;
        return;
    }
    size_t row = grid->cell_count / grid->column_count;
    grid->spans = spans;
    grid->spans[grid->span_count++] = (struct grid_span){row, row, 0};
}

/* Is the span full, so that its rows are only counted? */
static bool is_full(const struct grid *grid)
{
    const struct grid_span *span = &grid->spans[grid->span_count - 1];
    return span->end - span->first >= GRID_ROWS_MAX || span->end >= GRID_ROWS_ALL_MAX;
}

static bool makes_room(struct grid *grid)
{
    if (grid->failed || grid->span_count == 0 || is_full(grid))
        return false;
    if (grid->cell_count < grid->cell_cap)
        return true;
    size_t cap = 2 * grid->cell_cap + 256;
    struct cell *cells = realloc(grid->cells, cap * sizeof *cells);
    grid->failed = cells == NULL;
    if (cells == NULL)
        return false;
    grid->cells = cells;
    grid->cell_cap = cap;
    return true;
}

void grid_add(struct grid *grid, struct cell cell)
{
    if (makes_room(grid))
        grid->cells[grid->cell_count++] = cell;
}

static bool makes_letters(struct grid *grid, size_t len)
{
    if (grid->letter_len + len <= grid->letter_cap)
        return true;
    size_t cap = 2 * (grid->letter_len + len) + 1024;
    char *letters = realloc(grid->letters, cap);
    grid->failed = letters == NULL;
    if (letters == NULL)
        return false;
    grid->letters = letters;
    grid->letter_cap = cap;
    return true;
}

void grid_add_text(struct grid *grid, struct caa_text text)
{
    if (!makes_room(grid) || !makes_letters(grid, 4 * text.len + 1))
        return;
    struct cell cell = {.kind = text.len > 0 ? CELL_TEXT : CELL_EMPTY, .count = grid->letter_len};
    char *at = grid->letters + grid->letter_len;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t octet = text.octets[i];
        if (octet >= 0x20 && octet <= 0x7E)
            *at++ = (char)octet;
        else
            at += sprintf(at, "\\%03u", octet);
    }
    *at++ = '\0';
    grid->letter_len = (size_t)(at - grid->letters);
    grid->cells[grid->cell_count++] = cell;
}

/* A row that has other cells than the table has columns is a mistake of ours. */
void grid_end_row(struct grid *grid)
{
    if (grid->failed || grid->span_count == 0)
        return;
    struct grid_span *span = &grid->spans[grid->span_count - 1];
    if (is_full(grid)) {
        span->left_out++;
        return;
    }
    grid->failed = grid->cell_count != (span->end + 1) * grid->column_count;
    span->end++;
}

size_t grid_column(const struct grid *grid, const char *name)
{
    for (size_t i = 0; i < grid->column_count; i++) {
        if (strcmp(grid->columns[i], name) == 0)
            return i;
    }
    return GRID_NONE;
}

const struct cell *grid_cell(const struct grid *grid, size_t row, size_t column)
{
    static const struct cell empty = {.kind = CELL_EMPTY};
    return column == GRID_NONE ? &empty : &grid->cells[row * grid->column_count + column];
}

const char *grid_text(const struct grid *grid, size_t row, size_t column)
{
    const struct cell *cell = grid_cell(grid, row, column);
    return cell->kind == CELL_TEXT ? grid->letters + cell->count : "";
}

double grid_number(const struct grid *grid, size_t row, size_t column)
{
    const struct cell *cell = grid_cell(grid, row, column);
    if (cell->kind == CELL_COUNT)
        return (double)cell->count;
    return cell->kind == CELL_SHARE || cell->kind == CELL_NUMBER ? cell->number : 0;
}

bool grid_is(const struct grid *grid, size_t row, size_t column, const char *word)
{
    return strcmp(grid_text(grid, row, column), word) == 0;
}
