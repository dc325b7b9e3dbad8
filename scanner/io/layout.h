/* layout.h: how a list is laid out: format, separator, header, and which column is what. Settled
 * once, from the options and the first line. */
#ifndef CAASCAN_LAYOUT_H
#define CAASCAN_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "csv_row.h"
#include "failure.h"
#include "input.h"
#include "lines.h"

#define LAYOUT_NO_COLUMN SIZE_MAX

struct layout {
    enum input_format format; /* INPUT_CSV or INPUT_LIST */
    char separator;
    bool header;   /* the first line names the columns */
    size_t domain; /* columns are counted from 0 here */
    size_t rank;   /* or LAYOUT_NO_COLUMN */
    size_t extra[INPUT_EXTRA_MAX];
    size_t extra_count;
};

/* Checks the texts of --column and --extra before any file is opened. */
bool layout_check_options(const struct input_options *options, struct failure *why);

/* Sets format and separator by the first line that is neither blank nor a comment. A tab in it
 * makes columns of tabs, else a comma of commas, else a semicolon of semicolons. */
void layout_detect(struct layout *layout, const struct input_options *options,
                   const struct line *first);

/* Sets the rest by the fields of that line. `name` is what messages call the file. Returns false
 * with a reason where a column asked for does not exist. */
bool layout_choose(struct layout *layout, const struct input_options *options,
                   const struct csv_row *first, const char *name, struct failure *why);

#endif
