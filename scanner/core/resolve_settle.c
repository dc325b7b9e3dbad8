/* How a question ends: with its answer as a blob, for its waiters and for others. */
#include <assert.h>

#include "delegation.h"
#include "iterate.h"
#include "resolve_parts.h"

#define ADDRESS_TTL_MIN_S 5u /* an address asked for must outlive the wait for it */
#define SHED_MAX 64u         /* buckets given up for one answer */

/* Makes a blob with room for `room` octets; where the store is full, old answers make room first.
 */
static uint32_t store_parts(struct resolve *r, const struct answer_parts *parts, size_t room)
{
    void *octets = NULL;
    uint32_t blob = store_new(r->store, room, &octets);
    for (unsigned i = 0; blob == 0 && i < SHED_MAX && cache_shed(&r->cache); i++)
        blob = store_new(r->store, room, &octets);
    if (blob == 0)
        return 0;
    size_t built = answer_build(parts, octets, room);
    assert(built > 0);
    (void)built;
    return blob;
}

uint32_t resolve_store(struct resolve *r, const struct answer_parts *parts)
{
    return store_parts(r, parts, answer_size(parts));
}

uint32_t resolve_store_cut(struct resolve *r, const struct answer_parts *parts,
                           const struct referral *referral)
{
    uint32_t blob = store_parts(r, parts, delegation_size(referral, answer_size(parts)));
    if (blob != 0)
        delegation_begin_roster(store_octets(r->store, blob), referral);
    return blob;
}

static void add_tried(struct resolve *r, const struct question *q)
{
    struct answer_parts *parts = r->parts;
    parts->head.tried_count = q->tried_count;
    for (size_t i = 0; i < q->tried_count; i++) {
        const struct question_try *failed = &questions_past(&r->questions, q)->tried[i];
        parts->tried[i].server = failed->server;
        parts->tried[i].result = failed->result;
    }
}

/* Adds to r->parts what the iteration knows: zones, the aliases before, the name that failed. The
 * aliases that led to a failure are evidence of it. */
static void complete(struct resolve *r, const struct question *q)
{
    struct answer *head = &r->parts->head;
    enum error_class failure = iterate_complete(r, q);
    if (head->failure == CLASS_NONE && failure != CLASS_NONE) {
        head->failure = (uint8_t)failure;
        head->level = LEVEL_COUNT;
    }
    if (head->failure == CLASS_NONE)
        return;
    if (head->dnssec == DNSSEC_UNCHECKED) /* what is known of the zone that failed */
        head->dnssec = ((const struct answer *)store_octets(r->store, q->iteration.cut))->dnssec;
    head->rr_count = 0;
    if (failure != CLASS_NONE)
        r->parts->error_name = r->parts->chain[head->chain_count - 1u].target;
    if (r->parts->error_name.len == 0)
        r->parts->error_name = iterate_name(r, q);
}

/* Keeps the question's answer for others. What a control probe was told counts for all from now on,
 * but its failure says no more than the one it is to explain; nor does that of one server. A bound
 * that a sub-question came to was that of who asked it. */
static void keep_for_others(struct resolve *r, const struct question *q, uint64_t now_ns)
{
    struct question_key key = questions_key(&r->questions, q);
    bool told = r->parts->head.failure == CLASS_NONE;
    bool limited =
        r->parts->head.failure == CLASS_WORK_LIMIT && q->iterates && q->iteration.depth > 0;
    bool special = q->control || q->pinned || limited;
    if (q->blob == 0 || (special && !told))
        return;
    key.control = false;
    uint64_t hash = q->control ? question_key_hash(&key, r->hash_seed) : q->hash;
    cache_put(&r->cache, &key, hash, q->blob, now_ns);
}

/* Stores what r->parts says as the question's answer and queues it for its waiters. */
static void settle(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    r->parts->qname = questions_name(&r->questions, q);
    r->parts->head.qtype = q->qtype;
    if (q->iterates && q->iteration.cut != 0)
        complete(r, q);
    r->parts->head.attempts = q->sent < UINT8_MAX ? (uint8_t)q->sent : UINT8_MAX;
    add_tried(r, q);
    if ((q->qtype == TYPE_A || q->qtype == TYPE_AAAA) && r->parts->head.ttl_s < ADDRESS_TTL_MIN_S &&
        r->parts->head.rr_count > 0)
        r->parts->head.ttl_s = ADDRESS_TTL_MIN_S;
    q->blob = resolve_store(r, r->parts);
    keep_for_others(r, q, now_ns);
    resolve_drop_failed_chain(r, q);
    if (r->root_cut != 0)
        iterate_end(r, q);
    resolve_set_server(r, q, SERVERS_NONE);
    questions_unlist(&r->questions, question);
    q->state = QUESTION_DONE;
    resolve_queue_push(r, &r->done, question);
}

void resolve_settle_reply(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct answer *head = &r->parts->head;
    if (r->root_cut == 0)
        head->dnssec = (head->flags & ANSWER_AD) != 0 ? DNSSEC_SECURE : DNSSEC_UNCHECKED;
    if (!q->ask.edns) {
        head->flags |= ANSWER_FORMERR_ON_EDNS;
        r->servers.list[q->server].no_edns_until_ns = now_ns + SERVERS_NO_EDNS_NS;
    }
    settle(r, question, now_ns);
}

void resolve_give_up(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    r->parts->head = (struct answer){0};
    if (q->failure != CLASS_NONE)
        r->parts->head = questions_past(&r->questions, q)->failed;
    r->parts->head.rr_count = 0;
    resolve_restore_chain(r, q);
    r->parts->zone = r->parts->set_zone = (struct answer_zone){0};
    r->parts->head.ns_count = r->parts->head.set_ns_count = 0;
    settle(r, question, now_ns);
}
