/* The verdicts of the older rules beside the main one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim_check.h"

static struct sim *world(void)
{
    return sim_new(&(struct sim_options){.alt = true});
}

/* d.example.org owns a DNAME that leads to t.other.net. */
static struct sim *world_with_dname(void)
{
    struct sim *s = world();
    struct sim_section *dname = sim_section(s);
    sim_section_alias(dname, "d.example.org", TYPE_DNAME, 300, "t.other.net");
    sim_add_rule(s, &(struct sim_rule){
                        .name = "d.example.org", .type = TYPE_DNAME, .answer.section = dname});
    return s;
}

static void expect_verdict(const struct sim *s, const char *rule, const char *found_at, int depth,
                           const char *owner)
{
    char path[64];
    const json_t *r = sim_record(s, 1);
    snprintf(path, sizeof path, "alt/%s", rule);
    const json_t *verdict = sim_at(r, path);
    if (found_at == NULL) {
        assert_string_equal(sim_text(verdict, "outcome"), "empty");
        assert_true(sim_is_null(verdict, "found_at"));
        assert_true(sim_is_null(verdict, "depth"));
        return;
    }
    assert_string_equal(sim_text(verdict, "outcome"), "found");
    assert_string_equal(sim_text(verdict, "found_at"), found_at);
    assert_int_equal(sim_number(verdict, "depth"), depth);
    assert_string_equal(sim_text(verdict, "rrset_owner"), owner);
}

static void expect_failure(const struct sim *s, const char *rule, const char *error_class)
{
    char path[64];
    snprintf(path, sizeof path, "alt/%s", rule);
    const json_t *verdict = sim_at(sim_record(s, 1), path);
    assert_string_equal(sim_text(verdict, "outcome"), "indeterminate");
    assert_string_equal(sim_text(verdict, "error_class"), error_class);
}

static void alt_is_null_where_not_asked_for(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_issue(s, "example.org", "ca.example");
    uint64_t row = sim_admit(s, "www.example.org");
    sim_run(s);
    assert_true(sim_is_null(sim_record(s, row), "alt"));
    sim_free(s);
}

static void an_invalid_row_has_no_alt(void **state)
{
    (void)state;
    struct sim *s = world();
    uint64_t row = sim_admit_raw(s, (struct target){.rank = -1, .prefix = ""});
    sim_run(s);
    assert_true(sim_is_null(sim_record(s, row), "alt"));
    sim_free(s);
}

static void without_aliases_the_rules_agree(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_issue(s, "example.org", "ca.example");
    sim_admit(s, "a.www.example.org");
    sim_run(s);
    sim_expect_found(s, 1, "example.org", "ca.example");
    expect_verdict(s, "rfc6844", "example.org", 2, "example.org");
    expect_verdict(s, "erratum5065", "example.org", 2, "example.org");
    sim_free(s);
}

static void rfc6844_climbs_from_the_alias_target(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_cname(s, "www.example.org", "t.cdn.net");
    sim_issue(s, "cdn.net", "cdn.example");
    sim_issue(s, "example.org", "ca.example");
    sim_admit(s, "www.example.org");
    sim_run(s);
    sim_expect_found(s, 1, "example.org", "ca.example");
    expect_verdict(s, "rfc6844", "www.example.org", 0, "cdn.net");
    expect_verdict(s, "erratum5065", "example.org", 1, "example.org");
    sim_free(s);
}

static void the_older_rules_redirect_the_owner_of_a_dname(void **state)
{
    (void)state;
    struct sim *s = world_with_dname();
    sim_issue(s, "t.other.net", "target.example");
    sim_admit(s, "d.example.org");
    sim_run(s);
    sim_expect_empty(s, 1);
    expect_verdict(s, "rfc6844", "d.example.org", 0, "t.other.net");
    expect_verdict(s, "erratum5065", "d.example.org", 0, "t.other.net");
    sim_free(s);
}

static void the_erratum_does_not_climb_from_the_target(void **state)
{
    (void)state;
    struct sim *s = world_with_dname();
    sim_issue(s, "other.net", "target.example");
    sim_admit(s, "d.example.org");
    sim_run(s);
    expect_verdict(s, "rfc6844", "d.example.org", 0, "other.net");
    expect_verdict(s, "erratum5065", NULL, -1, NULL);
    sim_free(s);
}

/* The target is a child of its own owner, so the recursion comes round for ever. */
static void a_recursion_that_does_not_end_is_cut(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_cname(s, "example.org", "a.example.org");
    sim_admit(s, "example.org");
    sim_run(s);
    sim_expect_empty(s, 1);
    expect_failure(s, "rfc6844", "recursion_limit");
    expect_verdict(s, "erratum5065", NULL, -1, NULL);
    sim_free(s);
}

static void a_failure_is_a_failure_under_every_rule(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_rcode(s, "example.org", RCODE_REFUSED);
    sim_admit(s, "www.example.org");
    sim_run(s);
    sim_expect_failed(s, 1, "refused", "example.org");
    expect_failure(s, "rfc6844", "refused");
    expect_failure(s, "erratum5065", "refused");
    sim_free(s);
}

/* What the target's ancestors do is the older rule's trouble alone. */
static void a_failure_behind_an_alias_touches_rfc6844_alone(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_cname(s, "www.example.org", "t.cdn.net");
    sim_silence(s, "cdn.net");
    sim_issue(s, "example.org", "ca.example");
    sim_admit(s, "www.example.org");
    sim_run(s);
    sim_expect_found(s, 1, "example.org", "ca.example");
    expect_failure(s, "rfc6844", "timeout");
    expect_verdict(s, "erratum5065", "example.org", 1, "example.org");
    sim_free(s);
}

static void the_root_is_empty_under_every_rule(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_admit(s, ".");
    sim_run(s);
    expect_verdict(s, "rfc6844", NULL, -1, NULL);
    expect_verdict(s, "erratum5065", NULL, -1, NULL);
    assert_int_equal(sim_sent(s), 0);
    sim_free(s);
}

static void the_rows_own_levels_are_not_those_of_the_older_rules(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_cname(s, "www.example.org", "t.cdn.net");
    sim_issue(s, "example.org", "ca.example");
    sim_admit(s, "www.example.org");
    sim_run(s);
    const json_t *r = sim_record(s, 1);
    assert_int_equal(sim_count(r, "levels"), 2);
    assert_int_equal(sim_number(r, "queries"), (json_int_t)sim_sent(s));
    assert_true(sim_sent(s) > 2);
    sim_free(s);
}

static void the_longest_name_is_searched_whole(void **state)
{
    (void)state;
    char text[NAME_LEN_MAX + 1];
    for (size_t i = 0; i < NAME_LABELS_MAX; i++)
        snprintf(text + 2 * i, 3, i + 1 < NAME_LABELS_MAX ? "a." : "a");
    struct sim *s = world();
    sim_issue(s, "a", "ca.example");
    sim_admit(s, text);
    sim_run(s);
    expect_verdict(s, "rfc6844", "a", 126, "a");
    expect_verdict(s, "erratum5065", "a", 126, "a");
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alt_is_null_where_not_asked_for),
        cmocka_unit_test(an_invalid_row_has_no_alt),
        cmocka_unit_test(without_aliases_the_rules_agree),
        cmocka_unit_test(rfc6844_climbs_from_the_alias_target),
        cmocka_unit_test(the_older_rules_redirect_the_owner_of_a_dname),
        cmocka_unit_test(the_erratum_does_not_climb_from_the_target),
        cmocka_unit_test(a_recursion_that_does_not_end_is_cut),
        cmocka_unit_test(a_failure_is_a_failure_under_every_rule),
        cmocka_unit_test(a_failure_behind_an_alias_touches_rfc6844_alone),
        cmocka_unit_test(the_root_is_empty_under_every_rule),
        cmocka_unit_test(the_rows_own_levels_are_not_those_of_the_older_rules),
        cmocka_unit_test(the_longest_name_is_searched_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
