/* engine.h: one worker's engine: names in, datagrams out and in, records out. Pure: the shell owns
 * sockets, time and randomness; the same calls drive production, simulation, fuzzing and
 * benchmarks.
 *
 * A row that is admitted keeps its slot until its record is in a chunk, so a slow disk holds back
 * admission by itself: nothing is dropped and nothing blocks. All memory is sized from the
 * configuration before start. One thread; `limit` alone is shared.
 *
 * Invariant: admitted = recorded + in flight, at any time.
 */
#ifndef CAASCAN_ENGINE_H
#define CAASCAN_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "door.h"
#include "limit.h"
#include "record.h"
#include "resolve.h"
#include "stats.h"
#include "target.h"

struct engine;

struct engine_config {
    const struct record_scan *scan; /* lives as long as the engine */
    const struct address *servers;  /* resolvers, copied; NULL: iterate from the roots */
    size_t server_count;
    const struct resolve_roots *roots; /* where servers is NULL; copied */
    size_t authorities;                /* iterating: servers remembered */
    uint32_t server_in_flight;         /* iterating: queries to one server at a time, 0: no limit */
    bool mixed_case;                   /* names in random case, to be echoed so */
    bool ipv4, ipv6;                   /* iterating: families to be used */
    struct limit *limit;               /* with an entry per server; shared by all engines */
    struct stats *stats;               /* this engine's own */
    size_t in_flight;                  /* rows at a time, at least 1 */
    size_t cache_entries;              /* answers kept */
    uint32_t channels;                 /* UDP channels the shell opened, at least 1 */
    uint32_t attempts;                 /* servers asked before giving up, 1..ASK_ATTEMPTS_MAX */
    uint64_t timeout_ns;               /* of the first attempt; later ones wait longer */
    uint64_t hash_seed;                /* random: keeps chosen names from colliding */
    uint64_t epoch_ms;                 /* wall clock at now_ns = 0, for timestamps */
    const struct trust_anchors *anchors; /* iterating: replies are verified by these; copied */
    bool all_nameservers;                /* iterating: ask every server of each level's zone */
    bool context;                        /* asking resolvers: ask for each row's zones too */
    bool control;                        /* ask control probes where a lookup failed */
    bool alt;                            /* also search as RFC 6844 and erratum 5065 would */
};

/* Octets of memory that an engine of this configuration needs; and how many of these in front, a
 * multiple of ARENA_PAGE, most of which will be touched. Of those behind few will be as a rule. */
size_t engine_size(const struct engine_config *config);
size_t engine_front(const struct engine_config *config);

/* Builds the engine in memory: engine_size octets, zero, aligned to ARENA_ALIGN, the caller's for
 * as long as the engine is used. There is nothing to undo. */
struct engine *engine_init(void *memory, const struct engine_config *config);

/* Takes as many of the n targets as there is room for, from the first on, and returns how many. */
size_t engine_admit(struct engine *e, uint64_t now_ns, const struct target targets[], size_t n);

/* Rows admitted and not yet recorded. */
size_t engine_busy(const struct engine *e);

/* Blobs held by anything but the cache and the root's delegation, for tests: 0 when no row is at
 * work. */
size_t engine_held(const struct engine *e);

/* Datagrams will be handed in: begins to load what they will need from memory, which takes longer
 * than all else. Each step, from 0 to ENGINE_EXPECT_STEPS - 1, for the whole batch before the next
 * one. Changes nothing. */
#define ENGINE_EXPECT_STEPS 6u
void engine_expect(const struct engine *e, unsigned step, const struct door_event *event);

void engine_event(struct engine *e, uint64_t now_ns, const struct door_event *event);

/* Runs deadlines; returns when to call again at the latest, UINT64_MAX without any. */
uint64_t engine_advance(struct engine *e, uint64_t now_ns);

/* Fills at most cap actions (cap at least 2) and returns their number. What stays unsent for lack
 * of leave or of random octets comes with a later call. */
size_t engine_take_actions(struct engine *e, uint64_t now_ns, struct action out[], size_t cap);

/* How often to come back with what was received, in nanoseconds. */
uint64_t engine_tick_ns(const struct engine *e);

/* Random octets from a cryptographic generator: at most engine_random_room of them. Ids, channels
 * and the choice of server come from these; without them nothing is sent. */
size_t engine_random_room(const struct engine *e);
void engine_feed_random(struct engine *e, const uint8_t *octets, size_t len);

struct engine_records {
    size_t len;   /* octets written */
    size_t count; /* records */
    bool more;    /* a record is left that did not fit */
};

/* Writes finished records, whole lines, in the order in which they finished. A buffer of
 * RECORD_LINE_MAX octets takes at least one. */
struct engine_records engine_take_records(struct engine *e, uint8_t *out, size_t cap);

#endif
