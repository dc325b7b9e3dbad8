#define _POSIX_C_SOURCE 200809L
#include "compare_input.h"

#include <stdlib.h>

#include "cert_row.h"
#include "interrupt.h"
#include "operator_name.h"
#include "say.h"
#include "text_copy.h"

/* What one thread does with its records. */
struct taker {
    const struct compare_input *input;
    unsigned part, side;
    struct set_form form;
    struct octet_buffer entry[2];
    struct octet_buffer scan, vantage; /* of its first record */
    enum scan_mode mode;
    unsigned first_date, last_date;
    uint64_t first_seen;
    uint64_t records, unnamed;
    bool alt, mixed, no_memory;
};

static bool same_scan(const struct taker *taker, const struct record_view *record)
{
    return taker->mode == record->mode &&
           caa_text_equal(octet_buffer_text(&taker->scan), record->scan) &&
           caa_text_equal(octet_buffer_text(&taker->vantage), record->vantage);
}

static bool note_scan(struct taker *taker, const struct record_view *record)
{
    if (taker->records++ == 0) {
        octet_buffer_put(&taker->scan, record->scan);
        octet_buffer_put(&taker->vantage, record->vantage);
        taker->mode = record->mode;
        taker->no_memory = taker->scan.no_memory || taker->vantage.no_memory;
    }
    taker->mixed = !same_scan(taker, record);
    taker->alt |= record->alt_json.len > 0 && record->alt_json.octets[0] == '{';
    if (taker->first_date == 0 || record->date < taker->first_date)
        taker->first_date = record->date;
    if (record->date > taker->last_date)
        taker->last_date = record->date;
    uint64_t seen_at;
    if (cert_row_time(record->timestamp, &seen_at) &&
        (taker->first_seen == 0 || seen_at < taker->first_seen))
        taker->first_seen = seen_at;
    return !taker->mixed && !taker->no_memory;
}

static bool take(void *context, const struct record_view *record)
{
    struct taker *taker = context;
    if (interrupt_came() || !note_scan(taker, record))
        return false;
    if (record->name.octets == NULL) {
        taker->unnamed++;
        return true;
    }
    struct caa_text operator= operator_name_of(taker->input->suffixes, record->ns).text;
    if (!compare_entry_put(record, taker->side, operator, & taker->form, taker->entry)) {
        taker->no_memory = true;
        return false;
    }
    struct sort_entry entry = {octet_buffer_text(&taker->entry[0]),
                               octet_buffer_text(&taker->entry[1])};
    return sorter_add(taker->input->sorter, taker->part, &entry);
}

/* Adds what the threads have seen. False where they saw different scans, or without memory. */
static bool sum_up(struct taker *takers, unsigned count, struct compare_scan *out)
{
    const struct taker *first = &takers[0];
    for (unsigned i = 0; i < count; i++) {
        const struct taker *taker = &takers[i];
        if (taker->records == 0)
            continue;
        first = first->records > 0 ? first : taker;
        if (taker->mode != first->mode ||
            !caa_text_equal(octet_buffer_text(&taker->scan), octet_buffer_text(&first->scan)) ||
            !caa_text_equal(octet_buffer_text(&taker->vantage), octet_buffer_text(&first->vantage)))
            takers[0].mixed = true;
        if (out->first_date == 0 || taker->first_date < out->first_date)
            out->first_date = taker->first_date;
        if (taker->last_date > out->last_date)
            out->last_date = taker->last_date;
        if (taker->first_seen > 0 && (out->first_seen == 0 || taker->first_seen < out->first_seen))
            out->first_seen = taker->first_seen;
        out->unnamed += taker->unnamed;
        out->alt |= taker->alt;
    }
    out->mode = first->mode;
    out->scan = text_copy(octet_buffer_text(&first->scan));
    out->vantage = text_copy(octet_buffer_text(&first->vantage));
    takers[0].no_memory |= out->scan == NULL || out->vantage == NULL;
    return !takers[0].mixed && !takers[0].no_memory;
}

/* A thread has stopped: says why, and returns the exit code. */
static int refuse(const struct compare_input *input, const struct taker *takers, const char *path)
{
    if (interrupt_came())
        return interrupt_exit();
    for (unsigned i = 0; i < input->threads; i++) {
        if (takers[i].mixed) {
            say("%s: holds records of several scans, modes or vantages: a comparison wants one of "
                "each in a file",
                path);
            return REPORT_EXIT_INPUT;
        }
    }
    if (sorter_failed(input->sorter))
        sorter_say(input->sorter);
    else
        say("out of memory");
    return REPORT_EXIT_OUTPUT;
}

static int read_records(const struct compare_input *input, struct record_input *records,
                        struct taker *takers, struct compare_scan *out)
{
    void *contexts[COMMAND_LINE_THREADS_MAX];
    for (unsigned i = 0; i < input->threads; i++)
        contexts[i] = &takers[i];
    struct read_sink sink = {.take = take, .contexts = contexts, .context_count = input->threads};
    switch (record_input_read(records, &sink)) {
    case READ_OK:
        break;
    case READ_UNUSABLE:
        return REPORT_EXIT_INPUT;
    case READ_STOPPED:
        return refuse(input, takers, out->path);
    default:
        return REPORT_EXIT_OUTPUT;
    }
    if (!sum_up(takers, input->threads, out))
        return refuse(input, takers, out->path);
    const struct read_plan *plan = &records->files.plan;
    out->records = records->totals.records;
    out->whole = record_input_is_whole(records);
    out->semantics = text_copy(caa_text_from(read_plan_semantics(plan, caa_text_from(out->scan))));
    if (out->semantics != NULL)
        return REPORT_EXIT_COMPLETE;
    say("out of memory");
    return REPORT_EXIT_OUTPUT;
}

static int read_with(const struct compare_input *input, unsigned side, struct record_input *records,
                     struct compare_scan *out)
{
    struct taker *takers = calloc(input->threads, sizeof *takers);
    if (takers == NULL) {
        say("out of memory");
        return REPORT_EXIT_OUTPUT;
    }
    for (unsigned i = 0; i < input->threads; i++)
        takers[i] = (struct taker){.input = input, .part = i, .side = side};
    int status = read_records(input, records, takers, out);
    for (unsigned i = 0; i < input->threads; i++) {
        set_form_fini(&takers[i].form);
        octet_buffer_fini(&takers[i].entry[0]);
        octet_buffer_fini(&takers[i].entry[1]);
        octet_buffer_fini(&takers[i].scan);
        octet_buffer_fini(&takers[i].vantage);
    }
    free(takers);
    return status;
}

int compare_input_read(const struct compare_input *input, unsigned side, const char *path,
                       struct compare_scan *out)
{
    struct record_input records;
    *out = (struct compare_scan){.path = path};
    int status = REPORT_EXIT_INPUT;
    if (record_input_open(&records, &path, 1))
        status = read_with(input, side, &records, out);
    record_input_fini(&records);
    return status;
}

void compare_scan_fini(struct compare_scan *scan)
{
    free(scan->scan);
    free(scan->vantage);
    free(scan->semantics);
    *scan = (struct compare_scan){0};
}

bool compare_scan_check(const struct compare_scan *a, const struct compare_scan *b)
{
    if (a->mode != b->mode) {
        say("%s is of mode %s, %s of mode %s: what they see differs by the mode, so they can't be "
            "compared",
            a->path, mode_word(a->mode), b->path, mode_word(b->mode));
        return false;
    }
    bool known = *a->semantics != '\0' && *b->semantics != '\0';
    if (known && strcmp(a->semantics, b->semantics) != 0) {
        say("%s was searched by %s, %s by %s: scans of different semantics can't be compared",
            a->path, a->semantics, b->path, b->semantics);
        return false;
    }
    if (a->alt != b->alt && a->records > a->unnamed && b->records > b->unnamed) {
        say("the records of %s have the results of other algorithms beside RFC 8659's, those of %s "
            "have not: scans of different semantics can't be compared",
            a->alt ? a->path : b->path, a->alt ? b->path : a->path);
        return false;
    }
    return true;
}
