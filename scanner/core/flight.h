/* flight.h: which exchange a datagram belongs to: (channel, id) to the question that waits for it.
 *
 * Questions are numbered. Who puts one in remembers as what, to take it out. Ids are given by the
 * caller, from a cryptographic generator; flight only refuses one that is taken.
 */
#ifndef CAASCAN_FLIGHT_H
#define CAASCAN_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

#define FLIGHT_NONE UINT32_MAX

struct flight_place {
    uint32_t link; /* 1 + the question, 0: empty */
    uint16_t channel, id;
};

struct flight {
    struct flight_place *places; /* by hash; one that was taken sends on to the next */
    size_t mask;
};

/* Room for that many questions at a time. */
void flight_init(struct flight *f, struct arena *arena, size_t questions);

/* Returns false if (channel, id) is taken by another question. Channels are below 65536. */
bool flight_add(struct flight *f, uint32_t question, uint32_t channel, uint16_t id);

/* Takes out the question that is in it as (channel, id). */
void flight_remove(struct flight *f, uint32_t channel, uint16_t id);

/* Begins to load what flight_find will look at. */
void flight_expect(const struct flight *f, uint32_t channel, uint16_t id);

/* The question in flight as (channel, id), or FLIGHT_NONE. */
uint32_t flight_find(const struct flight *f, uint32_t channel, uint16_t id);

#endif
