#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_zone.h"

#define ROOT_NS "a.root-servers.net"
#define TTL_S 300u

static struct address address_from(const char *text)
{
    struct address address = {.port = 53, .family = ADDRESS_IPV4};
    if (strchr(text, ':') != NULL)
        address.family = ADDRESS_IPV6;
    int family = address.family == ADDRESS_IPV6 ? AF_INET6 : AF_INET;
    if (inet_pton(family, text, address.octets) != 1)
        fail_msg("not an address: %s", text);
    return address;
}

/* ---- zones ---- */

static struct sim_zone *find_zone(const struct sim_world *w, struct name origin)
{
    for (size_t i = 0; i < w->zone_count; i++) {
        if (name_equal(name_of(&w->zones[i]->origin), origin))
            return w->zones[i];
    }
    return NULL;
}

struct sim_zone *sim_zone(struct sim_world *w, const char *origin)
{
    struct name_buffer name = sim_name(origin);
    struct sim_zone *zone = find_zone(w, name_of(&name));
    return zone != NULL ? zone : sim_zone_version(w, origin);
}

struct sim_zone *sim_zone_version(struct sim_world *w, const char *origin)
{
    if (w->zone_count == w->zone_cap) {
        w->zone_cap = w->zone_cap > 0 ? 2 * w->zone_cap : 16;
        w->zones = realloc(w->zones, w->zone_cap * sizeof(struct sim_zone *));
        assert_non_null(w->zones);
    }
    struct sim_zone *zone = calloc(1, sizeof *zone);
    assert_non_null(zone);
    zone->origin = sim_name(origin);
    zone->negative_ttl_s = TTL_S;
    w->zones[w->zone_count++] = zone;
    return zone;
}

void sim_zone_sign(struct sim_zone *z)
{
    z->is_signed = true;
}

void sim_zone_negative_ttl(struct sim_zone *z, uint32_t ttl_s)
{
    z->negative_ttl_s = ttl_s;
}

static struct sim_rr *new_rr(struct sim_zone *z)
{
    if (z->rr_count == z->rr_cap) {
        z->rr_cap = z->rr_cap > 0 ? 2 * z->rr_cap : 8;
        z->rrs = realloc(z->rrs, z->rr_cap * sizeof *z->rrs);
        assert_non_null(z->rrs);
    }
    return &z->rrs[z->rr_count++];
}

static void add_rr(struct sim_zone *z, const struct sim_rr *rr)
{
    struct sim_rr *it = new_rr(z);
    *it = *rr;
    it->rdata = malloc(rr->rdlen + 1u);
    assert_non_null(it->rdata);
    memcpy(it->rdata, rr->rdata, rr->rdlen);
}

void sim_zone_add_rr(struct sim_zone *z, struct name owner, uint16_t type, const uint8_t *rdata,
                     size_t rdlen)
{
    struct sim_rr rr = {.ttl_s = TTL_S,
                        .type = type,
                        .rdlen = (uint16_t)rdlen,
                        .rdata = (uint8_t *)(uintptr_t)rdata};
    name_copy(&rr.owner, owner);
    add_rr(z, &rr);
}

/* ---- records from text ---- */

static const struct {
    const char *word;
    uint16_t type;
} types[] = {{"A", TYPE_A},         {"AAAA", TYPE_AAAA}, {"NS", TYPE_NS}, {"CNAME", TYPE_CNAME},
             {"DNAME", TYPE_DNAME}, {"CAA", TYPE_CAA},   {"DS", TYPE_DS}};

static uint16_t type_from(const char *word)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].word, word) == 0)
            return types[i].type;
    }
    fail_msg("no such type here: %s", word);
    return 0;
}

static void write_rdata(struct writer *w, uint16_t type, const char *text)
{
    static const uint8_t issue[] = {0, 5, 'i', 's', 's', 'u', 'e'};
    if (type == TYPE_A || type == TYPE_AAAA) {
        struct address address = address_from(text);
        writer_octets(w, address.octets, address.family == ADDRESS_IPV4 ? 4 : 16);
    } else if (type == TYPE_CAA) {
        writer_octets(w, issue, sizeof issue);
        writer_octets(w, text, strlen(text));
    } else if (type == TYPE_DS) {
        writer_u16(w, 1); /* key tag, algorithm, digest type; the digest is no real one */
        writer_u16(w, 13 << 8 | 2);
        writer_octets(w, "\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7", 32);
    } else {
        struct name_buffer name = sim_name(text);
        writer_octets(w, name.wire, name.len);
    }
}

void sim_zone_add(struct sim_zone *z, const char *format, ...)
{
    char text[1024], owner[512], word[16], rdata[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_true(len > 0 && (size_t)len < sizeof text);
    uint32_t ttl_s = TTL_S;
    if (sscanf(text, "%511s %15s %511s", owner, word, rdata) != 3)
        fail_msg("not a record: %s", text);
    if (word[0] >= '0' && word[0] <= '9') {
        ttl_s = (uint32_t)strtoul(word, NULL, 10);
        if (sscanf(text, "%*s %*s %15s %511s", word, rdata) != 2)
            fail_msg("not a record: %s", text);
    }
    uint8_t octets[600];
    struct writer w = writer_over(octets, sizeof octets);
    struct sim_rr rr = {.owner = sim_name(owner), .ttl_s = ttl_s, .type = type_from(word)};
    write_rdata(&w, rr.type, rdata);
    assert_false(w.failed);
    rr.rdata = octets;
    rr.rdlen = (uint16_t)w.at;
    assert_true(name_within(name_of(&rr.owner), name_of(&z->origin)));
    add_rr(z, &rr);
}

/* ---- servers ---- */

unsigned sim_server(struct sim_world *w, const char *address)
{
    struct address at = address_from(address);
    return sim_network_server(w->network, &at) + 1;
}

void sim_zone_host(struct sim_world *w, struct sim_zone *z, const char *address)
{
    assert_true(z->server_count < SIM_ZONE_SERVERS_MAX);
    z->servers[z->server_count++] = sim_server(w, address) - 1;
}

struct sim_zone *sim_zone_above(struct sim_world *w, const char *text)
{
    struct name_buffer buffer = sim_name(text);
    struct name name = name_of(&buffer);
    while (name_parent(&name)) {
        struct sim_zone *zone = find_zone(w, name);
        if (zone != NULL)
            return zone;
    }
    fail_msg("no zone above");
    return NULL;
}

static const char *address_type(const char *address)
{
    return strchr(address, ':') != NULL ? "AAAA" : "A";
}

/* The same record is not put into a zone twice, as where one server has several zones. */
static void add_address(struct sim_zone *z, const char *ns, const char *address)
{
    struct name_buffer owner = sim_name(ns);
    struct address at = address_from(address);
    size_t len = at.family == ADDRESS_IPV4 ? 4 : 16;
    if (!name_within(name_of(&owner), name_of(&z->origin)))
        return;
    for (size_t i = 0; i < z->rr_count; i++) {
        const struct sim_rr *rr = &z->rrs[i];
        if (rr->rdlen == len && memcmp(rr->rdata, at.octets, len) == 0 &&
            name_equal(name_of(&rr->owner), name_of(&owner)))
            return;
    }
    sim_zone_add(z, "%s %s %s", ns, address_type(address), address);
}

void sim_delegate(struct sim_world *w, const char *origin, const char *ns, const char *address)
{
    struct sim_zone *above = sim_zone_above(w, origin);
    sim_zone_add(above, "%s NS %s", origin, ns);
    if (address != NULL)
        add_address(above, ns, address);
}

struct sim_zone *sim_serve(struct sim_world *w, const char *origin, const char *ns,
                           const char *address)
{
    struct sim_zone *zone = sim_zone(w, origin);
    sim_zone_add(zone, "%s NS %s", origin, ns);
    add_address(zone, ns, address);
    sim_zone_host(w, zone, address);
    sim_delegate(w, origin, ns, address);
    return zone;
}

size_t sim_asked_at(const struct sim *s, const char *address, uint16_t type)
{
    unsigned server = sim_server(sim_world(s), address) - 1;
    size_t asked = 0;
    for (size_t i = 0; i < sim_sent(s); i++) {
        struct sim_query q = sim_sent_at(s, i);
        asked += q.server == server && (type == 0 || q.type == type);
    }
    return asked;
}

/* ---- the root ---- */

struct sim_world *sim_world_new(struct sim_network *network)
{
    struct sim_world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->network = network;
    w->root_ns = sim_name(ROOT_NS);
    struct sim_zone *root = sim_zone(w, ".");
    sim_zone_add(root, ". NS " ROOT_NS);
    sim_zone_host(w, root, SIM_ROOT_IPV4);
    sim_zone_host(w, root, SIM_ROOT_IPV6);
    w->roots.ns[w->roots.ns_count++] = name_of(&w->root_ns);
    w->roots.glue[w->roots.glue_count++].address = address_from(SIM_ROOT_IPV4);
    w->roots.glue[w->roots.glue_count++].address = address_from(SIM_ROOT_IPV6);
    return w;
}

void sim_world_free(struct sim_world *w)
{
    if (w == NULL)
        return;
    for (size_t i = 0; i < w->zone_count; i++) {
        for (size_t k = 0; k < w->zones[i]->rr_count; k++)
            free(w->zones[i]->rrs[k].rdata);
        free(w->zones[i]->rrs);
        free(w->zones[i]);
    }
    free(w->zones);
    free(w);
}

const struct resolve_roots *sim_world_roots(const struct sim_world *w)
{
    return &w->roots;
}
