/* options_table.h: the one table of options. Between the parts of options.h only. */
#ifndef CAASCAN_OPTIONS_TABLE_H
#define CAASCAN_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "options.h"

struct options_row {
    const char *name;     /* of the long option, without "--" */
    const char *argument; /* what --help calls the value; NULL: the option takes none */
    const char *help;     /* lines; the first one is the completion's description */
    const char *heading;  /* opens a group in --help */
    const char *fallback; /* the default, parsed as a value given; NULL: none */
    const char *shown;    /* how --help says the default, where it isn't the fallback */
    const char *words;    /* values to complete, with blanks between; "FILE": file names */
    /* Stores the value given; NULL where the option ends the parsing. */
    bool (*set)(struct options *options, const struct options_row *row, const char *value,
                struct failure *why);
    size_t offset;            /* of the member in struct options */
    uint64_t min, max;        /* of a number; of a text's length; in nanoseconds for a time */
    enum options_result ends; /* other than OPTIONS_RUN: the result of the parsing */
    char letter;              /* short option, 0: none */
    bool hidden;              /* not in --help, the completions and the man page */
};

extern const struct options_row options_rows[];
extern const size_t options_row_count;

#endif
