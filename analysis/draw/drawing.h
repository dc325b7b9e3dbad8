/* drawing.h: a figure as a list of marks on a page, before it becomes SVG or PDF. Pure.
 *
 * Units are points (1/72 inch), x grows to the right and y downwards. Colours are roles, so that a
 * page may give them other values in the dark. A drawing owns all that was put into it. Where
 * memory lacks it remembers so (failed) and takes no more; the writers then write nothing.
 */
#ifndef DRAWING_H
#define DRAWING_H

#include <stdbool.h>
#include <stddef.h>

/* X(ENUMERATOR, "class", "colour"). The series colours are those of Okabe and Ito, which people
 * with any kind of colour vision can tell apart; neighbours differ in lightness too. ON_LIGHT
 * is text on a light one of them, in the dark too. HEAT are steps of one colour, from little to
 * much. */
#define DRAWING_INKS(X)                                                                            \
    X(NONE, "none", "none")                                                                        \
    X(TEXT, "text", "#1a1a1a")                                                                     \
    X(MUTED, "muted", "#555555")                                                                   \
    X(AXIS, "axis", "#444444")                                                                     \
    X(GRID, "grid", "#dddddd")                                                                     \
    X(ON_LIGHT, "on-light", "#1a1a1a")                                                             \
    X(PAPER, "paper", "#ffffff")                                                                   \
    X(BAND, "band", "#c9dfec")                                                                     \
    X(BLUE, "blue", "#0072b2")                                                                     \
    X(ORANGE, "orange", "#e69f00")                                                                 \
    X(GREEN, "green", "#009e73")                                                                   \
    X(SKY, "sky", "#8fcbee")                                                                       \
    X(RED, "red", "#b84a00")                                                                       \
    X(YELLOW, "yellow", "#f0e442")                                                                 \
    X(PURPLE, "purple", "#8f4a74")                                                                 \
    X(GREY, "grey", "#c4c4c4")                                                                     \
    X(HEAT_1, "heat-1", "#e3eef9")                                                                 \
    X(HEAT_2, "heat-2", "#b3d2ea")                                                                 \
    X(HEAT_3, "heat-3", "#6aaed6")                                                                 \
    X(HEAT_4, "heat-4", "#2b7bba")                                                                 \
    X(HEAT_5, "heat-5", "#0a4a90")

#define DRAWING_ENUM(name, class, colour) INK_##name,
enum ink { DRAWING_INKS(DRAWING_ENUM) INK_COUNT };

const char *ink_class(enum ink ink);
const char *ink_colour(enum ink ink); /* #rrggbb, or none */

enum mark_kind { MARK_RECT, MARK_LINE, MARK_AREA, MARK_TEXT };

enum dash { DASH_SOLID, DASH_LONG, DASH_SHORT };

enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

struct point {
    double x, y;
};

struct box {
    double x, y, width, height;
};

struct pen {
    enum ink ink;
    double width;
    enum dash dash;
};

struct lettering {
    enum ink ink;
    double size;
    enum anchor anchor;
    bool bold;
    bool upwards; /* reads from bottom to top */
};

struct mark {
    enum mark_kind kind;
    struct pen pen; /* of areas and rectangles: ink alone, they are filled */
    struct lettering lettering;
    size_t first, count; /* of the drawing's points, or octets of its letters with the NUL */
    struct point at;     /* of text; a rectangle's points are a corner and its size */
};

struct drawing {
    const char *name; /* letters, digits and _; borrowed; makes the ids of the SVG unique */
    double width, height;
    struct mark *marks;
    size_t mark_count, mark_cap;
    struct point *points;
    size_t point_count, point_cap;
    char *letters;
    size_t letter_count, letter_cap;
    char *title, *description; /* for people who don't see it; owned; may be NULL */
    bool failed;
};

void drawing_init(struct drawing *drawing, const char *name, double width);
void drawing_fini(struct drawing *drawing);

/* Title and description are copied. */
void drawing_describe(struct drawing *drawing, const char *title, const char *description);

void drawing_rect(struct drawing *drawing, struct box box, enum ink ink);
void drawing_line(struct drawing *drawing, struct point from, struct point to, struct pen pen);
void drawing_polyline(struct drawing *drawing, const struct point *points, size_t count,
                      struct pen pen);
void drawing_area(struct drawing *drawing, const struct point *points, size_t count, enum ink ink);

/* ASCII; octets outside printable ASCII become question marks. The point is on the base line. */
void drawing_text(struct drawing *drawing, struct point at, struct lettering lettering,
                  const char *text);

/* Lines across a box, from its lower left to its upper right: what tells it from its neighbour in
 * print without colours. */
void drawing_hatch(struct drawing *drawing, struct box box, enum ink ink);

/* What a mark holds. */
const struct point *drawing_points(const struct drawing *drawing, const struct mark *mark);
const char *drawing_letters(const struct drawing *drawing, const struct mark *mark);

#endif
