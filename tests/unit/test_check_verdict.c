/* May a CA issue, why, and by which record; and sets from text. */
#include "check_verdict.h"
#include "vector_sets.h"
#include "zone_sets.h"
#include "zone_text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define RECORDS_MAX 4u

/* A set as "flags tag value" lines, a request, and what is to come out: the reason, and the number
 * of the record that decides, from 0, or -1. */
struct verdict_case {
    const char *records[RECORDS_MAX];
    enum caa_kind kind;
    const char *account;
    enum check_reason reason;
    int record;
};

static size_t load(const char *const lines[RECORDS_MAX], struct caa_record records[RECORDS_MAX])
{
    size_t count = 0;
    for (; count < RECORDS_MAX && lines[count] != NULL; count++) {
        struct caa_text value = caa_text_from(lines[count]);
        struct caa_text flags = caa_text_cut(&value, ' ');
        struct caa_text tag = caa_text_cut(&value, ' ');
        records[count] = caa_record_from_parts(flags.len > 1 ? 128 : 0, tag, value);
    }
    return count;
}

static void a_verdict_has_a_reason_and_a_record(void **state)
{
    (void)state;
    static const struct verdict_case cases[] = {
        {{NULL}, CAA_KIND_ISSUE, NULL, CHECK_BY_NO_SET, -1},
        {{"0 iodef x"}, CAA_KIND_ISSUE, NULL, CHECK_BY_NO_PROPERTY, -1},
        {{"0 issuewild ;"}, CAA_KIND_ISSUE, NULL, CHECK_BY_NO_PROPERTY, -1},
        {{"0 issue ;"}, CAA_KIND_MAIL, NULL, CHECK_BY_NO_PROPERTY, -1},
        {{"0 issue ;", "0 issue CA.example"}, CAA_KIND_ISSUE, NULL, CHECK_BY_NAMED, 1},
        {{"0 issue ca.example"}, CAA_KIND_WILD, NULL, CHECK_BY_NAMED, 0},
        {{"0 issue ca.example", "0 issuewild ;"}, CAA_KIND_WILD, NULL, CHECK_BY_NOBODY_NAMED, 1},
        {{"0 issue x.example", "0 issuewild ca.example"}, CAA_KIND_WILD, NULL, CHECK_BY_NAMED, 1},
        {{"0 issue bad value", "0 issue x.example"},
         CAA_KIND_ISSUE,
         NULL,
         CHECK_BY_OTHERS_NAMED,
         1},
        {{"0 issue bad value"}, CAA_KIND_ISSUE, NULL, CHECK_BY_NOBODY_NAMED, 0},
        {{"0 issue ca.example", "128 future x"}, CAA_KIND_ISSUE, NULL, CHECK_BY_CRITICAL, 1},
        {{"0 issue ca.example", "128 bad-tag x"}, CAA_KIND_VMC, NULL, CHECK_BY_CRITICAL, 1},
        {{"128 issuemail ca.example"}, CAA_KIND_MAIL, NULL, CHECK_BY_NAMED, 0},
        {{"0 issuevmc x.example"}, CAA_KIND_VMC, NULL, CHECK_BY_OTHERS_NAMED, 0},
        {{"0 issue ca.example; accounturi=a:1"}, CAA_KIND_ISSUE, "a:1", CHECK_BY_NAMED, 0},
        {{"0 issue ca.example; accounturi=a:1"},
         CAA_KIND_ISSUE,
         "a:2",
         CHECK_BY_PARAMS_NOT_SATISFIED,
         0},
        {{"0 issue ca.example; accounturi=a:1", "0 issue ca.example; validationmethods=dns-01"},
         CAA_KIND_ISSUE,
         "a:2",
         CHECK_BY_NAMED,
         1},
        {{"0 issue ca.example; validationmethods=http-01"},
         CAA_KIND_ISSUE,
         "a:1",
         CHECK_BY_PARAMS_NOT_SATISFIED,
         0},
    };
    struct caa_text identifier = caa_text_from("ca.example");
    struct caa_ca ca = {&identifier, 1, CAA_SUPPORTS_IANA};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct caa_record records[RECORDS_MAX];
        struct caa_set set = {records, load(cases[i].records, records)};
        struct caa_request request = {.kind = cases[i].kind};
        if (cases[i].account != NULL) {
            request.params = CAA_PARAMS_MATCH;
            request.account = caa_text_from(cases[i].account);
            request.method = caa_text_from("dns-01");
        }
        struct check_verdict verdict = check_verdict_of_set(&set, &ca, &request);
        int record = verdict.record != NULL ? (int)(verdict.record - records) : -1;
        if (verdict.reason != cases[i].reason || record != cases[i].record)
            fail_msg("case %zu: %s by record %d", i, check_reason_word(verdict.reason), record);
        assert_int_equal(verdict.result == CHECK_PERMIT, verdict.reason <= CHECK_BY_NAMED);
    }
}

static void nothing_is_said_about_a_lookup_that_failed(void **state)
{
    (void)state;
    static const struct {
        enum outcome outcome;
        enum check_result result;
        enum check_reason reason;
    } cases[] = {
        {OUTCOME_EMPTY, CHECK_PERMIT, CHECK_BY_NO_SET},
        {OUTCOME_INDETERMINATE, CHECK_UNKNOWN, CHECK_BY_LOOKUP_FAILED},
        {OUTCOME_INVALID, CHECK_UNKNOWN, CHECK_BY_NOT_A_NAME},
        {OUTCOME_SKIPPED, CHECK_UNKNOWN, CHECK_BY_NOT_ASKED},
    };
    struct caa_text identifier = caa_text_from("ca.example");
    struct caa_ca ca = {&identifier, 1, CAA_SUPPORTS_IANA};
    struct caa_request request = {.kind = CAA_KIND_ISSUE};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct record_view view = {.outcome = cases[i].outcome};
        struct check_verdict verdict = check_verdict_of(&view, &ca, &request);
        assert_int_equal(verdict.result, cases[i].result);
        assert_int_equal(verdict.reason, cases[i].reason);
        assert_null(verdict.record);
    }
}

/* Asks about every set of the vectors in every way and returns how many verdicts were compared. */
static size_t compare_with_policy(const struct caa_set *set)
{
    static const char *const names[] = {"letsencrypt.org", "digicert.com", "ca.example.net"};
    static const unsigned supports[] = {CAA_SUPPORTS_IANA, CAA_SUPPORTS_MINIMUM};
    size_t compared = 0;
    for (size_t i = 0; i < COUNT(names) * COUNT(supports) * CAA_KIND_COUNT * 3; i++) {
        struct caa_text identifier = caa_text_from(names[i % COUNT(names)]);
        struct caa_ca ca = {&identifier, 1, supports[i / COUNT(names) % COUNT(supports)]};
        struct caa_request request = {.kind = (enum caa_kind)(i / 6 % CAA_KIND_COUNT),
                                      .params = (enum caa_param_rule)(i / 24),
                                      .account = caa_text_from("https://acme.example/acct/123"),
                                      .method = caa_text_from("dns-01")};
        bool permits = caa_policy_permits(set, &ca, &request);
        struct check_verdict verdict = check_verdict_of_set(set, &ca, &request);
        assert_int_equal(verdict.result, permits ? CHECK_PERMIT : CHECK_DENY);
        compared++;
    }
    return compared;
}

static void the_verdict_is_that_of_the_policy(void **state)
{
    (void)state;
    static struct vector_sets sets;
    struct caa_set set;
    size_t compared = 0;
    vector_sets_open(&sets);
    while (vector_sets_next(&sets, &set))
        compared += compare_with_policy(&set);
    assert_int_equal(compared, 189 * 72);
}

static FILE *file_of(const char *text)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    rewind(file);
    return file;
}

static void sets_are_read_from_a_zone(void **state)
{
    (void)state;
    FILE *file = file_of("$ORIGIN Example.COM.\n"
                         "@ 300 IN SOA ns hostmaster 1 2 3 4 5\n"
                         "$TTL 60\n"
                         "z IN CAA 0 issue \"z.example\" ; a comment\n"
                         "@ IN CAA 0 issue \"a;b\\\"c\"\n"
                         "   IN CAA 128 iodef \"\"\n"
                         "www IN A 192.0.2.1\n"
                         "@ 5 CAA ( 1 issuewild\n  \";\" )\n"
                         "b TYPE257 \\# 8 000569737375653b\n");
    struct zone_sets sets;
    zone_sets_init(&sets);
    assert_true(zone_sets_add_file(&sets, file, "test"));
    assert_true(zone_sets_finish(&sets));
    fclose(file);
    size_t at = 0;
    const char *owner;
    struct caa_set set;
    assert_true(zone_sets_next(&sets, &at, &owner, &set));
    assert_string_equal(owner, "b.example.com");
    assert_int_equal(set.count, 1);
    assert_int_equal(set.records[0].property, CAA_PROPERTY_ISSUE);
    assert_true(zone_sets_next(&sets, &at, &owner, &set));
    assert_string_equal(owner, "example.com");
    assert_int_equal(set.count, 3);
    assert_true(caa_text_equal(set.records[0].text, caa_text_from("a;b\"c")));
    assert_true(set.records[1].critical);
    assert_int_equal(set.records[1].text.len, 0);
    assert_int_equal(set.records[2].flags, 1);
    assert_true(zone_sets_next(&sets, &at, &owner, &set));
    assert_string_equal(owner, "z.example.com");
    assert_false(zone_sets_next(&sets, &at, &owner, &set));
    zone_sets_fini(&sets);
}

static void text_that_is_no_record_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",          "0",          "0 issue",     "256 issue x", "-1 issue x",  "1000 issue \"x\"",
        "x issue y", "0 is-sue x", "0 issue a b", "\\# 9 00",    "0 issue a\\", "0 issue a\nb"};
    struct zone_sets sets;
    zone_sets_init(&sets);
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (zone_sets_add_text(&sets, bad[i]))
            fail_msg("\"%s\" is taken", bad[i]);
    }
    assert_true(zone_sets_add_text(&sets, "0 issue ca.example"));
    assert_true(zone_sets_add_text(&sets, "128\tissue  \"a;b=c\""));
    assert_true(zone_sets_add_text(&sets, "\\# 8 000569737375653b"));
    assert_true(zone_sets_finish(&sets));
    assert_int_equal(sets.count, 3);
    assert_true(caa_text_equal(sets.records[0].text, caa_text_from("ca.example")));
    assert_true(caa_text_equal(sets.records[1].text, caa_text_from("a;b=c")));
    assert_true(caa_text_equal(sets.records[2].text, caa_text_from(";")));
    zone_sets_fini(&sets);
    FILE *file = file_of("a. CAA 0 issue \"x\"\n$INCLUDE /etc/passwd\n");
    assert_false(zone_sets_add_file(&sets, file, "test"));
    fclose(file);
    zone_sets_fini(&sets);
}

static void a_quote_may_not_stay_open(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t line;
    } rows[] = {{"", 0},
                {"a \"b\"\n", 0},
                {"a \"b;\"\n", 0},
                {"a b ; \"c\nd\n", 0},
                {"a \\\" b\n", 0},
                {"a \"b\\\"\"\n", 0},
                {"a \"b\\\\\"\n", 0},
                {"a \"b", 1},
                {"a\nb \"c\nd\n", 2},
                {"a\nb\nc \"\\\"", 3},
                {"\"b\\\n\"", 1}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(zone_text_open_quote(caa_text_from(rows[i].text)), rows[i].line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_has_a_reason_and_a_record),
        cmocka_unit_test(nothing_is_said_about_a_lookup_that_failed),
        cmocka_unit_test(the_verdict_is_that_of_the_policy),
        cmocka_unit_test(sets_are_read_from_a_zone),
        cmocka_unit_test(text_that_is_no_record_is_refused),
        cmocka_unit_test(a_quote_may_not_stay_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
