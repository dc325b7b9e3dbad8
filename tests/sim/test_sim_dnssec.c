/* The chain of trust: what is asked for it, what is verified, and what a verdict does to a row. The
 * replies are signed by ldns, and the verifier is the real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_chain.h"

static void a_signed_zone_costs_one_query_for_its_keys(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_say_set(s, 0, CHAIN_SET);
    uint64_t row = chain_run_found(s, "example", "secure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 4);
    assert_int_equal(sim_trust_verified(), 4);
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_DNSKEY), 1);
    assert_int_equal(sim_asked_at(s, CHAIN_TLD, TYPE_DNSKEY), 1);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

static void keys_are_kept_for_the_next_name(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_say_set(s, 0, CHAIN_SET);
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "www.example", TYPE_CAA,
                          .authority = {CHAIN_SOA, "www.example. NSEC x.example. A RRSIG NSEC"}));
    sim_admit(s, "example");
    uint64_t row = sim_admit(s, "www.example");
    sim_run(s);
    sim_expect_found(s, row, "example", "ca.example");
    chain_expect(s, row, "secure");
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
        struct sim *s = chain_new_simple(true);
        chain_say_keys(s);
        chain_say_set(s, 0, CHAIN_SET);
        chain_say(s, CHAIN_TLD, 0,
                  CHAIN_REPLY("example.", "www.example", TYPE_CAA, .rcode = rows[i].rcode,
                              .authority = {CHAIN_SOA, rows[i].proof}));
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
    struct sim *s = chain_new_simple(false);
    chain_say_set(s, 0, "- " CHAIN_SET);
    uint64_t row = chain_run_found(s, "example", "insecure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "absent");
    assert_int_equal(sim_asked_at(s, CHAIN_TLD, 0), 1);
    assert_int_equal(sim_trust_verified(), 2);
    sim_free(s);
}

static void a_bogus_reply_fails_its_server_and_another_is_asked(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_say_set(s, 1, "x " CHAIN_SET);
    chain_say_set(s, 0, CHAIN_SET);
    uint64_t row = chain_run_found(s, "example", "secure");
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/tried/0/result"), "dnssec_bogus");
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/tried/0/server"), CHAIN_TLD);
    sim_free(s);
}

static void what_stays_bogus_is_a_failure_with_its_reason(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_say_set(s, 0, "e " CHAIN_SET);
    uint64_t row = chain_run_failed(s, "example", "dnssec_bogus");
    chain_expect(s, row, "bogus");
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
        struct sim *s = chain_new_simple(true);
        chain_say_keys(s);
        chain_say_set(s, 1,
                      is_signed != 0 ? "example. CNAME example." : "- example. CNAME example.");
        chain_say_set(s, 0, CHAIN_SET);
        uint64_t row = sim_admit(s, "example");
        sim_run(s);
        chain_expect(s, row, "secure");
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
    struct sim *s = chain_new_simple(true);
    sim_add_rule(s,
                 &(struct sim_rule){.name = "example", .type = TYPE_DNSKEY, .fault = SIM_SILENT});
    chain_say_set(s, 0, CHAIN_SET);
    uint64_t row = chain_run_failed(s, "example", "dnssec_indeterminate");
    chain_expect(s, row, "indeterminate");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

static void a_zone_that_fails_below_a_signed_delegation_is_secure(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    sim_add_rule(s, &(struct sim_rule){.name = "example",
                                       .server = sim_server(sim_world(s), CHAIN_TLD),
                                       .answer.rcode = RCODE_SERVFAIL});
    uint64_t row = chain_run_failed(s, "example", "servfail");
    chain_expect(s, row, "secure");
    sim_free(s);
}

static void an_unsigned_answer_of_a_signed_zone_is_bogus(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_say_set(s, 0, "- " CHAIN_SET);
    uint64_t row = chain_run_failed(s, "example", "dnssec_bogus");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_RRSIG_MISSING);
    sim_free(s);
}

/* The server of example. holds sub.example. too, and answers for it without a referral. */
static void an_unsigned_zone_at_its_parents_server_is_found_by_its_ds(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_refer(s, "sub.example");
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("sub.example.", "sub.example", TYPE_CAA,
                          .answer = {"- sub.example. CAA 0 issue \"ca.example\""}));
    chain_deny_ds_of_sub(s);
    chain_run_found(s, "sub.example", "insecure");
    assert_int_equal(sim_asked_at(s, CHAIN_TLD, TYPE_DS), 1);
    sim_free(s);
}

static void a_signed_zone_at_its_parents_server_has_ds_and_keys_of_its_own(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_refer(s, "sub.example");
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("sub.example.", "sub.example", TYPE_CAA,
                          .answer = {"sub.example. CAA 0 issue \"ca.example\""}));
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "sub.example", TYPE_DS, .answer = {"DS-OF sub.example."}));
    chain_say_keys_of(s, "sub.example.", "sub.example");
    chain_run_found(s, "sub.example", "secure");
    assert_int_equal(sim_asked_at(s, CHAIN_TLD, TYPE_DNSKEY), 2);
    sim_free(s);
}

/* The address of glueless.'s server led to the cut of example., which nobody has verified. */
static void a_cut_found_for_an_address_is_checked_once_it_matters(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_add_glueless(s);
    chain_say(s, SIM_ROOT_IPV4, 0, CHAIN_REPLY(".", "example", TYPE_DS, .answer = {CHAIN_SIGNED}));
    chain_say_keys(s);
    chain_say_set(s, 0, CHAIN_SET);
    uint64_t first = sim_admit(s, "glueless");
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_empty(s, first);
    chain_expect(s, first, "insecure");
    sim_expect_found(s, row, "example", "ca.example");
    chain_expect(s, row, "secure");
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_DS), 1);
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, TYPE_CAA), 1);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* The delegation of example. is good for 300 seconds, however much is learned of it meanwhile. */
static void a_cut_that_was_checked_is_no_younger_for_it(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_add_glueless(s);
    chain_say(s, SIM_ROOT_IPV4, 0, CHAIN_REPLY(".", "example", TYPE_DS, .answer = {CHAIN_SIGNED}));
    chain_say_keys(s);
    chain_say_set(s, 0, CHAIN_SET);
    sim_admit(s, "glueless");
    sim_run(s);
    sim_pass(s, 200 * SIM_S);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    chain_expect(s, row, "secure");
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
    struct sim *s = chain_new_simple(true);
    chain_add_glueless(s);
    chain_say(s, SIM_ROOT_IPV4, 0,
              CHAIN_REPLY(".", "example", TYPE_DS,
                          .authority = {". SOA . . 1 2 3 4 60", "example. NSEC f. NS RRSIG NSEC"}));
    chain_say_set(s, 0, "- " CHAIN_SET);
    sim_admit(s, "glueless");
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    chain_expect(s, row, "insecure");
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
    struct sim *s = chain_new_simple(true);
    struct sim_zone *plain = sim_zone(sim_world(s), "plain");
    sim_zone_host(sim_world(s), plain, CHAIN_TLD);
    sim_zone_add(plain, "plain CAA plain.example");
    chain_say(
        s, SIM_ROOT_IPV4, 0,
        CHAIN_REPLY(".", "plain", TYPE_CAA, .referral = true,
                    .authority = {"- plain. NS ns.example.", "plain. NSEC q. NS RRSIG NSEC"}));
    sim_add_rule(s, &(struct sim_rule){.name = "plain",
                                       .server = sim_server(sim_world(s), CHAIN_TLD),
                                       .only_edns = true,
                                       .answer.rcode = RCODE_FORMERR});
    chain_say_keys(s);
    chain_say_set(s, 0, CHAIN_SET);
    uint64_t first = sim_admit(s, "plain");
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    sim_expect_found(s, first, "plain", "plain.example");
    assert_true(sim_has_note(s, first, "formerr_on_edns"));
    sim_expect_found(s, row, "example", "ca.example");
    chain_expect(s, row, "secure");
    for (size_t i = 0; i < sim_sent(s); i++) {
        struct sim_query q = sim_sent_at(s, i);
        struct name_buffer example = sim_name("example");
        assert_true(q.edns || !name_equal(name_of(&q.name), name_of(&example)));
    }
    sim_free(s);
}

/* Without EDNS there are no signatures, and the answer would be called bogus. */
static void two_opt_records_are_malformed_in_a_signed_zone(void **state)
{
    (void)state;
    static const uint8_t root[] = {0};
    struct sim *s = chain_new_simple(true);
    struct sim_section *opt = sim_section(s);
    sim_section_rr(opt, (struct name){.wire = root, .len = 1}, TYPE_OPT, 0, root, 0);
    sim_add_rule(s, &(struct sim_rule){.name = "example",
                                       .type = TYPE_CAA,
                                       .server = sim_server(sim_world(s), CHAIN_TLD),
                                       .answer = {.aa = true, .additional = opt}});
    chain_say_keys(s);
    chain_run_failed(s, "example", "msg_malformed");
    for (size_t i = 0; i < sim_sent(s); i++)
        assert_true(sim_sent_at(s, i).edns);
    sim_free(s);
}

/* An alias is no zone cut: what is known of its target says nothing of the alias. */
static void an_alias_does_not_explain_a_missing_signature(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_refer(s, "www.example");
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "www.example", TYPE_CAA,
                          .answer = {"- www.example. CAA 0 issue \"evil.example\""}));
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "www.example", TYPE_DS,
                          .answer = {"www.example. CNAME target.unsigned."}));
    chain_run_failed(s, "www.example", "dnssec_bogus");
    assert_int_equal(sim_asked(s, "target.unsigned", 0), 0);
    sim_free(s);
}

/* One server holds example., the signed sub.example., and the unsigned x.sub.example. */
static void an_unsigned_zone_may_be_below_another_signed_one(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_refer(s, "x.sub.example");
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("x.sub.example.", "x.sub.example", TYPE_CAA,
                          .answer = {"- x.sub.example. CAA 0 issue \"ca.example\""}));
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "sub.example", TYPE_DS, .answer = {"DS-OF sub.example."}));
    chain_say_keys_of(s, "sub.example.", "sub.example");
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("sub.example.", "x.sub.example", TYPE_DS,
                          .authority = {"sub.example. SOA ns.example. host.example. 1 2 3 4 300",
                                        "x.sub.example. NSEC y.sub.example. NS RRSIG NSEC"}));
    chain_run_found(s, "x.sub.example", "insecure");
    sim_free(s);
}

/* The server follows an alias into a zone below, which it holds too. */
static void behind_an_alias_there_may_be_another_zone(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_refer(s, "www.example");
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "www.example", TYPE_CAA,
                          .answer = {"www.example. CNAME t.sub.example.",
                                     "- t.sub.example. CAA 0 issue \"ca.example\""}));
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("sub.example.", "t.sub.example", TYPE_CAA,
                          .answer = {"- t.sub.example. CAA 0 issue \"ca.example\""}));
    chain_deny_ds_of_sub(s);
    uint64_t row = chain_run_found(s, "www.example", "insecure");
    assert_string_equal(sim_text(sim_record(s, row), "rrset_owner"), "t.sub.example");
    assert_int_equal(sim_count(sim_record(s, row), "chain"), 1);
    sim_free(s);
}

/* What is known of the alias says nothing of its target, in the same reply or not. */
static void an_unsigned_alias_does_not_excuse_its_target(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_refer(s, "x.sub.example");
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "x.sub.example", TYPE_CAA,
                          .answer = {"- x.sub.example. CNAME www.example.",
                                     "- www.example. CAA 0 issue \"evil.example\""}));
    chain_deny_ds_of_sub(s);
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "www.example", TYPE_CAA,
                          .answer = {"- www.example. CAA 0 issue \"evil.example\""}));
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "www.example", TYPE_DS,
                          .authority = {CHAIN_SOA, "www.example. NSEC x.example. CAA RRSIG NSEC"}));
    uint64_t row = chain_run_failed(s, "x.sub.example", "dnssec_bogus");
    assert_string_equal(sim_text(sim_record(s, row), "error_name"), "www.example");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* Its parent's server answers for it without a referral, so it is found by its DS alone. */
static void a_zone_that_has_lost_its_keys_is_bogus_at_its_parents_server_too(void **state)
{
    (void)state;
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_refer(s, "sub.example");
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("sub.example.", "sub.example", TYPE_CAA,
                          .answer = {"- sub.example. CAA 0 issue \"ca.example\""}));
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "sub.example", TYPE_DS, .answer = {"DS-OF sub.example."}));
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("sub.example.", "sub.example", TYPE_DNSKEY,
                          .authority = {"- sub.example. SOA . . 1 2 3 4 300"}));
    uint64_t row = chain_run_failed(s, "sub.example", "dnssec_bogus");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_DNSKEY_MISSING);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

#define MANY 200u

/* All rows' replies are there, and are no small ones, before the keys are. */
static void replies_of_all_rows_can_wait_for_keys(void **state)
{
    (void)state;
    struct sim *s = chain_new((struct sim_options){.in_flight = MANY}, CHAIN_SIGNED);
    char names[MANY][32], records[3][256], padding[201];
    memset(padding, 'a', sizeof padding);
    padding[sizeof padding - 1] = 0;
    chain_refer(s, "n0.example");
    for (unsigned i = 0; i < MANY; i++) {
        const char *name = names[i];
        snprintf(names[i], sizeof names[i], "n%u.example", i);
        for (unsigned k = 0; k < 3; k++)
            snprintf(records[k], sizeof records[k], "%s. CAA 0 issue \"%s%u\"", name, padding, k);
        chain_say(s, CHAIN_TLD, 0,
                  CHAIN_REPLY("example.", name, TYPE_CAA,
                              .answer = {records[0], records[1], records[2]}));
        sim_admit(s, name);
    }
    sim_add_rule(s, &(struct sim_rule){
                        .name = "example", .type = TYPE_DNSKEY, .times = 1, .fault = SIM_SILENT});
    chain_say_keys(s);
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
        cmocka_unit_test(two_opt_records_are_malformed_in_a_signed_zone),
        cmocka_unit_test(an_alias_does_not_explain_a_missing_signature),
        cmocka_unit_test(an_unsigned_zone_may_be_below_another_signed_one),
        cmocka_unit_test(behind_an_alias_there_may_be_another_zone),
        cmocka_unit_test(an_unsigned_alias_does_not_excuse_its_target),
        cmocka_unit_test(a_zone_that_has_lost_its_keys_is_bogus_at_its_parents_server_too),
        cmocka_unit_test(replies_of_all_rows_can_wait_for_keys),
    };
    return cmocka_run_group_tests(tests, sim_trust_setup, sim_trust_teardown);
}
