#include "scout.h"

void scouts_init(struct scouts *s, struct arena *arena, size_t count)
{
    size_t slots = 1;
    while (slots < count)
        slots *= 2;
    s->mask = slots - 1;
    s->slots = arena_take(arena, slots, sizeof *s->slots);
}

static struct scout *slot_of(const struct scouts *s, uint64_t hash)
{
    return &s->slots[hash & s->mask];
}

static uint64_t tag_of(uint64_t hash)
{
    return hash >> (64 - SCOUT_TAG_BITS);
}

static bool is_lost(const struct scout *it, uint64_t now)
{
    return it->out && (it->unsent || now - it->sent >= SCOUT_OUT_NS / SCOUT_STEP_NS);
}

static uint64_t time_of(uint32_t low, uint8_t high)
{
    return (uint64_t)high << 32 | low;
}

bool scouts_wait(const struct scouts *s, uint64_t hash, struct scout_wait *wait, uint64_t now_ns)
{
    const struct scout *it = slot_of(s, hash);
    if (it->tag != tag_of(hash))
        return false;
    if (it->found != 0 && it->found >= time_of(wait->stood_low, wait->stood_high))
        return true;
    if (!it->out || is_lost(it, scouts_time(now_ns)))
        return false;
    if (wait->has_waited && time_of(wait->sent_low, wait->sent_high) == it->sent)
        return true;
    if (wait->has_waited && (!it->after_lost || wait->lost_count == SCOUT_LOST_MAX))
        return false;
    wait->lost_count = (uint8_t)(wait->lost_count + wait->has_waited);
    wait->has_waited = true;
    wait->sent_low = (uint32_t)it->sent;
    wait->sent_high = (uint8_t)(it->sent >> 32);
    return true;
}

void scouts_sent(struct scouts *s, uint64_t hash, uint64_t now_ns)
{
    struct scout *it = slot_of(s, hash);
    bool same = it->tag == tag_of(hash);
    bool lost = same && is_lost(it, scouts_time(now_ns));
    if (same && it->out && !lost)
        return;
    *it = (struct scout){.tag = tag_of(hash) & ((1u << SCOUT_TAG_BITS) - 1),
                         .sent = scouts_time(now_ns) & SCOUT_TIME_MAX,
                         .found = same ? it->found : 0,
                         .out = true,
                         .after_lost = lost};
}

void scouts_unsent(struct scouts *s, uint64_t hash, uint64_t sent_ns)
{
    struct scout *it = slot_of(s, hash);
    if (it->tag == tag_of(hash) && it->sent == scouts_time(sent_ns))
        it->unsent = true;
}

void scouts_returned(struct scouts *s, uint64_t hash)
{
    struct scout *it = slot_of(s, hash);
    if (it->tag == tag_of(hash))
        it->out = false;
}

void scouts_found(struct scouts *s, uint64_t hash, uint64_t now_ns)
{
    struct scout *it = slot_of(s, hash);
    if (it->tag == tag_of(hash))
        it->found = scouts_time(now_ns) & SCOUT_TIME_MAX;
}
