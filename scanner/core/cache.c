#include "cache.h"

#include <assert.h>

#include "message.h"

uint64_t question_key_hash(const struct question_key *key, uint64_t seed)
{
    if (key->hash != 0)
        return key->hash;
    uint64_t kind = (uint64_t)key->type << 2 | (uint64_t)key->control << 1 | key->checking_disabled;
    uint64_t hash = name_hash(key->name, seed ^ kind);
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

#define OWN_MIN 1024u
#define OWN_PER_ROW 2u

struct cache_room cache_room_for(size_t entries, size_t rows)
{
    size_t own = rows * OWN_PER_ROW > OWN_MIN ? rows * OWN_PER_ROW : OWN_MIN;
    return (struct cache_room){.shared = entries, .own = own < entries / 2 ? own : entries / 2};
}

static void table_init(struct cache_table *t, struct arena *arena, size_t entries)
{
    size_t buckets = 1;
    while (buckets * CACHE_WAYS < entries)
        buckets *= 2;
    *t = (struct cache_table){.count = buckets};
    t->marks = arena_take(arena, buckets, sizeof *t->marks);
    t->buckets = arena_take(arena, buckets, sizeof *t->buckets);
}

void cache_init(struct cache *c, struct arena *arena, struct store *store, struct cache_room room)
{
    *c = (struct cache){.store = store};
    if (room.shared == 0)
        return;
    table_init(&c->shared, arena, room.shared);
    table_init(&c->own, arena, room.own);
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
static uint64_t ways_marked(uint64_t marks, uint32_t tag)
{
    uint64_t differ = marks ^ MARK_ONES * mark_of(tag);
    return (differ - MARK_ONES) & ~differ & MARK_ONES << (MARK_BITS - 1);
}

static size_t first_way(uint64_t ways)
{
    return (size_t)__builtin_ctzll(ways) / MARK_BITS;
}

/* An answer's place in a table. */
struct entry {
    struct cache_bucket *bucket;
    uint64_t *marks;
    size_t way; /* CACHE_WAYS: there is none */
};

static struct entry entry_at(const struct cache_table *t, uint64_t hash, size_t way)
{
    size_t at = hash & (t->count - 1);
    return (struct entry){.bucket = &t->buckets[at], .marks = &t->marks[at], .way = way};
}

static struct entry entry_in(const struct cache *c, const struct cache_table *t,
                             const struct question_key *key, uint64_t hash)
{
    struct entry e = entry_at(t, hash, CACHE_WAYS);
    uint32_t tag = tag_of(key, hash);
    for (uint64_t ways = ways_marked(*e.marks, tag); ways != 0; ways &= ways - 1) {
        size_t way = first_way(ways);
        if (e.bucket->tags[way] != tag)
            continue;
        if (answers(store_octets(c->store, e.bucket->blobs[way]), key)) {
            e.way = way;
            break;
        }
    }
    return e;
}

/* blob 0 empties it. The reference becomes the cache's. */
static void set(struct entry e, uint32_t tag, uint32_t blob)
{
    unsigned shift = MARK_BITS * (unsigned)e.way;
    *e.marks &= ~((uint64_t)MARK_MAX << shift);
    *e.marks |= (blob != 0 ? mark_of(tag) : 0) << shift;
    e.bucket->tags[e.way] = tag;
    e.bucket->blobs[e.way] = blob;
}

static void clear(struct cache *c, struct entry e)
{
    store_drop(c->store, e.bucket->blobs[e.way]);
    set(e, 0, 0);
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

static bool is_over(const struct cache_bucket *bucket, size_t way, uint64_t now_ns)
{
    return bucket->stored_ns[way] + bucket->keep_s[way] * NS <= now_ns;
}

static void note_use(struct cache *c, struct entry e, uint32_t wanted)
{
    e.bucket->used[e.way] = (++c->uses & ~USED_WANTED) | wanted;
}

/* An answer that nobody came back for goes before any that somebody did. */
static uint32_t readiness(const struct cache *c, uint32_t used)
{
    return ((c->uses - used) & ~USED_WANTED) | (~used & USED_WANTED);
}

static size_t victim_in(const struct cache *c, const struct cache_bucket *bucket, uint64_t now_ns)
{
    size_t victim = 0;
    uint32_t most = 0;
    for (size_t way = 0; way < CACHE_WAYS; way++) {
        if (bucket->tags[way] == 0 || is_over(bucket, way, now_ns))
            return way;
        uint32_t ready = readiness(c, bucket->used[way]);
        victim = ready > most ? way : victim;
        most = ready > most ? ready : most;
    }
    return victim;
}

/* A place for what is not in the table yet. */
static struct entry make_room(struct cache *c, const struct cache_table *t, uint64_t hash,
                              uint64_t now_ns)
{
    struct entry victim = entry_at(t, hash, 0);
    victim.way = victim_in(c, victim.bucket, now_ns);
    clear(c, victim);
    return victim;
}

/* An answer about a row's own name was asked for again: from now on rows share it. */
static struct entry share(struct cache *c, struct entry own, uint64_t hash, uint64_t now_ns)
{
    struct entry to = make_room(c, &c->shared, hash, now_ns);
    set(to, own.bucket->tags[own.way], own.bucket->blobs[own.way]);
    to.bucket->stored_ns[to.way] = own.bucket->stored_ns[own.way];
    to.bucket->keep_s[to.way] = own.bucket->keep_s[own.way];
    set(own, 0, 0);
    return to;
}

/* The same as entry_in; an answer that is over is given up. */
static struct entry fresh_in(struct cache *c, const struct cache_table *t,
                             const struct question_key *key, uint64_t hash, uint64_t now_ns)
{
    struct entry e = entry_in(c, t, key, hash);
    if (e.way == CACHE_WAYS || !is_over(e.bucket, e.way, now_ns))
        return e;
    clear(c, e);
    e.way = CACHE_WAYS;
    return e;
}

struct cache_hit cache_find(struct cache *c, const struct question_key *key, uint64_t hash,
                            uint64_t now_ns)
{
    if (c->shared.count == 0)
        return (struct cache_hit){0};
    struct entry found = fresh_in(c, &c->shared, key, hash, now_ns);
    if (found.way == CACHE_WAYS && may_be_own(key)) {
        found = fresh_in(c, &c->own, key, hash, now_ns);
        if (found.way < CACHE_WAYS)
            found = share(c, found, hash, now_ns);
    }
    if (found.way == CACHE_WAYS)
        return (struct cache_hit){0};
    note_use(c, found, USED_WANTED);
    uint64_t stored_ns = found.bucket->stored_ns[found.way];
    uint64_t age_ns = now_ns > stored_ns ? now_ns - stored_ns : 0;
    return (struct cache_hit){.blob = found.bucket->blobs[found.way],
                              .age_s = (uint32_t)(age_ns / NS)};
}

static void forget(struct cache *c, const struct cache_table *t, const struct question_key *key,
                   uint64_t hash)
{
    struct entry older = entry_in(c, t, key, hash);
    if (older.way < CACHE_WAYS)
        clear(c, older);
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
    struct entry e = make_room(c, key->own ? &c->own : &c->shared, hash, now_ns);
    store_hold(c->store, blob);
    set(e, tag_of(key, hash), blob);
    e.bucket->stored_ns[e.way] = now_ns;
    e.bucket->keep_s[e.way] = keep_s;
    note_use(c, e, 0);
}

static void expect_bucket(const struct cache_bucket *bucket)
{
    for (size_t i = 0; i < sizeof *bucket; i += 64)
        __builtin_prefetch((const uint8_t *)bucket + i, 1);
}

void cache_expect(const struct cache *c, uint64_t hash, bool own)
{
    if (c->shared.count > 0)
        expect_bucket(entry_at(own ? &c->own : &c->shared, hash, 0).bucket);
}

void cache_expect_victim(const struct cache *c, uint64_t hash, bool own)
{
    if (c->shared.count == 0)
        return;
    const struct cache_bucket *bucket = entry_at(own ? &c->own : &c->shared, hash, 0).bucket;
    uint32_t blob = bucket->blobs[victim_in(c, bucket, 0)];
    if (blob != 0)
        store_expect(c->store, blob);
}

void cache_expect_found(const struct cache *c, uint64_t hash)
{
    if (c->shared.count == 0)
        return;
    struct entry e = entry_at(&c->shared, hash, 0);
    if (ways_marked(*e.marks, tag_part(hash)) != 0)
        expect_bucket(e.bucket);
}

void cache_expect_answer(const struct cache *c, uint64_t hash)
{
    if (c->shared.count == 0)
        return;
    struct entry e = entry_at(&c->shared, hash, 0);
    for (uint64_t ways = ways_marked(*e.marks, tag_part(hash)); ways != 0; ways &= ways - 1)
        store_expect(c->store, e.bucket->blobs[first_way(ways)]);
}

static void replace_in(struct cache *c, struct entry e, uint32_t old, uint32_t blob)
{
    if (e.way == CACHE_WAYS || e.bucket->blobs[e.way] != old)
        return;
    store_hold(c->store, blob);
    store_drop(c->store, old);
    e.bucket->blobs[e.way] = blob;
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
        size_t at = t->sweep;
        t->sweep = (t->sweep + 1) & (t->count - 1);
        bool shed = t->marks[at] != 0;
        for (size_t way = 0; way < CACHE_WAYS; way++)
            clear(c, entry_at(t, at, way));
        if (shed)
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
    for (size_t i = 0; i < t->count; i++) {
        for (size_t way = 0; way < CACHE_WAYS; way++)
            count += t->buckets[i].tags[way] != 0;
    }
    return count;
}

size_t cache_count(const struct cache *c)
{
    return count_in(&c->own) + count_in(&c->shared);
}
