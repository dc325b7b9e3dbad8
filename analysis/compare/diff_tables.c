#include "diff_tables.h"

#include <inttypes.h>
#include <stdlib.h>

#include "say.h"

#define TOP_EVENTS 10u /* in the summary; the table has them all */

#define LEAD                                                                                       \
    "scan_id,from_scan_id,date,from_date,mode,vantage,from_vantage,unit,denominator_of,"           \
    "denominator"

uint64_t diff_counts_both(const struct diff_counts *counts)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < DIFF_BOTH_END; i++)
        sum += counts->names[i];
    return sum;
}

uint64_t diff_counts_changed(const struct diff_counts *counts)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < DIFF_CHANGE_END; i++)
        sum += counts->names[i];
    return sum;
}

bool diff_counts_has_operators(const struct diff_counts *counts)
{
    return counts->operators.count > 0;
}

static void put_scans(struct csv_file *csv, const struct compare_session *session)
{
    csv_file_word(csv, session->scans[DIFF_SIDE_NEW].scan);
    csv_file_word(csv, session->scans[DIFF_SIDE_OLD].scan);
}

static void put_date(struct csv_file *csv, unsigned date)
{
    char text[16];
    snprintf(text, sizeof text, "%04u-%02u-%02u", date / 10000, date / 100 % 100, date % 100);
    csv_file_word(csv, date != 0 ? text : "");
}

static void put_lead(struct csv_file *csv, const struct compare_session *session,
                     const char *denominator_of, uint64_t denominator)
{
    const struct compare_scan *from = &session->scans[DIFF_SIDE_OLD];
    const struct compare_scan *to = &session->scans[DIFF_SIDE_NEW];
    put_scans(csv, session);
    put_date(csv, to->first_date);
    put_date(csv, from->first_date);
    csv_file_word(csv, mode_word(to->mode));
    csv_file_word(csv, to->vantage);
    csv_file_word(csv, from->vantage);
    csv_file_word(csv, "name");
    csv_file_word(csv, denominator_of);
    if (*denominator_of != '\0')
        csv_file_count(csv, denominator);
    else
        csv_file_empty(csv);
}

void diff_tables_begin_names(struct csv_file *csv)
{
    fputs("scan_id,from_scan_id,name,class,policy,operator,from_outcome,to_outcome,from_error,"
          "to_error,from_found_at,to_found_at,from_owner,to_owner,from_set,to_set,"
          "from_inconsistent,to_inconsistent\n",
          csv->file);
}

void diff_tables_name(struct csv_file *csv, const struct compare_session *session,
                      const struct diff_name *name)
{
    const struct compare_entry *from = &name->row->entries[DIFF_SIDE_OLD];
    const struct compare_entry *to = &name->row->entries[DIFF_SIDE_NEW];
    put_scans(csv, session);
    csv_file_text(csv, name->row->name);
    csv_file_word(csv, diff_class_word(name->verdict.class));
    csv_file_word(csv, name->verdict.ordered ? policy_order_word(name->verdict.policy) : "");
    csv_file_text(csv, name->operator);
    csv_file_word(csv, outcome_word(from->outcome));
    csv_file_word(csv, outcome_word(to->outcome));
    csv_file_word(csv, class_word(from->error_class));
    csv_file_word(csv, class_word(to->error_class));
    csv_file_text(csv, from->found_at);
    csv_file_text(csv, to->found_at);
    csv_file_text(csv, from->rrset_owner);
    csv_file_text(csv, to->rrset_owner);
    csv_file_text(csv, name->from_set);
    csv_file_text(csv, name->to_set);
    csv_file_count(csv, from->inconsistent);
    csv_file_count(csv, to->inconsistent);
    csv_file_end_row(csv);
}

void diff_tables_begin_churn(struct csv_file *csv)
{
    fputs("scan_id,from_scan_id,name,list,outcome,operator\n", csv->file);
}

void diff_tables_churn(struct csv_file *csv, const struct compare_session *session,
                       const struct diff_name *name)
{
    bool is_new = name->row->present[DIFF_SIDE_NEW];
    const struct compare_entry *entry = &name->row->entries[is_new ? DIFF_SIDE_NEW : DIFF_SIDE_OLD];
    put_scans(csv, session);
    csv_file_text(csv, name->row->name);
    csv_file_word(csv, is_new ? "new" : "old");
    csv_file_word(csv, outcome_word(entry->outcome));
    csv_file_text(csv, entry->operator);
    csv_file_end_row(csv);
}

static void put_metric(struct csv_file *csv, const struct compare_session *session,
                       const char *name, uint64_t count)
{
    put_lead(csv, session, "", 0);
    csv_file_word(csv, name);
    csv_file_count(csv, count);
    csv_file_empty(csv);
    csv_file_empty(csv);
    csv_file_end_row(csv);
}

static void put_class(struct csv_file *csv, const struct compare_session *session,
                      const struct diff_counts *counts, enum diff_class class, uint64_t events)
{
    bool both = class < DIFF_BOTH_END;
    uint64_t whole = both ? diff_counts_both(counts) : 0;
    put_lead(csv, session, both ? "in_both" : "", whole);
    csv_file_word(csv, diff_class_word(class));
    csv_file_count(csv, counts->names[class]);
    csv_file_share(csv, counts->names[class], whole);
    if (class < DIFF_TOLD_END && diff_counts_has_operators(counts))
        csv_file_count(csv, events);
    else
        csv_file_empty(csv);
    csv_file_end_row(csv);
}

static void put_summary(struct csv_file *csv, const struct compare_session *session,
                        const struct diff_counts *counts, const struct diff_changes *changes)
{
    uint64_t events = 0, both = diff_counts_both(counts);
    compare_session_columns(session, csv, LEAD ",metric,names,share,events");
    put_metric(csv, session, "in_both", both);
    for (unsigned i = 0; i < DIFF_CLASS_COUNT; i++) {
        put_class(csv, session, counts, i, changes->events_of[i]);
        events += i < DIFF_CHANGE_END ? changes->events_of[i] : 0;
    }
    put_lead(csv, session, "in_both", both);
    csv_file_word(csv, "all_changes");
    csv_file_count(csv, diff_counts_changed(counts));
    csv_file_share(csv, diff_counts_changed(counts), both);
    if (diff_counts_has_operators(counts))
        csv_file_count(csv, events);
    else
        csv_file_empty(csv);
    csv_file_end_row(csv);
    put_metric(csv, session, "told_without_operator", counts->no_operator);
    put_metric(csv, session, "from_repeated", counts->repeated[DIFF_SIDE_OLD]);
    put_metric(csv, session, "repeated", counts->repeated[DIFF_SIDE_NEW]);
    put_metric(csv, session, "from_rows_without_name", session->scans[DIFF_SIDE_OLD].unnamed);
    put_metric(csv, session, "rows_without_name", session->scans[DIFF_SIDE_NEW].unnamed);
}

/* The cells are empty where no operator is known. */
static void put_top_operator(struct csv_file *csv, const struct diff_change *transition)
{
    if (transition->operators == 0) {
        for (int i = 0; i < 3; i++)
            csv_file_empty(csv);
        return;
    }
    csv_file_count(csv, transition->operators);
    csv_file_text(csv, transition->operator);
    csv_file_count(csv, transition->operator_names);
}

static void put_transitions(struct csv_file *csv, const struct compare_session *session,
                            uint64_t both, struct diff_changes *changes)
{
    struct diff_change change;
    compare_session_columns(
        session, csv,
        LEAD ",class,from_set,to_set,names,share,operators,top_operator,top_operator_names");
    while (diff_changes_next(changes->transitions, &change)) {
        put_lead(csv, session, "in_both", both);
        csv_file_word(csv, diff_class_word(change.class));
        csv_file_text(csv, change.from);
        csv_file_text(csv, change.to);
        csv_file_count(csv, change.names);
        csv_file_share(csv, change.names, both);
        put_top_operator(csv, &change);
        csv_file_end_row(csv);
    }
}

/* The line of the summary for one of the largest events. */
static void put_top_event(struct octet_buffer *out, const struct diff_change *event)
{
    char line[256];
    snprintf(line, sizeof line, "  %-32.*s %-13s %12" PRIu64 "\n",
             (int)(event->operator.len < 32 ? event->operator.len : 32),
             (const char *)event->operator.octets, diff_class_word(event->class), event->names);
    octet_buffer_put_word(out, line);
    octet_buffer_put_word(out, "      ");
    octet_buffer_put(out, event->from);
    octet_buffer_put_word(out, "\n   -> ");
    octet_buffer_put(out, event->to);
    octet_buffer_put_word(out, "\n");
}

static void put_events(struct csv_file *csv, const struct compare_session *session, uint64_t both,
                       struct diff_changes *changes)
{
    struct diff_change change;
    unsigned told = 0;
    compare_session_columns(session, csv, LEAD ",operator,class,from_set,to_set,names,share");
    while (diff_changes_next(changes->events, &change)) {
        if (told++ < TOP_EVENTS)
            put_top_event(&changes->top_events, &change);
        put_lead(csv, session, "in_both", both);
        csv_file_text(csv, change.operator);
        csv_file_word(csv, diff_class_word(change.class));
        csv_file_text(csv, change.from);
        csv_file_text(csv, change.to);
        csv_file_count(csv, change.names);
        csv_file_share(csv, change.names, both);
        csv_file_end_row(csv);
    }
}

static bool put_operators(struct csv_file *csv, const struct compare_session *session,
                          const struct diff_counts *counts)
{
    size_t count;
    const struct count_entry **sorted = count_map_sorted(&counts->operators, &count);
    compare_session_columns(session, csv, LEAD ",operator,names,changed,share_changed,events");
    if (sorted == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct count_entry *entry = sorted[i];
        put_lead(csv, session, "operator", entry->counts[1]);
        csv_file_text(csv, entry->key);
        csv_file_count(csv, entry->counts[1]);
        csv_file_count(csv, entry->counts[0]);
        csv_file_share(csv, entry->counts[0], entry->counts[1]);
        csv_file_count(csv, entry->counts[2]);
        csv_file_end_row(csv);
    }
    free(sorted);
    return true;
}

static bool write_summary(const struct compare_session *session, const struct diff_counts *counts,
                          const struct diff_changes *changes)
{
    struct csv_file csv;
    if (!compare_session_table(session, &csv, "summary.csv"))
        return false;
    put_summary(&csv, session, counts, changes);
    return compare_session_end_table(session, &csv, true);
}

static bool write_ranked(const struct compare_session *session, const struct diff_counts *counts,
                         struct diff_changes *changes, bool events)
{
    struct csv_file csv;
    uint64_t both = diff_counts_both(counts);
    struct sorter *ranked = events ? changes->events : changes->transitions;
    if (!compare_session_table(session, &csv, events ? "events.csv" : "transitions.csv"))
        return false;
    if (events)
        put_events(&csv, session, both, changes);
    else
        put_transitions(&csv, session, both, changes);
    if (sorter_failed(ranked))
        sorter_say(ranked);
    return compare_session_end_table(session, &csv, !sorter_failed(ranked));
}

static bool write_operators(const struct compare_session *session, const struct diff_counts *counts)
{
    struct csv_file csv;
    if (!compare_session_table(session, &csv, "operators.csv"))
        return false;
    bool put = put_operators(&csv, session, counts);
    if (!put)
        say("out of memory");
    return compare_session_end_table(session, &csv, put);
}

bool diff_tables_write(const struct compare_session *session, const struct diff_counts *counts,
                       struct diff_changes *changes)
{
    return write_ranked(session, counts, changes, false) &&
           write_ranked(session, counts, changes, true) && write_operators(session, counts) &&
           write_summary(session, counts, changes);
}
