#include "cmd_check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "check_options.h"
#include "check_verdict.h"
#include "csv_buffer.h"
#include "record_input.h"
#include "say.h"
#include "zone_sets.h"

#define HEADER "name,ca,kind,verdict,reason,property,value"

/* Octets of rows that a thread keeps before it hands them on. */
#define ROWS_LEN_MAX (1u << 20)

/* The rows of one thread. */
struct check_rows {
    const struct check_options *options;
    struct csv_buffer csv;
    int error; /* errno of standard output */
};

static void put_record(struct csv_buffer *csv, const struct caa_record *record)
{
    if (record->property == CAA_PROPERTY_MALFORMED) {
        csv_buffer_word(csv, caa_property_word(record->property));
        csv_buffer_word(csv, rdata_error_word(record->rdata_error));
        return;
    }
    csv_buffer_text(csv, record->tag);
    csv_buffer_octets(csv, record->text);
}

/* What the verdict is about: a name, and why its lookup failed, if it did. */
struct subject {
    struct caa_text name;
    enum error_class error_class;
};

static void put_verdict(struct csv_buffer *csv, const struct subject *subject, const char *ca,
                        enum caa_kind kind, const struct check_verdict *verdict)
{
    csv_buffer_text(csv, subject->name);
    csv_buffer_word(csv, ca);
    csv_buffer_word(csv, caa_kind_word(kind));
    csv_buffer_word(csv, check_result_word(verdict->result));
    csv_buffer_word(csv, check_reason_word(verdict->reason));
    if (verdict->record != NULL) {
        put_record(csv, verdict->record);
    } else {
        csv_buffer_empty(csv);
        csv_buffer_word(csv, class_word(subject->error_class));
    }
    csv_buffer_end_row(csv);
}

/* One row for each CA and kind. */
static void put_rows(struct check_rows *rows, const struct record_view *view)
{
    const struct check_options *options = rows->options;
    unsigned own = view->wildcard ? 1u << CAA_KIND_WILD : 1u << CAA_KIND_ISSUE;
    unsigned kinds = options->kinds != 0 ? options->kinds : own;
    struct subject subject = {view->name.octets != NULL ? view->name : view->input,
                              view->error_class};
    for (size_t i = 0; i < options->ca_count; i++) {
        for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
            struct caa_request request = {.kind = kind};
            if ((kinds >> kind & 1) == 0)
                continue;
            if (options->account != NULL) {
                request.params = CAA_PARAMS_MATCH;
                request.account = caa_text_from(options->account);
                request.method = caa_text_from(options->method);
            }
            struct check_verdict verdict = check_verdict_of(view, &options->cas[i].ca, &request);
            put_verdict(&rows->csv, &subject, options->cas[i].word, kind, &verdict);
        }
    }
}

static bool take(void *context, const struct record_view *view)
{
    struct check_rows *rows = context;
    put_rows(rows, view);
    return !rows->csv.no_memory;
}

static bool is_full(const void *context)
{
    const struct check_rows *rows = context;
    return rows->csv.len >= ROWS_LEN_MAX;
}

static bool print(void *context)
{
    struct check_rows *rows = context;
    size_t len = rows->csv.len;
    bool printed = len == 0 || fwrite(rows->csv.octets, 1, len, stdout) == len;
    if (!printed)
        rows->error = errno;
    csv_buffer_clear(&rows->csv);
    return printed;
}

/* Says why rows were not printed, and returns the exit code. A reader that has seen enough, as
 * head(1), is no failure. */
static int refuse(const struct check_rows *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].error == EPIPE)
            return REPORT_EXIT_COMPLETE;
        if (rows[i].error != 0) {
            say("standard output: %s", strerror(rows[i].error));
            return REPORT_EXIT_OUTPUT;
        }
    }
    say("out of memory");
    return REPORT_EXIT_OUTPUT;
}

static int finish(const struct record_input *input)
{
    if (fflush(stdout) != 0 && errno != EPIPE) {
        say("standard output: %s", strerror(errno));
        return REPORT_EXIT_OUTPUT;
    }
    return record_input_is_whole(input) ? REPORT_EXIT_COMPLETE : REPORT_EXIT_DAMAGED;
}

/* contexts and rows have room for one more than there are threads. */
static int read_records(struct record_input *input, struct check_rows *rows, void **contexts,
                        unsigned threads)
{
    struct read_sink sink = {.take = take,
                             .contexts = contexts,
                             .context_count = threads,
                             .flush = print,
                             .full = is_full};
    switch (record_input_read(input, &sink)) {
    case READ_OK:
        return finish(input);
    case READ_UNUSABLE:
        return REPORT_EXIT_INPUT;
    case READ_STOPPED:
        return refuse(rows, threads + 1);
    default:
        return REPORT_EXIT_OUTPUT;
    }
}

static int check_records(const struct check_options *options, struct record_input *input)
{
    size_t count = options->threads + 1;
    struct check_rows *rows = calloc(count, sizeof *rows);
    void **contexts = calloc(count, sizeof *contexts);
    int status = REPORT_EXIT_OUTPUT;
    if (rows == NULL || contexts == NULL) {
        say("out of memory");
    } else {
        for (size_t i = 0; i < count; i++) {
            rows[i].options = options;
            contexts[i] = &rows[i];
        }
        status = read_records(input, rows, contexts, options->threads);
    }
    for (size_t i = 0; rows != NULL && i < count; i++)
        csv_buffer_fini(&rows[i].csv);
    free(rows);
    free(contexts);
    return status;
}

static int check_files(const struct check_options *options)
{
    struct record_input input;
    int status = REPORT_EXIT_INPUT;
    if (record_input_open(&input, options->files, options->file_count)) {
        puts(HEADER);
        status = check_records(options, &input);
    }
    record_input_fini(&input);
    return status;
}

static bool read_zone(struct zone_sets *sets, const char *path)
{
    if (strcmp(path, "-") == 0)
        return zone_sets_add_file(sets, stdin, "standard input");
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        say("%s: %s", path, strerror(errno));
        return false;
    }
    bool added = zone_sets_add_file(sets, file, path);
    fclose(file);
    return added;
}

static bool read_text(struct zone_sets *sets, const struct check_options *options)
{
    if (options->zone != NULL)
        return read_zone(sets, options->zone);
    for (size_t i = 0; i < options->set_count; i++) {
        if (!zone_sets_add_text(sets, options->sets[i]))
            return false;
    }
    return true;
}

static bool print_sets(const struct check_options *options, const struct zone_sets *sets)
{
    puts(HEADER);
    struct check_rows rows = {.options = options};
    struct record_view view = {.outcome = OUTCOME_FOUND};
    const char *owner;
    bool printed = true;
    for (size_t at = 0; printed && zone_sets_next(sets, &at, &owner, &view.set);) {
        view.name = caa_text_from(owner);
        printed = take(&rows, &view) && print(&rows);
    }
    printed = printed && fflush(stdout) == 0;
    if (!printed)
        rows.error = rows.csv.no_memory ? 0 : errno;
    bool good = printed || refuse(&rows, 1) == REPORT_EXIT_COMPLETE;
    csv_buffer_fini(&rows.csv);
    return good;
}

static int check_text(const struct check_options *options)
{
    struct zone_sets sets;
    int status = REPORT_EXIT_INPUT;
    zone_sets_init(&sets);
    if (read_text(&sets, options)) {
        status = REPORT_EXIT_OUTPUT;
        if (!zone_sets_finish(&sets))
            say("out of memory");
        else if (print_sets(options, &sets))
            status = REPORT_EXIT_COMPLETE;
    }
    zone_sets_fini(&sets);
    return status;
}

int cmd_check_main(int argc, char **argv)
{
    struct check_options options;
    int status = REPORT_EXIT_USAGE;
    switch (check_options_parse(argc, argv, &options)) {
    case COMMAND_PARSE_DONE:
        status = REPORT_EXIT_COMPLETE;
        break;
    case COMMAND_PARSE_RUN:
        status = options.file_count > 0 ? check_files(&options) : check_text(&options);
        break;
    default:
        break;
    }
    check_options_fini(&options);
    return status;
}
