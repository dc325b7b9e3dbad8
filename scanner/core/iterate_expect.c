/* What an iteration will need is loaded ahead. */
#include "delegation.h"
#include "expect.h"
#include "iterate_parts.h"

#define CUT_OCTETS 192u /* of a delegation: its head, its zone, the first servers */

void iterate_expect_servers(const struct resolve *r, const struct delegation_roster *roster)
{
    for (size_t i = 0; roster != NULL && i < roster->count; i++)
        expect_line(&r->servers.list[roster->places[i].server]);
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
            iterate_expect_servers(r, likely_roster(r, hashes[i]));
    }
}
