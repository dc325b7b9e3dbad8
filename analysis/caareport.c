/* caareport: tables from record files. caareport(1) is the manual. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd_dump.h"
#include "cmd_report.h"
#include "report_options.h"
#include "say.h"

static const struct report_command commands[] = {
    {"report", "FILE... -o DIR [--force] [--threads N] [--psl FILE] [--sample] [--quiet]",
     "write the tables of a publication into DIR and print a summary", true, cmd_report_run},
    {"dump", "FILE...", "print the records, one JSON object a line", false, cmd_dump_run},
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

/* The command that a word names; NULL if it is none. */
static const struct report_command *command_of(const char *word)
{
    for (size_t i = 0; word != NULL && i < COMMAND_COUNT; i++) {
        if (strcmp(word, commands[i].name) == 0)
            return &commands[i];
    }
    return NULL;
}

static int run(const struct report_command *command, int argc, char **argv)
{
    struct report_options options;
    switch (report_options_parse(argc, argv, commands, COMMAND_COUNT, &options)) {
    case REPORT_PARSE_DONE:
        return REPORT_EXIT_COMPLETE;
    case REPORT_PARSE_BAD:
        return REPORT_EXIT_USAGE;
    default:
        break;
    }
    if (command->needs_output != (options.output != NULL)) {
        say(command->needs_output ? "%s wants -o DIR (see caareport --help)"
                                  : "%s takes no -o (see caareport --help)",
            command->name);
        return REPORT_EXIT_USAGE;
    }
    return command->run(&options);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    const struct report_command *named = command_of(argc > 1 ? argv[1] : NULL);
    if (named != NULL)
        return run(named, argc - 1, argv + 1);
    return run(&commands[0], argc, argv);
}
