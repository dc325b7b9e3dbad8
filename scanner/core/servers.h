/* servers.h: the servers a worker may ask, their health, and which to ask next. One thread.
 *
 * Questions are spread evenly over the servers that answer. One that stayed silent several times in
 * a row rests, the longer the more silences; where all rest, the one due first is asked.
 *
 * How long to wait for one before a query counts as lost follows from how it has answered: its
 * smoothed round trip and four times the deviation of that (RFC 6298), or longer where the slowest
 * of its replies are slower. Those of a resolver are: what it has in its cache comes at once, and
 * what it must look up takes its time. So of a resolver the worst is believed until replies show
 * better.
 */
#ifndef CAASCAN_SERVERS_H
#define CAASCAN_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "arena.h"

#define SERVERS_NONE UINT32_MAX
#define SERVERS_WAYS 8u
#define SERVERS_NO_EDNS_NS (900ull * 1000000000) /* then EDNS is tried again */
#define SERVERS_FOLDS_CASE_NS (900ull * 1000000000)
#define SERVERS_RESOLVER_SILENT_LIMIT 8u
#define SERVERS_AUTHORITY_SILENT_LIMIT 3u
#define SERVERS_DEAD_SILENCES 16u                /* so many in a row are no loss in the network */
#define SERVERS_WAIT_LEAST_NS (100ull * 1000000) /* shorter waits would gain little */
#define SERVERS_DEVIATION_US 64u

/* What choosing one looks at lies in its first line. */
struct server {
    _Alignas(64) struct address address;
    uint32_t rtt_us; /* smoothed; doubled by silence; 0: never answered */
    uint64_t resting_until_ns;
    uint64_t lame_until_ns;
    uint64_t used_ns;
    uint32_t limit; /* its entry in struct limit */
    uint32_t in_flight;
    uint32_t holders;             /* questions that have it as their server: it keeps its place */
    uint32_t silences;            /* in a row */
    uint64_t answered_ns;         /* the last time */
    uint64_t lame_zone;           /* hash of the zone it did not serve; until lame_until_ns */
    uint64_t no_edns_until_ns;    /* it answered only when asked without EDNS */
    uint64_t folds_case_until_ns; /* it did not echo a name in the case in which it was asked */
    uint32_t tcp_in_flight;       /* of these, over TCP */
    uint32_t tcp_failures;        /* connections in a row that brought no reply */
    uint32_t smoothed_us;         /* round trip, whatever silence */
    uint32_t tail_us;             /* one reply in some hundreds takes longer */
    uint16_t deviation;           /* from smoothed_us, smoothed; in SERVERS_DEVIATION_US */
    uint16_t replies;             /* up to a bound; more say nothing new */
    uint32_t first_answered_ms;   /* times of these three: modulo 2^32 */
    uint32_t newest_answered_ms;  /* of the queries answered, the latest was sent then */
    uint32_t silent_since_ms;     /* the first of `silences` was to a query sent then */
};

struct servers {
    struct server *list;
    size_t count;
    size_t bucket_mask;    /* of the table of authorities */
    uint32_t *tags;        /* of each entry of it, a part of its hash; 0: free */
    uint64_t seed;         /* of its hash: glue is chosen by others */
    uint32_t silent_limit; /* silences in a row before a rest */
    uint64_t timeout_ns;   /* none rests before it was silent for so long */
};

/* Copies the addresses; count is from 1 to SERVERS_NONE - 1. */
void servers_init(struct servers *s, struct arena *arena, const struct address *list, size_t count);

/* Makes a table of authorities instead, found by address: at least `count` of them. Where a bucket
 * is full the one unused for longest that nobody holds gives way. */
void servers_init_table(struct servers *s, struct arena *arena, size_t count, uint64_t seed);

/* For servers_find; begins to load what it will look at: first where to look, then, once that is at
 * hand, what is probably found. */
uint64_t servers_expect(const struct servers *s, const struct address *address);
void servers_expect_found(const struct servers *s, uint64_t hash);

/* How long queries are waited for at most; 0 before. */
void servers_set_timeout(struct servers *s, uint64_t timeout_ns);

/* The entry for address, a new one with its entry in a limit of limit_count; SERVERS_NONE where all
 * that could give way are held. Until it is held, any later call may give it to another address. */
uint32_t servers_find(struct servers *s, const struct address *address, size_t limit_count,
                      uint64_t now_ns);

/* The same where servers_expect has told the hash. */
uint32_t servers_find_hashed(struct servers *s, const struct address *address, uint64_t hash,
                             size_t limit_count, uint64_t now_ns);

/* How soon this server may be expected to answer, in microseconds: the lower, the sooner it should
 * be asked. Servers never asked get their chance by `random`; one at rest comes last. */
uint64_t servers_score(const struct server *server, uint32_t random, uint64_t now_ns);

/* The server to ask now, another than `last` where there is one to choose from. `random` spreads.
 */
size_t servers_pick(const struct servers *s, size_t last, uint32_t random, uint64_t now_ns);

/* Keeps an entry in its place, and lets it go; SERVERS_NONE is allowed. */
void servers_hold(struct servers *s, size_t server);
void servers_release(struct servers *s, size_t server);

/* A query to it is no longer in flight. */
void servers_returned(struct servers *s, size_t server);

void servers_answered(struct servers *s, size_t server, uint32_t rtt_us, uint64_t now_ns);

/* After how long without a reply a query to it may be taken for lost; UINT64_MAX where it never
 * answered. */
uint64_t servers_wait_ns(const struct servers *s, size_t server);

/* Could replies that take so long have been seen yet? The first to come are the fast ones. Returns
 * how long that will take; 0: they could. */
uint64_t servers_knows_in_ns(const struct servers *s, size_t server, uint64_t wait_ns,
                             uint64_t now_ns);

/* Has it answered a query that was sent at sent_ns or later? Then it is there, and silence about an
 * earlier one is about that one alone. */
bool servers_overtook(const struct servers *s, size_t server, uint64_t sent_ns);

/* Has it been silent for so long that it is no loss in the network? */
bool servers_is_dead(const struct servers *s, size_t server, uint64_t now_ns);

/* A query sent at sent_ns got no answer. Where the server has answered another one since, that is
 * loss, and not counted as silence: of a burst all that was lost expires in a row. */
void servers_silent(struct servers *s, size_t server, uint64_t sent_ns, uint64_t now_ns);

#endif
