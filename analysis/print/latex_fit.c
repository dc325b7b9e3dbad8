#include "latex_fit.h"

#include <string.h>

#define LINE_POINTS 345u

static unsigned points_of(const struct latex_size *size, const size_t *widths, size_t count)
{
    size_t half_ems = 0;
    for (size_t i = 0; i < count; i++)
        half_ems += widths[i];
    size_t gaps = count > 0 ? count - 1 : 0;
    return (unsigned)(half_ems * size->points / 2 + gaps * 2 * size->column_sep);
}

static const struct latex_size sizes[] = {
    {"\\small", 9, 6},
    {"\\footnotesize", 8, 4},
    {"\\scriptsize", 7, 3},
};

const struct latex_size *latex_fit_size(const size_t *widths, size_t count)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (points_of(&sizes[i], widths, count) <= LINE_POINTS)
            return &sizes[i];
    }
    return NULL;
}

const struct latex_size *latex_fit_smallest(void)
{
    return &sizes[sizeof sizes / sizeof *sizes - 1];
}

size_t latex_fit_lines(char *text, size_t max)
{
    size_t longest = 0, line = 0;
    for (char *word = text; *word != '\0';) {
        size_t len = strcspn(word, " ");
        if (word > text && line + 1 + len > max) {
            word[-1] = '\n';
            line = 0;
        }
        line += len + (line > 0 ? 1 : 0);
        longest = line > longest ? line : longest;
        word += len;
        word += *word == ' ' ? 1 : 0;
    }
    return longest;
}

size_t latex_fit_cell(struct latex_cell *cell, const struct grid *grid, size_t row, size_t column,
                      size_t max)
{
    static const char dots[] = "...";
    columns_cell(cell->text, grid, row, column);
    if (strlen(cell->text) > LATEX_CELL_MAX)
        memcpy(cell->text + LATEX_CELL_MAX, dots, sizeof dots);
    return latex_fit_lines(cell->text, max);
}

size_t latex_fit_cells(const struct grid *grid, struct columns_rows rows, size_t column, size_t max)
{
    size_t longest = 0;
    for (size_t row = rows.first; row < rows.end; row++) {
        struct latex_cell cell;
        size_t len = latex_fit_cell(&cell, grid, row, column, max);
        longest = len > longest ? len : longest;
    }
    return longest;
}
