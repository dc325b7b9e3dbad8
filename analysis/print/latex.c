#include "latex.h"

#include "figure_parts.h"
#include "figures.h"
#include "latex_text.h"

/* Groups are numbered by letters, since a control word has no digits. */
static void put_name(FILE *out, const struct print *print, size_t group, const char *metric,
                     const char *what)
{
    fputs("\\newcommand{\\caa", out);
    latex_text_put_word(out, metric);
    fputs(what, out);
    if (print->group_count > 1)
        fprintf(out, "Scan%c", (char)('A' + group));
    fputs("}{", out);
}

static void put_metric(FILE *out, const struct print *print, size_t group, size_t row)
{
    const struct grid *grid = print_grid(print, "summary.csv");
    const char *metric = grid_text(grid, row, grid_column(grid, "metric"));
    const struct cell *share = grid_cell(grid, row, grid_column(grid, "share"));
    char text[PLOT_FORMAT_LEN], base[FIGURE_LABEL_LEN];
    plot_format_count(text, grid_cell(grid, row, grid_column(grid, "count"))->count);
    put_name(out, print, group, metric, "");
    fprintf(out, "%s}\n", text);
    if (share->kind != CELL_SHARE)
        return;
    plot_format_share(text, share->number);
    put_name(out, print, group, metric, "Share");
    latex_text_put(out, text, SIZE_MAX);
    figure_base(base, grid, row);
    fputs("} % of ", out);
    latex_text_put(out, base, SIZE_MAX);
    fputc('\n', out);
}

void latex_macros_put(FILE *out, const struct print *print)
{
    fputs("% Figures for a text, from summary.csv: a count, and its share of what the comment "
          "says.\n",
          out);
    for (size_t group = 0; group < print_group_count(print); group++) {
        struct figure_rows rows = figure_rows_of(print, "summary.csv", group);
        fputs("% ", out);
        latex_text_put(out, print->groups[group], SIZE_MAX);
        fputc('\n', out);
        for (size_t row = rows.first; row < rows.end; row++)
            put_metric(out, print, group, row);
    }
}

/* A float for a drawing. */
static void put_float(FILE *out, const char *name, const char *caption, const char *whose)
{
    fprintf(
        out,
        "\\begin{figure}\n\\centering\n\\includegraphics[width=\\linewidth]{\\caafigures/%s.pdf}\n"
        "\\caption{",
        name);
    latex_text_put(out, caption, SIZE_MAX);
    fputc(' ', out);
    latex_text_put(out, whose, SIZE_MAX);
    fprintf(out, "}\n\\label{fig:caa-%s}\n\\end{figure}\n", name);
}

static void put_figure(FILE *out, const struct print *print, size_t figure, size_t group)
{
    char name[FIGURE_NAME_LEN];
    struct drawing drawing;
    figures_name(name, print, figure, group);
    if (!figures_draw(&drawing, print, figure, group, name))
        return;
    put_float(out, name, figures[figure].caption, print->groups[group]);
    drawing_fini(&drawing);
}

void latex_figures_put(FILE *out, const struct print *print)
{
    fputs("% Set \\caafigures to the folder with the drawings before this file is read.\n"
          "\\providecommand{\\caafigures}{",
          out);
    fputs(print->tables != NULL ? ".}\n" : "figures}\n", out);
    if (print->tables != NULL && print->tables->drawing != NULL)
        put_float(out, print->tables->drawing->name, print->tables->caption, print->groups[0]);
    for (size_t group = 0; print->tables == NULL && group < print_group_count(print); group++) {
        for (size_t figure = 0; figure < figure_count; figure++)
            put_figure(out, print, figure, group);
    }
}

/* Octets of a line that fit a buffer, up to a space if there is more of it. */
static size_t part_len(const char *line, size_t room)
{
    size_t len = strcspn(line, "\n");
    if (len < room)
        return len;
    size_t part = room - 1;
    while (part > 0 && line[part - 1] != ' ')
        part--;
    return part > 0 ? part : room - 1;
}

void latex_methods_put(FILE *out, const struct print *print)
{
    fputs("{\\sloppy\n", out); /* time stamps and hashes don't hyphenate */
    for (const char *at = print->methods; *at != '\0';) {
        char line[512];
        size_t part = part_len(at, sizeof line);
        snprintf(line, sizeof line, "%.*s", (int)part, at);
        latex_text_put(out, line, SIZE_MAX);
        at += part;
        if (*at == '\n') {
            fputc('\n', out);
            at++;
        }
    }
    fputs("\\par}\n", out);
}
