#include "answer.h"

#include <assert.h>
#include <string.h>

#include "octets.h"
#include "wire.h"

/* The body behind the head, each part right behind the one before:
 *   qname, aliases (kind, TTL, owner, target), records (TTL, length, rdata), tries, error name,
 *   zone and its name servers, set_zone and its.
 * A name is its length in one octet and its octets; numbers are in network order, unaligned. */

#define ALIAS_FIXED_LEN 5u
#define RR_FIXED_LEN 6u
#define TRY_LEN 20u

static inline size_t name_size(struct name n)
{
    return 1u + n.len;
}

static inline uint8_t *put_octets(uint8_t *out, const uint8_t *octets, size_t len)
{
    octets_copy(out, octets, len);
    return out + len;
}

static inline uint8_t *put_name(uint8_t *out, struct name n)
{
    *out = n.len;
    return put_octets(out + 1, n.wire, n.len);
}

static inline uint8_t *put_u16(uint8_t *out, unsigned value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
    return out + 2;
}

static inline uint8_t *put_u32(uint8_t *out, uint32_t value)
{
    return put_u16(put_u16(out, value >> 16), value & 0xFFFFu);
}

static struct name get_name(struct reader *r)
{
    uint8_t len = reader_u8(r);
    const uint8_t *wire = reader_take(r, len);
    return (struct name){.wire = wire, .len = wire != NULL ? len : 0};
}

static uint8_t *put_alias(uint8_t *out, const struct answer_alias *alias)
{
    *out = alias->kind;
    out = put_u32(out + 1, alias->ttl_s);
    return put_name(put_name(out, alias->owner), alias->target);
}

static struct answer_alias get_alias(struct reader *r)
{
    struct answer_alias alias = {0};
    alias.kind = reader_u8(r);
    alias.ttl_s = reader_u32(r);
    alias.owner = get_name(r);
    alias.target = get_name(r);
    return alias;
}

static uint8_t *put_rr(uint8_t *out, const struct answer_rr *rr)
{
    out = put_u16(put_u32(out, rr->ttl_s), rr->rdlen);
    return put_octets(out, rr->rdata, rr->rdlen);
}

static uint8_t *put_try(uint8_t *out, const struct answer_try *failed)
{
    out = put_octets(out, failed->server.octets, sizeof failed->server.octets);
    out = put_u16(out, failed->server.port);
    *out++ = failed->server.family;
    *out++ = failed->result;
    return out;
}

static size_t zone_size(const struct answer_zone *zone, size_t ns_count)
{
    size_t size = name_size(zone->zone);
    for (size_t i = 0; zone->zone.len > 0 && i < ns_count; i++)
        size += name_size(zone->ns[i]);
    return size;
}

static uint8_t *put_zone(uint8_t *out, const struct answer_zone *zone, size_t ns_count)
{
    out = put_name(out, zone->zone);
    for (size_t i = 0; zone->zone.len > 0 && i < ns_count; i++)
        out = put_name(out, zone->ns[i]);
    return out;
}

static struct reader body_at(const struct answer *a, uint32_t at)
{
    struct reader r = reader_over((const uint8_t *)a, a->len);
    r.at = at;
    return r;
}

size_t answer_size(const struct answer_parts *parts)
{
    size_t size = sizeof parts->head + name_size(parts->qname) + name_size(parts->error_name);
    for (size_t i = 0; i < parts->head.chain_count; i++) {
        const struct answer_alias *alias = &parts->chain[i];
        size += ALIAS_FIXED_LEN + name_size(alias->owner) + name_size(alias->target);
    }
    for (size_t i = 0; i < parts->head.rr_count; i++)
        size += RR_FIXED_LEN + parts->rrs[i].rdlen;
    size += zone_size(&parts->zone, parts->head.ns_count);
    size += zone_size(&parts->set_zone, parts->head.set_ns_count);
    return size + (size_t)parts->head.tried_count * TRY_LEN;
}

/* Writes the body of a blob behind its head, whose counts hold, and the offsets into the head. */
static uint8_t *put_body(const struct answer_parts *parts, uint8_t *start)
{
    struct answer *head = (struct answer *)(void *)start;
    uint8_t *out = put_name(start + sizeof *head, parts->qname);
    head->chain_at = (uint32_t)(out - start);
    for (size_t i = 0; i < parts->head.chain_count; i++)
        out = put_alias(out, &parts->chain[i]);
    head->rr_at = (uint32_t)(out - start);
    for (size_t i = 0; i < parts->head.rr_count; i++)
        out = put_rr(out, &parts->rrs[i]);
    head->tried_at = (uint32_t)(out - start);
    for (size_t i = 0; i < parts->head.tried_count; i++)
        out = put_try(out, &parts->tried[i]);
    head->error_name_at = (uint32_t)(out - start);
    out = put_name(out, parts->error_name);
    head->zone_at = (uint32_t)(out - start);
    out = put_zone(out, &parts->zone, parts->head.ns_count);
    head->set_zone_at = (uint32_t)(out - start);
    return put_zone(out, &parts->set_zone, parts->head.set_ns_count);
}

/* Most of the head was written moments ago, octet by octet. A processor hands on what was written
 * only to reads of the same width, and else waits until all is in its cache: so each field is read
 * by itself, which `volatile` says to the compiler. What answer_build sets is left out. */
static void copy_head(const struct answer_parts *parts, struct answer *out)
{
    const volatile struct answer *head = &parts->head;
    out->ttl_s = head->ttl_s;
    out->rtt_us = head->rtt_us;
    out->rcode = head->rcode;
    out->qtype = head->qtype;
    out->flags = head->flags;
    out->rr_count = head->rr_count;
    out->ede_count = head->ede_count;
    for (size_t i = 0; i < ANSWER_EDE_MAX; i++)
        out->ede[i] = i < out->ede_count ? head->ede[i] : 0;
    out->failure = head->failure;
    out->level = head->level;
    out->protocol = head->protocol;
    out->attempts = head->attempts;
    out->dnssec = head->dnssec;
    out->chain_count = head->chain_count;
    out->tried_count = head->tried_count;
    out->server = parts->head.server;
    bool zone = parts->zone.zone.len > 0, set_zone = parts->set_zone.zone.len > 0;
    out->ns_count = zone ? head->ns_count : 0;
    out->set_ns_count = set_zone ? head->set_ns_count : 0;
    out->ds = zone ? head->ds : DS_UNKNOWN;
}

size_t answer_build(const struct answer_parts *parts, void *into, size_t cap)
{
    size_t len = answer_size(parts);
    if (len > cap)
        return 0;
    struct answer *head = into;
    copy_head(parts, head);
    head->len = (uint32_t)len;
    const uint8_t *end = put_body(parts, into);
    assert(end == (const uint8_t *)into + len);
    (void)end;
    return len;
}

struct name answer_qname(const struct answer *a)
{
    struct reader r = body_at(a, sizeof *a);
    return get_name(&r);
}

struct name answer_error_name(const struct answer *a)
{
    struct reader r = body_at(a, a->error_name_at);
    return get_name(&r);
}

struct answer_alias answer_chain(const struct answer *a, size_t i)
{
    struct reader r = body_at(a, a->chain_at);
    for (; i > 0; i--)
        get_alias(&r);
    return get_alias(&r);
}

struct answer_try answer_tried(const struct answer *a, size_t i)
{
    struct reader r = body_at(a, a->tried_at + (uint32_t)(i * TRY_LEN));
    struct answer_try failed = {0};
    const uint8_t *octets = reader_take(&r, sizeof failed.server.octets);
    if (octets != NULL)
        memcpy(failed.server.octets, octets, sizeof failed.server.octets);
    failed.server.port = reader_u16(&r);
    failed.server.family = reader_u8(&r);
    failed.result = reader_u8(&r);
    return failed;
}

bool answer_next_rr(const struct answer *a, uint32_t *cursor, struct answer_rr *out)
{
    uint32_t at = *cursor != 0 ? *cursor : a->rr_at;
    if (at >= a->tried_at)
        return false;
    struct reader r = body_at(a, at);
    out->ttl_s = reader_u32(&r);
    out->rdlen = reader_u16(&r);
    out->rdata = reader_take(&r, out->rdlen);
    *cursor = (uint32_t)r.at;
    return out->rdata != NULL;
}

static size_t get_zone(const struct answer *a, uint32_t at, size_t ns_count,
                       struct answer_zone *out)
{
    struct reader r = body_at(a, at);
    out->zone = get_name(&r);
    for (size_t i = 0; i < ns_count; i++)
        out->ns[i] = get_name(&r);
    return ns_count;
}

size_t answer_zone(const struct answer *a, struct answer_zone *out)
{
    return get_zone(a, a->zone_at, a->ns_count, out);
}

size_t answer_set_zone(const struct answer *a, struct answer_zone *out)
{
    size_t ns_count = get_zone(a, a->set_zone_at, a->set_ns_count, out);
    bool one_zone = out->zone.len == 0 && a->chain_count == 0;
    return one_zone ? answer_zone(a, out) : ns_count;
}

struct name answer_owner(const struct answer *a)
{
    if (a->chain_count == 0)
        return answer_qname(a);
    return answer_chain(a, a->chain_count - 1u).target;
}
