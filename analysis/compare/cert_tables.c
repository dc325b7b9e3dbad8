#include "cert_tables.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cert_time.h"
#include "drawing_pdf.h"
#include "drawing_svg.h"
#include "plot.h"
#include "say.h"

#define LEAD                                                                                       \
    "scan_id,from_scan_id,date,from_date,mode,vantage,scans,unit,denominator_of,denominator"
#define FIGURE "allowed_used"

#define STEP_SECONDS(name, word, seconds) seconds,
static const int64_t step_seconds[] = {CERT_LAG_STEPS(STEP_SECONDS)};

void cert_report_fini(struct cert_report *report)
{
    cert_operators_fini(&report->operators);
    cert_matrix_fini(&report->matrix);
    free(report->counts);
}

/* The counts of an operator; NULL without memory. */
static struct cert_counts *counts_of(struct cert_report *report, uint32_t operator)
{
    if (operator>= report->counts_cap) {
        size_t cap = report->operators.count + 16;
        struct cert_counts *grown = realloc(report->counts, cap * sizeof *grown);
        if (grown == NULL)
            return NULL;
        memset(grown + report->counts_cap, 0, (cap - report->counts_cap) * sizeof *grown);
        report->counts = grown;
        report->counts_cap = cap;
    }
    return &report->counts[operator];
}

bool cert_report_take(struct cert_report *report, const struct cert_entry *cert,
                      const struct cert_judgement *judgement)
{
    struct cert_counts *counts = counts_of(report, cert->operator);
    if (counts == NULL)
        return false;
    counts->certs++;
    counts->verdicts[judgement->verdict]++;
    counts->not_permitted_after +=
        judgement->verdict == CERT_NOT_PERMITTED && judgement->looks[CERT_BEFORE] != NULL;
    counts->between[judgement->between]++;
    counts->since[judgement->since]++;
    counts->sides[judgement->verdicts[CERT_BEFORE]][judgement->verdicts[CERT_AFTER]]
                 [judgement->between]++;
    return cert_matrix_take(&report->matrix, judgement,
                            cert->wildcard ? CAA_KIND_WILD : CAA_KIND_ISSUE,
                            report->operators.list[cert->operator].name, report->names);
}

bool cert_report_removal(struct cert_report *report, const struct cert_removal *removal)
{
    struct cert_counts *counts = counts_of(report, removal->operator);
    if (counts == NULL)
        return false;
    struct cert_lag_counts *lags = &counts->lags[removal->kind][removal->named];
    enum cert_lag lag = cert_removal_lag(removal);
    lags->lags[lag]++;
    lags->permitted_again += removal->permitted_again;
    for (unsigned i = 0; lag != CERT_NOT_FOLLOWED && i < CERT_LAG_STEP_COUNT; i++) {
        uint64_t seen = removal->to->seen_at;
        lags->followed[i] += cert_time_between(seen, removal->followed_until) > step_seconds[i];
        lags->after[i] +=
            removal->last > 0 && cert_time_between(seen, removal->last) > step_seconds[i];
    }
    return true;
}

static void put_scans(struct csv_file *csv, const struct cert_report *report)
{
    csv_file_word(csv, report->last->scan);
    csv_file_word(csv, report->first->scan);
}

static void put_date(struct csv_file *csv, unsigned day)
{
    char text[40];
    snprintf(text, sizeof text, "%04u-%02u-%02u", day / 10000, day / 100 % 100, day % 100);
    csv_file_word(csv, day != 0 ? text : "");
}

static void put_time(struct csv_file *csv, uint64_t time)
{
    char text[CERT_TIME_LEN];
    cert_time_text(text, time);
    csv_file_word(csv, text);
}

static void put_lead(struct csv_file *csv, const struct cert_report *report, const char *unit,
                     const char *denominator_of, uint64_t denominator)
{
    put_scans(csv, report);
    put_date(csv, report->last->first_date);
    put_date(csv, report->first->first_date);
    csv_file_word(csv, mode_word(report->last->mode));
    csv_file_word(csv, report->last->vantage);
    csv_file_count(csv, report->session->scan_count);
    csv_file_word(csv, unit);
    csv_file_word(csv, denominator_of);
    csv_file_count(csv, denominator);
}

void cert_tables_begin_certs(struct csv_file *csv)
{
    fputs("scan_id,from_scan_id,name,issuer,ca_operator,not_before,wildcard,verdict,before,"
          "before_reason,before_set,before_seen_at,after,after_reason,after_set,after_seen_at,"
          "set_changed_between,set_changed_since\n",
          csv->file);
}

/* A set as the other comparisons have it. */
static void put_set(struct csv_file *csv, const struct cert_look *look)
{
    struct octet_buffer text = {0};
    if (cert_look_answered(look)) {
        set_form_put_text(&look->set, false, &text);
    } else {
        octet_buffer_put_word(&text, "failed: ");
        octet_buffer_put_word(&text, class_word(look->entry->error_class));
    }
    csv_file_text(csv, octet_buffer_text(&text));
    if (text.no_memory)
        csv->row.no_memory = true;
    octet_buffer_fini(&text);
}

static void put_side(struct csv_file *csv, const struct cert_judgement *judgement, unsigned side)
{
    const struct cert_look *look = judgement->looks[side];
    if (look == NULL) {
        for (unsigned i = 0; i < 4; i++)
            csv_file_empty(csv);
        return;
    }
    csv_file_word(csv, cert_verdict_word(judgement->verdicts[side]));
    csv_file_word(csv, check_reason_word(judgement->checks[side].reason));
    put_set(csv, look);
    put_time(csv, look->seen_at);
}

void cert_tables_cert(struct csv_file *csv, const struct cert_report *report,
                      const struct cert_entry *cert, const struct cert_judgement *judgement)
{
    put_scans(csv, report);
    csv_file_text(csv, cert->name);
    csv_file_octets(csv, cert->issuer);
    csv_file_word(csv, report->operators.list[cert->operator].name);
    put_time(csv, cert->not_before);
    csv_file_word(csv, cert->wildcard ? "true" : "false");
    csv_file_word(csv, cert_verdict_word(judgement->verdict));
    put_side(csv, judgement, CERT_BEFORE);
    put_side(csv, judgement, CERT_AFTER);
    csv_file_word(csv, cert_change_word(judgement->between));
    csv_file_word(csv, cert_change_word(judgement->since));
    csv_file_end_row(csv);
}

void cert_tables_begin_removals(struct csv_file *csv)
{
    fputs("scan_id,from_scan_id,name,ca_operator,kind,was,lag,from_set,to_set,from_seen_at,"
          "to_seen_at,followed_until,ended_by,last_not_before,lag_lo_s,lag_hi_s\n",
          csv->file);
}

/* Seconds, which may be negative. */
static void put_seconds(struct csv_file *csv, int64_t seconds)
{
    if (seconds < 0)
        csv_file_change(csv, (uint64_t)-seconds, 0);
    else
        csv_file_change(csv, 0, (uint64_t)seconds);
}

static const char *was_word(bool named)
{
    return named ? "named" : "open";
}

void cert_tables_removal(struct csv_file *csv, const struct cert_report *report,
                         struct caa_text name, const struct cert_removal *removal)
{
    put_scans(csv, report);
    csv_file_text(csv, name);
    csv_file_word(csv, report->operators.list[removal->operator].name);
    csv_file_word(csv, caa_kind_word(removal->kind));
    csv_file_word(csv, was_word(removal->named));
    csv_file_word(csv, cert_lag_word(cert_removal_lag(removal)));
    put_set(csv, removal->from);
    put_set(csv, removal->to);
    put_time(csv, removal->from->seen_at);
    put_time(csv, removal->to->seen_at);
    put_time(csv, removal->followed_until);
    csv_file_word(csv, removal->permitted_again ? "permitted_again" : "end_of_list");
    put_time(csv, removal->last);
    if (removal->last > 0) {
        put_seconds(csv, cert_time_between(removal->to->seen_at, removal->last));
        put_seconds(csv, cert_time_between(removal->from->seen_at, removal->last));
    } else {
        csv_file_empty(csv);
        csv_file_empty(csv);
    }
    csv_file_end_row(csv);
}

/* Operators that have certificates or removals, in order: those with most certificates first, then
 * by name, unknown issuers last. The array is the caller's; NULL without memory. */
struct ranked {
    const struct cert_operator *operator;
    const struct cert_counts *counts;
};

static int by_certs(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    bool a_unknown = *a->operator->name == '\0', b_unknown = *b->operator->name == '\0';
    if (a_unknown != b_unknown)
        return a_unknown ? 1 : -1;
    if (a->counts->certs != b->counts->certs)
        return a->counts->certs > b->counts->certs ? -1 : 1;
    return strcmp(a->operator->name, b->operator->name);
}

static struct ranked *rank(const struct cert_report *report, size_t *count)
{
    struct ranked *list = calloc(report->operators.count + 1, sizeof *list);
    *count = 0;
    if (list == NULL)
        return NULL;
    for (size_t i = 0; i < report->operators.count && i < report->counts_cap; i++)
        list[(*count)++] = (struct ranked){&report->operators.list[i], &report->counts[i]};
    if (*count > 1)
        qsort(list, *count, sizeof *list, by_certs);
    return list;
}

static void put_certs_row(struct csv_file *csv, const struct cert_report *report,
                          const struct ranked *row)
{
    const struct cert_counts *counts = row->counts;
    const uint64_t *of = counts->verdicts;
    put_lead(csv, report, "certificate", "certificates", report->certs);
    csv_file_word(csv, row->operator->name);
    csv_file_count(csv, counts->certs);
    csv_file_count(csv, of[CERT_PERMITTED]);
    csv_file_count(csv, of[CERT_NOT_PERMITTED]);
    csv_file_count(csv, of[CERT_UNKNOWN_ISSUER]);
    csv_file_count(csv, of[CERT_LOOKUP_FAILED]);
    csv_file_count(csv, of[CERT_NOT_IN_SCAN]);
    csv_file_count(csv, of[CERT_NOT_PERMITTED] - counts->not_permitted_after);
    csv_file_count(csv, counts->not_permitted_after);
    csv_file_count(csv, counts->since[CERT_CHANGED]);
    csv_file_count(csv, counts->since[CERT_CHANGE_UNKNOWN]);
    csv_file_count(csv, counts->between[CERT_CHANGED]);
    csv_file_count(csv, counts->between[CERT_CHANGE_UNKNOWN]);
    csv_file_end_row(csv);
}

static void put_certs(struct csv_file *csv, const struct cert_report *report,
                      const struct ranked *rows, size_t count)
{
    compare_session_columns(
        report->session, csv,
        LEAD ",ca_operator,certs,permitted,not_permitted,unknown_issuer,lookup_failed,not_in_scan,"
             "not_permitted_before,not_permitted_after,set_changed_since,"
             "set_changed_since_unknown,set_changed_between,set_changed_between_unknown");
    for (size_t i = 0; i < count; i++) {
        if (rows[i].counts->certs > 0)
            put_certs_row(csv, report, &rows[i]);
    }
}

/* A verdict where there is no look is none. */
static const char *side_word(unsigned verdict)
{
    return verdict == CERT_NOT_IN_SCAN ? "no_scan" : cert_verdict_word(verdict);
}

static void put_operator_sides(struct csv_file *csv, const struct cert_report *report,
                               const struct ranked *row)
{
    for (unsigned before = 0; before < CERT_VERDICT_COUNT; before++) {
        for (unsigned i = 0; i < CERT_VERDICT_COUNT * CERT_CHANGE_COUNT; i++) {
            unsigned after = i / CERT_CHANGE_COUNT, change = i % CERT_CHANGE_COUNT;
            uint64_t certs = row->counts->sides[before][after][change];
            if (certs == 0)
                continue;
            put_lead(csv, report, "certificate", "certificates_of_operator", row->counts->certs);
            csv_file_word(csv, row->operator->name);
            csv_file_word(csv, side_word(before));
            csv_file_word(csv, side_word(after));
            csv_file_word(csv, cert_change_word(change));
            csv_file_count(csv, certs);
            csv_file_share(csv, certs, row->counts->certs);
            csv_file_end_row(csv);
        }
    }
}

static void put_sides(struct csv_file *csv, const struct cert_report *report,
                      const struct ranked *rows, size_t count)
{
    compare_session_columns(report->session, csv,
                            LEAD ",ca_operator,before,after,set_changed_between,certs,share");
    for (size_t i = 0; i < count; i++)
        put_operator_sides(csv, report, &rows[i]);
}

static void put_lag_row(struct csv_file *csv, const struct cert_report *report,
                        const struct ranked *row, unsigned kind, bool named)
{
    const struct cert_lag_counts *lags = &row->counts->lags[kind][named];
    uint64_t all = 0;
    for (unsigned i = 0; i < CERT_LAG_COUNT; i++)
        all += lags->lags[i];
    if (all == 0)
        return;
    put_lead(csv, report, "removal", "removals", all);
    csv_file_word(csv, row->operator->name);
    csv_file_word(csv, caa_kind_word(kind));
    csv_file_word(csv, was_word(named));
    csv_file_count(csv, all);
    for (unsigned i = 0; i < CERT_LAG_COUNT; i++)
        csv_file_count(csv, lags->lags[i]);
    csv_file_count(csv, lags->permitted_again);
    for (unsigned i = 0; i < CERT_LAG_STEP_COUNT; i++)
        csv_file_count(csv, lags->after[i]);
    for (unsigned i = 0; i < CERT_LAG_STEP_COUNT; i++)
        csv_file_count(csv, lags->followed[i]);
    csv_file_end_row(csv);
}

static void put_lags(struct csv_file *csv, const struct cert_report *report,
                     const struct ranked *rows, size_t count)
{
#define LAG_COLUMN(name, word) "," word
#define AFTER_COLUMN(name, word, seconds) ",after_" word
#define FOLLOWED_COLUMN(name, word, seconds) ",followed_" word
    compare_session_columns(report->session, csv,
                            LEAD ",ca_operator,kind,was,removals" CERT_LAGS(
                                LAG_COLUMN) ",permitted_again" CERT_LAG_STEPS(AFTER_COLUMN)
                                CERT_LAG_STEPS(FOLLOWED_COLUMN));
    for (size_t i = 0; i < count; i++) {
        for (unsigned each = 0; each < 4; each++)
            put_lag_row(csv, report, &rows[i], each / 2, each % 2 == 0);
    }
}

static void put_allowed(struct csv_file *csv, const struct cert_report *report,
                        const struct count_entry *allowed, const struct count_entry **used,
                        size_t used_count)
{
    for (size_t i = 0; i < used_count; i++) {
        const struct count_entry *cell =
            cert_matrix_cell(&report->matrix, allowed->key, used[i]->key);
        if (cell == NULL)
            continue;
        put_lead(csv, report, "certificate", "certificates_of_allowed", allowed->counts[0]);
        csv_file_text(csv, allowed->key);
        csv_file_text(csv, used[i]->key);
        csv_file_count(csv, cell->counts[0]);
        csv_file_count(csv, cell->counts[1]);
        csv_file_share(csv, cell->counts[0], allowed->counts[0]);
        csv_file_end_row(csv);
    }
}

/* False without memory. */
static bool put_matrix(struct csv_file *csv, const struct cert_report *report)
{
    size_t allowed_count, used_count;
    const struct count_entry **allowed = count_map_sorted(&report->matrix.allowed, &allowed_count);
    const struct count_entry **used = count_map_sorted(&report->matrix.used, &used_count);
    bool good = allowed != NULL && used != NULL;
    compare_session_columns(report->session, csv, LEAD ",allowed,used,certs,names,share");
    for (size_t i = 0; good && i < allowed_count; i++)
        put_allowed(csv, report, allowed[i], used, used_count);
    free(allowed);
    free(used);
    return good;
}

/* Writes one table that has a row for each operator, or several. */
static bool write_ranked(const struct cert_report *report, const char *name,
                         void (*put)(struct csv_file *csv, const struct cert_report *report,
                                     const struct ranked *rows, size_t count))
{
    struct csv_file csv;
    size_t count;
    struct ranked *rows = rank(report, &count);
    if (rows == NULL) {
        say("out of memory");
        return false;
    }
    bool written = compare_session_table(report->session, &csv, name);
    if (written) {
        put(&csv, report, rows, count);
        written = compare_session_end_table(report->session, &csv, true);
    }
    free(rows);
    return written;
}

static bool write_matrix(const struct cert_report *report)
{
    struct csv_file csv;
    if (!compare_session_table(report->session, &csv, FIGURE ".csv"))
        return false;
    bool put = put_matrix(&csv, report);
    if (!put)
        say("out of memory");
    return compare_session_end_table(report->session, &csv, put);
}

static bool write_drawing(const struct cert_report *report, const struct drawing *drawing)
{
    struct csv_file file;
    if (!compare_session_table(report->session, &file, FIGURE ".svg"))
        return false;
    drawing_svg_write(file.file, drawing, true);
    if (!compare_session_end_table(report->session, &file, true) ||
        !compare_session_table(report->session, &file, FIGURE ".pdf"))
        return false;
    bool drawn = drawing_pdf_write(file.file, drawing);
    bool failed = ferror(file.file) != 0; /* which the end of the file tells */
    if (!drawn && !failed)
        say("out of memory");
    return compare_session_end_table(report->session, &file, drawn || failed);
}

/* Where no certificate has a set there is nothing to draw. The page shows the drawing too. */
static bool write_figure(const struct cert_report *report)
{
    struct compare_tables *tables = report->session->tables;
    if (report->matrix.certs == 0)
        return true;
    drawing_init(&tables->drawing, FIGURE, PLOT_WIDTH);
    tables->drawn = true;
    if (cert_matrix_draw(&report->matrix, report->last->scan, &tables->drawing) &&
        !tables->drawing.failed)
        return write_drawing(report, &tables->drawing);
    say("out of memory");
    return false;
}

bool cert_tables_write(const struct cert_report *report)
{
    return write_ranked(report, "certs_vs_caa.csv", put_certs) &&
           write_ranked(report, "before_after.csv", put_sides) &&
           write_ranked(report, "lag.csv", put_lags) && write_matrix(report) &&
           write_figure(report);
}

static void put_line(FILE *out, const char *what, uint64_t count)
{
    fprintf(out, "  %-46s %12" PRIu64 "\n", what, count);
}

void cert_tables_print(FILE *out, const struct cert_report *report)
{
    struct cert_counts all = {0};
    uint64_t removals = 0, after = 0, unfollowed = 0;
    for (size_t i = 0; i < report->counts_cap; i++) {
        const struct cert_counts *counts = &report->counts[i];
        for (unsigned v = 0; v < CERT_VERDICT_COUNT; v++)
            all.verdicts[v] += counts->verdicts[v];
        all.since[CERT_CHANGED] += counts->since[CERT_CHANGED];
        for (unsigned each = 0; each < 4; each++) {
            const struct cert_lag_counts *lags = &counts->lags[each / 2][each % 2];
            for (unsigned lag = 0; lag < CERT_LAG_COUNT; lag++)
                removals += lags->lags[lag];
            after += lags->lags[CERT_LAST_AFTER];
            unfollowed += lags->lags[CERT_NOT_FOLLOWED];
        }
    }
    fprintf(out, "Certificates beside %u scan%s\n\n", report->session->scan_count,
            report->session->scan_count == 1 ? "" : "s");
    put_line(out, "certificates", report->certs);
    put_line(out, "permitted by the scan before (else after)", all.verdicts[CERT_PERMITTED]);
    put_line(out, "not permitted", all.verdicts[CERT_NOT_PERMITTED]);
    put_line(out, "unknown issuer", all.verdicts[CERT_UNKNOWN_ISSUER]);
    put_line(out, "lookup failed", all.verdicts[CERT_LOOKUP_FAILED]);
    put_line(out, "not in a scan", all.verdicts[CERT_NOT_IN_SCAN]);
    put_line(out, "set changed since", all.since[CERT_CHANGED]);
    put_line(out, "removals of a CA", removals);
    put_line(out, "with a certificate after it could be seen", after);
    put_line(out, "not followed by the list", unfollowed);
}
