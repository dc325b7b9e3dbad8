#include "timers.h"

#include <assert.h>

void timers_init(struct timers *t, struct timers_node *first, size_t stride, size_t list_count)
{
    assert(list_count <= TIMERS_LISTS_MAX);
    *t = (struct timers){.nodes = (void *)first, .stride = stride, .list_count = list_count};
    for (size_t i = 0; i < list_count; i++)
        t->lists[i] = (struct timers_list){.head = TIMERS_NONE, .tail = TIMERS_NONE};
}

void timers_set_wait(struct timers *t, size_t list, uint64_t wait_ns)
{
    t->lists[list].wait_ns = wait_ns;
}

void timers_add(struct timers *t, size_t list, uint32_t item, uint64_t now_ns)
{
    struct timers_list *l = &t->lists[list];
    struct timers_node *node = timers_node(t, item);
    assert(node->list == 0);
    *node = (struct timers_node){.deadline_ns = now_ns + l->wait_ns,
                                 .next = TIMERS_NONE,
                                 .prev = l->tail & TIMERS_NONE,
                                 .list = (list + 1) & UINT8_MAX};
    if (l->tail != TIMERS_NONE)
        timers_node(t, l->tail)->next = item;
    else
        l->head = item;
    l->tail = item;
    t->in_use |= 1ull << list;
}

void timers_remove(struct timers *t, uint32_t item)
{
    struct timers_node *node = timers_node(t, item);
    if (node->list == 0)
        return;
    struct timers_list *l = &t->lists[node->list - 1];
    uint32_t next = node->next, prev = node->prev;
    if (prev != TIMERS_NONE)
        timers_node(t, prev)->next = node->next;
    else
        l->head = next;
    if (next != TIMERS_NONE)
        timers_node(t, next)->prev = node->prev;
    else
        l->tail = prev;
    if (l->head == TIMERS_NONE)
        t->in_use &= ~(1ull << (node->list - 1));
    node->list = 0;
}

uint32_t timers_expire(struct timers *t, uint64_t now_ns)
{
    for (uint64_t left = t->in_use; left != 0; left &= left - 1) {
        uint32_t head = t->lists[__builtin_ctzll(left)].head;
        if (timers_node(t, head)->deadline_ns > now_ns)
            continue;
        timers_remove(t, head);
        return head;
    }
    return TIMERS_NONE;
}

uint64_t timers_next_ns(const struct timers *t)
{
    uint64_t next_ns = TIMERS_NEVER;
    for (uint64_t left = t->in_use; left != 0; left &= left - 1) {
        uint32_t head = t->lists[__builtin_ctzll(left)].head;
        if (timers_node(t, head)->deadline_ns < next_ns)
            next_ns = timers_node(t, head)->deadline_ns;
    }
    return next_ns;
}
