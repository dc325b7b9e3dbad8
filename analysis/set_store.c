#include "set_store.h"

#include <assert.h>
#include <stdlib.h>

#include "big_table.h"
#include "fetch_line.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define WAYS 2u /* places that a key may have */

void set_store_init(struct set_store *store)
{
    *store = (struct set_store){0};
}

void stored_set_hold(const struct stored_set *set)
{
    ((struct stored_set *)(uintptr_t)set)->holders++;
}

void stored_set_release(const struct stored_set *set)
{
    struct stored_set *mine = (struct stored_set *)(uintptr_t)set;
    if (--mine->holders == 0)
        free(mine);
}

void set_store_fini(struct set_store *store)
{
    for (size_t i = 0; store->slots != NULL && i < SET_STORE_SLOTS; i++) {
        if (store->slots[i].set != NULL)
            stored_set_release(store->slots[i].set);
    }
    free(store->slots);
    set_store_init(store);
}

uint64_t set_store_hash(struct caa_text key)
{
    return XXH3_64bits(key.octets, key.len);
}

static struct set_slot *ways_of(const struct set_store *store, uint64_t hash)
{
    return &store->slots[hash % (SET_STORE_SLOTS / WAYS) * WAYS];
}

/* What the place of a hash does not tell. */
static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

/* Its octets are where they are known to be, so that they need not wait for the set itself. */
bool stored_set_has_key(const struct stored_set *set, struct caa_text key)
{
    return set->key.len == key.len && memcmp(set + 1, key.octets, key.len) == 0;
}

void set_store_fetch(const struct set_store *store, uint64_t hash)
{
    if (store->slots != NULL)
        fetch_line(ways_of(store, hash));
}

#define LINE_LEN 64u
#define LINES_FETCHED 4u /* of a set: its key is no longer, mostly */

const struct stored_set *set_store_guess(struct set_store *store, uint64_t hash)
{
    if (store->slots == NULL)
        return NULL;
    struct set_slot *ways = ways_of(store, hash);
    for (size_t i = 0; i < WAYS; i++) {
        if (ways[i].tag != tag_of(hash) || ways[i].set == NULL)
            continue;
        for (size_t line = 0; line < LINES_FETCHED; line++)
            fetch_line((const uint8_t *)ways[i].set + line * LINE_LEN);
        ways[i].wanted = true;
        return ways[i].set;
    }
    return NULL;
}

static bool make_slots(struct set_store *store)
{
    if (store->slots == NULL)
        store->slots = big_table_zeroed(SET_STORE_SLOTS, sizeof *store->slots);
    return store->slots != NULL;
}

bool set_store_is_worth(struct set_store *store, uint64_t hash)
{
    if (!make_slots(store))
        return false;
    uint16_t seen = (uint16_t)(hash >> 32 | 1);
    struct set_slot *ways = ways_of(store, hash);
    bool worth = ways->seen == seen;
    ways->seen = seen;
    return worth;
}

/* The place for a new set: one that is free, or whose set was not met again. A wanted one is spared
 * once. */
static struct set_slot *place_of(const struct set_store *store, uint64_t hash)
{
    struct set_slot *ways = ways_of(store, hash);
    for (size_t i = 0; i < WAYS; i++) {
        if (ways[i].set == NULL || !ways[i].wanted)
            return &ways[i];
    }
    for (size_t i = 0; i < WAYS; i++)
        ways[i].wanted = false;
    return NULL;
}

/* The key stands behind the set, and the records behind it. */
static size_t key_room(size_t key_len)
{
    const size_t step = _Alignof(struct caa_record);
    return (key_len + step - 1) / step * step;
}

struct stored_set *set_store_make(struct set_store *store, struct caa_text key, uint64_t hash,
                                  size_t record_count)
{
    assert(key.len <= SET_STORE_KEY_MAX && record_count <= SET_STORE_RECORDS_MAX);
    if (!make_slots(store) || place_of(store, hash) == NULL)
        return NULL;
    size_t records_len = record_count * sizeof(struct caa_record);
    size_t scratch_len = caa_text_has(key, '\\') ? 2 * key.len : 0;
    struct stored_set *set = malloc(sizeof *set + key_room(key.len) + records_len + scratch_len);
    if (set == NULL)
        return NULL;
    uint8_t *copy = (uint8_t *)(set + 1);
    struct caa_record *records = (struct caa_record *)(copy + key_room(key.len));
    memcpy(copy, key.octets, key.len);
    *set = (struct stored_set){.hash = hash,
                               .set = {records, record_count},
                               .key = caa_text_of(copy, key.len),
                               .scratch = (uint8_t *)(records + record_count),
                               .holders = 1};
    return set;
}

struct caa_record *stored_set_records(struct stored_set *set)
{
    return (struct caa_record *)((uint8_t *)(set + 1) + key_room(set->key.len));
}

void set_store_put(struct set_store *store, struct stored_set *set)
{
    struct set_slot *place = place_of(store, set->hash);
    if (place == NULL) {
        stored_set_release(set);
        return;
    }
    if (place->set != NULL)
        stored_set_release(place->set);
    place->tag = tag_of(set->hash);
    place->wanted = false;
    place->set = set;
    set->slot = (unsigned)(place - store->slots);
}
