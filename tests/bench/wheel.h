/* wheel.h: replies that wait for their time: a timing wheel over entries that are set aside at the
 * start. Adding and taking cost a few steps, whatever the number of entries. Pure: the caller has
 * the clock, counted in ticks of its choice. */
#ifndef CAASCAN_TESTS_WHEEL_H
#define CAASCAN_TESTS_WHEEL_H

#include <stddef.h>
#include <stdint.h>

#include "sockaddr.h"
#include "synth_reply.h"

#define WHEEL_TICKS 16384u /* longest delay, in ticks, is one less */

struct wheel_entry {
    uint32_t next;
    uint32_t len;    /* of octets */
    uint32_t source; /* IPv4 address that the reply is sent from, host order; 0: the socket's own */
    union socket_address peer;
    uint8_t octets[SYNTH_REPLY_MAX];
};

struct wheel;

/* At most `capacity` entries wait at a time. NULL where memory is short. */
struct wheel *wheel_new(uint32_t capacity);
void wheel_free(struct wheel *wheel);

/* An entry to be filled by the caller, who passes it to wheel_add or wheel_release. NULL where all
 * are taken. */
struct wheel_entry *wheel_reserve(struct wheel *wheel);

/* Lets an entry wait for `delay` ticks from the last one that was passed to wheel_advance; for one
 * at least, and for WHEEL_TICKS - 1 at most. */
void wheel_add(struct wheel *wheel, struct wheel_entry *entry, uint64_t delay);

/* Moves on to the tick `now`; ticks never go back. */
void wheel_advance(struct wheel *wheel, uint64_t now);

/* The next entry that is due, NULL where none is: in the order of their ticks, and within a tick in
 * that of their adding. It is the caller's until
 * wheel_release. */
struct wheel_entry *wheel_take(struct wheel *wheel);
void wheel_release(struct wheel *wheel, struct wheel_entry *entry);

/* Entries added and not taken. */
uint32_t wheel_waiting(const struct wheel *wheel);

#endif
