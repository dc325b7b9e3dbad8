/* latex.h: a report for LaTeX: tables for \input (they need the package booktabs), macros for
 * figures in a text, and the drawings as floats (they need graphicx). */
#ifndef LATEX_H
#define LATEX_H

#include <stdio.h>

#include "print.h"

#define LATEX_ROWS_MAX 20u /* of a table; the CSV file has all */

/* Writes a table of a group as a float. */
void latex_table_put(FILE *out, const struct print *print, size_t table, size_t group);

/* Writes a macro for each figure of summary.csv of each group. */
void latex_macros_put(FILE *out, const struct print *print);

/* Writes a float for each drawing that the report has. */
void latex_figures_put(FILE *out, const struct print *print);

/* Writes the methods paragraphs. */
void latex_methods_put(FILE *out, const struct print *print);

#endif
