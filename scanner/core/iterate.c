#include "iterate.h"

#include <assert.h>
#include <string.h>

#include "delegation.h"
#include "expect.h"
#include "held.h"
#include "meaning.h"
#include "trust.h"

#define CUT_OCTETS 192u /* of a delegation: its head, its zone, the first servers */

static const struct answer *blob_of(const struct resolve *r, uint32_t blob)
{
    return store_octets(r->store, blob);
}

struct name iterate_name(const struct resolve *r, const struct question *q)
{
    if (q->iteration.chain == 0)
        return q->qname;
    return answer_owner(blob_of(r, q->iteration.chain));
}

struct name iterate_zone(const struct resolve *r, const struct question *q)
{
    return answer_qname(blob_of(r, q->iteration.cut));
}

static uint64_t plain_hash(const struct resolve *r, struct name name, uint16_t type)
{
    struct question_key key = {.name = name, .type = type};
    return question_key_hash(&key, r->hash_seed);
}

static uint64_t cut_hash(const struct resolve *r, struct name zone)
{
    return plain_hash(r, zone, TYPE_NS);
}

/* The closest cut known for a name, which the caller holds. */
struct closest {
    uint32_t cut;
    struct name below;   /* the name below it on the way to the one searched for; length 0: none */
    uint64_t below_hash; /* its cut_hash */
};

/* Where the search for it begins: a name, and as far as they are known (0: not) the cut_hash of
 * that and of the name above. */
struct start {
    struct name name;
    uint64_t hash, above_hash;
};

static struct closest closest_cut(struct resolve *r, const struct start *from, uint64_t now_ns)
{
    struct closest c = {.cut = r->root_cut};
    struct name name = from->name;
    uint64_t known = from->hash, known_next = from->above_hash;
    while (name.len > 1) {
        struct question_key key = {.name = name, .type = TYPE_NS};
        uint64_t hash = known != 0 ? known : cut_hash(r, name);
        struct cache_hit hit = cache_find(&r->cache, &key, hash, now_ns);
        if (hit.blob != 0) {
            c.cut = hit.blob;
            break;
        }
        c.below = name;
        c.below_hash = hash;
        name_parent(&name);
        known = known_next;
        known_next = 0;
    }
    store_hold(r->store, c.cut);
    return c;
}

uint32_t iterate_delegation(struct resolve *r, struct name zone, uint64_t now_ns)
{
    uint32_t cut = closest_cut(r, &(struct start){.name = zone}, now_ns).cut;
    if (name_equal(answer_qname(blob_of(r, cut)), zone))
        return cut;
    store_drop(r->store, cut);
    return 0;
}

/* The name right below the cut on the way to the question's name, where a delegation may be. Length
 * 0: the question is at the cut itself, or asks one server alone. */
static struct name below_cut(const struct resolve *r, const struct question *q)
{
    struct name name = iterate_name(r, q), zone = iterate_zone(r, q);
    if (q->pinned.family != ADDRESS_NONE || name.len <= zone.len)
        return (struct name){0};
    return name_suffix(name, name_label_count(zone) + 1);
}

static uint64_t below_hash(const struct resolve *r, const struct question *q,
                           const struct closest *c)
{
    struct name below = below_cut(r, q);
    if (below.len == 0)
        return 0;
    return below.len == c->below.len ? c->below_hash : cut_hash(r, below);
}

/* c->below may be left out. */
static void stand_at(struct resolve *r, struct question *q, const struct closest *c,
                     uint64_t now_ns)
{
    struct iteration *it = &q->iteration;
    store_drop(r->store, it->cut);
    it->cut = c->cut;
    it->below_hash = below_hash(r, q, c);
    it->scout = (struct scout_wait){.stood_ns = now_ns};
    it->asked_ipv4 = it->asked_ipv6 = 0;
    it->sub_failure = CLASS_NONE;
    it->had_server = false;
    it->used_count = 0;
    resolve_forget_failure(r, q); /* decides nothing here */
    q->send_count = 0;
    q->step_sent = 0;
    q->spared_us = 0;
    q->early_repeats = 0;
    ask_begin(&q->ask, r->attempts);
}

/* From where the search for the closest cut goes up: DS is the parent's to give. */
static struct start below_all_cuts(const struct resolve *r, const struct question *q)
{
    struct start from = {.name = iterate_name(r, q)};
    if (q->qtype == TYPE_DS && q->iteration.chain == 0)
        name_parent(&from.name);
    else if (!question_is_aside(q))
        from.hash = question_hash_as(q->hash, q->qtype, TYPE_NS);
    return from;
}

void iterate_begin(struct resolve *r, uint32_t question, uint64_t above_hash, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct start from = below_all_cuts(r, q);
    if (from.hash != 0 && above_hash != 0)
        from.above_hash = question_hash_as(above_hash, q->qtype, TYPE_NS);
    struct closest c = closest_cut(r, &from, now_ns);
    stand_at(r, q, &c, now_ns);
    iterate_go_on(r, question, now_ns);
}

void iterate_look_again(struct resolve *r, struct question *q, uint64_t now_ns)
{
    if (q->step_sent > 0 || q->pinned.family != ADDRESS_NONE)
        return;
    struct start from = below_all_cuts(r, q);
    struct closest c = closest_cut(r, &from, now_ns);
    if (answer_qname(blob_of(r, c.cut)).len > iterate_zone(r, q).len)
        stand_at(r, q, &c, now_ns);
    else
        store_drop(r->store, c.cut);
    q->iteration.scout.stood_ns = now_ns;
}

/* ---- one scout for all who need the same delegation ---- */

bool iterate_should_wait(struct resolve *r, struct question *q, uint64_t now_ns)
{
    struct iteration *it = &q->iteration;
    return q->step_sent == 0 && it->below_hash != 0 &&
           scouts_wait(&r->scouts, it->below_hash, &it->scout, now_ns);
}

void iterate_sent(struct resolve *r, const struct question *q, uint64_t now_ns)
{
    if (q->iteration.below_hash != 0)
        scouts_sent(&r->scouts, q->iteration.below_hash, now_ns);
}

void iterate_unsent(struct resolve *r, const struct question *q)
{
    if (q->iteration.below_hash != 0)
        scouts_unsent(&r->scouts, q->iteration.below_hash, q->sent_ns);
}

void iterate_returned(struct resolve *r, const struct question *q)
{
    if (q->iteration.below_hash != 0)
        scouts_returned(&r->scouts, q->iteration.below_hash);
}

void iterate_expect_send(const struct resolve *r, const struct question *q)
{
    const uint8_t *server = (const uint8_t *)&r->servers.list[q->server];
    for (size_t i = 0; i < sizeof(struct server); i += 64)
        expect_line(server + i);
    scouts_expect(&r->scouts, q->iteration.below_hash);
}

void iterate_expect(const struct resolve *r, const struct question *q)
{
    const uint8_t *cut = store_octets(r->store, q->iteration.cut);
    for (size_t i = 0; i < CUT_OCTETS; i += 64)
        expect_line(cut + i);
    iterate_expect_send(r, q);
}

/* The roster of the delegation that is probably known for a name's question; NULL: none is. */
static const struct delegation_roster *likely_roster(const struct resolve *r, uint64_t hash)
{
    uint32_t blob = cache_likely(&r->cache, hash);
    if (blob == 0)
        return NULL;
    struct answer *cut = store_octets(r->store, blob);
    return cut->qtype == TYPE_NS ? delegation_roster(cut) : NULL;
}

static void expect_servers(const struct resolve *r, const struct delegation_roster *roster)
{
    for (size_t i = 0; roster != NULL && i < roster->count; i++)
        expect_line(&r->servers.list[roster->places[i].server]);
}

void iterate_expect_ask(const struct resolve *r, unsigned step, const struct question_key *key)
{
    const uint64_t hashes[] = {question_hash_as(key->hash, key->type, TYPE_NS),
                               question_hash_as(key->above_hash, key->type, TYPE_NS)};
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        if (step == 0)
            cache_expect_find(&r->cache, hashes[i]);
        else if (step == 1)
            cache_expect_found(&r->cache, hashes[i]);
        else if (step == 2)
            cache_expect_answer(&r->cache, hashes[i]);
        else
            expect_servers(r, likely_roster(r, hashes[i]));
    }
}

void iterate_end(struct resolve *r, struct question *q)
{
    struct iteration *it = &q->iteration;
    store_drop(r->store, it->cut);
    store_drop(r->store, it->first_cut);
    store_drop(r->store, it->chain);
    held_drop(r, q);
    it->cut = it->first_cut = it->chain = 0;
}

static void fail_with(struct resolve *r, uint32_t question, enum error_class why, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    resolve_set_failed(
        r, q, &(struct answer){.rcode = -1, .dnssec = DNSSEC_UNCHECKED, .failure = (uint8_t)why});
    resolve_give_up(r, question, now_ns);
}

/* ---- choosing a server ---- */

#define CANDIDATES_MAX 16u

/* Servers whose entries are being loaded. */
struct candidates {
    size_t count;
    struct candidate {
        struct address address;
        uint64_t hash;
    } list[CANDIDATES_MAX];
};

struct choice {
    struct resolve *r;
    struct question *q;
    uint64_t now_ns;
    uint64_t best_score;
    uint32_t best; /* SERVERS_NONE: none yet */
    uint32_t random;
    bool private_seen;
    bool table_full;   /* servers that others hold are in the way of one of these */
    bool explores;     /* rtt does not count this time, so that a server that got faster is found */
    bool limit_hit;    /* an address was looked for up to a bound of work */
    bool other_family; /* one of the servers has an address of a family that is not to be used */
    bool keeps;        /* what is found goes into the roster */
    bool crowded;      /* which has no room for all of it */
    struct candidates *candidates;
    struct delegation_roster *roster;
    uint64_t until_ns; /* what was found holds before that */
};

static bool was_used(const struct question *q, uint32_t server)
{
    for (size_t i = 0; i < q->iteration.used_count; i++) {
        if (q->iteration.used[i] == server)
            return true;
    }
    return false;
}

static uint64_t zone_hash(const struct resolve *r, const struct question *q)
{
    return name_hash(iterate_zone(r, q), r->hash_seed);
}

#define EXPLORE_ONE_IN 20u
#define SCORE_USED (1ull << 50)
#define SCORE_LAME (1ull << 45)
#define SCORE_BUSY (1ull << 35) /* before those at rest, behind all that may be asked now */
#define SCORE_POOR (1ull << 36) /* at rest, lame, or failed at this cut */

static void weigh(struct choice *c, uint32_t server)
{
    const struct server *s = &c->r->servers.list[server];
    c->random = c->random * 1664525u + 1013904223u;
    uint64_t score = servers_score(s, c->random >> 8, c->now_ns);
    if (c->explores && s->resting_until_ns <= c->now_ns)
        score = c->random >> 16;
    if (s->lame_until_ns > c->now_ns && s->lame_zone == zone_hash(c->r, c->q))
        score += SCORE_LAME;
    if (exchange_is_busy(c->r, s, c->now_ns))
        score += SCORE_BUSY;
    if (was_used(c->q, server))
        score += SCORE_USED;
    if (c->best == SERVERS_NONE || score < c->best_score) {
        c->best = server;
        c->best_score = score;
    }
}

static void keep_place(struct choice *c, const struct address *address, uint32_t server)
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

static void weigh_all(struct choice *c)
{
    struct candidates *all = c->candidates;
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
static void weigh_roster(struct choice *c)
{
    struct resolve *r = c->r;
    expect_servers(r, c->roster);
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

static void consider(struct choice *c, uint8_t family, const uint8_t *octets)
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

static void consider_answer(struct choice *c, struct question_key *key, uint8_t family)
{
    if (!(family == ADDRESS_IPV4 ? c->r->ipv4 : c->r->ipv6))
        return;
    struct cache_hit hit = cache_find(&c->r->cache, key, key->hash, c->now_ns);
    if (hit.blob == 0)
        return;
    c->until_ns = hit.until_ns < c->until_ns ? hit.until_ns : c->until_ns;
    const struct answer *a = blob_of(c->r, hit.blob);
    struct answer_rr rr;
    uint32_t cursor = 0;
    for (size_t i = 0; a->failure == CLASS_NONE && i < DELEGATION_ADDRESSES_MAX &&
                       answer_next_rr(a, &cursor, &rr);
         i++) {
        if (rr.rdlen == (family == ADDRESS_IPV4 ? 4 : 16))
            consider(c, family, rr.rdata);
    }
}

static void consider_answers(struct choice *c, struct name ns)
{
    struct question_key key = {.name = ns, .type = TYPE_A};
    key.hash = question_key_hash(&key, c->r->hash_seed);
    consider_answer(c, &key, ADDRESS_IPV4);
    key.hash = question_hash_as(key.hash, TYPE_A, TYPE_AAAA);
    key.type = TYPE_AAAA;
    consider_answer(c, &key, ADDRESS_IPV6);
}

/* Glue of a family that is not to be used says nothing of the other's. */
static bool has_usable_glue(const struct resolve *r, const struct delegation_server *s)
{
    return (r->ipv4 && s->ipv4_count > 0) || (r->ipv6 && s->ipv6_count > 0);
}

static void consider_server(struct choice *c, const struct delegation_server *s)
{
    for (size_t i = 0; i < s->ipv4_count; i++)
        consider(c, ADDRESS_IPV4, s->ipv4 + 4 * i);
    for (size_t i = 0; i < s->ipv6_count; i++)
        consider(c, ADDRESS_IPV6, s->ipv6 + 16 * i);
    if (has_usable_glue(c->r, s))
        return;
    consider_answers(c, s->ns);
}

/* Goes through all that the delegation and the cache tell, and keeps what it found. */
static void weigh_anew(struct choice *c)
{
    struct candidates candidates;
    candidates.count = 0;
    c->candidates = &candidates;
    c->until_ns = c->now_ns + DELEGATION_ROSTER_NS;
    c->keeps = true;
    c->roster->count = 0;
    c->roster->until_ns = 0;
    const struct answer *cut = blob_of(c->r, c->q->iteration.cut);
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
static bool is_sibling(const struct choice *c, const struct delegation_server *s)
{
    return has_usable_glue(c->r, s) && !name_within(s->ns, iterate_zone(c->r, c->q));
}

static void consider_siblings(struct choice *c)
{
    struct candidates candidates;
    candidates.count = 0;
    c->candidates = &candidates;
    struct delegation_server s;
    uint32_t cursor = 0;
    while (delegation_next(blob_of(c->r, c->q->iteration.cut), &cursor, &s)) {
        if (is_sibling(c, &s))
            consider_answers(c, s.ns);
    }
    weigh_all(c);
    c->candidates = NULL;
}

/* Is there no server that might answer now, as far as is known? */
static bool is_poor(const struct choice *c)
{
    return c->best == SERVERS_NONE || c->best_score >= SCORE_POOR;
}

static struct choice choose(struct resolve *r, struct question *q, uint64_t now_ns)
{
    struct choice c = {.r = r, .q = q, .now_ns = now_ns, .best = SERVERS_NONE};
    c.roster = delegation_roster(store_octets(r->store, q->iteration.cut));
    c.limit_hit = q->iteration.limit_hit;
    r->choice_seed = r->choice_seed * 6364136223846793005ull + 1442695ull;
    c.random = (uint32_t)(r->choice_seed >> 32);
    c.explores = c.random % EXPLORE_ONE_IN == 0;
    if (c.roster->until_ns > now_ns)
        weigh_roster(&c);
    else
        weigh_anew(&c);
    if (is_poor(&c))
        consider_siblings(&c);
    return c;
}

/* What is known of the servers' addresses changes: they are gone through again. */
static void forget_roster(const struct resolve *r, const struct question *q)
{
    delegation_roster(store_octets(r->store, q->iteration.cut))->until_ns = 0;
}

/* ---- sub-questions ---- */

bool iterate_leads_back(const struct resolve *r, uint32_t other, uint32_t question)
{
    while (other != QUESTION_NONE) {
        if (other == question)
            return true;
        other = r->questions.list[other].iteration.waits_for;
    }
    return false;
}

enum sub { SUB_NONE, SUB_READY, SUB_WAITS, SUB_NO_ROOM, SUB_TOO_MANY };

/* The cut's servers of that name, a bit each. */
static uint32_t bits_of(const struct resolve *r, const struct question *q, struct name ns)
{
    uint32_t bits = 0;
    struct delegation_server s;
    uint32_t cursor = 0;
    for (unsigned i = 0; delegation_next(blob_of(r, q->iteration.cut), &cursor, &s); i++) {
        if (name_equal(s.ns, ns))
            bits |= 1u << i;
    }
    return bits;
}

/* Why a server's address could not be had, if so. Bounds of work are counted apart. Servers that
 * were silent about an address of one family are not asked for one of the other. */
static void note_sub(struct resolve *r, struct question *q, uint32_t blob, struct name ns)
{
    enum error_class failure = CLASS_LOCAL_ERROR;
    if (blob != 0)
        failure = blob_of(r, blob)->failure;
    if (failure != CLASS_WORK_LIMIT)
        q->iteration.sub_failure = (uint8_t)ask_worse(q->iteration.sub_failure, failure);
    if (failure == CLASS_TIMEOUT)
        q->iteration.asked_ipv6 |= bits_of(r, q, ns);
}

/* Asks for one server's address. SUB_READY: an answer is there already, whatever it says. */
static enum sub ask_address(struct resolve *r, uint32_t question, struct name ns, uint16_t type,
                            uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct question_key key = {.name = ns, .type = type};
    key.hash = question_key_hash(&key, r->hash_seed);
    uint32_t other = questions_find(&r->questions, &key, key.hash);
    if (other != QUESTION_NONE && iterate_leads_back(r, other, question))
        return SUB_NONE;
    if (other == QUESTION_NONE && questions_room(&r->questions) <= r->waiters)
        return SUB_NO_ROOM;                 /* what is left is for the rows' own questions */
    resolve_set_server(r, q, SERVERS_NONE); /* whoever waits for another must not be in its way */
    forget_roster(r, q);
    q->state = QUESTION_WAIT_SUB;
    q->iteration.sub_count++;
    struct resolve_answer got;
    if (!resolve_ask_below(r, &key, question, now_ns, &got))
        return SUB_WAITS;
    note_sub(r, q, got.blob, ns);
    store_drop(r->store, got.blob);
    return SUB_READY;
}

static bool is_known_to_fail(const struct choice *c, uint8_t family, const uint8_t *octets)
{
    struct address address = {.family = family, .port = 53};
    memcpy(address.octets, octets, family == ADDRESS_IPV4 ? 4 : 16);
    uint32_t server = servers_find(&c->r->servers, &address, c->r->limit->server_count, c->now_ns);
    return server == SERVERS_NONE || was_used(c->q, server) ||
           c->r->servers.list[server].resting_until_ns > c->now_ns;
}

static bool has_hopeful_glue(const struct choice *c, const struct delegation_server *s)
{
    for (size_t i = 0; c->r->ipv4 && i < s->ipv4_count; i++) {
        if (!is_known_to_fail(c, ADDRESS_IPV4, s->ipv4 + 4 * i))
            return true;
    }
    for (size_t i = 0; c->r->ipv6 && i < s->ipv6_count; i++) {
        if (!is_known_to_fail(c, ADDRESS_IPV6, s->ipv6 + 16 * i))
            return true;
    }
    return false;
}

/* Is a sibling's own address worth a question? Not at those that have just been silent: where an
 * operator is dead, its servers are named in a zone of theirs. */
static bool may_be_found(const struct choice *c, struct name ns)
{
    uint32_t cut = closest_cut(c->r, &(struct start){.name = ns}, c->now_ns).cut;
    struct delegation_server s;
    uint32_t cursor = 0;
    bool found = false;
    while (!found && delegation_next(blob_of(c->r, cut), &cursor, &s))
        found = !has_usable_glue(c->r, &s) || has_hopeful_glue(c, &s);
    store_drop(c->r->store, cut);
    return found;
}

/* Is the server's address to be asked for: has it none, or only such as failed? */
static bool wants_address(const struct choice *c, const struct delegation_server *s)
{
    const struct iteration *it = &c->q->iteration;
    if (!has_usable_glue(c->r, s))
        return true;
    return is_sibling(c, s) && it->depth < ITERATE_STALE_DEPTH_MAX &&
           it->sub_count < ITERATE_STALE_SUBS_MAX && may_be_found(c, s->ns);
}

/* Goes through the cut's servers, IPv4 first, and asks for the first address that is wanted and was
 * not asked for yet. */
static enum sub next_address(const struct choice *c, uint32_t question, uint64_t now_ns)
{
    struct resolve *r = c->r;
    struct iteration *it = &c->q->iteration;
    bool too_many = it->depth >= ITERATE_DEPTH_MAX || it->sub_count >= ITERATE_SUBS_MAX;
    for (unsigned pass = 0; pass < 2; pass++) {
        uint32_t *asked = pass == 0 ? &it->asked_ipv4 : &it->asked_ipv6;
        if (!(pass == 0 ? r->ipv4 : r->ipv6))
            continue;
        struct delegation_server s;
        uint32_t cursor = 0;
        for (unsigned i = 0; delegation_next(blob_of(r, it->cut), &cursor, &s); i++) {
            if ((*asked & 1u << i) != 0 || !wants_address(c, &s))
                continue;
            if (too_many)
                return SUB_TOO_MANY;
            *asked |= 1u << i;
            enum sub sub = ask_address(r, question, s.ns, pass == 0 ? TYPE_A : TYPE_AAAA, now_ns);
            if (sub != SUB_NONE)
                return sub;
        }
    }
    return SUB_NONE;
}

/* Meanwhile the one chosen keeps its place among the servers. */
static enum sub look_further(const struct choice *c, uint32_t question, uint64_t now_ns)
{
    servers_hold(&c->r->servers, c->best);
    enum sub sub = next_address(c, question, now_ns);
    servers_release(&c->r->servers, c->best);
    return sub;
}

/* An address known before has expired while the question waited for its turn: looks for it again.
 * Returns false where there was none, or where it has had its turn. */
static bool forget_expired(struct question *q)
{
    struct iteration *it = &q->iteration;
    if (!it->had_server || q->step_sent > 0)
        return false;
    it->had_server = false;
    it->asked_ipv4 = it->asked_ipv6 = 0;
    it->sub_count = 0;
    return true;
}

/* No server could be asked at all. */
static void no_server(struct resolve *r, uint32_t question, const struct choice *c, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    enum error_class sub_failure = q->iteration.sub_failure;
    enum error_class why = c->limit_hit                ? CLASS_WORK_LIMIT
                           : sub_failure != CLASS_NONE ? sub_failure
                           : c->private_seen           ? CLASS_NS_PRIVATE_ADDRESS
                           : c->other_family           ? CLASS_NET_UNREACHABLE
                                                       : CLASS_NO_NS_ADDRESS;
    if (q->failure == CLASS_NONE)
        resolve_set_failed(
            r, q,
            &(struct answer){.rcode = -1, .dnssec = DNSSEC_UNCHECKED, .failure = (uint8_t)why});
    resolve_give_up(r, question, now_ns);
}

/* Only this server will do. */
static void go_on_pinned(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    uint32_t server = servers_find(&r->servers, &q->pinned, r->limit->server_count, now_ns);
    if (server == SERVERS_NONE) {
        resolve_hold(r, question, now_ns);
        return;
    }
    resolve_set_server(r, q, server);
    q->same_server = true;
    resolve_make_ready(r, question);
}

void iterate_go_on(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    if (q->pinned.family != ADDRESS_NONE) {
        go_on_pinned(r, question, now_ns);
        return;
    }
    for (;;) {
        if (q->sent + ITERATE_ATTEMPT_SENDS > q->iteration.budget ||
            q->iteration.referrals > ITERATE_REFERRALS_MAX) {
            fail_with(r, question, CLASS_WORK_LIMIT, now_ns);
            return;
        }
        struct choice c = choose(r, q, now_ns);
        enum sub sub = is_poor(&c) ? look_further(&c, question, now_ns) : SUB_NONE;
        if (sub == SUB_WAITS)
            return;
        if (sub == SUB_READY)
            continue;
        if (sub == SUB_NO_ROOM && c.best == SERVERS_NONE) {
            fail_with(r, question, CLASS_LOCAL_ERROR, now_ns);
            return;
        }
        if (c.best == SERVERS_NONE && c.table_full) {
            resolve_hold(r, question, now_ns);
            return;
        }
        if (c.best == SERVERS_NONE && forget_expired(q))
            continue;
        if (c.best == SERVERS_NONE) {
            c.limit_hit = c.limit_hit || sub == SUB_TOO_MANY;
            no_server(r, question, &c, now_ns);
            return;
        }
        q->iteration.had_server = true;
        resolve_set_server(r, q, c.best);
        q->same_server = true;
        resolve_make_ready(r, question);
        return;
    }
}

void iterate_bind(struct question *q, const struct question *above)
{
    struct iteration *it = &q->iteration;
    it->budget = ITERATE_SENDS_MAX;
    if (above == NULL)
        return;
    it->depth = (uint8_t)(above->iteration.depth + 1u);
    it->anew = above->control || above->iteration.anew;
    it->budget = (uint8_t)(above->iteration.budget - above->sent);
}

static void forget_asked(const struct resolve *r, struct question *q, const struct question *sub)
{
    uint32_t *asked = sub->qtype == TYPE_A ? &q->iteration.asked_ipv4 : &q->iteration.asked_ipv6;
    *asked &= ~bits_of(r, q, sub->qname);
}

void iterate_sub_done(struct resolve *r, uint32_t question, uint32_t done, bool began_it,
                      uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    const struct question *sub = &r->questions.list[done];
    note_sub(r, q, sub->blob, sub->qname);
    forget_roster(r, q);
    bool limited = sub->blob != 0 && blob_of(r, sub->blob)->failure == CLASS_WORK_LIMIT;
    if (limited && began_it)
        q->iteration.limit_hit = true;
    else if (limited)
        forget_asked(r, q, sub);
    iterate_go_on(r, question, now_ns);
}

bool iterate_skip_server(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct iteration *it = &q->iteration;
    if (it->cut == 0 || was_used(q, q->server) || it->used_count == ITERATION_USED_MAX)
        return false;
    r->servers.list[q->server].resting_until_ns = now_ns + ITERATE_NO_ROUTE_NS;
    resolve_note_failure(r, q, CLASS_NET_UNREACHABLE);
    iterate_go_on(r, question, now_ns);
    return true;
}

/* ---- replies ---- */

/* Keeps the aliases in r->parts as the chain so far. Returns false where the store is full. */
static bool keep_chain(struct resolve *r, struct question *q)
{
    r->parts->qname = q->qname;
    r->parts->head.rr_count = 0;
    r->parts->head.tried_count = 0;
    r->parts->head.ns_count = r->parts->head.set_ns_count = 0;
    r->parts->zone = r->parts->set_zone = (struct answer_zone){0};
    r->parts->error_name = (struct name){0};
    uint32_t blob = resolve_store(r, r->parts);
    if (blob == 0)
        return false;
    store_drop(r->store, q->iteration.chain);
    q->iteration.chain = blob;
    return true;
}

/* The reply ended at an alias target that is another zone's to answer for. */
static void follow_alias(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct iteration *it = &q->iteration;
    enum error_class failure = iterate_complete(r, q);
    if (!keep_chain(r, q) && failure == CLASS_NONE)
        failure = CLASS_LOCAL_ERROR;
    if (failure != CLASS_NONE) {
        fail_with(r, question, failure, now_ns);
        return;
    }
    if (it->first_cut == 0) {
        it->first_cut = it->cut;
        store_hold(r->store, it->first_cut);
    }
    iterate_begin(r, question, 0, now_ns);
}

/* A delegation as a blob, held for the caller; 0 where the store is full. What is known of its zone
 * is what is known of the reply at hand. */
static uint32_t cut_of(struct resolve *r, const struct referral *referral)
{
    struct delegation_scratch scratch;
    struct answer_parts parts;
    delegation_parts(referral, &scratch, &parts);
    parts.head.dnssec = r->parts->head.dnssec;
    if (parts.head.ttl_s > r->trust_ttl_s)
        parts.head.ttl_s = r->trust_ttl_s;
    return resolve_store_cut(r, &parts, referral);
}

static void take_referral(struct resolve *r, uint32_t question, const struct referral *referral,
                          uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct question_key key = {.name = referral->zone.zone, .type = TYPE_NS};
    uint32_t blob = cut_of(r, referral);
    if (blob == 0) {
        fail_with(r, question, CLASS_LOCAL_ERROR, now_ns);
        return;
    }
    bool sought = name_equal(below_cut(r, q), key.name);
    key.hash = sought ? q->iteration.below_hash : question_key_hash(&key, r->hash_seed);
    cache_put(&r->cache, &key, key.hash, blob, now_ns);
    q->iteration.referrals++;
    if (sought)
        scouts_found(&r->scouts, q->iteration.below_hash, now_ns);
    stand_at(r, q, &(struct closest){.cut = blob}, now_ns);
    iterate_go_on(r, question, now_ns);
}

/* The zone below the cut by which the records at hand are signed; len 0: there is none. */
static struct name signer_below(struct resolve *r, const struct question *q,
                                const struct message_decode_args *args)
{
    struct name signer = {0};
    if (r->parts->head.chain_count == 0)
        signer = message_signer(args, r->scratch);
    return signer.len > iterate_zone(r, q).len ? signer : (struct name){0};
}

/* The answer is at hand. A server of the parent that serves the child as well answers without a
 * referral; the child's NS records beside the answer show whose it is, or else its signatures. They
 * are not kept for other questions: glue may be missing, and the parent's way is known to work. */
static void settle_here(struct resolve *r, uint32_t question,
                        const struct message_decode_args *args, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct referral beside;
    message_referral(args, r->scratch, &beside);
    uint32_t blob =
        beside.zone.zone.len > 0 && r->parts->head.chain_count == 0 ? cut_of(r, &beside) : 0;
    if (blob != 0) {
        store_drop(r->store, q->iteration.cut);
        q->iteration.cut = blob;
        r->parts->head.flags |= ANSWER_UNREFERRED;
    } else {
        r->parts->set_zone.zone = signer_below(r, q, args);
    }
    resolve_settle_reply(r, question, now_ns);
}

/* A question to one server alone says how that sees one name: the zone it is asked for may not be
 * the one that it refers to, so it is not held against the server. */
static void count_lame(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct server *s = &r->servers.list[q->server];
    if (q->pinned.family == ADDRESS_NONE) {
        s->lame_zone = zone_hash(r, q);
        s->lame_until_ns = now_ns + ITERATE_LAME_NS;
    }
    resolve_attempt_failed(r, question, ASK_FAILED, CLASS_LAME, now_ns);
}

/* Of a signed zone it is what is proven: by the referral, or by a question for DS. A zone without
 * DS of its own that gives neither DS nor its denial is not signed, and has none to give (RFC 4035
 * section 3.1.4). */
static void take_ds(struct resolve *r, const struct answer *cut,
                    const struct message_decode_args *args, struct referral *referral,
                    uint64_t now_ns)
{
    if (r->trust_ds != DS_UNKNOWN)
        referral->ds = r->trust_ds;
    else if (r->parts->head.dnssec == DNSSEC_SECURE)
        trust_keep_ds(r, args, referral, now_ns);
    else if (referral->ds == DS_UNKNOWN && cut->ds == DS_ABSENT)
        referral->ds = DS_ABSENT;
}

void iterate_reply(struct resolve *r, uint32_t question, const struct message_decode_args *args,
                   uint64_t now_ns)
{
    bool pinned = r->questions.list[question].pinned.family != ADDRESS_NONE;
    struct referral referral;
    switch (meaning_of(args, &r->parts->head, r->scratch, &referral)) {
    case MEANING_RECORDS:
        settle_here(r, question, args, now_ns);
        return;
    case MEANING_ALIAS:
        if (pinned || args->qtype == TYPE_DS || args->qtype == TYPE_DNSKEY) /* it has none */
            resolve_settle_reply(r, question, now_ns);
        else
            follow_alias(r, question, now_ns);
        return;
    case MEANING_REFERRAL:
        if (pinned) {
            count_lame(r, question, now_ns);
            return;
        }
        take_ds(r, blob_of(r, r->questions.list[question].iteration.cut), args, &referral, now_ns);
        take_referral(r, question, &referral, now_ns);
        return;
    case MEANING_DENIAL:
    case MEANING_EMPTY:
        resolve_settle_reply(r, question, now_ns);
        return;
    case MEANING_LAME:
        count_lame(r, question, now_ns);
        return;
    }
}

/* ---- completing an answer ---- */

static bool chain_has(const struct answer_parts *parts, size_t count, struct name name)
{
    for (size_t i = 0; i < count; i++) {
        if (name_equal(parts->chain[i].owner, name))
            return true;
    }
    return false;
}

static enum error_class join_chains(struct resolve *r, const struct answer *before)
{
    struct answer_parts *parts = r->parts;
    size_t early = before->chain_count, late = parts->head.chain_count;
    bool too_long = early + late > ANSWER_CHAIN_MAX;
    if (too_long)
        late = ANSWER_CHAIN_MAX - early;
    memmove(parts->chain + early, parts->chain, late * sizeof *parts->chain);
    for (size_t i = 0; i < early; i++) {
        parts->chain[i] = answer_chain(before, i);
        if (parts->chain[i].ttl_s < parts->head.ttl_s)
            parts->head.ttl_s = parts->chain[i].ttl_s;
    }
    parts->head.chain_count = (uint8_t)(early + late);
    if (parts->head.failure == CLASS_NONE)
        parts->head.dnssec = (uint8_t)trust_weaker((enum dnssec_status)before->dnssec,
                                                   (enum dnssec_status)parts->head.dnssec);
    for (size_t i = early; i < early + late; i++) {
        if (!chain_has(parts, i + 1, parts->chain[i].target))
            continue;
        parts->head.chain_count = (uint8_t)(i + 1);
        return CLASS_CNAME_LOOP;
    }
    return too_long ? CLASS_CNAME_CHAIN_TOO_LONG : CLASS_NONE;
}

static uint8_t servers_of(const struct answer *cut, struct answer_zone *out)
{
    struct delegation_server s;
    uint32_t cursor = 0;
    uint8_t count = 0;
    out->zone = answer_qname(cut);
    while (count < ANSWER_NS_MAX && delegation_next(cut, &cursor, &s))
        out->ns[count++] = s.ns;
    return count;
}

/* The zone that gave the answer is the cut's, unless its SOA or its signatures show a zone below,
 * served by the same servers without a referral in between. */
static uint8_t zone_of_answer(const struct answer *cut, struct name shown, struct answer_zone *out)
{
    uint8_t count = servers_of(cut, out);
    if (shown.len == 0 || name_equal(shown, out->zone))
        return count;
    *out = (struct answer_zone){.zone = shown};
    return 0;
}

enum error_class iterate_complete(struct resolve *r, const struct question *q)
{
    struct answer_parts *parts = r->parts;
    const struct iteration *it = &q->iteration;
    const struct answer *cut = blob_of(r, it->cut);
    struct name shown = parts->set_zone.zone;
    parts->head.set_ns_count = zone_of_answer(cut, shown, &parts->set_zone);
    const struct answer *first = it->first_cut != 0 ? blob_of(r, it->first_cut) : cut;
    bool one_zone = it->first_cut == 0 && parts->head.chain_count == 0;
    parts->head.ns_count = zone_of_answer(first, one_zone ? shown : (struct name){0}, &parts->zone);
    bool unreferred = one_zone && parts->zone.zone.len != answer_qname(first).len;
    parts->head.ds = unreferred ? DS_UNKNOWN : first->ds;
    if (unreferred)
        parts->head.flags |= ANSWER_UNREFERRED;
    return it->chain != 0 ? join_chains(r, blob_of(r, it->chain)) : CLASS_NONE;
}
