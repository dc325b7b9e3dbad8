#include "authority_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_sign.h"
#include "verdict.h"

#define PRIVATE_ADDRESS "10.53.0.1"
#define TTL_S 300u
#define RRSIG_EXPIRATION_AT 8u
#define RRSIG_INCEPTION_AT 12u

/* ---- what servers do wrong, as rules ---- */

static const struct {
    const char *what;
    struct sim_rule rule;
} misdeeds[] = {
    {"drop", {.fault = SIM_SILENT}},
    {"drop_first", {.fault = SIM_SILENT, .times = 1}},
    {"unreachable", {.fault = SIM_SEND_NO_ROUTE}},
    {"wrong_id", {.fault = SIM_WRONG_ID, .by_model = true}},
    {"wrong_question", {.fault = SIM_WRONG_QUESTION, .by_model = true}},
    {"qr0", {.fault = SIM_NOT_A_REPLY, .by_model = true}},
    {"garbage", {.fault = SIM_GARBAGE, .by_model = true}},
    {"tc_no_tcp", {.tcp = SIM_TCP_REFUSED, .answer.tc = true}},
    {"tc_always", {.tcp = SIM_TCP_TRUNCATED, .answer.tc = true}},
    {"formerr_on_edns", {.only_edns = true, .answer.rcode = RCODE_FORMERR}},
};

/* Those that the model plays, and those that lie in the delegation. */
static const char *const played[] = {"strip_authority", "answer",        "chain_cut",
                                     "bad_rdata",       "lame_referral", "no_ns_addr",
                                     "private_ns",      "tc_tcp_ok",     "bogus"};

static unsigned rcode_of(const json_t *behaviour)
{
    const json_t *rcode = json_object_get(behaviour, "rcode");
    if (rcode == NULL)
        return RCODE_NOERROR;
    if (json_is_integer(rcode))
        return (unsigned)json_integer_value(rcode);
    const char *word = json_string_value(rcode);
    static const struct {
        const char *word;
        unsigned rcode;
    } words[] = {{"NOERROR", RCODE_NOERROR},
                 {"FORMERR", RCODE_FORMERR},
                 {"SERVFAIL", RCODE_SERVFAIL},
                 {"NXDOMAIN", RCODE_NXDOMAIN},
                 {"NOTIMP", RCODE_NOTIMP},
                 {"REFUSED", RCODE_REFUSED},
                 {"YXDOMAIN", RCODE_YXDOMAIN},
                 {"NXRRSET", 8},
                 {"NOTAUTH", 9},
                 {"BADVERS", RCODE_BADVERS}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, word) == 0)
            return words[i].rcode;
    }
    fail_msg("no such rcode: %s", word);
    return 0;
}

static bool read_rule(const json_t *behaviour, struct sim_rule *rule)
{
    const char *what = resolution_text(behaviour, "do");
    bool bare = strcmp(what, "bare") == 0;
    if (bare || strcmp(what, "rcode") == 0) {
        bool no_opt = json_is_true(json_object_get(behaviour, "no_opt"));
        *rule = (struct sim_rule){.fault = bare ? SIM_BARE : SIM_ANSWERS,
                                  .answer = {.rcode = rcode_of(behaviour), .no_opt = no_opt}};
        return true;
    }
    for (size_t i = 0; i < sizeof misdeeds / sizeof *misdeeds; i++) {
        *rule = misdeeds[i].rule;
        if (strcmp(misdeeds[i].what, what) == 0)
            return true;
    }
    for (size_t i = 0; i < sizeof played / sizeof *played; i++) {
        if (strcmp(played[i], what) == 0)
            return false;
    }
    fail_msg("no such behaviour: %s", what);
    return false;
}

/* Does the behaviour concern this server: one of a zone that holds names it matches? */
static bool concerns(const struct authority_rows *model, const json_t *behaviour, unsigned server)
{
    const struct resolution_zone *zone = model->servers[server].zone;
    const char *only = json_string_value(json_object_get(behaviour, "server"));
    if (zone == NULL || (only != NULL && strcmp(only, model->servers[server].name) != 0))
        return false;
    const json_t *match = json_object_get(behaviour, "match");
    struct name_buffer name = sim_name(resolution_text(match, "name"));
    bool below = json_is_true(json_object_get(match, "below"));
    return zone == resolution_zone_of(model->row, name_of(&name)) ||
           (below && name_within(name_of(&zone->origin), name_of(&name)));
}

static void add_rules(struct authority_rows *model, const json_t *behaviour)
{
    struct sim_rule rule;
    if (!read_rule(behaviour, &rule))
        return;
    const json_t *match = json_object_get(behaviour, "match");
    rule.name = resolution_text(match, "name");
    rule.below = json_is_true(json_object_get(match, "below"));
    rule.type = resolution_qtype(match);
    rule.only_edns |= json_is_true(json_object_get(behaviour, "only_edns"));
    if (json_object_get(behaviour, "times") != NULL)
        rule.times = (unsigned)json_integer_value(json_object_get(behaviour, "times"));
    for (unsigned server = 0; server < AUTHORITY_SERVERS_MAX; server++) {
        rule.server = server + 1;
        if (concerns(model, behaviour, server))
            sim_add_rule(model->sim, &rule);
    }
}

/* ---- what the model plays ---- */

static void show_literal(struct authority_rows *model, const json_t *behaviour,
                         struct sim_answer *out)
{
    size_t i;
    const json_t *record;
    json_array_foreach (json_object_get(behaviour, "answer"), i, record) {
        struct resolution_rr rr;
        resolution_rr_read(&rr, record);
        sim_section_rr(model->section, name_of(&rr.owner), rr.type, TTL_S, rr.rdata, rr.rdlen);
    }
    *out = (struct sim_answer){.rcode = rcode_of(behaviour), .aa = true, .section = model->section};
}

static void show_alias_alone(struct authority_rows *model, struct name name, struct sim_answer *out)
{
    const struct resolution_zone *zone = resolution_zone_of(model->row, name);
    for (size_t i = 0; i < zone->rr_count; i++) {
        const struct resolution_rr *rr = &zone->rrs[i];
        if (rr->type == TYPE_CNAME && name_equal(name_of(&rr->owner), name))
            sim_section_rr(model->section, name, rr->type, TTL_S, rr->rdata, rr->rdlen);
    }
    *out = (struct sim_answer){.aa = true, .section = model->section};
}

/* Keeps of the section at hand what is not of this type, nor signs that. */
static const struct sim_section *without(struct authority_rows *model,
                                         const struct sim_section *section, uint16_t type)
{
    struct reader r = reader_over(section->octets, section->len);
    for (unsigned i = 0; i < section->count; i++) {
        struct name_buffer owner;
        assert_true(name_read(&r, &owner));
        uint16_t own = reader_u16(&r);
        reader_u16(&r);
        uint32_t ttl_s = reader_u32(&r);
        size_t len = reader_u16(&r);
        const uint8_t *rdata = reader_take(&r, len);
        assert_non_null(rdata);
        unsigned covered = (unsigned)rdata[0] << 8 | rdata[1];
        if (own != type && (own != TYPE_RRSIG || covered != type))
            sim_section_rr(model->section, name_of(&owner), own, ttl_s, rdata, len);
    }
    return model->section;
}

/* The section at hand with every signature changed: its last octet, or the time at an offset. */
static const struct sim_section *spoilt(struct authority_rows *model,
                                        const struct sim_section *section, size_t time_at,
                                        uint8_t time)
{
    struct sim_section *out = section != NULL ? sim_section(model->sim) : NULL;
    struct reader r =
        reader_over(section != NULL ? section->octets : NULL, section != NULL ? section->len : 0);
    for (unsigned i = 0; section != NULL && i < section->count; i++) {
        struct name_buffer owner;
        assert_true(name_read(&r, &owner));
        uint16_t type = reader_u16(&r);
        reader_u16(&r);
        uint32_t ttl_s = reader_u32(&r);
        size_t len = reader_u16(&r);
        uint8_t rdata[UINT16_MAX];
        const uint8_t *octets = reader_take(&r, len);
        assert_non_null(octets);
        memcpy(rdata, octets, len);
        if (type == TYPE_RRSIG && time_at != 0)
            rdata[time_at] = time;
        else if (type == TYPE_RRSIG)
            rdata[len - 1] ^= 1;
        sim_section_rr(out, name_of(&owner), type, ttl_s, rdata, len);
    }
    return out;
}

static void spoil_signatures(struct authority_rows *model, size_t time_at, uint8_t time,
                             struct sim_answer *out)
{
    out->section = spoilt(model, out->section, time_at, time);
    out->authority = spoilt(model, out->authority, time_at, time);
}

/* What lacks by the reason that a validator gives. Keys lack already where the zone has none. */
static void break_proof(struct authority_rows *model, const json_t *behaviour,
                        struct sim_answer *out)
{
    switch (json_integer_value(json_object_get(behaviour, "ede"))) {
    case VERDICT_NSEC_MISSING:
        out->authority = without(model, out->authority, TYPE_NSEC);
        return;
    case VERDICT_RRSIG_MISSING:
        out->section = without(model, out->section, TYPE_RRSIG);
        return;
    case VERDICT_DNSKEY_MISSING:
        return;
    case VERDICT_BOGUS:
        spoil_signatures(model, 0, 0, out);
        return;
    case VERDICT_EXPIRED:
        spoil_signatures(model, RRSIG_EXPIRATION_AT, 0x01, out);
        return;
    case VERDICT_NOT_YET_VALID:
        spoil_signatures(model, RRSIG_INCEPTION_AT, 0x78, out);
        return;
    default:
        fail_msg("no such fault: %s", resolution_text(behaviour, "detail"));
    }
}

static void misbehave(struct authority_rows *model, const json_t *behaviour,
                      const struct sim_query *q, struct sim_answer *out)
{
    const char *what = resolution_text(behaviour, "do");
    model->section->len = model->section->count = 0;
    if (strcmp(what, "strip_authority") == 0) {
        out->authority = NULL;
    } else if (strcmp(what, "tc_tcp_ok") == 0) {
        out->tc = !q->tcp;
    } else if (strcmp(what, "answer") == 0) {
        show_literal(model, behaviour, out);
    } else if (strcmp(what, "chain_cut") == 0) {
        show_alias_alone(model, name_of(&q->name), out);
    } else if (strcmp(what, "bad_rdata") == 0) {
        sim_section_rr(model->section, name_of(&q->name), TYPE_CAA, TTL_S,
                       (const uint8_t *)"\0\xffissue", 7);
        *out = (struct sim_answer){.aa = true, .section = model->section};
    } else if (strcmp(what, "lame_referral") == 0) {
        sim_section_alias(model->section, ".", TYPE_NS, TTL_S, "a.root-servers.net");
        *out = (struct sim_answer){.authority = model->section};
    } else if (strcmp(what, "bogus") == 0) {
        break_proof(model, behaviour, out);
    }
}

static void answer(void *context, const struct sim_query *query, struct sim_answer *out)
{
    struct authority_rows *model = context;
    sim_world_answer(sim_world(model->sim), query, out);
    if (query->server >= AUTHORITY_SERVERS_MAX || model->servers[query->server].zone == NULL)
        return;
    const json_t *behaviour = resolution_behaviour(model->row, name_of(&query->name), query->type,
                                                   model->servers[query->server].name);
    if (behaviour != NULL && concerns(model, behaviour, query->server))
        misbehave(model, behaviour, query, out);
}

static bool is_literal(const json_t *behaviour)
{
    static const char *const of_the_lab[] = {"authority", "authoritative"};
    for (size_t i = 0; i < sizeof of_the_lab / sizeof *of_the_lab; i++) {
        if (json_object_get(behaviour, of_the_lab[i]) != NULL)
            return false;
    }
    size_t i;
    const json_t *record;
    json_array_foreach (json_object_get(behaviour, "answer"), i, record) {
        if (json_object_get(record, "rdata_hex") != NULL)
            return false;
    }
    return true;
}

/* A delegation is the same for all servers, and what the model plays it plays each time. */
static bool is_played(const json_t *behaviour)
{
    struct sim_rule rule;
    static const char *const of_the_lab[] = {"relabel", "no_glue", "stale_glue", "tc_whole",
                                             "untruncated"};
    const char *what = resolution_text(behaviour, "do");
    for (size_t i = 0; i < sizeof of_the_lab / sizeof *of_the_lab; i++) {
        if (strcmp(of_the_lab[i], what) == 0)
            return false;
    }
    if (read_rule(behaviour, &rule))
        return true;
    bool delegation = strcmp(what, "no_ns_addr") == 0 || strcmp(what, "private_ns") == 0;
    return is_literal(behaviour) && json_object_get(behaviour, "times") == NULL &&
           !(delegation && json_object_get(behaviour, "server") != NULL);
}

bool authority_rows_plays(const struct resolution_row *row)
{
    size_t i;
    const json_t *behaviour, *servers;
    const char *origin;
    json_array_foreach (json_object_get(row->json, "behaviors"), i, behaviour) {
        if (!is_played(behaviour))
            return false;
    }
    json_object_foreach ((json_t *)json_object_get(row->json, "servers"), origin, servers) {
        if (json_array_size(servers) > 2)
            return false;
    }
    return true;
}

/* ---- zones ---- */

static bool has_behaviour(const struct authority_rows *model, const struct resolution_zone *zone,
                          const char *what)
{
    const json_t *it = resolution_behaviour(model->row, name_of(&zone->origin), TYPE_A, "s1");
    return it != NULL && strcmp(resolution_text(it, "do"), what) == 0;
}

/* The text of the zone's origin, as the row has it. */
static const char *origin_text(const struct authority_rows *model, size_t zone)
{
    const json_t *zones = json_object_get(model->row->json, "zones");
    return resolution_text(json_array_get(zones, zone), "origin");
}

static void add_server(struct authority_rows *model, size_t zone, const char *server,
                       struct sim_zone *data)
{
    struct sim_world *w = sim_world(model->sim);
    const char *origin = origin_text(model, zone);
    char ns[NAME_LEN_MAX + 16], address[32];
    snprintf(ns, sizeof ns, "ns-%s.%s", server, origin);
    snprintf(address, sizeof address, "198.51.100.%zu", 2 * zone + (strcmp(server, "s2") == 0));
    sim_zone_add(data, "%s NS %s", origin, ns);
    sim_zone_add(data, "%s A %s", ns, address);
    sim_zone_host(w, data, address);
    const char *glue = address;
    if (has_behaviour(model, &model->row->zones[zone], "no_ns_addr"))
        glue = NULL;
    if (has_behaviour(model, &model->row->zones[zone], "private_ns"))
        glue = PRIVATE_ADDRESS;
    sim_delegate(w, origin, ns, glue);
    unsigned number = sim_server(w, address) - 1;
    assert_true(number < AUTHORITY_SERVERS_MAX);
    model->servers[number].zone = &model->row->zones[zone];
    snprintf(model->servers[number].name, sizeof model->servers[number].name, "%s", server);
}

/* The zone as its second server has it, where it differs. */
static struct sim_zone *second_version(struct authority_rows *model, size_t zone,
                                       struct sim_zone *first)
{
    size_t i, k;
    const json_t *other, *record;
    json_array_foreach (json_object_get(model->row->json, "s2_zones"), i, other) {
        if (strcmp(resolution_text(other, "origin"), origin_text(model, zone)) != 0)
            continue;
        struct sim_zone *data = sim_zone_version(sim_world(model->sim), origin_text(model, zone));
        json_array_foreach (json_object_get(other, "records"), k, record) {
            struct resolution_rr rr;
            resolution_rr_read(&rr, record);
            sim_zone_add_rr(data, name_of(&rr.owner), rr.type, rr.rdata, rr.rdlen);
        }
        return data;
    }
    return first;
}

/* Does the delegation promise keys that the zone lacks? */
static bool lacks_keys(const struct authority_rows *model, const struct resolution_zone *zone)
{
    const json_t *it = resolution_behaviour(model->row, name_of(&zone->origin), TYPE_CAA, "s1");
    return json_integer_value(json_object_get(it, "ede")) == VERDICT_DNSKEY_MISSING;
}

static bool has_unknown_ds(const struct authority_rows *model, const char *origin)
{
    const json_t *it = json_object_get(model->row->json, "ds_override");
    if (it == NULL || strcmp(resolution_text(it, "zone"), origin) != 0)
        return false;
    assert_string_equal(resolution_text(it, "kind"), "unsupported_algorithm");
    return true;
}

static void add_ds(struct authority_rows *model, size_t zone)
{
    static const uint8_t unknown[4 + 32] = {0, 1, 250, 2}; /* key tag, algorithm, SHA-256 */
    const char *origin = origin_text(model, zone);
    const struct resolution_zone *it = &model->row->zones[zone];
    struct sim_zone *above = sim_zone_above(sim_world(model->sim), origin);
    if (has_unknown_ds(model, origin))
        sim_zone_add_rr(above, name_of(&it->origin), TYPE_DS, unknown, sizeof unknown);
    else if (it->is_signed || lacks_keys(model, it))
        sim_sign_delegation(above, origin);
}

static void add_zone(struct authority_rows *model, size_t zone)
{
    const struct resolution_zone *it = &model->row->zones[zone];
    struct sim_zone *data = sim_zone(sim_world(model->sim), origin_text(model, zone));
    for (size_t i = 0; i < it->rr_count; i++)
        sim_zone_add_rr(data, name_of(&it->rrs[i].owner), it->rrs[i].type, it->rrs[i].rdata,
                        it->rrs[i].rdlen);
    if (it->is_signed)
        sim_zone_sign(data);
    if (it->origin.len == 1)
        return; /* the root has its server */
    add_ds(model, zone);
    const json_t *servers =
        json_object_get(json_object_get(model->row->json, "servers"), origin_text(model, zone));
    add_server(model, zone, "s1", data);
    if (json_array_size(servers) > 1)
        add_server(model, zone, "s2", second_version(model, zone, data));
}

void authority_rows_build(struct authority_rows *model, struct sim *s,
                          const struct resolution_row *row)
{
    *model = (struct authority_rows){.row = row, .sim = s, .section = sim_section(s)};
    sim_set_model(s, (struct sim_model){answer, model});
    sim_zone_sign(sim_zone(sim_world(s), "."));
    for (size_t i = 0; i < row->zone_count; i++) /* all of them, before any is delegated */
        sim_zone(sim_world(s), origin_text(model, i));
    for (size_t i = 0; i < row->zone_count; i++)
        add_zone(model, i);
    sim_sign_world(sim_world(s));
    size_t i;
    const json_t *behaviour;
    json_array_foreach (json_object_get(row->json, "behaviors"), i, behaviour)
        add_rules(model, behaviour);
}
