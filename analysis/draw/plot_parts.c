#include "plot_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "helvetica.h"

#define LINE_SKIP 2.0 /* from line to line, beyond the size of the letters */
#define LINE_HEIGHT 9.5
#define SWATCH_WIDTH 12.0
#define SWATCH_HEIGHT 6.0
#define WORDS_LEN_MAX 400u

const struct pen plot_axis_pen = {INK_AXIS, 0.6, DASH_SOLID};
const struct pen plot_grid_pen = {INK_GRID, 0.5, DASH_SOLID};
const struct lettering plot_label_start = {.ink = INK_TEXT, .size = PLOT_TEXT_SIZE};
const struct lettering plot_label_middle = {
    .ink = INK_TEXT, .size = PLOT_TEXT_SIZE, .anchor = ANCHOR_MIDDLE};
const struct lettering plot_label_end = {
    .ink = INK_TEXT, .size = PLOT_TEXT_SIZE, .anchor = ANCHOR_END};

double plot_parts_width(const char *text, double size)
{
    return helvetica_width(text, size, false) * PLOT_SLACK;
}

void plot_parts_centred(struct drawing *drawing, struct point at, const char *text)
{
    struct lettering small = {.ink = INK_MUTED, .size = PLOT_SMALL_SIZE, .anchor = ANCHOR_MIDDLE};
    double half = plot_parts_width(text, PLOT_SMALL_SIZE) / 2;
    at.x = fmax(fmin(at.x, drawing->width - half), half);
    drawing_text(drawing, at, small, text);
}

/* Does the beginning of a text fit? It is no longer than WORDS_LEN_MAX - 1. */
static bool fits(const char *text, size_t len, struct lettering lettering, double width)
{
    char line[WORDS_LEN_MAX];
    snprintf(line, sizeof line, "%.*s", (int)len, text);
    return helvetica_width(line, lettering.size, lettering.bold) * PLOT_SLACK <= width;
}

/* Length of the longest run of whole words from text on that fits into a line; of a word that does
 * not fit by itself, of its letters. */
static size_t line_len(const char *text, struct lettering lettering, double width)
{
    size_t best = 0, len = 0;
    while (text[len] != '\0' && len + 1 < WORDS_LEN_MAX) {
        size_t next = len + 1;
        while (text[next] != '\0' && text[next] != ' ' && next + 1 < WORDS_LEN_MAX)
            next++;
        bool fit = fits(text, next, lettering, width);
        if (!fit && best > 0)
            break;
        while (!fit && next > 1)
            fit = fits(text, --next, lettering, width);
        best = len = next;
    }
    return best;
}

/* Returns the base line below the last. */
static double put_paragraph(struct drawing *drawing, double y, struct lettering lettering,
                            const char *text)
{
    while (*text != '\0') {
        char line[WORDS_LEN_MAX];
        size_t len = line_len(text, lettering, drawing->width);
        snprintf(line, sizeof line, "%.*s", (int)len, text);
        drawing_text(drawing, (struct point){0, y}, lettering, line);
        text += len;
        text += strspn(text, " ");
        y += lettering.size + LINE_SKIP;
    }
    return y;
}

double plot_parts_head(struct drawing *drawing, const struct plot_text *text)
{
    struct lettering title = {.ink = INK_TEXT, .size = PLOT_TITLE_SIZE, .bold = true};
    struct lettering muted = {.ink = INK_MUTED, .size = PLOT_SMALL_SIZE};
    double y = put_paragraph(drawing, PLOT_TITLE_SIZE, title, text->title);
    return put_paragraph(drawing, y - 1, muted, text->subtitle) - 3;
}

size_t plot_parts_describe(char *out, size_t cap, const struct plot_text *text)
{
    size_t len = strlen(text->subtitle);
    bool ends = len == 0 || text->subtitle[len - 1] == '.';
    len = (size_t)snprintf(out, cap, "%.600s%s", text->subtitle, ends ? "" : ".");
    return len < cap ? len : cap - 1;
}

static void put_swatch(struct drawing *drawing, double x, double y, const struct plot_entry *entry)
{
    struct box box = {x, y - SWATCH_HEIGHT, SWATCH_WIDTH, SWATCH_HEIGHT};
    struct pen pen = {entry->ink, 1.4, entry->dash};
    double middle = y - SWATCH_HEIGHT / 2;
    if (entry->line)
        drawing_line(drawing, (struct point){x, middle}, (struct point){x + SWATCH_WIDTH, middle},
                     pen);
    else
        plot_parts_fill(drawing, box, entry->ink, entry->hatched);
}

double plot_parts_legend(struct drawing *drawing, double y, const struct plot_entry *entries,
                         size_t count)
{
    double x = 0;
    y += LINE_HEIGHT;
    for (size_t i = 0; i < count; i++) {
        double width = plot_parts_width(entries[i].label, PLOT_TEXT_SIZE) + SWATCH_WIDTH + 4;
        if (x > 0 && x + width > drawing->width) {
            x = 0;
            y += LINE_HEIGHT + 1;
        }
        put_swatch(drawing, x, y, &entries[i]);
        drawing_text(drawing, (struct point){x + SWATCH_WIDTH + 4, y}, plot_label_start,
                     entries[i].label);
        x += width + 10;
    }
    return y + 6;
}

size_t plot_parts_ticks(double max, size_t wanted, double ticks[PLOT_TICKS_MAX])
{
    static const double steps[] = {1, 2, 2.5, 5, 10};
    if (!(max > 0) || !isfinite(max))
        max = 1;
    double unit = pow(10, floor(log10(max / (double)wanted)));
    double step = 10 * unit;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (steps[i] * unit * (double)wanted >= max * (1 - 1e-9)) {
            step = steps[i] * unit;
            break;
        }
    }
    size_t count = 0;
    while (count < PLOT_TICKS_MAX) {
        ticks[count] = (double)count * step;
        if (ticks[count++] >= max * (1 - 1e-9))
            break;
    }
    return count;
}

void plot_parts_tick_text(char out[PLOT_FORMAT_LEN], double tick, bool as_share)
{
    char number[PLOT_FORMAT_LEN];
    plot_format_number(number, as_share ? 100 * tick : tick);
    snprintf(out, PLOT_FORMAT_LEN, "%.20s%s", number, as_share ? "%" : "");
}

void plot_parts_fill(struct drawing *drawing, struct box box, enum ink ink, bool hatched)
{
    drawing_rect(drawing, box, ink);
    if (hatched && box.width > 0)
        drawing_hatch(drawing, box, INK_PAPER);
}
