#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot_parts.h"

#define BAR_HEIGHT 14.0
#define ROW_GAP 6.0
#define LABEL_GAP 5.0
#define LABEL_LEN_MAX 120u
#define LABEL_SHARE 0.4
#define PART_GAP 0.8 /* of paper between two parts */

/* Dark and light take turns, so that neighbours differ without colours too. */
static const enum ink inks[] = {INK_BLUE, INK_ORANGE, INK_PURPLE, INK_SKY,
                                INK_RED,  INK_YELLOW, INK_GREEN};
#define INKS (sizeof inks / sizeof *inks)

static enum ink ink_of(const struct plot_stack *plot, size_t part)
{
    return plot->rest && part + 1 == plot->part_count ? INK_GREY : inks[part % INKS];
}

/* Colours that come round again are hatched. */
static bool is_hatched(const struct plot_stack *plot, size_t part)
{
    return part >= INKS && ink_of(plot, part) != INK_GREY;
}

/* Letters of paper can be read on it, which they can't on green. */
static bool is_dark(enum ink ink)
{
    return ink == INK_BLUE || ink == INK_PURPLE || ink == INK_RED;
}

static double whole_of(const struct plot_stack *plot, size_t row)
{
    double whole = 0;
    for (size_t i = 0; i < plot->part_count; i++)
        whole += plot->rows[row].parts[i];
    return whole;
}

static double label_width(const struct plot_stack *plot)
{
    double width = 0;
    for (size_t i = 0; i < plot->row_count; i++)
        width = fmax(width, plot_parts_width(plot->rows[i].label, PLOT_TEXT_SIZE));
    return fmin(width, PLOT_WIDTH * LABEL_SHARE);
}

static double put_legend(struct drawing *drawing, const struct plot_stack *plot, double y)
{
    struct plot_entry entries[PLOT_PARTS_MAX];
    for (size_t i = 0; i < plot->part_count; i++)
        entries[i] = (struct plot_entry){
            .label = plot->parts[i], .ink = ink_of(plot, i), .hatched = is_hatched(plot, i)};
    return plot_parts_legend(drawing, y, entries, plot->part_count);
}

static void put_part(struct drawing *drawing, struct box box, enum ink ink, bool hatched,
                     double share)
{
    struct lettering inside = plot_label_middle;
    char text[PLOT_FORMAT_LEN];
    struct box seen = {box.x, box.y, fmax(box.width - PART_GAP, 0.3), box.height};
    plot_parts_fill(drawing, seen, ink, hatched);
    plot_format_share(text, share);
    if (hatched || plot_parts_width(text, PLOT_TEXT_SIZE) + 4 > box.width)
        return;
    inside.ink = is_dark(ink) ? INK_PAPER : INK_ON_LIGHT;
    drawing_text(drawing, (struct point){box.x + box.width / 2, box.y + box.height / 2 + 2.8},
                 inside, text);
}

static void put_row(struct drawing *drawing, const struct plot_stack *plot, size_t row,
                    struct box box)
{
    char label[LABEL_LEN_MAX];
    double whole = whole_of(plot, row);
    double x = box.x;
    plot_format_fit(label, sizeof label, plot->rows[row].label, PLOT_TEXT_SIZE * PLOT_SLACK,
                    PLOT_WIDTH * LABEL_SHARE);
    drawing_text(drawing, (struct point){box.x - LABEL_GAP, box.y + box.height / 2 + 2.8},
                 plot_label_end, label);
    for (size_t i = 0; i < plot->part_count && whole > 0; i++) {
        double share = plot->rows[row].parts[i] / whole;
        struct box part = {x, box.y, box.width * share, box.height};
        if (share > 0)
            put_part(drawing, part, ink_of(plot, i), is_hatched(plot, i), share);
        x += part.width;
    }
}

static void put_axis(struct drawing *drawing, const struct plot_stack *plot, struct box box)
{
    double foot = box.y + box.height;
    for (unsigned i = 0; i <= 4; i++) {
        char text[PLOT_FORMAT_LEN];
        double x = box.x + box.width * i / 4;
        drawing_line(drawing, (struct point){x, box.y}, (struct point){x, foot}, plot_grid_pen);
        plot_parts_tick_text(text, i / 4.0, true);
        plot_parts_centred(drawing, (struct point){x, foot + 9}, text);
    }
    plot_parts_centred(drawing, (struct point){box.x + box.width / 2, foot + 19},
                       plot->text.x_axis);
}

static void describe(struct drawing *drawing, const struct plot_stack *plot)
{
    char text[3000];
    size_t len = plot_parts_describe(text, sizeof text, &plot->text);
    for (size_t row = 0; row < plot->row_count; row++) {
        double whole = whole_of(plot, row);
        for (size_t i = 0; i < plot->part_count && len + 400 < sizeof text && whole > 0; i++) {
            char value[PLOT_FORMAT_LEN];
            plot_format_share(value, plot->rows[row].parts[i] / whole);
            len += (size_t)snprintf(text + len, sizeof text - len, " %.100s: %.100s %s;",
                                    plot->rows[row].label, plot->parts[i], value);
        }
    }
    drawing_describe(drawing, plot->text.title, text);
}

void plot_stack_draw(struct drawing *drawing, const struct plot_stack *plot)
{
    double y = plot_parts_head(drawing, &plot->text);
    y = put_legend(drawing, plot, y);
    double left = label_width(plot) + LABEL_GAP;
    double step = BAR_HEIGHT + ROW_GAP;
    struct box all = {left, y, PLOT_WIDTH - left - 12, step * (double)plot->row_count};
    put_axis(drawing, plot, all);
    for (size_t i = 0; i < plot->row_count; i++) {
        struct box box = {left, y + ROW_GAP / 2 + step * (double)i, all.width, BAR_HEIGHT};
        put_row(drawing, plot, i, box);
    }
    drawing->height = all.y + all.height + 23;
    describe(drawing, plot);
}
