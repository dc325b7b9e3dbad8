/* What other software does with the rows of tests/vectors/vectors.jsonl against the rules about it,
 * and each rule by the case. */
#include "caa_divergence.h"
#include "vector_sets.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static uint32_t rules_of_set(const struct caa_set *set)
{
    uint32_t rules = 0;
    for (size_t i = 0; i < set->count; i++)
        rules |= caa_divergence_record(&set->records[i]);
    return rules;
}

/* What one program did with the rows. */
struct oracle {
    const char *key; /* in the row */
    const char *software;
    size_t differ, missed; /* rows with another verdict; of them, rows without a rule */
    size_t agree, alone;   /* rows with the same one; of them, rows with a rule */
};

static bool says(const struct oracle *oracle, uint32_t rules)
{
    for (unsigned i = 0; i < CAA_DIVERGENCE_COUNT; i++) {
        if ((rules & caa_divergence_bit(i)) != 0 && i != CAA_DIVERGENCE_OPENMPIC_PARAMS &&
            strcmp(caa_divergence_text(i)->software, oracle->software) == 0)
            return true;
    }
    return false;
}

static void compare(struct oracle *oracle, const json_t *row, const struct caa_set *set)
{
    const json_t *verdict = json_object_get(json_object_get(row, "oracles"), oracle->key);
    const char *result = json_string_value(json_object_get(verdict, "result"));
    if (result == NULL)
        return;
    bool rule = says(oracle, rules_of_set(set));
    bool agrees = strcmp(result, "agree") == 0;
    oracle->agree += agrees;
    oracle->differ += !agrees;
    oracle->alone += agrees && rule;
    oracle->missed += !agrees && !rule;
    if (agrees == rule)
        print_message("%s: %s %s\n", json_string_value(json_object_get(row, "id")), oracle->key,
                      result);
}

static void the_rules_are_what_the_software_did(void **state)
{
    (void)state;
    struct oracle boulder = {"boulder", "Boulder", 0, 0, 0, 0};
    struct oracle openmpic = {"openmpic", "Open MPIC", 0, 0, 0, 0};
    static struct vector_sets sets;
    struct caa_set set;
    vector_sets_open(&sets);
    while (vector_sets_next(&sets, &set)) {
        compare(&boulder, sets.row, &set);
        compare(&openmpic, sets.row, &set);
    }
    /* K002 has the rule, and another record that leads to the same verdict. */
    assert_int_equal(boulder.differ, 14);
    assert_int_equal(boulder.missed, 0);
    assert_int_equal(boulder.agree, 175);
    assert_int_equal(boulder.alone, 1);
    /* B017 is about a tag that is not UTF-8, which malformed RDATA does not show. */
    assert_int_equal(openmpic.differ, 5);
    assert_int_equal(openmpic.missed, 1);
    assert_int_equal(openmpic.agree, 178);
    assert_int_equal(openmpic.alone, 0);
}

static void each_rule_has_its_case(void **state)
{
    (void)state;
#define BIT(name) (UINT32_C(1) << CAA_DIVERGENCE_##name)
    static const struct {
        uint8_t flags;
        const char *tag, *value;
        uint32_t rules;
    } cases[] = {
        {0, "issue", "ca.example; a=b; c=d", 0},
        {0, "issue", "ca.example", 0},
        {0, "issue", ";", 0},
        {128, "issue", "ca.example", 0},
        {1, "issue", "ca.example", 0},
        {1, "contactemail", "a@example.com", BIT(BOULDER_FLAG_ONE)},
        {129, "contactphone", "+1 555", BIT(MINIMAL_CRITICAL) | BIT(BOULDER_CONTACT)},
        {128, "issuemail", "ca.example", BIT(MINIMAL_CRITICAL)},
        {128, "issuevmc", "ca.example", BIT(MINIMAL_CRITICAL) | BIT(OPENMPIC_ISSUEVMC)},
        {128, "future", "x", 0},
        {129, "future", "x", 0},
        {3, "future", "x", BIT(BOULDER_FLAG_ONE)},
        {0, "issue", "CA.example", BIT(BOULDER_ISSUER_CASE)},
        {0, "issue", "ca.example; account-uri=x", BIT(BOULDER_PARAM_HYPHEN) | BIT(RFC6844_REFUSES)},
        {0, "issue", "; account-uri=x", BIT(RFC6844_REFUSES)},
        {0, "issue", "ca.example; =x", BIT(BOULDER_PARAM_EMPTY)},
        {0, "issue", "ca.example; AccountURI=x", BIT(BOULDER_PARAM_CASE) | BIT(OPENMPIC_PARAMS)},
        {0, "issue", "ca.example; validationmethods=dns-01,,",
         BIT(BOULDER_METHODS_FIRST) | BIT(OPENMPIC_PARAMS)},
        {0, "issue", "ca.example; validationmethods=,dns-01", BIT(OPENMPIC_PARAMS)},
        {0, "issue", "ca.example; validationmethods=dns-01,ca-x",
         BIT(BOULDER_METHODS_CA) | BIT(OPENMPIC_PARAMS)},
        {0, "issue", "ca.example\n", BIT(OPENMPIC_SPACE)},
        {0, "issue",
         "\xE3\x80\x80"
         "ca.example\xC2\xA0",
         BIT(OPENMPIC_SPACE)},
        {0, "issue", "ca.example\xE2\x82\xAC", 0},
        {0, "issue", "ca.example\xFF", BIT(OPENMPIC_NOT_UTF8)},
        {0, "iodef", "mailto:\xC3", BIT(OPENMPIC_NOT_UTF8)},
        {0, "iodef", "\xED\xA0\x80", BIT(OPENMPIC_NOT_UTF8)},
        {0, "iodef", "\xF4\x90\x80\x80", BIT(OPENMPIC_NOT_UTF8)},
        {0, "issue", "ca.example; a=b c=d", BIT(RFC6844_ACCEPTS)},
        {0, "issue", "ca.example; a=b;", BIT(HICKORY_SEPARATOR) | BIT(RFC6844_ACCEPTS)},
        {0, "sixteenoctetslng", "x", BIT(HICKORY_TAG_LENGTH)},
        {0, "bad-tag", "x", BIT(STRICT_DECODER)},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct caa_record record = caa_record_from_parts(
            cases[i].flags, caa_text_from(cases[i].tag), caa_text_from(cases[i].value));
        uint32_t rules = caa_divergence_record(&record);
        if (rules != cases[i].rules)
            fail_msg("%u %s %s: %#x, not %#x", cases[i].flags, cases[i].tag, cases[i].value, rules,
                     cases[i].rules);
    }
    static const uint8_t overrun[] = {0, 9, 'a'};
    struct caa_record record = caa_record_from_rdata(overrun, sizeof overrun);
    assert_int_equal(caa_divergence_record(&record), BIT(STRICT_DECODER) | BIT(BOULDER_DECODE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules_are_what_the_software_did),
        cmocka_unit_test(each_rule_has_its_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
