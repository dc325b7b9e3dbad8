#include "row_census.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "text_order.h"

#define WORD_BITS 64u
#define CHUNK_WORDS (ROW_CENSUS_CHUNK_ROWS / WORD_BITS)
#define SHELF_CHUNKS 4096u
#define SHELF_COUNT (ROW_CENSUS_ROW_END / ROW_CENSUS_CHUNK_ROWS / SHELF_CHUNKS)

struct chunk {
    _Atomic(uint64_t) words[CHUNK_WORDS];
};

struct shelf {
    _Atomic(struct chunk *) chunks[SHELF_CHUNKS];
};

struct row_census_group {
    struct row_census_key key;
    _Atomic(uint64_t) repeated;
    _Atomic(struct shelf *) shelves[SHELF_COUNT];
};

struct named_row {
    const struct row_census_group *group;
    uint64_t row;
};

struct row_census {
    pthread_mutex_t mutex; /* guards groups, group_count, chunk_count, named, and what is new */
    struct row_census_group *groups[ROW_CENSUS_GROUP_MAX];
    size_t group_count;
    size_t chunk_count;
    struct named_row named[ROW_CENSUS_NAMED_MAX];
    size_t named_count;
    _Atomic(uint64_t) named_end; /* rows above it need not be named */
    _Atomic(uint64_t) unchecked;
};

struct row_census *row_census_new(void)
{
    struct row_census *census = calloc(1, sizeof *census);
    if (census == NULL)
        return NULL;
    pthread_mutex_init(&census->mutex, NULL);
    atomic_init(&census->named_end, UINT64_MAX);
    return census;
}

static void free_group(struct row_census_group *group)
{
    for (size_t i = 0; i < SHELF_COUNT; i++) {
        struct shelf *shelf = atomic_load(&group->shelves[i]);
        for (size_t j = 0; shelf != NULL && j < SHELF_CHUNKS; j++)
            free(atomic_load(&shelf->chunks[j]));
        free(shelf);
    }
    free(group);
}

void row_census_free(struct row_census *census)
{
    if (census == NULL)
        return;
    for (size_t i = 0; i < census->group_count; i++)
        free_group(census->groups[i]);
    pthread_mutex_destroy(&census->mutex);
    free(census);
}

static bool is_of(const struct row_census_group *group, const struct record_view *record)
{
    const struct row_census_key *key = &group->key;
    return key->mode == record->mode && key->pass == record->pass &&
           caa_text_equal(key->scan, record->scan) &&
           caa_text_equal(key->vantage, record->vantage) &&
           caa_text_equal(key->prefix, record->prefix);
}

/* The texts of the key stand behind the group, in the same block. */
static struct caa_text keep(uint8_t **at, struct caa_text text)
{
    uint8_t *copy = *at;
    if (text.len > 0)
        memcpy(copy, text.octets, text.len);
    *at += text.len;
    return caa_text_of(copy, text.len);
}

static struct row_census_group *group_new(const struct record_view *record)
{
    size_t key_len = record->scan.len + record->vantage.len + record->prefix.len;
    struct row_census_group *group = calloc(1, sizeof *group + key_len);
    if (group == NULL)
        return NULL;
    uint8_t *at = (uint8_t *)(group + 1);
    group->key = (struct row_census_key){.mode = record->mode, .pass = record->pass};
    group->key.scan = keep(&at, record->scan);
    group->key.vantage = keep(&at, record->vantage);
    group->key.prefix = keep(&at, record->prefix);
    return group;
}

/* With the mutex held. NULL without memory, or without room: *full tells which. */
static struct row_census_group *find_group(struct row_census *census,
                                           const struct record_view *record, bool *full)
{
    for (size_t i = 0; i < census->group_count; i++) {
        if (is_of(census->groups[i], record))
            return census->groups[i];
    }
    *full = census->group_count == ROW_CENSUS_GROUP_MAX;
    struct row_census_group *group = *full ? NULL : group_new(record);
    if (group != NULL)
        census->groups[census->group_count++] = group;
    return group;
}

/* With the mutex held. NULL without memory, or without room: *full tells which. */
static struct chunk *make_chunk(struct row_census *census, struct row_census_group *group,
                                uint64_t index, bool *full)
{
    _Atomic(struct shelf *) *at = &group->shelves[index / SHELF_CHUNKS];
    struct shelf *shelf = atomic_load_explicit(at, memory_order_relaxed);
    if (shelf == NULL) {
        shelf = calloc(1, sizeof *shelf);
        atomic_store_explicit(at, shelf, memory_order_release);
    }
    if (shelf == NULL)
        return NULL;
    _Atomic(struct chunk *) *place = &shelf->chunks[index % SHELF_CHUNKS];
    struct chunk *chunk = atomic_load_explicit(place, memory_order_relaxed);
    *full = chunk == NULL && census->chunk_count == ROW_CENSUS_CHUNK_MAX;
    if (chunk != NULL || *full)
        return chunk;
    chunk = calloc(1, sizeof *chunk);
    census->chunk_count += chunk != NULL;
    atomic_store_explicit(place, chunk, memory_order_release);
    return chunk;
}

static struct chunk *chunk_at(const struct row_census_group *group, uint64_t index)
{
    struct shelf *shelf =
        atomic_load_explicit(&group->shelves[index / SHELF_CHUNKS], memory_order_acquire);
    return shelf != NULL
               ? atomic_load_explicit(&shelf->chunks[index % SHELF_CHUNKS], memory_order_acquire)
               : NULL;
}

static bool is_of_last(const struct row_census_last *last, const struct record_view *record)
{
    if (last->group == NULL || record->lead == 0 || record->lead != last->lead)
        return last->group != NULL && is_of(last->group, record);
    const struct row_census_key *key = &last->group->key;
    return key->pass == record->pass && caa_text_equal(key->prefix, record->prefix);
}

/* The group of a record, with *last as the first guess. */
static struct row_census_group *group_of(struct row_census *census, struct row_census_last *last,
                                         const struct record_view *record, bool *full)
{
    if (is_of_last(last, record)) {
        last->lead = record->lead;
        return last->group;
    }
    pthread_mutex_lock(&census->mutex);
    struct row_census_group *group = find_group(census, record, full);
    pthread_mutex_unlock(&census->mutex);
    if (group != NULL)
        *last = (struct row_census_last){group, record->lead};
    return group;
}

static int key_order(const struct row_census_key *a, const struct row_census_key *b)
{
    int order = text_order(a->scan, b->scan);
    if (order == 0)
        order = text_order(a->prefix, b->prefix);
    if (order == 0)
        order = text_order(a->vantage, b->vantage);
    if (order == 0)
        order = (a->mode > b->mode) - (a->mode < b->mode);
    return order != 0 ? order : (a->pass > b->pass) - (a->pass < b->pass);
}

/* The key orders rows of the same number, so that the names do not depend on threads. */
static int named_order(const struct named_row *a, const struct named_row *b)
{
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return key_order(&a->group->key, &b->group->key);
}

/* Keeps the first ones, each once. */
static void name_row(struct row_census *census, struct named_row row)
{
    size_t at = 0;
    while (at < census->named_count && named_order(&census->named[at], &row) < 0)
        at++;
    bool known = at < census->named_count && named_order(&census->named[at], &row) == 0;
    if (known || at == ROW_CENSUS_NAMED_MAX)
        return;
    if (census->named_count < ROW_CENSUS_NAMED_MAX)
        census->named_count++;
    for (size_t i = census->named_count - 1; i > at; i--)
        census->named[i] = census->named[i - 1];
    census->named[at] = row;
    if (census->named_count == ROW_CENSUS_NAMED_MAX)
        atomic_store_explicit(&census->named_end, census->named[ROW_CENSUS_NAMED_MAX - 1].row,
                              memory_order_relaxed);
}

static void note_repeated(struct row_census *census, struct row_census_group *group, uint64_t row)
{
    atomic_fetch_add_explicit(&group->repeated, 1, memory_order_relaxed);
    if (row > atomic_load_explicit(&census->named_end, memory_order_relaxed))
        return;
    pthread_mutex_lock(&census->mutex);
    name_row(census, (struct named_row){group, row});
    pthread_mutex_unlock(&census->mutex);
}

bool row_census_mark(struct row_census *census, struct row_census_last *last,
                     const struct record_view *record)
{
    bool full = (uint64_t)record->row >= ROW_CENSUS_ROW_END;
    uint64_t row = (uint64_t)record->row;
    struct row_census_group *group = full ? NULL : group_of(census, last, record, &full);
    struct chunk *chunk = group != NULL ? chunk_at(group, row / ROW_CENSUS_CHUNK_ROWS) : NULL;
    if (group != NULL && chunk == NULL) {
        pthread_mutex_lock(&census->mutex);
        chunk = make_chunk(census, group, row / ROW_CENSUS_CHUNK_ROWS, &full);
        pthread_mutex_unlock(&census->mutex);
    }
    if (chunk == NULL) {
        atomic_fetch_add_explicit(&census->unchecked, full, memory_order_relaxed);
        return full;
    }
    uint64_t bit = UINT64_C(1) << row % WORD_BITS;
    uint64_t before = atomic_fetch_or_explicit(
        &chunk->words[row % ROW_CENSUS_CHUNK_ROWS / WORD_BITS], bit, memory_order_relaxed);
    if ((before & bit) != 0)
        note_repeated(census, group, row);
    return true;
}

bool row_census_names(const struct row_census *census, const struct record_view *record)
{
    for (size_t i = 0; i < census->named_count; i++) {
        const struct named_row *named = &census->named[i];
        if (named->row == (uint64_t)record->row && is_of(named->group, record))
            return true;
    }
    return false;
}

uint64_t row_census_repeated(const struct row_census *census)
{
    uint64_t repeated = 0;
    for (size_t i = 0; i < census->group_count; i++)
        repeated += row_census_repeated_in(census->groups[i]);
    return repeated;
}

uint64_t row_census_unchecked(const struct row_census *census)
{
    return atomic_load(&census->unchecked);
}

static int by_key(const void *left, const void *right)
{
    const struct row_census_group *const *a = left, *const *b = right;
    return key_order(&(*a)->key, &(*b)->key);
}

void row_census_sort(struct row_census *census)
{
    if (census->group_count > 1)
        qsort(census->groups, census->group_count, sizeof *census->groups, by_key);
}

const struct row_census_group *row_census_at(const struct row_census *census, size_t index)
{
    return index < census->group_count ? census->groups[index] : NULL;
}

const struct row_census_key *row_census_key_of(const struct row_census_group *group)
{
    return &group->key;
}

uint64_t row_census_repeated_in(const struct row_census_group *group)
{
    return atomic_load(&group->repeated);
}

static uint64_t word_at(const struct row_census_group *group, uint64_t word)
{
    const struct chunk *chunk = chunk_at(group, word / CHUNK_WORDS);
    return chunk != NULL
               ? atomic_load_explicit(&chunk->words[word % CHUNK_WORDS], memory_order_relaxed)
               : 0;
}

/* The first word of the next chunk that is there, from `word` on; or of the end. */
static uint64_t skip_holes(const struct row_census_group *group, uint64_t word)
{
    const uint64_t end = ROW_CENSUS_ROW_END / WORD_BITS;
    while (word < end && word % CHUNK_WORDS == 0 && chunk_at(group, word / CHUNK_WORDS) == NULL) {
        bool no_shelf = atomic_load(&group->shelves[word / CHUNK_WORDS / SHELF_CHUNKS]) == NULL;
        word += no_shelf && word / CHUNK_WORDS % SHELF_CHUNKS == 0 ? CHUNK_WORDS * SHELF_CHUNKS
                                                                   : CHUNK_WORDS;
    }
    return word;
}

uint64_t row_census_highest(const struct row_census_group *group)
{
    uint64_t highest = 0;
    const uint64_t end = ROW_CENSUS_ROW_END / WORD_BITS;
    for (uint64_t word = skip_holes(group, 0); word < end; word = skip_holes(group, word + 1)) {
        uint64_t bits = word_at(group, word);
        if (bits != 0)
            highest = word * WORD_BITS + 63 - (uint64_t)__builtin_clzll(bits);
    }
    return highest;
}

static uint64_t count_wanted(uint64_t first_row, uint64_t bits, const bool *wanted,
                             uint64_t shard_count)
{
    uint64_t count = 0;
    for (; bits != 0; bits &= bits - 1) {
        uint64_t row = first_row + (uint64_t)__builtin_ctzll(bits);
        count += wanted[(row - 1) % shard_count];
    }
    return count;
}

uint64_t row_census_seen(const struct row_census_group *group, uint64_t end, const bool *wanted,
                         uint64_t shard_count)
{
    uint64_t seen = 0;
    if (end >= ROW_CENSUS_ROW_END)
        end = ROW_CENSUS_ROW_END - 1;
    for (uint64_t word = skip_holes(group, 0); word * WORD_BITS <= end;
         word = skip_holes(group, word + 1)) {
        uint64_t bits = word_at(group, word);
        uint64_t over = end - word * WORD_BITS; /* the last bit that counts */
        if (over < WORD_BITS - 1)
            bits &= (UINT64_C(2) << over) - 1;
        seen += wanted == NULL ? (uint64_t)__builtin_popcountll(bits)
                               : count_wanted(word * WORD_BITS, bits, wanted, shard_count);
    }
    return seen;
}
