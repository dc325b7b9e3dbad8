/* The climb as the record shows it, row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"

static void climbs_to_the_set(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_issue(s, "example.org", "ca.example");
    uint64_t row = sim_admit(s, "a.b.example.org");
    sim_run(s);
    sim_expect_found(s, row, "example.org", "ca.example");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_number(r, "depth"), 2);
    assert_string_equal(sim_text(r, "rrset_owner"), "example.org");
    assert_int_equal(sim_count(r, "levels"), 3);
    assert_string_equal(sim_text(r, "levels/0/outcome"), "nodata");
    assert_string_equal(sim_text(r, "levels/2/outcome"), "records");
    assert_string_equal(sim_text(r, "own"), "empty");
    assert_int_equal(sim_asked(s, "org", 0), 0);
    sim_free(s);
}

static void a_set_at_the_name_itself_costs_one_query(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_issue(s, "www.example.org", "ca.example");
    uint64_t row = sim_admit(s, "www.example.org");
    sim_run(s);
    sim_expect_found(s, row, "www.example.org", "ca.example");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 1);
    assert_int_equal(sim_number(sim_record(s, row), "retries"), 0);
    assert_string_equal(sim_text(sim_record(s, row), "own"), "found");
    sim_free(s);
}

static void the_top_level_domain_is_asked_and_the_root_is_not(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    uint64_t row = sim_admit(s, "www.example.org");
    sim_run(s);
    sim_expect_empty(s, row);
    assert_int_equal(sim_asked(s, "org", TYPE_CAA), 1);
    assert_int_equal(sim_asked(s, ".", 0), 0);
    assert_int_equal(sim_sent(s), 3);
    sim_free(s);
}

static void a_name_that_does_not_exist_is_climbed_past(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_add_rule(
        s, &(struct sim_rule){.name = "no.example.org", .answer = SIM_DENIAL(RCODE_NXDOMAIN)});
    sim_issue(s, "example.org", "ca.example");
    uint64_t row = sim_admit(s, "no.example.org");
    sim_run(s);
    sim_expect_found(s, row, "example.org", "ca.example");
    assert_string_equal(sim_text(sim_record(s, row), "exists"), "no");
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/outcome"), "nxdomain");
    sim_free(s);
}

static void a_failure_is_never_an_absence(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_silence(s, "silent.example.org");
    sim_rcode(s, "broken.example.org", RCODE_SERVFAIL);
    sim_issue(s, "example.org", "ca.example");
    uint64_t silent = sim_admit(s, "silent.example.org");
    uint64_t broken = sim_admit(s, "broken.example.org");
    sim_run(s);
    sim_expect_failed(s, silent, "timeout", "silent.example.org");
    sim_expect_failed(s, broken, "servfail", "broken.example.org");
    assert_string_equal(sim_text(sim_record(s, silent), "own"), "indeterminate");
    assert_string_equal(sim_text(sim_record(s, silent), "exists"), "unknown");
    assert_int_equal(sim_asked(s, "example.org", 0), 0);
    sim_free(s);
}

static void a_failure_below_a_set_leaves_the_row_open(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_silence(s, "b.example.org");
    sim_issue(s, "example.org", "ca.example");
    uint64_t row = sim_admit(s, "a.b.example.org");
    sim_run(s);
    sim_expect_failed(s, row, "timeout", "b.example.org");
    assert_string_equal(sim_text(sim_record(s, row), "own"), "empty");
    sim_free(s);
}

static void a_failure_above_the_set_is_never_asked_for(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_issue(s, "www.example.org", "ca.example");
    sim_silence(s, "example.org");
    uint64_t row = sim_admit(s, "www.example.org");
    sim_run(s);
    sim_expect_found(s, row, "www.example.org", "ca.example");
    assert_int_equal(sim_asked(s, "example.org", 0), 0);
    sim_free(s);
}

static void aliases_are_followed_at_each_level(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    struct sim_section *section = sim_section(s);
    sim_section_alias(section, "www.example.org", TYPE_CNAME, 60, "t.cdn.net");
    sim_section_caa(section, "t.cdn.net", 300, 128, "issue", "cdn.example");
    sim_add_rule(s, &(struct sim_rule){.name = "www.example.org", .answer.section = section});
    uint64_t row = sim_admit(s, "www.example.org");
    sim_run(s);
    sim_expect_found(s, row, "www.example.org", "cdn.example");
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "rrset_owner"), "t.cdn.net");
    assert_string_equal(sim_text(r, "chain/0/owner"), "www.example.org");
    assert_string_equal(sim_text(r, "chain/0/target"), "t.cdn.net");
    assert_int_equal(sim_number(r, "chain/0/ttl"), 60);
    assert_int_equal(sim_number(r, "caa/0/flags"), 128);
    sim_free(s);
}

static void an_alias_to_nothing_climbs_the_names_own_ancestors(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_cname(s, "www.example.org", "t.cdn.net");
    sim_issue(s, "cdn.net", "wrong.example");
    sim_issue(s, "example.org", "ca.example");
    uint64_t row = sim_admit(s, "www.example.org");
    sim_run(s);
    sim_expect_found(s, row, "example.org", "ca.example");
    assert_int_equal(sim_asked(s, "cdn.net", 0), 0);
    sim_free(s);
}

static void names_of_127_labels_are_climbed_whole(void **state)
{
    (void)state;
    char text[NAME_LEN_MAX + 1] = "";
    for (size_t i = 0; i < NAME_LABELS_MAX; i++)
        strcat(text, i + 1 < NAME_LABELS_MAX ? "a." : "a");
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 2});
    uint64_t row = sim_admit(s, text);
    sim_run(s);
    sim_expect_empty(s, row);
    assert_int_equal(sim_count(sim_record(s, row), "levels"), NAME_LABELS_MAX);
    assert_string_equal(sim_text(sim_record(s, row), "levels/126/name"), "a");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), NAME_LABELS_MAX);
    sim_free(s);
}

static void the_root_is_empty_without_a_query(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    uint64_t row = sim_admit(s, ".");
    sim_run(s);
    sim_expect_empty(s, row);
    assert_string_equal(sim_text(sim_record(s, row), "name"), ".");
    assert_int_equal(sim_count(sim_record(s, row), "levels"), 0);
    assert_int_equal(sim_sent(s), 0);
    sim_free(s);
}

static void an_invalid_row_is_a_record_without_a_query(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    static const char input[] = "not a\xff name";
    uint64_t row = sim_admit_raw(s, (struct target){.rank = 7,
                                                    .input = (const uint8_t *)input,
                                                    .input_len = sizeof input - 1,
                                                    .prefix = ""});
    sim_run(s);
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "outcome"), "invalid");
    assert_string_equal(sim_text(r, "error_class"), "qname_invalid");
    assert_string_equal(sim_text(r, "input"), "not a\\255 name");
    assert_true(sim_is_null(r, "name"));
    assert_true(sim_is_null(r, "error_at"));
    assert_int_equal(sim_number(r, "rank"), 7);
    assert_int_equal(sim_sent(s), 0);
    sim_free(s);
}

static void each_row_carries_its_own_columns(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    struct name_buffer name = sim_name("www.example.org");
    static const uint8_t extra[] = {2, 0, 'D', 'E', 0, 0};
    uint64_t row = sim_admit_raw(s, (struct target){.rank = 42,
                                                    .input = (const uint8_t *)"Example.org",
                                                    .input_len = 11,
                                                    .extra = extra,
                                                    .extra_len = sizeof extra,
                                                    .extra_count = 2,
                                                    .prefix = "www",
                                                    .wildcard = true,
                                                    .name = name_of(&name)});
    sim_run(s);
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_number(r, "rank"), 42);
    assert_string_equal(sim_text(r, "input"), "Example.org");
    assert_string_equal(sim_text(r, "prefix"), "www");
    assert_string_equal(sim_text(r, "name"), "www.example.org");
    assert_string_equal(sim_text(r, "extra/0"), "DE");
    assert_string_equal(sim_text(r, "extra/1"), "");
    assert_true(json_is_true(sim_at(r, "wildcard")));
    sim_free(s);
}

static void a_record_says_when_and_how_long(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.latency_ns = 250 * SIM_MS});
    sim_issue(s, "example.org", "ca.example");
    uint64_t row = sim_admit(s, "www.example.org");
    sim_run(s);
    const json_t *r = sim_record(s, row);
    assert_float_equal(json_real_value(sim_at(r, "duration")), 0.5, 1e-9);
    assert_float_equal(json_real_value(sim_at(r, "levels/0/rtt")), 0.25, 1e-9);
    assert_string_equal(sim_text(r, "timestamp"), "2026-01-01T00:00:00.500Z");
    assert_string_equal(sim_text(r, "levels/0/server"), "192.0.2.1");
    assert_string_equal(sim_text(r, "levels/0/protocol"), "udp");
    sim_free(s);
}

static void the_resolvers_word_on_dnssec_is_kept(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.attempts = 1});
    struct sim_answer secure = SIM_DENIAL(RCODE_NOERROR);
    secure.ad = true;
    sim_add_rule(s, &(struct sim_rule){.name = "secure.org", .answer = secure});
    sim_add_rule(s, &(struct sim_rule){.name = "org", .answer = secure});
    sim_add_rule(
        s, &(struct sim_rule){.name = "bogus.org", .answer = {.rcode = RCODE_SERVFAIL, .ede = 7}});
    sim_add_rule(
        s, &(struct sim_rule){.name = "down.org", .answer = {.rcode = RCODE_SERVFAIL, .ede = 22}});
    uint64_t secure_row = sim_admit(s, "secure.org"), plain = sim_admit(s, "plain.org");
    uint64_t bogus = sim_admit(s, "bogus.org"), down = sim_admit(s, "down.org");
    sim_run(s);
    assert_string_equal(sim_text(sim_record(s, secure_row), "dnssec"), "secure");
    assert_true(json_is_true(sim_at(sim_record(s, secure_row), "ad")));
    assert_string_equal(sim_text(sim_record(s, plain), "dnssec"), "unchecked");
    assert_true(json_is_false(sim_at(sim_record(s, plain), "ad")));
    sim_expect_failed(s, bogus, "dnssec_bogus", "bogus.org");
    assert_string_equal(sim_text(sim_record(s, bogus), "dnssec"), "bogus");
    assert_int_equal(sim_number(sim_record(s, bogus), "levels/0/ede/0"), 7);
    sim_expect_failed(s, down, "servfail", "down.org");
    assert_int_equal(sim_number(sim_record(s, down), "levels/0/ede/0"), 22);
    sim_free(s);
}

static void odd_answers_are_noted(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    struct sim_section *bad = sim_section(s);
    struct name_buffer owner = sim_name("bad.org");
    sim_section_rr(bad, name_of(&owner), TYPE_CAA, 300, (const uint8_t *)"\0\x7fissue", 7);
    sim_add_rule(s, &(struct sim_rule){.name = "bad.org", .answer.section = bad});
    sim_add_rule(s, &(struct sim_rule){.name = "nosoa.org", .answer = {.rcode = RCODE_NOERROR}});
    sim_add_rule(s, &(struct sim_rule){.name = "ent.org", .answer = SIM_DENIAL(RCODE_NXDOMAIN)});
    sim_add_rule(s, &(struct sim_rule){.name = "nosuchtld", .answer = SIM_DENIAL(RCODE_NXDOMAIN)});
    uint64_t malformed = sim_admit(s, "bad.org"), nosoa = sim_admit(s, "nosoa.org");
    uint64_t below = sim_admit(s, "www.ent.org"), tld = sim_admit(s, "nosuchtld");
    sim_run(s);
    const json_t *r = sim_record(s, malformed);
    assert_string_equal(sim_text(r, "outcome"), "found");
    assert_string_equal(sim_text(r, "caa/0/rdata_error"), "tag_overrun");
    assert_string_equal(sim_text(r, "caa/0/rdata"), "007f6973737565");
    assert_true(sim_has_note(s, malformed, "rdata_malformed"));
    assert_true(sim_has_note(s, nosoa, "nodata_without_soa"));
    assert_true(sim_has_note(s, below, "nxdomain_on_ent"));
    assert_true(sim_has_note(s, tld, "nxdomain_tld"));
    assert_int_equal(sim_count(sim_record(s, tld), "notes"), 1);
    sim_free(s);
}

static void expect_failed_once(struct sim *s, const char *name, const char *error_class)
{
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_failed(s, row, error_class, name);
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 1);
}

/* Asking on would show the same. */
static void a_failure_in_the_names_is_asked_for_once(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    struct sim_section *loop = sim_section(s), *two = sim_section(s), *open = sim_section(s);
    sim_section_alias(loop, "loop.org", TYPE_CNAME, 60, "loop.org");
    sim_section_alias(two, "two.org", TYPE_CNAME, 60, "a.org");
    sim_section_alias(two, "two.org", TYPE_CNAME, 60, "b.org");
    sim_section_alias(open, "open.org", TYPE_CNAME, 60, "a.org");
    sim_add_rule(s, &(struct sim_rule){.name = "loop.org", .answer.section = loop});
    sim_add_rule(s, &(struct sim_rule){.name = "two.org", .answer.section = two});
    sim_add_rule(s, &(struct sim_rule){.name = "open.org", .answer.section = open});
    expect_failed_once(s, "loop.org", "cname_loop");
    expect_failed_once(s, "two.org", "multi_cname");
    expect_failed_once(s, "open.org", "incomplete_chain");
    sim_free(s);
}

static void a_query_asks_for_recursion_and_for_ad(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_admit(s, "org");
    sim_run(s);
    assert_int_equal(sim_sent_at(s, 0).flags, 0x0120);
    assert_true(sim_sent_at(s, 0).edns);
    sim_free(s);
}

/* The resolver gave up on the way. */
static void aliases_of_a_failure_are_kept(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    struct sim_section *alias = sim_section(s);
    sim_section_alias(alias, "www.org", TYPE_CNAME, 60, "a.net");
    sim_add_rule(s, &(struct sim_rule){.name = "www.org",
                                       .type = TYPE_CAA,
                                       .answer = {.rcode = RCODE_SERVFAIL, .section = alias}});
    uint64_t row = sim_admit(s, "www.org");
    sim_run(s);
    sim_expect_failed(s, row, "servfail", "www.org");
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "error_name"), "a.net");
    assert_int_equal(sim_count(r, "levels/0/chain"), 1);
    assert_string_equal(sim_text(r, "levels/0/chain/0/target"), "a.net");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(climbs_to_the_set),
        cmocka_unit_test(a_set_at_the_name_itself_costs_one_query),
        cmocka_unit_test(the_top_level_domain_is_asked_and_the_root_is_not),
        cmocka_unit_test(a_name_that_does_not_exist_is_climbed_past),
        cmocka_unit_test(a_failure_is_never_an_absence),
        cmocka_unit_test(a_failure_below_a_set_leaves_the_row_open),
        cmocka_unit_test(a_failure_above_the_set_is_never_asked_for),
        cmocka_unit_test(aliases_are_followed_at_each_level),
        cmocka_unit_test(an_alias_to_nothing_climbs_the_names_own_ancestors),
        cmocka_unit_test(names_of_127_labels_are_climbed_whole),
        cmocka_unit_test(the_root_is_empty_without_a_query),
        cmocka_unit_test(an_invalid_row_is_a_record_without_a_query),
        cmocka_unit_test(each_row_carries_its_own_columns),
        cmocka_unit_test(a_record_says_when_and_how_long),
        cmocka_unit_test(the_resolvers_word_on_dnssec_is_kept),
        cmocka_unit_test(odd_answers_are_noted),
        cmocka_unit_test(a_failure_in_the_names_is_asked_for_once),
        cmocka_unit_test(a_query_asks_for_recursion_and_for_ad),
        cmocka_unit_test(aliases_of_a_failure_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
