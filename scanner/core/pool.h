/* pool.h: things of one size that few need at a time, each taken when it is needed.
 *
 * There may be room for as many as could ever be needed, since memory that was never touched costs
 * nothing, and only as much of it is touched as was needed at once: what was given back last is
 * taken first. One thread.
 */
#ifndef CAASCAN_POOL_H
#define CAASCAN_POOL_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"

struct pool {
    uint8_t *things;
    size_t size;    /* of each, octets */
    uint32_t count; /* of all */
    uint32_t fresh; /* numbers above this one were never taken */
    uint32_t free;  /* number, 0: none. The number of the next stands in each */
};

/* Room for count things of size octets each, at least 4 of them. */
static inline void pool_init(struct pool *p, struct arena *arena, size_t count, size_t size)
{
    assert(size >= sizeof(uint32_t));
    *p = (struct pool){
        .things = arena_take_apart(arena, count, size), .size = size, .count = (uint32_t)count};
}

/* The thing of that number. */
static inline void *pool_at(const struct pool *p, uint32_t number)
{
    return p->things + (size_t)(number - 1) * p->size;
}

/* Takes one, whatever is in it, and returns its number, from 1 on; 0 where there is none left. */
static inline uint32_t pool_take(struct pool *p)
{
    uint32_t number = p->free;
    if (number != 0)
        memcpy(&p->free, pool_at(p, number), sizeof p->free);
    else if (p->fresh < p->count)
        number = ++p->fresh;
    return number;
}

/* Gives one back. */
static inline void pool_give(struct pool *p, uint32_t number)
{
    memcpy(pool_at(p, number), &p->free, sizeof p->free);
    p->free = number;
}

#endif
