#include "set_sample.h"

#include <stdlib.h>

#include "big_table.h"
#include "fetch_line.h"

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

/* Hashes of records, ascending. */
struct hashes {
    const uint32_t *list;
    uint32_t count;
};

static bool contains(struct hashes set, struct hashes part)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < part.count; i++) {
        while (at < set.count && set.list[at] < part.list[i])
            at++;
        if (at == set.count || set.list[at] != part.list[i])
            return false;
    }
    return true;
}

bool set_mark_contains(const struct set_mark *set, const struct set_mark *part)
{
    if (set->record_count > SET_SAMPLE_RECORDS_MAX || part->record_count > SET_SAMPLE_RECORDS_MAX)
        return set->hash == part->hash;
    return contains((struct hashes){set->records, set->record_count},
                    (struct hashes){part->records, part->record_count});
}

bool set_sample_contains(const struct set_sample *sample, const struct set_pair *set,
                         const struct set_pair *part)
{
    if (set->record_count > SET_SAMPLE_RECORDS_MAX || part->record_count > SET_SAMPLE_RECORDS_MAX)
        return set->hash == part->hash;
    return contains((struct hashes){sample->records + set->records_at, set->record_count},
                    (struct hashes){sample->records + part->records_at, part->record_count});
}

void set_sample_init(struct set_sample *sample)
{
    *sample = (struct set_sample){0};
}

void set_sample_fini(struct set_sample *sample)
{
    free(sample->pairs);
    free(sample->index);
    free(sample->records);
    set_sample_init(sample);
}

static uint64_t pair_hash(uint64_t set_hash, uint32_t number)
{
    return set_hash ^ number * UINT64_C(0x9E3779B97F4A7C15);
}

/* Where in the index to look first. */
static size_t first_place(const struct set_sample *sample, uint64_t hash)
{
    return (size_t)(hash ^ hash >> 32) & (sample->index_cap - 1);
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

/* The place in the index of a pair, or the empty one where it belongs. */
static struct set_place *slot_of(const struct set_sample *sample, uint64_t set_hash,
                                 uint32_t number)
{
    size_t mask = sample->index_cap - 1;
    uint64_t hash = pair_hash(set_hash, number);
    for (size_t i = first_place(sample, hash);; i = (i + 1) & mask) {
        struct set_place *slot = &sample->index[i];
        if (slot->at == 0)
            return slot;
        if (slot->tag != tag_of(hash))
            continue;
        const struct set_pair *pair = &sample->pairs[slot->at - 1];
        if (pair->hash == set_hash && pair->number == number)
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

#define AHEAD 16u /* pairs whose places are brought near, before they are entered */

static uint64_t hash_of(const struct set_pair *pair)
{
    return pair_hash(pair->hash, pair->number);
}

/* Enters the pairs in an empty index. They differ, so none is compared. */
static void fill_index(struct set_sample *sample)
{
    size_t mask = sample->index_cap - 1;
    const struct set_pair *pairs = sample->pairs;
    for (size_t i = 0; i < sample->count; i++) {
        if (i + AHEAD < sample->count)
            fetch_line(&sample->index[first_place(sample, hash_of(&pairs[i + AHEAD]))]);
        uint64_t hash = hash_of(&pairs[i]);
        size_t at = first_place(sample, hash);
        while (sample->index[at].at != 0)
            at = (at + 1) & mask;
        sample->index[at] = (struct set_place){tag_of(hash), (uint32_t)(i + 1)};
    }
}

/* Makes an index of that size. */
static bool make_index(struct set_sample *sample, size_t cap)
{
    struct set_place *index = big_table_zeroed(cap, sizeof *index);
    if (index == NULL)
        return false;
    free(sample->index);
    sample->index = index;
    sample->index_cap = cap;
    fill_index(sample);
    return true;
}

/* What the records of a pair take; those of a large set are not known. */
static size_t known_records(uint32_t record_count)
{
    return record_count <= SET_SAMPLE_RECORDS_MAX ? record_count : 0;
}

/* Drops the pairs that have no names any more. */
static bool close_ranks(struct set_sample *sample)
{
    size_t kept = 0, records_len = 0;
    for (size_t i = 0; i < sample->count; i++) {
        struct set_pair pair = sample->pairs[i];
        size_t len = known_records(pair.record_count);
        if (set_sample_names(sample, &pair) == 0)
            continue;
        if (len > 0)
            memmove(sample->records + records_len, sample->records + pair.records_at,
                    len * sizeof *sample->records);
        pair.records_at = (uint32_t)records_len;
        records_len += len;
        sample->pairs[kept++] = pair;
    }
    sample->count = kept;
    sample->records_len = records_len;
    return make_index(sample, sample->index_cap);
}

/* Leaves names out until the pairs are few enough. */
static bool thin_out(struct set_sample *sample)
{
    while (sample->count > SET_SAMPLE_PAIRS && sample->level + 1 < SET_SAMPLE_LEVELS) {
        sample->level++;
        if (!close_ranks(sample))
            return false;
    }
    return true;
}

static size_t larger(size_t cap)
{
    return cap < FIRST_CAP ? FIRST_CAP : cap + cap / 2;
}

static bool reserve_pair(struct set_sample *sample)
{
    if (sample->count < sample->cap)
        return true;
    size_t cap = larger(sample->cap);
    if (sample->cap <= SET_SAMPLE_PAIRS && cap > SET_SAMPLE_PAIRS)
        cap = SET_SAMPLE_PAIRS + 1; /* one too many, before names are left out */
    struct set_pair *grown =
        big_table_grow(sample->pairs, sample->count * sizeof *grown, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    sample->pairs = grown;
    sample->cap = cap;
    return true;
}

static bool reserve_records(struct set_sample *sample, size_t more)
{
    if (sample->records_len + more <= sample->records_cap)
        return true;
    size_t cap = larger(sample->records_cap) + SET_SAMPLE_RECORDS_MAX;
    uint32_t *grown =
        big_table_grow(sample->records, sample->records_len * sizeof *grown, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    sample->records = grown;
    sample->records_cap = cap;
    return true;
}

/* A pair as it is looked for, with its records. */
struct wanted {
    uint64_t hash;
    uint32_t number, record_count;
    const uint32_t *records;
};

/* The pair, made where it is new. NULL without memory. */
static struct set_pair *pair_of(struct set_sample *sample, const struct wanted *wanted)
{
    if (sample->index_cap / 4 * 3 <= sample->count &&
        !make_index(sample, sample->index_cap == 0 ? FIRST_CAP : 2 * sample->index_cap))
        return NULL;
    struct set_place *slot = slot_of(sample, wanted->hash, wanted->number);
    if (slot->at != 0)
        return &sample->pairs[slot->at - 1];
    size_t len = known_records(wanted->record_count);
    if (!reserve_pair(sample) || !reserve_records(sample, len))
        return NULL;
    struct set_pair *pair = &sample->pairs[sample->count];
    *pair = (struct set_pair){.hash = wanted->hash,
                              .number = wanted->number,
                              .record_count = wanted->record_count,
                              .records_at = (uint32_t)sample->records_len};
    if (len > 0)
        memcpy(sample->records + sample->records_len, wanted->records,
               len * sizeof *sample->records);
    sample->records_len += len;
    *slot = (struct set_place){tag_of(pair_hash(wanted->hash, wanted->number)),
                               (uint32_t)++sample->count};
    return pair;
}

/* Half of all names are at level 0, a quarter at 1, and so on. */
static unsigned level_of(struct caa_text name)
{
    uint64_t hash = XXH3_64bits(name.octets, name.len) | UINT64_C(1) << (SET_SAMPLE_LEVELS - 1);
    return (unsigned)__builtin_ctzll(hash);
}

bool set_sample_add(struct set_sample *sample, uint32_t number, const struct set_mark *mark,
                    struct caa_text name)
{
    unsigned level = level_of(name);
    if (level < sample->level)
        return true;
    struct wanted wanted = {mark->hash, number, mark->record_count, mark->records};
    struct set_pair *pair = pair_of(sample, &wanted);
    if (pair == NULL)
        return false;
    pair->names[level]++;
    return thin_out(sample);
}

/* Where in the index a pair is looked for first. NULL without an index. */
static const struct set_place *likely_slot(const struct set_sample *sample, uint64_t set_hash,
                                           uint32_t number)
{
    uint64_t hash = pair_hash(set_hash, number);
    return sample->index_cap > 0 ? &sample->index[first_place(sample, hash)] : NULL;
}

/* Has a pair itself brought near, as the index has been. */
static void fetch_pair(const struct set_sample *sample, uint64_t set_hash, uint32_t number)
{
    const struct set_place *slot = likely_slot(sample, set_hash, number);
    if (slot != NULL && slot->at != 0)
        fetch_line(&sample->pairs[slot->at - 1]);
}

static bool count_waiting(struct set_sample *sample, struct set_waiting *waiting)
{
    if (!waiting->waits)
        return true;
    waiting->waits = false;
    if (waiting->level < sample->level)
        return true;
    struct wanted wanted = {waiting->hash, waiting->number, waiting->record_count,
                            waiting->records};
    struct set_pair *pair = pair_of(sample, &wanted);
    if (pair == NULL)
        return false;
    pair->names[waiting->level]++;
    return thin_out(sample);
}

bool set_sample_add_later(struct set_sample *sample, uint32_t number, const struct set_mark *mark,
                          struct caa_text name)
{
    struct set_waiting *waiting = &sample->waiting[sample->turn];
    unsigned level = level_of(name);
    if (level < sample->level)
        return true;
    if (!count_waiting(sample, waiting))
        return false;
    waiting->hash = mark->hash;
    waiting->number = number;
    waiting->record_count = mark->record_count;
    waiting->level = level;
    waiting->waits = true;
    memcpy(waiting->records, mark->records,
           known_records(mark->record_count) * sizeof *mark->records);
    fetch_line(likely_slot(sample, waiting->hash, waiting->number));
    sample->turn = (sample->turn + 1) % SET_SAMPLE_WAITING;
    const struct set_waiting *half =
        &sample->waiting[(sample->turn + SET_SAMPLE_WAITING / 2) % SET_SAMPLE_WAITING];
    if (half->waits)
        fetch_pair(sample, half->hash, half->number);
    return true;
}

bool set_sample_settle(struct set_sample *sample)
{
    for (size_t i = 0; i < SET_SAMPLE_WAITING; i++) {
        if (!count_waiting(sample, &sample->waiting[i]))
            return false;
    }
    return true;
}

/* Makes the index large enough for so many more, as far as they may stay. */
static bool reserve_index(struct set_sample *sample, size_t more)
{
    size_t count = sample->count + more, cap = sample->index_cap;
    if (count > SET_SAMPLE_PAIRS)
        count = SET_SAMPLE_PAIRS;
    if (cap == 0)
        cap = FIRST_CAP;
    while (cap / 4 * 3 <= count)
        cap *= 2;
    return cap == sample->index_cap || make_index(sample, cap);
}

/* What is needed to merge the pairs at some distance from here on, which come in no order. */
static void fetch_ahead(const struct set_sample *into, const struct set_sample *from, size_t at,
                        const uint32_t *numbers)
{
    if (at + AHEAD < from->count) {
        const struct set_pair *far = &from->pairs[at + AHEAD];
        fetch_line(likely_slot(into, far->hash, numbers[far->number]));
    }
    if (at + AHEAD / 2 < from->count) {
        const struct set_pair *near = &from->pairs[at + AHEAD / 2];
        fetch_pair(into, near->hash, numbers[near->number]);
    }
}

static bool add_pair(struct set_sample *sample, const struct set_pair *added,
                     const struct wanted *wanted)
{
    struct set_pair *pair = pair_of(sample, wanted);
    if (pair == NULL)
        return false;
    for (unsigned level = 0; level < SET_SAMPLE_LEVELS; level++)
        pair->names[level] += added->names[level];
    return thin_out(sample);
}

bool set_sample_merge(struct set_sample *into, const struct set_sample *from,
                      const uint32_t *numbers)
{
    if (into->level < from->level) {
        into->level = from->level;
        if (into->count > 0 && !close_ranks(into))
            return false;
    }
    if (!reserve_index(into, from->count))
        return false;
    for (size_t i = 0; i < from->count; i++) {
        const struct set_pair *pair = &from->pairs[i];
        fetch_ahead(into, from, i, numbers);
        struct wanted wanted = {pair->hash, numbers[pair->number], pair->record_count,
                                from->records + pair->records_at};
        if (set_sample_names(into, pair) > 0 && !add_pair(into, pair, &wanted))
            return false;
    }
    return true;
}

const struct set_pair *set_sample_next(const struct set_sample *sample, size_t *at)
{
    return *at < sample->count ? &sample->pairs[(*at)++] : NULL;
}
