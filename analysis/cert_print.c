#include "cert_print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "cert_csv.h"
#include "cert_list.h"
#include "cert_time.h"
#include "csv_buffer.h"
#include "record_input.h"
#include "say.h"

#define TABLE_HEADER                                                                               \
    "scan_id,date,mode,vantage,prefix,unit,denominator_of,denominator,ca_operator,certs,"          \
    "permitted,not_permitted,unknown_issuer,lookup_failed,not_in_scan,not_permitted_before,"       \
    "not_permitted_after,set_changed_since"
#define EACH_HEADER                                                                                \
    "name,issuer,ca_operator,not_before,wildcard,verdict,reason,property,value,seen_at"

/* Rows that are kept before they are printed. */
#define ROWS_LEN_MAX (1u << 20)

/* All of one run. One thread reads: the list is shared by all records. */
struct certs {
    struct cert_list list;
    struct csv_buffer csv; /* what is printed before and behind the records */
    bool each;             /* print a row for each certificate, not the table */
    bool mixed;            /* records of more than one scan, mode or vantage */
    bool known;            /* the next four are those of the first record */
    uint8_t *scan, *vantage;
    struct caa_text scan_text, vantage_text;
    enum scan_mode mode;
    unsigned date; /* of the first verdict */
    int error;     /* errno of standard output */
};

/* What takes records: one for the lines of a unit, one for those across two. */
struct reader {
    struct certs *certs;
    struct csv_buffer csv;
};

static uint8_t *copy_of(struct caa_text text)
{
    uint8_t *copy = malloc(text.len + 1);
    if (copy != NULL && text.len > 0)
        memcpy(copy, text.octets, text.len);
    return copy;
}

/* Is the record of the scan that the first one was of? */
static bool is_of_scan(struct certs *certs, const struct record_view *view)
{
    if (!certs->known) {
        certs->scan = copy_of(view->scan);
        certs->vantage = copy_of(view->vantage);
        if (certs->scan == NULL || certs->vantage == NULL)
            return false;
        certs->scan_text = caa_text_of(certs->scan, view->scan.len);
        certs->vantage_text = caa_text_of(certs->vantage, view->vantage.len);
        certs->mode = view->mode;
        certs->date = view->date;
        certs->known = true;
    }
    if (view->date < certs->date)
        certs->date = view->date;
    certs->mixed = view->mode != certs->mode || !caa_text_equal(view->scan, certs->scan_text) ||
                   !caa_text_equal(view->vantage, certs->vantage_text);
    return !certs->mixed;
}

static bool print(struct certs *certs, struct csv_buffer *csv)
{
    if (csv->no_memory)
        return false;
    if (csv->len > 0 && fwrite(csv->octets, 1, csv->len, stdout) != csv->len)
        certs->error = errno;
    csv_buffer_clear(csv);
    return certs->error == 0;
}

static void put_time(struct csv_buffer *csv, uint64_t time)
{
    char text[CERT_TIME_LEN];
    cert_time_text(text, time);
    csv_buffer_word(csv, text);
}

static void put_cert(struct csv_buffer *csv, const struct certs *certs, const struct cert *cert,
                     enum cert_verdict verdict)
{
    csv_buffer_text(csv, cert->name);
    csv_buffer_octets(csv, cert->issuer);
    csv_buffer_word(csv, certs->list.operators.list[cert->operator].name);
    put_time(csv, cert->not_before);
    csv_buffer_word(csv, cert->wildcard ? "true" : "false");
    csv_buffer_word(csv, cert_verdict_word(verdict));
}

/* The row of a certificate beside a record of its name. */
static void put_each(struct reader *reader, const struct cert *cert,
                     const struct check_verdict *verdict, const struct record_view *view)
{
    struct csv_buffer *csv = &reader->csv;
    uint64_t seen_at = 0;
    cert_row_time(view->timestamp, &seen_at);
    put_cert(csv, reader->certs, cert, cert_list_verdict(verdict, cert->operator> 0));
    csv_buffer_word(csv, check_reason_word(verdict->reason));
    if (verdict->record != NULL && verdict->record->property != CAA_PROPERTY_MALFORMED) {
        csv_buffer_text(csv, verdict->record->tag);
        csv_buffer_octets(csv, verdict->record->text);
    } else if (verdict->record != NULL) {
        csv_buffer_word(csv, caa_property_word(verdict->record->property));
        csv_buffer_word(csv, rdata_error_word(verdict->record->rdata_error));
    } else {
        csv_buffer_empty(csv);
        csv_buffer_word(csv, class_word(view->error_class));
    }
    put_time(csv, seen_at);
    csv_buffer_end_row(csv);
}

static bool take(void *context, const struct record_view *view)
{
    struct reader *reader = context;
    struct certs *certs = reader->certs;
    if (!is_of_scan(certs, view))
        return false;
    uint32_t index = cert_list_first(&certs->list, view->name);
    for (; index != CERT_LIST_END; index = certs->list.certs[index].next) {
        struct check_verdict verdict = cert_list_judge(&certs->list, index, view);
        if (certs->each)
            put_each(reader, &certs->list.certs[index], &verdict, view);
    }
    return !reader->csv.no_memory;
}

static bool flush(void *context)
{
    struct reader *reader = context;
    return print(reader->certs, &reader->csv);
}

static bool is_full(const void *context)
{
    const struct reader *reader = context;
    return reader->csv.len >= ROWS_LEN_MAX;
}

/* Those that no record had the name of, in the order of the list. */
static bool print_rest(struct certs *certs)
{
    for (size_t i = 0; i < certs->list.count; i++) {
        const struct cert *cert = &certs->list.certs[i];
        if (cert->verdict != CERT_NOT_IN_SCAN)
            continue;
        put_cert(&certs->csv, certs, cert, cert->verdict);
        for (int empty = 0; empty < 4; empty++)
            csv_buffer_empty(&certs->csv);
        csv_buffer_end_row(&certs->csv);
        if (certs->csv.len >= ROWS_LEN_MAX && !print(certs, &certs->csv))
            return false;
    }
    return print(certs, &certs->csv);
}

static void put_lead(struct certs *certs)
{
    struct csv_buffer *csv = &certs->csv;
    char date[40] = "";
    if (certs->known)
        snprintf(date, sizeof date, "%04u-%02u-%02u", certs->date / 10000, certs->date / 100 % 100,
                 certs->date % 100);
    csv_buffer_text(csv, certs->scan_text);
    csv_buffer_word(csv, date);
    csv_buffer_word(csv, certs->known ? mode_word(certs->mode) : "");
    csv_buffer_text(csv, certs->vantage_text);
    csv_buffer_empty(csv);
    csv_buffer_word(csv, "certificate");
    csv_buffer_word(csv, "certificates");
    csv_buffer_count(csv, certs->list.count);
}

static void put_row(struct certs *certs, const struct cert_totals *totals)
{
    struct csv_buffer *csv = &certs->csv;
    const uint64_t *of = totals->verdicts;
    put_lead(certs);
    csv_buffer_word(csv, totals->operator->name);
    csv_buffer_count(csv, totals->certs);
    csv_buffer_count(csv, of[CERT_PERMITTED]);
    csv_buffer_count(csv, of[CERT_NOT_PERMITTED]);
    csv_buffer_count(csv, of[CERT_UNKNOWN_ISSUER]);
    csv_buffer_count(csv, of[CERT_LOOKUP_FAILED]);
    csv_buffer_count(csv, of[CERT_NOT_IN_SCAN]);
    csv_buffer_count(csv, of[CERT_NOT_PERMITTED] - totals->not_permitted_after);
    csv_buffer_count(csv, totals->not_permitted_after);
    csv_buffer_empty(csv);
    csv_buffer_end_row(csv);
}

static bool print_table(struct certs *certs)
{
    size_t count;
    struct cert_totals *totals = cert_list_totals(&certs->list, &count);
    for (size_t i = 0; totals != NULL && i < count; i++)
        put_row(certs, &totals[i]);
    bool printed = totals != NULL && print(certs, &certs->csv);
    free(totals);
    return printed;
}

/* Says why it was not printed, and returns the exit code. */
static int refuse(const struct certs *certs)
{
    if (certs->error == EPIPE)
        return REPORT_EXIT_COMPLETE; /* a reader that has seen enough, as head(1), is no failure */
    if (certs->mixed) {
        say("records of more than one scan, mode or vantage: certificates are held against one; "
            "with "
            "-o DIR against scans of several times");
        return REPORT_EXIT_INPUT;
    }
    if (certs->error != 0)
        say("standard output: %s", strerror(certs->error));
    else
        say("out of memory");
    return REPORT_EXIT_OUTPUT;
}

static int print_all(struct certs *certs)
{
    if (!(certs->each ? print_rest(certs) : print_table(certs)))
        return refuse(certs);
    if (fflush(stdout) != 0) {
        certs->error = errno;
        return refuse(certs);
    }
    return REPORT_EXIT_COMPLETE;
}

static int read_records(struct certs *certs, struct record_input *input)
{
    struct reader readers[2] = {{.certs = certs}, {.certs = certs}};
    void *contexts[2] = {&readers[0], &readers[1]};
    struct read_sink sink = {
        .take = take, .contexts = contexts, .context_count = 1, .flush = flush, .full = is_full};
    enum read_status status = record_input_read(input, &sink);
    csv_buffer_fini(&readers[0].csv);
    csv_buffer_fini(&readers[1].csv);
    switch (status) {
    case READ_OK:
        return print_all(certs);
    case READ_UNUSABLE:
        return REPORT_EXIT_INPUT;
    case READ_STOPPED:
        return refuse(certs);
    default:
        return REPORT_EXIT_OUTPUT;
    }
}

static int join(struct certs *certs, const char *const *files, size_t file_count)
{
    struct record_input input;
    int status = REPORT_EXIT_INPUT;
    if (record_input_open(&input, files, file_count)) {
        csv_buffer_line(&certs->csv, certs->each ? EACH_HEADER : TABLE_HEADER);
        status = print(certs, &certs->csv) ? read_records(certs, &input) : refuse(certs);
        if (status == REPORT_EXIT_COMPLETE && !record_input_is_whole(&input))
            status = REPORT_EXIT_DAMAGED;
    }
    record_input_fini(&input);
    return status;
}

static bool keep(void *context, const struct cert_row *row)
{
    if (cert_list_add(context, row))
        return true;
    say("no memory for more certificates");
    return false;
}

int cert_print_run(const struct command_words *words, bool each)
{
    struct certs certs = {.each = each};
    struct cert_sink sink = {keep, &certs.list};
    uint64_t bad_rows = 0;
    int status = REPORT_EXIT_INPUT;
    if (!cert_list_init(&certs.list)) {
        say("out of memory");
        status = REPORT_EXIT_OUTPUT;
    } else if (cert_csv_read(words->list[0], &sink, &bad_rows)) {
        status = join(&certs, words->list + 1, words->count - 1);
        if (status == REPORT_EXIT_COMPLETE && bad_rows > 0)
            status = REPORT_EXIT_DAMAGED;
    }
    cert_list_fini(&certs.list);
    csv_buffer_fini(&certs.csv);
    free(certs.scan);
    free(certs.vantage);
    return status;
}
