#include "cmd_shadow.h"

#include "compare_print.h"
#include "interrupt.h"
#include "say.h"
#include "shadow_entry.h"
#include "shadow_tables.h"

/* Names that may stand above one another. */
#define LEVELS_MAX 128u

/* A name of which all that is read now is below. */
struct level {
    struct octet_buffer key, body;
};

struct shadow {
    struct compare_session session;
    struct compare_join join;
    struct compare_row row;
    struct sorter *tree; /* every name right before those below it */
    struct octet_buffer entry[2];
    struct level levels[LEVELS_MAX];
    size_t depth;
    struct set_records sets[2];
    struct shadow_counts counts;
    struct csv_file names;
};

static bool out_of_memory(void)
{
    say("out of memory");
    return false;
}

/* Puts the names into the order of the tree. Rows that were skipped say nothing. */
static bool plant(struct shadow *shadow)
{
    const struct compare_entry *entry = &shadow->row.entries[0];
    if (entry->outcome == OUTCOME_SKIPPED || entry->outcome == OUTCOME_INVALID)
        return true;
    shadow->counts.names++;
    if (!shadow_entry_put(shadow->row.name, octet_buffer_text(&shadow->join.bodies[0]),
                          shadow->entry))
        return out_of_memory();
    struct sort_entry planted = {octet_buffer_text(&shadow->entry[0]),
                                 octet_buffer_text(&shadow->entry[1])};
    if (sorter_add(shadow->tree, 0, &planted))
        return true;
    sorter_say(shadow->tree);
    return false;
}

/* Returns an exit code. */
static int plant_all(struct shadow *shadow)
{
    if (!compare_session_sort(shadow->session.sorter))
        return REPORT_EXIT_OUTPUT;
    compare_join_init(&shadow->join, shadow->session.sorter);
    while (compare_join_next(&shadow->join, &shadow->row)) {
        if (interrupt_came())
            return interrupt_exit();
        if (!plant(shadow))
            return REPORT_EXIT_OUTPUT;
    }
    shadow->counts.repeated = shadow->join.repeated[0];
    bool planted = compare_join_ended_well(&shadow->join) && compare_session_sort(shadow->tree);
    return planted ? REPORT_EXIT_COMPLETE : REPORT_EXIT_OUTPUT;
}

/* Its set hides the one above. */
static bool take_hiding(struct shadow *shadow, const struct compare_entry *entry,
                        const struct compare_entry *ancestor)
{
    if (!set_records_read(&shadow->sets[0], entry->set) ||
        !set_records_read(&shadow->sets[1], ancestor->set))
        return false;
    const struct caa_set *set = &shadow->sets[0].set, *hidden = &shadow->sets[1].set;
    struct shadow_name name = {.entry = entry,
                               .ancestor = ancestor,
                               .set = set,
                               .hidden = hidden,
                               .content = shadow_content_of(set)};
    for (unsigned kind = 0; kind < SHADOW_KINDS; kind++)
        name.effects[kind] = shadow_effect_of(hidden, set, kind);
    if (shadow_name_is_told(&name))
        shadow_tables_name(&shadow->names, &shadow->session, &name);
    return shadow_counts_take(&shadow->counts, &name);
}

static bool push(struct shadow *shadow, const struct sort_entry *stored)
{
    if (shadow->depth == LEVELS_MAX)
        return true; /* no name of the DNS has so many labels */
    struct level *level = &shadow->levels[shadow->depth++];
    level->key.len = level->body.len = 0;
    octet_buffer_put(&level->key, stored->key);
    octet_buffer_put(&level->body, stored->body);
    return !level->key.no_memory && !level->body.no_memory;
}

/* Goes on to the next name of the tree. False without memory, or where an entry is none. */
static bool take_name(struct shadow *shadow, const struct sort_entry *stored)
{
    struct compare_entry entry, ancestor;
    while (shadow->depth > 0 &&
           !shadow_entry_is_above(octet_buffer_text(&shadow->levels[shadow->depth - 1].key),
                                  stored->key))
        shadow->depth--;
    if (!shadow_entry_read(stored, &entry))
        return false;
    if (shadow->depth > 0) {
        const struct level *level = &shadow->levels[shadow->depth - 1];
        struct sort_entry above = {octet_buffer_text(&level->key), octet_buffer_text(&level->body)};
        if (!shadow_entry_read(&above, &ancestor))
            return false;
        enum shadow_relation relation = shadow_relation_of(&entry, &ancestor);
        shadow->counts.relations[relation]++;
        if (relation == SHADOW_HIDES && !take_hiding(shadow, &entry, &ancestor))
            return false;
    }
    return push(shadow, stored);
}

/* Returns an exit code. */
static int walk(struct shadow *shadow)
{
    struct sort_entry stored;
    while (sorter_next(shadow->tree, &stored)) {
        if (interrupt_came())
            return interrupt_exit();
        if (take_name(shadow, &stored))
            continue;
        say("out of memory, or a temporary file does not hold what was written to it");
        return REPORT_EXIT_OUTPUT;
    }
    if (!sorter_failed(shadow->tree))
        return REPORT_EXIT_COMPLETE;
    sorter_say(shadow->tree);
    return REPORT_EXIT_OUTPUT;
}

static int write_names(struct shadow *shadow)
{
    const struct compare_session *session = &shadow->session;
    if (!compare_session_table(session, &shadow->names, "names.csv"))
        return REPORT_EXIT_OUTPUT;
    shadow_tables_begin_names(&shadow->names);
    return compare_session_end_joined(session, &shadow->names, walk(shadow));
}

static int join(void *context)
{
    struct shadow *shadow = context;
    shadow->tree = compare_session_sorter(&shadow->session);
    if (shadow->tree == NULL)
        return REPORT_EXIT_OUTPUT;
    int status = plant_all(shadow);
    return status == REPORT_EXIT_COMPLETE ? write_names(shadow) : status;
}

static bool write_tables(void *context)
{
    const struct shadow *shadow = context;
    return shadow_tables_write(&shadow->session, &shadow->counts);
}

static void print(void *context, FILE *out)
{
    const struct shadow *shadow = context;
    shadow_tables_print(out, &shadow->session, &shadow->counts);
}

static void shadow_fini(struct shadow *shadow)
{
    compare_join_fini(&shadow->join);
    sorter_free(shadow->tree);
    shadow_counts_fini(&shadow->counts);
    for (unsigned i = 0; i < 2; i++) {
        octet_buffer_fini(&shadow->entry[i]);
        set_records_fini(&shadow->sets[i]);
    }
    for (size_t i = 0; i < LEVELS_MAX; i++) {
        octet_buffer_fini(&shadow->levels[i].key);
        octet_buffer_fini(&shadow->levels[i].body);
    }
}

static const struct table_text texts[] = {
    {"summary.csv", "Sets below other names",
     "Names that have a name above them in the scan, by where the set is that governs them.",
     "metric,names,share"},
    {"shadowing.csv", "Sets that hide others",
     "Names whose set hides another, by what it has and what it does to certificates of the kind. "
     "Undoes: everybody may issue where the hidden set restricts.",
     "content,kind,names,undoes,widens,keeps,narrows,differs,share_permitting_more"},
};
static const struct compare_about about = {
    .title = "CAA sets that hide others",
    .label = "shadow",
    .methods = "Each name is held against the nearest name above it in the same scan, and against "
               "no other. The search for a set ends at the first one, and sets never merge.",
    .texts = texts,
    .count = sizeof texts / sizeof *texts};

static int look(const struct compare_options *options, const struct command_words *files)
{
    static struct shadow shadow;
    const struct compare_work work = {&shadow, join, write_tables, print, &about};
    bool written = false;
    shadow = (struct shadow){0};
    shadow_counts_init(&shadow.counts);
    int status = compare_session_open(&shadow.session, options, files);
    if (status == REPORT_EXIT_COMPLETE)
        status = compare_session_run(&shadow.session, &work, &written);
    shadow_fini(&shadow);
    compare_session_close(&shadow.session, written);
    return status;
}

static int run(void *context, const struct command_words *files)
{
    const struct compare_options *options = context;
    if (files->count == 1 && options->output != NULL)
        return look(options, files);
    say(files->count != 1 ? "shadow wants one record file (see caareport shadow --help)"
                          : "shadow wants -o DIR (see caareport shadow --help)");
    return REPORT_EXIT_USAGE;
}

int cmd_shadow_main(int argc, char **argv)
{
    static const struct command_option rows[] = {COMPARE_OPTION_ROWS};
    static const struct command_line line = {
        "shadow",
        "SCAN -o DIR [OPTIONS]",
        "Holds each set against the set of the nearest name above it in the same scan, which it\n"
        "hides: which sets let CAs issue that the one above does not. SCAN is a record file of "
        "one\n"
        "scan whose list has names and names below them, or that was asked with prefixes.",
        rows,
        sizeof rows / sizeof *rows,
        compare_options_take};
    struct compare_options options;
    compare_options_init(&options);
    return command_line_run(&line, argc, argv, &options, run);
}
