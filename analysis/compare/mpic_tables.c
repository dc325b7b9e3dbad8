#include "mpic_tables.h"

#include <inttypes.h>

#define LEAD "scan_id,date,mode,vantage,rule_date,kind,ca,unit,denominator_of,denominator"

uint64_t mpic_counts_compared(const struct mpic_counts *counts)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < MPIC_CLASS_COUNT; i++)
        sum += counts->names[i];
    return sum;
}

static void put_date(struct csv_file *csv, unsigned day)
{
    char text[16];
    snprintf(text, sizeof text, "%04u-%02u-%02u", day / 10000, day / 100 % 100, day % 100);
    csv_file_word(csv, day != 0 ? text : "");
}

static void put_lead(struct csv_file *csv, const struct mpic_report *report, const char *unit,
                     const char *denominator_of, uint64_t denominator)
{
    const struct compare_scan *primary = &report->session->scans[0];
    const struct mpic_setup *setup = report->setup;
    csv_file_word(csv, primary->scan);
    put_date(csv, primary->first_date);
    csv_file_word(csv, mode_word(primary->mode));
    csv_file_word(csv, primary->vantage);
    put_date(csv, setup->day);
    csv_file_word(csv, caa_kind_word(setup->kind));
    if (setup->identifier_count > 0)
        csv_file_text(csv, setup->identifiers[0]);
    else
        csv_file_empty(csv);
    csv_file_word(csv, unit);
    csv_file_word(csv, denominator_of);
    csv_file_count(csv, denominator);
}

void mpic_tables_begin_names(struct csv_file *csv)
{
    fputs("scan_id,name,ca,kind,class,verdict,reason,primary,corroborating,not_corroborating,"
          "regions,inconsistent,operator,results,sets\n",
          csv->file);
}

static void put_results(struct csv_file *csv, const struct mpic_report *report,
                        const struct mpic_candidate *candidate)
{
    struct octet_buffer text = {0};
    for (unsigned side = 0; side < report->setup->sides; side++) {
        if (side > 0)
            octet_buffer_put_word(&text, " ");
        octet_buffer_put_word(&text, report->vantages[side]->name);
        octet_buffer_put_word(&text, "=");
        octet_buffer_put_word(&text, mpic_result_word(candidate->results[side]));
    }
    csv_file_text(csv, octet_buffer_text(&text));
    octet_buffer_fini(&text);
}

static void put_sets(struct csv_file *csv, const struct mpic_report *report,
                     const struct octet_buffer *texts)
{
    struct octet_buffer text = {0};
    for (unsigned side = 0; side < report->setup->sides; side++) {
        if (side > 0)
            octet_buffer_put_word(&text, " || ");
        octet_buffer_put_word(&text, report->vantages[side]->name);
        octet_buffer_put_word(&text, ": ");
        octet_buffer_put(&text, octet_buffer_text(&texts[side]));
    }
    csv_file_text(csv, octet_buffer_text(&text));
    octet_buffer_fini(&text);
}

static bool is_inconsistent(const struct mpic_report *report, const struct compare_row *row)
{
    for (unsigned side = 0; side < report->setup->sides; side++) {
        if (row->entries[side].inconsistent)
            return true;
    }
    return false;
}

static void put_candidate(struct csv_file *csv, const struct mpic_report *report,
                          const struct compare_row *row, const struct mpic_candidate *candidate)
{
    const struct mpic_verdict *verdict = &candidate->verdict;
    csv_file_word(csv, report->session->scans[0].scan);
    csv_file_text(csv, row->name);
    csv_file_text(csv, candidate->label);
    csv_file_word(csv, caa_kind_word(report->setup->kind));
    csv_file_word(csv, mpic_class_word(candidate->class));
    csv_file_word(csv, mpic_reason_allows(verdict->reason) ? "allowed" : "not_allowed");
    csv_file_word(csv, mpic_reason_word(verdict->reason));
    csv_file_word(csv, mpic_result_word(candidate->results[0]));
    csv_file_count(csv, verdict->corroborating);
    csv_file_count(csv, verdict->others);
    csv_file_count(csv, verdict->regions);
    csv_file_count(csv, is_inconsistent(report, row));
    csv_file_text(csv, row->entries[0].operator);
    put_results(csv, report, candidate);
}

void mpic_tables_name(struct csv_file *csv, const struct mpic_report *report,
                      const struct compare_row *row, const struct mpic_name *name,
                      const struct octet_buffer *texts)
{
    for (size_t i = 0; i < name->count; i++) {
        if (name->candidates[i].class == MPIC_CLASS_AGREE)
            continue;
        put_candidate(csv, report, row, &name->candidates[i]);
        put_sets(csv, report, texts);
        csv_file_end_row(csv);
    }
}

static void put_share(struct csv_file *csv, const struct mpic_report *report, const char *metric,
                      uint64_t count)
{
    uint64_t compared = mpic_counts_compared(&report->counts);
    put_lead(csv, report, "name", "compared", compared);
    csv_file_word(csv, metric);
    csv_file_count(csv, count);
    csv_file_share(csv, count, compared);
    csv_file_end_row(csv);
}

static void put_left_out(struct csv_file *csv, const struct mpic_report *report, const char *metric,
                         uint64_t count)
{
    const struct mpic_counts *counts = &report->counts;
    uint64_t all = mpic_counts_compared(counts) + counts->incomplete + counts->not_asked;
    put_lead(csv, report, "name", "any_scan", all);
    csv_file_word(csv, metric);
    csv_file_count(csv, count);
    csv_file_share(csv, count, all);
    csv_file_end_row(csv);
}

/* Distances are known where the file has places. */
static void put_near_pairs(struct csv_file *csv, const struct mpic_report *report)
{
    put_lead(csv, report, "pair", "with_places", report->counts.placed_pairs);
    csv_file_word(csv, "vantages_below_500_km");
    if (report->counts.placed_pairs > 0)
        csv_file_count(csv, report->counts.near_pairs);
    else
        csv_file_empty(csv);
    csv_file_share(csv, report->counts.near_pairs, report->counts.placed_pairs);
    csv_file_end_row(csv);
}

static void put_summary(struct csv_file *csv, const struct mpic_report *report)
{
    const struct mpic_counts *counts = &report->counts;
    compare_session_columns(report->session, csv, LEAD ",metric,count,share");
    put_left_out(csv, report, "compared", mpic_counts_compared(counts));
    put_left_out(csv, report, "not_in_all_scans", counts->incomplete);
    put_left_out(csv, report, "not_asked", counts->not_asked);
    for (unsigned i = 0; i < MPIC_CLASS_COUNT; i++)
        put_share(csv, report, mpic_class_word(i), counts->names[i]);
    put_share(csv, report, "differ_and_servers_disagree", counts->inconsistent);
    if (report->setup->identifier_count > 0) {
        put_share(csv, report, "allowed", counts->allowed);
        for (unsigned i = 0; i < MPIC_REASON_COUNT; i++)
            put_share(csv, report, mpic_reason_word(i), counts->reasons[i]);
    }
    put_near_pairs(csv, report);
}

/* How a remote stands to the primary; the cells of the primary are empty. */
static void put_difference(struct csv_file *csv, const struct mpic_report *report, unsigned side)
{
    const struct mpic_vantage *primary = report->vantages[0], *vantage = report->vantages[side];
    uint64_t differs = report->counts.differs[side];
    if (side == 0) {
        for (int i = 0; i < 3; i++)
            csv_file_empty(csv);
        return;
    }
    csv_file_count(csv, differs);
    csv_file_share(csv, differs, mpic_counts_compared(&report->counts));
    if (primary->placed && vantage->placed)
        csv_file_count(csv, (uint64_t)mpic_vantages_km(primary, vantage));
    else
        csv_file_empty(csv);
}

static void put_vantages(struct csv_file *csv, const struct mpic_report *report)
{
    const struct mpic_counts *counts = &report->counts;
    compare_session_columns(report->session, csv,
                            LEAD ",remote_vantage,rir,role,remote_scan_id,found,empty,"
                                 "indeterminate,differs,share_differs,km_from_primary");
    for (unsigned side = 0; side < report->setup->sides; side++) {
        uint64_t compared = mpic_counts_compared(counts);
        put_lead(csv, report, "name", "compared", compared);
        csv_file_word(csv, report->vantages[side]->name);
        csv_file_word(csv, mpic_rir_word(report->vantages[side]->rir));
        csv_file_word(csv, side == 0 ? "primary" : "remote");
        csv_file_word(csv, report->session->scans[side].scan);
        csv_file_count(csv, counts->outcomes[side][OUTCOME_FOUND]);
        csv_file_count(csv, counts->outcomes[side][OUTCOME_EMPTY]);
        csv_file_count(csv, counts->outcomes[side][OUTCOME_INDETERMINATE]);
        put_difference(csv, report, side);
        csv_file_end_row(csv);
    }
}

static bool write_table(const struct mpic_report *report, const char *name,
                        void (*put)(struct csv_file *csv, const struct mpic_report *report))
{
    struct csv_file csv;
    if (!compare_session_table(report->session, &csv, name))
        return false;
    put(&csv, report);
    return compare_session_end_table(report->session, &csv, true);
}

bool mpic_tables_write(const struct mpic_report *report)
{
    return write_table(report, "vantages.csv", put_vantages) &&
           write_table(report, "summary.csv", put_summary);
}

static void print_count(FILE *out, const char *what, uint64_t count, uint64_t whole)
{
    fprintf(out, "  %-48s %12" PRIu64, what, count);
    if (whole > 0)
        fprintf(out, "  %6.2f %%", 100 * (double)count / (double)whole);
    fputc('\n', out);
}

static void print_vantages(FILE *out, const struct mpic_report *report)
{
    for (unsigned side = 0; side < report->setup->sides; side++)
        fprintf(out, "%-8s %s, %s, scan %s\n", side == 0 ? "primary" : "remote",
                report->vantages[side]->name, mpic_rir_word(report->vantages[side]->rir),
                report->session->scans[side].scan);
}

static void print_verdicts(FILE *out, const struct mpic_report *report)
{
    uint64_t compared = mpic_counts_compared(&report->counts);
    const struct caa_text ca = report->setup->identifiers[0];
    fprintf(out, "\nmay %.*s issue\n", ca.len > 200 ? 200 : (int)ca.len, (const char *)ca.octets);
    print_count(out, "yes", report->counts.allowed, compared);
    print_count(out, "no", compared - report->counts.allowed, compared);
}

void mpic_tables_print(FILE *out, const struct mpic_report *report)
{
    const struct mpic_counts *counts = &report->counts;
    unsigned day = report->setup->day;
    uint64_t compared = mpic_counts_compared(counts);
    print_vantages(out, report);
    fprintf(out, "rule of %04u-%02u-%02u, kind %s\n\nnames\n", day / 10000, day / 100 % 100,
            day % 100, caa_kind_word(report->setup->kind));
    print_count(out, "compared", compared, 0);
    print_count(out, "not in all of the scans", counts->incomplete, 0);
    print_count(out, "not asked in one of them", counts->not_asked, 0);
    fprintf(out, "\nof those compared\n");
    for (unsigned i = 0; i < MPIC_CLASS_COUNT; i++)
        print_count(out, mpic_class_text(i), counts->names[i], compared);
    print_count(out, "do not agree, and servers of a zone disagree", counts->inconsistent,
                compared);
    fprintf(out, "\nnames that another vantage sees otherwise than the primary\n");
    for (unsigned side = 1; side < report->setup->sides; side++)
        print_count(out, report->vantages[side]->name, counts->differs[side], compared);
    if (report->setup->identifier_count > 0)
        print_verdicts(out, report);
    fprintf(out, "\ntables: %s\n", report->session->dir.path);
}
