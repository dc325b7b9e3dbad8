#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot_parts.h"

#define CELL_HEIGHT 13.0
#define CELL_MAX 30.0
#define LABEL_SHARE 0.36 /* of the width, for names and notes of the rows */
#define COLUMN_LABEL 96.0
#define LABEL_LEN_MAX 120u
#define GAP 4.0
#define STEPS 5u

/* From which share on a cell has which colour. */
static const struct {
    double from;
    enum ink ink, letters;
    const char *label;
} steps[STEPS] = {{0, INK_HEAT_1, INK_ON_LIGHT, "under 10%"},
                  {0.1, INK_HEAT_2, INK_ON_LIGHT, "from 10%"},
                  {0.3, INK_HEAT_3, INK_ON_LIGHT, "30%"},
                  {0.5, INK_HEAT_4, INK_PAPER, "50%"},
                  {0.8, INK_HEAT_5, INK_PAPER, "80%"}};

struct frame {
    struct box box;
    double cell;  /* width of one */
    double notes; /* width of the notes */
};

static size_t step_of(double share)
{
    size_t step = 0;
    while (step + 1 < STEPS && share >= steps[step + 1].from)
        step++;
    return step;
}

static double widest(const struct plot_heat *plot, bool notes)
{
    double width = 0;
    for (size_t i = 0; i < plot->row_count; i++)
        width =
            fmax(width, plot_parts_width(notes ? plot->notes[i] : plot->rows[i], PLOT_SMALL_SIZE));
    return width;
}

/* Height of the names of the columns, which read from bottom to top. */
static double head_height(const struct plot_heat *plot)
{
    double height = 0;
    for (size_t i = 0; i < plot->column_count; i++)
        height = fmax(height, plot_parts_width(plot->columns[i], PLOT_SMALL_SIZE));
    return fmin(height, COLUMN_LABEL);
}

static struct frame frame_of(const struct plot_heat *plot, double y)
{
    double notes = widest(plot, true) + GAP;
    double left = fmin(widest(plot, false) + GAP, PLOT_WIDTH * LABEL_SHARE) + notes + GAP;
    struct frame frame = {
        .box = {left, y + head_height(plot) + GAP, 0, CELL_HEIGHT * (double)plot->row_count},
        .cell = fmin(CELL_MAX, (PLOT_WIDTH - left) / (double)plot->column_count),
        .notes = notes};
    frame.box.width = frame.cell * (double)plot->column_count;
    return frame;
}

static void put_columns(struct drawing *drawing, const struct plot_heat *plot,
                        const struct frame *frame)
{
    struct lettering upwards = {.ink = INK_TEXT, .size = PLOT_SMALL_SIZE, .upwards = true};
    for (size_t i = 0; i < plot->column_count; i++) {
        char label[LABEL_LEN_MAX];
        double x = frame->box.x + frame->cell * ((double)i + 0.5);
        plot_format_fit(label, sizeof label, plot->columns[i], PLOT_SMALL_SIZE * PLOT_SLACK,
                        COLUMN_LABEL);
        drawing_text(drawing, (struct point){x + 2.6, frame->box.y - GAP}, upwards, label);
    }
}

/* Percent without a sign; a share that would be 0 or 100 and is not has a sign of it. */
static void share_text(char out[PLOT_FORMAT_LEN], double share)
{
    double percent = 100 * share;
    if (percent < 0.5)
        snprintf(out, PLOT_FORMAT_LEN, "<1");
    else if (percent >= 99.5 && share < 1 - 1e-9)
        snprintf(out, PLOT_FORMAT_LEN, ">99");
    else
        snprintf(out, PLOT_FORMAT_LEN, "%.0f", percent);
}

static void put_cell(struct drawing *drawing, const struct frame *frame, struct point corner,
                     double share)
{
    char text[PLOT_FORMAT_LEN];
    size_t step = step_of(share);
    struct lettering small = {
        .ink = steps[step].letters, .size = PLOT_SMALL_SIZE, .anchor = ANCHOR_MIDDLE};
    drawing_rect(drawing,
                 (struct box){corner.x + 0.4, corner.y + 0.4, frame->cell - 0.8, CELL_HEIGHT - 0.8},
                 steps[step].ink);
    share_text(text, share);
    drawing_text(drawing,
                 (struct point){corner.x + frame->cell / 2, corner.y + CELL_HEIGHT / 2 + 2.6},
                 small, text);
}

static void put_row(struct drawing *drawing, const struct plot_heat *plot,
                    const struct frame *frame, size_t row)
{
    struct lettering name = {.ink = INK_TEXT, .size = PLOT_SMALL_SIZE, .anchor = ANCHOR_END};
    struct lettering note = {.ink = INK_MUTED, .size = PLOT_SMALL_SIZE, .anchor = ANCHOR_END};
    double y = frame->box.y + CELL_HEIGHT * (double)row;
    double base = y + CELL_HEIGHT / 2 + 2.6;
    char label[LABEL_LEN_MAX];
    plot_format_fit(label, sizeof label, plot->rows[row], PLOT_SMALL_SIZE * PLOT_SLACK,
                    PLOT_WIDTH * LABEL_SHARE);
    drawing_text(drawing, (struct point){frame->box.x - frame->notes - GAP, base}, name, label);
    drawing_text(drawing, (struct point){frame->box.x - GAP, base}, note, plot->notes[row]);
    drawing_line(drawing, (struct point){frame->box.x, y},
                 (struct point){frame->box.x + frame->box.width, y}, plot_grid_pen);
    for (size_t column = 0; column < plot->column_count; column++) {
        if (plot->cells[row][column] > 0)
            put_cell(drawing, frame, (struct point){frame->box.x + frame->cell * (double)column, y},
                     plot->cells[row][column]);
    }
}

static void describe(struct drawing *drawing, const struct plot_heat *plot)
{
    char text[3000];
    size_t len = plot_parts_describe(text, sizeof text, &plot->text);
    for (size_t row = 0; row < plot->row_count; row++) {
        for (size_t column = 0; column < plot->column_count && len + 300 < sizeof text; column++) {
            char share[PLOT_FORMAT_LEN];
            if (plot->cells[row][column] <= 0)
                continue;
            share_text(share, plot->cells[row][column]);
            len += (size_t)snprintf(text + len, sizeof text - len, " %.80s, %.80s: %s%%;",
                                    plot->rows[row], plot->columns[column], share);
        }
    }
    drawing_describe(drawing, plot->text.title, text);
}

void plot_heat_draw(struct drawing *drawing, const struct plot_heat *plot)
{
    struct plot_entry legend[STEPS];
    for (size_t i = 0; i < STEPS; i++)
        legend[i] = (struct plot_entry){steps[i].label, steps[i].ink, false, false, DASH_SOLID};
    double y = plot_parts_legend(drawing, plot_parts_head(drawing, &plot->text), legend, STEPS);
    struct frame frame = frame_of(plot, y);
    double foot = frame.box.y + frame.box.height;
    struct lettering small = {.ink = INK_MUTED, .size = PLOT_SMALL_SIZE};
    drawing_text(drawing, (struct point){0, frame.box.y - GAP}, small, plot->y_axis);
    put_columns(drawing, plot, &frame);
    for (size_t row = 0; row < plot->row_count; row++)
        put_row(drawing, plot, &frame, row);
    drawing_line(drawing, (struct point){frame.box.x, foot},
                 (struct point){frame.box.x + frame.box.width, foot}, plot_grid_pen);
    plot_parts_centred(drawing, (struct point){frame.box.x + frame.box.width / 2, foot + 10},
                       plot->text.x_axis);
    drawing->height = foot + 14;
    describe(drawing, plot);
}
