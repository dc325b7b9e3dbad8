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
#include "tables.h"

static void put_head(FILE *out, const struct print *print)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'sha256-" PAGE_STYLE_SHA256 "'; script-src 'sha256-" PAGE_SCRIPT_SHA256
          "'; base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<title>CAA survey",
          out);
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
    fputs("<nav aria-label=\"Contents\"><ul>\n<li><a href=\"#key\">Key figures</a></li>\n"
          "<li><a href=\"#figures\">Figures</a></li>\n",
          out);
    for (size_t i = 0; i < table_count; i++) {
        char room[TABLE_TITLE_LEN];
        if (!page_table_has_rows(print, i))
            continue;
        fprintf(out, "<li><a href=\"#table-%.*s\">", (int)strcspn(tables[i].name, "."),
                tables[i].name);
        page_text_put(out, table_text_of(tables[i].name, room).title);
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

static void put_figure(FILE *out, const struct print *print, size_t figure, size_t group)
{
    char name[FIGURE_NAME_LEN];
    struct drawing drawing;
    figures_name(name, print, figure, group);
    if (!figures_draw(&drawing, print, figure, group, name))
        return;
    fputs("<figure>\n", out);
    drawing_svg_write(out, &drawing, false);
    fputs("<figcaption>", out);
    page_text_put(out, figures[figure].caption);
    fprintf(out,
            " <a href=\"figures/%s.svg\">SVG</a>, <a href=\"figures/%s.pdf\">PDF</a></figcaption>\n"
            "</figure>\n",
            name, name);
    drawing_fini(&drawing);
}

static void put_figures(FILE *out, const struct print *print)
{
    fputs("<h2 id=\"figures\">Figures</h2>\n", out);
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
    fputs("<header>\n<h1>CAA survey</h1>\n<p class=\"lead\">", out);
    if (print->group_count == 1)
        page_text_put(out, print->groups[0]);
    else
        fprintf(out, "%zu groups of records: scans, modes, vantages or prefixes",
                print->group_count);
    fputs("</p>\n", out);
    put_warnings(out, print);
    put_contents(out, print);
    put_key(out, print);
    put_figures(out, print);
    fputs("<h2 id=\"tables\">Tables</h2>\n", out);
    for (size_t i = 0; i < table_count; i++)
        page_table_put(out, print, i);
    put_methods(out, print);
    fputs("</main>\n<footer>Made by caareport ", out);
    page_text_put(out, print->version);
    fputs(". The folder of this page has all tables as CSV and for LaTeX, and <a "
          "href=\"SHA256SUMS\">SHA256SUMS</a>.</footer>\n<script>" PAGE_SCRIPT
          "</script>\n</body>\n</html>\n",
          out);
}
