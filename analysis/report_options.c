#define _GNU_SOURCE /* getopt_long */
#include "report_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

struct option_row {
    const char *name;
    const char *argument; /* NULL: none */
    const char *help;
    int letter; /* what getopt_long returns; a character is a short option too */
};

enum { LETTER_PSL = 256, LETTER_SAMPLE, LETTER_FORCE, LETTER_HELP, LETTER_VERSION };

static const struct option_row rows[] = {
    {"output", "DIR", "write the tables into DIR", 'o'},
    {"force", NULL, "replace tables in a DIR that is not empty", LETTER_FORCE},
    {"threads", "N", "read with N threads (default: one for each processor)", 't'},
    {"psl", "FILE", "take this Public Suffix List (default: the one in libpsl)", LETTER_PSL},
    {"sample", NULL, "the list is a random sample: give confidence intervals", LETTER_SAMPLE},
    {"quiet", NULL, "print no summary", 'q'},
    {"help", NULL, "print this and exit", LETTER_HELP},
    {"version", NULL, "print the version and exit", LETTER_VERSION},
};

#define ROW_COUNT (sizeof rows / sizeof *rows)

static void put_help(const struct report_command *commands, size_t command_count)
{
    printf("Usage:\n");
    for (size_t i = 0; i < command_count; i++)
        printf("  caareport %s %s\n      %s\n", commands[i].name, commands[i].usage,
               commands[i].help);
    printf("\nThe command may be left out: it is %s then. FILE may be - for standard input.\n"
           "\nOptions:\n",
           commands[0].name);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char left[32];
        const char *argument = rows[i].argument != NULL ? rows[i].argument : "";
        char letter[8] = "    ";
        if (rows[i].letter < 256)
            snprintf(letter, sizeof letter, "-%c, ", rows[i].letter);
        snprintf(left, sizeof left, "%s--%s %s", letter, rows[i].name, argument);
        printf("  %-24s %s\n", left, rows[i].help);
    }
}

static bool parse_threads(const char *word, unsigned *threads)
{
    char *end;
    unsigned long value = strtoul(word, &end, 10);
    if (*word < '0' || *word > '9' || *end != '\0' || value == 0 || value > REPORT_THREADS_MAX) {
        say("--threads wants a number from 1 to %u, not \"%s\"", REPORT_THREADS_MAX, word);
        return false;
    }
    *threads = (unsigned)value;
    return true;
}

/* Returns REPORT_PARSE_RUN to go on. */
static enum report_parse take_option(int letter, struct report_options *out)
{
    switch (letter) {
    case 'o':
        out->output = optarg;
        break;
    case 't':
        return parse_threads(optarg, &out->threads) ? REPORT_PARSE_RUN : REPORT_PARSE_BAD;
    case 'q':
        out->quiet = true;
        break;
    case LETTER_PSL:
        out->psl = optarg;
        break;
    case LETTER_SAMPLE:
        out->sample = true;
        break;
    case LETTER_FORCE:
        out->force = true;
        break;
    case LETTER_HELP:
    case LETTER_VERSION:
        return REPORT_PARSE_DONE;
    default:
        return REPORT_PARSE_BAD;
    }
    return REPORT_PARSE_RUN;
}

static void fill_table(struct option long_options[], char short_options[])
{
    *short_options++ = ':';
    for (size_t i = 0; i < ROW_COUNT; i++) {
        int takes = rows[i].argument != NULL ? required_argument : no_argument;
        long_options[i] = (struct option){rows[i].name, takes, NULL, rows[i].letter};
        if (rows[i].letter >= 256)
            continue;
        *short_options++ = (char)rows[i].letter;
        if (takes == required_argument)
            *short_options++ = ':';
    }
    *short_options = '\0';
}

static unsigned processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1)
        return 1;
    return count < REPORT_THREADS_MAX ? (unsigned)count : REPORT_THREADS_MAX;
}

static void complain(int letter, char **argv)
{
    const char *word = argv[optind - 1];
    if (letter == ':')
        say("%s wants a value (see caareport --help)", word);
    else if (optopt > 0 && optopt < 256)
        say("no option -%c (see caareport --help)", optopt);
    else
        say("no option %s (see caareport --help)", word);
}

static enum report_parse parse_words(int argc, char **argv, const struct report_command *commands,
                                     size_t command_count, struct report_options *out)
{
    struct option long_options[ROW_COUNT + 1] = {0};
    char short_options[2 * ROW_COUNT + 2];
    fill_table(long_options, short_options);
    opterr = 0;
    for (int letter; (letter = getopt_long(argc, argv, short_options, long_options, NULL)) != -1;) {
        if (letter == LETTER_HELP)
            put_help(commands, command_count);
        if (letter == LETTER_VERSION)
            printf("caareport %s\n", CAASCAN_VERSION);
        if (letter == ':' || letter == '?')
            complain(letter, argv);
        enum report_parse step = take_option(letter, out);
        if (step != REPORT_PARSE_RUN)
            return step;
    }
    out->files = (const char *const *)argv + optind;
    out->file_count = (size_t)(argc - optind);
    return REPORT_PARSE_RUN;
}

enum report_parse report_options_parse(int argc, char **argv, const struct report_command *commands,
                                       size_t command_count, struct report_options *out)
{
    *out = (struct report_options){.threads = processors()};
    enum report_parse step = parse_words(argc, argv, commands, command_count, out);
    if (step != REPORT_PARSE_RUN || out->file_count > 0)
        return step;
    say("no record file given (see caareport --help)");
    return REPORT_PARSE_BAD;
}
