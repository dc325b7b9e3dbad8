#include "servers.h"

#include "expect.h"
#include "name.h"

#define REST_NS (1000ull * 1000000)
#define REST_SCORE (1ull << 40)
#define NEVER_ASKED_US 50000u /* a server never asked looks as good as one this far away */
#define RTT_MAX_US 10000000u
#define REST_DOUBLINGS_MAX 5u /* 32 s at most */
#define YOUNG_REPLIES 1024u   /* the tail of fewer is felt for in larger steps */
#define YOUNG_STEP 256u
/* Downwards; upwards they are an eighth: in balance one in 256 replies is late. */
#define STEP 2048u
#define SEEN_WAITS 3u

void servers_init(struct servers *s, struct arena *arena, const struct address *list, size_t count)
{
    *s = (struct servers){.count = count, .silent_limit = SERVERS_RESOLVER_SILENT_LIMIT};
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

void servers_set_timeout(struct servers *s, uint64_t timeout_ns)
{
    s->timeout_ns = timeout_ns;
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
    expect_line(&s->tags[first_of(s, hash)]);
    return hash;
}

void servers_expect_found(const struct servers *s, uint64_t hash)
{
    size_t first = first_of(s, hash);
    for (size_t i = first; i < first + SERVERS_WAYS; i++) {
        if (s->tags[i] == tag_of(hash))
            expect_line(&s->list[i]);
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

static uint32_t ms_of(uint64_t ns)
{
    return (uint32_t)(ns / 1000000);
}

/* Modulo 2^32 ms, which is seven weeks. */
static bool is_before(uint32_t a_ms, uint32_t b_ms)
{
    return (int32_t)(a_ms - b_ms) < 0;
}

/* Nothing is known of an authority's replies but that they are its own; a resolver's are worth what
 * it had to look up for them. */
static void begin_measuring(const struct servers *s, struct server *it, uint64_t now_ns)
{
    uint64_t most_us = s->timeout_ns / 1000;
    it->first_answered_ms = ms_of(now_ns);
    it->tail_us = s->tags != NULL || most_us > UINT32_MAX ? 0 : (uint32_t)most_us;
}

static void measure_tail(const struct servers *s, struct server *it, uint32_t rtt_us)
{
    uint32_t step = it->replies < YOUNG_REPLIES ? YOUNG_STEP : STEP;
    if (it->replies < YOUNG_REPLIES)
        it->replies++;
    if (rtt_us <= it->tail_us)
        it->tail_us -= it->tail_us / step;
    else if (it->tail_us < s->timeout_ns / 1000)
        it->tail_us += it->tail_us / 8;
    uint32_t least_us = (uint32_t)(SERVERS_WAIT_LEAST_NS / 1000);
    it->tail_us = it->tail_us > least_us ? it->tail_us : least_us;
}

static uint32_t smooth(uint32_t before_us, uint32_t rtt_us, bool first)
{
    return first ? rtt_us : (uint32_t)((7ull * before_us + rtt_us) / 8);
}

static void measure(const struct servers *s, struct server *it, uint32_t rtt_us)
{
    bool first = it->rtt_us == 0;
    uint32_t before_us = it->smoothed_us;
    uint32_t off_us = rtt_us > before_us ? rtt_us - before_us : before_us - rtt_us;
    uint32_t deviation = first ? rtt_us / 2 / SERVERS_DEVIATION_US
                               : (3u * it->deviation + off_us / SERVERS_DEVIATION_US) / 4;
    it->deviation = deviation < UINT16_MAX ? (uint16_t)deviation : UINT16_MAX;
    it->smoothed_us = smooth(before_us, rtt_us, first);
    it->rtt_us = smooth(it->rtt_us, rtt_us, first);
    it->rtt_us = it->rtt_us > 0 ? it->rtt_us : 1;
    measure_tail(s, it, rtt_us);
}

void servers_answered(struct servers *s, size_t server, uint32_t rtt_us, uint64_t now_ns)
{
    struct server *it = &s->list[server];
    uint64_t sent_ns = now_ns > rtt_us * 1000ull ? now_ns - rtt_us * 1000ull : 0;
    bool first = it->rtt_us == 0;
    if (first)
        begin_measuring(s, it, now_ns);
    if (first || is_before(it->newest_answered_ms, ms_of(sent_ns)))
        it->newest_answered_ms = ms_of(sent_ns);
    it->answered_ns = now_ns;
    it->silences = 0;
    it->resting_until_ns = 0;
    measure(s, it, rtt_us);
}

uint64_t servers_wait_ns(const struct servers *s, size_t server)
{
    const struct server *it = &s->list[server];
    if (it->rtt_us == 0)
        return UINT64_MAX;
    uint64_t wait_us = it->smoothed_us + 4ull * SERVERS_DEVIATION_US * it->deviation;
    return (wait_us > it->tail_us ? wait_us : it->tail_us) * 1000;
}

uint64_t servers_knows_in_ns(const struct servers *s, size_t server, uint64_t wait_ns,
                             uint64_t now_ns)
{
    const struct server *it = &s->list[server];
    if (it->rtt_us == 0)
        return UINT64_MAX;
    uint64_t known_ms = (uint32_t)(ms_of(now_ns) - it->first_answered_ms);
    uint64_t least_ms = SEEN_WAITS * wait_ns / 1000000;
    return known_ms < least_ms ? (least_ms - known_ms) * 1000000 : 0;
}

bool servers_overtook(const struct servers *s, size_t server, uint64_t sent_ns)
{
    const struct server *it = &s->list[server];
    return it->rtt_us != 0 && !is_before(it->newest_answered_ms, ms_of(sent_ns));
}

static uint64_t silent_ns(const struct server *it, uint64_t now_ns)
{
    return (uint32_t)(ms_of(now_ns) - it->silent_since_ms) * 1000000ull;
}

bool servers_is_dead(const struct servers *s, size_t server, uint64_t now_ns)
{
    const struct server *it = &s->list[server];
    return it->silences >= SERVERS_DEAD_SILENCES && silent_ns(it, now_ns) >= s->timeout_ns;
}

void servers_silent(struct servers *s, size_t server, uint64_t sent_ns, uint64_t now_ns)
{
    struct server *it = &s->list[server];
    if (sent_ns < it->answered_ns)
        return;
    if (it->silences++ == 0 || is_before(ms_of(sent_ns), it->silent_since_ms))
        it->silent_since_ms = ms_of(sent_ns);
    it->rtt_us = it->rtt_us > RTT_MAX_US / 2 ? RTT_MAX_US : 2 * it->rtt_us;
    if (it->silences < s->silent_limit || it->resting_until_ns > now_ns ||
        silent_ns(it, now_ns) < s->timeout_ns)
        return;
    uint32_t doublings = it->silences / s->silent_limit - 1;
    if (doublings > REST_DOUBLINGS_MAX)
        doublings = REST_DOUBLINGS_MAX;
    it->resting_until_ns = now_ns + (REST_NS << doublings);
}
