#include "tally_operators.h"

#include <stdlib.h>

#include "fetch_line.h"

#define FIRST_CAP 64u

void tally_operators_init(struct tally_operators *tally)
{
    *tally = (struct tally_operators){0};
    set_sample_init(&tally->sets);
}

void tally_operators_fini(struct tally_operators *tally)
{
    free(tally->list);
    set_sample_fini(&tally->sets);
    tally_operators_init(tally);
}

static bool reserve(struct tally_operators *tally, size_t count)
{
    if (count <= tally->cap)
        return true;
    size_t cap = tally->cap == 0 ? FIRST_CAP : tally->cap;
    while (cap < count)
        cap *= 2;
    struct operator_count *grown = realloc(tally->list, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + tally->cap, 0, (cap - tally->cap) * sizeof *grown);
    tally->list = grown;
    tally->cap = cap;
    return true;
}

static bool has_domain_set(enum tally_part part)
{
    return part == PART_OWN || part == PART_INTERMEDIATE || part == PART_REGISTRABLE;
}

void tally_operators_fetch(const struct tally_operators *tally, const struct tally_row *row)
{
    if (row->operator<tally->cap)
        fetch_line(&tally->list[row->operator]);
}

bool tally_operators_add(struct tally_operators *tally, const struct tally_row *row)
{
    if (row->part >= PART_ASKED_END)
        return true;
    if (!reserve(tally, (size_t)row->operator+ 1))
        return false;
    struct operator_count *count = &tally->list[row->operator];
    bool domain_set = has_domain_set(row->part);
    count->asked++;
    count->answered += row->part < PART_INDETERMINATE;
    count->found += row->part < PART_FOUND_END;
    count->direct += row->part == PART_OWN;
    count->domain_set += domain_set;
    if (!domain_set || row->operator== OPERATORS_NONE)
        return true;
    if (row->mark != NULL)
        return set_sample_add_later(&tally->sets, row->operator, row->mark, row->record->name);
    struct set_mark mark = set_mark_of(&row->record->set);
    return set_sample_add(&tally->sets, row->operator, & mark, row->record->name);
}

bool tally_operators_settle(struct tally_operators *tally)
{
    return set_sample_settle(&tally->sets);
}

bool tally_operators_merge(struct tally_operators *into, const struct tally_operators *from,
                           const struct tally_numbers *numbers)
{
    for (size_t i = 0; i < from->cap; i++) {
        const struct operator_count *added = &from->list[i];
        if (added->asked == 0)
            continue; /* its number may not be given out */
        if (!reserve(into, (size_t)numbers->operators[i] + 1))
            return false;
        struct operator_count *sum = &into->list[numbers->operators[i]];
        sum->asked += added->asked;
        sum->answered += added->answered;
        sum->found += added->found;
        sum->direct += added->direct;
        sum->domain_set += added->domain_set;
    }
    return set_sample_merge(&into->sets, &from->sets, numbers->operators);
}

struct operator_count tally_operators_count(const struct tally_operators *tally, uint32_t number)
{
    return number < tally->cap ? tally->list[number] : (struct operator_count){0};
}

/* Where two sets are as frequent the one with the lower hash is taken. */
static bool is_more_frequent(const struct set_pair *pair, uint64_t names,
                             const struct operator_sets *sets)
{
    if (sets->modal == NULL || names != sets->modal_names)
        return names > sets->modal_names;
    return pair->hash < sets->modal->hash;
}

static void find_modal(const struct set_sample *sample, struct operator_sets *list)
{
    const struct set_pair *pair;
    for (size_t at = 0; (pair = set_sample_next(sample, &at)) != NULL;) {
        struct operator_sets *sets = &list[pair->number];
        uint64_t names = set_sample_names(sample, pair);
        sets->sampled_names += names;
        if (is_more_frequent(pair, names, sets)) {
            sets->modal = pair;
            sets->modal_names = names;
        }
    }
}

static void find_containing(const struct set_sample *sample, struct operator_sets *list)
{
    const struct set_pair *pair;
    for (size_t at = 0; (pair = set_sample_next(sample, &at)) != NULL;) {
        struct operator_sets *sets = &list[pair->number];
        if (sets->modal != NULL && set_sample_contains(sample, pair, sets->modal))
            sets->containing += set_sample_names(sample, pair);
    }
}

struct operator_sets *tally_operators_sets(const struct tally_operators *tally, uint32_t count)
{
    struct operator_sets *list = calloc((size_t)count + 1, sizeof *list);
    if (list == NULL)
        return NULL;
    find_modal(&tally->sets, list);
    find_containing(&tally->sets, list);
    return list;
}

bool operator_sets_are_template(const struct operator_sets *sets)
{
    return sets->sampled_names >= OPERATOR_TEMPLATE_NAMES &&
           2 * sets->containing >= sets->sampled_names;
}

uint64_t operator_sets_template_names(const struct operator_sets *sets,
                                      const struct operator_count *count)
{
    if (!operator_sets_are_template(sets))
        return 0;
    if (sets->sampled_names == count->domain_set)
        return sets->containing;
    double share = (double)sets->containing / (double)sets->sampled_names;
    return (uint64_t)(share * (double)count->domain_set + 0.5);
}
