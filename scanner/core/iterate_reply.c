/* Where a reply leads an iteration: to its end, to a deeper cut, along an alias, to another server.
 */
#include "delegation.h"
#include "iterate_parts.h"
#include "meaning.h"
#include "trust.h"

/* Keeps the aliases in r->parts as the chain so far. Returns false where the store is full. */
static bool keep_chain(struct resolve *r, struct question *q)
{
    r->parts->qname = questions_name(&r->questions, q);
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
        iterate_fail(r, question, failure, now_ns);
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
        iterate_fail(r, question, CLASS_LOCAL_ERROR, now_ns);
        return;
    }
    bool sought = name_equal(iterate_below_cut(r, q), key.name);
    key.hash = sought ? q->iteration.below_hash : question_key_hash(&key, r->hash_seed);
    cache_put(&r->cache, &key, key.hash, blob, now_ns);
    q->iteration.referrals++;
    if (sought)
        scouts_found(&r->scouts, q->iteration.below_hash, now_ns);
    iterate_stand_at(r, q, &(struct iterate_closest){.cut = blob}, now_ns);
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
    if (!q->pinned) {
        s->lame_zone = iterate_zone_hash(r, q);
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
    bool pinned = r->questions.list[question].pinned;
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
        take_ds(r, iterate_blob(r, r->questions.list[question].iteration.cut), args, &referral,
                now_ns);
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
