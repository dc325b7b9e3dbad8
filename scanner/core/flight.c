#include "flight.h"

#include <assert.h>

void flight_init(struct flight *f, struct arena *arena, size_t questions)
{
    size_t buckets = 1;
    while (buckets < 2 * questions)
        buckets *= 2;
    f->mask = buckets - 1;
    f->slots = arena_take(arena, questions, sizeof *f->slots);
    f->buckets = arena_take(arena, buckets, sizeof *f->buckets);
}

/* Ids are random already; the multiplier only spreads the channel. */
static size_t bucket_of(const struct flight *f, uint32_t channel, uint16_t id)
{
    return (id ^ channel * 0x9E3779B1u) & f->mask;
}

void flight_expect(const struct flight *f, uint32_t channel, uint16_t id)
{
    __builtin_prefetch(&f->buckets[bucket_of(f, channel, id)], 1);
}

uint32_t flight_guess(const struct flight *f, uint32_t channel, uint16_t id)
{
    return f->buckets[bucket_of(f, channel, id)] - 1;
}

uint32_t flight_find(const struct flight *f, uint32_t channel, uint16_t id)
{
    uint32_t link = f->buckets[bucket_of(f, channel, id)];
    while (link != 0) {
        const struct flight_slot *slot = &f->slots[link - 1];
        if (slot->channel == channel && slot->id == id)
            return link - 1;
        link = slot->next;
    }
    return FLIGHT_NONE;
}

bool flight_add(struct flight *f, uint32_t question, uint32_t channel, uint16_t id)
{
    if (flight_find(f, channel, id) != FLIGHT_NONE)
        return false;
    struct flight_slot *slot = &f->slots[question];
    assert(!slot->used);
    uint32_t *bucket = &f->buckets[bucket_of(f, channel, id)];
    *slot = (struct flight_slot){.channel = channel, .next = *bucket, .id = id, .used = true};
    *bucket = question + 1;
    return true;
}

void flight_remove(struct flight *f, uint32_t question)
{
    struct flight_slot *slot = &f->slots[question];
    if (!slot->used)
        return;
    uint32_t *link = &f->buckets[bucket_of(f, slot->channel, slot->id)];
    while (*link != question + 1)
        link = &f->slots[*link - 1].next;
    *link = slot->next;
    slot->used = false;
}
