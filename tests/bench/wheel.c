#include "wheel.h"

#include <stdlib.h>

#define NONE UINT32_MAX

struct list {
    uint32_t head, tail;
};

struct wheel {
    struct wheel_entry *entries;
    uint32_t capacity;
    uint32_t fresh; /* entries from here on were never used, and their memory never touched */
    uint32_t free;  /* used before; the last one released is the first one used again */
    uint32_t waiting;
    uint64_t now; /* all ticks before it are empty */
    uint64_t due; /* entries up to this tick may be taken */
    struct list slots[WHEEL_TICKS];
};

struct wheel *wheel_new(uint32_t capacity)
{
    struct wheel *wheel = malloc(sizeof *wheel);
    struct wheel_entry *entries = calloc(capacity, sizeof *entries);
    if (wheel == NULL || entries == NULL) {
        free(wheel);
        free(entries);
        return NULL;
    }
    wheel->entries = entries;
    wheel->capacity = capacity;
    wheel->fresh = wheel->waiting = 0;
    wheel->free = NONE;
    wheel->now = wheel->due = 0;
    for (size_t i = 0; i < WHEEL_TICKS; i++)
        wheel->slots[i].head = NONE;
    return wheel;
}

void wheel_free(struct wheel *wheel)
{
    if (wheel != NULL)
        free(wheel->entries);
    free(wheel);
}

struct wheel_entry *wheel_reserve(struct wheel *wheel)
{
    if (wheel->free == NONE)
        return wheel->fresh < wheel->capacity ? &wheel->entries[wheel->fresh++] : NULL;
    struct wheel_entry *entry = &wheel->entries[wheel->free];
    wheel->free = entry->next;
    return entry;
}

static uint32_t index_of(const struct wheel *wheel, const struct wheel_entry *entry)
{
    return (uint32_t)(entry - wheel->entries);
}

void wheel_add(struct wheel *wheel, struct wheel_entry *entry, uint64_t delay)
{
    /* A slot holds one tick: that of the last delay possible must not be one still to be emptied.
     */
    uint64_t most = wheel->now + WHEEL_TICKS - 1 - wheel->due;
    if (delay == 0)
        delay = 1;
    if (delay > most)
        delay = most;
    struct list *slot = &wheel->slots[(wheel->due + delay) % WHEEL_TICKS];
    uint32_t i = index_of(wheel, entry);
    entry->next = NONE;
    if (slot->head == NONE)
        slot->head = i;
    else
        wheel->entries[slot->tail].next = i;
    slot->tail = i;
    wheel->waiting++;
}

void wheel_advance(struct wheel *wheel, uint64_t now)
{
    if (wheel->waiting == 0)
        wheel->now = now;
    uint64_t most = wheel->now + WHEEL_TICKS - 2;
    wheel->due = now < most ? now : most;
}

struct wheel_entry *wheel_take(struct wheel *wheel)
{
    for (; wheel->now <= wheel->due && wheel->waiting > 0; wheel->now++) {
        struct list *slot = &wheel->slots[wheel->now % WHEEL_TICKS];
        if (slot->head == NONE)
            continue;
        struct wheel_entry *entry = &wheel->entries[slot->head];
        slot->head = entry->next;
        wheel->waiting--;
        return entry;
    }
    return NULL;
}

void wheel_release(struct wheel *wheel, struct wheel_entry *entry)
{
    entry->next = wheel->free;
    wheel->free = index_of(wheel, entry);
}

uint32_t wheel_waiting(const struct wheel *wheel)
{
    return wheel->waiting;
}
