/* timers.h: deadlines without a heap. Every list has one wait, so arrival order is deadline order.
 *
 * Items are numbers and are in at most one list each; what is noted of one lies in an array of the
 * caller's, so that it can stand beside what else is needed of the item. All operations but
 * timers_next_ns take constant time.
 */
#ifndef CAASCAN_TIMERS_H
#define CAASCAN_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expect.h"

#define TIMERS_LISTS_MAX 64u
#define TIMERS_NONE ((1u << 24) - 1u) /* items are below */
#define TIMERS_NEVER UINT64_MAX

struct timers_node {
    uint64_t deadline_ns; /* free for another use while the item is in no list */
    uint32_t next;
    uint32_t prev : 24;
    uint32_t list : 8; /* 1 + its list; 0: in none */
};

struct timers_list {
    uint64_t wait_ns;
    uint32_t head, tail;
};

struct timers {
    uint8_t *nodes;
    size_t stride; /* octets from an item's node to the next one's */
    struct timers_list lists[TIMERS_LISTS_MAX];
    size_t list_count;
    uint64_t in_use; /* bit i: list i has items */
};

/* list_count lists. `first`, zero at the start, is the node of item 0, that of the next one stands
 * stride octets behind. Waits are set by timers_set_wait before first use. */
void timers_init(struct timers *t, struct timers_node *first, size_t stride, size_t list_count);
void timers_set_wait(struct timers *t, size_t list, uint64_t wait_ns);

/* Puts item, which is in no list, at the end of a list; due wait_ns from now. */
void timers_add(struct timers *t, size_t list, uint32_t item, uint64_t now_ns);

static inline struct timers_node *timers_node(const struct timers *t, uint32_t item)
{
    return (void *)(t->nodes + item * t->stride);
}

/* When it was or is due. */
static inline uint64_t timers_deadline_ns(const struct timers *t, uint32_t item)
{
    return timers_node(t, item)->deadline_ns;
}

/* Begins to load what timers_remove will look at, where the item itself is at hand. */
static inline void timers_expect_remove(const struct timers *t, uint32_t item)
{
    const struct timers_node *node = timers_node(t, item);
    if (node->list == 0)
        return;
    if (node->prev != TIMERS_NONE)
        expect_line(timers_node(t, node->prev));
    if (node->next != TIMERS_NONE)
        expect_line(timers_node(t, node->next));
}

/* Takes item out of its list; nothing happens where it is in none. */
void timers_remove(struct timers *t, uint32_t item);

/* Takes out and returns an item whose time has come, or TIMERS_NONE. */
uint32_t timers_expire(struct timers *t, uint64_t now_ns);

/* When the next item is due; TIMERS_NEVER without any. */
uint64_t timers_next_ns(const struct timers *t);

#endif
