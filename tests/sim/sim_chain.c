#include "sim_chain.h"

#include <string.h>

static const struct sim_section *glue_of(struct sim *s)
{
    struct sim_section *glue = sim_section(s);
    struct name_buffer ns = sim_name("ns.example");
    sim_section_rr(glue, name_of(&ns), TYPE_A, 3600, (const uint8_t[]){192, 0, 2, 1}, 4);
    return glue;
}

void chain_say(struct sim *s, const char *server, unsigned times, const struct signed_reply *reply)
{
    struct sim_rule rule = {.name = reply->qname,
                            .type = reply->qtype,
                            .server = sim_server(sim_world(s), server),
                            .times = times,
                            .answer = {.rcode = reply->rcode, .aa = !reply->referral}};
    rule.answer.section = sim_sign_section(s, reply->zone, reply->answer);
    rule.answer.authority = sim_sign_section(s, reply->zone, reply->authority);
    if (reply->referral && strcmp(reply->qname, "glueless") != 0)
        rule.answer.additional = glue_of(s);
    sim_add_rule(s, &rule);
}

struct sim *chain_new(struct sim_options options, const char *proof)
{
    sim_trust_use(&options);
    options.attempts = 2;
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "example", "ns.example", CHAIN_TLD);
    chain_say(s, SIM_ROOT_IPV4, 0, CHAIN_REPLY(".", ".", TYPE_DNSKEY, .answer = {"DNSKEY"}));
    chain_say(s, SIM_ROOT_IPV4, 0,
              CHAIN_REPLY(".", "example", TYPE_CAA, .referral = true,
                          .authority = {"- example. NS ns.example.", proof}));
    return s;
}

struct sim *chain_new_simple(bool is_signed)
{
    return chain_new((struct sim_options){.in_flight = 1},
                     is_signed ? CHAIN_SIGNED : CHAIN_UNSIGNED);
}

void chain_say_keys_of(struct sim *s, const char *zone, const char *apex)
{
    chain_say(s, CHAIN_TLD, 0, CHAIN_REPLY(zone, apex, TYPE_DNSKEY, .answer = {"DNSKEY"}));
}

void chain_say_keys(struct sim *s)
{
    chain_say_keys_of(s, "example.", "example");
}

void chain_say_set(struct sim *s, unsigned times, const char *record)
{
    chain_say(s, CHAIN_TLD, times,
              CHAIN_REPLY("example.", "example", TYPE_CAA, .answer = {record}));
}

void chain_refer(struct sim *s, const char *qname)
{
    chain_say(s, SIM_ROOT_IPV4, 0,
              CHAIN_REPLY(".", qname, TYPE_CAA, .referral = true,
                          .authority = {"- example. NS ns.example.", CHAIN_SIGNED}));
}

void chain_deny_ds_of_sub(struct sim *s)
{
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "sub.example", TYPE_DS,
                          .authority = {CHAIN_SOA, "sub.example. NSEC t.example. NS RRSIG NSEC"}));
}

void chain_add_glueless(struct sim *s)
{
    struct sim_zone *glueless = sim_zone(sim_world(s), "glueless");
    sim_zone_host(sim_world(s), glueless, CHAIN_TLD);
    chain_say(s, SIM_ROOT_IPV4, 0,
              CHAIN_REPLY(
                  ".", "glueless", TYPE_CAA, .referral = true,
                  .authority = {"- glueless. NS ns.example.", "glueless. NSEC h. NS RRSIG NSEC"}));
}

void chain_expect(const struct sim *s, uint64_t row, const char *status)
{
    assert_string_equal(sim_text(sim_record(s, row), "dnssec"), status);
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/dnssec"), status);
}

uint64_t chain_run_found(struct sim *s, const char *name, const char *status)
{
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_found(s, row, name, "ca.example");
    chain_expect(s, row, status);
    return row;
}

uint64_t chain_run_failed(struct sim *s, const char *name, const char *error_class)
{
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_failed(s, row, error_class, name);
    return row;
}
