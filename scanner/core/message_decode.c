/* message_decode.c: reads the records of a reply and follows its aliases.
 *
 * Work is bounded by the message, whatever it holds. One pass reads every record once and the names
 * of at most ALIAS_RRS_MAX aliases; the walk makes at most ANSWER_CHAIN_MAX + 1 searches among
 * those; a second pass over the answer section reads the owners of the type asked, at most RRS_MAX
 * names of at most 400 steps each, and compares each with at most ANSWER_CHAIN_MAX + 1 names. */
#include "message.h"

#include "wire.h"

#define MESSAGE_MAX 65535u
#define HEADER_LEN 12u
#define RR_MIN_LEN 11u /* root owner, type, class, TTL and length of the RDATA */
#define RRS_MAX (MESSAGE_MAX / RR_MIN_LEN)
#define CLASS_IN 1u
#define EDE_OPTION 15u /* RFC 8914 */

/* A chain that is not too long needs two records a step, a DNAME and its CNAME; as many again may
 * be there twice. */
#define ALIAS_RRS_MAX (4u * ANSWER_CHAIN_MAX)

struct alias_rr {
    struct name_buffer owner, target;
    uint32_t ttl_s;
    uint16_t type;
};

struct message_scratch {
    struct alias_rr aliases[ALIAS_RRS_MAX];
    struct name_buffer substituted[ANSWER_CHAIN_MAX];
    struct answer_rr rrs[RRS_MAX];
    struct name_buffer owner;
    struct name_buffer dname_target;
};

size_t message_scratch_size(void)
{
    return sizeof(struct message_scratch);
}

struct rr {
    size_t owner_at;
    size_t rdata_at;
    uint32_t ttl_s;
    uint16_t type, class, rdlen;
};

struct decode {
    const struct message_decode_args *args;
    struct message_scratch *scratch;
    struct answer_parts *parts;
    size_t answer_at;
    unsigned answer_count;
    size_t alias_count;
    struct name end; /* of the alias chain as far as it was followed */
    uint32_t ttl_s;  /* least of the chain and the records */
    uint32_t soa_ttl_s;
    bool soa, denial, aliases_dropped, opt;
};

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* A TTL with its top bit set counts as 0 (RFC 2181 section 8). */
static uint32_t sane_ttl(uint32_t ttl_s)
{
    return ttl_s > INT32_MAX ? 0 : ttl_s;
}

static bool next_rr(struct reader *r, struct rr *out)
{
    out->owner_at = r->at;
    name_skip(r);
    out->type = reader_u16(r);
    out->class = reader_u16(r);
    out->ttl_s = reader_u32(r);
    out->rdlen = reader_u16(r);
    out->rdata_at = r->at;
    reader_take(r, out->rdlen);
    return !r->failed;
}

/* A reader that ends with the RDATA and yet can follow pointers to what is before it. */
static struct reader rdata_reader(const struct decode *d, const struct rr *rr)
{
    struct reader r = reader_over(d->args->octets, rr->rdata_at + rr->rdlen);
    r.at = rr->rdata_at;
    return r;
}

static bool read_owner(const struct decode *d, const struct rr *rr, struct name_buffer *into)
{
    struct reader r = reader_over(d->args->octets, d->args->len);
    r.at = rr->owner_at;
    return name_read(&r, into);
}

/* Reads RDATA that is one name and nothing else. */
static bool read_target(const struct decode *d, const struct rr *rr, struct name_buffer *into)
{
    struct reader r = rdata_reader(d, rr);
    return name_read(&r, into) && reader_left(&r) == 0;
}

static bool keep_alias(struct decode *d, const struct rr *rr)
{
    if (d->alias_count == ALIAS_RRS_MAX) {
        d->aliases_dropped = true;
        return true;
    }
    struct alias_rr *alias = &d->scratch->aliases[d->alias_count++];
    alias->type = rr->type;
    alias->ttl_s = sane_ttl(rr->ttl_s);
    return read_owner(d, rr, &alias->owner) && read_target(d, rr, &alias->target);
}

static bool read_answer(struct decode *d, const struct rr *rr)
{
    if (rr->class != CLASS_IN || (rr->type != TYPE_CNAME && rr->type != TYPE_DNAME))
        return true;
    return keep_alias(d, rr);
}

static bool read_soa(struct decode *d, const struct rr *rr)
{
    struct reader r = rdata_reader(d, rr);
    name_skip(&r);
    name_skip(&r);
    reader_take(&r, 16);
    uint32_t minimum_s = reader_u32(&r);
    uint32_t ttl_s = least(sane_ttl(rr->ttl_s), sane_ttl(minimum_s)); /* RFC 2308 section 5 */
    d->soa_ttl_s = d->soa ? least(d->soa_ttl_s, ttl_s) : ttl_s;
    d->soa = d->denial = true;
    return !r.failed && reader_left(&r) == 0;
}

static bool read_authority(struct decode *d, const struct rr *rr)
{
    if (rr->class != CLASS_IN)
        return true;
    if (rr->type == TYPE_SOA)
        return read_soa(d, rr);
    if (rr->type == TYPE_NSEC || rr->type == TYPE_NSEC3)
        d->denial = true;
    return true;
}

/* A list that can't be read to its end gives no extended errors at all. */
static void read_options(struct decode *d, const struct rr *rr)
{
    struct answer *head = &d->parts->head;
    struct reader r = rdata_reader(d, rr);
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

static bool read_additional(struct decode *d, const struct rr *rr)
{
    if (rr->type != TYPE_OPT)
        return true;
    if (d->opt)
        return false;
    d->opt = true;
    d->parts->head.rcode = (int16_t)(d->parts->head.rcode | (int)(rr->ttl_s >> 24) << 4);
    read_options(d, rr);
    return true;
}

static bool read_section(struct decode *d, struct reader *r, unsigned count,
                         bool (*read)(struct decode *, const struct rr *))
{
    for (unsigned i = 0; i < count; i++) {
        struct rr rr;
        if (!next_rr(r, &rr) || !read(d, &rr))
            return false;
    }
    return true;
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
    head->rcode = (int16_t)(flags & 0x0Fu);
    head->flags |= flags & 0x0020u ? ANSWER_AD : 0;
    head->flags |= flags & 0x0400u ? ANSWER_AUTHORITATIVE : 0;
    if (d->args->len > MESSAGE_MAX)
        return false;
    for (unsigned i = 0; i < question_count && !r.failed; i++) {
        name_skip(&r);
        reader_take(&r, 4);
    }
    d->answer_at = r.at;
    return read_section(d, &r, d->answer_count, read_answer) &&
           read_section(d, &r, authority_count, read_authority) &&
           read_section(d, &r, additional_count, read_additional) && !r.failed;
}

/* What the answer section says about one name. */
struct step {
    const struct alias_rr *cname, *dname;
    bool cnames_differ, dnames_differ;
};

static void consider_cname(struct step *step, const struct alias_rr *alias)
{
    if (step->cname == NULL)
        step->cname = alias;
    else if (!name_equal(name_of(&step->cname->target), name_of(&alias->target)))
        step->cnames_differ = true;
}

/* Where several DNAMEs are above the name, the closest is the one that can apply. */
static void consider_dname(struct step *step, const struct alias_rr *alias)
{
    if (step->dname == NULL || alias->owner.len > step->dname->owner.len) {
        step->dname = alias;
        step->dnames_differ = false;
    } else if (alias->owner.len == step->dname->owner.len &&
               !name_equal(name_of(&step->dname->target), name_of(&alias->target))) {
        step->dnames_differ = true;
    }
}

static struct step find_step(const struct decode *d, struct name at)
{
    struct step step = {0};
    for (size_t i = 0; i < d->alias_count; i++) {
        const struct alias_rr *alias = &d->scratch->aliases[i];
        struct name owner = name_of(&alias->owner);
        if (alias->type == TYPE_CNAME && name_equal(owner, at))
            consider_cname(&step, alias);
        else if (alias->type == TYPE_DNAME && owner.len < at.len && name_within(at, owner))
            consider_dname(&step, alias);
    }
    return step;
}

/* The synthesised CNAME stands for the DNAME and is not a step of its own (RFC 6672 section 3.1).
 */
static enum error_class take_dname(struct decode *d, const struct step *step,
                                   struct answer_alias *out)
{
    const struct alias_rr *dname = step->dname;
    struct name_buffer *target = &d->scratch->substituted[d->parts->head.chain_count];
    if (!name_substitute(target, out->owner, name_of(&dname->owner), name_of(&dname->target)))
        return CLASS_DNAME_OVERFLOW;
    if (step->cname != NULL && !name_equal(name_of(&step->cname->target), name_of(target)))
        return CLASS_MSG_MALFORMED;
    out->target = name_of(target);
    out->ttl_s = dname->ttl_s;
    out->kind = ALIAS_DNAME;
    return CLASS_NONE;
}

static bool chain_owns(const struct answer_parts *parts, struct name n)
{
    for (size_t i = 0; i < parts->head.chain_count; i++) {
        if (name_equal(parts->chain[i].owner, n))
            return true;
    }
    return false;
}

static enum error_class take_step(struct decode *d, const struct step *step)
{
    struct answer *head = &d->parts->head;
    if (step->cnames_differ || step->dnames_differ)
        return CLASS_MULTI_CNAME;
    if (head->chain_count == ANSWER_CHAIN_MAX)
        return CLASS_CNAME_CHAIN_TOO_LONG;

    struct answer_alias *alias = &d->parts->chain[head->chain_count];
    alias->owner = d->end;
    if (step->dname != NULL) {
        enum error_class failure = take_dname(d, step, alias);
        if (failure != CLASS_NONE)
            return failure;
    } else {
        alias->target = name_of(&step->cname->target);
        alias->ttl_s = step->cname->ttl_s;
        alias->kind = ALIAS_CNAME;
    }
    head->chain_count++;
    d->ttl_s = least(d->ttl_s, alias->ttl_s);
    d->end = alias->target;
    return chain_owns(d->parts, d->end) ? CLASS_CNAME_LOOP : CLASS_NONE;
}

static enum error_class follow_aliases(struct decode *d)
{
    if (d->aliases_dropped)
        return CLASS_WORK_LIMIT;
    for (;;) {
        struct step step = find_step(d, d->end);
        if (step.cname == NULL && step.dname == NULL)
            return CLASS_NONE;
        enum error_class failure = take_step(d, &step);
        if (failure != CLASS_NONE)
            return failure;
    }
}

static bool has_dname(const struct answer_parts *parts)
{
    for (size_t i = 0; i < parts->head.chain_count; i++) {
        if (parts->chain[i].kind == ALIAS_DNAME)
            return true;
    }
    return false;
}

static void keep_rr(struct decode *d, const struct rr *rr)
{
    struct answer_rr *out = &d->scratch->rrs[d->parts->head.rr_count++];
    out->rdata = d->args->octets + rr->rdata_at;
    out->rdlen = rr->rdlen;
    out->ttl_s = sane_ttl(rr->ttl_s);
    d->ttl_s = least(d->ttl_s, out->ttl_s);
}

/* A name owns one DNAME at most (RFC 6672 section 2.4), so there is one to keep. */
static enum error_class keep_dname(struct decode *d, const struct rr *rr)
{
    struct message_scratch *s = d->scratch;
    bool first = d->parts->head.rr_count == 0;
    if (!read_target(d, rr, first ? &s->dname_target : &s->owner))
        return CLASS_MSG_MALFORMED;
    if (!first)
        return name_equal(name_of(&s->dname_target), name_of(&s->owner)) ? CLASS_NONE
                                                                         : CLASS_MULTI_CNAME;
    keep_rr(d, rr);
    s->rrs[0].rdata = s->dname_target.wire;
    s->rrs[0].rdlen = s->dname_target.len;
    return CLASS_NONE;
}

static enum error_class collect_rr(struct decode *d, const struct rr *rr)
{
    struct name_buffer *owner = &d->scratch->owner;
    if (!read_owner(d, rr, owner))
        return CLASS_MSG_MALFORMED;
    if (name_equal(name_of(owner), d->end)) {
        if (rr->type == TYPE_DNAME)
            return keep_dname(d, rr);
        keep_rr(d, rr);
    } else if (chain_owns(d->parts, name_of(owner))) {
        d->parts->head.flags |= ANSWER_CNAME_AND_OTHER;
    }
    return CLASS_NONE;
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
        struct rr rr;
        if (!next_rr(&r, &rr))
            return CLASS_MSG_MALFORMED;
        if (rr.class != CLASS_IN)
            continue;
        if (rr.type != d->args->qtype) {
            unexpected |= !expected_type(rr.type);
            continue;
        }
        enum error_class failure = collect_rr(d, &rr);
        if (failure != CLASS_NONE)
            return failure;
    }
    if (unexpected && head->rr_count == 0)
        head->flags |= ANSWER_UNEXPECTED_RRTYPE;
    return CLASS_NONE;
}

/* Says what an answer without a failing rcode and with a sound chain shows. */
static enum error_class judge(struct decode *d)
{
    struct answer *head = &d->parts->head;
    enum error_class failure = collect_records(d);
    if (failure != CLASS_NONE)
        return failure;
    if (head->rr_count > 0) {
        head->level = LEVEL_RECORDS;
        head->ttl_s = d->ttl_s;
        return CLASS_NONE;
    }
    bool nxdomain = head->rcode == RCODE_NXDOMAIN;
    if (d->args->resolver && head->chain_count > 0 && !nxdomain && !d->denial)
        return CLASS_INCOMPLETE_CHAIN;
    head->level = nxdomain ? LEVEL_NXDOMAIN : LEVEL_NODATA;
    if (d->soa) {
        head->flags |= ANSWER_SOA;
        head->ttl_s = least(d->ttl_s, d->soa_ttl_s);
    }
    return CLASS_NONE;
}

static enum error_class decode(struct decode *d)
{
    if (!read_message(d))
        return CLASS_MSG_MALFORMED;
    unsigned rcode = (unsigned)d->parts->head.rcode;
    enum error_class walked = follow_aliases(d);
    if (rcode == RCODE_YXDOMAIN && (walked == CLASS_DNAME_OVERFLOW || has_dname(d->parts)))
        return CLASS_DNAME_OVERFLOW;
    enum error_class failure = message_rcode_class(rcode);
    if (failure != CLASS_NONE)
        return failure;
    return walked != CLASS_NONE ? walked : judge(d);
}

/* What a failed answer must not say is taken back, so that nobody can read it as an absence. */
static void fail(struct decode *d, enum error_class failure)
{
    struct answer *head = &d->parts->head;
    if (d->alias_count > 0)
        d->parts->error_name = d->end;
    head->failure = (uint8_t)failure;
    head->level = LEVEL_COUNT;
    head->flags &= ANSWER_AD | ANSWER_AUTHORITATIVE;
    head->chain_count = 0;
    head->rr_count = 0;
    head->ttl_s = 0;
}

void message_decode(const struct message_decode_args *args, struct message_scratch *scratch,
                    struct answer_parts *parts)
{
    struct decode d = {
        .args = args, .scratch = scratch, .parts = parts, .end = args->qname, .ttl_s = UINT32_MAX};
    struct answer *head = &parts->head;
    head->rcode = -1;
    head->qtype = args->qtype;
    head->failure = CLASS_NONE;
    head->ttl_s = 0;
    head->flags = 0;
    head->rr_count = 0;
    head->chain_count = 0;
    head->ede_count = 0;
    parts->qname = args->qname;
    parts->rrs = scratch->rrs;
    parts->error_name = (struct name){0};
    enum error_class failure = decode(&d);
    if (failure != CLASS_NONE)
        fail(&d, failure);
}
