/* report_options.h: the command line of `caareport report`. */
#ifndef REPORT_OPTIONS_H
#define REPORT_OPTIONS_H

#include "command.h"
#include "command_line.h"

struct report_options {
    const char *output;
    const char *psl; /* NULL: the one built in */
    unsigned threads;
    unsigned study; /* of enum study: recount as this one did; STUDY_COUNT: make a report */
    bool force, quiet, sample, strict, rank_bands;
    const char *const *files;
    size_t file_count;
};

/* Reads the words behind the command's name, argv[0]. The options borrow argv. COMMAND_PARSE_BAD
 * too where no output or no file is given. */
enum command_parse report_options_parse(int argc, char **argv, struct report_options *out);

#endif
