/* The chain of trust: what is asked for it, what is verified, and what a verdict does to a row. The
 * replies are signed by ldns, and the verifier is the real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_sign.h"
#include "sim_trust.h"

#define TLD "192.0.2.1"
#define SOA "example. SOA ns.example. host.example. 1 2 3 4 300"
#define SET "example. CAA 0 issue \"ca.example\""

static const struct sim_section *glue_of(struct sim *s)
{
    struct sim_section *glue = sim_section(s);
    struct name_buffer ns = sim_name("ns.example");
    sim_section_rr(glue, name_of(&ns), TYPE_A, 3600, (const uint8_t[]){192, 0, 2, 1}, 4);
    return glue;
}

/* A server's reply, for so many queries; 0: all. */
static void say(struct sim *s, const char *server, unsigned times, const struct signed_reply *reply)
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

#define SIGNED "DS-OF example."
#define UNSIGNED "example. NSEC f. NS RRSIG NSEC"

/* The root's keys, and its referral to example. with what it shows of DS; NULL: nothing. */
static struct sim *world_of(struct sim_options options, const char *proof)
{
    sim_trust_use(&options);
    options.attempts = 2;
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "example", "ns.example", TLD);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = ".", .qname = ".", .qtype = TYPE_DNSKEY, .answer = {"DNSKEY"}});
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", proof}});
    return s;
}

static struct sim *world(bool is_signed)
{
    return world_of((struct sim_options){.in_flight = 1}, is_signed ? SIGNED : UNSIGNED);
}

static void say_keys(struct sim *s)
{
    say(s, TLD, 0,
        &(struct signed_reply){
            .zone = "example.", .qname = "example", .qtype = TYPE_DNSKEY, .answer = {"DNSKEY"}});
}

static void say_set(struct sim *s, unsigned times, const char *record)
{
    say(s, TLD, times,
        &(struct signed_reply){
            .zone = "example.", .qname = "example", .qtype = TYPE_CAA, .answer = {record}});
}

static void expect_dnssec(const struct sim *s, uint64_t row, const char *status)
{
    assert_string_equal(sim_text(sim_record(s, row), "dnssec"), status);
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/dnssec"), status);
}

static void a_signed_zone_costs_one_query_for_its_keys(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say_set(s, 0, SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "secure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 4);
    assert_int_equal(sim_trust_verified(), 4);
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_DNSKEY), 1);
    assert_int_equal(sim_asked_at(s, TLD, TYPE_DNSKEY), 1);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

static void keys_are_kept_for_the_next_name(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say_set(s, 0, SET);
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "www.example",
                               .qtype = TYPE_CAA,
                               .authority = {SOA, "www.example. NSEC x.example. A RRSIG NSEC"}});
    sim_admit(s, "example");
    uint64_t row = sim_admit(s, "www.example");
    sim_run(s);
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "secure");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 1);
    sim_free(s);
}

/* The rcode is not signed, the proof is. */
static void what_is_proven_counts_whatever_the_rcode_says(void **state)
{
    static const struct {
        uint16_t rcode;
        const char *proof, *outcome, *exists;
    } rows[] = {
        {RCODE_NXDOMAIN, "www.example. NSEC x.example. A RRSIG NSEC", "nodata", "yes"},
        {RCODE_NXDOMAIN, "a.example. NSEC b.www.example. A RRSIG NSEC", "nodata", "yes"},
        {RCODE_NOERROR, "example. NSEC x.example. NS SOA RRSIG NSEC DNSKEY", "nxdomain", "no"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sim *s = world(true);
        say_keys(s);
        say_set(s, 0, SET);
        say(s, TLD, 0,
            &(struct signed_reply){.zone = "example.",
                                   .qname = "www.example",
                                   .qtype = TYPE_CAA,
                                   .rcode = rows[i].rcode,
                                   .authority = {SOA, rows[i].proof}});
        sim_admit(s, "example");
        uint64_t row = sim_admit(s, "www.example");
        sim_run(s);
        sim_expect_found(s, row, "example", "ca.example");
        const json_t *r = sim_record(s, row);
        assert_string_equal(sim_text(r, "dnssec"), "secure");
        assert_string_equal(sim_text(r, "levels/0/outcome"), rows[i].outcome);
        assert_int_equal(sim_number(r, "levels/0/rcode"), rows[i].rcode);
        assert_string_equal(sim_text(r, "exists"), rows[i].exists);
        sim_free(s);
    }
}

static void below_a_proven_unsigned_delegation_nothing_is_verified(void **state)
{
    (void)state;
    struct sim *s = world(false);
    say_set(s, 0, "- " SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "insecure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "absent");
    assert_int_equal(sim_asked_at(s, TLD, 0), 1);
    assert_int_equal(sim_trust_verified(), 2);
    sim_free(s);
}

static void a_bogus_reply_fails_its_server_and_another_is_asked(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say_set(s, 1, "x " SET);
    say_set(s, 0, SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "secure");
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/tried/0/result"), "dnssec_bogus");
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/tried/0/server"), TLD);
    sim_free(s);
}

static void what_stays_bogus_is_a_failure_with_its_reason(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say_set(s, 0, "e " SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_failed(s, row, "dnssec_bogus", "example");
    expect_dnssec(s, row, "bogus");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_EXPIRED);
    assert_int_equal(sim_stat(s, COUNTER_BOGUS), 2);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* Aliases in a circle are final where the zone has signed them. */
static void a_circle_of_aliases_is_verified_too(void **state)
{
    (void)state;
    for (unsigned is_signed = 0; is_signed < 2; is_signed++) {
        struct sim *s = world(true);
        say_keys(s);
        say_set(s, 1, is_signed != 0 ? "example. CNAME example." : "- example. CNAME example.");
        say_set(s, 0, SET);
        uint64_t row = sim_admit(s, "example");
        sim_run(s);
        expect_dnssec(s, row, "secure");
        if (is_signed != 0)
            sim_expect_failed(s, row, "cname_loop", "example");
        else
            sim_expect_found(s, row, "example", "ca.example");
        sim_free(s);
    }
}

static void keys_that_nobody_gives_leave_it_open(void **state)
{
    (void)state;
    struct sim *s = world(true);
    sim_add_rule(s,
                 &(struct sim_rule){.name = "example", .type = TYPE_DNSKEY, .fault = SIM_SILENT});
    say_set(s, 0, SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_failed(s, row, "dnssec_indeterminate", "example");
    expect_dnssec(s, row, "indeterminate");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

static void a_zone_that_fails_below_a_signed_delegation_is_secure(void **state)
{
    (void)state;
    struct sim *s = world(true);
    sim_add_rule(s, &(struct sim_rule){.name = "example",
                                       .server = sim_server(sim_world(s), TLD),
                                       .answer.rcode = RCODE_SERVFAIL});
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_failed(s, row, "servfail", "example");
    expect_dnssec(s, row, "secure");
    sim_free(s);
}

static void an_unsigned_answer_of_a_signed_zone_is_bogus(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say_set(s, 0, "- " SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_failed(s, row, "dnssec_bogus", "example");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_RRSIG_MISSING);
    sim_free(s);
}

/* The server of example. holds sub.example. too, and answers for it without a referral. */
static void an_unsigned_zone_at_its_parents_server_is_found_by_its_ds(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "sub.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", "DS-OF example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "sub.example.",
                               .qname = "sub.example",
                               .qtype = TYPE_CAA,
                               .answer = {"- sub.example. CAA 0 issue \"ca.example\""}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DS,
                               .authority = {SOA, "sub.example. NSEC t.example. NS RRSIG NSEC"}});
    uint64_t row = sim_admit(s, "sub.example");
    sim_run(s);
    sim_expect_found(s, row, "sub.example", "ca.example");
    expect_dnssec(s, row, "insecure");
    assert_int_equal(sim_asked_at(s, TLD, TYPE_DS), 1);
    sim_free(s);
}

static void a_signed_zone_at_its_parents_server_has_ds_and_keys_of_its_own(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "sub.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", "DS-OF example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "sub.example.",
                               .qname = "sub.example",
                               .qtype = TYPE_CAA,
                               .answer = {"sub.example. CAA 0 issue \"ca.example\""}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DS,
                               .answer = {"DS-OF sub.example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "sub.example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DNSKEY,
                               .answer = {"DNSKEY"}});
    uint64_t row = sim_admit(s, "sub.example");
    sim_run(s);
    sim_expect_found(s, row, "sub.example", "ca.example");
    expect_dnssec(s, row, "secure");
    assert_int_equal(sim_asked_at(s, TLD, TYPE_DNSKEY), 2);
    sim_free(s);
}

/* The address of glueless.'s server led to the cut of example., which nobody has verified. */
static void a_cut_found_for_an_address_is_checked_once_it_matters(void **state)
{
    (void)state;
    struct sim *s = world(true);
    struct sim_zone *glueless = sim_zone(sim_world(s), "glueless");
    sim_zone_host(sim_world(s), glueless, TLD);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = ".",
            .qname = "glueless",
            .qtype = TYPE_CAA,
            .referral = true,
            .authority = {"- glueless. NS ns.example.", "glueless. NSEC h. NS RRSIG NSEC"}});
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = ".", .qname = "example", .qtype = TYPE_DS, .answer = {"DS-OF example."}});
    say_keys(s);
    say_set(s, 0, SET);
    uint64_t first = sim_admit(s, "glueless");
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_empty(s, first);
    expect_dnssec(s, first, "insecure");
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "secure");
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_DS), 1);
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_CAA), 1);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* The delegation of example. is good for 300 seconds, however much is learned of it meanwhile. */
static void a_cut_that_was_checked_is_no_younger_for_it(void **state)
{
    (void)state;
    struct sim *s = world(true);
    struct sim_zone *glueless = sim_zone(sim_world(s), "glueless");
    sim_zone_host(sim_world(s), glueless, TLD);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = ".",
            .qname = "glueless",
            .qtype = TYPE_CAA,
            .referral = true,
            .authority = {"- glueless. NS ns.example.", "glueless. NSEC h. NS RRSIG NSEC"}});
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = ".", .qname = "example", .qtype = TYPE_DS, .answer = {"DS-OF example."}});
    say_keys(s);
    say_set(s, 0, SET);
    sim_admit(s, "glueless");
    sim_run(s);
    sim_pass(s, 200 * SIM_S);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    expect_dnssec(s, row, "secure");
    assert_int_equal(sim_asked(s, "example", TYPE_DS), 1);
    sim_pass(s, 150 * SIM_S);
    sim_admit(s, "www.example");
    sim_run(s);
    assert_true(sim_asked(s, "www.example", TYPE_CAA) > 0);
    assert_true(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_CAA) > 1);
    sim_free(s);
}

/* The root's denial of DS is good for a minute, the delegation for five. */
static void a_cut_is_checked_for_as_long_as_its_ds_says(void **state)
{
    (void)state;
    struct sim *s = world(true);
    struct sim_zone *glueless = sim_zone(sim_world(s), "glueless");
    sim_zone_host(sim_world(s), glueless, TLD);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = ".",
            .qname = "glueless",
            .qtype = TYPE_CAA,
            .referral = true,
            .authority = {"- glueless. NS ns.example.", "glueless. NSEC h. NS RRSIG NSEC"}});
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = ".",
            .qname = "example",
            .qtype = TYPE_DS,
            .authority = {". SOA . . 1 2 3 4 60", "example. NSEC f. NS RRSIG NSEC"}});
    say_set(s, 0, "- " SET);
    sim_admit(s, "glueless");
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    expect_dnssec(s, row, "insecure");
    size_t asked = sim_asked_at(s, SIM_ROOT_IPV4, TYPE_CAA);
    sim_pass(s, 100 * SIM_S);
    sim_admit(s, "www.example");
    sim_run(s);
    assert_true(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_CAA) > asked);
    sim_free(s);
}

/* Without EDNS there are no signatures: what a server made of one zone's name must not make another
 * zone bogus. */
static void a_server_that_refused_edns_is_asked_with_it_about_a_signed_zone(void **state)
{
    (void)state;
    struct sim *s = world(true);
    struct sim_zone *plain = sim_zone(sim_world(s), "plain");
    sim_zone_host(sim_world(s), plain, TLD);
    sim_zone_add(plain, "plain CAA plain.example");
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = ".",
            .qname = "plain",
            .qtype = TYPE_CAA,
            .referral = true,
            .authority = {"- plain. NS ns.example.", "plain. NSEC q. NS RRSIG NSEC"}});
    sim_add_rule(s, &(struct sim_rule){.name = "plain",
                                       .server = sim_server(sim_world(s), TLD),
                                       .only_edns = true,
                                       .answer.rcode = RCODE_FORMERR});
    say_keys(s);
    say_set(s, 0, SET);
    uint64_t first = sim_admit(s, "plain");
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_found(s, first, "plain", "plain.example");
    assert_true(sim_has_note(s, first, "formerr_on_edns"));
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "secure");
    for (size_t i = 0; i < sim_sent(s); i++) {
        struct sim_query q = sim_sent_at(s, i);
        struct name_buffer example = sim_name("example");
        assert_true(q.edns || !name_equal(name_of(&q.name), name_of(&example)));
    }
    sim_free(s);
}

/* An alias is no zone cut: what is known of its target says nothing of the alias. */
static void an_alias_does_not_explain_a_missing_signature(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "www.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", "DS-OF example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "www.example",
                               .qtype = TYPE_CAA,
                               .answer = {"- www.example. CAA 0 issue \"evil.example\""}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "www.example",
                               .qtype = TYPE_DS,
                               .answer = {"www.example. CNAME target.unsigned."}});
    uint64_t row = sim_admit(s, "www.example");
    sim_run(s);
    sim_expect_failed(s, row, "dnssec_bogus", "www.example");
    assert_int_equal(sim_asked(s, "target.unsigned", 0), 0);
    sim_free(s);
}

/* One server holds example., the signed sub.example., and the unsigned x.sub.example. */
static void an_unsigned_zone_may_be_below_another_signed_one(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "x.sub.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", "DS-OF example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "x.sub.example.",
                               .qname = "x.sub.example",
                               .qtype = TYPE_CAA,
                               .answer = {"- x.sub.example. CAA 0 issue \"ca.example\""}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DS,
                               .answer = {"DS-OF sub.example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "sub.example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DNSKEY,
                               .answer = {"DNSKEY"}});
    say(s, TLD, 0,
        &(struct signed_reply){
            .zone = "sub.example.",
            .qname = "x.sub.example",
            .qtype = TYPE_DS,
            .authority = {"sub.example. SOA ns.example. host.example. 1 2 3 4 300",
                          "x.sub.example. NSEC y.sub.example. NS RRSIG NSEC"}});
    uint64_t row = sim_admit(s, "x.sub.example");
    sim_run(s);
    sim_expect_found(s, row, "x.sub.example", "ca.example");
    expect_dnssec(s, row, "insecure");
    sim_free(s);
}

/* The server follows an alias into a zone below, which it holds too. */
static void behind_an_alias_there_may_be_another_zone(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "www.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", "DS-OF example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "www.example",
                               .qtype = TYPE_CAA,
                               .answer = {"www.example. CNAME t.sub.example.",
                                          "- t.sub.example. CAA 0 issue \"ca.example\""}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "sub.example.",
                               .qname = "t.sub.example",
                               .qtype = TYPE_CAA,
                               .answer = {"- t.sub.example. CAA 0 issue \"ca.example\""}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DS,
                               .authority = {SOA, "sub.example. NSEC t.example. NS RRSIG NSEC"}});
    uint64_t row = sim_admit(s, "www.example");
    sim_run(s);
    sim_expect_found(s, row, "www.example", "ca.example");
    expect_dnssec(s, row, "insecure");
    assert_string_equal(sim_text(sim_record(s, row), "rrset_owner"), "t.sub.example");
    assert_int_equal(sim_count(sim_record(s, row), "chain"), 1);
    sim_free(s);
}

/* What is known of the alias says nothing of its target, in the same reply or not. */
static void an_unsigned_alias_does_not_excuse_its_target(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "x.sub.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", "DS-OF example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "x.sub.example",
                               .qtype = TYPE_CAA,
                               .answer = {"- x.sub.example. CNAME www.example.",
                                          "- www.example. CAA 0 issue \"evil.example\""}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DS,
                               .authority = {SOA, "sub.example. NSEC t.example. NS RRSIG NSEC"}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "www.example",
                               .qtype = TYPE_CAA,
                               .answer = {"- www.example. CAA 0 issue \"evil.example\""}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "www.example",
                               .qtype = TYPE_DS,
                               .authority = {SOA, "www.example. NSEC x.example. CAA RRSIG NSEC"}});
    uint64_t row = sim_admit(s, "x.sub.example");
    sim_run(s);
    sim_expect_failed(s, row, "dnssec_bogus", "x.sub.example");
    assert_string_equal(sim_text(sim_record(s, row), "error_name"), "www.example");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* Its parent's server answers for it without a referral, so it is found by its DS alone. */
static void a_zone_that_has_lost_its_keys_is_bogus_at_its_parents_server_too(void **state)
{
    (void)state;
    struct sim *s = world(true);
    say_keys(s);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "sub.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", "DS-OF example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "sub.example.",
                               .qname = "sub.example",
                               .qtype = TYPE_CAA,
                               .answer = {"- sub.example. CAA 0 issue \"ca.example\""}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DS,
                               .answer = {"DS-OF sub.example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "sub.example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DNSKEY,
                               .authority = {"- sub.example. SOA . . 1 2 3 4 300"}});
    uint64_t row = sim_admit(s, "sub.example");
    sim_run(s);
    sim_expect_failed(s, row, "dnssec_bogus", "sub.example");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_DNSKEY_MISSING);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* ---- referrals without proof ---- */

/* The root's referral to example. shows this of DS, and what it says when asked for that. */
static struct sim *world_of_ds(const char *shown, const struct signed_reply *ds)
{
    struct sim *s = world_of((struct sim_options){.in_flight = 1}, shown);
    struct signed_reply reply = *ds;
    reply.zone = ".";
    reply.qname = "example";
    reply.qtype = TYPE_DS;
    say(s, SIM_ROOT_IPV4, 0, &reply);
    return s;
}

static void a_referral_without_proof_is_secure_by_the_ds_asked_for(void **state)
{
    (void)state;
    struct sim *s = world_of_ds(NULL, &(struct signed_reply){.answer = {SIGNED}});
    say_keys(s);
    say_set(s, 0, SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "secure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
    assert_int_equal(sim_count(sim_record(s, row), "levels/0/tried"), 0);
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 5);
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_CAA), 1);
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_DS), 1);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

static void what_is_below_such_a_referral_is_verified(void **state)
{
    (void)state;
    struct sim *s = world_of_ds(NULL, &(struct signed_reply){.answer = {SIGNED}});
    say_keys(s);
    say_set(s, 0, "- " SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_failed(s, row, "dnssec_bogus", "example");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_RRSIG_MISSING);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

static void a_referral_without_proof_is_insecure_by_the_denial_asked_for(void **state)
{
    (void)state;
    struct sim *s =
        world_of_ds(NULL, &(struct signed_reply){.authority = {". SOA . . 1 2 3 4 300", UNSIGNED}});
    say_set(s, 0, "- " SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "insecure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "absent");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 4);
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_DS), 1);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

static void ds_of_an_unknown_algorithm_makes_such_a_referral_insecure(void **state)
{
    (void)state;
    struct sim *s = world_of_ds(NULL, &(struct signed_reply){.answer = {"example. DS 1 99 2 ab"}});
    say_set(s, 0, "- " SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "insecure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
    sim_free(s);
}

/* Neither the referral nor the reply to the question for DS proves anything. */
static void without_any_proof_of_ds_a_referral_is_bogus(void **state)
{
    (void)state;
    static const struct {
        struct signed_reply ds;
        unsigned reason;
    } cases[] = {
        {{.authority = {"- . SOA . . 1 2 3 4 300"}}, VERDICT_NSEC_MISSING},
        {{.authority = {". SOA . . 1 2 3 4 300", "- " UNSIGNED}}, VERDICT_RRSIG_MISSING},
        {{.authority = {". SOA . . 1 2 3 4 300", "example. NSEC f. A RRSIG NSEC"}},
         VERDICT_NSEC_MISSING},
        {{.answer = {"- " SIGNED}}, VERDICT_RRSIG_MISSING},
        {{.answer = {"x " SIGNED}}, VERDICT_BOGUS},
        {{.answer = {"e " SIGNED}}, VERDICT_EXPIRED},
        {{.answer = {"example. CNAME www."}}, VERDICT_NSEC_MISSING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sim *s = world_of_ds(NULL, &cases[i].ds);
        say_keys(s);
        say_set(s, 0, SET);
        uint64_t row = sim_admit(s, "example");
        sim_run(s);
        sim_expect_failed(s, row, "dnssec_bogus", "example");
        expect_dnssec(s, row, "bogus");
        assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), cases[i].reason);
        assert_int_equal(sim_asked(s, "example", TYPE_DNSKEY), 0);
        assert_int_equal(sim_held(s), 0);
        sim_free(s);
    }
}

/* A server that gives no proof with a referral may have none to give for DS either: it leads on, or
 * denies without proof. Another one is asked, or the same again. */
static void a_server_without_proof_of_ds_is_passed_over(void **state)
{
    (void)state;
    static const struct signed_reply first[] = {
        {.referral = true, .authority = {"- example. NS ns.example."}},
        {.authority = {"- . SOA . . 1 2 3 4 300"}},
    };
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        struct sim *s = world_of((struct sim_options){.in_flight = 1}, NULL);
        struct signed_reply ds = first[i];
        ds.zone = ".";
        ds.qname = "example";
        ds.qtype = TYPE_DS;
        say(s, SIM_ROOT_IPV4, 1, &ds);
        say(s, SIM_ROOT_IPV4, 0,
            &(struct signed_reply){
                .zone = ".", .qname = "example", .qtype = TYPE_DS, .answer = {SIGNED}});
        say_keys(s);
        say_set(s, 0, SET);
        uint64_t row = sim_admit(s, "example");
        sim_run(s);
        sim_expect_found(s, row, "example", "ca.example");
        expect_dnssec(s, row, "secure");
        assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_DS), 2);
        assert_int_equal(sim_number(sim_record(s, row), "queries"), 6);
        sim_free(s);
    }
}

/* The DS that nobody signed is of another key. */
static void unsigned_ds_of_a_referral_is_not_believed(void **state)
{
    (void)state;
    static const char forged[] = "- example. DS 1 15 2 "
                                 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    struct sim *s = world_of_ds(forged, &(struct signed_reply){.answer = {SIGNED}});
    say_keys(s);
    say_set(s, 0, SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    expect_dnssec(s, row, "secure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
    sim_free(s);
    s = world_of_ds(forged,
                    &(struct signed_reply){.authority = {". SOA . . 1 2 3 4 300", UNSIGNED}});
    say_set(s, 0, "- " SET);
    row = sim_admit(s, "example");
    sim_run(s);
    expect_dnssec(s, row, "insecure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "absent");
    sim_free(s);
}

/* What it shows is signed, and says nothing of example. */
static void a_referral_with_another_names_proof_shows_none(void **state)
{
    (void)state;
    static const char stray[] = "www. NSEC x. A RRSIG NSEC", soa[] = ". SOA . . 1 2 3 4 300";
    struct sim *s = world_of_ds(stray, &(struct signed_reply){.answer = {SIGNED}});
    say_keys(s);
    say_set(s, 0, SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "secure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 5);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
    s = world_of_ds(stray, &(struct signed_reply){.authority = {soa, UNSIGNED}});
    say_set(s, 0, "- " SET);
    row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_found(s, row, "example", "ca.example");
    expect_dnssec(s, row, "insecure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "absent");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
    s = world_of_ds(stray, &(struct signed_reply){.authority = {soa, stray}});
    row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_failed(s, row, "dnssec_bogus", "example");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_NSEC_MISSING);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

static void rows_below_such_a_referral_share_the_ds(void **state)
{
    (void)state;
    struct sim *s = world_of((struct sim_options){.in_flight = 8}, NULL);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = ".", .qname = "example", .qtype = TYPE_DS, .answer = {SIGNED}});
    say_keys(s);
    say_set(s, 0, SET);
    char names[8][16], records[8][64];
    for (unsigned i = 0; i < 8; i++) {
        snprintf(names[i], sizeof names[i], "n%u.example", i);
        snprintf(records[i], sizeof records[i], "%s. CAA 0 issue \"ca.example\"", names[i]);
        say(s, SIM_ROOT_IPV4, 0,
            &(struct signed_reply){.zone = ".",
                                   .qname = names[i],
                                   .qtype = TYPE_CAA,
                                   .referral = true,
                                   .authority = {"- example. NS ns.example."}});
        say(s, TLD, 0,
            &(struct signed_reply){
                .zone = "example.", .qname = names[i], .qtype = TYPE_CAA, .answer = {records[i]}});
        sim_admit(s, names[i]);
    }
    sim_run(s);
    for (uint64_t row = 1; row <= 8; row++)
        expect_dnssec(s, row, "secure");
    assert_int_equal(sim_asked(s, "example", TYPE_DS), 1);
    assert_int_equal(sim_asked(s, "example", TYPE_DNSKEY), 1);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* The root's server holds example. too, and leads from there to sub.example. */
static void a_referral_without_proof_may_be_another_zones(void **state)
{
    (void)state;
    struct sim *s = world_of_ds(NULL, &(struct signed_reply){.answer = {SIGNED}});
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "sub.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- sub.example. NS ns.example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DS,
                               .answer = {"DS-OF sub.example."}});
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "example",
                               .qtype = TYPE_DNSKEY,
                               .referral = true,
                               .authority = {"- example. NS ns.example."}});
    say_keys(s);
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "sub.example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DNSKEY,
                               .answer = {"DNSKEY"}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "sub.example.",
                               .qname = "sub.example",
                               .qtype = TYPE_CAA,
                               .answer = {"sub.example. CAA 0 issue \"ca.example\""}});
    uint64_t row = sim_admit(s, "sub.example");
    sim_run(s);
    sim_expect_found(s, row, "sub.example", "ca.example");
    expect_dnssec(s, row, "secure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* The way to example., as if the root had sent it unsigned, and what is true of that and of
 * sub.example. */
static struct sim *world_of_forged_referrals(void)
{
    struct sim *s = world(true);
    say_keys(s);
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "example",
                               .qtype = TYPE_DNSKEY,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", "DS-OF example."}});
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = ".", .qname = "example", .qtype = TYPE_DS, .answer = {"DS-OF example."}});
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "sub.example",
                               .qtype = TYPE_DS,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", "DS-OF example."}});
    say(s, TLD, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "sub.example",
                               .qtype = TYPE_DS,
                               .authority = {SOA, "sub.example. NSEC t.example. NS RRSIG NSEC"}});
    say_set(s, 0, "- " SET);
    return s;
}

/* Below example. there is an unsigned zone, which does not make example. one. */
static void a_referral_is_not_explained_by_an_unsigned_zone_further_down(void **state)
{
    (void)state;
    struct sim *s = world_of_forged_referrals();
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "www.sub.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example."}});
    uint64_t first = sim_admit(s, "www.sub.example");
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_failed(s, first, "dnssec_bogus", "example");
    assert_string_equal(sim_text(sim_record(s, first), "levels/0/dnssec"), "insecure");
    sim_expect_failed(s, row, "dnssec_bogus", "example");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_RRSIG_MISSING);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* A signature made for the unsigned zone explains no more. */
static void a_referral_is_not_explained_by_a_signer_further_down(void **state)
{
    (void)state;
    struct sim *s = world_of_forged_referrals();
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){
            .zone = "sub.example.",
            .qname = "www.sub.example",
            .qtype = TYPE_CAA,
            .referral = true,
            .authority = {"- example. NS ns.example.", "sub.example. NSEC sub.example. NS"}});
    uint64_t first = sim_admit(s, "www.sub.example");
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_failed(s, first, "dnssec_bogus", "example");
    assert_string_equal(sim_text(sim_record(s, first), "levels/0/dnssec"), "insecure");
    sim_expect_failed(s, row, "dnssec_bogus", "example");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_RRSIG_MISSING);
    sim_free(s);
}

/* Two delegations in one reply: the verdict is on the lower, and so must be what is believed. */
static void a_verdict_is_on_the_referral_that_is_taken(void **state)
{
    (void)state;
    struct sim *s = world_of_forged_referrals();
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = "example.",
                               .qname = "www.sub.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example.",
                                             "- sub.example. NS ns.example.",
                                             "sub.example. NSEC t.example. NS RRSIG NSEC"}});
    sim_admit(s, "www.sub.example");
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_failed(s, row, "dnssec_bogus", "example");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

#define MANY 200u

/* All rows' replies are there, and are no small ones, before the keys are. */
static void replies_of_all_rows_can_wait_for_keys(void **state)
{
    (void)state;
    struct sim *s = world_of((struct sim_options){.in_flight = MANY}, SIGNED);
    char names[MANY][32], records[3][256], padding[201];
    memset(padding, 'a', sizeof padding);
    padding[sizeof padding - 1] = 0;
    say(s, SIM_ROOT_IPV4, 0,
        &(struct signed_reply){.zone = ".",
                               .qname = "n0.example",
                               .qtype = TYPE_CAA,
                               .referral = true,
                               .authority = {"- example. NS ns.example.", "DS-OF example."}});
    for (unsigned i = 0; i < MANY; i++) {
        const char *name = names[i];
        snprintf(names[i], sizeof names[i], "n%u.example", i);
        for (unsigned k = 0; k < 3; k++)
            snprintf(records[k], sizeof records[k], "%s. CAA 0 issue \"%s%u\"", name, padding, k);
        say(s, TLD, 0,
            &(struct signed_reply){.zone = "example.",
                                   .qname = name,
                                   .qtype = TYPE_CAA,
                                   .answer = {records[0], records[1], records[2]}});
        sim_admit(s, name);
    }
    sim_add_rule(s, &(struct sim_rule){
                        .name = "example", .type = TYPE_DNSKEY, .times = 1, .fault = SIM_SILENT});
    say_keys(s);
    sim_run(s);
    for (uint64_t row = 1; row <= MANY; row++) {
        assert_string_equal(sim_text(sim_record(s, row), "dnssec"), "secure");
        assert_int_equal(sim_count(sim_record(s, row), "levels/0/tried"), 0);
    }
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_zone_costs_one_query_for_its_keys),
        cmocka_unit_test(keys_are_kept_for_the_next_name),
        cmocka_unit_test(what_is_proven_counts_whatever_the_rcode_says),
        cmocka_unit_test(below_a_proven_unsigned_delegation_nothing_is_verified),
        cmocka_unit_test(a_bogus_reply_fails_its_server_and_another_is_asked),
        cmocka_unit_test(what_stays_bogus_is_a_failure_with_its_reason),
        cmocka_unit_test(a_circle_of_aliases_is_verified_too),
        cmocka_unit_test(keys_that_nobody_gives_leave_it_open),
        cmocka_unit_test(a_zone_that_fails_below_a_signed_delegation_is_secure),
        cmocka_unit_test(an_unsigned_answer_of_a_signed_zone_is_bogus),
        cmocka_unit_test(an_unsigned_zone_at_its_parents_server_is_found_by_its_ds),
        cmocka_unit_test(a_signed_zone_at_its_parents_server_has_ds_and_keys_of_its_own),
        cmocka_unit_test(a_cut_found_for_an_address_is_checked_once_it_matters),
        cmocka_unit_test(a_cut_that_was_checked_is_no_younger_for_it),
        cmocka_unit_test(a_cut_is_checked_for_as_long_as_its_ds_says),
        cmocka_unit_test(a_server_that_refused_edns_is_asked_with_it_about_a_signed_zone),
        cmocka_unit_test(an_alias_does_not_explain_a_missing_signature),
        cmocka_unit_test(an_unsigned_zone_may_be_below_another_signed_one),
        cmocka_unit_test(behind_an_alias_there_may_be_another_zone),
        cmocka_unit_test(an_unsigned_alias_does_not_excuse_its_target),
        cmocka_unit_test(a_zone_that_has_lost_its_keys_is_bogus_at_its_parents_server_too),
        cmocka_unit_test(a_referral_without_proof_is_secure_by_the_ds_asked_for),
        cmocka_unit_test(what_is_below_such_a_referral_is_verified),
        cmocka_unit_test(a_referral_without_proof_is_insecure_by_the_denial_asked_for),
        cmocka_unit_test(ds_of_an_unknown_algorithm_makes_such_a_referral_insecure),
        cmocka_unit_test(without_any_proof_of_ds_a_referral_is_bogus),
        cmocka_unit_test(a_server_without_proof_of_ds_is_passed_over),
        cmocka_unit_test(unsigned_ds_of_a_referral_is_not_believed),
        cmocka_unit_test(a_referral_with_another_names_proof_shows_none),
        cmocka_unit_test(rows_below_such_a_referral_share_the_ds),
        cmocka_unit_test(a_referral_without_proof_may_be_another_zones),
        cmocka_unit_test(a_referral_is_not_explained_by_an_unsigned_zone_further_down),
        cmocka_unit_test(a_referral_is_not_explained_by_a_signer_further_down),
        cmocka_unit_test(a_verdict_is_on_the_referral_that_is_taken),
        cmocka_unit_test(replies_of_all_rows_can_wait_for_keys),
    };
    return cmocka_run_group_tests(tests, sim_trust_setup, sim_trust_teardown);
}
