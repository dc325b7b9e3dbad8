#include "flight.h"

#include <assert.h>

#include "expect.h"

void flight_init(struct flight *f, struct arena *arena, size_t questions)
{
    size_t places = 1;
    while (places < 2 * questions)
        places *= 2;
    f->mask = places - 1;
    f->places = arena_take(arena, places, sizeof *f->places);
}

/* Where to begin to look. Ids are random already; the multiplier only spreads the channel. */
static size_t home_of(const struct flight *f, uint32_t channel, uint16_t id)
{
    return (id ^ channel * 0x9E3779B1u) & f->mask;
}

/* Its place, or the empty one where it would be put. At least half of all places are empty. */
static size_t place_of(const struct flight *f, uint32_t channel, uint16_t id)
{
    size_t at = home_of(f, channel, id);
    while (f->places[at].link != 0 && (f->places[at].id != id || f->places[at].channel != channel))
        at = (at + 1) & f->mask;
    return at;
}

void flight_expect(const struct flight *f, uint32_t channel, uint16_t id)
{
    expect_line(&f->places[home_of(f, channel, id)]);
}

uint32_t flight_find(const struct flight *f, uint32_t channel, uint16_t id)
{
    uint32_t link = f->places[place_of(f, channel, id)].link;
    return link != 0 ? link - 1 : FLIGHT_NONE;
}

bool flight_add(struct flight *f, uint32_t question, uint32_t channel, uint16_t id)
{
    assert(channel <= UINT16_MAX);
    struct flight_place *place = &f->places[place_of(f, channel, id)];
    if (place->link != 0)
        return false;
    place->link = question + 1;
    place->id = id;
    place->channel = (uint16_t)channel;
    return true;
}

/* Moves up whoever could not be put nearer to its home because this place was taken. */
static void vacate(struct flight *f, size_t empty)
{
    size_t at = (empty + 1) & f->mask;
    for (; f->places[at].link != 0; at = (at + 1) & f->mask) {
        size_t home = home_of(f, f->places[at].channel, f->places[at].id);
        if (((at - home) & f->mask) < ((at - empty) & f->mask))
            continue;
        f->places[empty] = f->places[at];
        empty = at;
    }
    f->places[empty].link = 0;
}

void flight_remove(struct flight *f, uint32_t channel, uint16_t id)
{
    size_t place = place_of(f, channel, id);
    assert(f->places[place].link != 0);
    vacate(f, place);
}
