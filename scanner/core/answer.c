#include "answer.h"

#include <string.h>

#include "wire.h"

/* The body behind the head, each part right behind the one before:
 *   qname, aliases (kind, TTL, owner, target), records (TTL, length, rdata), tries, error name,
 *   zone and its name servers, set_zone and its.
 * A name is its length in one octet and its octets; numbers are in network order, unaligned. */

#define ALIAS_FIXED_LEN 5u
#define RR_FIXED_LEN 6u
#define TRY_LEN 20u

static size_t name_size(struct name n)
{
    return 1u + n.len;
}

static void put_name(struct writer *w, struct name n)
{
    writer_u8(w, n.len);
    writer_octets(w, n.wire, n.len);
}

static struct name get_name(struct reader *r)
{
    uint8_t len = reader_u8(r);
    const uint8_t *wire = reader_take(r, len);
    return (struct name){.wire = wire, .len = wire != NULL ? len : 0};
}

static void put_alias(struct writer *w, const struct answer_alias *alias)
{
    writer_u8(w, alias->kind);
    writer_u32(w, alias->ttl_s);
    put_name(w, alias->owner);
    put_name(w, alias->target);
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

static void put_rr(struct writer *w, const struct answer_rr *rr)
{
    writer_u32(w, rr->ttl_s);
    writer_u16(w, rr->rdlen);
    writer_octets(w, rr->rdata, rr->rdlen);
}

static void put_try(struct writer *w, const struct answer_try *failed)
{
    writer_octets(w, failed->server.octets, sizeof failed->server.octets);
    writer_u16(w, failed->server.port);
    writer_u8(w, failed->server.family);
    writer_u8(w, failed->result);
}

static size_t zone_size(const struct answer_zone *zone, size_t ns_count)
{
    size_t size = name_size(zone->zone);
    for (size_t i = 0; zone->zone.len > 0 && i < ns_count; i++)
        size += name_size(zone->ns[i]);
    return size;
}

/* Returns the name servers written. */
static uint8_t put_zone(struct writer *w, const struct answer_zone *zone, uint8_t ns_count)
{
    put_name(w, zone->zone);
    if (zone->zone.len == 0)
        return 0;
    for (size_t i = 0; i < ns_count; i++)
        put_name(w, zone->ns[i]);
    return ns_count;
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

size_t answer_build(const struct answer_parts *parts, void *into, size_t cap)
{
    struct answer head = parts->head;
    struct writer w = writer_over(into, cap);
    writer_reserve(&w, sizeof head);
    put_name(&w, parts->qname);
    head.chain_at = (uint32_t)w.at;
    for (size_t i = 0; i < head.chain_count; i++)
        put_alias(&w, &parts->chain[i]);
    head.rr_at = (uint32_t)w.at;
    for (size_t i = 0; i < head.rr_count; i++)
        put_rr(&w, &parts->rrs[i]);
    head.tried_at = (uint32_t)w.at;
    for (size_t i = 0; i < head.tried_count; i++)
        put_try(&w, &parts->tried[i]);
    head.error_name_at = (uint32_t)w.at;
    put_name(&w, parts->error_name);
    head.zone_at = (uint32_t)w.at;
    head.ns_count = put_zone(&w, &parts->zone, head.ns_count);
    head.ds = parts->zone.zone.len > 0 ? head.ds : DS_UNKNOWN;
    head.set_zone_at = (uint32_t)w.at;
    head.set_ns_count = put_zone(&w, &parts->set_zone, head.set_ns_count);
    if (w.failed)
        return 0;
    head.len = (uint32_t)w.at;
    memcpy(into, &head, sizeof head);
    return w.at;
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
