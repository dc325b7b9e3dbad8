/* compare_print.h: the tables of a comparison for LaTeX and on a page, as those of a report are.
 *
 * It is for tables of sums: those that have a row for each name are in CSV files alone.
 */
#ifndef COMPARE_PRINT_H
#define COMPARE_PRINT_H

#include "compare_session.h"
#include "print.h"

/* What is said of the tables. */
struct compare_about {
    const char *title;
    const char *label;              /* in the labels of LaTeX floats */
    const char *methods;            /* how they are counted: whole sentences */
    const struct table_text *texts; /* of the tables, in the order of the page; one for each */
    size_t count;
    const char *caption; /* of the drawing, where there is one */
    bool by_time;        /* name the scans in the order of their times, not of the files */
};

/* Writes latex/NAME.tex for each table whose columns were announced (compare_session_columns),
 * latex/methods.tex, latex/figures.tex where there is a drawing, and index.html. False after a
 * message. */
bool compare_print_write(const struct compare_session *session, const struct compare_about *about);

#endif
