/* adoption_by_operator.csv: whose customers have a set, and whether it is theirs. */
#include <inttypes.h>
#include <stdlib.h>

#include "cluster_bootstrap.h"
#include "tables.h"
#include "text_order.h"

struct operator_entry {
    uint64_t names;
    struct caa_text text;
    uint32_t number;
};

/* What the rows are made of. */
struct operator_view {
    const struct tally_operators *tally;
    const struct operators *operators;
    struct operator_sets *sets;         /* by number */
    struct operator_entry *order;       /* known operators with names, in the order of the table */
    uint32_t count;                     /* of them */
    struct operator_count all, largest; /* largest: the operator with most names that have a set */
    uint32_t largest_number;
    uint64_t template_names;
};

/* Cells of a row that not every row has. */
struct interval {
    double low, high;
};

struct operator_label {
    const char *row;
    uint32_t number;                  /* of its operator, or OPERATORS_NONE */
    const struct operator_sets *sets; /* or NULL */
    uint64_t template_names;
    bool all_sets;                   /* templates are not taken out: what is direct is known */
    const struct interval *interval; /* or NULL */
};

static void add_count(struct operator_count *sum, const struct operator_count *added)
{
    sum->asked += added->asked;
    sum->answered += added->answered;
    sum->found += added->found;
    sum->direct += added->direct;
    sum->domain_set += added->domain_set;
}

/* Operators with more names first, then by name. */
static int by_names(const void *left, const void *right)
{
    const struct operator_entry *a = left, *b = right;
    if (a->names != b->names)
        return a->names > b->names ? -1 : 1;
    return text_order(a->text, b->text);
}

static void sum_up(struct operator_view *view)
{
    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t number = view->order[i].number;
        const struct operator_count *count = &view->tally->list[number];
        add_count(&view->all, count);
        view->template_names += operator_sets_template_names(&view->sets[number], count);
        if (count->found > view->largest.found) {
            view->largest = *count;
            view->largest_number = number;
        }
    }
    struct operator_count unknown = tally_operators_count(view->tally, OPERATORS_NONE);
    add_count(&view->all, &unknown);
}

static bool view_init(struct operator_view *view, const struct tally *tally)
{
    *view =
        (struct operator_view){.tally = &tally->names.operators, .operators = &tally->operators};
    uint32_t end = tally->operators.count;
    view->sets = tally_operators_sets(view->tally, end);
    view->order = calloc((size_t)end + 1, sizeof *view->order);
    if (view->sets == NULL || view->order == NULL)
        return false;
    for (uint32_t number = OPERATORS_NONE + 1; number < end; number++) {
        uint64_t names = tally_operators_count(view->tally, number).asked;
        if (names > 0)
            view->order[view->count++] =
                (struct operator_entry){names, tally->operators.list[number].text, number};
    }
    if (view->count > 1)
        qsort(view->order, view->count, sizeof *view->order, by_names);
    sum_up(view);
    return true;
}

static void view_fini(struct operator_view *view)
{
    free(view->sets);
    free(view->order);
}

static void put_sets(struct csv_file *csv, const struct operator_view *view,
                     const struct operator_label *label, uint64_t domain_set)
{
    char hash[32];
    const struct operator_sets *sets = label->sets;
    csv_file_count(csv, domain_set);
    if (sets == NULL || sets->modal == NULL) {
        for (unsigned i = 0; i < 4; i++)
            csv_file_empty(csv);
    } else {
        snprintf(hash, sizeof hash, "%016" PRIx64, sets->modal->hash);
        csv_file_word(csv, hash);
        csv_file_share(csv, sets->modal_names, sets->sampled_names);
        csv_file_share(csv, sets->containing, sets->sampled_names);
        csv_file_word(csv, operator_sets_are_template(sets) ? "yes" : "no");
    }
    csv_file_count(csv, label->template_names);
    csv_file_fraction(csv, 1 / (double)(UINT64_C(1) << view->tally->sets.level));
    if (label->interval != NULL) {
        csv_file_fraction(csv, label->interval->low);
        csv_file_fraction(csv, label->interval->high);
    } else {
        csv_file_empty(csv);
        csv_file_empty(csv);
    }
}

/* The interval of the share of all names. Those of no known operator are one cluster. False where
 * there is none, or without memory. */
static bool find_interval(const struct operator_view *view, struct interval *interval)
{
    struct cluster *clusters = calloc((size_t)view->count + 1, sizeof *clusters);
    if (clusters == NULL)
        return false;
    for (uint32_t i = 0; i <= view->count; i++) {
        uint32_t number = i < view->count ? view->order[i].number : OPERATORS_NONE;
        struct operator_count count = tally_operators_count(view->tally, number);
        clusters[i] = (struct cluster){count.found, count.answered};
    }
    size_t count = view->count + (clusters[view->count].answered > 0);
    bool found = cluster_bootstrap(clusters, count, &interval->low, &interval->high);
    free(clusters);
    return found;
}

static void put_row(struct csv_file *csv, const struct table_group *group,
                    const struct operator_view *view, const struct operator_label *label,
                    const struct operator_count *count)
{
    uint64_t indeterminate = count->asked - count->answered;
    tables_lead(csv, group, (struct table_base){"name", "answered", count->answered});
    csv_file_word(csv, label->row);
    if (label->number != OPERATORS_NONE) {
        csv_file_text(csv, view->operators->list[label->number].text);
        csv_file_word(csv, operator_rule_word(view->operators->list[label->number].rule));
    } else {
        csv_file_empty(csv);
        csv_file_empty(csv);
    }
    csv_file_count(csv, count->asked);
    csv_file_count(csv, count->answered);
    csv_file_count(csv, count->found);
    if (label->all_sets)
        csv_file_count(csv, count->direct);
    else
        csv_file_empty(csv);
    csv_file_count(csv, indeterminate);
    csv_file_share(csv, count->found, count->answered);
    csv_file_share(csv, count->found, count->asked);
    csv_file_share(csv, count->found + indeterminate, count->asked);
    put_sets(csv, view, label, count->domain_set);
    csv_file_end_row(csv);
}

/* Names whose set is a template count as names without a set. */
static void put_without_templates(struct csv_file *csv, const struct table_group *group,
                                  const struct operator_view *view)
{
    struct operator_count rest = view->all;
    struct operator_label label = {"without_templates", OPERATORS_NONE, NULL, 0, false, NULL};
    rest.found -= view->template_names;
    rest.domain_set -= view->template_names;
    put_row(csv, group, view, &label, &rest);
}

static void put_without_largest(struct csv_file *csv, const struct table_group *group,
                                const struct operator_view *view)
{
    struct operator_count rest = view->all;
    const struct operator_count *largest = &view->largest;
    uint32_t number = view->largest_number;
    if (number == OPERATORS_NONE)
        return;
    uint64_t templates = operator_sets_template_names(&view->sets[number], largest);
    struct operator_label label = {
        "without_largest", number, NULL, view->template_names - templates, true, NULL};
    rest.asked -= largest->asked;
    rest.answered -= largest->answered;
    rest.found -= largest->found;
    rest.direct -= largest->direct;
    rest.domain_set -= largest->domain_set;
    put_row(csv, group, view, &label, &rest);
}

static void put_operators(struct csv_file *csv, const struct table_group *group,
                          const struct operator_view *view)
{
    struct operator_count other = {0};
    struct operator_label other_label = {"other", OPERATORS_NONE, NULL, 0, true, NULL};
    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t number = view->order[i].number;
        const struct operator_count *count = &view->tally->list[number];
        const struct operator_sets *sets = &view->sets[number];
        struct operator_label label = {
            "operator", number, sets, operator_sets_template_names(sets, count), true, NULL};
        if (i < TABLES_OPERATORS_MAX) {
            put_row(csv, group, view, &label, count);
            continue;
        }
        add_count(&other, count);
        other_label.template_names += label.template_names;
    }
    struct operator_count unknown = tally_operators_count(view->tally, OPERATORS_NONE);
    struct operator_label unknown_label = {"unknown", OPERATORS_NONE, NULL, 0, true, NULL};
    if (other.asked > 0)
        put_row(csv, group, view, &other_label, &other);
    if (unknown.asked > 0)
        put_row(csv, group, view, &unknown_label, &unknown);
}

static void put_all(struct csv_file *csv, const struct table_group *group,
                    const struct operator_view *view)
{
    struct interval interval;
    struct operator_label label = {"all", OPERATORS_NONE, NULL, view->template_names, true, NULL};
    if (group->sample && find_interval(view, &interval))
        label.interval = &interval;
    put_row(csv, group, view, &label, &view->all);
}

bool table_operators_write(struct csv_file *csv, const struct table_group *group)
{
    struct operator_view view;
    bool whole = view_init(&view, group->tally);
    if (whole) {
        put_all(csv, group, &view);
        put_without_templates(csv, group, &view);
        put_without_largest(csv, group, &view);
        put_operators(csv, group, &view);
    }
    view_fini(&view);
    return whole;
}
