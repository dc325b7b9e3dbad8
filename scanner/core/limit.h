/* limit.h: how soon the next query may go, in all and to one server. The only state that workers
 * share: a fixed array of atomic times, so a limit is the limit with any number of threads.
 *
 * Each entry is the time at which its budget is used up (a virtual schedule, GCRA): a send moves it
 * on by the interval and is granted while it is not further ahead of now than the burst. Integer
 * nanoseconds, passed in; no clock here.
 */
#ifndef CAASCAN_LIMIT_H
#define CAASCAN_LIMIT_H

#include <stddef.h>
#include <stdint.h>

/* Unsent budget is kept for this long: enough to bridge a late tick, too little to make a burst
 * that a server would notice. */
#define LIMIT_BURST_NS (10ull * 1000000)

struct limit_entry {
    _Alignas(64) _Atomic uint64_t next_ns;
};

struct limit {
    uint64_t interval_ns;        /* between any two sends; 0: no limit */
    uint64_t server_interval_ns; /* between two sends to one server; 0: no limit */
    size_t server_count;
    struct limit_entry all;
    struct limit_entry servers[];
};

size_t limit_size(size_t server_count);

/* rate in queries per second, 0 for no limit. */
void limit_init(struct limit *l, size_t server_count, uint64_t rate_qps, uint64_t server_rate_qps);

/* Is the server's own budget used up? Then the time from which it has some again, else 0. Takes
 * nothing. Any thread. */
uint64_t limit_server_wait(struct limit *l, size_t server, uint64_t now_ns);

/* Asks leave to send one query to server now. Returns 0 where granted and the budget is taken, else
 * the time from which asking again makes sense. Any thread. */
uint64_t limit_take(struct limit *l, size_t server, uint64_t now_ns);

#endif
