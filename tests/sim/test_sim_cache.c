/* What is kept, for how long, and what joins a question in flight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "cache.h"
#include "sim_check.h"

static void answer_once(struct sim *s, const char *name, uint32_t ttl_s)
{
    struct sim_section *section = sim_section(s);
    sim_section_caa(section, name, ttl_s, 0, "issue", "ca.example");
    sim_add_rule(s, &(struct sim_rule){.name = name, .answer.section = section});
}

/* Lets the clock reach now_ns, where it isn't past it, and asks. */
static uint64_t ask_at(struct sim *s, const char *name, uint64_t now_ns)
{
    if (now_ns > sim_now_ns(s))
        sim_pass(s, now_ns - sim_now_ns(s));
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    return row;
}

static void equal_questions_join_and_the_first_pays(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_issue(s, "example.org", "ca.example");
    uint64_t first = sim_admit(s, "example.org");
    uint64_t second = sim_admit(s, "example.org");
    uint64_t third = sim_admit(s, "EXAMPLE.org");
    sim_run(s);
    sim_expect_found(s, third, "example.org", "ca.example");
    assert_int_equal(sim_sent(s), 1);
    assert_int_equal(sim_number(sim_record(s, first), "queries"), 1);
    assert_int_equal(sim_number(sim_record(s, second), "queries"), 0);
    assert_string_equal(sim_text(sim_record(s, first), "levels/0/source"), "asked");
    assert_string_equal(sim_text(sim_record(s, second), "levels/0/source"), "joined");
    assert_string_equal(sim_text(sim_record(s, third), "levels/0/source"), "joined");
    assert_int_equal(sim_stat(s, COUNTER_JOINED), 2);
    sim_free(s);
}

static void siblings_ask_their_parent_once(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 100});
    sim_issue(s, "example.org", "ca.example");
    sim_admit_many(s, "n", ".example.org", 1000);
    sim_run(s);
    for (unsigned i = 0; i < 1000; i++)
        sim_expect_found(s, i + 1, "example.org", "ca.example");
    assert_int_equal(sim_asked(s, "example.org", TYPE_CAA), 1);
    assert_int_equal(sim_sent(s), 1001);
    sim_free(s);
}

static void a_retried_question_is_charged_to_the_row_that_started_it(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_silence(s, "example.org");
    uint64_t first = sim_admit(s, "example.org"), second = sim_admit(s, "example.org");
    sim_run(s);
    assert_int_equal(sim_number(sim_record(s, first), "queries"), 4);
    assert_int_equal(sim_number(sim_record(s, first), "retries"), 3);
    assert_int_equal(sim_number(sim_record(s, second), "queries"), 0);
    assert_int_equal(sim_number(sim_record(s, second), "retries"), 0);
    sim_expect_failed(s, second, "timeout", "example.org");
    sim_free(s);
}

static void a_set_is_kept_for_its_ttl(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    answer_once(s, "example.org", 100);
    ask_at(s, "example.org", 0);
    uint64_t kept = ask_at(s, "example.org", 100 * SIM_S);
    uint64_t anew = ask_at(s, "example.org", 101 * SIM_S);
    const json_t *r = sim_record(s, kept);
    assert_string_equal(sim_text(r, "levels/0/source"), "cached");
    assert_int_equal(sim_number(r, "levels/0/age"), 99);
    assert_int_equal(sim_number(r, "caa/0/ttl"), 1);
    assert_int_equal(sim_number(r, "queries"), 0);
    assert_string_equal(sim_text(sim_record(s, anew), "levels/0/source"), "asked");
    assert_int_equal(sim_number(sim_record(s, anew), "caa/0/ttl"), 100);
    assert_int_equal(sim_sent(s), 2);
    sim_free(s);
}

/* RFC 2308 section 5. */
static void a_denial_is_kept_for_the_lesser_of_ttl_and_minimum(void **state)
{
    (void)state;
    static const struct {
        uint32_t ttl_s, minimum_s;
    } rows[] = {{50, 500}, {500, 50}};
    for (size_t i = 0; i < 2; i++) {
        struct sim *s = sim_new(&(struct sim_options){0});
        sim_add_rule(s, &(struct sim_rule){.answer = {.rcode = RCODE_NXDOMAIN,
                                                      .soa = true,
                                                      .soa_ttl_s = rows[i].ttl_s,
                                                      .soa_minimum_s = rows[i].minimum_s}});
        ask_at(s, "org", 0);
        uint64_t kept = ask_at(s, "org", 50 * SIM_S);
        ask_at(s, "org", 51 * SIM_S);
        assert_string_equal(sim_text(sim_record(s, kept), "levels/0/source"), "cached");
        assert_string_equal(sim_text(sim_record(s, kept), "levels/0/outcome"), "nxdomain");
        assert_int_equal(sim_sent(s), 2);
        sim_free(s);
    }
}

static void expect_not_kept(struct sim_answer answer)
{
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.answer = answer});
    ask_at(s, "org", 0);
    uint64_t row = ask_at(s, "org", 0);
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/source"), "asked");
    assert_int_equal(sim_sent(s), 2);
    sim_free(s);
}

static void a_denial_without_soa_is_not_kept(void **state)
{
    (void)state;
    expect_not_kept((struct sim_answer){.rcode = RCODE_NOERROR});
    expect_not_kept((struct sim_answer){.rcode = RCODE_NXDOMAIN});
}

static void ttl_0_is_not_kept(void **state)
{
    (void)state;
    static struct sim_section section;
    sim_section_caa(&section, "org", 0, 0, "issue", "ca.example");
    expect_not_kept((struct sim_answer){.section = &section});
    expect_not_kept((struct sim_answer){.soa = true, .soa_ttl_s = 0, .soa_minimum_s = 300});
    expect_not_kept((struct sim_answer){.soa = true, .soa_ttl_s = 300, .soa_minimum_s = 0});
}

/* RFC 2181 section 8. */
static void a_ttl_with_its_top_bit_set_is_0(void **state)
{
    (void)state;
    static struct sim_section section;
    sim_section_caa(&section, "org", 0x80000000u, 0, "issue", "ca.example");
    expect_not_kept((struct sim_answer){.section = &section});
}

static void a_short_lived_alias_bounds_the_set_behind_it(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    struct sim_section *section = sim_section(s);
    sim_section_alias(section, "org", TYPE_CNAME, 20, "net");
    sim_section_caa(section, "net", 3000, 0, "issue", "ca.example");
    sim_add_rule(s, &(struct sim_rule){.name = "org", .answer.section = section});
    ask_at(s, "org", 0);
    ask_at(s, "org", 20 * SIM_S);
    assert_int_equal(sim_sent(s), 1);
    ask_at(s, "org", 21 * SIM_S);
    assert_int_equal(sim_sent(s), 2);
    sim_free(s);
}

static void a_failure_is_kept_for_seconds_and_marked(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.attempts = 1});
    sim_add_rule(s, &(struct sim_rule){.times = 1, .answer = {.rcode = RCODE_SERVFAIL}});
    sim_issue(s, "org", "ca.example");
    ask_at(s, "org", 0);
    uint64_t kept = ask_at(s, "org", sim_now_ns(s) + CACHE_FAILURE_NS - SIM_MS);
    sim_expect_failed(s, kept, "servfail", "org");
    assert_string_equal(sim_text(sim_record(s, kept), "levels/0/source"), "cached");
    assert_int_equal(sim_number(sim_record(s, kept), "levels/0/age"), 4);
    uint64_t anew = ask_at(s, "org", sim_now_ns(s) + 2 * SIM_MS);
    sim_expect_found(s, anew, "org", "ca.example");
    assert_true(CACHE_FAILURE_NS <= 30 * SIM_S);
    sim_free(s);
}

static void without_a_cache_everything_is_asked_anew(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.cache_entries = SIM_NO_CACHE});
    ask_at(s, "www.org", 0);
    ask_at(s, "www.org", 0);
    assert_int_equal(sim_sent(s), 4);
    sim_free(s);
}

/* However many names of rows come between: those never take a parent's place. */
static void parents_are_kept_while_names_pass_by(void **state)
{
    (void)state;
    enum { PARENTS = 40 };
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 100, .cache_entries = 256});
    char name[32];
    for (unsigned child = 0; child < 2; child++) {
        for (unsigned i = 0; i < PARENTS; i++) {
            snprintf(name, sizeof name, "c%u.parent%u.org", child, i);
            sim_admit(s, name);
        }
        sim_admit_many(s, "n", ".org", 3000);
        sim_run(s);
    }
    for (unsigned i = 0; i < PARENTS; i++) {
        snprintf(name, sizeof name, "parent%u.org", i);
        assert_int_equal(sim_asked(s, name, TYPE_CAA), 1);
    }
    assert_int_equal(sim_asked(s, "org", TYPE_CAA), 1);
    assert_int_equal(sim_asked(s, "n0.org", TYPE_CAA), 2); /* forgotten: the memory is bounded */
    sim_free(s);
}

/* As in a list of names and their www: next to each other, and each asked once. */
static void names_and_their_children_side_by_side_are_asked_once(void **state)
{
    (void)state;
    enum { NAMES = 2000 };
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 100});
    char name[32];
    for (unsigned i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "n%u.org", i);
        sim_admit(s, name);
        snprintf(name, sizeof name, "www.n%u.org", i);
        sim_admit(s, name);
    }
    sim_run(s);
    assert_int_equal(sim_sent(s), 2 * NAMES + 1);
    for (unsigned i = 0; i < NAMES; i += 100) {
        snprintf(name, sizeof name, "n%u.org", i);
        assert_int_equal(sim_asked(s, name, TYPE_CAA), 1);
    }
    sim_free(s);
}

/* An NXDOMAIN for a parent says nothing about the child that was asked before (RFC 8020 is not
 * used across levels), and one for a child nothing about the parent. */
static void a_denial_of_one_name_stands_for_no_other(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.name = "b.org", .answer = SIM_DENIAL(RCODE_NXDOMAIN)});
    sim_issue(s, "a.b.org", "ca.example");
    ask_at(s, "b.org", 0);
    uint64_t row = ask_at(s, "a.b.org", 0);
    sim_expect_found(s, row, "a.b.org", "ca.example");
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_questions_join_and_the_first_pays),
        cmocka_unit_test(siblings_ask_their_parent_once),
        cmocka_unit_test(a_retried_question_is_charged_to_the_row_that_started_it),
        cmocka_unit_test(a_set_is_kept_for_its_ttl),
        cmocka_unit_test(a_denial_is_kept_for_the_lesser_of_ttl_and_minimum),
        cmocka_unit_test(a_denial_without_soa_is_not_kept),
        cmocka_unit_test(ttl_0_is_not_kept),
        cmocka_unit_test(a_ttl_with_its_top_bit_set_is_0),
        cmocka_unit_test(a_short_lived_alias_bounds_the_set_behind_it),
        cmocka_unit_test(a_failure_is_kept_for_seconds_and_marked),
        cmocka_unit_test(without_a_cache_everything_is_asked_anew),
        cmocka_unit_test(parents_are_kept_while_names_pass_by),
        cmocka_unit_test(names_and_their_children_side_by_side_are_asked_once),
        cmocka_unit_test(a_denial_of_one_name_stands_for_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
