#include "domain_set.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define FIRST_CAP 1024u

void domain_set_init(struct domain_set *set)
{
    *set = (struct domain_set){0};
}

void domain_set_fini(struct domain_set *set)
{
    free(set->slots);
    *set = (struct domain_set){0};
}

static struct domain_slot *slot_of(const struct domain_set *set, uint64_t hash)
{
    size_t mask = set->cap - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct domain_slot *slot = &set->slots[i];
        if (slot->states == 0 || slot->hash == hash)
            return slot;
    }
}

/* Makes room for so many more. A merge asks for all its room at once: filling a small table in the
 * order of another one's slots would pile them up. */
static bool reserve(struct domain_set *set, size_t more)
{
    struct domain_set larger = {.cap = set->cap == 0 ? FIRST_CAP : set->cap, .count = set->count};
    while (larger.cap / 4 * 3 < set->count + more)
        larger.cap *= 2;
    if (larger.cap == set->cap)
        return true;
    larger.slots = calloc(larger.cap, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < set->cap; i++) {
        if (set->slots[i].states != 0)
            *slot_of(&larger, set->slots[i].hash) = set->slots[i];
    }
    free(set->slots);
    *set = larger;
    return true;
}

static bool add(struct domain_set *set, uint64_t hash, uint32_t group, uint32_t states)
{
    if (!reserve(set, 1))
        return false;
    struct domain_slot *slot = slot_of(set, hash);
    set->count += slot->states == 0;
    slot->hash = hash;
    slot->group = group;
    slot->states |= states;
    return true;
}

bool domain_set_add(struct domain_set *set, struct caa_text domain, uint32_t group,
                    enum domain_state state)
{
    return add(set, XXH3_64bits(domain.octets, domain.len), group, state);
}

bool domain_set_merge(struct domain_set *into, const struct domain_set *from,
                      const uint32_t *groups)
{
    if (!reserve(into, from->count))
        return false;
    for (size_t i = 0; i < from->cap; i++) {
        const struct domain_slot *slot = &from->slots[i];
        if (slot->states != 0 && !add(into, slot->hash, groups[slot->group], slot->states))
            return false;
    }
    return true;
}
