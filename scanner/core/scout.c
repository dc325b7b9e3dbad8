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

static bool is_lost(const struct scout *it, uint64_t now_ns)
{
    return it->out && (it->unsent || now_ns - it->sent_ns >= SCOUT_OUT_NS);
}

bool scouts_wait(const struct scouts *s, uint64_t hash, struct scout_wait *wait, uint64_t now_ns)
{
    const struct scout *it = slot_of(s, hash);
    if (it->hash != hash)
        return false;
    if (it->found_ns != 0 && it->found_ns >= wait->stood_ns)
        return true;
    if (!it->out || is_lost(it, now_ns))
        return false;
    if (wait->has_waited && wait->sent_ns == it->sent_ns)
        return true;
    if (wait->has_waited && (!it->after_lost || wait->lost_count == SCOUT_LOST_MAX))
        return false;
    wait->lost_count = (uint8_t)(wait->lost_count + wait->has_waited);
    wait->has_waited = true;
    wait->sent_ns = it->sent_ns;
    return true;
}

void scouts_sent(struct scouts *s, uint64_t hash, uint64_t now_ns)
{
    struct scout *it = slot_of(s, hash);
    bool same = it->hash == hash;
    bool lost = same && is_lost(it, now_ns);
    if (same && it->out && !lost)
        return;
    *it = (struct scout){.hash = hash,
                         .sent_ns = now_ns,
                         .found_ns = same ? it->found_ns : 0,
                         .out = true,
                         .after_lost = lost};
}

void scouts_unsent(struct scouts *s, uint64_t hash, uint64_t sent_ns)
{
    struct scout *it = slot_of(s, hash);
    if (it->hash == hash && it->sent_ns == sent_ns)
        it->unsent = true;
}

void scouts_returned(struct scouts *s, uint64_t hash)
{
    struct scout *it = slot_of(s, hash);
    if (it->hash == hash)
        it->out = false;
}

void scouts_found(struct scouts *s, uint64_t hash, uint64_t now_ns)
{
    struct scout *it = slot_of(s, hash);
    if (it->hash == hash)
        it->found_ns = now_ns;
}
