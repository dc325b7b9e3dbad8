/* Referrals that show no proof of the DS below: what is asked for it, and what is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_chain.h"

/* The root's referral to example. shows this of DS, and what it says when asked for that. */
static struct sim *world_of_ds(const char *shown, const struct signed_reply *ds)
{
    struct sim *s = chain_new((struct sim_options){.in_flight = 1}, shown);
    struct signed_reply reply = *ds;
    reply.zone = ".";
    reply.qname = "example";
    reply.qtype = TYPE_DS;
    chain_say(s, SIM_ROOT_IPV4, 0, &reply);
    return s;
}

static void a_referral_without_proof_is_secure_by_the_ds_asked_for(void **state)
{
    (void)state;
    struct sim *s = world_of_ds(NULL, &(struct signed_reply){.answer = {CHAIN_SIGNED}});
    chain_say_keys(s);
    chain_say_set(s, 0, CHAIN_SET);
    uint64_t row = chain_run_found(s, "example", "secure");
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
    struct sim *s = world_of_ds(NULL, &(struct signed_reply){.answer = {CHAIN_SIGNED}});
    chain_say_keys(s);
    chain_say_set(s, 0, "- " CHAIN_SET);
    uint64_t row = chain_run_failed(s, "example", "dnssec_bogus");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_RRSIG_MISSING);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

static void a_referral_without_proof_is_insecure_by_the_denial_asked_for(void **state)
{
    (void)state;
    struct sim *s =
        world_of_ds(NULL, &(struct signed_reply){.authority = {CHAIN_ROOT_SOA, CHAIN_UNSIGNED}});
    chain_say_set(s, 0, "- " CHAIN_SET);
    uint64_t row = chain_run_found(s, "example", "insecure");
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
    chain_say_set(s, 0, "- " CHAIN_SET);
    uint64_t row = chain_run_found(s, "example", "insecure");
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
        {{.authority = {CHAIN_ROOT_SOA, "- " CHAIN_UNSIGNED}}, VERDICT_RRSIG_MISSING},
        {{.authority = {CHAIN_ROOT_SOA, "example. NSEC f. A RRSIG NSEC"}}, VERDICT_NSEC_MISSING},
        {{.answer = {"- " CHAIN_SIGNED}}, VERDICT_RRSIG_MISSING},
        {{.answer = {"x " CHAIN_SIGNED}}, VERDICT_BOGUS},
        {{.answer = {"e " CHAIN_SIGNED}}, VERDICT_EXPIRED},
        {{.answer = {"example. CNAME www."}}, VERDICT_NSEC_MISSING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sim *s = world_of_ds(NULL, &cases[i].ds);
        chain_say_keys(s);
        chain_say_set(s, 0, CHAIN_SET);
        uint64_t row = chain_run_failed(s, "example", "dnssec_bogus");
        chain_expect(s, row, "bogus");
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
        struct sim *s = chain_new((struct sim_options){.in_flight = 1}, NULL);
        struct signed_reply ds = first[i];
        ds.zone = ".";
        ds.qname = "example";
        ds.qtype = TYPE_DS;
        chain_say(s, SIM_ROOT_IPV4, 1, &ds);
        chain_say(s, SIM_ROOT_IPV4, 0,
                  CHAIN_REPLY(".", "example", TYPE_DS, .answer = {CHAIN_SIGNED}));
        chain_say_keys(s);
        chain_say_set(s, 0, CHAIN_SET);
        uint64_t row = chain_run_found(s, "example", "secure");
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
    struct sim *s = world_of_ds(forged, &(struct signed_reply){.answer = {CHAIN_SIGNED}});
    chain_say_keys(s);
    chain_say_set(s, 0, CHAIN_SET);
    uint64_t row = sim_admit(s, "example");
    sim_run(s);
    chain_expect(s, row, "secure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
    sim_free(s);
    s = world_of_ds(forged, &(struct signed_reply){.authority = {CHAIN_ROOT_SOA, CHAIN_UNSIGNED}});
    chain_say_set(s, 0, "- " CHAIN_SET);
    row = sim_admit(s, "example");
    sim_run(s);
    chain_expect(s, row, "insecure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "absent");
    sim_free(s);
}

/* What it shows is signed, and says nothing of example. */
static void a_referral_with_another_names_proof_shows_none(void **state)
{
    (void)state;
    static const char stray[] = "www. NSEC x. A RRSIG NSEC", soa[] = CHAIN_ROOT_SOA;
    struct sim *s = world_of_ds(stray, &(struct signed_reply){.answer = {CHAIN_SIGNED}});
    chain_say_keys(s);
    chain_say_set(s, 0, CHAIN_SET);
    uint64_t row = chain_run_found(s, "example", "secure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 5);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
    s = world_of_ds(stray, &(struct signed_reply){.authority = {soa, CHAIN_UNSIGNED}});
    chain_say_set(s, 0, "- " CHAIN_SET);
    row = chain_run_found(s, "example", "insecure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "absent");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
    s = world_of_ds(stray, &(struct signed_reply){.authority = {soa, stray}});
    row = chain_run_failed(s, "example", "dnssec_bogus");
    assert_int_equal(sim_number(sim_record(s, row), "levels/0/ede/0"), VERDICT_NSEC_MISSING);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

static void rows_below_such_a_referral_share_the_ds(void **state)
{
    (void)state;
    struct sim *s = chain_new((struct sim_options){.in_flight = 8}, NULL);
    chain_say(s, SIM_ROOT_IPV4, 0, CHAIN_REPLY(".", "example", TYPE_DS, .answer = {CHAIN_SIGNED}));
    chain_say_keys(s);
    chain_say_set(s, 0, CHAIN_SET);
    char names[8][16], records[8][64];
    for (unsigned i = 0; i < 8; i++) {
        snprintf(names[i], sizeof names[i], "n%u.example", i);
        snprintf(records[i], sizeof records[i], "%s. CAA 0 issue \"ca.example\"", names[i]);
        chain_say(s, SIM_ROOT_IPV4, 0,
                  CHAIN_REPLY(".", names[i], TYPE_CAA, .referral = true,
                              .authority = {"- example. NS ns.example."}));
        chain_say(s, CHAIN_TLD, 0,
                  CHAIN_REPLY("example.", names[i], TYPE_CAA, .answer = {records[i]}));
        sim_admit(s, names[i]);
    }
    sim_run(s);
    for (uint64_t row = 1; row <= 8; row++)
        chain_expect(s, row, "secure");
    assert_int_equal(sim_asked(s, "example", TYPE_DS), 1);
    assert_int_equal(sim_asked(s, "example", TYPE_DNSKEY), 1);
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* The root's server holds example. too, and leads from there to sub.example. */
static void a_referral_without_proof_may_be_another_zones(void **state)
{
    (void)state;
    struct sim *s = world_of_ds(NULL, &(struct signed_reply){.answer = {CHAIN_SIGNED}});
    chain_say(s, SIM_ROOT_IPV4, 0,
              CHAIN_REPLY(".", "sub.example", TYPE_CAA, .referral = true,
                          .authority = {"- sub.example. NS ns.example."}));
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("example.", "sub.example", TYPE_DS, .answer = {"DS-OF sub.example."}));
    chain_say(s, SIM_ROOT_IPV4, 0,
              CHAIN_REPLY(".", "example", TYPE_DNSKEY, .referral = true,
                          .authority = {"- example. NS ns.example."}));
    chain_say_keys(s);
    chain_say_keys_of(s, "sub.example.", "sub.example");
    chain_say(s, CHAIN_TLD, 0,
              CHAIN_REPLY("sub.example.", "sub.example", TYPE_CAA,
                          .answer = {"sub.example. CAA 0 issue \"ca.example\""}));
    uint64_t row = chain_run_found(s, "sub.example", "secure");
    assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* The way to example., as if the root had sent it unsigned, and what is true of that and of
 * sub.example. */
static struct sim *world_of_forged_referrals(void)
{
    struct sim *s = chain_new_simple(true);
    chain_say_keys(s);
    chain_say(s, SIM_ROOT_IPV4, 0,
              CHAIN_REPLY(".", "example", TYPE_DNSKEY, .referral = true,
                          .authority = {"- example. NS ns.example.", CHAIN_SIGNED}));
    chain_say(s, SIM_ROOT_IPV4, 0, CHAIN_REPLY(".", "example", TYPE_DS, .answer = {CHAIN_SIGNED}));
    chain_say(s, SIM_ROOT_IPV4, 0,
              CHAIN_REPLY(".", "sub.example", TYPE_DS, .referral = true,
                          .authority = {"- example. NS ns.example.", CHAIN_SIGNED}));
    chain_deny_ds_of_sub(s);
    chain_say_set(s, 0, "- " CHAIN_SET);
    return s;
}

/* Below example. there is an unsigned zone, which does not make example. one. */
static void a_referral_is_not_explained_by_an_unsigned_zone_further_down(void **state)
{
    (void)state;
    struct sim *s = world_of_forged_referrals();
    chain_say(s, SIM_ROOT_IPV4, 0,
              CHAIN_REPLY(".", "www.sub.example", TYPE_CAA, .referral = true,
                          .authority = {"- example. NS ns.example."}));
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
    chain_say(s, SIM_ROOT_IPV4, 0,
              CHAIN_REPLY(
                  "sub.example.", "www.sub.example", TYPE_CAA, .referral = true,
                  .authority = {"- example. NS ns.example.", "sub.example. NSEC sub.example. NS"}));
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
    chain_say(
        s, SIM_ROOT_IPV4, 0,
        CHAIN_REPLY("example.", "www.sub.example", TYPE_CAA, .referral = true,
                    .authority = {"- example. NS ns.example.", "- sub.example. NS ns.example.",
                                  "sub.example. NSEC t.example. NS RRSIG NSEC"}));
    sim_admit(s, "www.sub.example");
    chain_run_failed(s, "example", "dnssec_bogus");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, sim_trust_setup, sim_trust_teardown);
}
