/* arena.h: carves an engine's tables out of one block of memory.
 *
 * The same code measures and carves: with a NULL base it only adds up sizes. Everything is aligned
 * to a cache line and zero, as the block behind it is.
 */
#ifndef CAASCAN_ARENA_H
#define CAASCAN_ARENA_H

#include <stddef.h>
#include <stdint.h>

#define ARENA_ALIGN 64u

struct arena {
    uint8_t *base; /* NULL: measure only */
    size_t used;
};

/* count items of size octets each; NULL while measuring. */
static inline void *arena_take(struct arena *a, size_t count, size_t size)
{
    size_t at = a->used;
    a->used += (count * size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    return a->base != NULL ? a->base + at : NULL;
}

#endif
