#include "page_key.h"

#include "figure_parts.h"
#include "page_text.h"

static size_t row_of(struct figure_rows rows, const char *metric)
{
    size_t column = grid_column(rows.grid, "metric");
    for (size_t row = rows.first; row < rows.end; row++) {
        if (grid_is(rows.grid, row, column, metric))
            return row;
    }
    return GRID_NONE;
}

static void put_entry(FILE *out, const char *what, const char *big, const char *of)
{
    fputs("<div><dt>", out);
    page_text_put(out, what);
    fputs("</dt><dd class=\"big\">", out);
    page_text_put(out, big);
    fputs("</dd><dd class=\"of\">", out);
    page_text_put(out, of);
    fputs("</dd></div>\n", out);
}

/* A metric's share, and below it the count and the denominator. */
static void put_share(FILE *out, struct figure_rows rows, const char *metric, const char *what)
{
    size_t row = row_of(rows, metric);
    char big[PLOT_FORMAT_LEN], count[PLOT_FORMAT_LEN], base[FIGURE_LABEL_LEN];
    char of[FIGURE_LABEL_LEN + PLOT_FORMAT_LEN + 8];
    if (row == GRID_NONE)
        return;
    const struct cell *share = grid_cell(rows.grid, row, grid_column(rows.grid, "share"));
    if (share->kind != CELL_SHARE)
        return;
    plot_format_share(big, share->number);
    plot_format_count(count, grid_cell(rows.grid, row, grid_column(rows.grid, "count"))->count);
    figure_base(base, rows.grid, row);
    snprintf(of, sizeof of, "%s of %s", count, base);
    put_entry(out, what, big, of);
}

static void put_asked(FILE *out, struct figure_rows rows)
{
    size_t row = row_of(rows, "adoption_any_lo"), records = row_of(rows, "records");
    char asked[PLOT_FORMAT_LEN], count[PLOT_FORMAT_LEN], of[PLOT_FORMAT_LEN + 24];
    if (row == GRID_NONE || records == GRID_NONE)
        return;
    plot_format_count(asked,
                      grid_cell(rows.grid, row, grid_column(rows.grid, "denominator"))->count);
    plot_format_count(count, grid_cell(rows.grid, records, grid_column(rows.grid, "count"))->count);
    snprintf(of, sizeof of, "from %s records", count);
    put_entry(out, "Names asked", asked, of);
}

static void put_bounds(FILE *out, struct figure_rows rows)
{
    size_t low = row_of(rows, "adoption_any_lo"), high = row_of(rows, "adoption_any_hi");
    char texts[2][PLOT_FORMAT_LEN], big[2 * PLOT_FORMAT_LEN + 8], base[FIGURE_LABEL_LEN];
    char of[FIGURE_LABEL_LEN + 32];
    if (low == GRID_NONE || high == GRID_NONE)
        return;
    size_t share = grid_column(rows.grid, "share");
    if (grid_cell(rows.grid, low, share)->kind != CELL_SHARE)
        return;
    plot_format_share(texts[0], grid_number(rows.grid, low, share));
    plot_format_share(texts[1], grid_number(rows.grid, high, share));
    snprintf(big, sizeof big, "%s to %s", texts[0], texts[1]);
    figure_base(base, rows.grid, low);
    snprintf(of, sizeof of, "bounds, of %s", base);
    put_entry(out, "At least, at most", big, of);
}

void page_key_put(FILE *out, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "summary.csv", group);
    if (rows.grid == NULL)
        return;
    fputs("<dl class=\"key\">\n", out);
    put_asked(out, rows);
    put_share(out, rows, "adoption_any", "Governed by a CAA set");
    put_bounds(out, rows);
    put_share(out, rows, "adoption_direct", "Own CAA set");
    put_share(out, rows, "part_indeterminate", "Lookup failed");
    fputs("</dl>\n", out);
}
