/* Lints of sets, lints of the way to a set, and rules about other software, counted by name. */
#include <stdio.h>

#include "set_rows.h"

static struct suffix_list suffixes;

#define R(flags, tag, value) set_rows_record(flags, tag, value)

static void expect(const struct tally_set *tallies, unsigned number, uint64_t names,
                   uint64_t records)
{
    const struct tally_lints *lints = &tallies->groups[0]->lints;
    if (lints->names[number] != names || lints->records[number] != records)
        fail_msg("number %u: %u names, %u records", number, (unsigned)lints->names[number],
                 (unsigned)lints->records[number]);
}

static void a_lint_counts_its_records_and_a_name_once(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    SET_ROWS_TAKE(&tallies, "a.com", R(0, "Issue", "letsencrypt.org."), R(0, "ISSUE", "a b"),
                  R(0, "iodef", "mailto:a@a.com"));
    SET_ROWS_TAKE(&tallies, "b.com", R(0, "Future", "x"));
    SET_ROWS_TAKE(&tallies, "c.com", R(0, "issue", "letsencrypt.org"));
    expect(&tallies, CAA_LINT_TAG_NOT_LOWERCASE, 2, 3);
    expect(&tallies, CAA_LINT_VALUE_MALFORMED, 1, 2);
    expect(&tallies, CAA_LINT_ISSUER_TRAILING_DOT, 1, 1);
    expect(&tallies, CAA_LINT_TAG_UNKNOWN, 1, 1);
    expect(&tallies, CAA_LINT_MALFORMED_DENIES_ALL, 1, 0);
    expect(&tallies, CAA_LINT_NONRESTRICTIVE_SET, 1, 0);
    expect(&tallies, CAA_LINT_FLAGS_ONE_NOT_128, 0, 0);
    tally_set_fini(&tallies);
}

static void issuers_are_looked_up_in_the_table(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    for (int i = 0; i < 3; i++)
        SET_ROWS_TAKE(&tallies, "a.com", R(0, "issue", "letsencript.org"),
                      R(0, "issue", "LetsEncript.org"), R(0, "issue", "letsencrypt.org"));
    SET_ROWS_TAKE(&tallies, "b.com", R(0, "issue", "ca.of.nobody.example"), R(0, "issue", ";"));
    SET_ROWS_TAKE(&tallies, "c.com", R(0, "issue", "symantec.com"), R(0, "issue", "wosign.com"));
    expect(&tallies, CAA_LINT_UNKNOWN_ISSUER, 4, 7);
    expect(&tallies, CAA_LINT_ISSUER_TYPO, 3, 6);
    expect(&tallies, CAA_LINT_DEFUNCT_ISSUER, 1, 1);
    tally_set_fini(&tallies);
}

/* A name with one record; `change` makes it what the test is about. */
static void take(struct tally_set *tallies, const char *name, const char *value,
                 void (*change)(struct record_view *view))
{
    struct caa_record record = R(0, "issue", value);
    struct record_view view = set_rows_view(name, &record, 1);
    change(&view);
    assert_true(tally_set_take(tallies, &view));
}

static void at_parent(struct record_view *view)
{
    struct caa_text rest = view->name;
    caa_text_cut(&rest, '.');
    view->found_at = view->rrset_owner = rest;
    view->depth = 1;
    view->own = OUTCOME_EMPTY;
}

static void at_tld_by_alias(struct record_view *view)
{
    at_parent(view);
    view->aliased = true;
    view->rrset_owner = caa_text_from("set.example.net");
}

static void by_alias_within(struct record_view *view)
{
    view->aliased = true;
    view->rrset_owner = caa_text_from("edge.example.co.uk");
}

static void by_alias_beyond(struct record_view *view)
{
    view->aliased = true;
    view->rrset_owner = caa_text_from("badexample.co.uk");
}

static void unsigned_zone(struct record_view *view)
{
    view->dnssec = DNSSEC_INSECURE;
}

static void signed_zone(struct record_view *view)
{
    view->dnssec = DNSSEC_SECURE;
    view->notes = 1u << NOTE_NS_INCONSISTENT;
}

static void empty(struct record_view *view)
{
    view->outcome = view->own = OUTCOME_EMPTY;
    view->set = (struct caa_set){NULL, 0};
    view->depth = RECORD_NULL;
    view->dnssec = DNSSEC_INSECURE;
    view->notes = 1u << NOTE_NS_INCONSISTENT;
}

static void the_way_to_a_set_has_lints_too(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    take(&tallies, "example.co.uk", ";", at_parent);     /* co.uk */
    take(&tallies, "co.uk", ";", at_parent);             /* a public suffix below a TLD's set */
    take(&tallies, "www.example.co.uk", ";", at_parent); /* its own registrable domain */
    take(&tallies, "example.com", ";", at_tld_by_alias);
    take(&tallies, "www.example.co.uk", ";", by_alias_within);
    take(&tallies, "www.example.co.uk", ";", by_alias_beyond);
    take(&tallies, "a.com", "ca.example; accounturi=https://a.example/1", unsigned_zone);
    take(&tallies, "b.com", "ca.example; accounturi=https://a.example/1", signed_zone);
    take(&tallies, "c.com", "ca.example", unsigned_zone);
    take(&tallies, "d.com", "", empty);
    expect(&tallies, TALLY_LINTS_ROW + ROW_LINT_FOUND_AT_PUBLIC_SUFFIX, 3, 0);
    expect(&tallies, TALLY_LINTS_ROW + ROW_LINT_CNAME_DELEGATES_POLICY, 2, 0);
    expect(&tallies, TALLY_LINTS_ROW + ROW_LINT_NS_INCONSISTENT, 1, 0);
    expect(&tallies, TALLY_LINTS_ROW + ROW_LINT_UNSIGNED_SET, 2, 0);
    expect(&tallies, TALLY_LINTS_ROW + ROW_LINT_ACCOUNTURI_UNSIGNED, 1, 0);
    assert_int_equal(tallies.groups[0]->lints.dnssec_checked, 3);
    tally_set_fini(&tallies);
}

static void rules_are_counted_and_any_of_them(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    SET_ROWS_TAKE(&tallies, "a.com", R(0, "issue", "CA.example; AccountURI=https://a.example/1"),
                  R(0, "issue", "CA.example"), R(0, "issue", "ca.example"));
    SET_ROWS_TAKE(&tallies, "b.com", R(128, "issuemail", "ca.example"));
    SET_ROWS_TAKE(&tallies, "c.com", R(128, "future", "x"), R(128, "issuemail", "ca.example"));
    SET_ROWS_TAKE(&tallies, "d.com", R(0, "issue", "ca.example"));
    expect(&tallies, TALLY_LINTS_RULE + CAA_DIVERGENCE_BOULDER_ISSUER_CASE, 1, 2);
    expect(&tallies, TALLY_LINTS_RULE + CAA_DIVERGENCE_BOULDER_PARAM_CASE, 1, 1);
    expect(&tallies, TALLY_LINTS_RULE + CAA_DIVERGENCE_MINIMAL_CRITICAL, 2, 2);
    expect(&tallies, TALLY_LINTS_ANY_RULE, 3, 4);
    assert_int_equal(tallies.groups[0]->policy.minimal_denied, 1);
    tally_set_fini(&tallies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lint_counts_its_records_and_a_name_once),
        cmocka_unit_test(issuers_are_looked_up_in_the_table),
        cmocka_unit_test(the_way_to_a_set_has_lints_too),
        cmocka_unit_test(rules_are_counted_and_any_of_them),
    };
    if (!suffix_list_init(&suffixes, NULL))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    suffix_list_fini(&suffixes);
    return failed;
}
