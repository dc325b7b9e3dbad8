#include "held.h"

#include <string.h>

#include "alias.h"
#include "iterate.h"
#include "resolve_parts.h"

bool held_has(const struct question *q)
{
    return q->trust.step != HELD_NOTHING;
}

void held_drop(struct resolve *r, struct question *q)
{
    if (q->trust.held != 0)
        store_drop(&r->held, q->trust.held);
    store_drop(r->store, q->trust.keys);
    q->trust = (struct trust){.step = HELD_NOTHING};
}

uint32_t held_keep(struct resolve *r, const struct message_decode_args *args,
                   const struct address *server, uint64_t now_ns)
{
    void *octets = NULL;
    uint32_t id = store_new(&r->held, sizeof(struct held_reply) + args->len, &octets);
    if (id == 0)
        return 0;
    struct held_reply *held = octets;
    held->arrived_ns = now_ns;
    held->server = *server;
    held->len = (uint32_t)args->len;
    memcpy(held->octets, args->octets, args->len);
    return id;
}

static const struct held_reply *held_of(const struct resolve *r, const struct question *q)
{
    return store_octets(&r->held, q->trust.held);
}

struct message_decode_args held_args(const struct held_turn *turn, struct name zone)
{
    const struct held_reply *held = held_of(turn->r, turn->q);
    return (struct message_decode_args){.octets = held->octets,
                                        .len = held->len,
                                        .qname = resolve_name(turn->r, turn->q),
                                        .qtype = turn->q->qtype,
                                        .zone = zone};
}

struct name held_zone(const struct held_turn *turn)
{
    return name_suffix(resolve_name(turn->r, turn->q), turn->q->trust.zone_labels);
}

/* Decodes the reply again, as it was when it came. Returns false where its server has lost its
 * entry since: then the question is put again. */
static bool restore(struct held_turn *turn, const struct message_decode_args *args)
{
    struct resolve *r = turn->r;
    const struct held_reply *held = held_of(r, turn->q);
    if (turn->q->server == SERVERS_NONE)
        resolve_set_server(
            r, turn->q,
            servers_find(&r->servers, &held->server, r->limit->server_count, turn->now_ns));
    iterate_returned(r, turn->q);
    if (turn->q->server == SERVERS_NONE) {
        held_drop(r, turn->q);
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
    if (alias_shows(head->failure))
        head->failure = CLASS_NONE;
    if (head->chain_count > count)
        head->chain_count = count;
    head->rr_count = 0;
    head->level = LEVEL_NODATA;
    head->flags &= (uint16_t)~ANSWER_SOA;
}

/* Records alone are read with the cut's zone again, so that NS records beside them may name the
 * zone they are from. */
static void accept(struct held_turn *turn, struct name zone, const struct verdict *verdict,
                   enum ds_status ds)
{
    struct resolve *r = turn->r;
    struct message_decode_args args = held_args(turn, zone);
    if (!restore(turn, &args))
        return;
    uint32_t held = turn->q->trust.held;
    turn->q->trust.held = 0;
    held_drop(r, turn->q);
    struct answer *head = &r->parts->head;
    head->dnssec = verdict->status;
    r->trust_ttl_s = verdict->ttl_s;
    r->trust_ds = (uint8_t)ds;
    if (head->ttl_s > verdict->ttl_s)
        head->ttl_s = verdict->ttl_s;
    if (verdict->other_denial)
        head->level = head->level == LEVEL_NXDOMAIN ? LEVEL_NODATA : LEVEL_NXDOMAIN;
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

void held_accept_verdict(struct held_turn *turn, struct name zone, const struct verdict *verdict)
{
    accept(turn, zone, verdict, DS_UNKNOWN);
}

/* The NS records that it is taken for are signed in no referral. */
void held_accept_referral(struct held_turn *turn, const struct answer *ds)
{
    struct verdict verdict = {.status = ds->dnssec, .ttl_s = turn->ttl_s};
    accept(turn, iterate_zone(turn->r, turn->q), &verdict,
           ds->rr_count > 0 ? DS_PRESENT : DS_ABSENT);
}

/* Without aliases all of it speaks of one name, or of a delegation that may be at that zone itself.
 */
void held_accept_unsigned(struct held_turn *turn, struct name zone)
{
    struct resolve *r = turn->r;
    struct message_decode_args args = held_args(turn, iterate_zone(r, turn->q));
    message_decode(&args, r->scratch, r->parts);
    held_accept_verdict(turn, r->parts->head.chain_count > 0 ? zone : args.zone,
                        &(struct verdict){.status = DNSSEC_INSECURE, .ttl_s = turn->ttl_s});
}

void held_refuse(struct held_turn *turn, enum error_class class, uint16_t reason)
{
    struct resolve *r = turn->r;
    struct message_decode_args args = held_args(turn, iterate_zone(r, turn->q));
    if (!restore(turn, &args))
        return;
    held_drop(r, turn->q);
    struct answer *head = &r->parts->head;
    head->failure = (uint8_t) class;
    head->level = LEVEL_COUNT;
    head->chain_count = 0; /* not proven */
    head->ttl_s = 0;
    head->dnssec = class == CLASS_DNSSEC_BOGUS ? DNSSEC_BOGUS : DNSSEC_INDETERMINATE;
    head->ede[0] = reason;
    head->ede_count = 1;
    resolve_reply_failed(r, turn->question, turn->now_ns);
}

void held_fail(struct held_turn *turn, enum error_class class, uint16_t reason)
{
    struct resolve *r = turn->r;
    iterate_returned(r, turn->q);
    held_drop(r, turn->q);
    struct answer failed = {.rcode = -1,
                            .failure = (uint8_t) class,
                            .dnssec = DNSSEC_INDETERMINATE,
                            .ede = {reason},
                            .ede_count = reason != VERDICT_NO_REASON};
    if (class == CLASS_DNSSEC_BOGUS)
        failed.dnssec = DNSSEC_BOGUS;
    resolve_set_failed(r, turn->q, &failed);
    resolve_give_up(r, turn->question, turn->now_ns);
}

void held_fail_by(struct held_turn *turn, const struct answer *a)
{
    switch ((enum error_class)a->failure) {
    case CLASS_DNSSEC_BOGUS:
        held_fail(turn, CLASS_DNSSEC_BOGUS, a->ede_count > 0 ? a->ede[0] : (uint16_t)VERDICT_BOGUS);
        return;
    case CLASS_WORK_LIMIT:
    case CLASS_LOCAL_ERROR:
        held_fail(turn, (enum error_class)a->failure, VERDICT_NO_REASON);
        return;
    default:
        held_fail(turn, CLASS_DNSSEC_INDETERMINATE, VERDICT_INDETERMINATE);
        return;
    }
}
