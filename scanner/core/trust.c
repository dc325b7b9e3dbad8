#include "trust.h"

#include <assert.h>
#include <string.h>

#include "iterate.h"
#include "keychain.h"
#include "meaning.h"
#include "resolve_parts.h"

static const struct answer *blob_of(const struct resolve *r, uint32_t blob)
{
    return store_octets(r->store, blob);
}

static void plant_anchors(struct resolve *r, const struct trust_anchors *anchors)
{
    static const uint8_t root[] = {0};
    struct answer_rr rrs[TRUST_ANCHORS_MAX];
    r->parts->head = (struct answer){.qtype = TYPE_DS,
                                     .level = LEVEL_RECORDS,
                                     .dnssec = DNSSEC_SECURE,
                                     .rr_count = (uint16_t)anchors->count};
    for (size_t i = 0; i < anchors->count; i++)
        rrs[i] = (struct answer_rr){.rdata = anchors->ds[i].rdata, .rdlen = anchors->ds[i].len};
    r->parts->qname = (struct name){.wire = root, .len = 1};
    r->parts->rrs = rrs;
    r->parts->error_name = (struct name){0};
    r->parts->zone = r->parts->set_zone = (struct answer_zone){0};
    r->anchor = resolve_store(r, r->parts);
    assert(r->anchor != 0);
}

void trust_init(struct resolve *r, struct arena *arena, const struct resolve_config *config)
{
    if (config->anchors == NULL || config->servers != NULL)
        return;
    uint32_t rows = (uint32_t)config->waiters;
    uint32_t counts[STORE_CLASSES] = {
        64, rows / 2 + 64, rows / 2 + 64, rows + 64, rows + 64, rows / 64 + 64, 16};
    store_init_counts(&r->held, arena, counts);
    r->epoch_ms = config->epoch_ms;
    if (r->parts != NULL)
        plant_anchors(r, config->anchors);
}

enum dnssec_status trust_weaker(enum dnssec_status a, enum dnssec_status b)
{
    if (a == DNSSEC_INSECURE || b == DNSSEC_INSECURE)
        return DNSSEC_INSECURE;
    return a == DNSSEC_SECURE ? b : a;
}

/* ---- holding a reply back ---- */

static bool is_verified(const struct question *q)
{
    switch (q->qtype) {
    case TYPE_CAA:
    case TYPE_CNAME:
    case TYPE_DNAME:
    case TYPE_DS:
    case TYPE_DNSKEY:
        return !q->pinned;
    default:
        return false;
    }
}

/* Are the keys that a referral says it is signed by known already? Then it is verified whatever was
 * asked, without waiting for another question, and the cut need not be looked into later. */
static bool has_keys(struct resolve *r, const struct question *q,
                     const struct message_decode_args *args, uint64_t now_ns)
{
    if (q->pinned || !name_equal(message_signer(args, r->scratch), args->zone))
        return false;
    struct question_key key = {.name = args->zone, .type = TYPE_DNSKEY};
    uint64_t hash = question_key_hash(&key, r->hash_seed);
    uint32_t blob = cache_find(&r->cache, &key, hash, now_ns).blob;
    return blob != 0 && blob_of(r, blob)->failure == CLASS_NONE &&
           blob_of(r, blob)->dnssec == DNSSEC_SECURE;
}

bool trust_take(struct resolve *r, uint32_t question, const struct message_decode_args *args,
                uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct answer *head = &r->parts->head;
    enum dnssec_status zone = (enum dnssec_status)blob_of(r, q->iteration.cut)->dnssec;
    struct referral referral;
    head->dnssec = zone == DNSSEC_INSECURE ? DNSSEC_INSECURE : DNSSEC_UNCHECKED;
    r->trust_ttl_s = UINT32_MAX;
    r->trust_ds = DS_UNKNOWN;
    if (r->anchor == 0 || zone == DNSSEC_INSECURE)
        return false;
    enum meaning meaning = meaning_of(args, head, r->scratch, &referral);
    bool at_hand =
        meaning == MEANING_REFERRAL && zone == DNSSEC_SECURE && has_keys(r, q, args, now_ns);
    if (meaning == MEANING_LAME || (!is_verified(q) && !at_hand))
        return false;
    uint32_t held = held_keep(r, args, &r->servers.list[q->server].address, now_ns);
    if (held == 0) {
        resolve_attempt_failed(r, question, ASK_FAILED, CLASS_LOCAL_ERROR, now_ns);
        return true;
    }
    q->trust.held = held;
    q->trust.step = zone == DNSSEC_SECURE ? HELD_SIGNER : HELD_CUT;
    q->trust.zone_labels = (uint8_t)name_label_count(args->zone);
    struct held_turn turn = {.r = r, .q = q, .question = question, .now_ns = now_ns};
    keychain_go_on(&turn);
    return true;
}

/* ---- the doors ---- */

static void put_request(struct held_turn *turn, struct action *out)
{
    struct message_decode_args args = held_args(turn, held_zone(turn));
    out->kind = ACTION_VERIFY;
    out->channel = turn->question;
    out->len = 0;
    out->verify = (struct verdict_request){
        .octets = args.octets,
        .len = args.len,
        .qname = args.qname,
        .zone = args.zone,
        .keys = blob_of(turn->r, turn->q->trust.keys),
        .time_s = (turn->r->epoch_ms + turn->now_ns / 1000000) / 1000,
        .qtype = turn->q->qtype,
    };
}

size_t trust_actions(struct resolve *r, uint64_t now_ns, struct action *out, size_t cap)
{
    size_t n = 0;
    while (n < cap && r->anchor != 0 && r->verifying < TRUST_VERIFYING_MAX) {
        uint32_t question = resolve_queue_pop(r, &r->verify);
        if (question == QUESTION_NONE)
            break;
        struct question *q = &r->questions.list[question];
        struct held_turn turn = {.r = r, .q = q, .question = question, .now_ns = now_ns};
        put_request(&turn, &out[n++]);
        q->trust.asked = true;
        r->verifying++;
        stats_add(r->stats, COUNTER_VERIFIED, 1);
    }
    return n;
}

void trust_event(struct resolve *r, uint64_t now_ns, const struct door_event *event)
{
    uint32_t question = event->channel;
    if (question >= r->questions.count)
        return;
    struct question *q = &r->questions.list[question];
    if (q->state != QUESTION_WAIT_VERDICT || !q->trust.asked)
        return;
    r->verifying--;
    struct held_turn turn = {.r = r, .q = q, .question = question, .now_ns = now_ns};
    switch ((enum dnssec_status)event->verdict.status) {
    case DNSSEC_SECURE:
    case DNSSEC_INSECURE:
        held_accept_verdict(&turn, held_zone(&turn), &event->verdict);
        return;
    case DNSSEC_BOGUS:
        stats_add(r->stats, COUNTER_BOGUS, 1);
        if (event->verdict.reason == VERDICT_NSEC_MISSING && keychain_explain(&turn))
            return;
        held_refuse(&turn, CLASS_DNSSEC_BOGUS, event->verdict.reason);
        return;
    default:
        held_refuse(&turn, CLASS_DNSSEC_INDETERMINATE, event->verdict.reason);
        return;
    }
}

void trust_keep_ds(struct resolve *r, const struct message_decode_args *args,
                   const struct referral *referral, uint64_t now_ns)
{
    struct answer_rr rrs[MESSAGE_DS_MAX];
    struct answer_parts *parts = r->parts;
    size_t count = message_ds(args, r->scratch, referral->zone.zone, rrs);
    if (count == 0) /* then they are asked for */
        return;
    parts->head = (struct answer){.qtype = TYPE_DS,
                                  .level = LEVEL_RECORDS,
                                  .dnssec = DNSSEC_SECURE,
                                  .ttl_s = r->trust_ttl_s,
                                  .rr_count = (uint16_t)count};
    for (size_t i = 0; i < count; i++) {
        if (rrs[i].ttl_s < parts->head.ttl_s)
            parts->head.ttl_s = rrs[i].ttl_s;
    }
    parts->qname = referral->zone.zone;
    parts->rrs = rrs;
    parts->error_name = (struct name){0};
    parts->zone = parts->set_zone = (struct answer_zone){0};
    struct question_key key = {.name = referral->zone.zone, .type = TYPE_DS};
    uint32_t blob = resolve_store(r, parts);
    if (blob != 0)
        cache_put(&r->cache, &key, question_key_hash(&key, r->hash_seed), blob, now_ns);
    store_drop(r->store, blob);
}
