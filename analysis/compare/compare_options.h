/* compare_options.h: the options that all commands share which compare scans. */
#ifndef COMPARE_OPTIONS_H
#define COMPARE_OPTIONS_H

#include "command_line.h"

struct compare_options {
    const char *output; /* NULL: not given */
    const char *psl;    /* NULL: the one built in */
    uint64_t memory;    /* octets for sorting */
    unsigned threads;
    bool force, quiet;
};

enum {
    COMPARE_LETTER_PSL = COMMAND_LINE_LONG,
    COMPARE_LETTER_FORCE,
    COMPARE_LETTER_MEMORY,
    COMPARE_LETTER_END, /* a command's own letters begin here */
};

/* Rows of struct command_option. */
#define COMPARE_OPTION_ROWS                                                                        \
    {"output", "DIR", "write the tables into DIR", 'o'},                                           \
        {"force", NULL, "replace tables in a DIR that is not empty", COMPARE_LETTER_FORCE},        \
        {"memory", "SIZE", "sort in so much memory, as 512M or 8G (default: 256M)",                \
         COMPARE_LETTER_MEMORY},                                                                   \
        {"threads", "N", "read with N threads (default: one for each processor)", 't'},            \
        {"psl", "FILE", "take this Public Suffix List (default: built in)", COMPARE_LETTER_PSL},   \
    {                                                                                              \
        "quiet", NULL, "print no summary", 'q'                                                     \
    }

void compare_options_init(struct compare_options *options);

/* Takes one of the options above (command_line.h); the context is a struct compare_options. False
 * after a message. */
bool compare_options_take(void *context, int letter, const char *value);

#endif
