/* repeat.h: when a query whose reply is late is repeated.
 *
 * An attempt has its whole wait (--timeout; half of that more with each attempt). But where its
 * server usually answers sooner (servers_wait_ns), the query is taken for lost and repeated early,
 * as attempt after attempt allows, twice as late each time. Early repeats must not use up attempts
 * that would have outlived a short outage, nor answer a server that pauses with all its queries
 * anew. So only the first goes out on the clock alone, and only to a server that has few in flight;
 * else it must have answered a query sent later. The last attempt has its whole wait,
 * and all that was spared before it: no reply that was in time without early repeats comes too
 * late. And the replies to all of a question's sends are as good as any (exchange.c).
 *
 * Waits are of some fixed lengths, so that deadlines need no heap (timers.h). What is known of the
 * server is looked at when they are over, and they are made longer then.
 */
#ifndef CAASCAN_REPEAT_H
#define CAASCAN_REPEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "timers.h"

#define REPEAT_WAITS 18u /* from 25 ms to 9 s, two to a doubling */

struct resolve;

enum repeat {
    REPEAT_NOT_YET, /* it waits on */
    REPEAT_EARLY,   /* what is left of its wait is spared */
    REPEAT_IS_OVER, /* its whole wait is over */
};

/* Sets the waits of the REPEAT_WAITS lists from `first` on. */
void repeat_set_waits(struct timers *t, size_t first);

/* The question's attempt goes out over UDP now: begins its wait. */
void repeat_sent(struct resolve *r, uint32_t question, uint64_t now_ns);

/* A wait begun so is over. `last`: no attempt would follow. */
enum repeat repeat_due(struct resolve *r, uint32_t question, bool last, uint64_t now_ns);

#endif
