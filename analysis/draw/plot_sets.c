#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot_parts.h"

#define BARS_HEIGHT 70.0
#define ROW_HEIGHT 10.0
#define COLUMN_MAX 20.0
#define LABEL_SHARE 0.40
#define LABEL_LEN_MAX 120u
#define DOT_CORNERS 12u
#define DOT_RADIUS 2.6

struct frame {
    struct box bars;
    double column; /* width of one */
    double max;
    double ticks[PLOT_TICKS_MAX];
    size_t tick_count;
};

static double label_width(const struct plot_sets *plot)
{
    double width = 30; /* room for the ticks too */
    for (size_t i = 0; i < plot->member_count; i++)
        width = fmax(width, plot_parts_width(plot->members[i], PLOT_TEXT_SIZE));
    return fmin(width, PLOT_WIDTH * LABEL_SHARE);
}

static struct frame frame_of(const struct plot_sets *plot, double y)
{
    double left = label_width(plot) + 6;
    struct frame frame = {.bars = {left, y + 4, PLOT_WIDTH - left, BARS_HEIGHT}};
    frame.column = fmin(COLUMN_MAX, frame.bars.width / (double)plot->set_count);
    frame.bars.width = frame.column * (double)plot->set_count;
    for (size_t i = 0; i < plot->set_count; i++)
        frame.max = fmax(frame.max, plot->sets[i].share);
    frame.tick_count = plot_parts_ticks(frame.max, 3, frame.ticks);
    frame.max = fmin(1, frame.ticks[frame.tick_count - 1]);
    return frame;
}

static void put_axis(struct drawing *drawing, const struct plot_sets *plot,
                     const struct frame *frame)
{
    struct lettering small = {.ink = INK_MUTED, .size = PLOT_SMALL_SIZE, .anchor = ANCHOR_END};
    for (size_t i = 0; i < frame->tick_count && frame->ticks[i] <= frame->max; i++) {
        char text[PLOT_FORMAT_LEN];
        double y = frame->bars.y + frame->bars.height * (1 - frame->ticks[i] / frame->max);
        drawing_line(drawing, (struct point){frame->bars.x, y},
                     (struct point){frame->bars.x + frame->bars.width, y}, plot_grid_pen);
        plot_parts_tick_text(text, frame->ticks[i], true);
        drawing_text(drawing, (struct point){frame->bars.x - 4, y + 2.6}, small, text);
    }
    small.anchor = ANCHOR_START;
    drawing_text(drawing, (struct point){0, frame->bars.y - 6}, small, plot->y_axis);
}

static void put_dot(struct drawing *drawing, struct point centre, enum ink ink)
{
    static const struct point circle[DOT_CORNERS] = {
        {1, 0},  {0.866, 0.5},   {0.5, 0.866},   {0, 1},  {-0.5, 0.866}, {-0.866, 0.5},
        {-1, 0}, {-0.866, -0.5}, {-0.5, -0.866}, {0, -1}, {0.5, -0.866}, {0.866, -0.5}};
    struct point corners[DOT_CORNERS];
    for (size_t i = 0; i < DOT_CORNERS; i++)
        corners[i] = (struct point){centre.x + DOT_RADIUS * circle[i].x,
                                    centre.y + DOT_RADIUS * circle[i].y};
    drawing_area(drawing, corners, DOT_CORNERS, ink);
}

static void put_members(struct drawing *drawing, const struct plot_sets *plot,
                        const struct frame *frame, double top)
{
    for (size_t i = 0; i < plot->member_count; i++) {
        char label[LABEL_LEN_MAX];
        double y = top + ROW_HEIGHT * ((double)i + 0.5);
        plot_format_fit(label, sizeof label, plot->members[i], PLOT_TEXT_SIZE * PLOT_SLACK,
                        PLOT_WIDTH * LABEL_SHARE);
        drawing_text(drawing, (struct point){frame->bars.x - 6, y + 2.8}, plot_label_end, label);
        for (size_t set = 0; set < plot->set_count; set++)
            put_dot(drawing, (struct point){frame->bars.x + frame->column * ((double)set + 0.5), y},
                    INK_GRID);
    }
}

static void put_set(struct drawing *drawing, const struct plot_sets *plot,
                    const struct frame *frame, size_t index)
{
    const struct plot_set *set = &plot->sets[index];
    double x = frame->bars.x + frame->column * ((double)index + 0.5);
    double height = frame->bars.height * set->share / frame->max;
    double foot = frame->bars.y + frame->bars.height;
    double half = frame->column * 0.32;
    double first = -1, last = -1;
    drawing_rect(drawing, (struct box){x - half, foot - height, 2 * half, height}, INK_BLUE);
    for (size_t i = 0; i < plot->member_count; i++) {
        double y = foot + 6 + ROW_HEIGHT * ((double)i + 0.5);
        if ((set->members >> i & 1) == 0)
            continue;
        first = first < 0 ? y : first;
        last = y;
        put_dot(drawing, (struct point){x, y}, INK_BLUE);
    }
    if (last > first)
        drawing_line(drawing, (struct point){x, first}, (struct point){x, last},
                     (struct pen){INK_BLUE, 1.4, DASH_SOLID});
}

static void describe(struct drawing *drawing, const struct plot_sets *plot)
{
    char text[3000];
    size_t len = plot_parts_describe(text, sizeof text, &plot->text);
    for (size_t set = 0; set < plot->set_count; set++) {
        char value[PLOT_FORMAT_LEN];
        plot_format_share(value, plot->sets[set].share);
        for (size_t i = 0; i < plot->member_count && len + 300 < sizeof text; i++) {
            if ((plot->sets[set].members >> i & 1) != 0)
                len +=
                    (size_t)snprintf(text + len, sizeof text - len, " %.100s,", plot->members[i]);
        }
        if (len + 300 < sizeof text)
            len += (size_t)snprintf(text + len, sizeof text - len, " %s;", value);
    }
    drawing_describe(drawing, plot->text.title, text);
}

void plot_sets_draw(struct drawing *drawing, const struct plot_sets *plot)
{
    double y = plot_parts_head(drawing, &plot->text) + 12;
    struct frame frame = frame_of(plot, y);
    double foot = frame.bars.y + frame.bars.height;
    put_axis(drawing, plot, &frame);
    put_members(drawing, plot, &frame, foot + 6);
    for (size_t i = 0; i < plot->set_count; i++)
        put_set(drawing, plot, &frame, i);
    drawing_line(drawing, (struct point){frame.bars.x, foot},
                 (struct point){frame.bars.x + frame.bars.width, foot}, plot_axis_pen);
    double end = foot + 6 + ROW_HEIGHT * (double)plot->member_count;
    plot_parts_centred(drawing, (struct point){frame.bars.x + frame.bars.width / 2, end + 10},
                       plot->text.x_axis);
    drawing->height = end + 14;
    describe(drawing, plot);
}
