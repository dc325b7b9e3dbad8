/* Figures of failures and of DNSSEC. */
#include <stdio.h>

#include "figure_parts.h"
#include "figures.h"

bool figure_errors_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "errors.csv", group);
    struct figure_bars bars = {0};
    char subtitle[FIGURE_SUBTITLE_LEN];
    if (rows.grid == NULL || rows.first == rows.end)
        return false;
    size_t class = grid_column(rows.grid, "class");
    size_t share = grid_column(rows.grid, "share_of_all");
    for (size_t row = rows.first; row < rows.end; row++) {
        struct plot_bar *bar = figure_bar_add(&bars, grid_text(rows.grid, row, class));
        if (bar != NULL)
            bar->values[0] = grid_number(rows.grid, row, share);
    }
    figure_subtitle(subtitle, print, group, rows);
    struct plot_bars plot = {
        .text = {"Names whose lookup failed, by class", subtitle, "share of the names asked"},
        .series_count = 1,
        .bars = bars.bars,
        .count = bars.count,
        .as_share = true};
    plot_bars_draw(drawing, &plot);
    return true;
}

/* By validation where anything was validated, else by DS at the delegation. */
static const char *kind_of(struct figure_rows rows)
{
    size_t by = grid_column(rows.grid, "by"), status = grid_column(rows.grid, "status");
    for (size_t row = rows.first; row < rows.end; row++) {
        if (grid_is(rows.grid, row, by, "validation") &&
            !grid_is(rows.grid, row, status, "unchecked") &&
            grid_number(rows.grid, row, grid_column(rows.grid, "all_names")) > 0)
            return "validation";
    }
    return "delegation";
}

bool figure_dnssec_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "dnssec.csv", group);
    struct plot_stack_row stacked[2] = {{.label = "names with a CAA set"}, {.label = "all names"}};
    struct plot_stack stack = {.rows = stacked, .row_count = 2};
    char subtitle[FIGURE_SUBTITLE_LEN], what[FIGURE_LABEL_LEN];
    double whole = 0, all = 0;
    if (rows.grid == NULL || rows.first == rows.end)
        return false;
    size_t by = grid_column(rows.grid, "by"), status = grid_column(rows.grid, "status");
    const char *kind = kind_of(rows);
    size_t caa = grid_column(rows.grid, "caa_names"), names = grid_column(rows.grid, "all_names");
    for (size_t row = rows.first; row < rows.end && stack.part_count < PLOT_PARTS_MAX; row++) {
        if (!grid_is(rows.grid, row, by, kind) || grid_number(rows.grid, row, names) <= 0)
            continue;
        size_t part = stack.part_count++;
        stack.parts[part] = grid_text(rows.grid, row, status);
        stacked[0].parts[part] = grid_number(rows.grid, row, caa);
        stacked[1].parts[part] = grid_number(rows.grid, row, names);
        whole += stacked[0].parts[part];
        all += stacked[1].parts[part];
    }
    if (whole <= 0 || all <= 0)
        return false;
    char counts[2][PLOT_FORMAT_LEN];
    plot_format_count(counts[0], (uint64_t)whole);
    plot_format_count(counts[1], (uint64_t)all);
    snprintf(what, sizeof what, "%s names with a CAA set, %s names in all", counts[0], counts[1]);
    figure_subtitle_of(subtitle, print, group, what);
    bool validated = strcmp(kind, "validation") == 0;
    stack.text = (struct plot_text){validated ? "DNSSEC validation and CAA"
                                              : "DS records at the delegation and CAA",
                                    subtitle, "share of the names in the bar"};
    plot_stack_draw(drawing, &stack);
    return true;
}
