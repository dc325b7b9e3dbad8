/* plot.h: the kinds of figures that a report has, as descriptions that become drawings. Pure.
 *
 * Descriptions and the texts in them are borrowed for the call. Every figure is PLOT_WIDTH wide, so
 * that its letters have one size in a column of a paper, and as high as it needs. Values of series
 * are told apart by colour, and by hatching, dashes or labels too. Each function adds marks to an
 * empty drawing and sets its height, title and description.
 */
#ifndef PLOT_H
#define PLOT_H

#include <stdint.h>

#include "drawing.h"

#define PLOT_WIDTH 272.0

struct plot_text {
    const char *title;
    const char *subtitle; /* unit, n and denominator */
    const char *x_axis;   /* what the axis shows, and its unit */
};

/* Horizontal bars, one or two for each label. */
struct plot_bar {
    const char *label;
    double values[2];
    double low, high; /* of an interval around the first value, where has_interval is set */
    bool has_interval;
    bool unknown; /* the first value is not known: no bar, and no number */
};

struct plot_bars {
    struct plot_text text;
    const char *series[2]; /* names, where there are two */
    size_t series_count;   /* 1 or 2 */
    const struct plot_bar *bars;
    size_t count;
    bool as_share; /* values are from 0 to 1 and shown in percent; else they are counts */
};

void plot_bars_draw(struct drawing *drawing, const struct plot_bars *plot);

/* Horizontal bars that are cut into parts; each row's parts sum to its whole. */
#define PLOT_PARTS_MAX 12u

struct plot_stack_row {
    const char *label;
    double parts[PLOT_PARTS_MAX]; /* counts */
};

struct plot_stack {
    struct plot_text text;
    const char *parts[PLOT_PARTS_MAX]; /* names */
    size_t part_count;
    bool rest; /* the last part is what is left over: it is grey */
    const struct plot_stack_row *rows;
    size_t row_count;
};

void plot_stack_draw(struct drawing *drawing, const struct plot_stack *plot);

/* Lines over a scale. */
enum plot_scale { PLOT_LINEAR, PLOT_LOG, PLOT_DAYS };

#define PLOT_LINES_MAX 5u

struct plot_line {
    const char *label;
    const struct point *points; /* y from 0 to 1; x above 0 on a logarithmic scale */
    size_t count;
};

struct plot_lines {
    struct plot_text text;
    const char *y_axis;
    enum plot_scale scale; /* of x; days, with fractions, are those since 1970-01-01 */
    const struct plot_line *lines;
    size_t line_count;
    const struct point *low, *high; /* a band, band_count of each at the same x; may be NULL */
    size_t band_count;
    const char *band; /* its name */
};

void plot_lines_draw(struct drawing *drawing, const struct plot_lines *plot);

/* Which sets hold which members (an UpSet plot): a column for each set, a row for each member, and
 * a bar above each column. */
#define PLOT_MEMBERS_MAX 16u

struct plot_set {
    uint32_t members; /* bit n: member n */
    double count;
    double share; /* 0 to 1 */
};

struct plot_sets {
    struct plot_text text;
    const char *y_axis;
    const char *members[PLOT_MEMBERS_MAX];
    size_t member_count;
    const struct plot_set *sets;
    size_t set_count;
};

void plot_sets_draw(struct drawing *drawing, const struct plot_sets *plot);

/* A field of cells, darker where the share of the row is larger, with the share in percent in each
 * that is not empty. */
#define PLOT_HEAT_MAX 16u

struct plot_heat {
    struct plot_text text;
    const char *y_axis;
    const char *rows[PLOT_HEAT_MAX];
    char notes[PLOT_HEAT_MAX][32]; /* behind the names of the rows */
    const char *columns[PLOT_HEAT_MAX];
    size_t row_count, column_count;
    double cells[PLOT_HEAT_MAX][PLOT_HEAT_MAX]; /* 0 to 1, by row and column */
};

void plot_heat_draw(struct drawing *drawing, const struct plot_heat *plot);

#endif
