#include "cmd_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_as.h"
#include "interrupt.h"
#include "job_pool.h"
#include "print.h"
#include "report_dir.h"
#include "report_options.h"
#include "report_write.h"
#include "say.h"
#include "study_figures.h"
#include "summary_text.h"
#include "tables.h"

/* All that a report is made from. */
struct report {
    const struct report_options *options;
    struct record_input input;
    struct suffix_list suffixes;
    struct tally_set *sets; /* one for each thread; merged into the first */
    unsigned set_count;
    void **contexts;
};

static struct table_group group_of(const struct report *report, size_t index)
{
    const struct tally *tally = report->sets[0].groups[index];
    return (struct table_group){.tally = tally,
                                .list = read_plan_list(&report->input.files.plan, tally->key.scan),
                                .suffixes = report->suffixes.label,
                                .sample = report->options->sample,
                                .rank_bands = report->options->rank_bands,
                                .before = tally_set_before(&report->sets[0], tally),
                                .input = &report->input};
}

static bool init_sets(struct report *report, unsigned threads)
{
    report->sets = calloc(threads, sizeof *report->sets);
    report->contexts = calloc(threads, sizeof *report->contexts);
    if (report->sets == NULL || report->contexts == NULL)
        return false;
    report->set_count = threads;
    for (unsigned i = 0; i < threads; i++) {
        tally_set_init(&report->sets[i], &report->suffixes);
        report->contexts[i] = &report->sets[i];
    }
    return true;
}

static bool settle(void *context)
{
    return tally_set_settle(context);
}

/* Sets that are added up in pairs: the one at each multiple of twice the distance, and the one that
 * is so far behind it. */
struct merge_round {
    struct tally_set *sets;
    size_t distance;
};

static bool merge_pair(void *context, size_t index)
{
    const struct merge_round *round = context;
    struct tally_set *into = &round->sets[2 * index * round->distance];
    struct tally_set *from = into + round->distance;
    if (!tally_set_merge(into, from))
        return false;
    tally_set_fini(from);
    return true;
}

static bool merge_sets(struct report *report)
{
    size_t count = report->set_count;
    if (!tally_set_settle(&report->sets[0]))
        return false;
    for (size_t distance = 1; distance < count; distance *= 2) {
        struct merge_round round = {report->sets, distance};
        size_t pairs = (count - distance + 2 * distance - 1) / (2 * distance);
        if (!job_pool_run(merge_pair, &round, pairs, (unsigned)pairs))
            return false;
    }
    tally_set_sort(&report->sets[0]);
    return true;
}

/* A tally has refused: says why, and returns the exit code. */
static int refuse(const struct report *report)
{
    if (interrupt_came())
        return interrupt_exit();
    for (unsigned i = 0; i < report->set_count; i++) {
        if (!report->sets[i].too_many)
            continue;
        say("records of more than %u scans, modes, vantages and prefixes", TALLY_GROUP_MAX);
        return REPORT_EXIT_INPUT;
    }
    say("out of memory");
    return REPORT_EXIT_OUTPUT;
}

/* Reads and counts everything. Returns an exit code. */
static int count_records(struct report *report)
{
    unsigned threads = record_input_threads(&report->input, report->options->threads);
    if (!init_sets(report, threads))
        return refuse(report);
    struct read_sink sink = {.take = tally_set_take_later,
                             .done = settle,
                             .contexts = report->contexts,
                             .context_count = threads};
    switch (record_input_read(&report->input, &sink)) {
    case READ_OK:
        return merge_sets(report) ? REPORT_EXIT_COMPLETE : refuse(report);
    case READ_UNUSABLE:
        return REPORT_EXIT_INPUT;
    case READ_STOPPED:
        return refuse(report);
    default:
        return REPORT_EXIT_OUTPUT;
    }
}

/* What the reader of the report must know beside the warnings. */
static void add_notices(struct report *report)
{
    struct notices *notices = &report->input.warnings;
    const struct read_totals *totals = &report->input.totals;
    if (totals->bad_lines > 0)
        notices_add(notices, "%" PRIu64 " bad lines of the record files were left out.",
                    totals->bad_lines);
    if (totals->torn_frames + totals->damaged_frames > 0)
        notices_add(notices,
                    "%" PRIu64 " torn and %" PRIu64 " damaged frames, %" PRIu64
                    " octets of the record files, were left out: the figures lack their records.",
                    totals->torn_frames, totals->damaged_frames, totals->octets_left_out);
    if (report->sets[0].count > PRINT_GROUPS_MAX)
        notices_add(notices,
                    "Figures and tables of this page are of the first %u of %zu scans, modes, "
                    "vantages and prefixes; the CSV files have all.",
                    PRINT_GROUPS_MAX, report->sets[0].count);
}

static bool write_report(struct report *report, const struct report_dir *dir)
{
    size_t count = report->sets[0].count;
    struct table_group *groups = calloc(count + 1, sizeof *groups);
    if (groups == NULL) {
        say("out of memory");
        return false;
    }
    for (size_t i = 0; i < count; i++)
        groups[i] = group_of(report, i);
    add_notices(report);
    struct report_content content = {groups,
                                     count,
                                     &report->input.files,
                                     &report->input.warnings,
                                     report->suffixes.label,
                                     report->options->threads};
    bool written = report_write(&content, dir);
    free(groups);
    return written;
}

/* False after a message. A reader that has seen enough is no failure. */
static bool print_summary(const struct report *report, const char *folder)
{
    summary_text_input(stdout, &report->input);
    if (report->sets[0].count > 1)
        printf("%zu scans, modes, vantages or prefixes: figures are given for each\n",
               report->sets[0].count);
    for (size_t i = 0; i < report->sets[0].count; i++) {
        struct table_group group = group_of(report, i);
        if (!summary_text_group(stdout, &group)) {
            say("out of memory");
            return false;
        }
    }
    printf("\npublic suffixes: %s\ntables: %s\n", report->suffixes.label, folder);
    if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE)
        return true;
    say("standard output: %s", strerror(errno));
    return false;
}

/* The Public Suffix List, and then the files. */
static bool load_part(void *context, size_t index)
{
    struct report *report = context;
    const struct report_options *options = report->options;
    return index == 0 ? command_line_suffixes(&report->suffixes, options->psl)
                      : record_input_open(&report->input, options->files, options->file_count);
}

/* A list that is given may be a wrong one, of which alone is told then; the one built in is loaded
 * beside the files. */
static bool load(struct report *report)
{
    bool beside = report->options->psl == NULL && report->options->threads > 1;
    return job_pool_run(load_part, report, 2, beside ? 2 : 1);
}

/* Makes the report into a folder that is open. *written: all tables are there. */
static int make_report(struct report *report, const struct report_dir *dir, bool *written)
{
    const struct report_options *options = report->options;
    if (!load(report))
        return REPORT_EXIT_INPUT;
    int status = count_records(report);
    if (status != REPORT_EXIT_COMPLETE)
        return status;
    if (!record_input_suffices(&report->input, options->strict))
        return REPORT_EXIT_INPUT;
    *written = write_report(report, dir);
    if (!*written)
        return interrupt_came() ? interrupt_exit() : REPORT_EXIT_OUTPUT;
    if (!options->quiet && !print_summary(report, dir->path))
        return REPORT_EXIT_OUTPUT;
    return record_input_is_whole(&report->input) ? REPORT_EXIT_COMPLETE : REPORT_EXIT_DAMAGED;
}

static void report_fini(struct report *report)
{
    for (unsigned i = 0; i < report->set_count; i++)
        tally_set_fini(&report->sets[i]);
    free(report->sets);
    free(report->contexts);
    record_input_fini(&report->input);
    suffix_list_fini(&report->suffixes);
}

static int run(const struct report_options *options)
{
    struct report report = {.options = options};
    struct report_dir dir;
    bool written = false;
    interrupt_watch();
    if (!report_dir_open(&dir, options->output, options->force))
        return REPORT_EXIT_OUTPUT;
    int status = make_report(&report, &dir, &written);
    report_fini(&report);
    report_dir_close(&dir, written);
    return status;
}

int cmd_report_main(int argc, char **argv)
{
    struct report_options options;
    switch (report_options_parse(argc, argv, &options)) {
    case COMMAND_PARSE_DONE:
        return REPORT_EXIT_COMPLETE;
    case COMMAND_PARSE_BAD:
        return REPORT_EXIT_USAGE;
    default:
        return options.study < STUDY_COUNT ? cmd_as_run(&options) : run(&options);
    }
}
