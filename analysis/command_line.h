/* command_line.h: the words behind a command's name. One table makes parsing and --help.
 *
 * Every command knows --help and --version; its own options are rows of its table.
 */
#ifndef COMMAND_LINE_H
#define COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "suffix.h"

/* Letters of options that have no short form are from here on. */
#define COMMAND_LINE_LONG 256

/* Options that a command may have. */
#define COMMAND_LINE_OPTION_MAX 30u

struct command_option {
    const char *name;
    const char *argument; /* NULL: none */
    const char *help;
    int letter; /* names the option to `take`; a character is a short option too */
};

struct command_line {
    const char *name;
    const char *usage; /* the words behind the name */
    const char *help;  /* what the command does, whole lines without an end */
    const struct command_option *options;
    size_t option_count;
    /* Takes one option. value is NULL where the option has none. False after a message. */
    bool (*take)(void *context, int letter, const char *value);
};

/* Words that are no options, in order. Borrowed from argv. */
struct command_words {
    const char *const *list;
    size_t count;
};

enum command_parse {
    COMMAND_PARSE_RUN,  /* options are good */
    COMMAND_PARSE_DONE, /* --help or --version was printed */
    COMMAND_PARSE_BAD,  /* a message was printed */
};

/* Reads the words behind the command's name, argv[0]. Call it once in a process. */
enum command_parse command_line_parse(const struct command_line *line, int argc, char **argv,
                                      void *context, struct command_words *words);

/* Reads them and runs the command, where they are good: `run` says what the options lack, if they
 * do. Returns an exit code (command.h). */
int command_line_run(const struct command_line *line, int argc, char **argv, void *options,
                     int (*run)(void *options, const struct command_words *words));

/* Reads a whole number in decimal, 1 to max, as the value of an option. False after a message. */
bool command_line_number(const char *option, const char *word, uint64_t max, uint64_t *out);

/* Loads the list of --psl; NULL: the one built in. False after a message. */
bool command_line_suffixes(struct suffix_list *list, const char *psl);

/* One thread for each processor that this process may use, at the most COMMAND_LINE_THREADS_MAX. */
#define COMMAND_LINE_THREADS_MAX 256u
unsigned command_line_processors(void);

#endif
