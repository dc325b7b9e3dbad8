#include "columns.h"
#include "figure_parts.h"
#include "latex.h"
#include "latex_fit.h"
#include "latex_text.h"

#define HEADING_MIN 9u /* characters of a heading that need no second line */
#define LINE_MIN 14u   /* characters of a cell that do neither */

struct layout {
    struct columns columns;
    char headings[COLUMNS_MAX][TABLE_TITLE_LEN]; /* with line feeds */
    const struct latex_size *size;
    size_t line_max; /* characters of a line in a cell */
};

/* The size in which the table fits with cells in lines of line_max; NULL where there is none. */
static const struct latex_size *size_of(struct layout *layout, const struct grid *grid,
                                        struct columns_rows rows)
{
    size_t widths[COLUMNS_MAX];
    for (size_t i = 0; i < layout->columns.count; i++) {
        size_t column = layout->columns.shown[i];
        size_t cells = latex_fit_cells(grid, rows, column, layout->line_max);
        columns_heading(layout->headings[i], grid, column);
        size_t heading =
            latex_fit_lines(layout->headings[i], cells > HEADING_MIN ? cells : HEADING_MIN);
        widths[i] = heading > cells ? heading : cells;
    }
    return latex_fit_size(widths, layout->columns.count);
}

/* Cells have a single line each where that fits in the smallest size, else ever shorter ones. */
static void lay_out(struct layout *layout, const struct grid *grid, struct columns_rows rows)
{
    layout->line_max = COLUMNS_CELL_LEN;
    layout->size = size_of(layout, grid, rows);
    for (size_t max = LATEX_CELL_MAX; max >= LINE_MIN && layout->size == NULL; max -= 2) {
        layout->line_max = max;
        layout->size = size_of(layout, grid, rows);
    }
    if (layout->size == NULL)
        layout->size = latex_fit_smallest();
}

/* Lines of a text stand in a table of their own, whose first or last line is that of the row. */
static void put_lines(FILE *out, const char *text, const char *place, char align)
{
    if (strchr(text, '\n') == NULL) {
        latex_text_put(out, text, SIZE_MAX);
        return;
    }
    fprintf(out, "\\begin{tabular}[%s]{@{}%c@{}}", place, align);
    for (const char *line = text; *line != '\0';) {
        char part[COLUMNS_CELL_LEN];
        size_t len = strcspn(line, "\n");
        snprintf(part, sizeof part, "%.*s", (int)len, line);
        latex_text_put(out, part, SIZE_MAX);
        line += len + (line[len] == '\n' ? 1 : 0);
        fputs(*line != '\0' ? "\\\\" : "", out);
    }
    fputs("\\end{tabular}", out);
}

static void put_headings(FILE *out, const struct grid *grid, const struct layout *layout,
                         struct columns_rows rows)
{
    char align[COLUMNS_MAX + 1] = "";
    for (size_t i = 0; i < layout->columns.count; i++)
        align[i] = columns_is_number(grid, rows, layout->columns.shown[i]) ? 'r' : 'l';
    fprintf(out, "\\begin{tabular}{@{}%s@{}}\n\\toprule\n", align);
    for (size_t i = 0; i < layout->columns.count; i++) {
        fputs(i > 0 ? " & " : "", out);
        put_lines(out, layout->headings[i], "b", align[i]);
    }
    fputs(" \\\\\n\\midrule\n", out);
}

static void put_row(FILE *out, const struct grid *grid, const struct layout *layout, size_t row)
{
    for (size_t i = 0; i < layout->columns.count; i++) {
        struct latex_cell cell;
        latex_fit_cell(&cell, grid, row, layout->columns.shown[i], layout->line_max);
        fputs(i > 0 ? " & " : "", out);
        put_lines(out, cell.text, "t", 'l');
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
    const char *file = print_table_name(print, table);
    struct table_text text = print_table_text(print, table, room);
    struct figure_rows all = figure_rows_of(print, file, group);
    struct columns_rows rows = {all.first, all.end};
    fprintf(out, "%% From %s.\n", file);
    if (all.first == all.end) {
        fputs("% It has no rows.\n", out);
        return;
    }
    if (!columns_have_numbers(all.grid, rows)) {
        fputs("% It has no numbers.\n", out);
        return;
    }
    if (rows.end - rows.first > LATEX_ROWS_MAX) {
        rows.end = rows.first + LATEX_ROWS_MAX;
        fprintf(out, "%% The first %u rows of %zu.\n", LATEX_ROWS_MAX, all.end - all.first);
    }
    struct layout layout = {.columns = columns_named(all.grid, rows, text.columns)};
    lay_out(&layout, all.grid, rows);
    fputs("\\providecommand{\\caatablefloat}{table}\n\\begin{\\caatablefloat}\n\\centering\n", out);
    put_caption(out, print, text, &all, group);
    if (print->tables != NULL)
        fprintf(out, "\\label{tab:caa-%s-%.*s", print->tables->label, (int)strcspn(file, "."),
                file);
    else
        fprintf(out, "\\label{tab:caa-%.*s", (int)strcspn(file, "."), file);
    fprintf(out, group > 0 ? "-%zu}\n" : "}\n", group + 1);
    fprintf(out, "\\medskip\n%s\\setlength{\\tabcolsep}{%upt}\n", layout.size->command,
            layout.size->column_sep);
    put_headings(out, all.grid, &layout, rows);
    for (size_t row = rows.first; row < rows.end; row++)
        put_row(out, all.grid, &layout, row);
    fputs("\\bottomrule\n\\end{tabular}\n\\end{\\caatablefloat}\n", out);
}
