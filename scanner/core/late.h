/* late.h: sends that were not answered in time, of questions that their name does not lead to, so
 * that a late reply finds its question all the same.
 *
 * The table holds the latest so many sends and forgets the oldest: whose question is over by then,
 * or has another name, is for the asker to see.
 */
#ifndef CAASCAN_LATE_H
#define CAASCAN_LATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "flight.h"

struct late_send {
    uint32_t question;
    uint16_t channel, id;
    bool used;
};

struct late {
    struct flight numbers; /* of sends */
    struct late_send *sends;
    uint32_t count, next;
};

void late_init(struct late *l, struct arena *arena, size_t count);

void late_keep(struct late *l, uint32_t question, uint32_t channel, uint16_t id);

/* The question that was last sent as (channel, id), or FLIGHT_NONE. */
uint32_t late_find(const struct late *l, uint32_t channel, uint16_t id);

#endif
