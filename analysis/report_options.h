/* report_options.h: the command line of caareport. One table makes parsing and --help. */
#ifndef REPORT_OPTIONS_H
#define REPORT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* Exit codes, as caareport(1) has them. */
enum report_exit {
    REPORT_EXIT_COMPLETE = 0,
    REPORT_EXIT_USAGE = 1,
    REPORT_EXIT_INPUT = 2,
    REPORT_EXIT_OUTPUT = 3,
    REPORT_EXIT_DAMAGED = 4, /* done, but torn or damaged frames or bad lines were left out */
};

#define REPORT_THREADS_MAX 256u

struct report_options {
    const char *output; /* NULL: not given */
    const char *psl;    /* NULL: libpsl's own */
    unsigned threads;
    bool force, quiet, sample;
    const char *const *files;
    size_t file_count;
};

struct report_command {
    const char *name;
    const char *usage;
    const char *help;
    bool needs_output;
    int (*run)(const struct report_options *options); /* returns an exit code */
};

enum report_parse {
    REPORT_PARSE_RUN,  /* options are good */
    REPORT_PARSE_DONE, /* --help or --version was printed */
    REPORT_PARSE_BAD,  /* a message was printed */
};

/* Reads the words behind the command's name; argv[0] is passed over. The options borrow argv. */
enum report_parse report_options_parse(int argc, char **argv, const struct report_command *commands,
                                       size_t command_count, struct report_options *out);

#endif
