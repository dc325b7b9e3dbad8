#include "late.h"

void late_init(struct late *l, struct arena *arena, size_t count)
{
    *l = (struct late){.count = (uint32_t)count};
    flight_init(&l->numbers, arena, count);
    l->sends = arena_take(arena, count, sizeof *l->sends);
}

static void forget_oldest(struct late *l)
{
    const struct late_send *oldest = &l->sends[l->next];
    if (oldest->used)
        flight_remove(&l->numbers, oldest->channel, oldest->id);
}

void late_keep(struct late *l, uint32_t question, uint32_t channel, uint16_t id)
{
    uint32_t send = flight_find(&l->numbers, channel, id);
    if (send != FLIGHT_NONE) {
        l->sends[send].question = question;
        return;
    }
    forget_oldest(l);
    flight_add(&l->numbers, l->next, channel, id);
    l->sends[l->next] = (struct late_send){
        .question = question, .channel = (uint16_t)channel, .id = id, .used = true};
    l->next = (l->next + 1) % l->count;
}

uint32_t late_find(const struct late *l, uint32_t channel, uint16_t id)
{
    uint32_t send = flight_find(&l->numbers, channel, id);
    return send != FLIGHT_NONE ? l->sends[send].question : FLIGHT_NONE;
}
