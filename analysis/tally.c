#include "tally.h"

#include <stdlib.h>

#include "stored_count.h"
#include "text_order.h"

static void tally_free(struct tally *tally)
{
    if (tally == NULL)
        return;
    operators_fini(&tally->operators);
    tally_tld_fini(&tally->tld);
    tally_tags_fini(&tally->tags);
    tally_ca_fini(&tally->ca);
    tally_params_fini(&tally->params);
    tally_iodef_fini(&tally->iodef);
    tally_lints_fini(&tally->lints);
    tally_errors_fini(&tally->errors);
    tally_names_fini(&tally->names);
    free(tally);
}

/* The texts of the key stand behind the tally, in the same block. */
static struct caa_text keep(uint8_t **at, struct caa_text text)
{
    uint8_t *copy = *at;
    if (text.len > 0)
        memcpy(copy, text.octets, text.len);
    *at += text.len;
    return caa_text_of(copy, text.len);
}

static struct tally *tally_new(const struct tally_key *key)
{
    size_t key_len = key->scan.len + key->vantage.len + key->prefix.len;
    struct tally *tally = calloc(1, sizeof *tally + key_len);
    if (tally == NULL)
        return NULL;
    uint8_t *at = (uint8_t *)(tally + 1);
    tally->key = (struct tally_key){.mode = key->mode};
    tally->key.scan = keep(&at, key->scan);
    tally->key.vantage = keep(&at, key->vantage);
    tally->key.prefix = keep(&at, key->prefix);
    operators_init(&tally->operators);
    tally_tld_init(&tally->tld);
    tally_tags_init(&tally->tags);
    tally_ca_init(&tally->ca);
    tally_params_init(&tally->params);
    tally_iodef_init(&tally->iodef);
    tally_lints_init(&tally->lints);
    tally_errors_init(&tally->errors);
    tally_names_init(&tally->names);
    return tally;
}

static bool same_key(const struct tally_key *a, const struct tally_key *b)
{
    return a->mode == b->mode && caa_text_equal(a->scan, b->scan) &&
           caa_text_equal(a->vantage, b->vantage) && caa_text_equal(a->prefix, b->prefix);
}

static struct tally *add_group(struct tally_set *set, const struct tally_key *key)
{
    if (set->count == TALLY_GROUP_MAX) {
        set->too_many = true;
        return NULL;
    }
    struct tally **grown = realloc(set->groups, (set->count + 1) * sizeof *grown);
    if (grown == NULL)
        return NULL;
    set->groups = grown;
    struct tally *tally = tally_new(key);
    if (tally == NULL)
        return NULL;
    tally->number = (unsigned)set->count;
    set->groups[set->count++] = tally;
    return tally;
}

/* The group of a key, made where it is new. NULL without memory, or with too many. */
static struct tally *group_of(struct tally_set *set, const struct tally_key *key)
{
    set->last_lead = 0;
    if (set->last != NULL && same_key(&set->last->key, key))
        return set->last;
    struct tally *group = NULL;
    for (size_t i = 0; i < set->count && group == NULL; i++) {
        if (same_key(&set->groups[i]->key, key))
            group = set->groups[i];
    }
    set->last = group != NULL ? group : add_group(set, key);
    return set->last;
}

void tally_set_init(struct tally_set *set, const struct suffix_list *suffixes)
{
    *set = (struct tally_set){.suffixes = suffixes};
}

void tally_set_fini(struct tally_set *set)
{
    stored_count_free(set->stored);
    for (size_t i = 0; i < set->count; i++)
        tally_free(set->groups[i]);
    free(set->groups);
    *set = (struct tally_set){0};
}

static int time_order(const struct tally_time *a, const struct tally_time *b)
{
    return memcmp(a->octets, b->octets, sizeof a->octets);
}

static struct tally_time time_of(struct caa_text timestamp)
{
    struct tally_time time = {0};
    if (timestamp.len > 0)
        memcpy(time.octets, timestamp.octets,
               timestamp.len < sizeof time.octets ? timestamp.len : sizeof time.octets);
    return time;
}

static void widen_dates(struct tally *tally, unsigned first, unsigned last,
                        const struct tally_time *time)
{
    if (tally->first_date == 0 || first < tally->first_date ||
        (first == tally->first_date && time_order(time, &tally->first_time) < 0)) {
        tally->first_date = first;
        tally->first_time = *time;
    }
    if (last > tally->last_date)
        tally->last_date = last;
}

static void count_facts(struct tally *tally, const struct tally_row *row)
{
    const struct record_view *record = row->record;
    struct tally_time time = time_of(record->timestamp);
    widen_dates(tally, record->date, record->date, &time);
    tally->later_passes += record->pass > 1;
    tally->wildcards += record->wildcard;
    tally->queries += (uint64_t)record->queries;
    tally->retries += (uint64_t)record->retries;
    if (row->part < PART_ASKED_END)
        tally->exists[record->exists]++;
    if (row->part < PART_FOUND_END)
        tally->found_dnssec[record->dnssec]++;
    for (unsigned kind = 0; record->notes >> kind != 0; kind++)
        tally->notes[kind] += record->notes >> kind & 1;
}

/* Gives the row its numbers in this tally. */
static bool number_row(struct tally *tally, const struct suffix_list *suffixes,
                       const struct operators_host *host, struct tally_row *row)
{
    if (row->part < PART_ASKED_END)
        row->tld = tally_tld_number(&tally->tld, row->split.tld);
    return row->tld != UINT32_MAX &&
           operators_number(&tally->operators, suffixes, host, &row->operator);
}

/* What depends on the set alone. False without memory, here and below. */
static bool count_set(struct tally *tally, const struct caa_set *set, uint64_t names)
{
    struct set_use use = {set, names, ++tally->set_uses};
    tally_policy_add(&tally->policy, &use);
    return tally_tags_add(&tally->tags, &use) && tally_ca_add(&tally->ca, &use) &&
           tally_params_add(&tally->params, &use);
}

/* Counts the set of a name at once. */
static bool take_set(struct tally *tally, const struct tally_row *row)
{
    const struct caa_set *set = &row->record->set;
    struct lints_shown shown;
    return row->part >= PART_FOUND_END ||
           (count_set(tally, set, 1) && tally_iodef_add(&tally->iodef, row) &&
            tally_lints_add_records(&tally->lints, set, 1, &shown) &&
            tally_lints_add_name(&tally->lints, row, &shown));
}

/* Counts names that waited. */
static bool settle(struct stored_count *count)
{
    struct lints_shown shown;
    uint64_t names = count->names;
    count->names = 0;
    return names == 0 ||
           (count_set(count->tally, &count->stored->set, names) &&
            tally_lints_add_records(&count->tally->lints, &count->stored->set, names, &shown));
}

/* The count of the row's set, which is stored; NULL without memory. */
static struct stored_count *count_of(struct tally_set *set, struct tally *tally,
                                     const struct stored_set *stored)
{
    if (set->stored == NULL)
        set->stored = stored_count_new();
    struct stored_count *count =
        set->stored != NULL ? stored_count_at(set->stored, tally->number, stored) : NULL;
    if (count == NULL || (count->stored == stored && count->tally == tally))
        return count;
    if (!settle(count))
        return NULL;
    stored_count_begin(count, tally, stored);
    return tally_lints_add_records(&tally->lints, &stored->set, 0, &count->shown) ? count : NULL;
}

/* Counts of the set of a name what the name has to do with, and lets the rest wait. */
static bool take_stored(struct tally *tally, const struct tally_row *row,
                        struct stored_count *count)
{
    count->names++;
    return (!count->has_iodef || tally_iodef_add(&tally->iodef, row)) &&
           tally_lints_add_name(&tally->lints, row, &count->shown);
}

static struct tally *group_of_record(struct tally_set *set, const struct record_view *record)
{
    if (record->lead != 0 && record->lead == set->last_lead &&
        caa_text_equal(record->prefix, set->last->key.prefix))
        return set->last;
    struct tally_key key = {record->scan, record->vantage, record->prefix, record->mode};
    struct tally *group = group_of(set, &key);
    if (group != NULL)
        set->last_lead = record->lead;
    return group;
}

static bool take(struct tally_set *set, const struct record_view *record, bool later)
{
    struct tally *tally = group_of_record(set, record);
    if (tally == NULL)
        return false;
    /* Tables are larger than near caches: what is needed of them is asked for early. */
    struct operators_host host = operators_fetch(&tally->operators, record->ns);
    bool waits = later && record->stored != NULL;
    if (waits && set->stored != NULL)
        stored_count_fetch(set->stored, tally->number, record->stored);
    struct tally_row row = tally_row_of(record, set->suffixes);
    tally->records++;
    if (!number_row(tally, set->suffixes, &host, &row))
        return false;
    struct stored_count *count = NULL;
    if (waits && row.part < PART_FOUND_END) {
        count = count_of(set, tally, record->stored);
        if (count == NULL)
            return false;
        row.mark = &count->mark;
        tally_lints_fetch(&tally->lints, &row, &count->shown);
    }
    tally_operators_fetch(&tally->names.operators, &row);
    count_facts(tally, &row);
    tally_adoption_add(&tally->adoption, &row);
    tally_tld_add(&tally->tld, &row);
    bool taken = count != NULL ? take_stored(tally, &row, count) : take_set(tally, &row);
    return taken && tally_errors_add(&tally->errors, &row) && tally_names_add(&tally->names, &row);
}

bool tally_set_take(void *context, const struct record_view *record)
{
    return take(context, record, false);
}

bool tally_set_take_later(void *context, const struct record_view *record)
{
    return take(context, record, true);
}

bool tally_set_settle(struct tally_set *set)
{
    struct stored_count *count;
    for (size_t at = 0; (count = stored_count_next(set->stored, &at)) != NULL;) {
        if (!settle(count))
            return false;
    }
    stored_count_free(set->stored);
    set->stored = NULL;
    for (size_t i = 0; i < set->count; i++) {
        if (!tally_operators_settle(&set->groups[i]->names.operators))
            return false;
    }
    return true;
}

static void merge_counts(uint64_t *into, const uint64_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        into[i] += from[i];
}

static bool merge_parts(struct tally *into, const struct tally *from,
                        const struct tally_numbers *numbers)
{
    tally_tld_merge(&into->tld, &from->tld, numbers->tlds);
    return tally_tags_merge(&into->tags, &from->tags) && tally_ca_merge(&into->ca, &from->ca) &&
           tally_params_merge(&into->params, &from->params) &&
           tally_iodef_merge(&into->iodef, &from->iodef) &&
           tally_lints_merge(&into->lints, &from->lints, numbers) &&
           tally_errors_merge(&into->errors, &from->errors, numbers) &&
           tally_names_merge(&into->names, &from->names, numbers);
}

static bool merge_group(struct tally *into, const struct tally *from)
{
    widen_dates(into, from->first_date, from->last_date, &from->first_time);
    into->records += from->records;
    into->later_passes += from->later_passes;
    into->wildcards += from->wildcards;
    into->queries += from->queries;
    into->retries += from->retries;
    merge_counts(into->exists, from->exists, EXISTS_COUNT);
    merge_counts(into->found_dnssec, from->found_dnssec, DNSSEC_COUNT);
    merge_counts(into->notes, from->notes, NOTE_COUNT);
    tally_adoption_merge(&into->adoption, &from->adoption);
    tally_policy_merge(&into->policy, &from->policy);
    struct tally_numbers numbers = {operators_merge(&into->operators, &from->operators),
                                    tally_tld_renumber(&into->tld, &from->tld)};
    bool merged =
        numbers.operators != NULL && numbers.tlds != NULL && merge_parts(into, from, &numbers);
    free(numbers.operators);
    free(numbers.tlds);
    return merged;
}

bool tally_set_merge(struct tally_set *into, const struct tally_set *from)
{
    for (size_t i = 0; i < from->count; i++) {
        struct tally *group = group_of(into, &from->groups[i]->key);
        if (group == NULL || !merge_group(group, from->groups[i]))
            return false;
    }
    return true;
}

static int by_key(const void *left, const void *right)
{
    const struct tally_key *a = &(*(const struct tally *const *)left)->key;
    const struct tally_key *b = &(*(const struct tally *const *)right)->key;
    int order = text_order(a->scan, b->scan);
    if (order == 0)
        order = (a->mode > b->mode) - (a->mode < b->mode);
    if (order == 0)
        order = text_order(a->vantage, b->vantage);
    return order != 0 ? order : text_order(a->prefix, b->prefix);
}

void tally_set_sort(struct tally_set *set)
{
    if (set->count > 1)
        qsort(set->groups, set->count, sizeof *set->groups, by_key);
}

static bool began_before(const struct tally *a, const struct tally *b)
{
    if (a->first_date != b->first_date)
        return a->first_date < b->first_date;
    return time_order(&a->first_time, &b->first_time) < 0;
}

const struct tally *tally_set_before(const struct tally_set *set, const struct tally *group)
{
    const struct tally *before = NULL;
    for (size_t i = 0; i < set->count; i++) {
        const struct tally *other = set->groups[i];
        bool comparable = other->key.mode == group->key.mode &&
                          caa_text_equal(other->key.vantage, group->key.vantage) &&
                          caa_text_equal(other->key.prefix, group->key.prefix);
        if (comparable && began_before(other, group) &&
            (before == NULL || began_before(before, other)))
            before = other;
    }
    return before;
}
