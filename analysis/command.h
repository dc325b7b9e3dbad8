/* command.h: what a command of caareport is to the program. caareport.c has the table of them. */
#ifndef COMMAND_H
#define COMMAND_H

/* Exit codes, as caareport(1) has them. */
enum report_exit {
    REPORT_EXIT_COMPLETE = 0,
    REPORT_EXIT_USAGE = 1,
    REPORT_EXIT_INPUT = 2,
    REPORT_EXIT_OUTPUT = 3,
    REPORT_EXIT_DAMAGED = 4, /* done, but something was left out, is missing, or is there twice */
};

struct command {
    const char *name;
    const char *help; /* one line */
    /* Runs it. argv[0] is the name, behind it stand the command's own words, --help among them (see
     * command_line.h). Returns an exit code. */
    int (*main)(int argc, char **argv);
};

#endif
