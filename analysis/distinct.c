#include "distinct.h"

#include <math.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define FIRST_CAP 4u

void distinct_init(struct distinct *distinct)
{
    *distinct = (struct distinct){0};
}

void distinct_fini(struct distinct *distinct)
{
    free(distinct->hashes);
    *distinct = (struct distinct){0};
}

/* Where the first hash stands that is not below this one. */
static size_t place_of(const struct distinct *distinct, uint64_t hash)
{
    size_t low = 0;
    size_t high = distinct->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (distinct->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool reserve_one(struct distinct *distinct)
{
    if (distinct->count < distinct->cap)
        return true;
    size_t cap = distinct->cap == 0 ? FIRST_CAP : distinct->cap * 2;
    uint64_t *grown = realloc(distinct->hashes, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    distinct->hashes = grown;
    distinct->cap = cap;
    return true;
}

static bool add_hash(struct distinct *distinct, uint64_t hash)
{
    size_t at = place_of(distinct, hash);
    if (at < distinct->count && distinct->hashes[at] == hash)
        return true;
    if (distinct->count == DISTINCT_KEPT) {
        distinct->more = true;
        if (at == distinct->count)
            return true;
        distinct->count--;
    }
    if (!reserve_one(distinct))
        return false;
    memmove(distinct->hashes + at + 1, distinct->hashes + at,
            (distinct->count - at) * sizeof *distinct->hashes);
    distinct->hashes[at] = hash;
    distinct->count++;
    return true;
}

bool distinct_add(struct distinct *distinct, struct caa_text value)
{
    return add_hash(distinct, XXH3_64bits(value.octets, value.len));
}

bool distinct_merge(struct distinct *into, const struct distinct *from)
{
    into->more |= from->more;
    for (size_t i = 0; i < from->count; i++) {
        if (!add_hash(into, from->hashes[i]))
            return false;
    }
    return true;
}

uint64_t distinct_count(const struct distinct *distinct)
{
    if (!distinct->more)
        return distinct->count;
    double largest = ldexp((double)distinct->hashes[distinct->count - 1], -64);
    return (uint64_t)llround((double)(distinct->count - 1) / largest);
}
