/* message_referral.c: reads the delegation in a reply.
 *
 * Work is bounded by the message, whatever it holds: at most MESSAGE_RRS_MAX records, each passed
 * over up to three times, at most 400 steps for a name. The owners of NS records are read until
 * ANSWER_NS_MAX servers are known, those of addresses until REFERRAL_GLUE_MAX are; each name read
 * is compared with at most ANSWER_NS_MAX others, each address with at most REFERRAL_GLUE_MAX. */
#include "message.h"

#include "message_rr.h"
#include "wire.h"

#define DNS_PORT 53u

struct referral_walk {
    const struct message_decode_args *args;
    struct message_scratch *scratch;
    struct referral *out;
};

/* A section: where it begins and how many records it has. */
struct section {
    struct reader at;
    unsigned count;
};

static void skip_records(struct reader *r, unsigned count)
{
    struct message_rr rr;
    for (unsigned i = 0; i < count && message_rr_next(r, &rr); i++)
        ;
}

static void find_sections(const struct message_decode_args *args, struct section *authority,
                          struct section *additional)
{
    struct reader r = reader_over(args->octets, args->len);
    reader_take(&r, 4);
    unsigned question_count = reader_u16(&r);
    unsigned answer_count = reader_u16(&r);
    authority->count = reader_u16(&r);
    additional->count = reader_u16(&r);
    message_skip_questions(&r, question_count);
    skip_records(&r, answer_count);
    authority->at = r;
    skip_records(&r, authority->count);
    additional->at = r;
}

/* The next record of class IN. Returns false behind the last. */
static bool section_next(struct section *s, struct message_rr *rr)
{
    while (s->count > 0) {
        s->count--;
        if (!message_rr_next(&s->at, rr))
            return false;
        if (rr->class == MESSAGE_CLASS_IN)
            return true;
    }
    return false;
}

static bool owner_is(struct referral_walk *w, const struct message_rr *rr, struct name n)
{
    struct name_buffer *owner = &w->scratch->owner;
    return message_owner(w->args, rr, owner) && name_equal(name_of(owner), n);
}

/* Is it a zone cut between the authority's zone and the name asked? */
static bool may_delegate(const struct message_decode_args *args, struct name zone)
{
    return zone.len > args->zone.len && name_within(zone, args->zone) &&
           name_within(args->qname, zone);
}

static bool is_above(const struct message_decode_args *args, struct name zone)
{
    return zone.len < args->zone.len && name_within(args->zone, zone);
}

static bool has_ns(const struct referral *ref, struct name n)
{
    for (size_t i = 0; i < ref->ns_count; i++) {
        if (name_equal(ref->zone.ns[i], n))
            return true;
    }
    return false;
}

/* The first NS record that may be believed says which zone is delegated. */
static void read_ns(struct referral_walk *w, const struct message_rr *rr)
{
    struct referral *out = w->out;
    struct name_buffer *owner = &w->scratch->owner;
    struct name_buffer *target = &w->scratch->referral_ns[out->ns_count];
    if (!message_owner(w->args, rr, owner) || !message_target(w->args, rr, target))
        return;
    if (out->ns_count == 0) {
        if (!may_delegate(w->args, name_of(owner))) {
            out->upward |= is_above(w->args, name_of(owner));
            return;
        }
        name_copy(&w->scratch->referral_zone, name_of(owner));
        out->zone.zone = name_of(&w->scratch->referral_zone);
    } else if (!name_equal(name_of(owner), out->zone.zone)) {
        return;
    }
    out->ttl_s = message_least(out->ttl_s, message_ttl(rr->ttl_s));
    if (!has_ns(out, name_of(target)))
        out->zone.ns[out->ns_count++] = name_of(target);
}

static void read_servers(struct referral_walk *w, struct section authority)
{
    struct message_rr rr;
    while (w->out->ns_count < ANSWER_NS_MAX && section_next(&authority, &rr)) {
        if (rr.type == TYPE_NS)
            read_ns(w, &rr);
    }
}

/* What this record of the authority section says of DS at the delegation. */
static enum ds_status ds_by(struct referral_walk *w, const struct message_rr *rr)
{
    struct name_buffer *owner = &w->scratch->owner;
    if (rr->type == TYPE_DS)
        return owner_is(w, rr, w->out->zone.zone) ? DS_PRESENT : DS_UNKNOWN;
    if (rr->type == TYPE_NSEC)
        return owner_is(w, rr, w->out->zone.zone) ? DS_ABSENT : DS_UNKNOWN;
    if (rr->type == TYPE_NSEC3 && message_owner(w->args, rr, owner) &&
        name_within(name_of(owner), w->args->zone))
        return DS_ABSENT;
    return DS_UNKNOWN;
}

static void read_ds(struct referral_walk *w, struct section authority)
{
    struct message_rr rr;
    while (w->out->ds != DS_PRESENT && section_next(&authority, &rr)) {
        enum ds_status ds = ds_by(w, &rr);
        if (ds != DS_UNKNOWN)
            w->out->ds = (uint8_t)ds;
    }
}

/* Returns false where the record is no address. */
static bool read_address(const struct message_decode_args *args, const struct message_rr *rr,
                         struct address *out)
{
    bool ipv4 = rr->type == TYPE_A && rr->rdlen == 4;
    bool ipv6 = rr->type == TYPE_AAAA && rr->rdlen == 16;
    if (!ipv4 && !ipv6)
        return false;
    *out = (struct address){.port = DNS_PORT, .family = ipv4 ? ADDRESS_IPV4 : ADDRESS_IPV6};
    memcpy(out->octets, args->octets + rr->rdata_at, rr->rdlen);
    return true;
}

static bool has_glue(const struct referral *ref, const struct referral_glue *glue)
{
    for (size_t i = 0; i < ref->glue_count; i++) {
        if (ref->glue[i].ns == glue->ns && address_equal(&ref->glue[i].address, &glue->address))
            return true;
    }
    return false;
}

static void read_glue(struct referral_walk *w, const struct message_rr *rr)
{
    struct referral *out = w->out;
    struct referral_glue glue = {.ns = 0};
    struct name_buffer *owner = &w->scratch->owner;
    if (!read_address(w->args, rr, &glue.address) || !message_owner(w->args, rr, owner) ||
        !name_within(name_of(owner), w->args->zone))
        return;
    while (glue.ns < out->ns_count && !name_equal(out->zone.ns[glue.ns], name_of(owner)))
        glue.ns++;
    if (glue.ns == out->ns_count)
        return;
    out->ttl_s = message_least(out->ttl_s, message_ttl(rr->ttl_s));
    if (!has_glue(out, &glue))
        out->glue[out->glue_count++] = glue;
}

static void read_addresses(struct referral_walk *w, struct section additional)
{
    struct message_rr rr;
    while (w->out->glue_count < REFERRAL_GLUE_MAX && section_next(&additional, &rr))
        read_glue(w, &rr);
}

void message_referral(const struct message_decode_args *args, struct message_scratch *scratch,
                      struct referral *out)
{
    struct referral_walk walk = {.args = args, .scratch = scratch, .out = out};
    struct section authority, additional;
    *out = (struct referral){.ttl_s = UINT32_MAX, .ds = DS_UNKNOWN};
    find_sections(args, &authority, &additional);
    read_servers(&walk, authority);
    if (out->ns_count == 0) {
        out->ttl_s = 0;
        return;
    }
    read_ds(&walk, authority);
    read_addresses(&walk, additional);
}
