/* count_map.h: counters by key, where keys are octets from records. Open addressing; keys are
 * copied once, when they are first seen. */
#ifndef COUNT_MAP_H
#define COUNT_MAP_H

#include "caa_text.h"

#define COUNT_MAP_COUNTS 3

struct count_entry {
    struct caa_text key; /* owned by the map */
    uint64_t hash;
    uint64_t counts[COUNT_MAP_COUNTS]; /* what they count is the owner's matter */
    uint64_t seen[2]; /* serial numbers of the last records counted, for the owner; not merged */
};

struct count_map {
    struct count_entry *slots;
    size_t cap; /* a power of two, or 0 */
    size_t count;
    struct count_chunk *chunks; /* memory of the keys */
};

void count_map_init(struct count_map *map);
void count_map_fini(struct count_map *map);

/* The entry of a key, made with zero counts if it is new. The pointer holds until the next new key.
 * NULL without memory, which a key that is there already does not need. */
struct count_entry *count_map_at(struct count_map *map, struct caa_text key);

/* The entry of a key, or NULL. */
const struct count_entry *count_map_find(const struct count_map *map, struct caa_text key);

/* Adds all counts of `from`. False without memory. */
bool count_map_merge(struct count_map *into, const struct count_map *from);

/* All entries, largest counts[0] first, then by key. The array belongs to the caller (free), the
 * entries to the map. NULL without memory; *count is set either way. */
const struct count_entry **count_map_sorted(const struct count_map *map, size_t *count);

#endif
