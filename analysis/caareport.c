/* caareport: tables from record files. caareport(1) is the manual. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd_certs.h"
#include "cmd_check.h"
#include "cmd_diff.h"
#include "cmd_dump.h"
#include "cmd_export.h"
#include "cmd_mpic.h"
#include "cmd_names.h"
#include "cmd_report.h"
#include "cmd_shadow.h"

static const struct command commands[] = {
    {"report", "write the tables of a publication and print a summary", cmd_report_main},
    {"diff", "compare two scans name by name", cmd_diff_main},
    {"mpic", "judge names by the multi-perspective rule, from scans at several vantages",
     cmd_mpic_main},
    {"export", "write the records as flat tables", cmd_export_main},
    {"names", "print the names behind a cell of a table", cmd_names_main},
    {"check", "say whether a CA may issue, for each name or for a set", cmd_check_main},
    {"certs", "hold a list of certificates against a scan", cmd_certs_main},
    {"shadow", "find sets that hide a stricter one above them", cmd_shadow_main},
    {"dump", "print the records, one JSON object a line", cmd_dump_main},
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static void put_help(void)
{
    printf("Usage: caareport [COMMAND] FILE... [OPTIONS]\n\nCommands:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("  %-8s %s\n", commands[i].name, commands[i].help);
    printf("\nThe command may be left out: it is %s then.\n"
           "`caareport COMMAND --help` prints the options of a command.\n",
           commands[0].name);
}

/* The command that a word names; NULL if it is none. */
static const struct command *command_of(const char *word)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(word, commands[i].name) == 0)
            return &commands[i];
    }
    return NULL;
}

/* Where a standard stream is closed, the next file would get its number, and what is said there
 * would stand in the file. What takes the number instead refuses to be used. */
static void fill_streams(void)
{
    for (int fd; (fd = open("/dev/null", O_RDONLY)) >= 0;) {
        if (fd > 2) {
            close(fd);
            return;
        }
    }
}

int main(int argc, char **argv)
{
    fill_streams();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that grows too large is an error of its write */
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        put_help();
        return REPORT_EXIT_COMPLETE;
    }
    const struct command *named = argc > 1 ? command_of(argv[1]) : NULL;
    if (named != NULL)
        return named->main(argc - 1, argv + 1);
    return commands[0].main(argc, argv);
}
