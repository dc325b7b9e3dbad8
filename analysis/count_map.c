#include "count_map.h"

#include <stdlib.h>

#include "big_table.h"
#include "text_order.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define FIRST_CAP 64u
#define CHUNK_LEN (64u * 1024u)

struct count_chunk {
    struct count_chunk *next;
    size_t len, cap;
    uint8_t octets[];
};

void count_map_init(struct count_map *map)
{
    *map = (struct count_map){0};
}

void count_map_fini(struct count_map *map)
{
    while (map->chunks != NULL) {
        struct count_chunk *next = map->chunks->next;
        free(map->chunks);
        map->chunks = next;
    }
    free(map->slots);
    *map = (struct count_map){0};
}

/* Keeps a copy of the key; octets is never NULL in the copy. NULL without memory. */
static const uint8_t *keep(struct count_map *map, struct caa_text key)
{
    struct count_chunk *chunk = map->chunks;
    if (chunk == NULL || chunk->cap - chunk->len < key.len) {
        size_t cap = key.len < CHUNK_LEN ? CHUNK_LEN : key.len;
        chunk = malloc(sizeof *chunk + cap);
        if (chunk == NULL)
            return NULL;
        *chunk = (struct count_chunk){.next = map->chunks, .cap = cap};
        map->chunks = chunk;
    }
    uint8_t *copy = chunk->octets + chunk->len;
    if (key.len > 0)
        memcpy(copy, key.octets, key.len);
    chunk->len += key.len;
    return copy;
}

/* The slot that holds the key, or the empty one where it belongs. */
static struct count_entry *slot_of(const struct count_map *map, struct caa_text key, uint64_t hash)
{
    size_t mask = map->cap - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct count_entry *slot = &map->slots[i];
        if (slot->key.octets == NULL || (slot->hash == hash && caa_text_equal(slot->key, key)))
            return slot;
    }
}

/* Makes room for so many more. A merge asks for all its room at once: filling a small table in the
 * order of another one's slots would pile them up. */
static bool reserve(struct count_map *map, size_t more)
{
    struct count_map larger = *map;
    larger.cap = map->cap == 0 ? FIRST_CAP : map->cap;
    while (larger.cap / 2 < map->count + more)
        larger.cap *= 2;
    if (larger.cap == map->cap)
        return true;
    larger.slots = big_table_zeroed(larger.cap, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < map->cap; i++) {
        const struct count_entry *entry = &map->slots[i];
        if (entry->key.octets != NULL)
            *slot_of(&larger, entry->key, entry->hash) = *entry;
    }
    free(map->slots);
    *map = larger;
    return true;
}

/* The entry of a key, or NULL. */
static struct count_entry *find(const struct count_map *map, struct caa_text key, uint64_t hash)
{
    struct count_entry *slot = map->cap > 0 ? slot_of(map, key, hash) : NULL;
    return slot != NULL && slot->key.octets != NULL ? slot : NULL;
}

struct count_entry *count_map_at(struct count_map *map, struct caa_text key)
{
    uint64_t hash = XXH3_64bits(key.octets, key.len);
    struct count_entry *entry = find(map, key, hash);
    if (entry != NULL)
        return entry;
    const uint8_t *copy = reserve(map, 1) ? keep(map, key) : NULL;
    if (copy == NULL)
        return NULL;
    entry = slot_of(map, key, hash);
    *entry = (struct count_entry){.key = caa_text_of(copy, key.len), .hash = hash};
    map->count++;
    return entry;
}

const struct count_entry *count_map_find(const struct count_map *map, struct caa_text key)
{
    return find(map, key, XXH3_64bits(key.octets, key.len));
}

bool count_map_merge(struct count_map *into, const struct count_map *from)
{
    if (!reserve(into, from->count))
        return false;
    for (size_t i = 0; i < from->cap; i++) {
        const struct count_entry *entry = &from->slots[i];
        if (entry->key.octets == NULL)
            continue;
        struct count_entry *sum = count_map_at(into, entry->key);
        if (sum == NULL)
            return false;
        for (size_t j = 0; j < COUNT_MAP_COUNTS; j++)
            sum->counts[j] += entry->counts[j];
    }
    return true;
}

static int by_rank(const void *left, const void *right)
{
    const struct count_entry *a = *(const struct count_entry *const *)left;
    const struct count_entry *b = *(const struct count_entry *const *)right;
    if (a->counts[0] != b->counts[0])
        return a->counts[0] > b->counts[0] ? -1 : 1;
    return text_order(a->key, b->key);
}

const struct count_entry **count_map_sorted(const struct count_map *map, size_t *count)
{
    const struct count_entry **list = malloc((map->count + 1) * sizeof *list);
    *count = 0;
    if (list == NULL)
        return NULL;
    for (size_t i = 0; i < map->cap; i++) {
        if (map->slots[i].key.octets != NULL)
            list[(*count)++] = &map->slots[i];
    }
    if (*count > 1)
        qsort(list, *count, sizeof *list, by_rank);
    return list;
}
