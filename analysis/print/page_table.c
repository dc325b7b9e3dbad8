#include "page_table.h"

#include <inttypes.h>

#include "columns.h"
#include "decimal.h"
#include "page_text.h"
#include "plot_format.h"

#define TALL_ROWS 25u      /* more than so many scroll within their box */
#define SHORT_TEXT_LEN 24u /* a longer text may be broken into lines */

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

static struct columns_rows rows_of(const struct runs *runs)
{
    return (struct columns_rows){runs->of[0].first, runs->of[runs->count - 1].end};
}

bool page_table_is_shown(const struct print *print, size_t table)
{
    struct runs runs = runs_of(print, &print->grids[table]);
    return runs.shown > 0 && columns_have_numbers(&print->grids[table], rows_of(&runs));
}

static void put_head(FILE *out, const struct grid *grid, const struct columns *columns,
                     struct columns_rows rows)
{
    fputs("<thead><tr>", out);
    for (size_t i = 0; i < columns->count; i++) {
        char heading[TABLE_TITLE_LEN];
        size_t column = columns->shown[i];
        columns_heading(heading, grid, column);
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
        fputs(strlen(text) > SHORT_TEXT_LEN ? "<td class=\"t\">" : "<td>", out);
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

/* What the columns say that say one thing of all rows: the unit, the list, the denominator. */
static void put_facts(FILE *out, const struct grid *grid, const struct columns *columns, size_t row)
{
    for (size_t i = 0; i < columns->fact_count; i++) {
        size_t column = columns->facts[i];
        char heading[TABLE_TITLE_LEN], text[COLUMNS_CELL_LEN];
        columns_heading(heading, grid, column);
        columns_cell(text, grid, row, column);
        for (char *at = text; *at != '\0' && column <= grid_column(grid, "denominator_of"); at++) {
            if (*at == '_')
                *at = ' ';
        }
        fputc(' ', out);
        page_text_put(out, heading);
        fputs(": ", out);
        page_text_put(out, text);
        fputc('.', out);
    }
}

/* May the first column stay in sight while the others scroll? */
static bool is_keyed(const struct grid *grid, const struct columns *columns,
                     struct columns_rows rows)
{
    for (size_t row = rows.first; row < rows.end && columns->count > 1; row++) {
        char text[COLUMNS_CELL_LEN];
        columns_cell(text, grid, row, columns->shown[0]);
        if (strlen(text) > SHORT_TEXT_LEN)
            return false;
    }
    return columns->count > 1;
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
    if (!page_table_is_shown(print, table))
        return;
    struct columns_rows rows = rows_of(&runs);
    struct columns columns = columns_all(grid, rows);
    int stem = (int)strcspn(file, ".");
    fprintf(out, "<h3 id=\"table-%.*s\">", stem, file);
    page_text_put(out, text.title);
    fputs("</h3>\n<p class=\"note\">", out);
    page_text_put(out, text.caption);
    put_facts(out, grid, &columns, rows.first);
    fprintf(out,
            "</p>\n<div class=\"scroll%s\" tabindex=\"0\" role=\"region\" "
            "aria-labelledby=\"table-%.*s\">\n<table%s><caption>",
            runs.shown > TALL_ROWS ? " tall" : "", stem, file,
            is_keyed(grid, &columns, rows) ? " class=\"keyed\"" : "");
    page_text_put(out, text.title);
    fputs("</caption>\n", out);
    put_head(out, grid, &columns, rows);
    put_rows(out, grid, &columns, &runs);
    put_note(out, file, &runs);
}
