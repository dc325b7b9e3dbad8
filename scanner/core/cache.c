#include "cache.h"

uint64_t question_key_hash(const struct question_key *key, uint64_t seed)
{
    uint64_t kind = (uint64_t)key->type << 2 | (uint64_t)key->control << 1 | key->checking_disabled;
    uint64_t hash = name_hash(key->name, seed ^ kind);
    if (key->pinned.family == ADDRESS_NONE)
        return hash;
    struct name octets = {.wire = key->pinned.octets, .len = sizeof key->pinned.octets};
    return name_hash(octets, hash ^ key->pinned.family);
}

void cache_init(struct cache *c, struct arena *arena, struct store *store, size_t entries)
{
    size_t buckets = entries > 0 ? 1 : 0;
    while (buckets * CACHE_WAYS < entries)
        buckets *= 2;
    *c = (struct cache){.store = store, .bucket_count = buckets};
    c->entries = arena_take(arena, buckets * CACHE_WAYS, sizeof *c->entries);
    c->tags = arena_take(arena, buckets * CACHE_WAYS, sizeof *c->tags);
}

/* The first entry of the bucket. */
static size_t bucket_of(const struct cache *c, uint64_t hash)
{
    return (hash & (c->bucket_count - 1)) * CACHE_WAYS;
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32) | 1u;
}

static bool entry_is(const struct cache *c, const struct cache_entry *entry,
                     const struct question_key *key, uint64_t hash)
{
    if (entry->hash != hash || entry->checking_disabled != key->checking_disabled)
        return false;
    const struct answer *a = store_octets(c->store, entry->blob);
    bool pinned = key->pinned.family != ADDRESS_NONE;
    if (entry->pinned != pinned || (pinned && !address_equal(&a->server, &key->pinned)))
        return false;
    return a->qtype == key->type && name_equal(answer_qname(a), key->name);
}

static struct cache_entry *find(const struct cache *c, const struct question_key *key,
                                uint64_t hash)
{
    size_t first = bucket_of(c, hash);
    for (size_t i = first; i < first + CACHE_WAYS; i++) {
        if (c->tags[i] == tag_of(hash) && entry_is(c, &c->entries[i], key, hash))
            return &c->entries[i];
    }
    return NULL;
}

static void entry_clear(struct cache *c, struct cache_entry *entry)
{
    store_drop(c->store, entry->blob);
    *entry = (struct cache_entry){0};
    c->tags[entry - c->entries] = 0;
}

struct cache_hit cache_find(struct cache *c, const struct question_key *key, uint64_t hash,
                            uint64_t now_ns)
{
    if (c->bucket_count == 0)
        return (struct cache_hit){0};
    struct cache_entry *entry = find(c, key, hash);
    if (entry == NULL)
        return (struct cache_hit){0};
    if (entry->expires_ns <= now_ns) {
        entry_clear(c, entry);
        return (struct cache_hit){0};
    }
    entry->used_ns = now_ns;
    entry->wanted = true;
    uint64_t age_ns = now_ns > entry->stored_ns ? now_ns - entry->stored_ns : 0;
    return (struct cache_hit){.blob = entry->blob, .age_s = (uint32_t)(age_ns / 1000000000)};
}

static uint64_t lifetime_ns(const struct answer *a)
{
    if (a->failure == CLASS_LOCAL_ERROR || a->failure == CLASS_NET_UNREACHABLE ||
        a->failure == CLASS_WORK_LIMIT || a->len > CACHE_ANSWER_MAX)
        return 0;
    if (a->failure != CLASS_NONE)
        return CACHE_FAILURE_NS;
    uint64_t ttl_s = a->ttl_s < CACHE_TTL_MAX_S ? a->ttl_s : CACHE_TTL_MAX_S;
    return ttl_s * 1000000000;
}

/* Most names of a list are asked for once, their parents again and again: an answer that nobody
 * came back for goes before any that somebody did. */
static bool gives_way(const struct cache_entry *a, const struct cache_entry *b)
{
    return a->wanted != b->wanted ? !a->wanted : a->used_ns < b->used_ns;
}

static struct cache_entry *victim_in(struct cache_entry *bucket, uint64_t now_ns)
{
    struct cache_entry *victim = &bucket[0];
    for (size_t i = 0; i < CACHE_WAYS; i++) {
        struct cache_entry *entry = &bucket[i];
        if (entry->blob == 0 || entry->expires_ns <= now_ns)
            return entry;
        if (gives_way(entry, victim))
            victim = entry;
    }
    return victim;
}

/* What may not be kept takes the place of an older answer all the same: that one is out of date. */
void cache_put(struct cache *c, const struct question_key *key, uint64_t hash, uint32_t blob,
               uint64_t now_ns)
{
    uint64_t keep_ns = lifetime_ns(store_octets(c->store, blob));
    if (c->bucket_count == 0)
        return;
    struct cache_entry *place = find(c, key, hash);
    if (place == NULL && keep_ns == 0)
        return;
    if (place == NULL)
        place = victim_in(&c->entries[bucket_of(c, hash)], now_ns);
    entry_clear(c, place);
    if (keep_ns == 0)
        return;
    store_hold(c->store, blob);
    c->tags[place - c->entries] = tag_of(hash);
    *place = (struct cache_entry){
        .hash = hash,
        .stored_ns = now_ns,
        .expires_ns = now_ns + keep_ns,
        .used_ns = now_ns,
        .blob = blob,
        .checking_disabled = key->checking_disabled,
        .pinned = key->pinned.family != ADDRESS_NONE,
    };
}

void cache_replace(struct cache *c, const struct question_key *key, uint64_t hash, uint32_t old,
                   uint32_t blob)
{
    struct cache_entry *entry = c->bucket_count > 0 ? find(c, key, hash) : NULL;
    if (entry == NULL || entry->blob != old)
        return;
    store_hold(c->store, blob);
    store_drop(c->store, old);
    entry->blob = blob;
}

bool cache_shed(struct cache *c)
{
    for (size_t tried = 0; tried < c->bucket_count; tried++) {
        struct cache_entry *bucket = &c->entries[c->sweep * CACHE_WAYS];
        c->sweep = (c->sweep + 1) & (c->bucket_count - 1);
        bool shed = false;
        for (size_t i = 0; i < CACHE_WAYS; i++) {
            shed = shed || bucket[i].blob != 0;
            entry_clear(c, &bucket[i]);
        }
        if (shed)
            return true;
    }
    return false;
}

size_t cache_count(const struct cache *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->bucket_count * CACHE_WAYS; i++)
        count += c->entries[i].blob != 0;
    return count;
}
