#include "drawing_svg.h"

#include "decimal.h"

#define FONTS "Helvetica, Arial, 'Liberation Sans', sans-serif"

static void put_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '>')
            fputs("&gt;", out);
        else if (*text == '&')
            fputs("&amp;", out);
        else
            fputc(*text, out);
    }
}

/* Numbers have at most two decimals, and none that are 0. */
static void put_number(FILE *out, double number)
{
    char digits[DECIMAL_LEN];
    size_t len = decimal_put(digits, number, 2);
    while (digits[len - 1] == '0')
        len--;
    if (digits[len - 1] == '.')
        len--;
    bool minus_zero = len == 2 && digits[0] == '-' && digits[1] == '0';
    fwrite(minus_zero ? "0" : digits, 1, minus_zero ? 1 : len, out);
}

static void put_attribute(FILE *out, const char *name, double number)
{
    fprintf(out, " %s=\"", name);
    put_number(out, number);
    fputc('"', out);
}

static void put_fill(FILE *out, enum ink ink)
{
    fprintf(out, " class=\"f-%s\" fill=\"%s\"", ink_class(ink), ink_colour(ink));
}

static void put_points(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    const struct point *points = drawing_points(drawing, mark);
    fputs(" points=\"", out);
    for (size_t i = 0; i < mark->count; i++) {
        fputs(i > 0 ? " " : "", out);
        put_number(out, points[i].x);
        fputc(',', out);
        put_number(out, points[i].y);
    }
    fputc('"', out);
}

static void put_rect(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    const struct point *points = drawing_points(drawing, mark);
    fputs("<rect", out);
    put_attribute(out, "x", points[0].x);
    put_attribute(out, "y", points[0].y);
    put_attribute(out, "width", points[1].x);
    put_attribute(out, "height", points[1].y);
    put_fill(out, mark->pen.ink);
    fputs("/>\n", out);
}

static void put_line(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    static const char *const dashes[] = {"", " stroke-dasharray=\"5 2\"",
                                         " stroke-dasharray=\"1.5 1.5\""};
    fputs("<polyline", out);
    put_points(out, drawing, mark);
    fprintf(out, " class=\"s-%s\" stroke=\"%s\" fill=\"none\"", ink_class(mark->pen.ink),
            ink_colour(mark->pen.ink));
    put_attribute(out, "stroke-width", mark->pen.width);
    fprintf(out, "%s/>\n", dashes[mark->pen.dash]);
}

static void put_area(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    fputs("<polygon", out);
    put_points(out, drawing, mark);
    put_fill(out, mark->pen.ink);
    fputs("/>\n", out);
}

static void put_text(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    const struct lettering *lettering = &mark->lettering;
    fputs("<text", out);
    put_attribute(out, "x", mark->at.x);
    put_attribute(out, "y", mark->at.y);
    put_attribute(out, "font-size", lettering->size);
    put_fill(out, lettering->ink);
    fprintf(out, "%s%s", anchors[lettering->anchor],
            lettering->bold ? " font-weight=\"bold\"" : "");
    if (lettering->upwards) {
        fputs(" transform=\"rotate(-90 ", out);
        put_number(out, mark->at.x);
        fputc(' ', out);
        put_number(out, mark->at.y);
        fputs(")\"", out);
    }
    fputc('>', out);
    put_escaped(out, drawing_letters(drawing, mark));
    fputs("</text>\n", out);
}

static void put_mark(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    switch (mark->kind) {
    case MARK_RECT:
        put_rect(out, drawing, mark);
        break;
    case MARK_LINE:
        put_line(out, drawing, mark);
        break;
    case MARK_AREA:
        put_area(out, drawing, mark);
        break;
    case MARK_TEXT:
        put_text(out, drawing, mark);
        break;
    }
}

void drawing_svg_write(FILE *out, const struct drawing *drawing, bool alone)
{
    if (drawing->failed)
        return;
    if (alone)
        fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
    fputs("<svg xmlns=\"http://www.w3.org/2000/svg\"", out);
    if (alone) {
        put_attribute(out, "width", drawing->width);
        put_attribute(out, "height", drawing->height);
    }
    fputs(" viewBox=\"0 0 ", out);
    put_number(out, drawing->width);
    fputc(' ', out);
    put_number(out, drawing->height);
    fprintf(out,
            "\" role=\"img\" aria-labelledby=\"%s-title %s-desc\" font-family=\"" FONTS "\">\n"
            "<title id=\"%s-title\">",
            drawing->name, drawing->name, drawing->name);
    put_escaped(out, drawing->title != NULL ? drawing->title : "");
    fprintf(out, "</title>\n<desc id=\"%s-desc\">", drawing->name);
    put_escaped(out, drawing->description != NULL ? drawing->description : "");
    fputs("</desc>\n", out);
    for (size_t i = 0; i < drawing->mark_count; i++)
        put_mark(out, drawing, &drawing->marks[i]);
    fputs("</svg>\n", out);
}
