/* arena.h: carves an engine's tables out of one block of memory.
 *
 * The same code measures and carves: with a NULL base it only adds up sizes. Everything is aligned
 * to a cache line and zero, as the block behind it is. Tables of which as a rule little is used
 * stand apart, behind all others, so that the memory of those may come in large pages.
 */
#ifndef CAASCAN_ARENA_H
#define CAASCAN_ARENA_H

#include <stddef.h>
#include <stdint.h>

#define ARENA_ALIGN 64u
#define ARENA_PAGE 4096u

struct arena {
    uint8_t *base;     /* NULL: measure only */
    size_t used;       /* of the part in front */
    size_t apart_at;   /* where the part behind begins; carving: as measured */
    size_t apart_used; /* of that */
};

static inline size_t arena_place(size_t *used, size_t len)
{
    size_t at = *used;
    *used += (len + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    return at;
}

/* count items of size octets each; NULL while measuring. */
static inline void *arena_take(struct arena *a, size_t count, size_t size)
{
    size_t at = arena_place(&a->used, count * size);
    return a->base != NULL ? a->base + at : NULL;
}

/* The same for a table of which little will be used. */
static inline void *arena_take_apart(struct arena *a, size_t count, size_t size)
{
    size_t at = arena_place(&a->apart_used, count * size);
    return a->base != NULL ? a->base + a->apart_at + at : NULL;
}

/* An arena of this memory, zero, arena_size of `measured` octets; NULL: to measure. */
static inline struct arena arena_over(void *memory, const struct arena *measured)
{
    size_t front = (measured->used + ARENA_PAGE - 1) / ARENA_PAGE * ARENA_PAGE;
    return (struct arena){.base = memory, .apart_at = front};
}

/* What all that was measured takes. */
static inline size_t arena_size(const struct arena *measured)
{
    return arena_over(NULL, measured).apart_at + measured->apart_used;
}

#endif
