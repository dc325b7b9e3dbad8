#include "delegation.h"

#include <string.h>

#include "wire.h"

static size_t put_glue(struct writer *w, const struct referral *referral, size_t ns, uint8_t family)
{
    size_t len = family == ADDRESS_IPV4 ? 4 : 16;
    size_t count = 0;
    for (size_t i = 0; i < referral->glue_count && count < DELEGATION_ADDRESSES_MAX; i++) {
        const struct referral_glue *glue = &referral->glue[i];
        if (glue->ns != ns || glue->address.family != family)
            continue;
        writer_octets(w, glue->address.octets, len);
        count++;
    }
    return count;
}

static uint16_t put_server(const struct referral *referral, size_t ns, uint8_t *out, size_t cap)
{
    struct writer w = writer_over(out, cap);
    struct name name = referral->zone.ns[ns];
    writer_u8(&w, name.len);
    writer_octets(&w, name.wire, name.len);
    uint8_t *counts = writer_reserve(&w, 2);
    counts[0] = (uint8_t)put_glue(&w, referral, ns, ADDRESS_IPV4);
    counts[1] = (uint8_t)put_glue(&w, referral, ns, ADDRESS_IPV6);
    return (uint16_t)w.at;
}

void delegation_parts(const struct referral *referral, struct delegation_scratch *scratch,
                      struct answer_parts *parts)
{
    parts->qname = parts->zone.zone = referral->zone.zone;
    parts->set_zone.zone = parts->error_name = (struct name){0};
    parts->rrs = scratch->rrs;
    parts->head = (struct answer){.qtype = TYPE_NS,
                                  .rcode = RCODE_NOERROR,
                                  .ttl_s = referral->ttl_s,
                                  .ds = referral->ds,
                                  .rr_count = (uint16_t)referral->ns_count,
                                  .dnssec = DNSSEC_UNCHECKED};
    if (parts->head.ttl_s < DELEGATION_TTL_MIN_S)
        parts->head.ttl_s = DELEGATION_TTL_MIN_S;
    for (size_t i = 0; i < referral->ns_count; i++) {
        uint8_t *rdata = scratch->rdata[i];
        scratch->rrs[i] = (struct answer_rr){
            .rdata = rdata, .rdlen = put_server(referral, i, rdata, sizeof scratch->rdata[i])};
    }
}

/* Those without glue are found one after the other, as they are needed. */
#define PLACES_WITHOUT_GLUE 2u
#define PLACES_WITHOUT_GLUE_MAX 8u

static size_t places_for(const struct referral *referral)
{
    uint32_t with_glue = 0;
    for (size_t i = 0; i < referral->glue_count; i++)
        with_glue |= 1u << referral->glue[i].ns;
    size_t without = referral->ns_count - (size_t)__builtin_popcount(with_glue);
    size_t more = without * PLACES_WITHOUT_GLUE;
    size_t places =
        referral->glue_count + (more < PLACES_WITHOUT_GLUE_MAX ? more : PLACES_WITHOUT_GLUE_MAX);
    return places < DELEGATION_ROSTER_MAX ? places : DELEGATION_ROSTER_MAX;
}

static size_t roster_at(size_t len)
{
    size_t align = _Alignof(struct delegation_roster);
    return (len + align - 1) / align * align;
}

static size_t roster_end(size_t len, size_t places)
{
    return roster_at(len) + offsetof(struct delegation_roster, places) +
           places * sizeof(struct delegation_place);
}

size_t delegation_size(const struct referral *referral, size_t len)
{
    return roster_end(len, places_for(referral));
}

struct delegation_roster *delegation_roster(struct answer *delegation)
{
    return (void *)((uint8_t *)delegation + roster_at(delegation->len));
}

void delegation_begin_roster(struct answer *delegation, const struct referral *referral)
{
    *delegation_roster(delegation) =
        (struct delegation_roster){.room = (uint16_t)places_for(referral)};
}

size_t delegation_whole(struct answer *delegation)
{
    return roster_end(delegation->len, delegation_roster(delegation)->room);
}

bool delegation_next(const struct answer *delegation, uint32_t *cursor,
                     struct delegation_server *out)
{
    struct answer_rr rr;
    if (!answer_next_rr(delegation, cursor, &rr))
        return false;
    struct reader r = reader_over(rr.rdata, rr.rdlen);
    out->ns.len = reader_u8(&r);
    out->ns.wire = reader_take(&r, out->ns.len);
    out->ipv4_count = reader_u8(&r);
    out->ipv6_count = reader_u8(&r);
    out->ipv4 = reader_take(&r, out->ipv4_count * 4);
    out->ipv6 = reader_take(&r, out->ipv6_count * 16);
    return !r.failed;
}

size_t delegation_names(const struct answer *delegation, struct name ns[ANSWER_NS_MAX])
{
    struct answer_rr rr;
    uint32_t cursor = 0;
    size_t count = 0;
    while (count < ANSWER_NS_MAX && answer_next_rr(delegation, &cursor, &rr)) {
        if (rr.rdlen > 0 && rr.rdata[0] < rr.rdlen)
            ns[count++] = (struct name){.wire = rr.rdata + 1, .len = rr.rdata[0]};
    }
    return count;
}

static bool ipv4_is_public(const uint8_t o[4])
{
    return !(o[0] == 0 || o[0] == 10 || o[0] == 127 || o[0] >= 224 ||
             (o[0] == 100 && (o[1] & 0xC0) == 64) || (o[0] == 169 && o[1] == 254) ||
             (o[0] == 172 && (o[1] & 0xF0) == 16) || (o[0] == 192 && o[1] == 168));
}

/* Global unicast is 2000::/3 so far. Of the addresses with IPv4 inside those of 6to4 (RFC 3056)
 * lead where that does, and those of Teredo (RFC 4380) to no server. */
static bool ipv6_is_public(const uint8_t o[16])
{
    static const uint8_t teredo[] = {0x20, 0x01, 0, 0};
    if (o[0] == 0x20 && o[1] == 0x02)
        return ipv4_is_public(o + 2);
    return (o[0] & 0xE0) == 0x20 && memcmp(o, teredo, sizeof teredo) != 0;
}

bool delegation_is_public(const struct address *address)
{
    return address->family == ADDRESS_IPV6 ? ipv6_is_public(address->octets)
                                           : ipv4_is_public(address->octets);
}
