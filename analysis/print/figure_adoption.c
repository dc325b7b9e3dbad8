/* Figures of who has a set: by rank, by time, by top-level domain, by operator, by depth. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "figure_parts.h"
#include "figures.h"
#include "tables.h"

#define BANDS_MAX 300u

/* Columns of adoption_by_rank.csv. */
struct rank_columns {
    size_t low, high, direct, any, any_low, any_high;
};

static struct rank_columns rank_columns_of(const struct grid *grid)
{
    return (struct rank_columns){
        grid_column(grid, "bucket_lo"),    grid_column(grid, "bucket_hi"),
        grid_column(grid, "share_direct"), grid_column(grid, "share_any"),
        grid_column(grid, "share_any_lo"), grid_column(grid, "share_any_hi"),
    };
}

/* Points of the lines and of the band's edges, at the same x. */
struct curves {
    struct point direct[BANDS_MAX], any[BANDS_MAX], low[BANDS_MAX], high[BANDS_MAX];
    size_t count;
};

/* Names of a band that nobody answered for have no share, so no point. */
static void add_point(struct curves *curves, const struct grid *grid, size_t row, double x)
{
    struct rank_columns at = rank_columns_of(grid);
    if (curves->count == BANDS_MAX || grid_cell(grid, row, at.any)->kind != CELL_SHARE)
        return;
    size_t i = curves->count++;
    curves->direct[i] = (struct point){x, grid_number(grid, row, at.direct)};
    curves->any[i] = (struct point){x, grid_number(grid, row, at.any)};
    curves->low[i] = (struct point){x, grid_number(grid, row, at.any_low)};
    curves->high[i] = (struct point){x, grid_number(grid, row, at.any_high)};
}

static void draw_curves(struct drawing *drawing, const struct curves *curves, struct plot_text text,
                        enum plot_scale scale)
{
    struct plot_line lines[2] = {{"any set, of names that answered", curves->any, curves->count},
                                 {"own set", curves->direct, curves->count}};
    struct plot_lines plot = {.text = text,
                              .y_axis = "share of names",
                              .scale = scale,
                              .lines = lines,
                              .line_count = 2,
                              .low = curves->low,
                              .high = curves->high,
                              .band_count = curves->count,
                              .band = "bounds left open by failures"};
    plot_lines_draw(drawing, &plot);
}

bool figure_rank_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "adoption_by_rank.csv", group);
    struct curves *curves = calloc(1, sizeof *curves);
    char subtitle[FIGURE_SUBTITLE_LEN];
    if (rows.grid == NULL || rows.first == rows.end || curves == NULL) {
        drawing->failed |= curves == NULL;
        free(curves);
        return false;
    }
    struct rank_columns at = rank_columns_of(rows.grid);
    for (size_t row = rows.first; row < rows.end; row++) {
        double low = grid_number(rows.grid, row, at.low);
        double high = grid_number(rows.grid, row, at.high);
        if (high - low + 1 == ADOPTION_BAND_SIZE)
            add_point(curves, rows.grid, row, (low + high) / 2);
    }
    bool enough = curves->count > 1;
    figure_subtitle(subtitle, print, group, rows);
    if (enough)
        draw_curves(drawing, curves,
                    (struct plot_text){"CAA adoption by rank", subtitle,
                                       "rank in the list, in bands of 4,000"},
                    PLOT_LINEAR);
    free(curves);
    return enough;
}

/* Where nobody answered there is no share, which is not a share of 0. */
static void set_share(struct plot_bar *bar, const struct grid *grid, size_t row, size_t share)
{
    bar->values[0] = grid_number(grid, row, share);
    bar->unknown = grid_cell(grid, row, share)->kind != CELL_SHARE;
}

bool figure_top_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "adoption_by_rank.csv", group);
    struct figure_bars bars = {0};
    char subtitle[FIGURE_SUBTITLE_LEN];
    if (rows.grid == NULL || rows.first == rows.end)
        return false;
    struct rank_columns at = rank_columns_of(rows.grid);
    for (size_t row = rows.first; row < rows.end; row++) {
        char label[FIGURE_LABEL_LEN] = "whole list", top[PLOT_FORMAT_LEN];
        double high = grid_number(rows.grid, row, at.high);
        if (grid_number(rows.grid, row, at.low) > 1 || high == ADOPTION_BAND_SIZE)
            continue;
        plot_format_count(top, (uint64_t)high);
        if (high > 0)
            snprintf(label, sizeof label, "top %s", top);
        struct plot_bar *bar = figure_bar_add(&bars, label);
        if (bar == NULL)
            break;
        set_share(bar, rows.grid, row, at.any);
        bar->low = grid_number(rows.grid, row, at.any_low);
        bar->high = grid_number(rows.grid, row, at.any_high);
        bar->has_interval = bar->high > bar->low;
    }
    figure_subtitle(subtitle, print, group, rows);
    struct plot_bars plot = {.text = {"CAA adoption at the top of the list", subtitle,
                                      "share of names that answered; whiskers: bounds"},
                             .series_count = 1,
                             .bars = bars.bars,
                             .count = bars.count,
                             .as_share = true};
    if (bars.count < 2 || !figure_bars_known(&bars))
        return false;
    plot_bars_draw(drawing, &plot);
    return true;
}

/* Are two groups of one series: the same mode, vantage and prefix? */
static bool same_series(const struct grid *grid, size_t row, size_t other)
{
    static const char *const columns[] = {"mode", "vantage", "prefix"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        size_t column = grid_column(grid, columns[i]);
        if (!grid_is(grid, row, column, grid_text(grid, other, column)))
            return false;
    }
    return true;
}

static int compare_points(const void *a, const void *b)
{
    double left = ((const struct point *)a)->x, right = ((const struct point *)b)->x;
    return left < right ? -1 : left > right;
}

/* When a group's scan began, in days; -1 where nothing says so. */
static double time_of_group(const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "adoption_over_time.csv", group);
    if (rows.grid == NULL || rows.first == rows.end)
        return -1;
    return plot_format_time_of(grid_text(rows.grid, rows.first, grid_column(rows.grid, "began")));
}

/* Rows for the whole list of all groups in the series of the first. False where the group's series
 * began with an earlier group, which has the figure. */
static bool collect_series(struct curves *curves, const struct print *print,
                           const struct grid *grid, size_t group)
{
    size_t first = grid->spans[group].first;
    for (size_t i = 0; i < grid->span_count; i++) {
        struct grid_span span = grid->spans[i];
        if (span.first == span.end || !same_series(grid, first, span.first))
            continue;
        if (i < group)
            return false;
        double began = time_of_group(print, i);
        if (began >= 0)
            add_point(curves, grid, span.first, began);
    }
    return true;
}

static void sort_curves(struct curves *curves)
{
    struct point *all[] = {curves->direct, curves->any, curves->low, curves->high};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        qsort(all[i], curves->count, sizeof *all[i], compare_points);
}

/* How many scans, of how many names. */
static void time_subtitle(char out[FIGURE_SUBTITLE_LEN], const struct grid *grid, size_t group,
                          size_t scans)
{
    size_t n = grid_column(grid, "n"), first = grid->spans[group].first;
    double least = grid_number(grid, first, n), most = least;
    char counts[2][PLOT_FORMAT_LEN];
    for (size_t i = group; i < grid->span_count; i++) {
        struct grid_span span = grid->spans[i];
        if (span.first == span.end || !same_series(grid, first, span.first))
            continue;
        least = fmin(least, grid_number(grid, span.first, n));
        most = fmax(most, grid_number(grid, span.first, n));
    }
    plot_format_count(counts[0], (uint64_t)least);
    plot_format_count(counts[1], (uint64_t)most);
    snprintf(out, FIGURE_SUBTITLE_LEN,
             "%zu scans of one mode, vantage and prefix; n = %s%s%s names asked. Lists may differ "
             "between scans.",
             scans, counts[0], most > least ? " to " : "", most > least ? counts[1] : "");
}

bool figure_time_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "adoption_by_rank.csv", group);
    struct curves *curves = calloc(1, sizeof *curves);
    drawing->failed |= curves == NULL;
    bool enough = curves != NULL && rows.grid != NULL && rows.first < rows.end &&
                  collect_series(curves, print, rows.grid, group);
    if (enough) {
        sort_curves(curves);
        enough = curves->count > 1 && curves->any[0].x < curves->any[curves->count - 1].x;
    }
    if (enough) {
        char subtitle[FIGURE_SUBTITLE_LEN], axis[FIGURE_LABEL_LEN], day[PLOT_FORMAT_LEN];
        time_subtitle(subtitle, rows.grid, group, curves->count);
        plot_format_day(day, curves->any[0].x);
        snprintf(axis, sizeof axis, "start of the scan (UTC), from %s on", day);
        draw_curves(drawing, curves, (struct plot_text){"CAA adoption over time", subtitle, axis},
                    PLOT_DAYS);
    }
    free(curves);
    return enough;
}

static bool is_sample(const struct grid *grid, size_t row)
{
    return grid_cell(grid, row, grid_column(grid, "wilson_lo"))->kind == CELL_SHARE;
}

/* The interval of a sample where there is one, else the bounds. */
static void set_interval(struct plot_bar *bar, const struct grid *grid, size_t row)
{
    bool sample = is_sample(grid, row);
    size_t low = sample ? grid_column(grid, "wilson_lo") : grid_column(grid, "share_lo");
    size_t high = grid_column(grid, sample ? "wilson_hi" : "share_hi");
    bar->low = grid_number(grid, row, low);
    bar->high = grid_number(grid, row, high);
    bar->has_interval = bar->high > bar->low;
}

bool figure_tld_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "adoption_by_tld.csv", group);
    struct figure_bars bars = {0};
    char subtitle[FIGURE_SUBTITLE_LEN];
    if (rows.grid == NULL)
        return false;
    size_t share = grid_column(rows.grid, "share"), tld = grid_column(rows.grid, "tld");
    size_t all = grid_column(rows.grid, "n_answered"), asked = grid_column(rows.grid, "n");
    double whole = 0;
    size_t tlds = 0;
    for (size_t row = rows.first; row < rows.end && grid_number(rows.grid, row, asked) > 0; row++) {
        char label[FIGURE_LABEL_LEN], count[PLOT_FORMAT_LEN];
        tlds++;
        whole += grid_number(rows.grid, row, all);
        plot_format_count(count, (uint64_t)grid_number(rows.grid, row, asked));
        snprintf(label, sizeof label, ".%.60s (%s)", grid_text(rows.grid, row, tld), count);
        struct plot_bar *bar = figure_bar_add(&bars, label);
        if (bar == NULL)
            continue;
        set_share(bar, rows.grid, row, share);
        set_interval(bar, rows.grid, row);
    }
    if (tlds < 2)
        return false;
    char what[FIGURE_LABEL_LEN], count[PLOT_FORMAT_LEN];
    plot_format_count(count, (uint64_t)whole);
    snprintf(what, sizeof what, "%s registrable domains that answered, in %zu TLDs%s", count, tlds,
             tlds > FIGURE_BARS_MAX ? "; the largest are shown" : "");
    figure_subtitle_of(subtitle, print, group, what);
    struct plot_bars plot = {
        .text = {"CAA adoption by top-level domain", subtitle,
                 is_sample(rows.grid, rows.first)
                     ? "share of those that answered (asked); whiskers: 95%"
                     : "share of those that answered (asked); whiskers: bounds"},
        .series_count = 1,
        .bars = bars.bars,
        .count = bars.count,
        .as_share = true};
    if (!figure_bars_known(&bars))
        return false;
    plot_bars_draw(drawing, &plot);
    return true;
}

static int compare_descending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left > right ? -1 : left < right;
}

/* The row of adoption_by_operator.csv that sums up all; GRID_NONE if there is none. */
static size_t row_of_all(struct figure_rows rows)
{
    size_t column = grid_column(rows.grid, "row");
    for (size_t row = rows.first; row < rows.end; row++) {
        if (grid_is(rows.grid, row, column, "all"))
            return row;
    }
    return GRID_NONE;
}

/* Rows of single operators; other rows are sums. */
static size_t operator_rows(struct figure_rows rows)
{
    size_t column = grid_column(rows.grid, "row"), count = 0;
    for (size_t row = rows.first; row < rows.end; row++)
        count += grid_is(rows.grid, row, column, "operator");
    return count;
}

/* Cumulative shares of a whole, largest counts first. */
static void accumulate(double *counts, size_t count, double whole, struct point *points)
{
    double sum = 0;
    qsort(counts, count, sizeof *counts, compare_descending);
    for (size_t i = 0; i < count; i++) {
        sum += counts[i];
        points[i] = (struct point){(double)i + 1, whole > 0 ? sum / whole : 0};
    }
}

/* Points over the number of operators; NULL without memory. */
static struct point *curve_of(struct figure_rows rows, const char *name, size_t count)
{
    size_t column = grid_column(rows.grid, name), kind = grid_column(rows.grid, "row"), taken = 0;
    double *counts = calloc(count, sizeof *counts);
    struct point *points = calloc(count, sizeof *points);
    if (counts == NULL || points == NULL) {
        free(counts);
        free(points);
        return NULL;
    }
    for (size_t row = rows.first; row < rows.end; row++) {
        if (grid_is(rows.grid, row, kind, "operator"))
            counts[taken++] = grid_number(rows.grid, row, column);
    }
    accumulate(counts, count, grid_number(rows.grid, row_of_all(rows), column), points);
    free(counts);
    return points;
}

bool figure_operators_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "adoption_by_operator.csv", group);
    char subtitle[FIGURE_SUBTITLE_LEN], what[FIGURE_LABEL_LEN];
    size_t count = rows.grid != NULL ? operator_rows(rows) : 0;
    if (count < 3 || row_of_all(rows) == GRID_NONE)
        return false;
    struct point *all = curve_of(rows, "n", count), *found = curve_of(rows, "any", count);
    plot_format_count(
        what, (uint64_t)grid_number(rows.grid, row_of_all(rows), grid_column(rows.grid, "n")));
    snprintf(what + strlen(what), sizeof what - strlen(what),
             " names asked; the %zu largest operators", count);
    figure_subtitle_of(subtitle, print, group, what);
    struct plot_line lines[2] = {{"all names", all, count}, {"names with a CAA set", found, count}};
    struct plot_lines plot = {.text = {"Concentration of DNS operators", subtitle,
                                       "number of operators, the largest first (log scale)"},
                              .y_axis = "cumulative share of names",
                              .scale = PLOT_LOG,
                              .lines = lines,
                              .line_count = 2};
    if (all != NULL && found != NULL)
        plot_lines_draw(drawing, &plot);
    else
        drawing->failed = true;
    free(all);
    free(found);
    return true;
}

bool figure_operator_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "adoption_by_operator.csv", group);
    struct figure_bars bars = {0};
    char subtitle[FIGURE_SUBTITLE_LEN];
    if (rows.grid == NULL || operator_rows(rows) < 2 || row_of_all(rows) == GRID_NONE)
        return false;
    size_t kind = grid_column(rows.grid, "row"), name = grid_column(rows.grid, "operator");
    size_t all = grid_column(rows.grid, "n"), share = grid_column(rows.grid, "share");
    for (size_t row = rows.first; row < rows.end; row++) {
        char label[FIGURE_LABEL_LEN], count[PLOT_FORMAT_LEN];
        if (!grid_is(rows.grid, row, kind, "operator"))
            continue;
        plot_format_count(count, (uint64_t)grid_number(rows.grid, row, all));
        snprintf(label, sizeof label, "%.60s (%s)", grid_text(rows.grid, row, name), count);
        struct plot_bar *bar = figure_bar_add(&bars, label);
        if (bar == NULL)
            break;
        set_share(bar, rows.grid, row, share);
        set_interval(bar, rows.grid, row);
    }
    rows.first = row_of_all(rows);
    figure_subtitle(subtitle, print, group, rows);
    struct plot_bars plot = {
        .text = {"CAA adoption at the largest DNS operators", subtitle,
                 "share of names that answered (names asked); whiskers: bounds"},
        .series_count = 1,
        .bars = bars.bars,
        .count = bars.count,
        .as_share = true};
    if (!figure_bars_known(&bars))
        return false;
    plot_bars_draw(drawing, &plot);
    return true;
}

bool figure_climb_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "climb.csv", group);
    struct figure_bars bars = {0};
    char subtitle[FIGURE_SUBTITLE_LEN];
    if (rows.grid == NULL || rows.first == rows.end)
        return false;
    size_t depth = grid_column(rows.grid, "depth"), share = grid_column(rows.grid, "share");
    for (size_t row = rows.first; row < rows.end; row++) {
        char label[FIGURE_LABEL_LEN];
        unsigned labels = (unsigned)grid_number(rows.grid, row, depth);
        snprintf(label, sizeof label, "%u label%s above", labels, labels == 1 ? "" : "s");
        if (labels == 0)
            snprintf(label, sizeof label, "at the name");
        struct plot_bar *bar = figure_bar_find(&bars, label);
        if (bar == NULL)
            bar = figure_bar_add(&bars, label);
        if (bar != NULL)
            bar->values[0] += grid_number(rows.grid, row, share);
    }
    figure_subtitle(subtitle, print, group, rows);
    struct plot_bars plot = {
        .text = {"Where the CAA set is", subtitle, "share of names with a CAA set"},
        .series_count = 1,
        .bars = bars.bars,
        .count = bars.count,
        .as_share = true};
    plot_bars_draw(drawing, &plot);
    return true;
}
