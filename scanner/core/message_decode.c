/* message_decode.c: reads the records of a reply and follows its aliases.
 *
 * Work is bounded by the message, whatever it holds: at most MESSAGE_RRS_MAX records, and at most
 * 400 steps for a name. One pass reads every record once, the names of at most ALIAS_RRS_MAX
 * aliases, and where an authority replied the owner of each alias and denial, to compare it with
 * the zone. The walk makes at most ANSWER_CHAIN_MAX + 1 searches among the aliases. A second pass
 * over the answer section reads the owners of the type asked, and compares each with at most
 * ANSWER_CHAIN_MAX + 1 names; of their RDATA at most COMPARISONS_MAX pairs are compared. */
#include "message.h"

#include <string.h>

#include "alias.h"
#include "message_rr.h"
#include "wire.h"

#define EDE_OPTION 15u /* RFC 8914 */
#define COMPARISONS_MAX 65536u

size_t message_scratch_size(void)
{
    return sizeof(struct message_scratch);
}

struct decode {
    const struct message_decode_args *args;
    struct message_scratch *scratch;
    struct answer_parts *parts;
    size_t answer_at;
    unsigned answer_count;
    struct name end; /* of the alias chain as far as it was followed */
    uint32_t ttl_s;  /* least of the chain and the records */
    uint32_t soa_ttl_s;
    uint32_t comparisons_left; /* of records */
    enum error_class walked;   /* what following the aliases came to */
    bool soa, denial, aliases_dropped;
    bool opt, opt_again;
    bool recurses; /* RA */
    bool referral; /* NS records in the authority section */
    bool beyond;   /* the end is outside the zone of the authority that replied */
};

/* Is the name one that whoever replied may speak of? */
static bool believed(const struct decode *d, struct name n)
{
    struct name zone = d->args->zone;
    return zone.len == 0 || name_within(n, zone);
}

static bool keep_alias(struct decode *d, const struct message_rr *rr)
{
    struct alias_set *set = &d->scratch->aliases;
    if (set->count == ALIAS_RRS_MAX) {
        d->aliases_dropped = true;
        return true;
    }
    struct alias_rr *alias = &set->rrs[set->count];
    if (!message_owner(d->args, rr, &alias->owner))
        return false;
    if (!believed(d, name_of(&alias->owner)))
        return true;
    alias->kind = rr->type == TYPE_DNAME ? ALIAS_DNAME : ALIAS_CNAME;
    alias->ttl_s = message_ttl(rr->ttl_s);
    set->count++;
    return message_target(d->args, rr, &alias->target);
}

static bool read_answer(struct decode *d, const struct message_rr *rr)
{
    if (rr->class != MESSAGE_CLASS_IN || (rr->type != TYPE_CNAME && rr->type != TYPE_DNAME))
        return true;
    return keep_alias(d, rr);
}

static bool read_soa(struct decode *d, const struct message_rr *rr)
{
    if (!name_within(d->end, name_of(&d->scratch->owner))) /* no zone that holds the name */
        return true;
    d->denial = true;
    name_copy(&d->scratch->soa_owner, name_of(&d->scratch->owner));
    struct reader r = message_rdata(d->args, rr);
    name_skip(&r);
    name_skip(&r);
    reader_take(&r, 16);
    uint32_t minimum_s = reader_u32(&r);
    uint32_t ttl_s =
        message_least(message_ttl(rr->ttl_s), message_ttl(minimum_s)); /* RFC 2308 section 5 */
    d->soa_ttl_s = d->soa ? message_least(d->soa_ttl_s, ttl_s) : ttl_s;
    d->soa = true;
    return !r.failed && reader_left(&r) == 0;
}

static bool read_authority(struct decode *d, const struct message_rr *rr)
{
    bool denies = rr->type == TYPE_SOA || rr->type == TYPE_NSEC || rr->type == TYPE_NSEC3;
    if (rr->class == MESSAGE_CLASS_IN && rr->type == TYPE_NS)
        d->referral = true;
    if (rr->class != MESSAGE_CLASS_IN || !denies)
        return true;
    if (d->args->zone.len > 0 || rr->type == TYPE_SOA) {
        struct name_buffer *owner = &d->scratch->owner;
        if (!message_owner(d->args, rr, owner))
            return false;
        if (!believed(d, name_of(owner)))
            return true;
    }
    if (rr->type == TYPE_SOA)
        return read_soa(d, rr);
    d->denial = true;
    return true;
}

/* A list that can't be read to its end gives no extended errors at all. */
static void read_options(struct decode *d, const struct message_rr *rr)
{
    struct answer *head = &d->parts->head;
    struct reader r = message_rdata(d->args, rr);
    while (reader_left(&r) > 0) {
        unsigned code = reader_u16(&r);
        size_t len = reader_u16(&r);
        struct reader option = r;
        if (reader_take(&r, len) == NULL || (code == EDE_OPTION && len < 2)) {
            head->ede_count = 0;
            return;
        }
        if (code == EDE_OPTION && head->ede_count < ANSWER_EDE_MAX)
            head->ede[head->ede_count++] = reader_u16(&option);
    }
}

static bool read_additional(struct decode *d, const struct message_rr *rr)
{
    if (rr->type != TYPE_OPT)
        return true;
    d->opt_again = d->opt;
    if (d->opt)
        return false;
    d->opt = true;
    d->parts->head.rcode = (int16_t)(d->parts->head.rcode | (int)(rr->ttl_s >> 24) << 4);
    read_options(d, rr);
    return true;
}

static bool read_section(struct decode *d, struct reader *r, unsigned count,
                         bool (*read)(struct decode *, const struct message_rr *))
{
    for (unsigned i = 0; i < count; i++) {
        struct message_rr rr;
        if (!message_rr_next(r, &rr) || !read(d, &rr))
            return false;
    }
    return true;
}

/* Where the aliases of the answer section lead; what stands behind it is read for that name. */
static void follow_aliases(struct decode *d)
{
    d->walked = alias_follow(&d->scratch->aliases, d->parts, &d->end);
    if (d->aliases_dropped && d->walked == CLASS_NONE) /* one of those left out may lead on */
        d->walked = CLASS_WORK_LIMIT;
    for (size_t i = 0; i < d->parts->head.chain_count; i++)
        d->ttl_s = message_least(d->ttl_s, d->parts->chain[i].ttl_s);
    d->beyond = !believed(d, d->end);
}

static bool read_message(struct decode *d)
{
    struct reader r = reader_over(d->args->octets, d->args->len);
    reader_u16(&r);
    unsigned flags = reader_u16(&r);
    unsigned question_count = reader_u16(&r);
    d->answer_count = reader_u16(&r);
    unsigned authority_count = reader_u16(&r);
    unsigned additional_count = reader_u16(&r);
    if (r.failed)
        return false;

    struct answer *head = &d->parts->head;
    head->rcode = (int16_t)(flags & MESSAGE_RCODE);
    head->flags |= flags & MESSAGE_AD ? ANSWER_AD : 0;
    head->flags |= flags & MESSAGE_AA ? ANSWER_AUTHORITATIVE : 0;
    d->recurses = (flags & MESSAGE_RA) != 0;
    if (d->args->len > MESSAGE_LEN_MAX)
        return false;
    message_skip_questions(&r, question_count);
    d->answer_at = r.at;
    if (!read_section(d, &r, d->answer_count, read_answer))
        return false;
    follow_aliases(d);
    return read_section(d, &r, authority_count, read_authority) &&
           read_section(d, &r, additional_count, read_additional) && !r.failed;
}

static void keep_rr(struct decode *d, const struct message_rr *rr)
{
    struct answer_rr *out = &d->scratch->rrs[d->parts->head.rr_count++];
    out->rdata = d->args->octets + rr->rdata_at;
    out->rdlen = rr->rdlen;
    out->ttl_s = message_ttl(rr->ttl_s);
    d->ttl_s = message_least(d->ttl_s, out->ttl_s);
}

/* Is the record in the set already? Then the copy counts for nothing but its TTL, as a set holds no
 * record twice (RFC 2181 section 5). In a set too large to compare all with all, copies stay. */
static bool is_repeat(struct decode *d, const struct message_rr *rr)
{
    const uint8_t *rdata = d->args->octets + rr->rdata_at;
    for (size_t i = 0; i < d->parts->head.rr_count && d->comparisons_left > 0; i++) {
        struct answer_rr *kept = &d->scratch->rrs[i];
        d->comparisons_left--;
        if (kept->rdlen != rr->rdlen || memcmp(kept->rdata, rdata, rr->rdlen) != 0)
            continue;
        kept->ttl_s = message_least(kept->ttl_s, message_ttl(rr->ttl_s));
        d->ttl_s = message_least(d->ttl_s, kept->ttl_s);
        return true;
    }
    return false;
}

/* A name owns one DNAME at most (RFC 6672 section 2.4), so there is one to keep. */
static enum error_class keep_dname(struct decode *d, const struct message_rr *rr)
{
    struct message_scratch *s = d->scratch;
    bool first = d->parts->head.rr_count == 0;
    if (!message_target(d->args, rr, first ? &s->dname_target : &s->owner))
        return CLASS_MSG_MALFORMED;
    if (!first)
        return name_equal(name_of(&s->dname_target), name_of(&s->owner)) ? CLASS_NONE
                                                                         : CLASS_MULTI_CNAME;
    keep_rr(d, rr);
    s->rrs[0].rdata = s->dname_target.wire;
    s->rrs[0].rdlen = s->dname_target.len;
    return CLASS_NONE;
}

/* Servers past those that an answer can name are left out. */
static enum error_class keep_ns(struct decode *d, const struct message_rr *rr)
{
    size_t count = d->parts->head.rr_count;
    if (count == ANSWER_NS_MAX)
        return CLASS_NONE;
    struct name_buffer *target = &d->scratch->ns_targets[count];
    if (!message_target(d->args, rr, target))
        return CLASS_MSG_MALFORMED;
    keep_rr(d, rr);
    d->scratch->rrs[count].rdata = target->wire;
    d->scratch->rrs[count].rdlen = target->len;
    return CLASS_NONE;
}

static enum error_class keep_by_type(struct decode *d, const struct message_rr *rr)
{
    if (rr->type == TYPE_DNAME)
        return keep_dname(d, rr);
    if (rr->type == TYPE_NS)
        return keep_ns(d, rr);
    if (!is_repeat(d, rr))
        keep_rr(d, rr);
    return CLASS_NONE;
}

static enum error_class collect_rr(struct decode *d, const struct message_rr *rr)
{
    struct name_buffer *owner = &d->scratch->owner;
    if (!message_owner(d->args, rr, owner))
        return CLASS_MSG_MALFORMED;
    if (name_equal(name_of(owner), d->end)) {
        if (!d->beyond)
            return keep_by_type(d, rr);
    } else if (alias_chain_owns(d->parts, name_of(owner))) {
        d->parts->head.flags |= ANSWER_CNAME_AND_OTHER;
    }
    return CLASS_NONE;
}

static bool sound_length(const struct message_rr *rr)
{
    if (rr->type == TYPE_A)
        return rr->rdlen == 4;
    return rr->type != TYPE_AAAA || rr->rdlen == 16;
}

static bool expected_type(unsigned type)
{
    return type == TYPE_CNAME || type == TYPE_DNAME || type == TYPE_RRSIG || type == TYPE_NSEC ||
           type == TYPE_NSEC3;
}

/* Second pass over the answer section, now that the chain's end is known. */
static enum error_class collect_records(struct decode *d)
{
    struct answer *head = &d->parts->head;
    struct reader r = reader_over(d->args->octets, d->args->len);
    r.at = d->answer_at;
    bool unexpected = false;
    for (unsigned i = 0; i < d->answer_count; i++) {
        struct message_rr rr;
        if (!message_rr_next(&r, &rr))
            return CLASS_MSG_MALFORMED;
        if (rr.class != MESSAGE_CLASS_IN)
            continue;
        if (rr.type != d->args->qtype) {
            unexpected |= !expected_type(rr.type);
            continue;
        }
        enum error_class failure = sound_length(&rr) ? collect_rr(d, &rr) : CLASS_MSG_MALFORMED;
        if (failure != CLASS_NONE)
            return failure;
    }
    if (unexpected && head->rr_count == 0)
        head->flags |= ANSWER_UNEXPECTED_RRTYPE;
    return CLASS_NONE;
}

/* Was nothing said about the name by what was asked as a resolver? It only points to other servers,
 * as it does not recurse for us; or it neither recurses nor has authority, and has no proof of its
 * denial from who has: it can't know that there is nothing (RFC 1034 section 4.3.1). Resolvers that
 * recurse and leave out the SOA are taken at their word. */
static bool says_nothing(const struct decode *d, bool nxdomain)
{
    bool authoritative = (d->parts->head.flags & ANSWER_AUTHORITATIVE) != 0;
    if (!d->args->resolver || authoritative || d->denial)
        return false;
    return !d->recurses || (d->referral && !nxdomain);
}

/* Says what an answer without a failing rcode and with a sound chain shows. */
static enum error_class judge(struct decode *d)
{
    struct answer *head = &d->parts->head;
    enum error_class failure = collect_records(d);
    if (failure != CLASS_NONE)
        return failure;
    if (d->beyond) {
        head->level = LEVEL_NODATA;
        head->ttl_s = d->ttl_s;
        return CLASS_NONE;
    }
    if (head->rr_count > 0) {
        head->level = LEVEL_RECORDS;
        head->ttl_s = d->ttl_s;
        return CLASS_NONE;
    }
    bool nxdomain = head->rcode == RCODE_NXDOMAIN;
    if (d->args->resolver && head->chain_count > 0 && !nxdomain && !d->denial)
        return CLASS_INCOMPLETE_CHAIN;
    if (says_nothing(d, nxdomain))
        return CLASS_LAME;
    head->level = nxdomain ? LEVEL_NXDOMAIN : LEVEL_NODATA;
    if (d->soa) {
        head->flags |= ANSWER_SOA;
        head->ttl_s = message_least(d->ttl_s, d->soa_ttl_s);
        d->parts->set_zone.zone = name_of(&d->scratch->soa_owner);
    }
    return CLASS_NONE;
}

static enum error_class decode(struct decode *d)
{
    if (!read_message(d)) {
        d->parts->head.chain_count = 0;
        d->end = d->args->qname;
        return CLASS_MSG_MALFORMED;
    }
    unsigned rcode = (unsigned)d->parts->head.rcode;
    if (rcode == RCODE_YXDOMAIN &&
        (d->walked == CLASS_DNAME_OVERFLOW || alias_chain_has_dname(d->parts)))
        return CLASS_DNAME_OVERFLOW;
    enum error_class failure = message_rcode_class(rcode);
    if (failure != CLASS_NONE)
        return failure;
    return d->walked != CLASS_NONE ? d->walked : judge(d);
}

/* What a failed answer must not say is taken back, so that nobody can read it as an absence. The
 * aliases it showed are evidence of the failure. */
static void fail(struct decode *d, enum error_class failure)
{
    struct answer *head = &d->parts->head;
    if (d->scratch->aliases.count > 0)
        d->parts->error_name = d->end;
    head->failure = (uint8_t)failure;
    head->level = LEVEL_COUNT;
    head->flags &= ANSWER_AD | ANSWER_AUTHORITATIVE;
    head->flags |= d->opt ? ANSWER_OPT : 0;
    head->flags |= d->opt_again ? ANSWER_OPT_AGAIN : 0;
    head->rr_count = 0;
    head->ttl_s = 0;
}

static void begin(const struct message_decode_args *args, const struct message_scratch *scratch,
                  struct answer_parts *parts)
{
    struct answer *head = &parts->head;
    head->rcode = -1;
    head->qtype = args->qtype;
    head->failure = CLASS_NONE;
    head->ttl_s = 0;
    head->flags = 0;
    head->rr_count = 0;
    head->chain_count = 0;
    head->ede_count = 0;
    head->ns_count = head->set_ns_count = 0;
    head->ds = DS_UNKNOWN;
    parts->qname = args->qname;
    parts->zone.zone = parts->set_zone.zone = (struct name){0};
    parts->rrs = scratch->rrs;
    parts->error_name = (struct name){0};
}

void message_decode_whole(const struct message_decode_args *args, struct message_scratch *scratch,
                          struct answer_parts *parts)
{
    struct decode d = {.args = args,
                       .scratch = scratch,
                       .parts = parts,
                       .end = args->qname,
                       .ttl_s = UINT32_MAX,
                       .comparisons_left = COMPARISONS_MAX};
    begin(args, scratch, parts);
    scratch->aliases.count = 0;
    enum error_class failure = decode(&d);
    if (failure != CLASS_NONE)
        fail(&d, failure);
}

void message_decode(const struct message_decode_args *args, struct message_scratch *scratch,
                    struct answer_parts *parts)
{
    begin(args, scratch, parts);
    if (!message_decode_plain(args, scratch, parts))
        message_decode_whole(args, scratch, parts);
}
