/* ring.h: hands pointers from one thread to one other, in order, without locks. One thread puts,
 * one takes. What is in play must not exceed the capacity, so a put never fails.
 */
#ifndef CAASCAN_RING_H
#define CAASCAN_RING_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

struct ring {
    void **slots;
    size_t mask;                      /* capacity - 1; the capacity is a power of two */
    _Alignas(64) _Atomic size_t head; /* next to take; written by the taker */
    _Alignas(64) _Atomic size_t tail; /* next to put; written by the putter */
};

/* For at least `capacity` pointers. False where memory is short. */
static inline bool ring_init(struct ring *ring, size_t capacity)
{
    size_t size = 1;
    while (size < capacity)
        size *= 2;
    ring->slots = calloc(size, sizeof(void *));
    ring->mask = size - 1;
    atomic_init(&ring->head, 0);
    atomic_init(&ring->tail, 0);
    return ring->slots != NULL;
}

static inline void ring_fini(struct ring *ring)
{
    free(ring->slots);
    ring->slots = NULL;
}

/* The release store of tail publishes the slot and, through it, what the pointer leads to. */
static inline void ring_put(struct ring *ring, void *item)
{
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    assert(tail - atomic_load_explicit(&ring->head, memory_order_acquire) <= ring->mask);
    ring->slots[tail & ring->mask] = item;
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
}

/* The oldest pointer, NULL where there is none. The release store of head gives the slot back. */
static inline void *ring_take(struct ring *ring)
{
    size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    if (head == atomic_load_explicit(&ring->tail, memory_order_acquire))
        return NULL;
    void *item = ring->slots[head & ring->mask];
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    return item;
}

#endif
