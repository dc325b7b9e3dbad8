#include "cache.h"

#include <assert.h>

#include "expect.h"
#include "message.h"

uint64_t question_key_hash(const struct question_key *key, uint64_t seed)
{
    if (key->hash != 0)
        return key->hash;
    uint64_t kind = (uint64_t)key->type << 2 | (uint64_t)key->control << 1 | key->checking_disabled;
    uint64_t hash = name_hash(key->name, seed) ^ kind * QUESTION_HASH_STEP;
    if (key->pinned.family == ADDRESS_NONE)
        return hash;
    struct name octets = {.wire = key->pinned.octets, .len = sizeof key->pinned.octets};
    return name_hash(octets, hash ^ key->pinned.family);
}

/* Tags: the upper part of the hash, and in the lowest bits what a question is apart from its name
 * and type, so that equal tags are equal in that. */
#define TAG_TAKEN 1u
#define TAG_CHECKING_DISABLED 2u
#define TAG_PINNED 4u
#define TAG_BITS 7u

#define USED_WANTED (1u << 31) /* was found at least once */
#define NS 1000000000ull
#define LINE 64u /* octets that come from memory together */

#define OWN_MIN 1024u
#define OWN_PER_ROW 2u

struct cache_room cache_room_for(size_t entries, size_t rows, bool iterates)
{
    size_t half = entries / 2;
    if (iterates)
        return (struct cache_room){.shared = entries - half, .own = half};
    size_t own = rows * OWN_PER_ROW > OWN_MIN ? rows * OWN_PER_ROW : OWN_MIN;
    return (struct cache_room){.shared = entries, .own = own < half ? own : half};
}

static void table_init(struct cache_table *t, struct arena *arena, size_t entries, bool in_turn)
{
    size_t buckets = 1;
    while (buckets * CACHE_WAYS < entries)
        buckets *= 2;
    *t = (struct cache_table){.count = buckets};
    t->marks = arena_take(arena, buckets, sizeof *t->marks);
    t->entries = arena_take(arena, buckets * CACHE_WAYS, sizeof *t->entries);
    t->turns = in_turn ? arena_take(arena, buckets, sizeof *t->turns) : NULL;
}

void cache_init(struct cache *c, struct arena *arena, struct store *store, struct cache_room room)
{
    *c = (struct cache){.store = store, .worth.patience = worth_patience(room.own)};
    if (room.shared == 0)
        return;
    table_init(&c->shared, arena, room.shared, false);
    table_init(&c->own, arena, room.own, true);
}

static uint32_t tag_part(uint64_t hash)
{
    return ((uint32_t)(hash >> 32) & ~TAG_BITS) | TAG_TAKEN;
}

static uint32_t tag_of(const struct question_key *key, uint64_t hash)
{
    uint32_t tag = tag_part(hash);
    tag |= key->checking_disabled ? TAG_CHECKING_DISABLED : 0;
    return tag | (key->pinned.family != ADDRESS_NONE ? TAG_PINNED : 0);
}

/* The answer of one server is known by the answer's own `server`. */
static bool answers(const struct answer *a, const struct question_key *key)
{
    if (a->qtype != key->type || !name_equal(answer_qname(a), key->name))
        return false;
    return key->pinned.family == ADDRESS_NONE || address_equal(&a->server, &key->pinned);
}

/* Nothing else is asked about a row's own name by itself (engine.c). */
static bool may_be_own(const struct question_key *key)
{
    return key->type == TYPE_CAA;
}

#define MARK_BITS 8u
#define MARK_MAX 0xFFu
#define MARK_ONES (UINT64_MAX / 255)

static uint64_t mark_of(uint32_t tag)
{
    uint64_t mark = tag >> 24;
    return mark != 0 ? mark : 1;
}

/* A bit for each way of a bucket that is marked so; for others too now and then. */
static inline uint64_t ways_marked(uint64_t marks, uint32_t tag)
{
    uint64_t differ = marks ^ MARK_ONES * mark_of(tag);
    return (differ - MARK_ONES) & ~differ & MARK_ONES << (MARK_BITS - 1);
}

static inline unsigned first_way(uint64_t ways)
{
    return (unsigned)__builtin_ctzll(ways) / MARK_BITS;
}

static inline size_t bucket_of(const struct cache_table *t, uint64_t hash)
{
    return hash & (t->count - 1);
}

/* Which of the ways that may hold the answer does; NULL: none. */
static struct cache_entry *entry_among(const struct cache *c, struct cache_entry *bucket,
                                       uint64_t ways, const struct question_key *key, uint32_t tag)
{
    for (; ways != 0; ways &= ways - 1) {
        struct cache_entry *e = &bucket[first_way(ways)];
        if (e->tag == tag && answers(store_octets(c->store, e->blob), key))
            return e;
    }
    return NULL;
}

static inline struct cache_entry *entry_in(const struct cache *c, const struct cache_table *t,
                                           const struct question_key *key, uint64_t hash)
{
    size_t bucket = bucket_of(t, hash);
    uint32_t tag = tag_of(key, hash);
    uint64_t ways = ways_marked(t->marks[bucket], tag);
    return ways != 0 ? entry_among(c, &t->entries[bucket * CACHE_WAYS], ways, key, tag) : NULL;
}

/* blob 0 empties it. The reference becomes the cache's. */
static void set(const struct cache_table *t, struct cache_entry *e, uint32_t tag, uint32_t blob)
{
    size_t at = (size_t)(e - t->entries);
    unsigned shift = MARK_BITS * (at % CACHE_WAYS);
    uint64_t *marks = &t->marks[at / CACHE_WAYS];
    *marks &= ~((uint64_t)MARK_MAX << shift);
    *marks |= (blob != 0 ? mark_of(tag) : 0) << shift;
    e->tag = tag;
    e->blob = blob;
}

static void clear(struct cache *c, const struct cache_table *t, struct cache_entry *e)
{
    store_drop(c->store, e->blob);
    set(t, e, 0, 0);
}

static uint32_t lifetime_s(const struct answer *a)
{
    if (a->failure == CLASS_LOCAL_ERROR || a->failure == CLASS_NET_UNREACHABLE ||
        a->failure == CLASS_WORK_LIMIT || a->len > CACHE_ANSWER_MAX)
        return 0;
    if (a->failure != CLASS_NONE)
        return CACHE_FAILURE_S;
    return a->ttl_s < CACHE_TTL_MAX_S ? a->ttl_s : CACHE_TTL_MAX_S;
}

static void note_use(struct cache *c, struct cache_entry *e, uint32_t wanted)
{
    e->used = (++c->uses & ~USED_WANTED) | wanted;
}

/* An answer that nobody came back for goes before any that somebody did. */
static uint32_t readiness(const struct cache *c, uint32_t used)
{
    return ((c->uses - used) & ~USED_WANTED) | (~used & USED_WANTED);
}

static struct cache_entry *worth_least(const struct cache *c, struct cache_entry *bucket,
                                       uint64_t now_ns)
{
    struct cache_entry *victim = bucket;
    uint32_t most = 0;
    for (struct cache_entry *e = bucket; e < bucket + CACHE_WAYS; e++) {
        if (e->blob == 0 || e->until_ns <= now_ns)
            return e;
        uint32_t ready = readiness(c, e->used);
        victim = ready > most ? e : victim;
        most = ready > most ? ready : most;
    }
    return victim;
}

static struct cache_entry *victim_of(const struct cache *c, const struct cache_table *t,
                                     uint64_t hash, uint64_t now_ns)
{
    size_t bucket = bucket_of(t, hash);
    struct cache_entry *entries = &t->entries[bucket * CACHE_WAYS];
    if (t->turns == NULL)
        return worth_least(c, entries, now_ns);
    return &entries[(t->turns[bucket] + 1u) % CACHE_WAYS];
}

/* A place for what is not in the table yet. */
static struct cache_entry *make_room(struct cache *c, const struct cache_table *t, uint64_t hash,
                                     uint64_t now_ns)
{
    struct cache_entry *victim = victim_of(c, t, hash, now_ns);
    if (t->turns != NULL)
        t->turns[bucket_of(t, hash)] = (uint8_t)((size_t)(victim - t->entries) % CACHE_WAYS);
    if (victim->blob != 0)
        store_expect(c->store, victim->blob); /* as a rule its place is the next one to be taken */
    clear(c, t, victim);
    return victim;
}

/* An answer about a row's own name was asked for again: from now on rows share it. */
static struct cache_entry *share(struct cache *c, struct cache_entry *own, uint64_t hash,
                                 uint64_t now_ns)
{
    struct cache_entry *to = make_room(c, &c->shared, hash, now_ns);
    set(&c->shared, to, own->tag, own->blob);
    to->stored_ns = own->stored_ns;
    to->until_ns = own->until_ns;
    set(&c->own, own, 0, 0);
    return to;
}

/* The same as entry_in; an answer that is over is given up. */
static struct cache_entry *fresh_in(struct cache *c, const struct cache_table *t,
                                    const struct question_key *key, uint64_t hash, uint64_t now_ns)
{
    struct cache_entry *e = entry_in(c, t, key, hash);
    if (e == NULL || e->until_ns > now_ns)
        return e;
    clear(c, t, e);
    return NULL;
}

struct cache_hit cache_find(struct cache *c, const struct question_key *key, uint64_t hash,
                            uint64_t now_ns)
{
    if (c->shared.count == 0)
        return (struct cache_hit){0};
    struct cache_entry *found = fresh_in(c, &c->shared, key, hash, now_ns);
    if (found == NULL && may_be_own(key)) {
        found = fresh_in(c, &c->own, key, hash, now_ns);
        if (found != NULL) {
            worth_found(&c->worth, hash);
            found = share(c, found, hash, now_ns);
        }
    }
    if (found == NULL)
        return (struct cache_hit){0};
    note_use(c, found, USED_WANTED);
    uint64_t age_ns = now_ns > found->stored_ns ? now_ns - found->stored_ns : 0;
    return (struct cache_hit){
        .blob = found->blob, .age_s = (uint32_t)(age_ns / NS), .until_ns = found->until_ns};
}

static void forget(struct cache *c, const struct cache_table *t, const struct question_key *key,
                   uint64_t hash)
{
    struct cache_entry *older = entry_in(c, t, key, hash);
    if (older != NULL)
        clear(c, t, older);
}

/* What may not be kept takes the place of an older answer all the same: that one is out of date. */
void cache_put(struct cache *c, const struct question_key *key, uint64_t hash, uint32_t blob,
               uint64_t now_ns)
{
    if (c->shared.count == 0)
        return;
    assert(!key->own || may_be_own(key));
    if (may_be_own(key))
        forget(c, &c->own, key, hash);
    if (!key->own)
        forget(c, &c->shared, key, hash);
    uint32_t keep_s = lifetime_s(store_octets(c->store, blob));
    if (keep_s == 0)
        return;
    if (key->own)
        worth_put(&c->worth, hash);
    if (key->own && !worth_keeping(&c->worth, hash))
        return;
    const struct cache_table *t = key->own ? &c->own : &c->shared;
    struct cache_entry *e = make_room(c, t, hash, now_ns);
    store_hold(c->store, blob);
    set(t, e, tag_of(key, hash), blob);
    e->stored_ns = now_ns;
    e->until_ns = now_ns + keep_s * NS;
    note_use(c, e, 0);
}

void cache_expect(const struct cache *c, uint64_t hash, bool own)
{
    if (c->shared.count == 0)
        return;
    if (own) {
        if (worth_keeping(&c->worth, hash))
            expect_line(victim_of(c, &c->own, hash, 0));
        return;
    }
    const struct cache_entry *bucket = &c->shared.entries[bucket_of(&c->shared, hash) * CACHE_WAYS];
    for (size_t way = 0; way < CACHE_WAYS; way += LINE / sizeof *bucket)
        expect_line(&bucket[way]);
}

void cache_expect_found(const struct cache *c, uint64_t hash)
{
    if (c->shared.count == 0)
        return;
    size_t bucket = bucket_of(&c->shared, hash);
    uint64_t ways = ways_marked(c->shared.marks[bucket], tag_part(hash));
    for (; ways != 0; ways &= ways - 1)
        expect_line(&c->shared.entries[bucket * CACHE_WAYS + first_way(ways)]);
}

uint32_t cache_likely(const struct cache *c, uint64_t hash)
{
    if (c->shared.count == 0)
        return 0;
    size_t bucket = bucket_of(&c->shared, hash);
    uint64_t ways = ways_marked(c->shared.marks[bucket], tag_part(hash));
    for (; ways != 0; ways &= ways - 1) {
        const struct cache_entry *e = &c->shared.entries[bucket * CACHE_WAYS + first_way(ways)];
        if (e->tag == tag_part(hash))
            return e->blob;
    }
    return 0;
}

/* Begins to load the answers that have the hash, probably one. */
static void expect_answers(const struct cache *c, uint64_t hash,
                           void (*expect)(const struct store *s, uint32_t id))
{
    if (c->shared.count == 0)
        return;
    size_t bucket = bucket_of(&c->shared, hash);
    uint64_t ways = ways_marked(c->shared.marks[bucket], tag_part(hash));
    for (; ways != 0; ways &= ways - 1)
        expect(c->store, c->shared.entries[bucket * CACHE_WAYS + first_way(ways)].blob);
}

void cache_expect_answer(const struct cache *c, uint64_t hash)
{
    expect_answers(c, hash, store_expect);
}

void cache_expect_head(const struct cache *c, uint64_t hash)
{
    expect_answers(c, hash, store_expect_head);
}

static void replace_in(struct cache *c, struct cache_entry *e, uint32_t old, uint32_t blob)
{
    if (e == NULL || e->blob != old)
        return;
    store_hold(c->store, blob);
    store_drop(c->store, old);
    e->blob = blob;
}

void cache_replace(struct cache *c, const struct question_key *key, uint64_t hash, uint32_t old,
                   uint32_t blob)
{
    if (c->shared.count == 0)
        return;
    replace_in(c, entry_in(c, &c->shared, key, hash), old, blob);
    if (may_be_own(key))
        replace_in(c, entry_in(c, &c->own, key, hash), old, blob);
}

/* Returns false if there was nothing to give up. */
static bool shed_from(struct cache *c, struct cache_table *t)
{
    for (size_t tried = 0; tried < t->count; tried++) {
        size_t bucket = t->sweep;
        t->sweep = (t->sweep + 1) & (t->count - 1);
        if (t->marks[bucket] == 0)
            continue;
        for (size_t way = 0; way < CACHE_WAYS; way++)
            clear(c, t, &t->entries[bucket * CACHE_WAYS + way]);
        return true;
    }
    return false;
}

bool cache_shed(struct cache *c)
{
    return shed_from(c, &c->own) || shed_from(c, &c->shared);
}

static size_t count_in(const struct cache_table *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->count * CACHE_WAYS; i++)
        count += t->entries[i].blob != 0;
    return count;
}

size_t cache_count(const struct cache *c)
{
    return count_in(&c->own) + count_in(&c->shared);
}
