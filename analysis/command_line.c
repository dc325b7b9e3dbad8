#define _GNU_SOURCE /* getopt_long, sched_getaffinity */
#include "command_line.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "say.h"

enum { LETTER_HELP = -2, LETTER_VERSION = -3 };

static const struct command_option common[] = {
    {"help", NULL, "print this and exit", LETTER_HELP},
    {"version", NULL, "print the version and exit", LETTER_VERSION},
};

#define COMMON_COUNT (sizeof common / sizeof *common)

static bool is_short(int letter)
{
    return letter > 0 && letter < COMMAND_LINE_LONG;
}

static void put_option(const struct command_option *option)
{
    char left[48];
    char letter[8] = "    ";
    const char *argument = option->argument != NULL ? option->argument : "";
    if (is_short(option->letter))
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(left, sizeof left, "%s--%s %s", letter, option->name, argument);
    printf("  %-24s %s\n", left, option->help);
}

static void put_help(const struct command_line *line)
{
    printf("Usage: caareport %s %s\n%s\n\nOptions:\n", line->name, line->usage, line->help);
    for (size_t i = 0; i < line->option_count; i++)
        put_option(&line->options[i]);
    for (size_t i = 0; i < COMMON_COUNT; i++)
        put_option(&common[i]);
}

/* What getopt_long wants to know. */
struct getopt_tables {
    struct option longs[COMMAND_LINE_OPTION_MAX + COMMON_COUNT + 1];
    char shorts[2 * COMMAND_LINE_OPTION_MAX + 2];
    size_t long_count, short_len;
};

static void add_option(struct getopt_tables *tables, const struct command_option *option)
{
    int takes = option->argument != NULL ? required_argument : no_argument;
    tables->longs[tables->long_count++] =
        (struct option){option->name, takes, NULL, option->letter};
    if (!is_short(option->letter))
        return;
    tables->shorts[tables->short_len++] = (char)option->letter;
    if (takes == required_argument)
        tables->shorts[tables->short_len++] = ':';
}

static void fill_tables(struct getopt_tables *tables, const struct command_line *line)
{
    assert(line->option_count <= COMMAND_LINE_OPTION_MAX);
    tables->shorts[tables->short_len++] = ':';
    for (size_t i = 0; i < line->option_count; i++)
        add_option(tables, &line->options[i]);
    for (size_t i = 0; i < COMMON_COUNT; i++)
        add_option(tables, &common[i]);
}

static void complain(int letter, const struct command_line *line, char **argv)
{
    const char *word = argv[optind - 1];
    if (letter == ':')
        say("%s wants a value (see caareport %s --help)", word, line->name);
    else if (is_short(optopt))
        say("no option -%c (see caareport %s --help)", optopt, line->name);
    else
        say("no option %s (see caareport %s --help)", word, line->name);
}

enum command_parse command_line_parse(const struct command_line *line, int argc, char **argv,
                                      void *context, struct command_words *words)
{
    struct getopt_tables tables = {0};
    fill_tables(&tables, line);
    opterr = 0;
    for (int letter; (letter = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1;) {
        if (letter == LETTER_HELP) {
            put_help(line);
            return COMMAND_PARSE_DONE;
        }
        if (letter == LETTER_VERSION) {
            printf("caareport %s\n", CAASCAN_VERSION);
            return COMMAND_PARSE_DONE;
        }
        if (letter == ':' || letter == '?') {
            complain(letter, line, argv);
            return COMMAND_PARSE_BAD;
        }
        if (!line->take(context, letter, optarg))
            return COMMAND_PARSE_BAD;
    }
    *words = (struct command_words){(const char *const *)argv + optind, (size_t)(argc - optind)};
    return COMMAND_PARSE_RUN;
}

int command_line_run(const struct command_line *line, int argc, char **argv, void *options,
                     int (*run)(void *options, const struct command_words *words))
{
    struct command_words words = {0};
    switch (command_line_parse(line, argc, argv, options, &words)) {
    case COMMAND_PARSE_DONE:
        return REPORT_EXIT_COMPLETE;
    case COMMAND_PARSE_BAD:
        return REPORT_EXIT_USAGE;
    default:
        return run(options, &words);
    }
}

bool command_line_number(const char *option, const char *word, uint64_t max, uint64_t *out)
{
    char *end;
    unsigned long long value = strtoull(word, &end, 10);
    if (*word >= '0' && *word <= '9' && *end == '\0' && value > 0 && value <= max) {
        *out = value;
        return true;
    }
    say("%s wants a number from 1 to %" PRIu64 ", not \"%s\"", option, max, word);
    return false;
}

bool command_line_suffixes(struct suffix_list *list, const char *psl)
{
    if (suffix_list_init(list, psl))
        return true;
    if (psl == NULL)
        say("out of memory");
    else if (access(psl, R_OK) != 0)
        say("%s: %s", psl, strerror(errno));
    else
        say("%s: is no Public Suffix List", psl);
    return false;
}

unsigned command_line_processors(void)
{
    cpu_set_t ours;
    long count = sched_getaffinity(0, sizeof ours, &ours) == 0 ? CPU_COUNT(&ours)
                                                               : sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1)
        return 1;
    return count < COMMAND_LINE_THREADS_MAX ? (unsigned)count : COMMAND_LINE_THREADS_MAX;
}
