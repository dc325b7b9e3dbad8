#include "trust.h"

#include <assert.h>
#include <string.h>

#include "iterate.h"
#include "meaning.h"

enum trust_step {
    TRUST_NOTHING, /* holds no reply */
    TRUST_CUT,     /* is the cut's zone signed? */
    TRUST_SIGNER,  /* which zone is the reply from? */
    TRUST_WALK,    /* is there an unsigned delegation below the cut? */
    TRUST_KEYS,
    TRUST_VERIFY,
};

struct trust_held {
    uint64_t arrived_ns;
    struct address server;
    uint32_t len;
    uint8_t octets[];
};

/* A question on its way to a verdict, in one turn. */
struct trust_turn {
    struct resolve *r;
    struct question *q;
    uint32_t question;
    uint32_t given; /* the sub-question's answer that ended the wait, held; 0: none */
    uint64_t now_ns;
};

static const struct answer *blob_of(const struct resolve *r, uint32_t blob)
{
    return store_octets(r->store, blob);
}

static const struct trust_held *held_of(const struct resolve *r, const struct question *q)
{
    return store_octets(&r->held, q->trust.held);
}

/* ---- setup ---- */

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
    uint32_t counts[STORE_CLASSES] = {64, rows / 2 + 64, rows + 64, rows + 64, rows / 64 + 64, 16};
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
        return q->pinned.family == ADDRESS_NONE;
    default:
        return false;
    }
}

bool trust_holds(const struct question *q)
{
    return q->trust.step != TRUST_NOTHING;
}

void trust_end(struct resolve *r, struct question *q)
{
    if (q->trust.held != 0)
        store_drop(&r->held, q->trust.held);
    store_drop(r->store, q->trust.keys);
    q->trust = (struct trust){.step = TRUST_NOTHING};
}

static uint32_t keep(struct resolve *r, const struct message_decode_args *args,
                     const struct address *server, uint64_t now_ns)
{
    void *octets = NULL;
    uint32_t id = store_new(&r->held, sizeof(struct trust_held) + args->len, &octets);
    if (id == 0)
        return 0;
    struct trust_held *held = octets;
    held->arrived_ns = now_ns;
    held->server = *server;
    held->len = (uint32_t)args->len;
    memcpy(held->octets, args->octets, args->len);
    return id;
}

static void go_on(struct trust_turn *turn);

/* Are the keys that a referral says it is signed by known already? Then it is verified whatever was
 * asked, without waiting for another question, and the cut need not be looked into later. */
static bool has_keys(struct resolve *r, const struct question *q,
                     const struct message_decode_args *args, uint64_t now_ns)
{
    if (q->pinned.family != ADDRESS_NONE ||
        !name_equal(message_signer(args, r->scratch), args->zone))
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
    if (r->anchor == 0 || zone == DNSSEC_INSECURE)
        return false;
    enum meaning meaning = meaning_of(args, head, r->scratch, &referral);
    bool at_hand =
        meaning == MEANING_REFERRAL && zone == DNSSEC_SECURE && has_keys(r, q, args, now_ns);
    if (meaning == MEANING_LAME || (!is_verified(q) && !at_hand))
        return false;
    uint32_t held = keep(r, args, &r->servers.list[q->server].address, now_ns);
    if (held == 0) {
        resolve_attempt_failed(r, question, ASK_FAILED, CLASS_LOCAL_ERROR, now_ns);
        return true;
    }
    q->trust.held = held;
    q->trust.step = zone == DNSSEC_SECURE ? TRUST_SIGNER : TRUST_CUT;
    q->trust.zone_labels = (uint8_t)name_label_count(args->zone);
    struct trust_turn turn = {.r = r, .q = q, .question = question, .now_ns = now_ns};
    go_on(&turn);
    return true;
}

/* ---- ending the wait ---- */

static struct message_decode_args args_of(const struct trust_turn *turn, struct name zone)
{
    const struct trust_held *held = held_of(turn->r, turn->q);
    return (struct message_decode_args){.octets = held->octets,
                                        .len = held->len,
                                        .qname = resolve_name(turn->r, turn->q),
                                        .qtype = turn->q->qtype,
                                        .zone = zone};
}

/* The zone that the reply is from, as far as that is known. */
static struct name trusted_zone(const struct trust_turn *turn)
{
    return name_suffix(resolve_name(turn->r, turn->q), turn->q->trust.zone_labels);
}

/* Decodes the reply again, as it was when it came. Returns false where its server has lost its
 * entry since: then the question is put again. */
static bool restore(struct trust_turn *turn, const struct message_decode_args *args)
{
    struct resolve *r = turn->r;
    const struct trust_held *held = held_of(r, turn->q);
    if (turn->q->server == SERVERS_NONE)
        resolve_set_server(
            r, turn->q,
            servers_find(&r->servers, &held->server, r->limit->server_count, turn->now_ns));
    iterate_returned(r, turn->q);
    if (turn->q->server == SERVERS_NONE) {
        trust_end(r, turn->q);
        resolve_hold(r, turn->question, turn->now_ns);
        return false;
    }
    message_decode(args, r->scratch, r->parts);
    resolve_stamp_reply(r, turn->q, held->arrived_ns);
    return true;
}

/* Forgets what is behind the first aliases: the search goes on there. */
static void keep_aliases(struct answer *head, uint8_t count)
{
    if (head->chain_count > count)
        head->chain_count = count;
    head->rr_count = 0;
    head->level = LEVEL_NODATA;
    head->flags &= (uint16_t)~ANSWER_SOA;
}

/* The reply is believed as one of this zone: what was verified must be what is read. Records alone
 * are read with the cut's zone again, so that NS records beside them may name the zone they are
 * from. */
static void accept_verdict(struct trust_turn *turn, struct name zone, const struct verdict *verdict)
{
    struct resolve *r = turn->r;
    struct message_decode_args args = args_of(turn, zone);
    if (!restore(turn, &args))
        return;
    uint32_t held = turn->q->trust.held;
    turn->q->trust.held = 0;
    trust_end(r, turn->q);
    struct answer *head = &r->parts->head;
    head->dnssec = verdict->status;
    r->trust_ttl_s = verdict->ttl_s;
    if (head->ttl_s > verdict->ttl_s)
        head->ttl_s = verdict->ttl_s;
    if (verdict->aliases > 0)
        keep_aliases(head, verdict->aliases);
    if (head->failure != CLASS_NONE) {
        resolve_reply_failed(r, turn->question, turn->now_ns);
    } else {
        if (head->rr_count > 0)
            args.zone = iterate_zone(r, turn->q);
        iterate_reply(r, turn->question, &args, turn->now_ns);
    }
    store_drop(&r->held, held);
}

static void accept(struct trust_turn *turn, enum dnssec_status status)
{
    accept_verdict(turn, iterate_zone(turn->r, turn->q),
                   &(struct verdict){.status = (uint8_t)status, .ttl_s = UINT32_MAX});
}

/* This server's reply is wrong; another one's may be right. */
static void refuse(struct trust_turn *turn, enum error_class class, uint16_t reason)
{
    struct resolve *r = turn->r;
    struct message_decode_args args = args_of(turn, iterate_zone(r, turn->q));
    if (!restore(turn, &args))
        return;
    trust_end(r, turn->q);
    struct answer *head = &r->parts->head;
    head->failure = (uint8_t) class;
    head->level = LEVEL_COUNT;
    head->ttl_s = 0;
    head->dnssec = class == CLASS_DNSSEC_BOGUS ? DNSSEC_BOGUS : DNSSEC_INDETERMINATE;
    head->ede[0] = reason;
    head->ede_count = 1;
    resolve_reply_failed(r, turn->question, turn->now_ns);
}

/* No server can mend it: the zone's DS or keys could not be had, or are bogus. */
static void fail(struct trust_turn *turn, enum error_class class, uint16_t reason)
{
    struct resolve *r = turn->r;
    iterate_returned(r, turn->q);
    trust_end(r, turn->q);
    turn->q->failed = (struct answer){.rcode = -1,
                                      .failure = (uint8_t) class,
                                      .dnssec = DNSSEC_INDETERMINATE,
                                      .ede = {reason},
                                      .ede_count = reason != VERDICT_NO_REASON};
    if (class == CLASS_DNSSEC_BOGUS)
        turn->q->failed.dnssec = DNSSEC_BOGUS;
    resolve_give_up(r, turn->question, turn->now_ns);
}

static void fail_by(struct trust_turn *turn, const struct answer *a)
{
    switch ((enum error_class)a->failure) {
    case CLASS_DNSSEC_BOGUS:
        fail(turn, CLASS_DNSSEC_BOGUS, a->ede_count > 0 ? a->ede[0] : (uint16_t)VERDICT_BOGUS);
        return;
    case CLASS_WORK_LIMIT:
    case CLASS_LOCAL_ERROR:
        fail(turn, (enum error_class)a->failure, VERDICT_NO_REASON);
        return;
    default:
        fail(turn, CLASS_DNSSEC_INDETERMINATE, VERDICT_INDETERMINATE);
        return;
    }
}

/* ---- sub-questions ---- */

enum leave { LEAVE, LEAVE_LATER, LEAVE_NEVER };

static enum leave may_ask(struct trust_turn *turn, const struct question_key *key)
{
    struct resolve *r = turn->r;
    uint32_t other = questions_find(&r->questions, key, question_key_hash(key, r->hash_seed));
    if (other != QUESTION_NONE)
        return iterate_leads_back(r, other, turn->question) ? LEAVE_NEVER : LEAVE;
    if (turn->q->iteration.depth >= TRUST_DEPTH_MAX)
        return LEAVE_NEVER;
    return questions_room(&r->questions) > r->waiters ? LEAVE : LEAVE_LATER; /* for the rows' own */
}

/* There is no room for a sub-question now: lets the reply go, and asks for it again in a while. */
static void put_off(struct trust_turn *turn)
{
    iterate_returned(turn->r, turn->q);
    trust_end(turn->r, turn->q);
    resolve_set_server(turn->r, turn->q, SERVERS_NONE);
    resolve_hold(turn->r, turn->question, turn->now_ns);
}

/* The zone's DS or DNSKEY: a blob held for the caller, or 0 where the question waits for it or has
 * failed. */
static uint32_t fetch(struct trust_turn *turn, struct name zone, uint16_t type)
{
    struct resolve *r = turn->r;
    uint32_t given = turn->given;
    turn->given = 0;
    if (given != 0)
        return given;
    if (zone.len == 1 && type == TYPE_DS) {
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
        return hit.blob;
    }
    enum leave leave = may_ask(turn, &key);
    if (leave == LEAVE_NEVER)
        fail(turn, CLASS_WORK_LIMIT, VERDICT_NO_REASON);
    else if (leave == LEAVE_LATER)
        put_off(turn);
    if (leave != LEAVE)
        return 0;
    resolve_set_server(r, turn->q, SERVERS_NONE); /* whoever waits must not be in its way */
    turn->q->state = QUESTION_WAIT_SUB;
    struct resolve_answer got = resolve_ask_below(r, &key, turn->question, turn->now_ns);
    assert(got.pending);
    (void)got;
    return 0;
}

void trust_sub_done(struct resolve *r, uint32_t question, uint32_t done, bool began_it,
                    uint64_t now_ns)
{
    struct trust_turn turn = {
        .r = r, .q = &r->questions.list[question], .question = question, .now_ns = now_ns};
    uint32_t blob = r->questions.list[done].blob;
    if (blob == 0) {
        fail(&turn, CLASS_LOCAL_ERROR, VERDICT_NO_REASON);
        return;
    }
    bool limited = blob_of(r, blob)->failure == CLASS_WORK_LIMIT;
    if (began_it || !limited) { /* another's bound is not ours */
        store_hold(r->store, blob);
        turn.given = blob;
    }
    go_on(&turn);
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

/* The cut becomes checked, for others too. */
static void mark_cut(struct trust_turn *turn, enum dnssec_status status)
{
    struct resolve *r = turn->r;
    struct iteration *it = &turn->q->iteration;
    const struct answer *old = blob_of(r, it->cut);
    void *octets = NULL;
    uint32_t blob = store_new(r->store, old->len, &octets);
    if (blob == 0)
        return;
    struct answer *new = octets;
    memcpy(new, old, old->len);
    new->dnssec = (uint8_t)status;
    new->ds = status == DNSSEC_SECURE ? DS_PRESENT : new->ds;
    struct question_key key = {.name = answer_qname(new), .type = TYPE_NS};
    cache_put(&r->cache, &key, question_key_hash(&key, r->hash_seed), blob, turn->now_ns);
    store_drop(r->store, it->cut);
    it->cut = blob;
}

/* Returns true where there is more to do now. */
static bool step_cut(struct trust_turn *turn)
{
    uint32_t blob = fetch(turn, iterate_zone(turn->r, turn->q), TYPE_DS);
    if (blob == 0)
        return false;
    const struct answer *ds = blob_of(turn->r, blob);
    enum dnssec_status zone = zone_by(ds);
    bool more = false;
    if (ds->failure != CLASS_NONE) {
        fail_by(turn, ds);
    } else if (zone == DNSSEC_INSECURE) {
        mark_cut(turn, zone);
        accept(turn, zone);
    } else if (zone == DNSSEC_SECURE) {
        mark_cut(turn, zone);
        turn->q->trust.step = TRUST_SIGNER;
        more = true;
    } else {
        fail(turn, CLASS_DNSSEC_BOGUS, VERDICT_BOGUS);
    }
    store_drop(turn->r->store, blob);
    return more;
}

/* Does the question ask for the very keys that a reply from its zone is verified with? */
static bool asks_keys(const struct trust_turn *turn)
{
    struct name name = resolve_name(turn->r, turn->q);
    return turn->q->qtype == TYPE_DNSKEY && turn->q->trust.zone_labels == name_label_count(name);
}

/* The labels of the name that the reply speaks of: of a referral the zone it leads to. An unsigned
 * delegation below that explains nothing. */
static size_t labels_spoken_of(struct trust_turn *turn)
{
    struct resolve *r = turn->r;
    struct referral referral;
    struct message_decode_args args = args_of(turn, iterate_zone(r, turn->q));
    message_decode(&args, r->scratch, r->parts);
    if (meaning_of(&args, &r->parts->head, r->scratch, &referral) == MEANING_REFERRAL)
        return name_label_count(referral.zone.zone);
    return name_label_count(args.qname);
}

static bool step_signer(struct trust_turn *turn)
{
    struct trust *t = &turn->q->trust;
    struct message_decode_args args = args_of(turn, iterate_zone(turn->r, turn->q));
    struct name signer = message_signer(&args, turn->r->scratch);
    size_t labels = name_label_count(signer);
    if (signer.len == 0 || labels == t->zone_labels || labels > labels_spoken_of(turn)) {
        t->walk_labels = t->zone_labels;
        t->step = signer.len == 0 && !asks_keys(turn) ? TRUST_WALK : TRUST_KEYS;
        return true;
    }
    uint32_t blob = fetch(turn, name_suffix(args.qname, labels), TYPE_DS);
    if (blob == 0)
        return false;
    const struct answer *ds = blob_of(turn->r, blob);
    enum dnssec_status zone = zone_by(ds);
    bool more = false;
    if (ds->failure != CLASS_NONE) {
        fail_by(turn, ds);
    } else if (zone == DNSSEC_SECURE) {
        t->zone_labels = (uint8_t)labels;
        t->step = TRUST_KEYS;
        more = true;
    } else if (zone == DNSSEC_INSECURE) {
        accept(turn, zone);
    } else {
        refuse(turn, CLASS_DNSSEC_BOGUS, VERDICT_BOGUS);
    }
    store_drop(turn->r->store, blob);
    return more;
}

static void refuse_unsigned(struct trust_turn *turn)
{
    struct message_decode_args args = args_of(turn, iterate_zone(turn->r, turn->q));
    message_decode(&args, turn->r->scratch, turn->r->parts);
    bool records = turn->r->parts->head.rr_count > 0 || turn->r->parts->head.chain_count > 0;
    refuse(turn, CLASS_DNSSEC_BOGUS, records ? VERDICT_RRSIG_MISSING : VERDICT_NSEC_MISSING);
}

/* Down from the cut, a label at a time. First the zone must have keys at all: a zone that has lost
 * them all is no less bogus, but for another reason. */
static bool step_walk(struct trust_turn *turn)
{
    struct trust *t = &turn->q->trust;
    struct name name = resolve_name(turn->r, turn->q);
    size_t last = name_label_count(name) - (turn->q->qtype == TYPE_DS);
    size_t spoken_of = labels_spoken_of(turn);
    last = spoken_of < last ? spoken_of : last;
    bool asks_own_keys = t->walk_labels == t->zone_labels && !t->has_keys;
    size_t labels = t->walk_labels + 1u;
    if (!asks_own_keys && labels > last) {
        refuse_unsigned(turn);
        return false;
    }
    uint32_t blob = asks_own_keys ? fetch(turn, trusted_zone(turn), TYPE_DNSKEY)
                                  : fetch(turn, name_suffix(name, labels), TYPE_DS);
    if (blob == 0)
        return false;
    const struct answer *got = blob_of(turn->r, blob);
    bool more = false;
    if (got->failure != CLASS_NONE) {
        fail_by(turn, got);
    } else if (zone_by(got) == DNSSEC_INSECURE) {
        accept(turn, DNSSEC_INSECURE);
    } else if (asks_own_keys) {
        t->has_keys = true;
        more = true;
    } else if (zone_by(got) == DNSSEC_UNCHECKED && got->level == LEVEL_NODATA) {
        t->walk_labels = (uint8_t)labels;
        more = true;
    } else if (zone_by(got) == DNSSEC_SECURE) { /* the reply may be from an unsigned zone below */
        t->zone_labels = t->walk_labels = (uint8_t)labels;
        t->has_keys = false;
        more = true;
    } else {
        refuse_unsigned(turn);
    }
    store_drop(turn->r->store, blob);
    return more;
}

static bool step_keys(struct trust_turn *turn)
{
    struct trust *t = &turn->q->trust;
    uint32_t blob = fetch(turn, trusted_zone(turn), asks_keys(turn) ? TYPE_DS : TYPE_DNSKEY);
    if (blob == 0)
        return false;
    const struct answer *keys = blob_of(turn->r, blob);
    if (keys->failure == CLASS_NONE && keys->dnssec == DNSSEC_SECURE && keys->rr_count > 0) {
        t->keys = blob;
        t->step = TRUST_VERIFY;
        turn->q->state = QUESTION_WAIT_VERDICT;
        resolve_queue_push(turn->r, &turn->r->verify, turn->question);
        return false;
    }
    if (keys->failure != CLASS_NONE)
        fail_by(turn, keys);
    else if (keys->dnssec == DNSSEC_INSECURE)
        accept(turn, DNSSEC_INSECURE);
    else
        fail(turn, CLASS_DNSSEC_BOGUS, VERDICT_DNSKEY_MISSING);
    store_drop(turn->r->store, blob);
    return false;
}

static void go_on(struct trust_turn *turn)
{
    for (bool more = true; more;) {
        switch ((enum trust_step)turn->q->trust.step) {
        case TRUST_CUT:
            more = step_cut(turn);
            break;
        case TRUST_SIGNER:
            more = step_signer(turn);
            break;
        case TRUST_WALK:
            more = step_walk(turn);
            break;
        case TRUST_KEYS:
            more = step_keys(turn);
            break;
        case TRUST_NOTHING:
        case TRUST_VERIFY:
            assert(false && "no step to take");
            more = false;
        }
    }
}

/* ---- the doors ---- */

static void put_request(struct trust_turn *turn, struct action *out)
{
    struct message_decode_args args = args_of(turn, trusted_zone(turn));
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
        struct trust_turn turn = {.r = r, .q = q, .question = question, .now_ns = now_ns};
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
    struct trust_turn turn = {.r = r, .q = q, .question = question, .now_ns = now_ns};
    switch ((enum dnssec_status)event->verdict.status) {
    case DNSSEC_SECURE:
    case DNSSEC_INSECURE:
        accept_verdict(&turn, trusted_zone(&turn), &event->verdict);
        return;
    case DNSSEC_BOGUS:
        stats_add(r->stats, COUNTER_BOGUS, 1);
        refuse(&turn, CLASS_DNSSEC_BOGUS, event->verdict.reason);
        return;
    default:
        refuse(&turn, CLASS_DNSSEC_INDETERMINATE, event->verdict.reason);
        return;
    }
}

void trust_keep_ds(struct resolve *r, const struct message_decode_args *args,
                   const struct referral *referral, uint64_t now_ns)
{
    struct answer_rr rrs[MESSAGE_DS_MAX];
    struct answer_parts *parts = r->parts;
    size_t count = message_ds(args, r->scratch, referral->zone.zone, rrs);
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
