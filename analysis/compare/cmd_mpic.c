#include "cmd_mpic.h"

#include <string.h>

#include "compare_print.h"
#include "interrupt.h"
#include "mpic_tables.h"
#include "say.h"

#define IDENTIFIERS_MAX 16u

enum {
    LETTER_VANTAGES = COMPARE_LETTER_END,
    LETTER_DATE,
    LETTER_CA,
    LETTER_KIND,
    LETTER_FAILURES,
};

struct mpic_options {
    struct compare_options compare;
    const char *vantages; /* NULL: not given */
    unsigned day;         /* 0: not given */
    struct caa_text identifiers[IDENTIFIERS_MAX];
    size_t identifier_count;
    enum caa_kind kind;
    bool failures_permit;
};

struct mpic {
    const struct mpic_options *options;
    struct compare_session session;
    struct compare_join join;
    struct compare_row row;
    struct mpic_vantages vantages;
    struct mpic_setup setup;
    struct mpic_report report;
    struct mpic_name name;
    struct csv_file names;
    struct set_records sets[COMPARE_SIDES_MAX];
    struct caa_set views[COMPARE_SIDES_MAX];
    struct octet_buffer texts[COMPARE_SIDES_MAX];
};

/* Is the name in all scans, and was it asked in all? Counts where it is not. */
static bool is_complete(struct mpic *mpic)
{
    bool asked = true;
    for (unsigned side = 0; side < mpic->setup.sides; side++) {
        if (!mpic->row.present[side]) {
            mpic->report.counts.incomplete++;
            return false;
        }
        asked = asked && mpic->row.entries[side].outcome != OUTCOME_SKIPPED;
    }
    mpic->report.counts.not_asked += !asked;
    return asked;
}

static bool read_sets(struct mpic *mpic)
{
    for (unsigned side = 0; side < mpic->setup.sides; side++) {
        if (!set_records_read(&mpic->sets[side], mpic->row.entries[side].set))
            return false;
        mpic->views[side] = mpic->sets[side].set;
    }
    return true;
}

/* Counts a name for each remote that sees any CA otherwise than the primary does. */
static void count_remotes(struct mpic *mpic)
{
    for (unsigned side = 1; side < mpic->setup.sides; side++) {
        bool differs = false;
        for (size_t i = 0; i < mpic->name.count; i++) {
            const enum mpic_result *results = mpic->name.candidates[i].results;
            differs |= mpic_result_permits(results[side]) != mpic_result_permits(results[0]);
        }
        mpic->report.counts.differs[side] += differs;
    }
}

static void count_name(struct mpic *mpic)
{
    struct mpic_counts *counts = &mpic->report.counts;
    const struct mpic_name *name = &mpic->name;
    bool inconsistent = false;
    counts->names[name->class]++;
    for (unsigned side = 0; side < mpic->setup.sides; side++) {
        counts->outcomes[side][mpic->row.entries[side].outcome]++;
        inconsistent |= mpic->row.entries[side].inconsistent;
    }
    counts->inconsistent += inconsistent && name->class != MPIC_CLASS_AGREE;
    if (mpic->setup.identifier_count > 0) {
        enum mpic_reason reason = name->candidates[0].verdict.reason;
        counts->reasons[reason]++;
        counts->allowed += mpic_reason_allows(reason);
    }
    count_remotes(mpic);
}

static bool tell_name(struct mpic *mpic)
{
    for (unsigned side = 0; side < mpic->setup.sides; side++) {
        const struct compare_entry *entry = &mpic->row.entries[side];
        struct octet_buffer *text = &mpic->texts[side];
        text->len = 0;
        if (entry->outcome == OUTCOME_INDETERMINATE) {
            octet_buffer_put_word(text, "failed: ");
            octet_buffer_put_word(text, class_word(entry->error_class));
        } else {
            set_form_put_text(&mpic->views[side], false, text);
        }
        if (text->no_memory)
            return false;
    }
    mpic_tables_name(&mpic->names, &mpic->report, &mpic->row, &mpic->name, mpic->texts);
    return true;
}

/* False without memory. */
static bool take_row(struct mpic *mpic)
{
    if (!is_complete(mpic))
        return true;
    if (!read_sets(mpic))
        return false;
    mpic_judge_name(&mpic->setup, mpic->row.entries, mpic->views, &mpic->name);
    count_name(mpic);
    return mpic->name.class == MPIC_CLASS_AGREE || tell_name(mpic);
}

/* Goes through all names. Returns an exit code. */
static int join_names(struct mpic *mpic)
{
    while (compare_join_next(&mpic->join, &mpic->row)) {
        if (interrupt_came())
            return interrupt_exit();
        if (take_row(mpic))
            continue;
        say("out of memory");
        return REPORT_EXIT_OUTPUT;
    }
    return compare_join_ended_well(&mpic->join) ? REPORT_EXIT_COMPLETE : REPORT_EXIT_OUTPUT;
}

static int write_names(struct mpic *mpic)
{
    if (!compare_session_table(&mpic->session, &mpic->names, "names.csv"))
        return REPORT_EXIT_OUTPUT;
    mpic_tables_begin_names(&mpic->names);
    return compare_session_end_joined(&mpic->session, &mpic->names, join_names(mpic));
}

/* The vantage of a side, which no side before it has. False after a message. */
static bool place_side(struct mpic *mpic, unsigned side)
{
    const struct compare_scan *scan = &mpic->session.scans[side];
    const struct mpic_vantage *vantage = mpic_vantages_find(&mpic->vantages, scan->vantage);
    if (vantage == NULL) {
        say("%s: its vantage \"%s\" does not stand in %s", scan->path, scan->vantage,
            mpic->options->vantages);
        return false;
    }
    for (unsigned other = 0; other < side; other++) {
        if (mpic->report.vantages[other] == vantage) {
            say("%s and %s are of the same vantage, \"%s\"", mpic->session.scans[other].path,
                scan->path, scan->vantage);
            return false;
        }
    }
    mpic->report.vantages[side] = vantage;
    mpic->setup.rirs[side] = vantage->rir;
    return true;
}

/* Perspectives must be apart; those that are not count all the same, and it is said. */
static void check_distances(struct mpic *mpic)
{
    for (unsigned a = 0; a < mpic->setup.sides; a++) {
        for (unsigned b = a + 1; b < mpic->setup.sides; b++) {
            const struct mpic_vantage *one = mpic->report.vantages[a];
            const struct mpic_vantage *other = mpic->report.vantages[b];
            if (!one->placed || !other->placed)
                continue;
            double km = mpic_vantages_km(one, other);
            mpic->report.counts.placed_pairs++;
            if (km >= MPIC_DISTANCE_KM)
                continue;
            mpic->report.counts.near_pairs++;
            say("warning: vantages %s and %s are %.0f km apart: perspectives must be %d km apart; "
                "both count",
                one->name, other->name, km, MPIC_DISTANCE_KM);
        }
    }
}

/* Do the scans fit together and into the rule? False after a message. */
static bool set_up(struct mpic *mpic)
{
    const struct mpic_options *options = mpic->options;
    const struct compare_session *session = &mpic->session;
    unsigned day = options->day != 0 ? options->day : session->scans[0].first_date;
    mpic->setup = (struct mpic_setup){.day = day,
                                      .kind = options->kind,
                                      .failures_permit = options->failures_permit,
                                      .identifiers = options->identifiers,
                                      .identifier_count = options->identifier_count,
                                      .sides = session->scan_count};
    mpic->report.session = session;
    mpic->report.setup = &mpic->setup;
    for (unsigned side = 0; side < session->scan_count; side++) {
        if (!place_side(mpic, side) ||
            (side > 0 && !compare_scan_check(&session->scans[0], &session->scans[side])))
            return false;
    }
    check_distances(mpic);
    size_t wanted = mpic_rule_remotes(day);
    if (mpic->setup.sides - 1 < wanted)
        say("warning: on %04u-%02u-%02u the rule wants %zu remotes and there %s %u: it allows "
            "nothing",
            day / 10000, day / 100 % 100, day % 100, wanted, mpic->setup.sides == 2 ? "is" : "are",
            mpic->setup.sides - 1);
    return true;
}

static int join(void *context)
{
    struct mpic *mpic = context;
    if (!set_up(mpic))
        return REPORT_EXIT_INPUT;
    if (!compare_session_sort(mpic->session.sorter))
        return REPORT_EXIT_OUTPUT;
    compare_join_init(&mpic->join, mpic->session.sorter);
    return write_names(mpic);
}

static bool write_tables(void *context)
{
    const struct mpic *mpic = context;
    return mpic_tables_write(&mpic->report);
}

static void print(void *context, FILE *out)
{
    const struct mpic *mpic = context;
    mpic_tables_print(out, &mpic->report);
}

static const struct table_text texts[] = {
    {"summary.csv", "Names from several vantages",
     "Names that all scans have, by what the vantages make of them under the multi-perspective "
     "rule of the Baseline Requirements.",
     "metric,count,share"},
    {"vantages.csv", "Vantages",
     "What each vantage sees of the names compared; differs: some CA hears another answer than at "
     "the primary.",
     "remote_vantage,rir,role,found,empty,indeterminate,differs,share_differs,km_from_primary"},
};
static const struct compare_about about = {
    .title = "CAA from several vantages",
    .label = "mpic",
    .methods = "Scans of one list at several vantages are held together by name, the first being "
               "the primary perspective (TLS Baseline Requirements, section 3.2.2.9). A remote "
               "corroborates where it permits too, whatever set it saw.",
    .texts = texts,
    .count = sizeof texts / sizeof *texts};

static int judge(const struct mpic_options *options, const struct command_words *files)
{
    static struct mpic mpic;
    const struct compare_work work = {&mpic, join, write_tables, print, &about};
    bool written = false;
    mpic = (struct mpic){.options = options};
    if (!mpic_vantages_read(&mpic.vantages, options->vantages)) {
        mpic_vantages_fini(&mpic.vantages);
        return REPORT_EXIT_INPUT;
    }
    int status = compare_session_open(&mpic.session, &options->compare, files);
    if (status == REPORT_EXIT_COMPLETE)
        status = compare_session_run(&mpic.session, &work, &written);
    compare_join_fini(&mpic.join);
    for (unsigned side = 0; side < COMPARE_SIDES_MAX; side++) {
        set_records_fini(&mpic.sets[side]);
        octet_buffer_fini(&mpic.texts[side]);
    }
    mpic_vantages_fini(&mpic.vantages);
    compare_session_close(&mpic.session, written);
    return status;
}

static unsigned digits(const char *word, size_t count)
{
    unsigned number = 0;
    for (size_t i = 0; i < count; i++)
        number = number * 10 + (unsigned)(word[i] - '0');
    return number;
}

/* 0 for what is no month. */
static unsigned days_of(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12)
        return 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool take_day(const char *word, unsigned *day)
{
    static const char shape[] = "dddd-dd-dd";
    bool shaped = strlen(word) == sizeof shape - 1;
    for (size_t i = 0; shaped && i < sizeof shape - 1; i++)
        shaped = shape[i] == 'd' ? caa_text_is_digit((uint8_t)word[i]) : word[i] == shape[i];
    if (shaped) {
        unsigned month = digits(word + 5, 2), of_month = digits(word + 8, 2);
        *day = digits(word, 4) * 10000 + month * 100 + of_month;
        if (of_month >= 1 && of_month <= days_of(digits(word, 4), month) && *day > 10000)
            return true;
    }
    say("--date wants a day as 2026-03-15, not \"%s\"", word);
    return false;
}

static bool take_kind(const char *word, enum caa_kind *kind)
{
    for (unsigned i = 0; i < CAA_KIND_COUNT; i++) {
        if (strcmp(word, caa_kind_word(i)) == 0) {
            *kind = i;
            return true;
        }
    }
    say("--kind wants issue, wild, mail or vmc, not \"%s\"", word);
    return false;
}

/* A CA by its issuer domains, with commas between. */
static bool take_ca(const char *word, struct mpic_options *options)
{
    struct caa_text rest = caa_text_from(word);
    bool good = options->identifier_count == 0;
    do {
        struct caa_text identifier = caa_text_cut(&rest, ',');
        good = good && identifier.len > 0 && options->identifier_count < IDENTIFIERS_MAX;
        if (good)
            options->identifiers[options->identifier_count++] = identifier;
    } while (good && rest.len > 0);
    if (!good)
        say("--ca wants the issuer domains of one CA, at the most %u, with commas, not \"%s\"",
            IDENTIFIERS_MAX, word);
    return good;
}

static bool take_option(void *context, int letter, const char *value)
{
    struct mpic_options *options = context;
    switch (letter) {
    case LETTER_VANTAGES:
        options->vantages = value;
        return true;
    case LETTER_DATE:
        return take_day(value, &options->day);
    case LETTER_CA:
        return take_ca(value, options);
    case LETTER_KIND:
        return take_kind(value, &options->kind);
    case LETTER_FAILURES:
        options->failures_permit = true;
        return true;
    default:
        return compare_options_take(&options->compare, letter, value);
    }
}

/* What the command line lacks, or NULL. */
static const char *lacking(const struct mpic_options *options, const struct command_words *files)
{
    if (files->count < 2 || files->count > COMPARE_SIDES_MAX)
        return "mpic wants the record files of a primary and of 1 to 63 remotes";
    if (options->vantages == NULL)
        return "mpic wants --vantages FILE";
    return options->compare.output == NULL ? "mpic wants -o DIR" : NULL;
}

static int run(void *context, const struct command_words *files)
{
    const struct mpic_options *options = context;
    const char *lacks = lacking(options, files);
    if (lacks == NULL)
        return judge(options, files);
    say("%s (see caareport mpic --help)", lacks);
    return REPORT_EXIT_USAGE;
}

int cmd_mpic_main(int argc, char **argv)
{
    static const struct command_option rows[] = {
        {"vantages", "FILE", "CSV with the columns vantage, rir and, if known, lat, lon",
         LETTER_VANTAGES},
        {"date", "DAY", "the rule as of this day (default: that of the primary's scan)",
         LETTER_DATE},
        {"ca", "IDENT", "judge for this CA alone; several issuer domains with commas", LETTER_CA},
        {"kind", "KIND", "issue, wild, mail or vmc (default: issue)", LETTER_KIND},
        {"failures-permit", NULL, "failures that a CA may take for permission count so",
         LETTER_FAILURES},
        COMPARE_OPTION_ROWS};
    static const struct command_line line = {
        "mpic",
        "PRIMARY REMOTE... --vantages FILE -o DIR [OPTIONS]",
        "Judge each name by the multi-perspective rule of the TLS Baseline Requirements, from\n"
        "scans of one list at several vantages. The files hold one scan each.",
        rows,
        sizeof rows / sizeof *rows,
        take_option};
    struct mpic_options options = {.kind = CAA_KIND_ISSUE};
    compare_options_init(&options.compare);
    return command_line_run(&line, argc, argv, &options, run);
}
