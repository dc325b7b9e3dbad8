/* narrow.h: a way that carries so many queries a second and no more, with a queue before it. Pure.
 */
#ifndef CAASCAN_TESTS_NARROW_H
#define CAASCAN_TESTS_NARROW_H

#include <stdbool.h>
#include <stdint.h>

struct narrow {
    uint64_t each_ns;  /* what one query takes; 0: the way is not narrow */
    uint64_t queue_ns; /* as much of them may wait; the rest is dropped */
    uint64_t free_ns;  /* when all that came so far is through; begins with 0 */
};

/* Lets one query through that comes now. False where it finds the queue full and is dropped; else
 * *wait_ns is how long it waits for those before it. Time never goes back. */
static inline bool narrow_pass(struct narrow *way, uint64_t now_ns, uint64_t *wait_ns)
{
    uint64_t begin_ns = way->free_ns > now_ns ? way->free_ns : now_ns;
    *wait_ns = begin_ns - now_ns;
    if (way->each_ns > 0 && *wait_ns > way->queue_ns)
        return false;
    if (way->each_ns > 0)
        way->free_ns = begin_ns + way->each_ns;
    return true;
}

#endif
