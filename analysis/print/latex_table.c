#include "columns.h"
#include "figure_parts.h"
#include "latex.h"
#include "latex_text.h"
#include "tables.h"

#define CELL_MAX 44u /* characters of a cell */

static void put_heading(FILE *out, const struct grid *grid, const struct columns *columns,
                        struct columns_rows rows)
{
    fputs("\\begin{tabular}{@{}", out);
    for (size_t i = 0; i < columns->count; i++)
        fputc(columns_is_number(grid, rows, columns->shown[i]) ? 'r' : 'l', out);
    fputs("@{}}\n\\toprule\n", out);
    for (size_t i = 0; i < columns->count; i++) {
        char heading[TABLE_TITLE_LEN];
        columns_heading(heading, grid->columns[columns->shown[i]]);
        fputs(i > 0 ? " & " : "", out);
        latex_text_put(out, heading, TABLE_TITLE_LEN);
    }
    fputs(" \\\\\n\\midrule\n", out);
}

static void put_row(FILE *out, const struct grid *grid, const struct columns *columns, size_t row)
{
    for (size_t i = 0; i < columns->count; i++) {
        char cell[COLUMNS_CELL_LEN];
        columns_cell(cell, grid, row, columns->shown[i]);
        fputs(i > 0 ? " & " : "", out);
        latex_text_put(out, cell, CELL_MAX);
    }
    fputs(" \\\\\n", out);
}

/* The unit and the denominator stand in the caption where they are the same in all rows. */
static void put_caption(FILE *out, const struct print *print, struct table_text text,
                        const struct figure_rows *rows, size_t group)
{
    char base[FIGURE_LABEL_LEN];
    const struct grid *grid = rows->grid;
    size_t whole = grid_column(grid, "denominator");
    bool same = grid_cell(grid, rows->first, whole)->kind == CELL_COUNT;
    for (size_t row = rows->first; row < rows->end; row++)
        same = same && grid_number(grid, row, whole) == grid_number(grid, rows->first, whole);
    fputs("\\caption{", out);
    latex_text_put(out, text.title, SIZE_MAX);
    fputs(". ", out);
    latex_text_put(out, text.caption, SIZE_MAX);
    if (same) {
        figure_base(base, grid, rows->first);
        fputs(" \\(n\\) = ", out);
        latex_text_put(out, base, SIZE_MAX);
        fputs(".", out);
    }
    fputc(' ', out);
    latex_text_put(out, print->groups[group], SIZE_MAX);
    fputs("}\n", out);
}

void latex_table_put(FILE *out, const struct print *print, size_t table, size_t group)
{
    char room[TABLE_TITLE_LEN];
    struct table_text text = table_text_of(tables[table].name, room);
    struct figure_rows all = figure_rows_of(print, tables[table].name, group);
    struct columns_rows rows = {all.first, all.end};
    fprintf(out, "%% From %s.\n", tables[table].name);
    if (all.first == all.end) {
        fputs("% It has no rows.\n", out);
        return;
    }
    if (rows.end - rows.first > LATEX_ROWS_MAX) {
        rows.end = rows.first + LATEX_ROWS_MAX;
        fprintf(out, "%% The first %u rows of %zu.\n", LATEX_ROWS_MAX, all.end - all.first);
    }
    struct columns columns = columns_named(all.grid, rows, text.columns);
    fputs("\\begin{table}\n\\centering\n\\small\n", out);
    put_caption(out, print, text, &all, group);
    fprintf(out, "\\label{tab:caa-%.*s", (int)strcspn(tables[table].name, "."), tables[table].name);
    fprintf(out, group > 0 ? "-%zu}\n" : "}\n", group + 1);
    put_heading(out, all.grid, &columns, rows);
    for (size_t row = rows.first; row < rows.end; row++)
        put_row(out, all.grid, &columns, row);
    fputs("\\bottomrule\n\\end{tabular}\n\\end{table}\n", out);
}
