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

const struct latex_size *latex_fit_size(const size_t *widths, size_t count)
{
    static const struct latex_size sizes[] = {
        {"\\small", 9, 6},
        {"\\footnotesize", 8, 4},
        {"\\scriptsize", 7, 3},
    };
    size_t at = 0;
    while (at + 1 < sizeof sizes / sizeof *sizes &&
           points_of(&sizes[at], widths, count) > LINE_POINTS)
        at++;
    return &sizes[at];
}

size_t latex_fit_heading(char *heading, size_t max)
{
    size_t longest = 0, line = 0;
    for (char *word = heading; *word != '\0';) {
        size_t len = strcspn(word, " ");
        if (word > heading && line + 1 + len > max) {
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

size_t latex_fit_cells(const struct grid *grid, struct columns_rows rows, size_t column)
{
    size_t longest = 0;
    for (size_t row = rows.first; row < rows.end; row++) {
        char cell[COLUMNS_CELL_LEN];
        columns_cell(cell, grid, row, column);
        size_t len = strlen(cell);
        longest = len > longest ? len : longest;
    }
    return longest < LATEX_CELL_MAX ? longest : LATEX_CELL_MAX;
}
