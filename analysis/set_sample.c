#include "set_sample.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define FIRST_CAP 32u

/* A record that can't be read is told from others by its reason alone. */
static uint64_t hash_record(const struct caa_record *record)
{
    uint8_t head[3 + UINT8_MAX] = {(uint8_t)record->rdata_error, record->flags,
                                   (uint8_t)record->tag.len};
    size_t tag_len = caa_text_fold(record->tag, head + 3, sizeof head - 3);
    uint64_t seed = XXH3_64bits(head, 3 + tag_len);
    return XXH3_64bits_withSeed(record->text.octets, record->text.len, seed);
}

/* Puts a hash where it belongs; false where it is there already. */
static bool insert(struct set_mark *mark, uint32_t hash)
{
    uint32_t at = mark->record_count;
    while (at > 0 && mark->records[at - 1] > hash)
        at--;
    if (at > 0 && mark->records[at - 1] == hash)
        return false;
    memmove(&mark->records[at + 1], &mark->records[at],
            (mark->record_count - at) * sizeof *mark->records);
    mark->records[at] = hash;
    mark->record_count++;
    return true;
}

/* A large set is known by the sum of its records' hashes, which has no order. */
static struct set_mark mark_of_large(const struct caa_set *set)
{
    struct set_mark mark = {.record_count = SET_SAMPLE_RECORDS_MAX + 1};
    for (size_t i = 0; i < set->count; i++)
        mark.hash += hash_record(&set->records[i]);
    mark.hash = XXH3_64bits(&mark.hash, sizeof mark.hash);
    return mark;
}

struct set_mark set_mark_of(const struct caa_set *set)
{
    if (set->count > SET_SAMPLE_RECORDS_MAX)
        return mark_of_large(set);
    struct set_mark mark = {0};
    uint64_t sum = 0;
    for (size_t i = 0; i < set->count; i++) {
        uint64_t hash = hash_record(&set->records[i]);
        if (insert(&mark, (uint32_t)hash))
            sum += hash;
    }
    mark.hash = XXH3_64bits(&sum, sizeof sum);
    return mark;
}

bool set_mark_contains(const struct set_mark *set, const struct set_mark *part)
{
    uint32_t at = 0;
    if (set->record_count > SET_SAMPLE_RECORDS_MAX || part->record_count > SET_SAMPLE_RECORDS_MAX)
        return set->hash == part->hash;
    for (uint32_t i = 0; i < part->record_count; i++) {
        while (at < set->record_count && set->records[at] < part->records[i])
            at++;
        if (at == set->record_count || set->records[at] != part->records[i])
            return false;
    }
    return true;
}

void set_sample_init(struct set_sample *sample)
{
    *sample = (struct set_sample){0};
}

void set_sample_fini(struct set_sample *sample)
{
    free(sample->slots);
    set_sample_init(sample);
}

static bool is_free(const struct set_pair *slot)
{
    return slot->mark.record_count == 0;
}

static struct set_pair *slot_of(const struct set_sample *sample, const struct set_mark *mark,
                                uint32_t number)
{
    size_t mask = sample->cap - 1;
    uint64_t hash = mark->hash ^ number * UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = (size_t)(hash ^ hash >> 32) & mask;; i = (i + 1) & mask) {
        struct set_pair *slot = &sample->slots[i];
        if (is_free(slot) || (slot->number == number && slot->mark.hash == mark->hash))
            return slot;
    }
}

uint64_t set_sample_names(const struct set_sample *sample, const struct set_pair *pair)
{
    uint64_t names = 0;
    for (unsigned level = sample->level; level < SET_SAMPLE_LEVELS; level++)
        names += pair->names[level];
    return names;
}

/* Moves all pairs that still have names to a table of that size. */
static bool move_to(struct set_sample *sample, size_t cap)
{
    struct set_sample other = {.cap = cap, .level = sample->level};
    other.slots = calloc(cap, sizeof *other.slots);
    if (other.slots == NULL)
        return false;
    for (size_t i = 0; i < sample->cap; i++) {
        const struct set_pair *pair = &sample->slots[i];
        if (is_free(pair) || set_sample_names(sample, pair) == 0)
            continue;
        *slot_of(&other, &pair->mark, pair->number) = *pair;
        other.count++;
    }
    free(sample->slots);
    *sample = other;
    return true;
}

/* Leaves names out until the pairs are few enough. */
static bool thin_out(struct set_sample *sample)
{
    while (sample->count > SET_SAMPLE_PAIRS && sample->level + 1 < SET_SAMPLE_LEVELS) {
        sample->level++;
        if (!move_to(sample, sample->cap))
            return false;
    }
    return true;
}

/* The pair's own slot, taken where it is new. NULL without memory. */
static struct set_pair *take_slot(struct set_sample *sample, const struct set_mark *mark,
                                  uint32_t number)
{
    if (sample->cap / 4 * 3 <= sample->count &&
        !move_to(sample, sample->cap == 0 ? FIRST_CAP : 2 * sample->cap))
        return NULL;
    struct set_pair *slot = slot_of(sample, mark, number);
    if (is_free(slot)) {
        slot->mark = *mark;
        slot->number = number;
        sample->count++;
    }
    return slot;
}

static bool add_pair(struct set_sample *sample, const struct set_pair *added)
{
    struct set_pair *slot = take_slot(sample, &added->mark, added->number);
    if (slot == NULL)
        return false;
    for (unsigned level = 0; level < SET_SAMPLE_LEVELS; level++)
        slot->names[level] += added->names[level];
    return thin_out(sample);
}

/* Half of all names are at level 0, a quarter at 1, and so on. */
static unsigned level_of(struct caa_text name)
{
    uint64_t hash = XXH3_64bits(name.octets, name.len);
    unsigned level = 0;
    while (level + 1 < SET_SAMPLE_LEVELS && (hash >> level & 1) == 0)
        level++;
    return level;
}

bool set_sample_add(struct set_sample *sample, uint32_t number, const struct set_mark *mark,
                    struct caa_text name)
{
    unsigned level = level_of(name);
    if (level < sample->level)
        return true;
    struct set_pair *slot = take_slot(sample, mark, number);
    if (slot == NULL)
        return false;
    slot->names[level]++;
    return thin_out(sample);
}

bool set_sample_merge(struct set_sample *into, const struct set_sample *from,
                      const uint32_t *numbers)
{
    if (into->level < from->level) {
        into->level = from->level;
        if (into->count > 0 && !move_to(into, into->cap))
            return false;
    }
    for (size_t i = 0; i < from->cap; i++) {
        struct set_pair pair = from->slots[i];
        if (is_free(&pair) || set_sample_names(into, &pair) == 0)
            continue;
        pair.number = numbers[pair.number];
        if (!add_pair(into, &pair))
            return false;
    }
    return true;
}

const struct set_pair *set_sample_next(const struct set_sample *sample, size_t *at)
{
    while (*at < sample->cap) {
        const struct set_pair *pair = &sample->slots[(*at)++];
        if (!is_free(pair))
            return pair;
    }
    return NULL;
}
