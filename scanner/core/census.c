#include "census.h"

#include <string.h>

#include "delegation.h"
#include "name.h"

static const char *const kind_words[] = {"alias", "nxdomain", "presence", "content"};

static uint64_t octets_hash(const uint8_t *octets, size_t len, uint64_t seed)
{
    uint64_t hash = seed ^ len;
    while (len > 0) {
        uint8_t n = len < NAME_LEN_MAX ? (uint8_t)len : NAME_LEN_MAX;
        hash = name_hash((struct name){.wire = octets, .len = n}, hash);
        octets += n;
        len -= n;
    }
    return hash;
}

struct census_sighting census_see(const struct answer *a, const struct address *server,
                                  struct name zone)
{
    struct census_sighting s = {.server = *server, .failure = a->failure, .level = a->level};
    for (size_t i = 0; i < a->chain_count; i++) {
        struct answer_alias alias = answer_chain(a, i);
        s.chain = octets_hash(alias.target.wire, alias.target.len, s.chain + 1);
        if (!name_within(alias.target, zone)) {
            s.level = LEVEL_COUNT;
            return s;
        }
    }
    if (a->chain_count > 0 && a->level == LEVEL_NODATA && (a->flags & ANSWER_SOA) == 0)
        s.level = LEVEL_COUNT; /* the end may lie in a zone below */
    struct answer_rr rr;
    uint32_t cursor = 0;
    while (answer_next_rr(a, &cursor, &rr))
        s.set += octets_hash(rr.rdata, rr.rdlen, 1);
    return s;
}

/* Do two servers differ in this way, having agreed in the ways before it? */
static bool pair_differs(const struct census_sighting *a, const struct census_sighting *b,
                         enum census_kind kind)
{
    bool chains_equal = a->chain == b->chain;
    if (kind != CENSUS_ALIAS && (a->level == LEVEL_COUNT || b->level == LEVEL_COUNT))
        return false;
    bool a_missing = a->level == LEVEL_NXDOMAIN, b_missing = b->level == LEVEL_NXDOMAIN;
    switch (kind) {
    case CENSUS_ALIAS:
        return !chains_equal;
    case CENSUS_NXDOMAIN:
        return chains_equal && a_missing != b_missing;
    case CENSUS_PRESENCE:
        return chains_equal && a_missing == b_missing && a->level != b->level;
    default:
        return chains_equal && a->level == LEVEL_RECORDS && b->level == LEVEL_RECORDS &&
               a->set != b->set;
    }
}

bool census_differs(const struct census_sighting seen[], size_t count, enum census_kind kind)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            if (seen[i].failure == CLASS_NONE && seen[k].failure == CLASS_NONE &&
                pair_differs(&seen[i], &seen[k], kind))
                return true;
        }
    }
    return false;
}

/* Appends as much as fits with room for a NUL. */
static bool put(char *out, size_t *at, const char *text, size_t len)
{
    if (len >= CENSUS_TEXT_MAX - *at)
        return false;
    memcpy(out + *at, text, len);
    *at += len;
    return true;
}

static size_t put_hash(char *out, uint64_t hash)
{
    for (size_t i = 0; i < 8; i++)
        out[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
    return 8;
}

/* " 192.0.2.1 records": what tells servers apart in this way. Equal marks are equal sets or chains.
 */
static bool put_sighting(char *out, size_t *at, const struct census_sighting *s,
                         enum census_kind kind)
{
    char text[ADDRESS_TEXT_MAX + 40];
    text[0] = ' ';
    size_t len = 1 + address_text(&s->server, text + 1);
    text[len++] = ' ';
    if (s->failure == CLASS_NONE && (kind == CENSUS_ALIAS || kind == CENSUS_CONTENT)) {
        len += put_hash(text + len, kind == CENSUS_ALIAS ? s->chain : s->set);
    } else {
        const char *word = "alias";
        if (s->failure != CLASS_NONE)
            word = class_word(s->failure);
        else if (s->level != LEVEL_COUNT)
            word = level_outcome_word(s->level);
        memcpy(text + len, word, strlen(word));
        len += strlen(word);
    }
    return put(out, at, text, len);
}

size_t census_text(const struct census_sighting seen[], size_t count, enum census_kind kind,
                   char *out)
{
    size_t at = 0;
    put(out, &at, kind_words[kind], strlen(kind_words[kind]));
    put(out, &at, ":", 1);
    for (size_t i = 0; i < count && put_sighting(out, &at, &seen[i], kind); i++) {
        if (i + 1 < count && !put(out, &at, ",", 1))
            break;
    }
    out[at] = '\0';
    return at;
}

void census_begin(struct census *c)
{
    c->server_count = c->seen_count = c->ns = 0;
    c->asks_ipv6 = c->too_many = false;
}

enum census_step census_next(struct census *c, size_t ns_count, bool ipv4, bool ipv6)
{
    while (c->ns < ns_count) {
        if (c->asks_ipv6 ? ipv6 : ipv4)
            return CENSUS_ADDRESS;
        if (c->asks_ipv6)
            c->ns++;
        c->asks_ipv6 = !c->asks_ipv6;
    }
    return c->seen_count < c->server_count ? CENSUS_SERVER : CENSUS_DONE;
}

static void add_octets(struct census *c, uint8_t family, const uint8_t *octets)
{
    struct address address = {.family = family, .port = 53};
    memcpy(address.octets, octets, family == ADDRESS_IPV4 ? 4 : 16);
    if (!delegation_is_public(&address))
        return;
    for (size_t i = 0; i < c->server_count; i++) {
        if (address_equal(&c->servers[i], &address))
            return;
    }
    if (c->server_count < CENSUS_SERVERS_MAX)
        c->servers[c->server_count++] = address;
    else
        c->too_many = true;
}

void census_take_glue(struct census *c, const struct answer *delegation, bool ipv4, bool ipv6)
{
    struct delegation_server s;
    uint32_t cursor = 0;
    while (delegation_next(delegation, &cursor, &s)) {
        for (size_t i = 0; ipv4 && i < s.ipv4_count; i++)
            add_octets(c, ADDRESS_IPV4, s.ipv4 + 4 * i);
        for (size_t i = 0; ipv6 && i < s.ipv6_count; i++)
            add_octets(c, ADDRESS_IPV6, s.ipv6 + 16 * i);
    }
}

void census_take_addresses(struct census *c, const struct answer *a)
{
    struct answer_rr rr;
    uint32_t cursor = 0;
    while (a != NULL && a->failure == CLASS_NONE && answer_next_rr(a, &cursor, &rr)) {
        if (rr.rdlen == (c->asks_ipv6 ? 16 : 4))
            add_octets(c, c->asks_ipv6 ? ADDRESS_IPV6 : ADDRESS_IPV4, rr.rdata);
    }
    if (c->asks_ipv6)
        c->ns++;
    c->asks_ipv6 = !c->asks_ipv6;
}

void census_take_server(struct census *c, const struct answer *a, struct name zone)
{
    const struct address *server = &c->servers[c->seen_count];
    struct census_sighting unseen = {.server = *server, .failure = CLASS_LOCAL_ERROR};
    c->seen[c->seen_count++] = a != NULL ? census_see(a, server, zone) : unseen;
}
