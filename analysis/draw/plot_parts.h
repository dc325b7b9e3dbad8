/* plot_parts.h: what the kinds of figures have in common: head, scales, legend. Pure; for plot_*
 * alone. */
#ifndef PLOT_PARTS_H
#define PLOT_PARTS_H

#include "plot.h"
#include "plot_format.h"

/* Sizes of letters, in points. */
#define PLOT_TITLE_SIZE 10.0
#define PLOT_TEXT_SIZE 8.0
#define PLOT_SMALL_SIZE 7.5

/* Fonts of a browser may be wider than Helvetica: room for a text is reserved with this factor. */
#define PLOT_SLACK 1.2

#define PLOT_TICKS_MAX 12u

extern const struct pen plot_axis_pen, plot_grid_pen;

/* Left-aligned, centred and right-aligned text in the size of labels. */
extern const struct lettering plot_label_start, plot_label_middle, plot_label_end;

/* Draws title and subtitle, the latter in as many lines as it needs. Returns where what is below
 * may begin. */
double plot_parts_head(struct drawing *drawing, const struct plot_text *text);

/* Begins a description with the subtitle as a sentence. Returns its length. */
size_t plot_parts_describe(char *out, size_t cap, const struct plot_text *text);

/* Draws swatches with names, in as many lines as they need, from y on. Returns what is below. */
struct plot_entry {
    const char *label;
    enum ink ink;
    bool hatched;
    bool line; /* a stroke and not a swatch */
    enum dash dash;
};
double plot_parts_legend(struct drawing *drawing, double y, const struct plot_entry *entries,
                         size_t count);

/* Round numbers from 0 to at least max, at most PLOT_TICKS_MAX of them. */
size_t plot_parts_ticks(double max, size_t wanted, double ticks[PLOT_TICKS_MAX]);

/* A tick of a share is written in percent. */
void plot_parts_tick_text(char out[PLOT_FORMAT_LEN], double tick, bool as_share);

/* A rectangle with white lines across it where hatched is set. */
void plot_parts_fill(struct drawing *drawing, struct box box, enum ink ink, bool hatched);

/* Writes small text around a centre, moved to stay on the page. */
void plot_parts_centred(struct drawing *drawing, struct point at, const char *text);

double plot_parts_width(const char *text, double size);

#endif
