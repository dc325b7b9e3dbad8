#include "synth.h"

#include <string.h>

/* Draws for different purposes of one name are independent. */
enum purpose {
    DRAW_KIND,
    DRAW_TRUNCATED,
    DRAW_EDGE,
    DRAW_SET,
    DRAW_ISSUER,
    DRAW_SERVER,
    DRAW_SECOND,
    DRAW_HOST,
    DRAW_GLUELESS,
    DRAW_OPERATOR
};

/* The finalizer of splitmix64 over the name's hash. */
static uint32_t draw(const struct synth *world, struct name n, enum purpose purpose)
{
    uint64_t x = name_hash(n, world->seed) + (uint64_t)(purpose + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)((x ^ x >> 31) >> 32);
}

static double fraction(const struct synth *world, struct name n, enum purpose purpose)
{
    return (double)draw(world, n, purpose) / 4294967296.0;
}

struct synth synth_default(void)
{
    return (struct synth){.seed = 1,
                          .share = {[SYNTH_CAA] = 0.05},
                          .ttl_s = 3600,
                          .negative_ttl_s = 3600,
                          .servers_first = 11u << 24,
                          .servers_count = 1u << 16};
}

static bool first_label_is(struct name n, const char *label)
{
    size_t len = strlen(label);
    return n.len > len && n.wire[0] == len && memcmp(n.wire + 1, label, len) == 0;
}

/* 1 or 2 where n is called ns1 or ns2, else 0. */
static size_t server_number(struct name n)
{
    return first_label_is(n, "ns1") ? 1 : first_label_is(n, "ns2") ? 2 : 0;
}

static const uint8_t operator_form[SYNTH_OPERATOR_LEN] = "\5op000\3net";

/* Is this name of two labels the zone of an operator? */
static bool is_operator(struct name domain)
{
    return domain.len == SYNTH_OPERATOR_LEN && memcmp(domain.wire, operator_form, 3) == 0 &&
           memcmp(domain.wire + 6, operator_form + 6, 5) == 0;
}

/* The kind of n as if all above it were plain. */
static enum synth_kind own_kind(const struct synth *world, struct name n, size_t labels)
{
    if (labels < 2 || server_number(n) != 0 || is_operator(name_suffix(n, 2)))
        return SYNTH_PLAIN;
    double at = fraction(world, n, DRAW_KIND);
    if (first_label_is(name_suffix(n, 2), "cdn"))
        return labels > 2 && at < world->share[SYNTH_CAA] ? SYNTH_CAA : SYNTH_PLAIN;
    for (enum synth_kind kind = 0; kind < SYNTH_PLAIN; kind++) {
        if (at < world->share[kind])
            return kind;
        at -= world->share[kind];
    }
    return SYNTH_PLAIN;
}

enum synth_kind synth_kind(const struct synth *world, struct name n)
{
    size_t labels = name_label_count(n);
    for (size_t i = 2; i < labels; i++) {
        enum synth_kind above = own_kind(world, name_suffix(n, i), i);
        if (above == SYNTH_ALIAS || above == SYNTH_NXDOMAIN)
            return SYNTH_NXDOMAIN;
        if (above == SYNTH_SERVFAIL || above == SYNTH_REFUSED)
            return above;
    }
    return own_kind(world, n, labels);
}

size_t synth_zone_labels(const struct synth *world, struct name n)
{
    size_t labels = name_label_count(n);
    if (labels < 2)
        return labels;
    struct name domain = name_suffix(n, 2);
    enum synth_kind kind = own_kind(world, domain, 2);
    bool zone = kind != SYNTH_ALIAS && kind != SYNTH_NXDOMAIN && server_number(domain) == 0;
    return zone ? 2 : 1;
}

static void put_digits(uint8_t *out, size_t count, uint32_t value)
{
    for (; count > 0; value /= 10)
        out[--count] = (uint8_t)('0' + value % 10);
}

void synth_edge(const struct synth *world, struct name n, uint8_t out[SYNTH_EDGE_LEN])
{
    memcpy(out, "\7edge000\3cdn", SYNTH_EDGE_LEN);
    put_digits(out + 5, 3, draw(world, n, DRAW_EDGE) % SYNTH_EDGES);
}

size_t synth_caa(const struct synth *world, struct name n, struct synth_caa out[SYNTH_CAA_MAX])
{
    static const struct synth_caa set[SYNTH_CAA_MAX] = {
        {0, "issue", "ca00.example"},
        {0, "issuewild", "ca00.example"},
        {0, "iodef", "mailto:ca@00.example"},
        {128, "issue", "00.other.example"},
    };
    static const uint8_t digits_at[SYNTH_CAA_MAX] = {2, 2, 10, 0};
    uint32_t issuer = draw(world, n, DRAW_ISSUER);
    for (size_t i = 0; i < SYNTH_CAA_MAX; i++) {
        out[i] = set[i];
        put_digits((uint8_t *)out[i].value + digits_at[i], 2, issuer % 100);
    }
    return 1 + draw(world, n, DRAW_SET) % SYNTH_CAA_MAX;
}

bool synth_operator(const struct synth *world, struct name zone, uint8_t out[SYNTH_OPERATOR_LEN])
{
    if (world->glueless == 0 || name_label_count(zone) != 2 || is_operator(zone) ||
        fraction(world, zone, DRAW_GLUELESS) >= world->glueless)
        return false;
    memcpy(out, operator_form, SYNTH_OPERATOR_LEN);
    put_digits(out + 3, 3, draw(world, zone, DRAW_OPERATOR) % SYNTH_OPERATORS);
    return true;
}

uint32_t synth_server(const struct synth *world, struct name zone, size_t index)
{
    uint8_t operator[SYNTH_OPERATOR_LEN];
    if (zone.len == 1)
        return world->roots[index];
    if (synth_operator(world, zone, operator))
        zone = (struct name){operator, sizeof operator};
    uint32_t first = draw(world, zone, DRAW_SERVER) % world->servers_count;
    if (index == 0)
        return world->servers_first + first;
    uint32_t apart = 1 + draw(world, zone, DRAW_SECOND) % (world->servers_count - 1);
    return world->servers_first + (first + apart) % world->servers_count;
}

uint32_t synth_host(const struct synth *world, struct name n)
{
    size_t number = server_number(n);
    struct name zone = n;
    if (number != 0 && name_parent(&zone) && zone.len > 1 &&
        name_label_count(zone) == synth_zone_labels(world, zone))
        return synth_server(world, zone, number - 1);
    return world->servers_first + draw(world, n, DRAW_HOST) % world->servers_count;
}

bool synth_truncated(const struct synth *world, struct name n)
{
    return world->truncated > 0 && fraction(world, n, DRAW_TRUNCATED) < world->truncated;
}
