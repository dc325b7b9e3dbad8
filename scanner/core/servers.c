#include "servers.h"

#include "name.h"

#define REST_NS (1000ull * 1000000)
#define REST_SCORE (1ull << 40)
#define NEVER_ASKED_US 50000u /* a server never asked looks as good as one this far away */
#define RTT_MAX_US 10000000u
#define REST_DOUBLINGS_MAX 5u /* 32 s at most */

void servers_init(struct servers *s, struct arena *arena, const struct address *list, size_t count)
{
    s->count = count;
    s->silent_limit = SERVERS_RESOLVER_SILENT_LIMIT;
    s->list = arena_take(arena, count, sizeof *s->list);
    for (size_t i = 0; s->list != NULL && i < count; i++)
        s->list[i] = (struct server){.address = list[i], .limit = (uint32_t)i};
}

void servers_init_table(struct servers *s, struct arena *arena, size_t count, uint64_t seed)
{
    size_t buckets = 1;
    while (buckets * SERVERS_WAYS < count)
        buckets *= 2;
    *s = (struct servers){.count = buckets * SERVERS_WAYS,
                          .bucket_mask = buckets - 1,
                          .seed = seed,
                          .silent_limit = SERVERS_AUTHORITY_SILENT_LIMIT};
    s->list = arena_take(arena, s->count, sizeof *s->list);
    s->tags = arena_take(arena, s->count, sizeof *s->tags);
}

static uint64_t address_hash(const struct address *a, uint64_t seed)
{
    if (a->family == ADDRESS_IPV4) {
        uint32_t octets;
        memcpy(&octets, a->octets, sizeof octets);
        uint64_t word = (uint64_t)octets << 32 | a->port;
        struct name whole = {.wire = (const uint8_t *)&word, .len = sizeof word};
        return name_hash(whole, seed ^ a->family);
    }
    uint8_t octets[2 + sizeof a->octets] = {(uint8_t)(a->port >> 8), (uint8_t)a->port};
    memcpy(octets + 2, a->octets, sizeof a->octets);
    return name_hash((struct name){.wire = octets, .len = sizeof octets}, seed ^ a->family);
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32) | 1u;
}

static size_t first_of(const struct servers *s, uint64_t hash)
{
    return (size_t)(hash & s->bucket_mask) * SERVERS_WAYS;
}

uint64_t servers_expect(const struct servers *s, const struct address *address)
{
    uint64_t hash = address_hash(address, s->seed);
    __builtin_prefetch(&s->tags[first_of(s, hash)]);
    return hash;
}

void servers_expect_found(const struct servers *s, uint64_t hash)
{
    size_t first = first_of(s, hash);
    for (size_t i = first; i < first + SERVERS_WAYS; i++) {
        if (s->tags[i] == tag_of(hash))
            __builtin_prefetch(&s->list[i], 1);
    }
}

/* The entry of the bucket that begins at `first` that gives way to another. */
static uint32_t oldest_in(const struct servers *s, size_t first)
{
    uint32_t oldest = SERVERS_NONE;
    for (size_t i = first; i < first + SERVERS_WAYS; i++) {
        const struct server *it = &s->list[i];
        if (it->holders == 0 && (oldest == SERVERS_NONE || it->used_ns < s->list[oldest].used_ns))
            oldest = (uint32_t)i;
    }
    return oldest;
}

uint32_t servers_find(struct servers *s, const struct address *address, size_t limit_count,
                      uint64_t now_ns)
{
    return servers_find_hashed(s, address, address_hash(address, s->seed), limit_count, now_ns);
}

uint32_t servers_find_hashed(struct servers *s, const struct address *address, uint64_t hash,
                             size_t limit_count, uint64_t now_ns)
{
    uint32_t tag = tag_of(hash);
    size_t first = first_of(s, hash);
    for (size_t i = first; i < first + SERVERS_WAYS; i++) {
        struct server *it = &s->list[i];
        if (s->tags[i] == tag && address_equal(&it->address, address)) {
            it->used_ns = now_ns;
            return (uint32_t)i;
        }
    }
    uint32_t oldest = oldest_in(s, first);
    if (oldest == SERVERS_NONE)
        return SERVERS_NONE;
    s->tags[oldest] = tag;
    s->list[oldest] = (struct server){
        .address = *address, .limit = (uint32_t)((hash >> 32) % limit_count), .used_ns = now_ns};
    return oldest;
}

void servers_hold(struct servers *s, size_t server)
{
    if (server != SERVERS_NONE)
        s->list[server].holders++;
}

void servers_release(struct servers *s, size_t server)
{
    if (server != SERVERS_NONE)
        s->list[server].holders--;
}

uint64_t servers_score(const struct server *server, uint32_t random, uint64_t now_ns)
{
    if (server->resting_until_ns > now_ns)
        return REST_SCORE + (server->resting_until_ns - now_ns) / 1000;
    if (server->rtt_us == 0)
        return random % NEVER_ASKED_US;
    return server->rtt_us + server->rtt_us * (uint64_t)(random % 128) / 256;
}

static bool is_better(const struct servers *s, size_t a, size_t b, uint64_t now_ns)
{
    uint64_t a_ns = s->list[a].resting_until_ns, b_ns = s->list[b].resting_until_ns;
    if (a_ns <= now_ns)
        return b_ns > now_ns;
    return a_ns < b_ns;
}

size_t servers_pick(const struct servers *s, size_t last, uint32_t random, uint64_t now_ns)
{
    size_t start = random % s->count;
    size_t best = SERVERS_NONE;
    for (size_t i = 0; i < s->count; i++) {
        size_t candidate = (start + i) % s->count;
        if (candidate == last)
            continue;
        if (s->list[candidate].resting_until_ns <= now_ns)
            return candidate;
        if (best == SERVERS_NONE || is_better(s, candidate, best, now_ns))
            best = candidate;
    }
    if (last < s->count && (best == SERVERS_NONE || is_better(s, last, best, now_ns)))
        return last;
    return best;
}

void servers_returned(struct servers *s, size_t server)
{
    s->list[server].in_flight--;
}

void servers_answered(struct servers *s, size_t server, uint32_t rtt_us, uint64_t now_ns)
{
    struct server *it = &s->list[server];
    it->answered_ns = now_ns;
    it->silences = 0;
    it->resting_until_ns = 0;
    uint64_t smoothed_us = it->rtt_us == 0 ? rtt_us : (7ull * it->rtt_us + rtt_us) / 8;
    it->rtt_us = smoothed_us > 0 ? (uint32_t)smoothed_us : 1;
}

void servers_silent(struct servers *s, size_t server, uint64_t sent_ns, uint64_t now_ns)
{
    struct server *it = &s->list[server];
    if (sent_ns < it->answered_ns)
        return;
    it->silences++;
    it->rtt_us = it->rtt_us > RTT_MAX_US / 2 ? RTT_MAX_US : 2 * it->rtt_us;
    if (it->silences < s->silent_limit || it->resting_until_ns > now_ns)
        return;
    uint32_t doublings = it->silences / s->silent_limit - 1;
    if (doublings > REST_DOUBLINGS_MAX)
        doublings = REST_DOUBLINGS_MAX;
    it->resting_until_ns = now_ns + (REST_NS << doublings);
}
