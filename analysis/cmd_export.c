#include "cmd_export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "csv_sink.h"
#include "export_rows.h"
#include "interrupt.h"
#include "record_input.h"
#include "report_dir.h"
#include "say.h"

/* Octets of rows after which a context wants to write. */
#define COLLECT_LEN (8u << 20)

struct export_options {
    const char *output, *psl;
    unsigned threads;
    bool force, strict, zstd;
    const char *const *files;
    size_t file_count;
};

struct export;

/* One for each thread, and one for the lines across units. */
struct export_context {
    struct export_rows rows;
    struct export *export;
};

struct export
{
    const struct export_options *options;
    struct record_input input;
    struct suffix_list suffixes;
    struct report_dir dir;
    struct csv_sink sinks[EXPORT_TABLE_COUNT];
    size_t open_count;                         /* of the sinks */
    const char *ended[EXPORT_TABLE_COUNT + 1]; /* files that are whole and have no name yet */
    size_t ended_count;
    struct export_context *contexts;
    void **context_list;
    unsigned context_count;
};

enum {
    LETTER_FORMAT = COMMAND_LINE_LONG,
    LETTER_ZSTD,
    LETTER_FORCE,
    LETTER_PSL,
    LETTER_STRICT,
};

static const struct command_option option_rows[] = {
    {"output", "DIR", "write the tables into DIR", 'o'},
    {"format", "csv", "form of the tables; csv is the only one, and the default", LETTER_FORMAT},
    {"zstd", NULL, "compress the tables: names.csv.zst and so on", LETTER_ZSTD},
    {"force", NULL, "replace tables in a DIR that is not empty", LETTER_FORCE},
    {"threads", "N", "read with N threads (default: one for each processor)", 't'},
    {"psl", "FILE", "take this Public Suffix List (default: built in)", LETTER_PSL},
    {"strict", NULL, "write nothing where the input is not whole", LETTER_STRICT},
};

static bool take_threads(const char *word, unsigned *threads)
{
    uint64_t value;
    if (!command_line_number("--threads", word, COMMAND_LINE_THREADS_MAX, &value))
        return false;
    *threads = (unsigned)value;
    return true;
}

static bool take_format(const char *word)
{
    if (strcmp(word, "csv") == 0)
        return true;
    say("--format: there is csv, and no \"%s\"", word);
    return false;
}

static bool take_option(void *context, int letter, const char *value)
{
    struct export_options *options = context;
    switch (letter) {
    case 'o':
        options->output = value;
        return true;
    case 't':
        return take_threads(value, &options->threads);
    case LETTER_FORMAT:
        return take_format(value);
    case LETTER_PSL:
        options->psl = value;
        return true;
    default:
        options->zstd |= letter == LETTER_ZSTD;
        options->force |= letter == LETTER_FORCE;
        options->strict |= letter == LETTER_STRICT;
        return true;
    }
}

static bool take(void *argument, const struct record_view *record)
{
    struct export_context *context = argument;
    return export_rows_add(&context->rows, record);
}

static bool full(const void *argument)
{
    const struct export_context *context = argument;
    size_t len = 0;
    for (size_t i = 0; i < EXPORT_TABLE_COUNT; i++)
        len += context->rows.tables[i].len;
    return len >= COLLECT_LEN;
}

static bool flush(void *argument)
{
    struct export_context *context = argument;
    bool written = true;
    for (size_t i = 0; i < EXPORT_TABLE_COUNT; i++) {
        struct csv_buffer *rows = &context->rows.tables[i];
        written = written && csv_sink_write(&context->export->sinks[i], csv_buffer_all(rows));
        csv_buffer_clear(rows);
    }
    return written;
}

static bool init_contexts(struct export *export)
{
    unsigned count = record_input_threads(&export->input, export->options->threads) + 1;
    export->contexts = calloc(count, sizeof *export->contexts);
    export->context_list = calloc(count, sizeof *export->context_list);
    if (export->contexts == NULL || export->context_list == NULL)
        return false;
    export->context_count = count;
    for (unsigned i = 0; i < count; i++) {
        export_rows_init(&export->contexts[i].rows, &export->suffixes);
        export->contexts[i].export = export;
        export->context_list[i] = &export->contexts[i];
    }
    return true;
}

/* A list without its last separator. */
static struct caa_text list_of(const char *text, size_t separator_len)
{
    return caa_text_of(text, strlen(text) - separator_len);
}

static bool refuse_table(const struct export *export, const char *name)
{
    say("%s/%s: %s", export->dir.path, name, strerror(errno));
    return false;
}

/* Opens all tables and writes their headers. False after a message. */
static bool open_tables(struct export *export)
{
    for (unsigned i = 0; i < EXPORT_TABLE_COUNT; i++) {
        struct csv_sink *sink = &export->sinks[i];
        char name[24];
        snprintf(name, sizeof name, "%s.csv", export_rows_name(i));
        if (!csv_sink_open(sink, export->dir.fd, name, export->options->zstd))
            return refuse_table(export, name);
        export->open_count++;
        if (!csv_sink_write(sink, list_of(export_rows_header(i), 1)) ||
            !csv_sink_write(sink, caa_text_from("\n")))
            return refuse_table(export, name);
    }
    return true;
}

/* Ends all tables. False after a message. */
static bool end_tables(struct export *export)
{
    while (export->open_count > 0) {
        struct csv_sink *sink = &export->sinks[--export->open_count];
        if (!csv_sink_end(sink))
            return refuse_table(export, sink->name);
        export->ended[export->ended_count++] = sink->name;
    }
    return true;
}

static void put_sql(FILE *file, enum export_table table, bool zstd)
{
    struct caa_text types = list_of(export_rows_types(table), 2);
    fprintf(file,
            "CREATE OR REPLACE TABLE %s AS\n"
            "SELECT * REPLACE (coalesce(prefix, '') AS prefix) FROM read_csv('%s.csv%s', header = "
            "true, "
            "delim = ',', quote = '\"',\n    escape = '\"', nullstr = '', compression = '%s',\n"
            "    columns = {%.*s});\n",
            export_rows_name(table), export_rows_name(table), zstd ? ".zst" : "",
            zstd ? "zstd" : "none", (int)types.len, (const char *)types.octets);
}

/* Writes export.sql. False after a message. */
static bool write_sql(struct export *export)
{
    static const char name[] = "export.sql";
    struct csv_file sql;
    if (!csv_file_open(&sql, export->dir.fd, name))
        return refuse_table(export, name);
    fprintf(sql.file,
            "-- The tables of this folder in DuckDB, with typed columns. In the folder:\n"
            "--   duckdb scan.duckdb < export.sql\n"
            "-- An empty cell becomes NULL, but for the prefix, by which tables are joined.\n");
    for (unsigned i = 0; i < EXPORT_TABLE_COUNT; i++)
        put_sql(sql.file, i, export->options->zstd);
    if (!csv_file_end(&sql))
        return refuse_table(export, name);
    export->ended[export->ended_count++] = name;
    return true;
}

/* Gives all files their names. False after a message. */
static bool publish(struct export *export)
{
    const char *failed;
    if (!csv_file_publish(export->dir.fd, export->ended, export->ended_count, &failed))
        return refuse_table(export, failed);
    export->ended_count = 0;
    return true;
}

/* Reading has stopped: says why. */
static int explain(const struct export *export)
{
    if (interrupt_came())
        return interrupt_exit();
    for (size_t i = 0; i < export->open_count; i++) {
        errno = export->sinks[i].csv.error;
        if (errno == 0)
            continue;
        refuse_table(export, export->sinks[i].name);
        return REPORT_EXIT_OUTPUT;
    }
    say("out of memory");
    return REPORT_EXIT_OUTPUT;
}

static int read_records(struct export *export)
{
    if (!init_contexts(export))
        return explain(export);
    struct read_sink sink = {.take = take,
                             .contexts = export->context_list,
                             .context_count = export->context_count - 1,
                             .flush = flush,
                             .full = full};
    switch (record_input_read(&export->input, &sink)) {
    case READ_OK:
        return record_input_suffices(&export->input, export->options->strict) ? REPORT_EXIT_COMPLETE
                                                                              : REPORT_EXIT_INPUT;
    case READ_UNUSABLE:
        return REPORT_EXIT_INPUT;
    case READ_STOPPED:
        return explain(export);
    default:
        return REPORT_EXIT_OUTPUT;
    }
}

/* *written: all tables are there. */
static int make_tables(struct export *export, bool *written)
{
    const struct export_options *options = export->options;
    if (!command_line_suffixes(&export->suffixes, options->psl))
        return REPORT_EXIT_INPUT;
    if (!record_input_open(&export->input, options->files, options->file_count))
        return REPORT_EXIT_INPUT;
    if (!open_tables(export))
        return REPORT_EXIT_OUTPUT;
    int status = read_records(export);
    if (status != REPORT_EXIT_COMPLETE)
        return status;
    *written = end_tables(export) && write_sql(export) && publish(export);
    if (!*written)
        return REPORT_EXIT_OUTPUT;
    return record_input_is_whole(&export->input) ? REPORT_EXIT_COMPLETE : REPORT_EXIT_DAMAGED;
}

static void export_fini(struct export *export)
{
    while (export->open_count > 0)
        csv_sink_abandon(&export->sinks[--export->open_count]);
    csv_file_discard(export->dir.fd, export->ended, export->ended_count);
    for (unsigned i = 0; i < export->context_count; i++)
        export_rows_fini(&export->contexts[i].rows);
    free(export->contexts);
    free(export->context_list);
    record_input_fini(&export->input);
    suffix_list_fini(&export->suffixes);
}

static int run(const struct export_options *options)
{
    struct export export = {.options = options};
    bool written = false;
    interrupt_watch();
    if (!report_dir_open(&export.dir, options->output, options->force))
        return REPORT_EXIT_OUTPUT;
    int status = make_tables(&export, &written);
    export_fini(&export);
    report_dir_close(&export.dir, written);
    return status;
}

int cmd_export_main(int argc, char **argv)
{
    static const struct command_line line = {
        .name = "export",
        .usage = "FILE... -o DIR [OPTIONS]",
        .help = "Write the records as flat tables, names, records and levels, with columns worked\n"
                "out from them, in the order of the files. FILE may be - for standard input.",
        .options = option_rows,
        .option_count = sizeof option_rows / sizeof *option_rows,
        .take = take_option};
    struct export_options options = {.threads = command_line_processors()};
    struct command_words words = {0};
    enum command_parse step = command_line_parse(&line, argc, argv, &options, &words);
    if (step != COMMAND_PARSE_RUN)
        return step == COMMAND_PARSE_DONE ? REPORT_EXIT_COMPLETE : REPORT_EXIT_USAGE;
    options.files = words.list;
    options.file_count = words.count;
    if (words.count == 0)
        say("no record file given (see caareport export --help)");
    else if (options.output == NULL)
        say("export wants -o DIR (see caareport export --help)");
    else
        return run(&options);
    return REPORT_EXIT_USAGE;
}
