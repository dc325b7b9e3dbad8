/* Lints and value errors by the case, among them those that no row of the vectors shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "caa_lint.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define RECORDS_MAX 4u
#define NAMES_MAX 512u

/* A set as "tag value" lines, and the names of its lints in the table's order. */
struct lint_case {
    const char *records[RECORDS_MAX];
    const char *lints;
};

static struct caa_record record_from(const char *line)
{
    struct caa_text value = caa_text_from(line);
    struct caa_text tag = caa_text_cut(&value, ' ');
    return caa_record_from_parts(0, tag, value);
}

static void name_lints(uint64_t lints, char out[NAMES_MAX])
{
    out[0] = 0;
    for (unsigned i = 0; i < CAA_LINT_COUNT; i++) {
        if (!caa_lint_has(lints, (enum caa_lint)i))
            continue;
        if (out[0] != 0)
            strcat(out, " ");
        strcat(out, caa_lint_name((enum caa_lint)i));
    }
}

static void check_cases(const struct lint_case cases[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct caa_record records[RECORDS_MAX];
        struct caa_set set = {.records = records};
        while (set.count < RECORDS_MAX && cases[i].records[set.count] != NULL) {
            records[set.count] = record_from(cases[i].records[set.count]);
            set.count++;
        }
        char names[NAMES_MAX];
        name_lints(caa_lint_set(&set), names);
        if (strcmp(names, cases[i].lints) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].records[0], names, cases[i].lints);
    }
}

static void a_malformed_issuer_names_its_cause(void **state)
{
    (void)state;
#define BAD "value_malformed malformed_denies_all"
    static const struct lint_case cases[] = {
        {{"issue pki@ca.example"}, BAD " issuer_is_email"},
        {{"issue mailto:pki@ca.example"}, BAD " issuer_is_email"},
        {{"issue http://ca.example; a=b"}, BAD " issuer_is_url"},
        {{"issue \"ca.example\""}, BAD " issuer_quoted"},
        {{"issue \"ca.example; a=b\""}, BAD " issuer_quoted"},
        {{"issue 'ca.example'"}, BAD " issuer_quoted"},
        {{"issue *.ca.example"}, BAD " issuer_wildcard"},
        {{"issue *"}, BAD " issuer_wildcard"},
        {{"issue *ca.example"}, BAD},
        {{"issue ca.example, ca.example.net ,"}, BAD " issuer_multiple"},
        {{"issue ca.example,"}, BAD},
        {{"issue ca.example, ca_two.example"}, BAD},
        {{"issue ca.example.."}, BAD},
        {{"issue ca.example. ; a=b"}, BAD " issuer_trailing_dot"},
        {{"issue ca\x7F.example"}, BAD " value_non_ascii"},
        {{"issue ca\x1F.example"}, BAD " value_control_char"},
        {{"issue ca.example\tca.two"}, BAD " issuer_multiple"},
    };
#undef BAD
    check_cases(cases, COUNT(cases));
}

static void a_valid_issuer_may_be_odd(void **state)
{
    (void)state;
    static const char label63[] = "issue "
                                  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                  ".example";
    static const char label64[] = "issue "
                                  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                  ".example";
    static const struct lint_case cases[] = {
        {{"issue 192.0.2.1"}, "issuer_ip_literal"},
        {{"issue 192.0.2.256"}, ""},
        {{"issue 192.0.2"}, ""},
        {{"issue 192.0.2.1.5"}, ""},
        {{"issue 1.2.3.0004"}, ""},
        {{label63}, ""},
        {{label64}, "issuer_not_dns_name"},
        {{"issue \tca.example"}, "value_padded"},
        {{"issue ca.example\t; a = b"}, ""},
    };
    check_cases(cases, COUNT(cases));
}

static void parameters_are_linted(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {{"issue ca.example; a=1; A=2"}, "param_duplicate"},
        {{"issue ca.example; validationmethods="}, "validationmethods_empty"},
        {{"issue ca.example; validationmethods=,"}, "validationmethods_invalid"},
        {{"issue ca.example; validationmethods=foo-01"}, "validationmethods_unregistered"},
        {{"issue ca.example; validationmethods=tls-sni-01"}, "validationmethods_unregistered"},
        {{"issue ca.example; validationmethods=ca-"}, "validationmethods_unregistered"},
        {{"issue ca.example; validationmethods=ca-x,dns-01"}, ""},
        {{"issue ca.example; validationmethods=DNS-01"},
         "validationmethods_unregistered validationmethods_not_lowercase"},
        {{"issue ca.example; ValidationMethods=dns-01"}, "param_tag_not_lowercase"},
        {{"issue ca.example; Account-URI=x"}, "param_prestandard_spelling"},
        {{"issue ca.example; accounturi=a:b; accounturi=c"},
         "param_duplicate accounturi_invalid accounturi_duplicate"},
        {{"issue ca.example; a=b\x7F"},
         "value_malformed param_malformed malformed_denies_all value_non_ascii"},
        {{"issue ca.example; =b"}, "value_malformed param_malformed malformed_denies_all"},
    };
    check_cases(cases, COUNT(cases));
}

static void records_are_compared_with_each_other(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {{NULL}, ""},
        {{"issue ;", "issue ca.example"}, "deny_all_ineffective"},
        {{"issue ;", "issue"}, "duplicate_record"},
        {{"issue %", "issue %%"}, "value_malformed malformed_denies_all"},
        {{"issue ca.example; a=1; b=2", "issue CA.example; B=2; a=1"},
         "issuer_not_lowercase duplicate_record"},
        {{"issue ca.example; a=1", "issue ca.example; a=2"}, ""},
        {{"issue ca.example; a=b", "issue ca.example; a=B"}, ""},
        {{"issue ca.example", "issue ca.example; a=1; a=1"}, "param_duplicate"},
        {{"issue ca.example", "issuemail ca.example"}, ""},
        {{"iodef mailto:a@b.example", "iodef mailto:a@b.example"}, "nonrestrictive_set"},
        {{"issue ;", "issuewild ;"}, "issuewild_redundant"},
        {{"issue a.example", "issue b.example", "issuewild b.example", "issuewild a.example"},
         "issuewild_redundant"},
        {{"issue a.example", "issue b.example", "issuewild a.example"}, ""},
        {{"issue a.example", "issuewild a.example", "issuewild b.example"}, ""},
        {{"issue a.example", "issuewild a.example; a=b"}, ""},
        {{"issuewild %"}, "value_malformed malformed_denies_all issuewild_without_issue"},
        {{"issuewild %", "issuewild a.example", "issue a.example"},
         "value_malformed deny_all_ineffective"},
    };
    check_cases(cases, COUNT(cases));
}

static void duplicate_tags_are_found_among_many(void **state)
{
    (void)state;
    char line[8192] = "issue ca.example";
    size_t len = strlen(line);
    for (int i = 0; i < 400; i++)
        len += (size_t)snprintf(line + len, sizeof line - len, ";p%d=1", i);
    struct caa_record record = record_from(line);
    assert_int_equal(record.value.param_count, 400);
    assert_false(caa_lint_has(caa_lint_record(&record), CAA_LINT_PARAM_DUPLICATE));
    snprintf(line + len, sizeof line - len, ";p7=2");
    record = record_from(line);
    assert_true(caa_lint_has(caa_lint_record(&record), CAA_LINT_PARAM_DUPLICATE));
}

static void issuers_are_looked_up(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *lints;
    } cases[] = {
        {"issue letsencrypt.org", ""},
        {"issue LETSENCRYPT.ORG", ""},
        {"issue letsencrypt.com", "unknown_issuer"},
        {"issue letsencypt.org", "unknown_issuer issuer_typo"},
        {"issue www.letsencrypt.org", "unknown_issuer"},
        {"issuewild wosign.com", "defunct_issuer"},
        {"issue ;", ""},
        {"issue letsencypt.org.", ""},
        {"iodef mailto:a@letsencypt.org", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct caa_record record = record_from(cases[i].line);
        char names[NAMES_MAX];
        name_lints(caa_lint_issuer(&record), names);
        assert_string_equal(names, cases[i].lints);
    }
}

static void every_lint_has_its_texts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CAA_LINT_COUNT; i++) {
        assert_true(strlen(caa_lint_name((enum caa_lint)i)) > 0);
        assert_true(strlen(caa_lint_definition((enum caa_lint)i)) > 0);
    }
    assert_string_equal(caa_lint_name(CAA_LINT_COUNT), "");
    assert_string_equal(caa_lint_definition(CAA_LINT_COUNT), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_malformed_issuer_names_its_cause),
        cmocka_unit_test(a_valid_issuer_may_be_odd),
        cmocka_unit_test(parameters_are_linted),
        cmocka_unit_test(records_are_compared_with_each_other),
        cmocka_unit_test(duplicate_tags_are_found_among_many),
        cmocka_unit_test(issuers_are_looked_up),
        cmocka_unit_test(every_lint_has_its_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
