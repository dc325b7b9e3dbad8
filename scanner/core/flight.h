/* flight.h: which exchange a datagram belongs to: (channel, id) to the question that waits for it.
 *
 * Questions are numbered; each is in the table at most once. Ids are given by the caller, from a
 * cryptographic generator; flight only refuses one that is taken.
 */
#ifndef CAASCAN_FLIGHT_H
#define CAASCAN_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

#define FLIGHT_NONE UINT32_MAX

struct flight_slot {
    uint32_t channel;
    uint32_t next; /* in its bucket */
    uint16_t id;
    bool used;
};

struct flight {
    struct flight_slot *slots; /* by question */
    uint32_t *buckets;         /* 1 + the first question, 0: empty */
    size_t mask;
};

void flight_init(struct flight *f, struct arena *arena, size_t questions);

/* Returns false if (channel, id) is taken by another question. */
bool flight_add(struct flight *f, uint32_t question, uint32_t channel, uint16_t id);

void flight_remove(struct flight *f, uint32_t question);

/* Begins to load the bucket of (channel, id). */
void flight_expect(const struct flight *f, uint32_t channel, uint16_t id);

/* The question that is probably in flight as (channel, id), or FLIGHT_NONE: the bucket's first. */
uint32_t flight_guess(const struct flight *f, uint32_t channel, uint16_t id);

/* The question in flight as (channel, id), or FLIGHT_NONE. */
uint32_t flight_find(const struct flight *f, uint32_t channel, uint16_t id);

#endif
