/* What stands in the sets found: operators allowed, parameters, and where reports go. */
#include <stdio.h>

#include "set_rows.h"

static struct suffix_list suffixes;

#define R(flags, tag, value) set_rows_record(flags, tag, value)

static void an_allow_list_is_as_large_as_its_operators(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    /* Two identifiers of one operator, one of another, and two unknown ones. */
    SET_ROWS_TAKE(&tallies, "a.com", R(0, "issue", "digicert.com"), R(0, "issue", "symantec.com"),
                  R(0, "issue", "LetsEncrypt.org"), R(0, "issue", "one.example"),
                  R(0, "issue", "two.example"), R(0, "issue", "two.example; a=b"));
    /* Wildcards have a list of their own here, and nobody else. */
    SET_ROWS_TAKE(&tallies, "b.com", R(0, "issue", "letsencrypt.org"), R(0, "issuewild", ";"));
    SET_ROWS_TAKE(&tallies, "c.com", R(0, "issuewild", "pki.goog"));
    /* Nobody may, whoever is named. */
    SET_ROWS_TAKE(&tallies, "d.com", R(0, "issue", "letsencrypt.org"), R(128, "future", "x"));
    SET_ROWS_TAKE(&tallies, "e.com", R(0, "issue", "not a domain"));
    const struct tally *tally = tallies.groups[0];
    const struct tally_ca *ca = &tally->ca;
    assert_int_equal(ca->sizes[CAA_KIND_ISSUE][4], 1);
    assert_int_equal(ca->sizes[CAA_KIND_ISSUE][1], 1);
    assert_int_equal(ca->sizes[CAA_KIND_WILD][4], 1);
    assert_int_equal(ca->sizes[CAA_KIND_WILD][1], 1);
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        uint64_t sum = 0;
        for (size_t size = 0; size <= TALLY_CA_SIZE_MAX; size++)
            sum += ca->sizes[kind][size];
        assert_int_equal(sum, tally->policy.names[kind][CAA_POLICY_ALLOW_LIST]);
    }
    tally_set_fini(&tallies);
}

static uint64_t combo_of(const struct tally_set *tallies, const char *name)
{
    const struct count_map *combos = &tallies->groups[0]->ca.shares[TALLY_CA_ISSUE].combos;
    const struct count_entry *entry = count_map_find(combos, caa_text_from(name));
    return entry != NULL ? entry->counts[CA_NAMES] : 0;
}

static void cas_are_counted_with_those_beside_them(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    SET_ROWS_TAKE(&tallies, "a.com", R(0, "issue", "letsencrypt.org"),
                  R(0, "issue", "digicert.com"), R(0, "issue", "symantec.com"));
    SET_ROWS_TAKE(&tallies, "b.com", R(0, "issue", "digicert.com; a=b"),
                  R(0, "issue", "LETSENCRYPT.org"), R(0, "issuewild", "pki.goog"));
    SET_ROWS_TAKE(&tallies, "c.com", R(0, "issue", "pki.goog"), R(0, "issue", "one.example"));
    SET_ROWS_TAKE(&tallies, "d.com", R(0, "issue", ";"), R(0, "issue", "not a domain"));
    SET_ROWS_TAKE(&tallies, "e.com", R(0, "issue", "letsencrypt.org"), R(0, "issue", "pki.goog"),
                  R(0, "issue", "digicert.com"), R(0, "issue", "sectigo.com"),
                  R(0, "issue", "globalsign.com"));
    SET_ROWS_TAKE(&tallies, "f.com", R(0, "issuewild", "pki.goog"));
    assert_int_equal(combo_of(&tallies, "DigiCert + Let's Encrypt (ISRG)"), 2);
    assert_int_equal(combo_of(&tallies, "Google Trust Services + unknown CA"), 1);
    assert_int_equal(combo_of(&tallies, "no CA"), 1);
    assert_int_equal(combo_of(&tallies, "more than 4 CAs"), 1);
    const struct tally_ca_shares *shares = &tallies.groups[0]->ca.shares[TALLY_CA_ISSUE];
    assert_int_equal(shares->combos.count, 4);
    assert_int_equal(shares->names, 5);
    tally_set_fini(&tallies);
}

static void a_large_list_falls_into_the_last_row(void **state)
{
    (void)state;
    enum { MANY = TALLY_CA_SIZE_MAX + 10 };
    struct caa_record records[MANY];
    char names[MANY][32];
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "ca%u.example", i);
        records[i] = R(0, "issue", names[i]);
    }
    struct record_view view = set_rows_view("a.com", records, MANY);
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    assert_true(tally_set_take(&tallies, &view));
    assert_int_equal(tallies.groups[0]->ca.sizes[CAA_KIND_ISSUE][TALLY_CA_SIZE_MAX], 1);
    tally_set_fini(&tallies);
}

static const struct param_count *param_of(const struct tally_set *tallies, const char *tag)
{
    const struct tally_params *params = &tallies->groups[0]->params;
    for (size_t i = 0; i < params->count; i++) {
        if (caa_text_equal(params->list[i].tag, caa_text_from(tag)))
            return &params->list[i];
    }
    fail_msg("no parameter %s", tag);
    return NULL;
}

static void parameters_are_counted_by_name_and_by_value(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    SET_ROWS_TAKE(&tallies, "a.com", R(0, "issue", "ca.example; AccountURI=https://a.example/1"),
                  R(0, "issuewild", "ca.example; accounturi=https://a.example/1"));
    SET_ROWS_TAKE(&tallies, "b.com", R(0, "issue", "ca.example; accounturi=no-uri; x=1; x=2"));
    SET_ROWS_TAKE(&tallies, "c.com",
                  R(0, "issue",
                    "ca.example; accounturi=https://a.example/2; "
                    "accounturi=https://a.example/3"));
    SET_ROWS_TAKE(&tallies, "d.com", R(0, "issue", "ca.example; validationmethods="),
                  R(0, "issue", "ca.example; validationmethods=dns-01,,"),
                  R(0, "issue", "other.example; validationmethods=dns-01"));
    /* Values that fail the grammar, and properties that have no parameters, have none. */
    SET_ROWS_TAKE(&tallies, "e.com", R(0, "issue", "ca.example; accounturi=https://a.example/4; b"),
                  R(0, "iodef", "mailto:a@example.com; accounturi=https://a.example/5"));
    const struct param_count *account = param_of(&tallies, "accounturi");
    assert_int_equal(account->names, 3);
    assert_int_equal(account->records, 4);
    assert_int_equal(account->valid, 2);
    assert_int_equal(account->unsatisfiable, 2);
    assert_int_equal(distinct_count(&account->values), 4);
    const struct param_count *methods = param_of(&tallies, "validationmethods");
    assert_int_equal(methods->names, 1);
    assert_int_equal(methods->records, 3);
    assert_int_equal(methods->valid, 1);
    assert_int_equal(methods->unsatisfiable, 1);
    const struct param_count *x = param_of(&tallies, "x");
    assert_int_equal(x->names, 1);
    assert_int_equal(x->records, 1);
    assert_int_equal(distinct_count(&x->values), 2);
    assert_int_equal(tallies.groups[0]->params.count, 3);
    tally_set_fini(&tallies);
}

static void reports_go_to_the_own_domain_or_elsewhere(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    SET_ROWS_TAKE(&tallies, "www.example.co.uk", R(0, "iodef", "mailto:a@mail.example.co.uk"),
                  R(0, "iodef", "MAILTO:other@else.example"));
    SET_ROWS_TAKE(&tallies, "b.example.co.uk", R(0, "iodef", "mailto:a@notexample.co.uk"),
                  R(0, "iodef", "mailto:A@Mail.example.co.uk?subject=x@y"));
    SET_ROWS_TAKE(&tallies, "c.com", R(0, "iodef", "mailto:a@co.uk"),
                  R(0, "iodef", "https://user@C.com:8443/report?to=@d.com"));
    SET_ROWS_TAKE(&tallies, "d.com", R(0, "iodef", "https://"), R(0, "iodef", "ftp://d.com/"),
                  R(0, "iodef", "a@d.com"), R(0, "iodef", ""));
    SET_ROWS_TAKE(&tallies, "uk", R(0, "iodef", "mailto:a@nic.uk"));
    const struct iodef_count *schemes = tallies.groups[0]->iodef.schemes;
    assert_int_equal(schemes[CAA_IODEF_MAILTO].names, 4);
    assert_int_equal(schemes[CAA_IODEF_MAILTO].records, 6);
    assert_int_equal(schemes[CAA_IODEF_MAILTO].valid, 4);
    assert_int_equal(schemes[CAA_IODEF_MAILTO].same_domain, 3);
    assert_int_equal(distinct_count(&schemes[CAA_IODEF_MAILTO].targets), 6);
    assert_int_equal(schemes[CAA_IODEF_HTTPS].names, 2);
    assert_int_equal(schemes[CAA_IODEF_HTTPS].valid, 1);
    assert_int_equal(schemes[CAA_IODEF_HTTPS].same_domain, 1);
    assert_int_equal(schemes[CAA_IODEF_OTHER].names, 1);
    assert_int_equal(schemes[CAA_IODEF_OTHER].valid, 0);
    assert_int_equal(schemes[CAA_IODEF_MISSING].names, 1);
    assert_int_equal(schemes[CAA_IODEF_NO_URI].names, 1);
    assert_int_equal(schemes[CAA_IODEF_HTTP].names, 0);
    tally_set_fini(&tallies);
}

static void names_without_a_set_add_nothing(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    static const enum outcome outcomes[] = {OUTCOME_EMPTY, OUTCOME_INDETERMINATE, OUTCOME_INVALID,
                                            OUTCOME_SKIPPED};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        struct record_view view = set_rows_view("a.com", NULL, 0);
        view.outcome = view.own = outcomes[i];
        view.error_class = outcomes[i] == OUTCOME_INDETERMINATE ? CLASS_TIMEOUT : CLASS_NONE;
        assert_true(tally_set_take(&tallies, &view));
    }
    const struct tally *tally = tallies.groups[0];
    assert_int_equal(tally->params.count, 0);
    assert_int_equal(tally->iodef.schemes[CAA_IODEF_NO_URI].names, 0);
    assert_int_equal(tally->ca.shares[TALLY_CA_ISSUE].names, 0);
    tally_set_fini(&tallies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_allow_list_is_as_large_as_its_operators),
        cmocka_unit_test(cas_are_counted_with_those_beside_them),
        cmocka_unit_test(a_large_list_falls_into_the_last_row),
        cmocka_unit_test(parameters_are_counted_by_name_and_by_value),
        cmocka_unit_test(reports_go_to_the_own_domain_or_elsewhere),
        cmocka_unit_test(names_without_a_set_add_nothing),
    };
    if (!suffix_list_init(&suffixes, NULL))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    suffix_list_fini(&suffixes);
    return failed;
}
