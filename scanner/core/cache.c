#include "cache.h"

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

void cache_init(struct cache *c, struct arena *arena, struct store *store, size_t entries)
{
    size_t buckets = entries > 0 ? 1 : 0;
    while (buckets * CACHE_WAYS < entries)
        buckets *= 2;
    *c = (struct cache){.store = store, .bucket_count = buckets};
    c->buckets = arena_take(arena, buckets, sizeof *c->buckets);
}

static struct cache_bucket *bucket_of(const struct cache *c, uint64_t hash)
{
    return &c->buckets[hash & (c->bucket_count - 1)];
}

static uint32_t tag_of(const struct question_key *key, uint64_t hash)
{
    uint32_t tag = ((uint32_t)(hash >> 32) & ~TAG_BITS) | TAG_TAKEN;
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

/* Returns the way, CACHE_WAYS where there is none. */
static size_t find(const struct cache *c, const struct cache_bucket *bucket,
                   const struct question_key *key, uint64_t hash)
{
    uint32_t tag = tag_of(key, hash);
    for (size_t way = 0; way < CACHE_WAYS; way++) {
        if (bucket->tags[way] == tag && answers(store_octets(c->store, bucket->blobs[way]), key))
            return way;
    }
    return CACHE_WAYS;
}

static void clear(struct cache *c, struct cache_bucket *bucket, size_t way)
{
    store_drop(c->store, bucket->blobs[way]);
    bucket->blobs[way] = 0;
    bucket->tags[way] = 0;
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

static void note_use(struct cache *c, struct cache_bucket *bucket, size_t way, uint32_t wanted)
{
    bucket->used[way] = (++c->uses & ~USED_WANTED) | wanted;
}

struct cache_hit cache_find(struct cache *c, const struct question_key *key, uint64_t hash,
                            uint64_t now_ns)
{
    if (c->bucket_count == 0)
        return (struct cache_hit){0};
    struct cache_bucket *bucket = bucket_of(c, hash);
    size_t way = find(c, bucket, key, hash);
    if (way == CACHE_WAYS)
        return (struct cache_hit){0};
    uint32_t blob = bucket->blobs[way];
    uint64_t stored_ns = bucket->stored_ns[way];
    if (is_over(bucket, way, now_ns)) {
        clear(c, bucket, way);
        return (struct cache_hit){0};
    }
    note_use(c, bucket, way, USED_WANTED);
    uint64_t age_ns = now_ns > stored_ns ? now_ns - stored_ns : 0;
    return (struct cache_hit){.blob = blob, .age_s = (uint32_t)(age_ns / NS)};
}

/* Most names of a list are asked for once, their parents again and again: an answer that nobody
 * came back for goes before any that somebody did. */
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

/* What may not be kept takes the place of an older answer all the same: that one is out of date. */
void cache_put(struct cache *c, const struct question_key *key, uint64_t hash, uint32_t blob,
               uint64_t now_ns)
{
    if (c->bucket_count == 0)
        return;
    uint32_t keep_s = lifetime_s(store_octets(c->store, blob));
    struct cache_bucket *bucket = bucket_of(c, hash);
    size_t way = find(c, bucket, key, hash);
    if (way == CACHE_WAYS && keep_s == 0)
        return;
    if (way == CACHE_WAYS)
        way = victim_in(c, bucket, now_ns);
    clear(c, bucket, way);
    if (keep_s == 0)
        return;
    store_hold(c->store, blob);
    bucket->tags[way] = tag_of(key, hash);
    bucket->blobs[way] = blob;
    bucket->stored_ns[way] = now_ns;
    bucket->keep_s[way] = keep_s;
    note_use(c, bucket, way, 0);
}

void cache_expect(const struct cache *c, uint64_t hash)
{
    if (c->bucket_count == 0)
        return;
    const uint8_t *bucket = (const uint8_t *)bucket_of(c, hash);
    for (size_t i = 0; i < sizeof(struct cache_bucket); i += 64)
        __builtin_prefetch(bucket + i, 1);
}

void cache_expect_found(const struct cache *c, uint64_t hash)
{
    if (c->bucket_count == 0)
        return;
    const struct cache_bucket *bucket = bucket_of(c, hash);
    for (size_t way = 0; way < CACHE_WAYS; way++) {
        if (((bucket->tags[way] ^ hash >> 32) & ~TAG_BITS) != 0 || bucket->tags[way] == 0)
            continue;
        __builtin_prefetch(&bucket->blobs[way], 1);
        store_expect(c->store, bucket->blobs[way]);
    }
}

void cache_expect_victim(const struct cache *c, uint64_t hash)
{
    if (c->bucket_count == 0)
        return;
    const struct cache_bucket *bucket = bucket_of(c, hash);
    uint32_t blob = bucket->blobs[victim_in(c, bucket, 0)];
    if (blob != 0)
        store_expect(c->store, blob);
}

void cache_replace(struct cache *c, const struct question_key *key, uint64_t hash, uint32_t old,
                   uint32_t blob)
{
    if (c->bucket_count == 0)
        return;
    struct cache_bucket *bucket = bucket_of(c, hash);
    size_t way = find(c, bucket, key, hash);
    if (way == CACHE_WAYS || bucket->blobs[way] != old)
        return;
    store_hold(c->store, blob);
    store_drop(c->store, old);
    bucket->blobs[way] = blob;
}

bool cache_shed(struct cache *c)
{
    for (size_t tried = 0; tried < c->bucket_count; tried++) {
        struct cache_bucket *bucket = &c->buckets[c->sweep];
        c->sweep = (c->sweep + 1) & (c->bucket_count - 1);
        bool shed = false;
        for (size_t way = 0; way < CACHE_WAYS; way++) {
            shed = shed || bucket->tags[way] != 0;
            clear(c, bucket, way);
        }
        if (shed)
            return true;
    }
    return false;
}

size_t cache_count(const struct cache *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->bucket_count; i++) {
        for (size_t way = 0; way < CACHE_WAYS; way++)
            count += c->buckets[i].tags[way] != 0;
    }
    return count;
}
