#include "page_table.h"

#include <inttypes.h>

#include "columns.h"
#include "decimal.h"
#include "page_text.h"
#include "plot_format.h"

#define TALL_ROWS 25u /* more than so many scroll within their box */

/* The rows of a table that are shown: a run of each group. */
struct runs {
    struct columns_rows of[PRINT_GROUPS_MAX];
    size_t count;
    size_t shown;
    uint64_t all;
};

static struct runs runs_of(const struct print *print, const struct grid *grid)
{
    struct runs runs = {.count = 0};
    size_t groups = print_group_count(print), most = PAGE_ROWS_MAX;
    if (groups * most > PAGE_ROWS_ALL_MAX)
        most = PAGE_ROWS_ALL_MAX / groups;
    for (size_t i = 0; i < groups && i < grid->span_count; i++) {
        struct grid_span span = grid->spans[i];
        size_t rows = span.end - span.first;
        size_t shown = rows < most ? rows : most;
        runs.all += rows + span.left_out;
        runs.shown += shown;
        if (shown > 0)
            runs.of[runs.count++] = (struct columns_rows){span.first, span.first + shown};
    }
    return runs;
}

bool page_table_has_rows(const struct print *print, size_t table)
{
    return runs_of(print, &print->grids[table]).shown > 0;
}

static void put_head(FILE *out, const struct grid *grid, const struct columns *columns,
                     struct columns_rows rows)
{
    fputs("<thead><tr>", out);
    for (size_t i = 0; i < columns->count; i++) {
        char heading[TABLE_TITLE_LEN];
        size_t column = columns->shown[i];
        columns_heading(heading, grid->columns[column]);
        fprintf(out, "<th scope=\"col\"%s title=\"",
                columns_is_number(grid, rows, column) ? " class=\"n\"" : "");
        page_text_put(out, grid->columns[column]);
        fputs("\">", out);
        page_text_put(out, heading);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n", out);
}

static void put_number_cell(FILE *out, double number)
{
    char digits[DECIMAL_LEN];
    decimal_put(digits, number, 6);
    fprintf(out, "<td class=\"n\" data-v=\"%s\">", digits);
}

static void put_cell(FILE *out, const struct grid *grid, size_t row, size_t column)
{
    const struct cell *cell = grid_cell(grid, row, column);
    char text[COLUMNS_CELL_LEN];
    columns_cell(text, grid, row, column);
    if (cell->kind == CELL_COUNT)
        fprintf(out, "<td class=\"n\" data-v=\"%" PRIu64 "\">", cell->count);
    else if (cell->kind == CELL_SHARE || cell->kind == CELL_NUMBER)
        put_number_cell(out, cell->number);
    else
        fputs(strlen(text) > 24 ? "<td class=\"t\">" : "<td>", out);
    page_text_put(out, text);
    fputs("</td>", out);
}

static void put_rows(FILE *out, const struct grid *grid, const struct columns *columns,
                     const struct runs *runs)
{
    fputs("<tbody>\n", out);
    for (size_t run = 0; run < runs->count; run++) {
        for (size_t row = runs->of[run].first; row < runs->of[run].end; row++) {
            fputs("<tr>", out);
            for (size_t i = 0; i < columns->count; i++)
                put_cell(out, grid, row, columns->shown[i]);
            fputs("</tr>\n", out);
        }
    }
    fputs("</tbody></table></div>\n", out);
}

/* What all rows count, and out of what, unless it differs and has columns of its own. */
static void put_base(FILE *out, const struct grid *grid, const struct columns *columns, size_t row)
{
    static const char *const names[] = {"unit", "denominator_of", "denominator"};
    static const char *const words[] = {"Unit", "Out of", "n"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t column = grid_column(grid, names[i]);
        bool shown = false;
        char text[COLUMNS_CELL_LEN];
        for (size_t k = 0; k < columns->count; k++)
            shown |= columns->shown[k] == column;
        columns_cell(text, grid, row, column);
        if (shown || *text == '\0')
            continue;
        fprintf(out, " %s: ", words[i]);
        for (char *at = text; *at != '\0'; at++) {
            if (*at == '_')
                *at = ' ';
        }
        page_text_put(out, text);
        fputc('.', out);
    }
}

static void put_note(FILE *out, const char *file, const struct runs *runs)
{
    char shown[PLOT_FORMAT_LEN], all[PLOT_FORMAT_LEN];
    plot_format_count(shown, runs->shown);
    plot_format_count(all, runs->all);
    fputs("<p class=\"note\">", out);
    if (runs->shown < runs->all)
        fprintf(out, "%s of %s rows are shown. ", shown, all);
    fprintf(out, "All rows and columns: <a href=\"%s\">%s</a></p>\n", file, file);
}

void page_table_put(FILE *out, const struct print *print, size_t table)
{
    const struct grid *grid = &print->grids[table];
    const char *file = print_table_name(print, table);
    char room[TABLE_TITLE_LEN];
    struct table_text text = print_table_text(print, table, room);
    struct runs runs = runs_of(print, grid);
    if (runs.shown == 0)
        return;
    struct columns_rows rows = {runs.of[0].first, runs.of[runs.count - 1].end};
    struct columns columns = columns_all(grid, rows);
    int stem = (int)strcspn(file, ".");
    fprintf(out, "<h3 id=\"table-%.*s\">", stem, file);
    page_text_put(out, text.title);
    fputs("</h3>\n<p class=\"note\">", out);
    page_text_put(out, text.caption);
    put_base(out, grid, &columns, rows.first);
    fprintf(out,
            "</p>\n<div class=\"scroll%s\" tabindex=\"0\" role=\"region\" "
            "aria-labelledby=\"table-%.*s\">\n<table><caption>",
            runs.shown > TALL_ROWS ? " tall" : "", stem, file);
    page_text_put(out, text.title);
    fputs("</caption>\n", out);
    put_head(out, grid, &columns, rows);
    put_rows(out, grid, &columns, &runs);
    put_note(out, file, &runs);
}
