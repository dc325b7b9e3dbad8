/* Who may issue: what the vectors can't say, such as CAs with several identifiers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "caa_policy.h"

static struct caa_record record_of(uint8_t flags, const char *tag, const char *value)
{
    return caa_record_from_parts(flags, caa_text_from(tag), caa_text_from(value));
}

static bool permits(const struct caa_set *set, const struct caa_ca *ca, enum caa_kind kind)
{
    struct caa_request request = {.kind = kind};
    return caa_policy_permits(set, ca, &request);
}

static void an_empty_set_permits_everybody(void **state)
{
    (void)state;
    struct caa_set empty = {0};
    struct caa_ca nameless = {0};
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        assert_true(permits(&empty, &nameless, (enum caa_kind)kind));
        assert_int_equal(caa_policy_of(&empty, (enum caa_kind)kind), CAA_POLICY_UNRESTRICTED);
    }
}

static void any_identifier_of_a_ca_will_do(void **state)
{
    (void)state;
    struct caa_record record = record_of(0, "issue", "Two.CA.example");
    struct caa_set set = {.records = &record, .count = 1};
    struct caa_text names[] = {caa_text_from("one.ca.example"), caa_text_from("two.ca.EXAMPLE")};
    struct caa_ca ca = {.identifiers = names, .identifier_count = 2, .supports = CAA_SUPPORTS_IANA};
    assert_true(permits(&set, &ca, CAA_KIND_ISSUE));
    ca.identifier_count = 1;
    assert_false(permits(&set, &ca, CAA_KIND_ISSUE));
    assert_true(permits(&set, &ca, CAA_KIND_MAIL));
}

static void a_ca_with_an_empty_identifier_gets_nothing_from_nobody(void **state)
{
    (void)state;
    struct caa_record records[] = {record_of(0, "issue", ";"), record_of(0, "issue", "%")};
    struct caa_set set = {.records = records, .count = 2};
    struct caa_text nobody = caa_text_from("");
    struct caa_ca ca = {
        .identifiers = &nobody, .identifier_count = 1, .supports = CAA_SUPPORTS_IANA};
    assert_false(permits(&set, &ca, CAA_KIND_ISSUE));
    assert_false(permits(&set, &ca, CAA_KIND_WILD));
}

static void issuewild_decides_wildcards_even_when_malformed(void **state)
{
    (void)state;
    struct caa_record records[] = {record_of(0, "issue", "ca.example"),
                                   record_of(0, "issuewild", "%")};
    struct caa_set set = {.records = records, .count = 2};
    struct caa_text name = caa_text_from("ca.example");
    struct caa_ca ca = {.identifiers = &name, .identifier_count = 1, .supports = CAA_SUPPORTS_IANA};
    assert_int_equal(caa_policy_property(&set, CAA_KIND_WILD), CAA_PROPERTY_ISSUEWILD);
    assert_int_equal(caa_policy_property(&set, CAA_KIND_ISSUE), CAA_PROPERTY_ISSUE);
    assert_true(permits(&set, &ca, CAA_KIND_ISSUE));
    assert_false(permits(&set, &ca, CAA_KIND_WILD));
    set.count = 1;
    assert_int_equal(caa_policy_property(&set, CAA_KIND_WILD), CAA_PROPERTY_ISSUE);
    assert_true(permits(&set, &ca, CAA_KIND_WILD));
}

static void a_critical_property_denies_whom_it_is_unknown_to(void **state)
{
    (void)state;
    struct caa_record records[] = {record_of(128, "contactphone", "+1"),
                                   record_of(0, "issue", "ca.example")};
    struct caa_set set = {.records = records, .count = 2};
    assert_false(caa_policy_critical_denies(&set, CAA_SUPPORTS_IANA));
    assert_true(caa_policy_critical_denies(&set, CAA_SUPPORTS_MINIMUM));
    records[0] = record_of(128, "policy", "");
    assert_true(caa_policy_critical_denies(&set, CAA_SUPPORTS_IANA));
    records[0] = record_of(127, "policy", "");
    assert_false(caa_policy_critical_denies(&set, CAA_SUPPORTS_IANA));
}

static void parts_with_a_bad_tag_are_malformed(void **state)
{
    (void)state;
    struct caa_record record = record_of(129, "", "x");
    assert_int_equal(record.rdata_error, RDATA_TAG_LEN_ZERO);
    assert_int_equal(record.property, CAA_PROPERTY_MALFORMED);
    assert_true(record.critical);
    record = record_of(1, "is-sue", "ca.example");
    assert_int_equal(record.rdata_error, RDATA_TAG_BAD_CHAR);
    assert_int_equal(record.value.issuer.len, 0);
    assert_false(record.critical);
}

static void a_method_is_matched_exactly(void **state)
{
    (void)state;
    struct caa_record record = record_of(0, "issue", "ca.example; validationmethods=a-1,b-2");
    struct caa_set set = {.records = &record, .count = 1};
    struct caa_text name = caa_text_from("ca.example");
    struct caa_ca ca = {.identifiers = &name, .identifier_count = 1, .supports = CAA_SUPPORTS_IANA};
    static const struct {
        const char *method;
        bool permits;
    } rows[] = {{"a-1", true}, {"b-2", true}, {"a-1,b-2", false}, {"A-1", false}, {"", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct caa_request request = {.params = CAA_PARAMS_MATCH,
                                      .method = caa_text_from(rows[i].method)};
        assert_int_equal(caa_policy_permits(&set, &ca, &request), rows[i].permits);
    }
}

static void parameters_may_be_beyond_anybody(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool satisfiable;
    } rows[] = {
        {"ca.example; validationmethods=", false},
        {"ca.example; validationmethods=dns-01,,http-01", false},
        {"ca.example; validationmethods=never-heard-of", true},
        {"ca.example; accounturi=a:b; validationmethods=-", true},
        {"ca.example; accounturi=%61:b", false},
        {"; validationmethods=dns-01", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct caa_value value = caa_value_parse(caa_text_from(rows[i].value));
        assert_int_equal(value.error, CAA_VALUE_NONE);
        assert_int_equal(value.satisfiable_8657, rows[i].satisfiable);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_set_permits_everybody),
        cmocka_unit_test(any_identifier_of_a_ca_will_do),
        cmocka_unit_test(a_ca_with_an_empty_identifier_gets_nothing_from_nobody),
        cmocka_unit_test(issuewild_decides_wildcards_even_when_malformed),
        cmocka_unit_test(a_critical_property_denies_whom_it_is_unknown_to),
        cmocka_unit_test(parts_with_a_bad_tag_are_malformed),
        cmocka_unit_test(a_method_is_matched_exactly),
        cmocka_unit_test(parameters_may_be_beyond_anybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
