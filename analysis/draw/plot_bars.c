#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot_parts.h"

#define BAR_HEIGHT 7.5
#define ROW_GAP 4.5
#define LABEL_GAP 5.0
#define MARGIN 12.0 /* on both sides of the bars, at least: half the text of a tick */
#define LABEL_LEN_MAX 120u
#define LABEL_SHARE 0.42 /* of the width, at most */

static const enum ink inks[2] = {INK_BLUE, INK_ORANGE};

/* Where the bars are, and how long 1 is. */
struct frame {
    struct box box;
    double max;
    double ticks[PLOT_TICKS_MAX];
    size_t tick_count;
};

static double row_height(const struct plot_bars *plot)
{
    return BAR_HEIGHT * (double)plot->series_count + ROW_GAP;
}

static void value_text(char out[PLOT_FORMAT_LEN], const struct plot_bars *plot,
                       const struct plot_bar *bar, size_t series)
{
    if (bar->unknown && series == 0)
        snprintf(out, PLOT_FORMAT_LEN, "not known");
    else if (plot->as_share)
        plot_format_share(out, bar->values[series]);
    else
        plot_format_count(out, (uint64_t)bar->values[series]);
}

static double largest(const struct plot_bars *plot)
{
    double max = 0;
    for (size_t i = 0; i < plot->count; i++) {
        const struct plot_bar *bar = &plot->bars[i];
        for (size_t s = 0; s < plot->series_count; s++)
            max = fmax(max, bar->values[s]);
        if (bar->has_interval)
            max = fmax(max, bar->high);
    }
    return max;
}

/* Widths of the widest label and of the widest value. */
static double label_width(const struct plot_bars *plot)
{
    double width = 0;
    for (size_t i = 0; i < plot->count; i++)
        width = fmax(width, plot_parts_width(plot->bars[i].label, PLOT_TEXT_SIZE));
    return fmin(width, PLOT_WIDTH * LABEL_SHARE);
}

static double value_width(const struct plot_bars *plot)
{
    double width = 0;
    for (size_t i = 0; i < plot->count; i++) {
        for (size_t s = 0; s < plot->series_count; s++) {
            char text[PLOT_FORMAT_LEN];
            value_text(text, plot, &plot->bars[i], s);
            width = fmax(width, plot_parts_width(text, PLOT_SMALL_SIZE));
        }
    }
    return width;
}

static struct frame frame_of(const struct plot_bars *plot, double y)
{
    double left = fmax(label_width(plot) + LABEL_GAP, MARGIN);
    double right = fmax(value_width(plot) + LABEL_GAP, MARGIN);
    struct frame frame = {
        .box = {left, y, PLOT_WIDTH - left - right, row_height(plot) * (double)plot->count}};
    frame.tick_count = plot_parts_ticks(largest(plot), 4, frame.ticks);
    frame.max = frame.ticks[frame.tick_count - 1];
    if (plot->as_share && frame.max > 1)
        frame.max = 1;
    return frame;
}

static double x_of(const struct frame *frame, double value)
{
    return frame->box.x + frame->box.width * fmin(value, frame->max) / frame->max;
}

static void put_axis(struct drawing *drawing, const struct plot_bars *plot,
                     const struct frame *frame)
{
    double foot = frame->box.y + frame->box.height;
    for (size_t i = 0; i < frame->tick_count && frame->ticks[i] <= frame->max; i++) {
        double x = x_of(frame, frame->ticks[i]);
        char text[PLOT_FORMAT_LEN];
        drawing_line(drawing, (struct point){x, frame->box.y}, (struct point){x, foot},
                     plot_grid_pen);
        plot_parts_tick_text(text, frame->ticks[i], plot->as_share);
        plot_parts_centred(drawing, (struct point){x, foot + 9}, text);
    }
    plot_parts_centred(drawing, (struct point){frame->box.x + frame->box.width / 2, foot + 19},
                       plot->text.x_axis);
}

static void put_interval(struct drawing *drawing, const struct frame *frame,
                         const struct plot_bar *bar, double y)
{
    double low = x_of(frame, bar->low), high = x_of(frame, bar->high);
    struct pen pen = {INK_TEXT, 0.8, DASH_SOLID};
    drawing_line(drawing, (struct point){low, y}, (struct point){high, y}, pen);
    drawing_line(drawing, (struct point){low, y - 2}, (struct point){low, y + 2}, pen);
    drawing_line(drawing, (struct point){high, y - 2}, (struct point){high, y + 2}, pen);
}

static void put_bar(struct drawing *drawing, const struct plot_bars *plot,
                    const struct frame *frame, size_t index)
{
    const struct plot_bar *bar = &plot->bars[index];
    double top = frame->box.y + row_height(plot) * (double)index + ROW_GAP / 2;
    struct lettering small = {.ink = INK_TEXT, .size = PLOT_SMALL_SIZE};
    char label[LABEL_LEN_MAX], value[PLOT_FORMAT_LEN];
    plot_format_fit(label, sizeof label, bar->label, PLOT_TEXT_SIZE * PLOT_SLACK,
                    PLOT_WIDTH * LABEL_SHARE);
    double middle = top + BAR_HEIGHT * (double)plot->series_count / 2;
    drawing_text(drawing, (struct point){frame->box.x - LABEL_GAP, middle + 2.8}, plot_label_end,
                 label);
    for (size_t s = 0; s < plot->series_count; s++) {
        double y = top + BAR_HEIGHT * (double)s;
        double x = x_of(frame, bar->values[s]);
        struct box box = {frame->box.x, y + 0.4, x - frame->box.x, BAR_HEIGHT - 0.8};
        plot_parts_fill(drawing, box, inks[s], s > 0);
        value_text(value, plot, bar, s);
        if (s == 0 && bar->has_interval) {
            put_interval(drawing, frame, bar, y + BAR_HEIGHT / 2);
            x = fmax(x, x_of(frame, bar->high));
        }
        drawing_text(drawing, (struct point){x + 3, y + BAR_HEIGHT - 1}, small, value);
    }
}

static void describe(struct drawing *drawing, const struct plot_bars *plot)
{
    char text[2000];
    size_t len = plot_parts_describe(text, sizeof text, &plot->text);
    for (size_t i = 0; i < plot->count && len + 400 < sizeof text; i++) {
        char value[PLOT_FORMAT_LEN];
        value_text(value, plot, &plot->bars[i], 0);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s %.100s: %s", i == 0 ? "" : ";",
                                plot->bars[i].label, value);
        if (plot->series_count < 2)
            continue;
        value_text(value, plot, &plot->bars[i], 1);
        len += (size_t)snprintf(text + len, sizeof text - len, " and %s", value);
    }
    drawing_describe(drawing, plot->text.title, text);
}

void plot_bars_draw(struct drawing *drawing, const struct plot_bars *plot)
{
    assert(plot->series_count <= 2);
    double y = plot_parts_head(drawing, &plot->text);
    if (plot->series_count > 1) {
        struct plot_entry entries[2] = {{plot->series[0], inks[0], false, false, DASH_SOLID},
                                        {plot->series[1], inks[1], true, false, DASH_SOLID}};
        y = plot_parts_legend(drawing, y, entries, 2);
    }
    struct frame frame = frame_of(plot, y);
    put_axis(drawing, plot, &frame);
    for (size_t i = 0; i < plot->count; i++)
        put_bar(drawing, plot, &frame, i);
    struct point head = {frame.box.x, frame.box.y};
    drawing_line(drawing, head, (struct point){head.x, head.y + frame.box.height}, plot_axis_pen);
    drawing->height = frame.box.y + frame.box.height + 23;
    describe(drawing, plot);
}
