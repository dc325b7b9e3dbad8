/* cache.h: recent answers by (name, type, CD), bounded, private to a worker.
 *
 * Positive and negative answers stay for the TTL they came with (RFC 2308), failures for at most
 * CACHE_FAILURE_S so that a dead zone is not asked anew by each of its names at once. Time is
 * passed in. The cache holds a reference to each blob it knows.
 *
 * What a row's own name has is rarely asked for twice, and there is as much of it as there are
 * rows. It goes through a small table of its own, whose memory is still in the processor's caches
 * when it is used again, and moves into the large one when it is asked for again (2Q: Johnson and
 * Shasha, VLDB 1994; S3-FIFO: Yang and others, SOSP 2023).
 */
#ifndef CAASCAN_CACHE_H
#define CAASCAN_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "arena.h"
#include "expect.h"
#include "store.h"
#include "worth.h"

#define CACHE_WAYS 8u
/* Larger answers are asked for anew: a few hundred of them would leave no room for any other. */
#define CACHE_ANSWER_MAX 8192u
#define CACHE_TTL_MAX_S 86400u /* longer TTLs are cut to a day */
#define CACHE_FAILURE_S 5u     /* one bad moment of a zone stays short */
#define CACHE_FAILURE_NS (CACHE_FAILURE_S * 1000000000ull)

struct question_key {
    struct name name;
    uint16_t type;
    bool checking_disabled;
    bool control;          /* a control probe: not answered from the cache */
    bool own;              /* CAA of a row's own name: unlikely to be asked for again */
    struct address pinned; /* iteration: only this server is asked, and its answer is taken as it
                              is; family ADDRESS_NONE: any of the zone's servers */
    uint64_t hash;         /* question_key_hash of the rest; 0: not known yet */
    uint64_t above_hash;   /* of the same question about the name above; 0: not known */
};

uint64_t question_key_hash(const struct question_key *key, uint64_t seed);

/* What is asked about a name is put into the hash last, so that a name is hashed once for all
 * that is asked about it. The hash of the question for another type, of a question that is no
 * probe, has no CD and asks no server alone, from that of such a question. */
#define QUESTION_HASH_STEP 0x9E3779B97F4A7C15u

static inline uint64_t question_hash_as(uint64_t hash, uint16_t from, uint16_t to)
{
    return hash ^ ((uint64_t)from << 2) * QUESTION_HASH_STEP ^
           ((uint64_t)to << 2) * QUESTION_HASH_STEP;
}

struct cache_entry {
    _Alignas(32) uint32_t tag; /* what was hashed, in short */
    uint32_t blob;             /* 0: empty */
    uint32_t used;             /* the last time: uses of the cache until then */
    uint64_t stored_ns, until_ns;
};

/* Buckets of CACHE_WAYS entries. */
struct cache_table {
    uint64_t
        *marks; /* by bucket: an octet of each entry's tag, 0: empty. Most searches end here. */
    struct cache_entry *entries;
    uint8_t *turns; /* by bucket: entries give way in turn, and this one was the last; NULL: the
                       one that is worth least does */
    size_t count;   /* of buckets: a power of two, or 0 */
    size_t sweep;   /* next bucket that cache_shed empties */
};

struct cache {
    struct cache_table shared, own;
    struct store *store;
    struct worth worth; /* of keeping answers about own names */
    uint32_t uses;      /* found or put so far; wraps */
};

struct cache_hit {
    uint32_t blob; /* 0: nothing fresh is known. The reference stays the cache's. */
    uint32_t age_s;
    uint64_t until_ns; /* it is fresh before that */
};

/* Answers to be kept: those that rows share, and those about rows' own names. */
struct cache_room {
    size_t shared, own;
};

/* For about `entries` answers, with `rows` in flight. Rows whose names are next to each other in a
 * list are in flight at about the same time, and that is what own names are kept for where a
 * resolver is asked. An authority is not asked again so lightly: there they have half of the room.
 * Once that was filled they are kept only while that is worth while (worth.h). */
struct cache_room cache_room_for(size_t entries, size_t rows, bool iterates);

/* Room for at least so many answers; 0 of those that rows share makes a cache that keeps nothing.
 */
void cache_init(struct cache *c, struct arena *arena, struct store *store, struct cache_room room);

struct cache_hit cache_find(struct cache *c, const struct question_key *key, uint64_t hash,
                            uint64_t now_ns);

/* Begins to load what cache_find will look at: first the marks, then, once those are at hand, the
 * entry of what is probably found, then the answer. */
static inline void cache_expect_find(const struct cache *c, uint64_t hash)
{
    if (c->shared.count == 0)
        return;
    expect_line(&c->shared.marks[hash & (c->shared.count - 1)]);
    expect_line(&c->own.marks[hash & (c->own.count - 1)]);
}
void cache_expect_found(const struct cache *c, uint64_t hash);

/* The answer that rows share and that cache_find would probably find; 0: none. */
uint32_t cache_likely(const struct cache *c, uint64_t hash);
void cache_expect_answer(const struct cache *c, uint64_t hash);

/* The same where no more than the head of the answer will be looked at. */
void cache_expect_head(const struct cache *c, uint64_t hash);

/* Begins to load what cache_put will look at: the entry that will probably give way. own: as in the
 * key. */
void cache_expect(const struct cache *c, uint64_t hash, bool own);

/* Keeps a blob (taking a reference of its own) for as long as it may be kept, in place of an older
 * answer to the same question, else of one that expired, else of one that was never found again,
 * else of the one unused for longest. An answer about a row's own name takes the place of an older
 * such one, and only once it is found it becomes one that rows share. */
void cache_put(struct cache *c, const struct question_key *key, uint64_t hash, uint32_t blob,
               uint64_t now_ns);

/* Puts a blob that says the same and more into the place of `old`, for as long as that one could be
 * kept. Does nothing where `old` is no longer kept. */
void cache_replace(struct cache *c, const struct question_key *key, uint64_t hash, uint32_t old,
                   uint32_t blob);

/* Gives up some answers, fresh or not, because the store is full. Returns false if there was
 * nothing to give up. */
bool cache_shed(struct cache *c);

/* Blobs that the cache holds, for tests; walks the whole table. */
size_t cache_count(const struct cache *c);

#endif
