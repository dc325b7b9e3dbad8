#include "columns.h"

#include <math.h>
#include <stdio.h>

#include "plot_format.h"

#define FEW 8u /* columns for a page of paper */

struct place {
    size_t row, column;
};

static bool is_same(const struct grid *grid, struct place one, struct place other)
{
    const struct cell *a = grid_cell(grid, one.row, one.column);
    const struct cell *b = grid_cell(grid, other.row, other.column);
    if (a->kind != b->kind)
        return false;
    if (a->kind == CELL_TEXT)
        return grid_is(grid, one.row, one.column, grid_text(grid, other.row, other.column));
    return a->kind == CELL_COUNT ? a->count == b->count : a->number == b->number;
}

/* The columns that every table begins with end with the denominator. */
static size_t lead_count(const struct grid *grid)
{
    size_t last = grid_column(grid, "denominator");
    return last == GRID_NONE ? 0 : last + 1;
}

/* The first of them say whose figure it is. */
static size_t whose_count(const struct grid *grid)
{
    size_t unit = grid_column(grid, "unit");
    return unit == GRID_NONE ? 0 : unit;
}

static bool is_uniform(const struct grid *grid, struct columns_rows rows, size_t column)
{
    size_t row = rows.first;
    while (row < rows.end &&
           is_same(grid, (struct place){row, column}, (struct place){rows.first, column}))
        row++;
    return row == rows.end;
}

static bool is_empty(const struct grid *grid, struct columns_rows rows, size_t column)
{
    return grid_cell(grid, rows.first, column)->kind == CELL_EMPTY &&
           is_uniform(grid, rows, column);
}

static bool is_shown(const struct grid *grid, struct columns_rows rows, size_t column)
{
    return column < lead_count(grid) ? !is_uniform(grid, rows, column)
                                     : !is_empty(grid, rows, column);
}

static bool is_repeated(const struct grid *grid, struct columns_rows rows,
                        const struct columns *columns, size_t column)
{
    for (size_t i = 0; i < columns->count; i++) {
        size_t row = rows.first;
        while (row < rows.end &&
               is_same(grid, (struct place){row, columns->shown[i]}, (struct place){row, column}))
            row++;
        if (row == rows.end)
            return true;
    }
    return false;
}

/* The text of a single row says what the row is about, and is no fact. */
static bool is_fact(const struct grid *grid, struct columns_rows rows, size_t column)
{
    if (is_empty(grid, rows, column) || !is_uniform(grid, rows, column))
        return false;
    if (column < lead_count(grid))
        return column >= whose_count(grid);
    return rows.end - rows.first > 1 && grid_cell(grid, rows.first, column)->kind == CELL_TEXT;
}

static void add_facts(struct columns *columns, const struct grid *grid, struct columns_rows rows)
{
    for (size_t i = 0; i < grid->column_count && columns->fact_count < COLUMNS_MAX; i++) {
        if (is_fact(grid, rows, i))
            columns->facts[columns->fact_count++] = i;
    }
}

/* Adds those of a run of columns that are shown. */
static void add_shown(struct columns *columns, const struct grid *grid, struct columns_rows rows,
                      size_t first, size_t end)
{
    for (size_t i = first; i < end && columns->count < COLUMNS_MAX; i++) {
        if (is_shown(grid, rows, i) && !is_fact(grid, rows, i))
            columns->shown[columns->count++] = i;
    }
}

/* Adds unit and denominator. */
static void add_base(struct columns *columns, const struct grid *grid, struct columns_rows rows)
{
    for (size_t i = whose_count(grid); i < lead_count(grid) && columns->count < COLUMNS_MAX; i++) {
        if (is_shown(grid, rows, i) && !is_repeated(grid, rows, columns, i))
            columns->shown[columns->count++] = i;
    }
}

struct columns columns_all(const struct grid *grid, struct columns_rows rows)
{
    struct columns columns = {.count = 0};
    add_shown(&columns, grid, rows, 0, whose_count(grid));
    add_shown(&columns, grid, rows, lead_count(grid), grid->column_count);
    add_base(&columns, grid, rows);
    add_facts(&columns, grid, rows);
    return columns;
}

bool columns_have_numbers(const struct grid *grid, struct columns_rows rows)
{
    for (size_t column = lead_count(grid); column < grid->column_count; column++) {
        if (columns_is_number(grid, rows, column))
            return true;
    }
    return false;
}

static bool is_named(const char *names, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = names; *at != '\0'; at += *at == ',') {
        size_t here = strcspn(at, ",");
        if (here == len && memcmp(at, name, len) == 0)
            return true;
        at += here;
    }
    return false;
}

struct columns columns_named(const struct grid *grid, struct columns_rows rows, const char *names)
{
    struct columns columns = {.count = 0};
    for (size_t i = lead_count(grid); i < grid->column_count && columns.count < COLUMNS_MAX; i++) {
        bool wanted = names != NULL ? is_named(names, grid->columns[i]) : columns.count < FEW;
        if (wanted && is_shown(grid, rows, i))
            columns.shown[columns.count++] = i;
    }
    add_base(&columns, grid, rows);
    return columns;
}

void columns_heading(char out[TABLE_TITLE_LEN], const struct grid *grid, size_t column)
{
    const char *name = grid->columns[column];
    static const char *const headings[][2] = {
        {"share_of_caa_names", "Share of CAA names"},
        {"bucket_lo", "From rank"},
        {"bucket_hi", "To rank"},
        {"n", "Asked"},
        {"n_answered", "Answered"},
        {"n_own_answered", "Own level answered"},
        {"names_any", "Names with a set"},
        {"any", "With a set"},
        {"share_any", "Share"},
        {"share_any_lo", "At least"},
        {"share_any_hi", "At most"},
        {"share_lo", "At least"},
        {"share_hi", "At most"},
        {"direct", "Own set"},
        {"share_direct", "Share, own set"},
        {"tld", "TLD"},
        {"psl", "Public Suffix List"},
        {"hhi", "HHI"},
        {"k", "k"},
        {"any_delta", "Change"},
        {"iodef", "iodef"},
        {"scan_id", "Scan"},
        {"denominator_of", "Out of"},
        {"denominator", "n"},
    };
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        if (strcmp(headings[i][0], name) == 0) {
            snprintf(out, TABLE_TITLE_LEN, "%s", headings[i][1]);
            return;
        }
    }
    table_text_words(out, name);
}

bool columns_is_number(const struct grid *grid, struct columns_rows rows, size_t column)
{
    for (size_t row = rows.first; row < rows.end; row++) {
        enum cell_kind kind = grid_cell(grid, row, column)->kind;
        if (kind != CELL_EMPTY)
            return kind != CELL_TEXT;
    }
    return false;
}

void columns_cell(char out[COLUMNS_CELL_LEN], const struct grid *grid, size_t row, size_t column)
{
    const struct cell *cell = grid_cell(grid, row, column);
    const char *text = grid_text(grid, row, column);
    out[0] = '\0';
    switch (cell->kind) {
    case CELL_TEXT:
        snprintf(out, COLUMNS_CELL_LEN, "%.390s%s", text, strlen(text) > 390 ? "..." : "");
        break;
    case CELL_COUNT:
        plot_format_count(out, cell->count);
        break;
    case CELL_SHARE:
        plot_format_share(out, cell->number);
        break;
    case CELL_NUMBER:
        snprintf(out, COLUMNS_CELL_LEN, fabs(cell->number) < 10000 ? "%.4g" : "%.0f", cell->number);
        break;
    default:
        break;
    }
}
