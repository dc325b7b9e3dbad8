#define _POSIX_C_SOURCE 200809L /* strdup */
#include "drawing.h"

#include <stdlib.h>
#include <string.h>

#define HATCH_GAP 3.0   /* between the lines, along x */
#define HATCH_WIDTH 0.6 /* of a line */

const char *ink_class(enum ink ink)
{
#define CLASS_OF(name, class, colour) class,
    static const char *const classes[] = {DRAWING_INKS(CLASS_OF)};
    return classes[ink];
}

const char *ink_colour(enum ink ink)
{
#define COLOUR_OF(name, class, colour) colour,
    static const char *const colours[] = {DRAWING_INKS(COLOUR_OF)};
    return colours[ink];
}

void drawing_init(struct drawing *drawing, const char *name, double width)
{
    *drawing = (struct drawing){.name = name, .width = width};
}

void drawing_fini(struct drawing *drawing)
{
    free(drawing->marks);
    free(drawing->points);
    free(drawing->letters);
    free(drawing->title);
    free(drawing->description);
    *drawing = (struct drawing){0};
}

static char printable(char octet)
{
    return octet >= ' ' && octet <= '~' ? octet : '?';
}

static char *printable_copy(const char *text)
{
    char *copy = strdup(text);
    for (char *at = copy; at != NULL && *at != '\0'; at++)
        *at = printable(*at);
    return copy;
}

void drawing_describe(struct drawing *drawing, const char *title, const char *description)
{
    free(drawing->title);
    free(drawing->description);
    drawing->title = printable_copy(title);
    drawing->description = printable_copy(description);
    drawing->failed |= drawing->title == NULL || drawing->description == NULL;
}

/* Room for `more` items behind the count. Returns the array, which may have moved, or NULL. */
static void *room(struct drawing *drawing, void *array, size_t size, const size_t used[2],
                  size_t *cap)
{
    size_t wanted = used[0] + used[1];
    if (drawing->failed)
        return NULL;
    if (wanted <= *cap)
        return array;
    size_t grown_cap = 2 * wanted + 64;
    void *grown = realloc(array, grown_cap * size);
    drawing->failed = grown == NULL;
    if (grown != NULL)
        *cap = grown_cap;
    return grown;
}

static struct mark *add_mark(struct drawing *drawing, enum mark_kind kind)
{
    size_t used[2] = {drawing->mark_count, 1};
    struct mark *marks = room(drawing, drawing->marks, sizeof *marks, used, &drawing->mark_cap);
    if (marks == NULL)
        return NULL;
    drawing->marks = marks;
    marks[drawing->mark_count] = (struct mark){.kind = kind};
    return &marks[drawing->mark_count++];
}

static void add_points(struct drawing *drawing, enum mark_kind kind, const struct point *points,
                       size_t count, struct pen pen)
{
    size_t used[2] = {drawing->point_count, count};
    struct point *all = room(drawing, drawing->points, sizeof *all, used, &drawing->point_cap);
    if (all == NULL)
        return;
    drawing->points = all;
    struct mark *mark = add_mark(drawing, kind);
    if (mark == NULL)
        return;
    memcpy(all + drawing->point_count, points, count * sizeof *points);
    mark->pen = pen;
    mark->first = drawing->point_count;
    mark->count = count;
    drawing->point_count += count;
}

void drawing_rect(struct drawing *drawing, struct box box, enum ink ink)
{
    struct point points[2] = {{box.x, box.y}, {box.width, box.height}};
    if (box.width > 0 && box.height > 0)
        add_points(drawing, MARK_RECT, points, 2, (struct pen){.ink = ink});
}

void drawing_line(struct drawing *drawing, struct point from, struct point to, struct pen pen)
{
    struct point points[2] = {from, to};
    add_points(drawing, MARK_LINE, points, 2, pen);
}

void drawing_polyline(struct drawing *drawing, const struct point *points, size_t count,
                      struct pen pen)
{
    if (count > 1)
        add_points(drawing, MARK_LINE, points, count, pen);
}

void drawing_area(struct drawing *drawing, const struct point *points, size_t count, enum ink ink)
{
    if (count > 2)
        add_points(drawing, MARK_AREA, points, count, (struct pen){.ink = ink});
}

void drawing_text(struct drawing *drawing, struct point at, struct lettering lettering,
                  const char *text)
{
    size_t count = strlen(text) + 1;
    size_t used[2] = {drawing->letter_count, count};
    if (count == 1)
        return;
    char *letters = room(drawing, drawing->letters, 1, used, &drawing->letter_cap);
    if (letters == NULL)
        return;
    drawing->letters = letters;
    struct mark *mark = add_mark(drawing, MARK_TEXT);
    if (mark == NULL)
        return;
    mark->at = at;
    mark->lettering = lettering;
    mark->first = drawing->letter_count;
    mark->count = count;
    drawing->letter_count += count;
    for (size_t i = 0; i + 1 < count; i++)
        letters[mark->first + i] = printable(text[i]);
    letters[mark->first + count - 1] = '\0';
}

void drawing_hatch(struct drawing *drawing, struct box box, enum ink ink)
{
    double rise = box.height;
    unsigned count = (unsigned)((box.width + rise) / HATCH_GAP);
    for (unsigned i = 1; i <= count; i++) {
        double foot = box.x - rise + HATCH_GAP * i;
        if (foot >= box.x + box.width)
            break;
        double left = foot > box.x ? foot : box.x;
        double end = foot + rise < box.x + box.width ? foot + rise : box.x + box.width;
        struct point from = {left, box.y + box.height - (left - foot)};
        struct point to = {end, box.y + box.height - (end - foot)};
        drawing_line(drawing, from, to, (struct pen){.ink = ink, .width = HATCH_WIDTH});
    }
}

const struct point *drawing_points(const struct drawing *drawing, const struct mark *mark)
{
    return drawing->points + mark->first;
}

const char *drawing_letters(const struct drawing *drawing, const struct mark *mark)
{
    return drawing->letters + mark->first;
}
