/* message_plain.c: the replies that come again and again, in one pass: a denial that rests on one
 * SOA, and a CAA set at the name asked, both with nothing else but a plain OPT. Everything that
 * looks unusual is left to the whole decoder. */
#include <string.h>

#include "message_rr.h"

#define HEADER_LEN 12u
#define QUESTION_FIXED_LEN 4u
#define RR_FIXED_LEN 10u /* behind the owner */
#define POINTER_BITS 0xC0u
#define PLAIN_RRS_MAX 64u

static unsigned u16_at(const uint8_t *octets)
{
    return (unsigned)octets[0] << 8 | octets[1];
}

static uint32_t u32_at(const uint8_t *octets)
{
    return (uint32_t)u16_at(octets) << 16 | u16_at(octets + 2);
}

/* Is there a record of class IN at r whose owner is a pointer to an earlier name? Moves behind it,
 * and says where its owner is. */
static bool next_rr(struct reader *r, unsigned type, struct message_rr *out)
{
    const uint8_t *p = reader_take(r, 2 + RR_FIXED_LEN);
    if (p == NULL || p[0] < POINTER_BITS || u16_at(p + 2) != type ||
        u16_at(p + 4) != MESSAGE_CLASS_IN)
        return false;
    out->owner_at = u16_at(p) & 0x3FFFu;
    out->ttl_s = message_ttl(u32_at(p + 6));
    out->rdlen = (uint16_t)u16_at(p + 10);
    out->rdata_at = r->at;
    return reader_take(r, out->rdlen) != NULL;
}

/* The name asked, or the one above it, that stands at an offset into the message; len 0: none. */
static struct name asked_at(struct name qname, size_t at)
{
    struct name n = qname;
    while (HEADER_LEN + (size_t)(n.wire - qname.wire) < at && name_parent(&n))
        continue;
    return HEADER_LEN + (size_t)(n.wire - qname.wire) == at ? n : (struct name){0};
}

static bool take_denial(const struct message_decode_args *args, struct reader *r,
                        struct answer_parts *parts)
{
    struct message_rr rr;
    if (!next_rr(r, TYPE_SOA, &rr))
        return false;
    struct name owner = asked_at(args->qname, rr.owner_at);
    if (owner.len == 0 || (args->zone.len > 0 && !name_within(owner, args->zone)))
        return false;
    struct reader soa = message_rdata(args, &rr);
    name_skip(&soa);
    name_skip(&soa);
    reader_take(&soa, 16);
    uint32_t minimum_s = message_ttl(reader_u32(&soa));
    if (soa.failed || reader_left(&soa) > 0)
        return false;
    struct answer *head = &parts->head;
    head->level = head->rcode == RCODE_NXDOMAIN ? LEVEL_NXDOMAIN : LEVEL_NODATA;
    head->flags |= ANSWER_SOA;
    head->ttl_s = message_least(rr.ttl_s, minimum_s); /* RFC 2308 section 5 */
    parts->set_zone.zone = owner;
    return true;
}

/* Sets with a copy in them, or so large that this would take long, are for the other way. */
static bool may_repeat(const struct answer_rr *rrs, unsigned count)
{
    if (count > PLAIN_RRS_MAX)
        return true;
    for (unsigned i = 1; i < count; i++) {
        for (unsigned k = 0; k < i; k++) {
            if (rrs[i].rdlen == rrs[k].rdlen &&
                memcmp(rrs[i].rdata, rrs[k].rdata, rrs[i].rdlen) == 0)
                return true;
        }
    }
    return false;
}

static bool take_set(const struct message_decode_args *args, struct reader *r, unsigned count,
                     struct message_scratch *scratch, struct answer_parts *parts)
{
    if (args->qtype != TYPE_CAA || args->zone.len > 0)
        return false;
    uint32_t ttl_s = UINT32_MAX;
    for (unsigned i = 0; i < count; i++) {
        struct message_rr rr;
        if (!next_rr(r, TYPE_CAA, &rr) || rr.owner_at != HEADER_LEN)
            return false;
        scratch->rrs[i] = (struct answer_rr){
            .rdata = args->octets + rr.rdata_at, .ttl_s = rr.ttl_s, .rdlen = rr.rdlen};
        ttl_s = message_least(ttl_s, rr.ttl_s);
    }
    if (may_repeat(scratch->rrs, count))
        return false;
    parts->head.level = LEVEL_RECORDS;
    parts->head.ttl_s = ttl_s;
    parts->head.rr_count = (uint16_t)count;
    return true;
}

/* An OPT without options that leaves the rcode as the header has it, or none. */
static bool take_opt(struct reader *r, unsigned count)
{
    if (count == 0)
        return true;
    const uint8_t *p = count == 1 ? reader_take(r, 1 + RR_FIXED_LEN) : NULL;
    return p != NULL && p[0] == 0 && u16_at(p + 1) == TYPE_OPT && p[5] == 0 && u16_at(p + 9) == 0;
}

bool message_decode_plain(const struct message_decode_args *args, struct message_scratch *scratch,
                          struct answer_parts *parts)
{
    struct reader r = reader_over(args->octets, args->len);
    const uint8_t *p = reader_take(&r, HEADER_LEN);
    if (args->len > MESSAGE_LEN_MAX ||
        !(args->echoes || message_echoes(args->octets, args->len, args->qname, args->qtype)))
        return false;
    reader_take(&r, args->qname.len + QUESTION_FIXED_LEN);
    unsigned flags = u16_at(p + 2), rcode = flags & MESSAGE_RCODE;
    unsigned answer_count = u16_at(p + 6), authority_count = u16_at(p + 8);
    if (rcode != RCODE_NOERROR && rcode != RCODE_NXDOMAIN)
        return false;
    parts->head.rcode = (int16_t)rcode;
    parts->head.flags |= flags & MESSAGE_AD ? ANSWER_AD : 0;
    parts->head.flags |= flags & MESSAGE_AA ? ANSWER_AUTHORITATIVE : 0;
    if (answer_count == 0)
        return authority_count == 1 && take_denial(args, &r, parts) && take_opt(&r, u16_at(p + 10));
    return authority_count == 0 && take_set(args, &r, answer_count, scratch, parts) &&
           take_opt(&r, u16_at(p + 10));
}
