/* report_write.h: writes the folder of a report: tables, figures, LaTeX, the page, sums. */
#ifndef REPORT_WRITE_H
#define REPORT_WRITE_H

#include "notices.h"
#include "record_files.h"
#include "report_dir.h"
#include "tables.h"

/* All is borrowed. */
struct report_content {
    const struct table_group *groups;
    size_t group_count;
    const struct record_files *input; /* for what the scans say of themselves */
    const struct notices *notices;
    const char *suffixes; /* which Public Suffix List */
    unsigned threads;     /* that write side by side */
};

/* Writes all files, or none but what can't be undone (see report_files.h). False after a message.
 */
bool report_write(const struct report_content *content, const struct report_dir *dir);

#endif
