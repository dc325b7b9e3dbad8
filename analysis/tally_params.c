#include "tally_params.h"

#include <stdlib.h>

#include "caa_rfc8657.h"
#include "text_order.h"

void tally_params_init(struct tally_params *tally)
{
    *tally = (struct tally_params){0};
    count_map_init(&tally->index);
}

void tally_params_fini(struct tally_params *tally)
{
    for (size_t i = 0; i < tally->count; i++)
        distinct_fini(&tally->list[i].values);
    free(tally->list);
    count_map_fini(&tally->index);
}

static bool reserve_one(struct tally_params *tally)
{
    if (tally->count < tally->cap)
        return true;
    size_t cap = tally->cap == 0 ? 16 : tally->cap * 2;
    struct param_count *grown = realloc(tally->list, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    tally->list = grown;
    tally->cap = cap;
    return true;
}

/* The counters of a tag, made if it is new. NULL without memory. */
static struct param_count *param_at(struct tally_params *tally, struct caa_text tag)
{
    if (!reserve_one(tally))
        return NULL;
    struct count_entry *entry = count_map_at(&tally->index, tag);
    if (entry == NULL)
        return NULL;
    if (entry->counts[0] == 0) {
        struct param_count *fresh = &tally->list[tally->count++];
        *fresh = (struct param_count){.tag = entry->key};
        distinct_init(&fresh->values);
        entry->counts[0] = tally->count;
    }
    return &tally->list[entry->counts[0] - 1];
}

static void count_once(uint64_t *count, uint64_t *seen, uint64_t serial, uint64_t names)
{
    *count += *seen != serial ? names : 0;
    *seen = serial;
}

static bool is_tag(struct caa_text tag, const char *word)
{
    return caa_text_equal(tag, caa_text_from(word));
}

bool tally_params_is_8657(struct caa_text tag)
{
    return is_tag(tag, CAA_RFC8657_ACCOUNTURI) || is_tag(tag, CAA_RFC8657_VALIDATIONMETHODS);
}

/* What RFC 8657 says about one parameter of a value. */
struct verdict {
    bool valid, unsatisfiable;
};

static struct verdict judge(const struct caa_value *value, struct caa_text tag,
                            struct caa_text text)
{
    if (is_tag(tag, CAA_RFC8657_ACCOUNTURI)) {
        bool valid = caa_rfc8657_is_account(text);
        return (struct verdict){valid, !valid || value->accounturi_count > 1};
    }
    if (is_tag(tag, CAA_RFC8657_VALIDATIONMETHODS)) {
        bool valid = caa_rfc8657_is_method_list(text);
        return (struct verdict){valid,
                                !valid || text.len == 0 || value->validationmethods_count > 1};
    }
    return (struct verdict){false, false};
}

static bool add_param(struct tally_params *tally, const struct caa_value *value,
                      const struct caa_param *param, const struct set_use *use)
{
    uint8_t folded[UINT16_MAX]; /* a value is shorter than RDATA */
    struct caa_text tag = caa_text_of(folded, caa_text_fold(param->tag, folded, sizeof folded));
    struct param_count *count = param_at(tally, tag);
    if (count == NULL)
        return false;
    struct verdict verdict = judge(value, tag, param->value);
    count_once(&count->names, &count->seen, use->serial, use->names);
    count_once(&count->records, &count->seen_record, tally->record_serial, use->names);
    if (verdict.valid)
        count_once(&count->valid, &count->seen_valid, use->serial, use->names);
    if (verdict.unsatisfiable)
        count_once(&count->unsatisfiable, &count->seen_unsatisfiable, use->serial, use->names);
    return distinct_add(&count->values, param->value);
}

bool tally_params_add(struct tally_params *tally, const struct set_use *use)
{
    const struct caa_set *set = use->set;
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_value *value = &set->records[i].value;
        if (value->param_count == 0)
            continue;
        tally->record_serial++;
        struct caa_text rest = value->params;
        for (struct caa_param param; caa_value_next_param(&rest, &param);) {
            if (!add_param(tally, value, &param, use))
                return false;
        }
    }
    return true;
}

bool tally_params_merge(struct tally_params *into, const struct tally_params *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct param_count *more = &from->list[i];
        struct param_count *sum = param_at(into, more->tag);
        if (sum == NULL || !distinct_merge(&sum->values, &more->values))
            return false;
        sum->names += more->names;
        sum->records += more->records;
        sum->valid += more->valid;
        sum->unsatisfiable += more->unsatisfiable;
    }
    return true;
}

static int by_names(const void *left, const void *right)
{
    const struct param_count *a = *(const struct param_count *const *)left;
    const struct param_count *b = *(const struct param_count *const *)right;
    if (a->names != b->names)
        return a->names > b->names ? -1 : 1;
    return text_order(a->tag, b->tag);
}

const struct param_count **tally_params_sorted(const struct tally_params *tally)
{
    const struct param_count **sorted = malloc((tally->count + 1) * sizeof *sorted);
    if (sorted == NULL)
        return NULL;
    for (size_t i = 0; i < tally->count; i++)
        sorted[i] = &tally->list[i];
    if (tally->count > 1)
        qsort(sorted, tally->count, sizeof *sorted, by_names);
    return sorted;
}
