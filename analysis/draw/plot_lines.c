#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot_parts.h"

#define FRAME_HEIGHT 130.0
#define FRAME_LEFT 34.0
#define FRAME_RIGHT 14.0
#define DECADES_MAX 12u
#define FEW_DECADES 100.0 /* so wide a scale has ticks between the powers of ten too */
#define DAYS_MIN 4.0      /* days that can be told apart on an axis; fewer have times */
#define DAY_SECONDS 86400.0

static const enum ink inks[PLOT_LINES_MAX] = {INK_BLUE, INK_RED, INK_GREEN, INK_PURPLE, INK_TEXT};
static const enum dash dashes[PLOT_LINES_MAX] = {DASH_SOLID, DASH_LONG, DASH_SHORT, DASH_SOLID,
                                                 DASH_LONG};

struct frame {
    struct box box;
    enum plot_scale scale;
    double low, high; /* of x */
    double top;       /* of y */
    double ticks[PLOT_TICKS_MAX];
    size_t tick_count;
};

static void widen(struct frame *frame, const struct point *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        frame->low = fmin(frame->low, points[i].x);
        frame->high = fmax(frame->high, points[i].x);
        frame->top = fmax(frame->top, points[i].y);
    }
}

static struct frame frame_of(const struct plot_lines *plot, double y)
{
    struct frame frame = {
        .box = {FRAME_LEFT, y + 4, PLOT_WIDTH - FRAME_LEFT - FRAME_RIGHT, FRAME_HEIGHT},
        .scale = plot->scale,
        .low = INFINITY,
        .high = -INFINITY};
    for (size_t i = 0; i < plot->line_count; i++)
        widen(&frame, plot->lines[i].points, plot->lines[i].count);
    if (plot->high != NULL)
        widen(&frame, plot->high, plot->band_count);
    if (plot->scale == PLOT_LINEAR)
        frame.low = fmin(frame.low, 0);
    if (frame.high <= frame.low)
        frame.high = frame.low + 1;
    frame.tick_count = plot_parts_ticks(frame.top, 5, frame.ticks);
    frame.top = fmin(1, frame.ticks[frame.tick_count - 1]);
    return frame;
}

static struct point place(const struct frame *frame, struct point value)
{
    double part = (value.x - frame->low) / (frame->high - frame->low);
    if (frame->scale == PLOT_LOG)
        part = log(value.x / frame->low) / log(frame->high / frame->low);
    return (struct point){frame->box.x + frame->box.width * part,
                          frame->box.y + frame->box.height * (1 - value.y / frame->top)};
}

static void put_y_axis(struct drawing *drawing, const struct plot_lines *plot,
                       const struct frame *frame)
{
    struct lettering small = {.ink = INK_MUTED, .size = PLOT_SMALL_SIZE, .anchor = ANCHOR_END};
    for (size_t i = 0; i < frame->tick_count && frame->ticks[i] <= frame->top; i++) {
        char text[PLOT_FORMAT_LEN];
        struct point at = place(frame, (struct point){frame->low, frame->ticks[i]});
        drawing_line(drawing, at, (struct point){at.x + frame->box.width, at.y}, plot_grid_pen);
        plot_parts_tick_text(text, frame->ticks[i], true);
        drawing_text(drawing, (struct point){at.x - 4, at.y + 2.6}, small, text);
    }
    small.anchor = ANCHOR_START;
    drawing_text(drawing, (struct point){0, frame->box.y - 8}, small, plot->y_axis);
}

static void put_x_tick(struct drawing *drawing, const struct frame *frame, double value,
                       const char *text)
{
    struct point at = place(frame, (struct point){value, 0});
    drawing_line(drawing, at, (struct point){at.x, at.y + 3}, plot_axis_pen);
    plot_parts_centred(drawing, (struct point){at.x, at.y + 11}, text);
}

static void put_linear_ticks(struct drawing *drawing, const struct frame *frame)
{
    double ticks[PLOT_TICKS_MAX];
    size_t count = plot_parts_ticks(frame->high, 4, ticks);
    for (size_t i = 0; i < count && ticks[i] <= frame->high; i++) {
        char text[PLOT_FORMAT_LEN];
        plot_format_number(text, ticks[i]);
        put_x_tick(drawing, frame, ticks[i], text);
    }
}

static void put_log_ticks(struct drawing *drawing, const struct frame *frame)
{
    static const unsigned steps[] = {1, 2, 5};
    double decade = pow(10, floor(log10(frame->low) + 1e-9));
    unsigned per_decade = frame->high / frame->low <= FEW_DECADES ? 3 : 1;
    for (unsigned i = 0; i < DECADES_MAX * per_decade; i++) {
        char text[PLOT_FORMAT_LEN];
        double tick = decade * steps[i % per_decade];
        if (tick >= frame->low * (1 - 1e-9) && tick <= frame->high * (1 + 1e-9)) {
            plot_format_number(text, tick);
            put_x_tick(drawing, frame, tick, text);
        }
        decade *= i % per_decade + 1 == per_decade ? 10 : 1;
    }
}

/* The shortest of the usual steps, in seconds, that is taken at the most four times. */
static double step_of(double seconds)
{
    static const unsigned steps[] = {1,   2,    5,    10,   15,    30,    60,    120,   300,  600,
                                     900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 86400};
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof *steps && seconds / steps[i] > 4)
        i++;
    return steps[i];
}

/* Whole hours, minutes or seconds. */
static void put_time_ticks(struct drawing *drawing, const struct frame *frame)
{
    double low = frame->low * DAY_SECONDS, high = frame->high * DAY_SECONDS;
    double step = step_of(high - low);
    double first = ceil(low / step - 1e-9) * step;
    for (unsigned i = 0; first + i * step <= high + 1e-3; i++) {
        char text[PLOT_FORMAT_LEN];
        double tick = first + i * step;
        plot_format_time(text, tick / DAY_SECONDS, step < 60);
        put_x_tick(drawing, frame, tick / DAY_SECONDS, text);
    }
}

static void put_day_ticks(struct drawing *drawing, const struct frame *frame)
{
    if (frame->high - frame->low < DAYS_MIN) {
        put_time_ticks(drawing, frame);
        return;
    }
    for (unsigned i = 0; i <= 3; i++) {
        char text[PLOT_FORMAT_LEN];
        double day = floor(frame->low + (frame->high - frame->low) * i / 3);
        plot_format_day(text, day);
        put_x_tick(drawing, frame, day, text);
    }
}

static void put_x_axis(struct drawing *drawing, const struct plot_lines *plot,
                       const struct frame *frame)
{
    double foot = frame->box.y + frame->box.height;
    drawing_line(drawing, (struct point){frame->box.x, foot},
                 (struct point){frame->box.x + frame->box.width, foot}, plot_axis_pen);
    if (plot->scale == PLOT_LOG)
        put_log_ticks(drawing, frame);
    else if (plot->scale == PLOT_DAYS)
        put_day_ticks(drawing, frame);
    else
        put_linear_ticks(drawing, frame);
    plot_parts_centred(drawing, (struct point){frame->box.x + frame->box.width / 2, foot + 21},
                       plot->text.x_axis);
}

/* The way along the upper edge and back along the lower one. */
static void put_band(struct drawing *drawing, const struct plot_lines *plot,
                     const struct frame *frame)
{
    size_t count = plot->band_count;
    struct point *edge = plot->low != NULL ? calloc(2 * count + 1, sizeof *edge) : NULL;
    for (size_t i = 0; edge != NULL && i < count; i++) {
        edge[i] = place(frame, plot->high[i]);
        edge[2 * count - 1 - i] = place(frame, plot->low[i]);
    }
    if (edge != NULL)
        drawing_area(drawing, edge, 2 * count, INK_BAND);
    else
        drawing->failed |= plot->low != NULL;
    free(edge);
}

static void put_line(struct drawing *drawing, const struct plot_lines *plot,
                     const struct frame *frame, size_t index)
{
    const struct plot_line *line = &plot->lines[index];
    struct point *points = calloc(line->count + 1, sizeof *points);
    struct pen pen = {inks[index], 1.4, dashes[index]};
    if (points == NULL) {
        drawing->failed = true;
        return;
    }
    for (size_t i = 0; i < line->count; i++)
        points[i] = place(frame, line->points[i]);
    drawing_polyline(drawing, points, line->count, pen);
    for (size_t i = 0; i < line->count && line->count <= 12; i++)
        drawing_rect(drawing, (struct box){points[i].x - 1.5, points[i].y - 1.5, 3, 3},
                     inks[index]);
    free(points);
}

static double put_legend(struct drawing *drawing, const struct plot_lines *plot, double y)
{
    struct plot_entry entries[PLOT_LINES_MAX + 1];
    size_t count = 0;
    for (size_t i = 0; i < plot->line_count; i++)
        entries[count++] =
            (struct plot_entry){plot->lines[i].label, inks[i], false, true, dashes[i]};
    if (plot->low != NULL)
        entries[count++] = (struct plot_entry){plot->band, INK_BAND, false, false, DASH_SOLID};
    return count > 1 ? plot_parts_legend(drawing, y, entries, count) : y;
}

static void describe(struct drawing *drawing, const struct plot_lines *plot)
{
    char text[2000];
    size_t len = plot_parts_describe(text, sizeof text, &plot->text);
    for (size_t i = 0; i < plot->line_count; i++) {
        const struct plot_line *line = &plot->lines[i];
        char first[PLOT_FORMAT_LEN], last[PLOT_FORMAT_LEN];
        if (line->count == 0)
            continue;
        plot_format_share(first, line->points[0].y);
        plot_format_share(last, line->points[line->count - 1].y);
        len += (size_t)snprintf(text + len, sizeof text - len,
                                " %.100s: %s at the left end, %s at the right end.", line->label,
                                first, last);
    }
    drawing_describe(drawing, plot->text.title, text);
}

void plot_lines_draw(struct drawing *drawing, const struct plot_lines *plot)
{
    double y = plot_parts_head(drawing, &plot->text);
    y = put_legend(drawing, plot, y) + 12;
    struct frame frame = frame_of(plot, y);
    put_band(drawing, plot, &frame);
    put_y_axis(drawing, plot, &frame);
    put_x_axis(drawing, plot, &frame);
    for (size_t i = 0; i < plot->line_count; i++)
        put_line(drawing, plot, &frame, i);
    drawing->height = frame.box.y + frame.box.height + 25;
    describe(drawing, plot);
}
