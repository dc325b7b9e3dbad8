/* Which of a cut's servers is asked next. */
#include <string.h>

#include "delegation.h"
#include "iterate_parts.h"

#define CANDIDATES_MAX 16u

/* Servers whose entries are being loaded. */
struct iterate_candidates {
    size_t count;
    struct candidate {
        struct address address;
        uint64_t hash;
    } list[CANDIDATES_MAX];
};

#define EXPLORE_ONE_IN 20u
#define SCORE_USED (1ull << 50)
#define SCORE_LAME (1ull << 45)
#define SCORE_BUSY (1ull << 35) /* before those at rest, behind all that may be asked now */
#define SCORE_POOR (1ull << 36) /* at rest, lame, or failed at this cut */

static void weigh(struct iterate_choice *c, uint32_t server)
{
    const struct server *s = &c->r->servers.list[server];
    c->random = c->random * 1664525u + 1013904223u;
    uint64_t score = servers_score(s, c->random >> 8, c->now_ns);
    if (c->explores && s->resting_until_ns <= c->now_ns)
        score = c->random >> 16;
    if (s->lame_until_ns > c->now_ns && s->lame_zone == iterate_zone_hash(c->r, c->q))
        score += SCORE_LAME;
    if (exchange_is_busy(c->r, s, c->now_ns))
        score += SCORE_BUSY;
    if (iterate_was_used(c->r, c->q, server))
        score += SCORE_USED;
    if (c->best == SERVERS_NONE || score < c->best_score) {
        c->best = server;
        c->best_score = score;
    }
}

static void keep_place(struct iterate_choice *c, const struct address *address, uint32_t server)
{
    struct delegation_roster *roster = c->roster;
    if (!c->keeps)
        return;
    if (roster->count == roster->room)
        c->crowded = true;
    else
        roster->places[roster->count++] =
            (struct delegation_place){.address = *address, .server = server};
}

static void weigh_all(struct iterate_choice *c)
{
    struct iterate_candidates *all = c->candidates;
    for (size_t i = 0; i < all->count; i++)
        servers_expect_found(&c->r->servers, all->list[i].hash);
    for (size_t i = 0; i < all->count; i++) {
        const struct candidate *it = &all->list[i];
        uint32_t server = servers_find_hashed(&c->r->servers, &it->address, it->hash,
                                              c->r->limit->server_count, c->now_ns);
        if (server == SERVERS_NONE) {
            c->table_full = true;
            continue;
        }
        keep_place(c, &it->address, server);
        weigh(c, server);
    }
    all->count = 0;
}

/* Entries may have been given to other servers since. */
static void weigh_roster(struct iterate_choice *c)
{
    struct resolve *r = c->r;
    iterate_expect_servers(r, c->roster);
    for (size_t i = 0; i < c->roster->count; i++) {
        struct delegation_place *place = &c->roster->places[i];
        struct server *s = &r->servers.list[place->server];
        uint32_t server = place->server;
        if (address_equal(&s->address, &place->address))
            s->used_ns = c->now_ns;
        else
            server = servers_find(&r->servers, &place->address, r->limit->server_count, c->now_ns);
        if (server == SERVERS_NONE) {
            c->table_full = true;
            continue;
        }
        place->server = server;
        weigh(c, server);
    }
}

static void consider(struct iterate_choice *c, uint8_t family, const uint8_t *octets)
{
    if ((family == ADDRESS_IPV4 && !c->r->ipv4) || (family == ADDRESS_IPV6 && !c->r->ipv6)) {
        c->other_family = true;
        return;
    }
    if (c->candidates->count == CANDIDATES_MAX)
        weigh_all(c);
    struct candidate *candidate = &c->candidates->list[c->candidates->count];
    candidate->address = (struct address){.family = family, .port = 53};
    memcpy(candidate->address.octets, octets, family == ADDRESS_IPV4 ? 4 : 16);
    if (!delegation_is_public(&candidate->address)) {
        c->private_seen = true;
        return;
    }
    candidate->hash = servers_expect(&c->r->servers, &candidate->address);
    c->candidates->count++;
}

static void consider_answer(struct iterate_choice *c, struct question_key *key, uint8_t family)
{
    if (!(family == ADDRESS_IPV4 ? c->r->ipv4 : c->r->ipv6))
        return;
    struct cache_hit hit = cache_find(&c->r->cache, key, key->hash, c->now_ns);
    if (hit.blob == 0)
        return;
    c->until_ns = hit.until_ns < c->until_ns ? hit.until_ns : c->until_ns;
    const struct answer *a = iterate_blob(c->r, hit.blob);
    struct answer_rr rr;
    uint32_t cursor = 0;
    for (size_t i = 0; a->failure == CLASS_NONE && i < DELEGATION_ADDRESSES_MAX &&
                       answer_next_rr(a, &cursor, &rr);
         i++) {
        if (rr.rdlen == (family == ADDRESS_IPV4 ? 4 : 16))
            consider(c, family, rr.rdata);
    }
}

static void consider_answers(struct iterate_choice *c, struct name ns)
{
    struct question_key key = {.name = ns, .type = TYPE_A};
    key.hash = question_key_hash(&key, c->r->hash_seed);
    consider_answer(c, &key, ADDRESS_IPV4);
    key.hash = question_hash_as(key.hash, TYPE_A, TYPE_AAAA);
    key.type = TYPE_AAAA;
    consider_answer(c, &key, ADDRESS_IPV6);
}

bool iterate_has_glue(const struct resolve *r, const struct delegation_server *s)
{
    return (r->ipv4 && s->ipv4_count > 0) || (r->ipv6 && s->ipv6_count > 0);
}

static void consider_server(struct iterate_choice *c, const struct delegation_server *s)
{
    for (size_t i = 0; i < s->ipv4_count; i++)
        consider(c, ADDRESS_IPV4, s->ipv4 + 4 * i);
    for (size_t i = 0; i < s->ipv6_count; i++)
        consider(c, ADDRESS_IPV6, s->ipv6 + 16 * i);
    if (iterate_has_glue(c->r, s))
        return;
    consider_answers(c, s->ns);
}

/* Goes through all that the delegation and the cache tell, and keeps what it found. */
static void weigh_anew(struct iterate_choice *c)
{
    struct iterate_candidates candidates;
    candidates.count = 0;
    c->candidates = &candidates;
    c->until_ns = c->now_ns + DELEGATION_ROSTER_NS;
    c->keeps = true;
    c->roster->count = 0;
    c->roster->until_ns = 0;
    const struct answer *cut = iterate_blob(c->r, c->q->iteration.cut);
    struct delegation_server s;
    uint32_t cursor = 0;
    while (delegation_next(cut, &cursor, &s))
        consider_server(c, &s);
    weigh_all(c);
    c->candidates = NULL;
    c->keeps = false;
    if (c->roster->count > 0 && !c->crowded && !c->table_full)
        c->roster->until_ns = c->until_ns;
}

/* Glue may be out of date. Of a server named in another zone that zone knows more (RFC 2181 section
 * 5.4.1); in the cut's own only the cut's servers could say. */
bool iterate_is_sibling(const struct iterate_choice *c, const struct delegation_server *s)
{
    return iterate_has_glue(c->r, s) && !name_within(s->ns, iterate_zone(c->r, c->q));
}

static void consider_siblings(struct iterate_choice *c)
{
    struct iterate_candidates candidates;
    candidates.count = 0;
    c->candidates = &candidates;
    struct delegation_server s;
    uint32_t cursor = 0;
    while (delegation_next(iterate_blob(c->r, c->q->iteration.cut), &cursor, &s)) {
        if (iterate_is_sibling(c, &s))
            consider_answers(c, s.ns);
    }
    weigh_all(c);
    c->candidates = NULL;
}

bool iterate_is_poor(const struct iterate_choice *c)
{
    return c->best == SERVERS_NONE || c->best_score >= SCORE_POOR;
}

struct iterate_choice iterate_choose(struct resolve *r, struct question *q, uint64_t now_ns)
{
    struct iterate_choice c = {.r = r, .q = q, .now_ns = now_ns, .best = SERVERS_NONE};
    c.roster = delegation_roster(store_octets(r->store, q->iteration.cut));
    c.limit_hit = q->iteration.limit_hit;
    r->choice_seed = r->choice_seed * 6364136223846793005ull + 1442695ull;
    c.random = (uint32_t)(r->choice_seed >> 32);
    c.explores = c.random % EXPLORE_ONE_IN == 0;
    if (c.roster->until_ns > now_ns)
        weigh_roster(&c);
    else
        weigh_anew(&c);
    if (iterate_is_poor(&c))
        consider_siblings(&c);
    return c;
}

void iterate_forget_roster(const struct resolve *r, const struct question *q)
{
    delegation_roster(store_octets(r->store, q->iteration.cut))->until_ns = 0;
}
