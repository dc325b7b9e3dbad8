/* chunk_ring.h: hands chunks from one thread to one other, in order, without locks. One thread
 * puts, one takes. The number of chunks in play must not exceed the capacity, so a put never fails.
 */
#ifndef CAASCAN_CHUNK_RING_H
#define CAASCAN_CHUNK_RING_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

struct chunk;

struct chunk_ring {
    struct chunk **slots;
    size_t mask;                      /* capacity - 1; the capacity is a power of two */
    _Alignas(64) _Atomic size_t head; /* next to take; written by the taker */
    _Alignas(64) _Atomic size_t tail; /* next to put; written by the putter */
};

/* For at least `capacity` chunks. False where memory is short. */
static inline bool chunk_ring_init(struct chunk_ring *ring, size_t capacity)
{
    size_t size = 1;
    while (size < capacity)
        size *= 2;
    ring->slots = calloc(size, sizeof(struct chunk *));
    ring->mask = size - 1;
    atomic_init(&ring->head, 0);
    atomic_init(&ring->tail, 0);
    return ring->slots != NULL;
}

static inline void chunk_ring_fini(struct chunk_ring *ring)
{
    free(ring->slots);
    ring->slots = NULL;
}

/* The release store of tail publishes the slot and, through it, what the chunk holds. */
static inline void chunk_ring_put(struct chunk_ring *ring, struct chunk *chunk)
{
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    assert(tail - atomic_load_explicit(&ring->head, memory_order_acquire) <= ring->mask);
    ring->slots[tail & ring->mask] = chunk;
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
}

/* The oldest chunk, NULL where there is none. The release store of head gives the slot back. */
static inline struct chunk *chunk_ring_take(struct chunk_ring *ring)
{
    size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    if (head == atomic_load_explicit(&ring->tail, memory_order_acquire))
        return NULL;
    struct chunk *chunk = ring->slots[head & ring->mask];
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    return chunk;
}

#endif
