#include "cmd_diff.h"

#include <stdio.h>
#include <string.h>

#include "compare_print.h"
#include "diff_text.h"
#include "interrupt.h"
#include "say.h"

struct diff {
    struct compare_session session;
    struct compare_join join;
    struct compare_row row;
    struct diff_changes changes;
    struct diff_counts counts;
    struct csv_file names, churn;
    struct set_records sets[2];
    struct octet_buffer texts[2], masked[2];
    bool no_memory;
};

static bool out_of_memory(struct diff *diff)
{
    diff->no_memory = true;
    return false;
}

/* The operator of a name is that of the new scan, or of the old one where the new has none. */
static struct caa_text operator_of(const struct compare_row *row)
{
    const struct compare_entry *to = &row->entries[DIFF_SIDE_NEW];
    const struct compare_entry *from = &row->entries[DIFF_SIDE_OLD];
    if (!row->present[DIFF_SIDE_OLD] || (row->present[DIFF_SIDE_NEW] && to->operator.len> 0))
        return to->operator;
    return from->operator;
}

/* What one side of a change was, as text. A lookup that failed stands for a set too. */
static void put_side(const struct compare_entry *entry, const struct caa_set *set, bool masked,
                     struct octet_buffer *out)
{
    out->len = 0;
    if (entry->outcome == OUTCOME_INDETERMINATE) {
        octet_buffer_put_word(out, "failed: ");
        octet_buffer_put_word(out, class_word(entry->error_class));
    } else {
        set_form_put_text(set, masked, out);
    }
}

static bool count_operator(struct diff *diff, struct caa_text operator, bool changed)
{
    struct count_entry *entry = operator.len> 0 ? count_map_at(&diff->counts.operators, operator)
                                                : NULL;
    if (operator.len> 0 && entry == NULL)
        return out_of_memory(diff);
    if (entry != NULL) {
        entry->counts[0] += changed;
        entry->counts[1]++;
    }
    return true;
}

static bool tell_name(struct diff *diff, struct diff_name *name)
{
    for (unsigned side = 0; side < 2; side++) {
        const struct compare_entry *entry = &diff->row.entries[side];
        put_side(entry, &diff->sets[side].set, false, &diff->texts[side]);
        put_side(entry, &diff->sets[side].set, true, &diff->masked[side]);
        if (diff->texts[side].no_memory || diff->masked[side].no_memory)
            return out_of_memory(diff);
    }
    name->from_set = octet_buffer_text(&diff->texts[DIFF_SIDE_OLD]);
    name->to_set = octet_buffer_text(&diff->texts[DIFF_SIDE_NEW]);
    diff_tables_name(&diff->names, &diff->session, name);
    struct diff_change change = {.class = name->verdict.class,
                                 .from = octet_buffer_text(&diff->masked[DIFF_SIDE_OLD]),
                                 .to = octet_buffer_text(&diff->masked[DIFF_SIDE_NEW]),
                                 .operator= name->operator};
    diff->counts.no_operator += name->operator.len == 0;
    return diff_changes_add(&diff->changes, &change);
}

static bool read_sets(struct diff *diff)
{
    for (unsigned side = 0; side < 2; side++) {
        if (!set_records_read(&diff->sets[side], diff->row.entries[side].set))
            return out_of_memory(diff);
    }
    return true;
}

/* Sets of the same octets are only read where the name is told. */
static bool compare_name(struct diff *diff, struct diff_name *name)
{
    const struct compare_entry *from = &diff->row.entries[DIFF_SIDE_OLD];
    const struct compare_entry *to = &diff->row.entries[DIFF_SIDE_NEW];
    struct caa_set sets[2] = {{0}, {0}};
    bool differ = !caa_text_equal(from->set, to->set);
    if (differ && !read_sets(diff))
        return false;
    for (unsigned side = 0; differ && side < 2; side++)
        sets[side] = diff->sets[side].set;
    name->verdict = diff_class_of(from, to, sets);
    enum diff_class class = name->verdict.class;
    diff->counts.names[class]++;
    if (!count_operator(diff, name->operator, class<DIFF_CHANGE_END))
        return false;
    if (class >= DIFF_TOLD_END)
        return true;
    return (differ || read_sets(diff)) && tell_name(diff, name);
}

static bool take_row(struct diff *diff)
{
    const struct compare_row *row = &diff->row;
    struct diff_name name = {.row = row, .operator= operator_of(row)};
    if (row->present[DIFF_SIDE_OLD] && row->present[DIFF_SIDE_NEW])
        return compare_name(diff, &name);
    diff->counts.names[row->present[DIFF_SIDE_NEW] ? DIFF_ONLY_NEW : DIFF_ONLY_OLD]++;
    diff_tables_churn(&diff->churn, &diff->session, &name);
    return true;
}

/* Goes through all names. Returns an exit code. */
static int join_names(struct diff *diff)
{
    while (compare_join_next(&diff->join, &diff->row)) {
        if (interrupt_came())
            return interrupt_exit();
        if (take_row(diff))
            continue;
        if (diff->no_memory)
            say("out of memory");
        else
            sorter_say(diff->changes.names);
        return REPORT_EXIT_OUTPUT;
    }
    for (unsigned side = 0; side < 2; side++)
        diff->counts.repeated[side] = diff->join.repeated[side];
    return compare_join_ended_well(&diff->join) ? REPORT_EXIT_COMPLETE : REPORT_EXIT_OUTPUT;
}

/* Writes the two tables that have a row for each name. Returns an exit code. */
static int write_names(struct diff *diff)
{
    const struct compare_session *session = &diff->session;
    if (!compare_session_table(session, &diff->names, "names.csv"))
        return REPORT_EXIT_OUTPUT;
    int status = REPORT_EXIT_OUTPUT;
    if (compare_session_table(session, &diff->churn, "churn.csv")) {
        diff_tables_begin_names(&diff->names);
        diff_tables_begin_churn(&diff->churn);
        status = compare_session_end_joined(session, &diff->churn, join_names(diff));
    }
    return compare_session_end_joined(session, &diff->names, status);
}

/* An event counts for its operator where it is a change. */
static void count_event(void *context, const struct diff_change *event)
{
    struct diff *diff = context;
    struct count_entry *entry = count_map_at(&diff->counts.operators, event->operator);
    if (entry != NULL)
        entry->counts[2] += event->class < DIFF_CHANGE_END;
}

static bool sum_up(struct diff *diff)
{
    struct diff_changes *changes = &diff->changes;
    if (diff_changes_finish(changes, count_event, diff))
        return true;
    struct sorter *const sorters[] = {changes->names, changes->transitions, changes->events};
    for (size_t i = 0; i < 3; i++) {
        if (sorter_failed(sorters[i])) {
            sorter_say(sorters[i]);
            return false;
        }
    }
    say("out of memory");
    return false;
}

/* Is NEW another scan than OLD, of the same kind? */
static bool may_compare(const struct compare_session *session)
{
    const struct compare_scan *from = &session->scans[DIFF_SIDE_OLD];
    const struct compare_scan *to = &session->scans[DIFF_SIDE_NEW];
    if (strcmp(from->scan, to->scan) == 0 && strcmp(from->vantage, to->vantage) == 0) {
        say("%s and %s are of the same scan, \"%s\": there is nothing to compare", from->path,
            to->path, from->scan);
        return false;
    }
    if (strcmp(from->vantage, to->vantage) != 0)
        say("warning: vantage \"%s\" is compared with \"%s\": a name may differ by place, not by "
            "time (see caareport mpic)",
            from->vantage, to->vantage);
    return compare_scan_check(from, to);
}

static bool open_sorters(struct diff *diff)
{
    struct diff_changes *changes = &diff->changes;
    changes->names = compare_session_sorter(&diff->session);
    changes->transitions = compare_session_sorter(&diff->session);
    changes->events = compare_session_sorter(&diff->session);
    return changes->names != NULL && changes->transitions != NULL && changes->events != NULL;
}

static int join(void *context)
{
    struct diff *diff = context;
    if (!may_compare(&diff->session))
        return REPORT_EXIT_INPUT;
    if (!open_sorters(diff) || !compare_session_sort(diff->session.sorter))
        return REPORT_EXIT_OUTPUT;
    compare_join_init(&diff->join, diff->session.sorter);
    return write_names(diff);
}

static bool write_tables(void *context)
{
    struct diff *diff = context;
    return sum_up(diff) && diff_tables_write(&diff->session, &diff->counts, &diff->changes);
}

static void print(void *context, FILE *out)
{
    const struct diff *diff = context;
    diff_text_put(out, &diff->session, &diff->counts, &diff->changes);
}

static void diff_fini(struct diff *diff)
{
    compare_join_fini(&diff->join);
    sorter_free(diff->changes.names);
    sorter_free(diff->changes.transitions);
    sorter_free(diff->changes.events);
    diff_changes_fini(&diff->changes);
    count_map_fini(&diff->counts.operators);
    for (unsigned side = 0; side < 2; side++) {
        set_records_fini(&diff->sets[side]);
        octet_buffer_fini(&diff->texts[side]);
        octet_buffer_fini(&diff->masked[side]);
    }
}

static const struct table_text texts[] = {
    {"summary.csv", "What became of names",
     "Names that both scans have, by what became of them, and the changes of one set to another at "
     "one operator (events). Names in one list alone say nothing about a change.",
     "metric,names,share,events"},
    {"transitions.csv", "From one set to another",
     "Names by what changed for them, most first; what differs from customer to customer of an "
     "operator stands as an asterisk.",
     "class,from_set,to_set,names,operators,top_operator,top_operator_names"},
    {"events.csv", "Changes by operator",
     "The same at one operator each, so that one hoster's change is one row.",
     "operator,class,from_set,to_set,names"},
    {"operators.csv", "Operators", "Names in both lists, and those that changed.",
     "operator,names,changed,share_changed,events"},
};
static const struct compare_about about = {
    .title = "CAA: what changed",
    .label = "diff",
    .methods = "Two scans are set side by side by name. Of several records that a scan has for a "
               "name the one of the latest pass counts, then that of the first row. A failed "
               "lookup is no change of a set, and where servers of a zone disagreed a difference "
               "is none.",
    .texts = texts,
    .count = sizeof texts / sizeof *texts};

static int compare(const struct compare_options *options, const struct command_words *files)
{
    static struct diff diff;
    const struct compare_work work = {&diff, join, write_tables, print, &about};
    bool written = false;
    diff = (struct diff){0};
    count_map_init(&diff.counts.operators);
    int status = compare_session_open(&diff.session, options, files);
    if (status == REPORT_EXIT_COMPLETE)
        status = compare_session_run(&diff.session, &work, &written);
    diff_fini(&diff);
    compare_session_close(&diff.session, written);
    return status;
}

static int run(void *context, const struct command_words *files)
{
    const struct compare_options *options = context;
    if (files->count == 2 && options->output != NULL)
        return compare(options, files);
    say(files->count != 2 ? "diff wants two record files, OLD and NEW (see caareport diff --help)"
                          : "diff wants -o DIR (see caareport diff --help)");
    return REPORT_EXIT_USAGE;
}

int cmd_diff_main(int argc, char **argv)
{
    static const struct command_option rows[] = {COMPARE_OPTION_ROWS};
    static const struct command_line line = {
        "diff",
        "OLD NEW -o DIR [OPTIONS]",
        "Compare two scans name by name: who added, removed, widened, narrowed or moved a set,\n"
        "and which lookups fail that did not. OLD and NEW are record files of one scan each.",
        rows,
        sizeof rows / sizeof *rows,
        compare_options_take};
    struct compare_options options;
    compare_options_init(&options);
    return command_line_run(&line, argc, argv, &options, run);
}
