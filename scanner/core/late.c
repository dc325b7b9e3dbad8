#include "late.h"

void late_init(struct late *l, struct arena *arena, size_t count)
{
    *l = (struct late){.count = (uint32_t)count};
    flight_init(&l->sends, arena, count);
    l->questions = arena_take(arena, count, sizeof *l->questions);
}

void late_keep(struct late *l, uint32_t question, uint32_t channel, uint16_t id)
{
    uint32_t send = flight_find(&l->sends, channel, id);
    if (send == FLIGHT_NONE) {
        send = l->next;
        l->next = (l->next + 1) % l->count;
        flight_remove(&l->sends, send);
        flight_add(&l->sends, send, channel, id);
    }
    l->questions[send] = question;
}

uint32_t late_find(const struct late *l, uint32_t channel, uint16_t id)
{
    uint32_t send = flight_find(&l->sends, channel, id);
    return send != FLIGHT_NONE ? l->questions[send] : FLIGHT_NONE;
}
