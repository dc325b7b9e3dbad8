#include "cert_join.h"

#include "caa_organisation.h"
#include "cert_csv.h"
#include "cert_tables.h"
#include "compare_print.h"
#include "interrupt.h"
#include "say.h"

struct cert_join {
    const struct cert_join_options *options;
    struct compare_session session;
    struct compare_join scans;
    struct compare_row row; /* of the name of the scans that is under way */
    bool has_row;
    struct sorter *certs;
    struct cert_report report;
    struct cert_history history;
    struct cert_removals removals;
    struct octet_buffer entry[2], name;
    struct csv_file each, removed;
    uint64_t latest; /* notBefore */
    uint64_t bad_rows;
    bool no_memory;
};

static bool out_of_memory(struct cert_join *join)
{
    join->no_memory = true;
    return false;
}

/* Puts a row of the list into the sort. */
static bool take_cert(void *context, const struct cert_row *row)
{
    struct cert_join *join = context;
    const char *name = caa_organisation_operator(row->issuer);
    size_t number = cert_operators_at(&join->report.operators, name != NULL ? name : "");
    if (number == 0 ||
        !cert_entry_put(row, (uint32_t)(number - 1), join->report.certs, join->entry)) {
        say("out of memory");
        return false;
    }
    struct sort_entry entry = {octet_buffer_text(&join->entry[0]),
                               octet_buffer_text(&join->entry[1])};
    if (interrupt_came())
        return false;
    if (!sorter_add(join->certs, 0, &entry)) {
        sorter_say(join->certs);
        return false;
    }
    join->report.certs++;
    if (row->not_before > join->latest)
        join->latest = row->not_before;
    return true;
}

/* Goes to the name in the scans; both come in the order of their octets. False after a failure. */
static bool find_row(struct cert_join *join, struct caa_text name, bool *found)
{
    while (join->has_row && text_order(join->row.name, name) < 0)
        join->has_row = compare_join_next(&join->scans, &join->row);
    *found = join->has_row && caa_text_equal(join->row.name, name);
    return !join->scans.bad && !sorter_failed(join->scans.sorter);
}

static bool begin_name(struct cert_join *join, struct caa_text name)
{
    bool found;
    join->name.len = 0;
    octet_buffer_put(&join->name, name);
    join->report.names++;
    cert_removals_clear(&join->removals);
    if (join->name.no_memory || !find_row(join, octet_buffer_text(&join->name), &found) ||
        !cert_history_read(&join->history, found ? &join->row : NULL))
        return out_of_memory(join);
    return cert_removals_of_named(&join->removals, &join->history, &join->report.operators,
                                  join->report.until) ||
           out_of_memory(join);
}

static bool end_name(struct cert_join *join)
{
    for (size_t i = 0; i < join->removals.count; i++) {
        const struct cert_removal *removal = &join->removals.list[i];
        if (!cert_removal_counts(removal))
            continue;
        cert_tables_removal(&join->removed, &join->report, octet_buffer_text(&join->name), removal);
        if (!cert_report_removal(&join->report, removal))
            return out_of_memory(join);
    }
    return true;
}

static bool judge(struct cert_join *join, const struct cert_entry *cert)
{
    const struct cert_operators *operators = &join->report.operators;
    const struct cert_operator *operator= & operators->list[cert->operator];
    struct cert_judgement judgement =
        cert_history_judge(&join->history, cert, &operator->ca, *operator->name != '\0');
    cert_tables_cert(&join->each, &join->report, cert, &judgement);
    return (cert_report_take(&join->report, cert, &judgement) &&
            cert_removals_take(&join->removals, &join->history, operators, cert,
                               join->report.until)) ||
           out_of_memory(join);
}

static bool take_entry(struct cert_join *join, const struct sort_entry *entry)
{
    struct cert_entry cert;
    if (!cert_entry_read(entry, &cert) || cert.operator>= join->report.operators.count)
        return out_of_memory(join);
    if (join->report.names == 0 || !caa_text_equal(cert.name, octet_buffer_text(&join->name))) {
        if ((join->report.names > 0 && !end_name(join)) || !begin_name(join, cert.name))
            return false;
    }
    return judge(join, &cert);
}

/* Goes through all certificates. Returns an exit code. */
static int join_names(struct cert_join *join)
{
    struct sort_entry entry;
    bool good = true;
    join->has_row = compare_join_next(&join->scans, &join->row);
    while (good && sorter_next(join->certs, &entry)) {
        if (interrupt_came())
            return interrupt_exit();
        good = take_entry(join, &entry);
    }
    good = good && (join->report.names == 0 || end_name(join));
    if (sorter_failed(join->certs))
        sorter_say(join->certs);
    else if (good && compare_join_ended_well(&join->scans))
        return REPORT_EXIT_COMPLETE;
    else if (!good && !sorter_failed(join->scans.sorter))
        say("out of memory, or a temporary file does not hold what was written to it");
    else if (!good)
        sorter_say(join->scans.sorter);
    return REPORT_EXIT_OUTPUT;
}

/* Returns an exit code. */
static int write_each(struct cert_join *join)
{
    const struct compare_session *session = &join->session;
    int status = REPORT_EXIT_OUTPUT;
    if (!compare_session_table(session, &join->each, "certs.csv"))
        return status;
    if (compare_session_table(session, &join->removed, "removals.csv")) {
        cert_tables_begin_certs(&join->each);
        cert_tables_begin_removals(&join->removed);
        status = compare_session_end_joined(session, &join->removed, join_names(join));
    }
    return compare_session_end_joined(session, &join->each, status);
}

/* Scans of different places may be held together, for sets seldom differ by place. */
static bool may_join(const struct compare_session *session)
{
    for (unsigned i = 1; i < session->scan_count; i++) {
        const struct compare_scan *scan = &session->scans[i];
        if (!compare_scan_check(&session->scans[0], scan))
            return false;
        if (strcmp(scan->vantage, session->scans[0].vantage) != 0)
            say("warning: vantage \"%s\" stands beside \"%s\": a set may differ by place, not by "
                "time",
                scan->vantage, session->scans[0].vantage);
        for (unsigned other = 0; other < i; other++) {
            if (strcmp(scan->scan, session->scans[other].scan) != 0 ||
                strcmp(scan->vantage, session->scans[other].vantage) != 0)
                continue;
            say("%s and %s are of the same scan, \"%s\": put shards together with cat(1)",
                session->scans[other].path, scan->path, scan->scan);
            return false;
        }
    }
    return true;
}

static void order_scans(struct cert_join *join)
{
    const struct compare_session *session = &join->session;
    struct cert_report *report = &join->report;
    report->session = session;
    report->first = report->last = &session->scans[0];
    for (unsigned i = 1; i < session->scan_count; i++) {
        const struct compare_scan *scan = &session->scans[i];
        if (scan->first_seen < report->first->first_seen)
            report->first = scan;
        if (scan->first_seen >= report->last->first_seen)
            report->last = scan;
    }
    report->until = join->options->until > 0 ? join->options->until : join->latest;
}

static int read_certs(struct cert_join *join, const char *path)
{
    struct cert_sink sink = {take_cert, join};
    join->certs = compare_session_sorter(&join->session);
    if (join->certs == NULL)
        return REPORT_EXIT_OUTPUT;
    if (cert_csv_read(path, &sink, &join->bad_rows))
        return REPORT_EXIT_COMPLETE;
    if (interrupt_came())
        return interrupt_exit();
    return sorter_failed(join->certs) ? REPORT_EXIT_OUTPUT : REPORT_EXIT_INPUT;
}

static int join_all(void *context)
{
    struct cert_join *join = context;
    if (!may_join(&join->session))
        return REPORT_EXIT_INPUT;
    if (!compare_session_sort(join->session.sorter) || !compare_session_sort(join->certs))
        return REPORT_EXIT_OUTPUT;
    order_scans(join);
    compare_join_init(&join->scans, join->session.sorter);
    return write_each(join);
}

static bool write_tables(void *context)
{
    const struct cert_join *join = context;
    return cert_tables_write(&join->report);
}

static void print(void *context, FILE *out)
{
    const struct cert_join *join = context;
    cert_tables_print(out, &join->report);
}

static void join_fini(struct cert_join *join)
{
    compare_join_fini(&join->scans);
    sorter_free(join->certs);
    cert_report_fini(&join->report);
    cert_history_fini(&join->history);
    cert_removals_fini(&join->removals);
    octet_buffer_fini(&join->entry[0]);
    octet_buffer_fini(&join->entry[1]);
    octet_buffer_fini(&join->name);
}

static const struct table_text texts[] = {
    {"certs_vs_caa.csv", "Certificates beside CAA",
     "Certificates by their CA and what the set said that was seen last before, else first after "
     "they were issued. It is no proof of mis-issue: the set may have been another one then.",
     "ca_operator,certs,permitted,not_permitted,unknown_issuer,lookup_failed,not_in_scan,"
     "set_changed_since"},
    {"before_after.csv", "Before and after",
     "Certificates by what the sets said that were seen before and after they were issued.",
     "ca_operator,before,after,set_changed_between,certs,share"},
    {"lag.csv", "After a CA was removed",
     "Removals of a CA from the sets of names that have a certificate, by when the last one from "
     "it came, as far as each removal was followed.",
     "ca_operator,kind,was,removals,not_followed,no_certificate,last_before,last_between,"
     "last_after,after_over_8h,followed_over_8h"},
    {"allowed_used.csv", "CAs allowed and used",
     "Certificates by the CAs that the set of their name allows, and by the one that issued. A "
     "certificate counts in the row of each CA that its set allows.",
     "allowed,used,certs,names,share"},
};
static const struct compare_about about = {
    .title = "Certificates beside CAA",
    .label = "certs",
    .methods = "A list of certificates is joined by name with what scans saw at their times. The "
               "verdict is that of the last look up to notBefore, where there is none of the "
               "first one behind it. Sets are compared where both looks were answered and the "
               "servers of the zone agreed.",
    .texts = texts,
    .count = sizeof texts / sizeof *texts,
    .by_time = true,
    .caption = "CAs that sets allow (rows) against those that certificates are from (columns), as "
               "shares of the certificates of the row."};

int cert_join_run(const struct cert_join_options *options, const struct command_words *words)
{
    static struct cert_join join;
    const struct compare_work work = {&join, join_all, write_tables, print, &about};
    bool written = false;
    join = (struct cert_join){.options = options};
    cert_matrix_init(&join.report.matrix);
    struct command_words files = {words->list + 1, words->count - 1};
    int status = compare_session_open(&join.session, &options->compare, &files);
    if (status == REPORT_EXIT_COMPLETE)
        status = read_certs(&join, words->list[0]);
    if (status == REPORT_EXIT_COMPLETE)
        status = compare_session_run(&join.session, &work, &written);
    if (status == REPORT_EXIT_COMPLETE && join.bad_rows > 0)
        status = REPORT_EXIT_DAMAGED;
    join_fini(&join);
    compare_session_close(&join.session, written);
    return status;
}
