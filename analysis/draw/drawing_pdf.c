#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "drawing_pdf.h"

#include <stdlib.h>

#include "decimal.h"
#include "helvetica.h"

/* PDF counts y from the bottom. */
static double up(const struct drawing *drawing, double y)
{
    return drawing->height - y;
}

static void put_colour(FILE *out, enum ink ink, const char *operator)
{
    unsigned long colour = strtoul(ink_colour(ink) + 1, NULL, 16);
    fprintf(out, "%.3f %.3f %.3f %s\n", (double)(colour >> 16 & 255) / 255,
            (double)(colour >> 8 & 255) / 255, (double)(colour & 255) / 255, operator);
}

static void put_number(FILE *out, double number)
{
    char digits[DECIMAL_LEN];
    fwrite(digits, 1, decimal_put(digits, number, 2), out);
    fputc(' ', out);
}

static void put_path(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    const struct point *points = drawing_points(drawing, mark);
    for (size_t i = 0; i < mark->count; i++) {
        put_number(out, points[i].x);
        put_number(out, up(drawing, points[i].y));
        fputs(i == 0 ? "m\n" : "l\n", out);
    }
}

static void put_rect(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    const struct point *points = drawing_points(drawing, mark);
    put_colour(out, mark->pen.ink, "rg");
    fprintf(out, "%.2f %.2f %.2f %.2f re f\n", points[0].x, up(drawing, points[0].y + points[1].y),
            points[1].x, points[1].y);
}

static void put_line(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    static const char *const dashes[] = {"[] 0 d", "[5 2] 0 d", "[1.5 1.5] 0 d"};
    put_colour(out, mark->pen.ink, "RG");
    fprintf(out, "%.2f w %s\n", mark->pen.width, dashes[mark->pen.dash]);
    put_path(out, drawing, mark);
    fputs("S\n", out);
}

static void put_area(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    put_colour(out, mark->pen.ink, "rg");
    put_path(out, drawing, mark);
    fputs("f\n", out);
}

static void put_string(FILE *out, const char *text)
{
    fputc('(', out);
    for (; *text != '\0'; text++) {
        if (*text == '(' || *text == ')' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc(')', out);
}

static void put_text(FILE *out, const struct drawing *drawing, const struct mark *mark)
{
    static const double parts[] = {0, 0.5, 1};
    const struct lettering *lettering = &mark->lettering;
    const char *text = drawing_letters(drawing, mark);
    double back =
        helvetica_width(text, lettering->size, lettering->bold) * parts[lettering->anchor];
    put_colour(out, lettering->ink, "rg");
    fprintf(out, "BT /%s %.2f Tf ", lettering->bold ? "B" : "R", lettering->size);
    if (lettering->upwards)
        fprintf(out, "0 1 -1 0 %.2f %.2f Tm ", mark->at.x, up(drawing, mark->at.y) - back);
    else
        fprintf(out, "1 0 0 1 %.2f %.2f Tm ", mark->at.x - back, up(drawing, mark->at.y));
    put_string(out, text);
    fputs(" Tj ET\n", out);
}

static void put_content(FILE *out, const struct drawing *drawing)
{
    static void (*const put[])(FILE *, const struct drawing *, const struct mark *) = {
        [MARK_RECT] = put_rect,
        [MARK_LINE] = put_line,
        [MARK_AREA] = put_area,
        [MARK_TEXT] = put_text,
    };
    for (size_t i = 0; i < drawing->mark_count; i++)
        put[drawing->marks[i].kind](out, drawing, &drawing->marks[i]);
}

enum {
    OBJECT_CATALOG = 1,
    OBJECT_PAGES,
    OBJECT_PAGE,
    OBJECT_CONTENT,
    OBJECT_REGULAR,
    OBJECT_BOLD,
    OBJECT_INFO,
    OBJECT_END
};

/* The file in memory, and where its objects begin. */
struct pdf {
    FILE *out;
    long offsets[OBJECT_END];
};

static void begin(struct pdf *pdf, int object)
{
    pdf->offsets[object] = ftell(pdf->out);
    fprintf(pdf->out, "%d 0 obj\n", object);
}

static void put_page(struct pdf *pdf, const struct drawing *drawing)
{
    fputs("%PDF-1.4\n", pdf->out);
    begin(pdf, OBJECT_CATALOG);
    fprintf(pdf->out, "<< /Type /Catalog /Pages %d 0 R >>\nendobj\n", OBJECT_PAGES);
    begin(pdf, OBJECT_PAGES);
    fprintf(pdf->out, "<< /Type /Pages /Kids [%d 0 R] /Count 1 >>\nendobj\n", OBJECT_PAGE);
    begin(pdf, OBJECT_PAGE);
    fprintf(pdf->out,
            "<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R\n"
            "/Resources << /Font << /R %d 0 R /B %d 0 R >> >> >>\nendobj\n",
            OBJECT_PAGES, drawing->width, drawing->height, OBJECT_CONTENT, OBJECT_REGULAR,
            OBJECT_BOLD);
}

static void put_stream(struct pdf *pdf, const char *content, size_t len)
{
    begin(pdf, OBJECT_CONTENT);
    fprintf(pdf->out, "<< /Length %zu >>\nstream\n", len);
    fwrite(content, 1, len, pdf->out);
    fputs("endstream\nendobj\n", pdf->out);
}

static void put_font(struct pdf *pdf, int object, const char *name)
{
    begin(pdf, object);
    fprintf(pdf->out,
            "<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>\nendobj\n",
            name);
}

static void put_trailer(struct pdf *pdf, const struct drawing *drawing)
{
    begin(pdf, OBJECT_INFO);
    fputs("<< /Producer (caareport) /Title ", pdf->out);
    put_string(pdf->out, drawing->title != NULL ? drawing->title : "");
    fputs(" >>\nendobj\n", pdf->out);
    long table = ftell(pdf->out);
    fprintf(pdf->out, "xref\n0 %d\n0000000000 65535 f \n", OBJECT_END);
    for (int i = 1; i < OBJECT_END; i++)
        fprintf(pdf->out, "%010ld 00000 n \n", pdf->offsets[i]);
    fprintf(pdf->out,
            "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%ld\n%%%%EOF\n",
            OBJECT_END, OBJECT_CATALOG, OBJECT_INFO, table);
}

static void put_file(FILE *out, const struct drawing *drawing, const char *content, size_t len)
{
    struct pdf pdf = {.out = out};
    put_page(&pdf, drawing);
    put_stream(&pdf, content, len);
    put_font(&pdf, OBJECT_REGULAR, "Helvetica");
    put_font(&pdf, OBJECT_BOLD, "Helvetica-Bold");
    put_trailer(&pdf, drawing);
}

bool drawing_pdf_write(FILE *out, const struct drawing *drawing)
{
    char *texts[2] = {NULL, NULL};
    size_t lens[2] = {0, 0};
    if (drawing->failed)
        return false;
    FILE *content = open_memstream(&texts[0], &lens[0]);
    if (content == NULL)
        return false;
    put_content(content, drawing);
    bool whole = fclose(content) == 0;
    FILE *file = whole ? open_memstream(&texts[1], &lens[1]) : NULL;
    if (file != NULL) {
        put_file(file, drawing, texts[0], lens[0]);
        whole = fclose(file) == 0 && fwrite(texts[1], 1, lens[1], out) == lens[1];
    }
    free(texts[0]);
    free(texts[1]);
    return whole && file != NULL;
}
