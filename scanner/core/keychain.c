#include "keychain.h"

#include "delegation.h"

#include <assert.h>
#include <string.h>

#include "iterate.h"
#include "meaning.h"
#include "message_rr.h"
#include "resolve_parts.h"

static const struct answer *blob_of(const struct resolve *r, uint32_t blob)
{
    return store_octets(r->store, blob);
}

enum leave { LEAVE, LEAVE_LATER, LEAVE_NEVER };

static enum leave may_ask(struct held_turn *turn, const struct question_key *key)
{
    struct resolve *r = turn->r;
    uint32_t other = questions_find(&r->questions, key, question_key_hash(key, r->hash_seed));
    if (other != QUESTION_NONE)
        return iterate_leads_back(r, other, turn->question) ? LEAVE_NEVER : LEAVE;
    if (turn->q->iteration.depth >= KEYCHAIN_DEPTH_MAX)
        return LEAVE_NEVER;
    return questions_room(&r->questions) > r->waiters ? LEAVE : LEAVE_LATER; /* for the rows' own */
}

/* There is no room for a sub-question now: lets the reply go, and asks for it again in a while. */
static void put_off(struct held_turn *turn)
{
    iterate_returned(turn->r, turn->q);
    held_drop(turn->r, turn->q);
    resolve_set_server(turn->r, turn->q, SERVERS_NONE);
    resolve_hold(turn->r, turn->question, turn->now_ns);
}

static uint32_t left_s(const struct resolve *r, const struct cache_hit *hit)
{
    uint32_t ttl_s = message_least(blob_of(r, hit->blob)->ttl_s, CACHE_TTL_MAX_S);
    return ttl_s > hit->age_s ? ttl_s - hit->age_s : 0;
}

/* The zone's DS or DNSKEY: a blob held for the caller, or 0 where the question waits for it or has
 * failed. */
static uint32_t fetch(struct held_turn *turn, struct name zone, uint16_t type)
{
    struct resolve *r = turn->r;
    uint32_t given = turn->given;
    turn->given = 0;
    if (given != 0) {
        turn->ttl_s = blob_of(r, given)->ttl_s;
        return given;
    }
    if (zone.len == 1 && type == TYPE_DS) {
        turn->ttl_s = UINT32_MAX;
        store_hold(r->store, r->anchor);
        return r->anchor;
    }
    struct question_key key = {.name = zone, .type = type};
    uint64_t hash = question_key_hash(&key, r->hash_seed);
    struct cache_hit hit = cache_find(&r->cache, &key, hash, turn->now_ns);
    bool failed = hit.blob != 0 && blob_of(r, hit.blob)->failure != CLASS_NONE;
    bool anew = turn->q->control || turn->q->iteration.anew;
    key.control = failed && anew; /* a probe is to see whether it still fails */
    if (hit.blob != 0 && !key.control) {
        store_hold(r->store, hit.blob);
        turn->ttl_s = left_s(r, &hit);
        return hit.blob;
    }
    enum leave leave = may_ask(turn, &key);
    if (leave == LEAVE_NEVER)
        held_fail(turn, CLASS_WORK_LIMIT, VERDICT_NO_REASON);
    else if (leave == LEAVE_LATER)
        put_off(turn);
    if (leave != LEAVE)
        return 0;
    resolve_set_server(r, turn->q, SERVERS_NONE); /* whoever waits must not be in its way */
    turn->q->state = QUESTION_WAIT_SUB;
    struct resolve_answer got;
    bool answered = resolve_ask_below(r, &key, turn->question, turn->now_ns, &got);
    assert(!answered);
    (void)answered;
    return 0;
}
/* ---- the steps ---- */

/* Is the zone with this DS answer signed? UNCHECKED: no zone begins there, nor does one at an
 * alias, whatever is known of its target. */
static enum dnssec_status zone_by(const struct answer *ds)
{
    if (ds->chain_count > 0 || (ds->dnssec == DNSSEC_SECURE && ds->rr_count == 0))
        return DNSSEC_UNCHECKED;
    return (enum dnssec_status)ds->dnssec;
}

/* The cut becomes checked, for others too, for as long as it is kept and its DS is. */
static void mark_cut(struct held_turn *turn, enum dnssec_status status)
{
    struct resolve *r = turn->r;
    struct iteration *it = &turn->q->iteration;
    struct answer *old = store_octets(r->store, it->cut);
    size_t whole = delegation_whole(old);
    void *octets = NULL;
    uint32_t blob = store_new(r->store, whole, &octets);
    if (blob == 0)
        return;
    struct answer *new = octets;
    memcpy(new, old, whole);
    new->dnssec = (uint8_t)status;
    new->ds = status == DNSSEC_SECURE ? DS_PRESENT : new->ds;
    struct question_key key = {.name = answer_qname(new), .type = TYPE_NS};
    uint64_t hash = question_key_hash(&key, r->hash_seed);
    struct cache_hit kept = cache_find(&r->cache, &key, hash, turn->now_ns);
    if (kept.blob == it->cut && turn->ttl_s < left_s(r, &kept)) {
        new->ttl_s = turn->ttl_s;
        cache_put(&r->cache, &key, hash, blob, turn->now_ns);
    } else {
        cache_replace(&r->cache, &key, hash, it->cut, blob);
    }
    store_drop(r->store, it->cut);
    it->cut = blob;
}

/* Returns true where there is more to do now. */
static bool step_cut(struct held_turn *turn)
{
    uint32_t blob = fetch(turn, iterate_zone(turn->r, turn->q), TYPE_DS);
    if (blob == 0)
        return false;
    const struct answer *ds = blob_of(turn->r, blob);
    enum dnssec_status zone = zone_by(ds);
    bool more = false;
    if (ds->failure != CLASS_NONE) {
        held_fail_by(turn, ds);
    } else if (zone == DNSSEC_INSECURE) {
        mark_cut(turn, zone);
        held_accept_unsigned(turn, iterate_zone(turn->r, turn->q));
    } else if (zone == DNSSEC_SECURE) {
        mark_cut(turn, zone);
        turn->q->trust.step = HELD_SIGNER;
        more = true;
    } else {
        held_fail(turn, CLASS_DNSSEC_BOGUS, VERDICT_BOGUS);
    }
    store_drop(turn->r->store, blob);
    return more;
}

/* Does the question ask for the very keys that a reply from its zone is verified with? */
static bool asks_keys(const struct held_turn *turn)
{
    struct name name = resolve_name(turn->r, turn->q);
    return turn->q->qtype == TYPE_DNSKEY && turn->q->trust.zone_labels == name_label_count(name);
}

/* The labels of the zone that a referral leads to; 0: the reply is none. */
static size_t labels_referred(struct held_turn *turn)
{
    struct resolve *r = turn->r;
    struct referral referral;
    struct message_decode_args args = held_args(turn, iterate_zone(r, turn->q));
    message_decode(&args, r->scratch, r->parts);
    if (meaning_of(&args, &r->parts->head, r->scratch, &referral) != MEANING_REFERRAL)
        return 0;
    return name_label_count(referral.zone.zone);
}

/* The labels of the name that the reply speaks of. An unsigned delegation below that explains
 * nothing. */
static size_t labels_spoken_of(struct held_turn *turn)
{
    size_t referred = labels_referred(turn);
    return referred > 0 ? referred : name_label_count(resolve_name(turn->r, turn->q));
}

static bool step_signer(struct held_turn *turn)
{
    struct trust *t = &turn->q->trust;
    struct message_decode_args args = held_args(turn, iterate_zone(turn->r, turn->q));
    struct name signer = message_signer(&args, turn->r->scratch);
    size_t labels = name_label_count(signer);
    if (signer.len == 0 || labels == t->zone_labels || labels > labels_spoken_of(turn)) {
        t->walk_labels = t->zone_labels;
        t->step = signer.len == 0 && !asks_keys(turn) ? HELD_WALK : HELD_KEYS;
        return true;
    }
    uint32_t blob = fetch(turn, name_suffix(args.qname, labels), TYPE_DS);
    if (blob == 0)
        return false;
    const struct answer *ds = blob_of(turn->r, blob);
    enum dnssec_status zone = zone_by(ds);
    bool more = false;
    if (ds->failure != CLASS_NONE) {
        held_fail_by(turn, ds);
    } else if (zone == DNSSEC_SECURE) {
        t->zone_labels = (uint8_t)labels;
        t->step = HELD_KEYS;
        more = true;
    } else if (zone == DNSSEC_INSECURE) {
        held_accept_unsigned(turn, name_suffix(args.qname, labels));
    } else {
        held_refuse(turn, CLASS_DNSSEC_BOGUS, VERDICT_BOGUS);
    }
    store_drop(turn->r->store, blob);
    return more;
}

static void refuse_unsigned(struct held_turn *turn)
{
    struct message_decode_args args = held_args(turn, iterate_zone(turn->r, turn->q));
    message_decode(&args, turn->r->scratch, turn->r->parts);
    bool records = turn->r->parts->head.rr_count > 0 || turn->r->parts->head.chain_count > 0;
    held_refuse(turn, CLASS_DNSSEC_BOGUS, records ? VERDICT_RRSIG_MISSING : VERDICT_NSEC_MISSING);
}

/* Down from the cut, a label at a time. First the zone must have keys at all: a zone that has lost
 * them all is no less bogus, but for another reason. A referral ends at the zone it leads to, whose
 * DS or proven lack of one is all that it should have shown. */
static bool step_walk(struct held_turn *turn)
{
    struct trust *t = &turn->q->trust;
    struct name name = resolve_name(turn->r, turn->q);
    size_t last = name_label_count(name) - (turn->q->qtype == TYPE_DS);
    size_t referred = labels_referred(turn);
    last = referred > 0 && referred < last ? referred : last;
    bool asks_own_keys = t->walk_labels == t->zone_labels && !t->has_keys;
    size_t labels = t->walk_labels + 1u;
    if (!asks_own_keys && labels > last) {
        refuse_unsigned(turn);
        return false;
    }
    struct name zone = asks_own_keys ? held_zone(turn) : name_suffix(name, labels);
    uint32_t blob = fetch(turn, zone, asks_own_keys ? TYPE_DNSKEY : TYPE_DS);
    if (blob == 0)
        return false;
    const struct answer *got = blob_of(turn->r, blob);
    enum dnssec_status status = zone_by(got);
    bool more = false;
    if (got->failure != CLASS_NONE) {
        held_fail_by(turn, got);
    } else if (!asks_own_keys && labels == referred && status != DNSSEC_UNCHECKED) {
        held_accept_referral(turn, got);
    } else if (status == DNSSEC_INSECURE) {
        held_accept_unsigned(turn, zone);
    } else if (asks_own_keys) {
        t->has_keys = true;
        more = true;
    } else if (status == DNSSEC_UNCHECKED && got->level == LEVEL_NODATA) {
        t->walk_labels = (uint8_t)labels;
        more = true;
    } else if (status == DNSSEC_SECURE) { /* the reply may be from an unsigned zone below */
        t->zone_labels = t->walk_labels = (uint8_t)labels;
        t->has_keys = false;
        t->step = asks_keys(turn) ? HELD_KEYS : HELD_WALK;
        more = true;
    } else {
        refuse_unsigned(turn);
    }
    store_drop(turn->r->store, blob);
    return more;
}

static bool step_keys(struct held_turn *turn)
{
    struct trust *t = &turn->q->trust;
    uint32_t blob = fetch(turn, held_zone(turn), asks_keys(turn) ? TYPE_DS : TYPE_DNSKEY);
    if (blob == 0)
        return false;
    const struct answer *keys = blob_of(turn->r, blob);
    if (keys->failure == CLASS_NONE && keys->dnssec == DNSSEC_SECURE && keys->rr_count > 0) {
        t->keys = blob;
        t->step = HELD_VERIFY;
        turn->q->state = QUESTION_WAIT_VERDICT;
        resolve_queue_push(turn->r, &turn->r->verify, turn->question);
        return false;
    }
    if (keys->failure != CLASS_NONE)
        held_fail_by(turn, keys);
    else if (keys->dnssec == DNSSEC_INSECURE)
        held_accept_unsigned(turn, held_zone(turn));
    else
        held_fail(turn, CLASS_DNSSEC_BOGUS, VERDICT_DNSKEY_MISSING);
    store_drop(turn->r->store, blob);
    return false;
}

void keychain_go_on(struct held_turn *turn)
{
    for (bool more = true; more;) {
        switch ((enum held_step)turn->q->trust.step) {
        case HELD_CUT:
            more = step_cut(turn);
            break;
        case HELD_SIGNER:
            more = step_signer(turn);
            break;
        case HELD_WALK:
            more = step_walk(turn);
            break;
        case HELD_KEYS:
            more = step_keys(turn);
            break;
        case HELD_NOTHING:
        case HELD_VERIFY:
            assert(false && "no step to take");
            more = false;
        }
    }
}

bool keychain_explain(struct held_turn *turn)
{
    struct trust *t = &turn->q->trust;
    if (labels_referred(turn) <= t->zone_labels)
        return false;
    store_drop(turn->r->store, t->keys);
    t->keys = 0;
    t->asked = false;
    t->walk_labels = t->zone_labels;
    t->has_keys = true;
    t->step = HELD_WALK;
    keychain_go_on(turn);
    return true;
}

void keychain_sub_done(struct resolve *r, uint32_t question, uint32_t done, bool began_it,
                       uint64_t now_ns)
{
    struct held_turn turn = {
        .r = r, .q = &r->questions.list[question], .question = question, .now_ns = now_ns};
    uint32_t blob = r->questions.list[done].blob;
    if (blob == 0) {
        held_fail(&turn, CLASS_LOCAL_ERROR, VERDICT_NO_REASON);
        return;
    }
    bool limited = blob_of(r, blob)->failure == CLASS_WORK_LIMIT;
    if (began_it || !limited) { /* another's bound is not ours */
        store_hold(r->store, blob);
        turn.given = blob;
    }
    keychain_go_on(&turn);
}
