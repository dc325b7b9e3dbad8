#include "cmd_as.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "record_input.h"
#include "report_dir.h"
#include "say.h"
#include "table_study.h"

/* What a study counts in one group of a tally set. */
struct as_group {
    const struct tally *group;
    struct tally_study counts;
};

/* One for each thread. */
struct as_context {
    struct tally_set set; /* tells groups and dates */
    struct as_group **groups;
    size_t count;
};

struct as {
    const struct report_options *options;
    struct record_input input;
    struct suffix_list suffixes;
    struct as_context *contexts; /* merged into the first */
    void **context_list;
    unsigned context_count;
};

/* The counts of a group, made where it is new. NULL without memory. */
static struct as_group *group_at(struct as_context *context, const struct tally *group)
{
    for (size_t i = 0; i < context->count; i++) {
        if (context->groups[i]->group == group)
            return context->groups[i];
    }
    struct as_group **grown =
        realloc(context->groups, (context->count + 1) * sizeof(struct as_group *));
    if (grown == NULL)
        return NULL;
    context->groups = grown;
    struct as_group *added = malloc(sizeof *added);
    if (added == NULL)
        return NULL;
    added->group = group;
    tally_study_init(&added->counts);
    context->groups[context->count++] = added;
    return added;
}

static bool take(void *argument, const struct record_view *record)
{
    struct as_context *context = argument;
    if (!tally_set_take(&context->set, record))
        return false;
    struct as_group *group = group_at(context, context->set.last);
    struct tally_row row = tally_row_of(record, context->set.suffixes);
    return group != NULL && tally_study_add(&group->counts, &row);
}

/* The group of the same key. */
static const struct tally *same_group(const struct tally_set *set, const struct tally_key *key)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct tally_key *other = &set->groups[i]->key;
        if (other->mode == key->mode && caa_text_equal(other->scan, key->scan) &&
            caa_text_equal(other->vantage, key->vantage) &&
            caa_text_equal(other->prefix, key->prefix))
            return set->groups[i];
    }
    return NULL;
}

static bool merge_context(struct as_context *into, const struct as_context *from)
{
    if (!tally_set_merge(&into->set, &from->set))
        return false;
    for (size_t i = 0; i < from->count; i++) {
        const struct tally *group = same_group(&into->set, &from->groups[i]->group->key);
        struct as_group *sum = group_at(into, group);
        if (sum == NULL || !tally_study_merge(&sum->counts, &from->groups[i]->counts))
            return false;
    }
    return true;
}

static bool init_contexts(struct as *as)
{
    unsigned count = record_input_threads(&as->input, as->options->threads);
    as->contexts = calloc(count, sizeof *as->contexts);
    as->context_list = calloc(count, sizeof *as->context_list);
    if (as->contexts == NULL || as->context_list == NULL)
        return false;
    as->context_count = count;
    for (unsigned i = 0; i < count; i++) {
        tally_set_init(&as->contexts[i].set, &as->suffixes);
        as->context_list[i] = &as->contexts[i];
    }
    return true;
}

static void as_fini(struct as *as)
{
    for (unsigned i = 0; i < as->context_count; i++) {
        struct as_context *context = &as->contexts[i];
        for (size_t j = 0; j < context->count; j++) {
            tally_study_fini(&context->groups[j]->counts);
            free(context->groups[j]);
        }
        free(context->groups);
        tally_set_fini(&context->set);
    }
    free(as->contexts);
    free(as->context_list);
    record_input_fini(&as->input);
    suffix_list_fini(&as->suffixes);
}

/* A tally has refused: says why, and returns the exit code. */
static int refuse(const struct as *as)
{
    if (interrupt_came())
        return interrupt_exit();
    for (unsigned i = 0; i < as->context_count; i++) {
        if (!as->contexts[i].set.too_many)
            continue;
        say("records of more than %u scans, modes, vantages and prefixes", TALLY_GROUP_MAX);
        return REPORT_EXIT_INPUT;
    }
    say("out of memory");
    return REPORT_EXIT_OUTPUT;
}

static int merge_contexts(struct as *as)
{
    for (unsigned i = 1; i < as->context_count; i++) {
        if (!merge_context(&as->contexts[0], &as->contexts[i]))
            return refuse(as);
    }
    tally_set_sort(&as->contexts[0].set);
    return REPORT_EXIT_COMPLETE;
}

static int count_records(struct as *as)
{
    if (!init_contexts(as))
        return refuse(as);
    struct read_sink sink = {
        .take = take, .contexts = as->context_list, .context_count = as->context_count};
    switch (record_input_read(&as->input, &sink)) {
    case READ_OK:
        return merge_contexts(as);
    case READ_UNUSABLE:
        return REPORT_EXIT_INPUT;
    case READ_STOPPED:
        return refuse(as);
    default:
        return REPORT_EXIT_OUTPUT;
    }
}

static void put_table(struct as *as, struct csv_file *csv)
{
    struct as_context *all = &as->contexts[0];
    fprintf(csv->file, TABLE_STUDY_COLUMNS "\n");
    for (size_t i = 0; i < all->set.count; i++) {
        struct table_group group = {
            .tally = all->set.groups[i], .suffixes = as->suffixes.label, .input = &as->input};
        table_study_write(csv, &group, &group_at(all, group.tally)->counts, as->options->study);
    }
}

/* as_s18.csv and so on. */
static void name_table(enum study study, char *name, size_t cap)
{
    snprintf(name, cap, "as_%s.csv", study_word(study));
    for (char *at = name; *at != '\0'; at++)
        *at = (char)caa_text_fold_octet((uint8_t)*at);
}

static bool write_table(struct as *as, const struct report_dir *dir)
{
    struct csv_file csv;
    char name[24];
    name_table(as->options->study, name, sizeof name);
    bool written = csv_file_open(&csv, dir->fd, name);
    if (written) {
        put_table(as, &csv);
        written = csv_file_close(&csv);
    }
    if (!written)
        say("%s/%s: %s", dir->path, name, strerror(errno));
    return written;
}

static int make_table(struct as *as, const struct report_dir *dir, bool *written)
{
    const struct report_options *options = as->options;
    if (!command_line_suffixes(&as->suffixes, options->psl))
        return REPORT_EXIT_INPUT;
    if (!record_input_open(&as->input, options->files, options->file_count))
        return REPORT_EXIT_INPUT;
    int status = count_records(as);
    if (status != REPORT_EXIT_COMPLETE)
        return status;
    if (!record_input_suffices(&as->input, options->strict))
        return REPORT_EXIT_INPUT;
    *written = write_table(as, dir);
    if (!*written)
        return REPORT_EXIT_OUTPUT;
    return record_input_is_whole(&as->input) ? REPORT_EXIT_COMPLETE : REPORT_EXIT_DAMAGED;
}

int cmd_as_run(const struct report_options *options)
{
    struct as as = {.options = options};
    struct report_dir dir;
    bool written = false;
    interrupt_watch();
    if (!report_dir_open(&dir, options->output, options->force))
        return REPORT_EXIT_OUTPUT;
    int status = make_table(&as, &dir, &written);
    as_fini(&as);
    report_dir_close(&dir, written);
    return status;
}
