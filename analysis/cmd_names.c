#include "cmd_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "operator_name.h"
#include "record_input.h"
#include "row_cells.h"
#include "say.h"
#include "where.h"

#define COLUMNS                                                                                    \
    ROW_CELLS_KEY ",rank,name,registrable_domain,operator,outcome,part,error_class,error_at,"      \
                  "exists,found_at,depth,rrset_owner,dnssec,caa"

/* Rows that a context collects before it wants to print them. */
#define COLLECT_LEN (1u << 20)

struct names_options {
    const char *psl;
    unsigned threads;
    bool strict;
    struct where where;
};

/* One for each thread, and one for the lines across units. */
struct names_context {
    struct where_reader reader;
    struct csv_buffer rows, scratch;
    int error; /* errno of standard output */
};

struct names {
    const struct names_options *options;
    struct record_input input;
    struct suffix_list suffixes;
    struct names_context *contexts;
    void **context_list;
    unsigned context_count; /* one more than threads */
};

enum { LETTER_WHERE = COMMAND_LINE_LONG, LETTER_PSL, LETTER_STRICT };

static const struct command_option option_rows[] = {
    {"where", "KEY=VALUE", "print names for which this holds; repeated: all must hold",
     LETTER_WHERE},
    {"threads", "N", "read with N threads (default: one for each processor)", 't'},
    {"psl", "FILE", "take this Public Suffix List (default: built in)", LETTER_PSL},
    {"strict", NULL, "exit with 2 where the input is not whole", LETTER_STRICT},
};

static bool take_option(void *context, int letter, const char *value)
{
    struct names_options *options = context;
    uint64_t threads;
    switch (letter) {
    case LETTER_WHERE:
        return where_add(&options->where, value);
    case LETTER_PSL:
        options->psl = value;
        return true;
    case LETTER_STRICT:
        options->strict = true;
        return true;
    default:
        if (!command_line_number("--threads", value, COMMAND_LINE_THREADS_MAX, &threads))
            return false;
        options->threads = (unsigned)threads;
        return true;
    }
}

static void put_row(struct names_context *context, const struct record_view *record)
{
    struct csv_buffer *csv = &context->rows;
    const struct suffix_list *suffixes = context->reader.tallies.suffixes;
    struct tally_row row = tally_row_of(record, suffixes);
    row_cells_key(csv, record);
    row_cells_number(csv, record->rank);
    csv_buffer_text(csv, record->name);
    csv_buffer_text(csv, row.split.registrable);
    csv_buffer_text(csv, operator_name_of(suffixes, record->ns).text);
    csv_buffer_word(csv, outcome_word(record->outcome));
    csv_buffer_word(csv, tally_part_word(row.part));
    csv_buffer_word(csv, class_word(record->error_class));
    csv_buffer_text(csv, record->error_at);
    csv_buffer_word(csv, existence_word(record->exists));
    row_cells_found(csv, record);
    csv_buffer_word(csv, dnssec_word(record->dnssec));
    row_cells_set(csv, &record->set, &context->scratch);
    csv_buffer_end_row(csv);
}

static bool take(void *argument, const struct record_view *record)
{
    struct names_context *context = argument;
    bool holds;
    if (!where_holds(&context->reader, record, &holds))
        return false;
    if (holds)
        put_row(context, record);
    return !context->rows.no_memory && !context->scratch.no_memory;
}

static bool full(const void *argument)
{
    return ((const struct names_context *)argument)->rows.len >= COLLECT_LEN;
}

static bool flush(void *argument)
{
    struct names_context *context = argument;
    size_t len = context->rows.len;
    bool printed = len == 0 || fwrite(context->rows.octets, 1, len, stdout) == len;
    csv_buffer_clear(&context->rows);
    context->error = printed ? 0 : errno;
    return printed;
}

static bool init_contexts(struct names *names)
{
    unsigned count = record_input_threads(&names->input, names->options->threads) + 1;
    names->contexts = calloc(count, sizeof *names->contexts);
    names->context_list = calloc(count, sizeof *names->context_list);
    if (names->contexts == NULL || names->context_list == NULL)
        return false;
    names->context_count = count;
    for (unsigned i = 0; i < count; i++) {
        where_reader_init(&names->contexts[i].reader, &names->options->where, &names->suffixes);
        names->context_list[i] = &names->contexts[i];
    }
    return true;
}

static void free_names(struct names *names)
{
    for (unsigned i = 0; i < names->context_count; i++) {
        where_reader_fini(&names->contexts[i].reader);
        csv_buffer_fini(&names->contexts[i].rows);
        csv_buffer_fini(&names->contexts[i].scratch);
    }
    free(names->contexts);
    free(names->context_list);
    record_input_fini(&names->input);
    suffix_list_fini(&names->suffixes);
}

/* A reader that has seen enough, as head(1), is no failure. */
static int refuse_output(int why)
{
    if (why == EPIPE)
        return REPORT_EXIT_COMPLETE;
    say("standard output: %s", strerror(why));
    return REPORT_EXIT_OUTPUT;
}

/* Reading has stopped: says why. */
static int explain(const struct names *names)
{
    for (unsigned i = 0; i < names->context_count; i++) {
        if (names->contexts[i].error != 0)
            return refuse_output(names->contexts[i].error);
        if (names->contexts[i].reader.tallies.too_many) {
            say("records of more than %u scans, modes, vantages and prefixes", TALLY_GROUP_MAX);
            return REPORT_EXIT_INPUT;
        }
    }
    say("out of memory");
    return REPORT_EXIT_OUTPUT;
}

static int print_names(struct names *names)
{
    if (!init_contexts(names))
        return explain(names);
    struct read_sink sink = {.take = take,
                             .contexts = names->context_list,
                             .context_count = names->context_count - 1,
                             .flush = flush,
                             .full = full};
    printf(COLUMNS "\n");
    switch (record_input_read(&names->input, &sink)) {
    case READ_OK:
        break;
    case READ_UNUSABLE:
        return REPORT_EXIT_INPUT;
    case READ_STOPPED:
        return explain(names);
    default:
        return REPORT_EXIT_OUTPUT;
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        return refuse_output(errno);
    if (record_input_is_whole(&names->input))
        return REPORT_EXIT_COMPLETE;
    return names->options->strict ? REPORT_EXIT_INPUT : REPORT_EXIT_DAMAGED;
}

static int print_them(const struct names_options *options, const struct command_words *files)
{
    struct names names = {.options = options};
    int status = REPORT_EXIT_INPUT;
    if (command_line_suffixes(&names.suffixes, options->psl) &&
        record_input_open(&names.input, files->list, files->count))
        status = print_names(&names);
    free_names(&names);
    return status;
}

static int run(void *context, const struct command_words *files)
{
    const struct names_options *options = context;
    if (options->where.count == 0)
        say("names wants --where KEY=VALUE (see caareport names --help)");
    else if (files->count == 0)
        say("no record file given (see caareport names --help)");
    else
        return print_them(options, files);
    return REPORT_EXIT_USAGE;
}

int cmd_names_main(int argc, char **argv)
{
    char help[8192] = "Print the names behind a cell of a table as CSV, in the order of the "
                      "files.\nFILE may be - for standard input.\n\nConditions:";
    where_help(help, sizeof help);
    const struct command_line line = {.name = "names",
                                      .usage = "--where KEY=VALUE... FILE... [OPTIONS]",
                                      .help = help,
                                      .options = option_rows,
                                      .option_count = sizeof option_rows / sizeof *option_rows,
                                      .take = take_option};
    struct names_options options = {.threads = command_line_processors()};
    return command_line_run(&line, argc, argv, &options, run);
}
