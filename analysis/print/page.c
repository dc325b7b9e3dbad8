#include "page.h"

#include <stdbool.h>
#include <string.h>

#include "columns.h"
#include "drawing_svg.h"
#include "figures.h"
#include "page_key.h"
#include "page_parts.h"
#include "page_table.h"
#include "page_text.h"

static const char *title_of(const struct print *print)
{
    return print->tables != NULL ? print->tables->title : "CAA survey";
}

static bool has_figures(const struct print *print)
{
    return print->tables == NULL || print->tables->drawing != NULL;
}

static void put_head(FILE *out, const struct print *print)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'sha256-" PAGE_STYLE_SHA256 "'; script-src 'sha256-" PAGE_SCRIPT_SHA256
          "'; base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<title>",
          out);
    page_text_put(out, title_of(print));
    if (print->group_count == 1) {
        fputs(": ", out);
        page_text_put(out, print->groups[0]);
    }
    fputs("</title>\n<style>" PAGE_STYLE "</style>\n</head>\n<body>\n", out);
}

static void put_warnings(FILE *out, const struct print *print)
{
    if (print->warning_count == 0)
        return;
    fputs("<div class=\"warn\" role=\"note\">\n", out);
    for (size_t i = 0; i < print->warning_count; i++) {
        fputs("<p>", out);
        page_text_put(out, print->warnings[i]);
        fputs("</p>\n", out);
    }
    fputs("</div>\n", out);
}

static void put_contents(FILE *out, const struct print *print)
{
    fputs("<nav aria-label=\"Contents\"><ul>\n", out);
    if (print->tables == NULL)
        fputs("<li><a href=\"#key\">Key figures</a></li>\n", out);
    if (has_figures(print))
        fputs("<li><a href=\"#figures\">Figures</a></li>\n", out);
    for (size_t i = 0; i < print_table_count(print); i++) {
        char room[TABLE_TITLE_LEN];
        const char *name = print_table_name(print, i);
        if (!page_table_is_shown(print, i))
            continue;
        fprintf(out, "<li><a href=\"#table-%.*s\">", (int)strcspn(name, "."), name);
        page_text_put(out, print_table_text(print, i, room).title);
        fputs("</a></li>\n", out);
    }
    fputs("<li><a href=\"#methods\">Methods</a></li>\n</ul></nav>\n</header>\n<main>\n", out);
}

static void put_key(FILE *out, const struct print *print)
{
    fputs("<h2 id=\"key\">Key figures</h2>\n", out);
    for (size_t group = 0; group < print_group_count(print); group++) {
        if (print->group_count > 1) {
            fputs("<h3>", out);
            page_text_put(out, print->groups[group]);
            fputs("</h3>\n", out);
        }
        page_key_put(out, print, group);
    }
    fputs("<p class=\"note\">A name is governed by a CAA set where it or a parent has one (RFC "
          "8659). "
          "A failed lookup is not counted as no set: it leaves the bounds open.</p>\n",
          out);
}

/* The folder is that of the drawing's files, with a slash behind it. */
static void put_drawing(FILE *out, const struct drawing *drawing, const char *caption,
                        const char *folder)
{
    fputs("<figure>\n", out);
    drawing_svg_write(out, drawing, false);
    fputs("<figcaption>", out);
    page_text_put(out, caption);
    fprintf(out,
            " <a href=\"%s%s.svg\">SVG</a>, <a href=\"%s%s.pdf\">PDF</a></figcaption>\n"
            "</figure>\n",
            folder, drawing->name, folder, drawing->name);
}

static void put_figure(FILE *out, const struct print *print, size_t figure, size_t group)
{
    char name[FIGURE_NAME_LEN];
    struct drawing drawing;
    figures_name(name, print, figure, group);
    if (!figures_draw(&drawing, print, figure, group, name))
        return;
    put_drawing(out, &drawing, figures[figure].caption, "figures/");
    drawing_fini(&drawing);
}

static void put_figures(FILE *out, const struct print *print)
{
    if (!has_figures(print))
        return;
    fputs("<h2 id=\"figures\">Figures</h2>\n", out);
    if (print->tables != NULL) {
        put_drawing(out, print->tables->drawing, print->tables->caption, "");
        return;
    }
    for (size_t group = 0; group < print_group_count(print); group++) {
        if (print->group_count > 1) {
            fputs("<h3>", out);
            page_text_put(out, print->groups[group]);
            fputs("</h3>\n", out);
        }
        fputs("<div class=\"figures\">\n", out);
        for (size_t figure = 0; figure < figure_count; figure++)
            put_figure(out, print, figure, group);
        fputs("</div>\n", out);
    }
}

static void put_methods(FILE *out, const struct print *print)
{
    fputs("<h2 id=\"methods\">Methods</h2>\n<p>", out);
    for (const char *at = print->methods; *at != '\0';) {
        char part[512];
        bool ends = at[0] == '\n' && at[1] == '\n';
        if (ends) {
            at += strspn(at, "\n");
            fputs(*at != '\0' ? "</p>\n<p>" : "", out);
            continue;
        }
        size_t len = strcspn(at + 1, "\n") + 1;
        len = len < sizeof part ? len : sizeof part - 1;
        snprintf(part, sizeof part, "%.*s", (int)len, at);
        page_text_put(out, part);
        at += len;
    }
    fputs("</p>\n", out);
}

void page_put(FILE *out, const struct print *print)
{
    put_head(out, print);
    fputs("<header>\n<h1>", out);
    page_text_put(out, title_of(print));
    fputs("</h1>\n<p class=\"lead\">", out);
    if (print->group_count == 1)
        page_text_put(out, print->groups[0]);
    else
        fprintf(out, "%zu groups of records: scans, modes, vantages or prefixes",
                print->group_count);
    fputs("</p>\n", out);
    put_warnings(out, print);
    put_contents(out, print);
    if (print->tables == NULL)
        put_key(out, print);
    put_figures(out, print);
    fputs("<h2 id=\"tables\">Tables</h2>\n", out);
    for (size_t i = 0; i < print_table_count(print); i++)
        page_table_put(out, print, i);
    put_methods(out, print);
    fputs("</main>\n<footer>Made by caareport ", out);
    page_text_put(out, print->version);
    fputs(". The folder of this page has all tables as CSV and for LaTeX", out);
    fputs(print->tables == NULL ? ", and <a href=\"SHA256SUMS\">SHA256SUMS</a>." : ".", out);
    fputs("</footer>\n<script>" PAGE_SCRIPT "</script>\n</body>\n</html>\n", out);
}
