/* Values of iodef, contactemail and contactphone, and the URIs under accounturi. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "caa_email.h"
#include "caa_iodef.h"
#include "caa_phone.h"
#include "caa_rfc8657.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct verdict {
    const char *text;
    bool valid;
};

static void check_verdicts(bool (*judge)(struct caa_text), const struct verdict rows[],
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (judge(caa_text_from(rows[i].text)) != rows[i].valid)
            fail_msg("\"%s\" should be %s", rows[i].text, rows[i].valid ? "valid" : "invalid");
    }
}

static void an_email_is_one_addr_spec(void **state)
{
    (void)state;
    static const struct verdict rows[] = {
        {"a@example.com", true},
        {"first.last+tag@example.com", true},
        {"a@localhost", true},
        {"a@[192.0.2.1]", true},
        {"\"a b\"@example.com", true},
        {"\"a\\\"b\"@example.com", true},
        {"\"\"@example.com", true},
        {"a@b\xC3\xBC"
         "cher.example",
         true},
        {"\xF0\x9F\x92\xA9@example.com", true},
        {"", false},
        {"a", false},
        {"@example.com", false},
        {"a@", false},
        {"a@@example.com", false},
        {"a@b@example.com", false},
        {".a@example.com", false},
        {"a.@example.com", false},
        {"a..b@example.com", false},
        {"a@example.com.", false},
        {"a@.example.com", false},
        {" a@example.com", false},
        {"a@example.com ", false},
        {"a@example.com\n", false},
        {"a@[192.0.2.1", false},
        {"a@[]", false},
        {"a@[a]b]", false},
        {"\"a@example.com", false},
        {"\"a\"b@example.com", false},
        {"\"a\\", false},
        {"\"a\n\"@example.com", false},
        {"<a@example.com>", false},
        {"a@example.com (me)", false},
    };
    check_verdicts(caa_email_is_address, rows, COUNT(rows));
}

static void an_email_holds_only_whole_utf8(void **state)
{
    (void)state;
    static const struct verdict rows[] = {
        {"\x80@example.com", false},
        {"\xC0\xAF@example.com", false},
        {"\xC3@example.com", false},
        {"\xC3", false},
        {"\xE0\x80\x80@example.com", false},
        {"\xED\xA0\x80@example.com", false},
        {"\xED\x9F\xBF@example.com", true},
        {"\xE2\x98@example.com", false},
        {"\xF0\x80\x80\x80@example.com", false},
        {"\xF4\x8F\xBF\xBF@example.com", true},
        {"\xF4\x90\x80\x80@example.com", false},
        {"\xF5\x80\x80\x80@example.com", false},
    };
    check_verdicts(caa_email_is_address, rows, COUNT(rows));
}

static void a_phone_is_one_global_number(void **state)
{
    (void)state;
    static const struct verdict rows[] = {
        {"+1", true},           {"+1.555.123", true},
        {"+(1)555", true},      {"+1 555", true},
        {"+1555;ext=12", true}, {"+1555;isub=1;phone-context=x", true},
        {"+1555;flag", true},   {"", false},
        {"1555", false},        {"+", false},
        {"+()", false},         {"+ 1555", false},
        {"+1  555", false},     {" +1555", false},
        {"+1555 ", false},      {"+1\t555", false},
        {"+1555x", false},      {"++1555", false},
        {"+1555;", false},      {"+1555;;ext=1", false},
        {"+1555;ext=", false},  {"+1555;=1", false},
        {"+1555;e x=1", false}, {"+1555;ext=1 2", false},
        {"tel:+1555", false},
    };
    check_verdicts(caa_phone_is_global_number, rows, COUNT(rows));
}

static void an_iodef_url_has_a_known_scheme_and_its_parts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum caa_value_error error;
    } rows[] = {
        {"mailto:a@example.com", CAA_VALUE_NONE},
        {"mailto:a@example.com,b@example.com", CAA_VALUE_NONE},
        {"mailto:a@example.com?subject=CAA%20report", CAA_VALUE_NONE},
        {"https://example.com", CAA_VALUE_NONE},
        {"https://user@example.com:8443/a/b?c#d", CAA_VALUE_NONE},
        {"https://[2001:db8::1]/", CAA_VALUE_NONE},
        {"HTTP://example.com/", CAA_VALUE_NONE},
        {"mailto:a", CAA_VALUE_BAD_IODEF_URL},
        {"mailto:a@example.com,", CAA_VALUE_BAD_IODEF_URL},
        {"mailto:?to=a@example.com", CAA_VALUE_BAD_IODEF_URL},
        {"mailto: a@example.com", CAA_VALUE_BAD_IODEF_URL},
        {"mailto:a%2@example.com", CAA_VALUE_BAD_IODEF_URL},
        {"https:example.com", CAA_VALUE_BAD_IODEF_URL},
        {"https:/example.com", CAA_VALUE_BAD_IODEF_URL},
        {"https:///path", CAA_VALUE_BAD_IODEF_URL},
        {"https://user@", CAA_VALUE_BAD_IODEF_URL},
        {"https://:443", CAA_VALUE_BAD_IODEF_URL},
        {"https://example.com:x", CAA_VALUE_BAD_IODEF_URL},
        {"https://[]", CAA_VALUE_BAD_IODEF_URL},
        {"https://[::1", CAA_VALUE_BAD_IODEF_URL},
        {"https://[::1]x", CAA_VALUE_BAD_IODEF_URL},
        {"https://example.com/ https://example.org/", CAA_VALUE_BAD_IODEF_URL},
        {"://example.com", CAA_VALUE_BAD_IODEF_URL},
        {"1http://example.com", CAA_VALUE_BAD_IODEF_URL},
        {"ht_tp://example.com", CAA_VALUE_BAD_IODEF_URL},
        {"httpss://example.com", CAA_VALUE_BAD_IODEF_SCHEME},
        {"xmpp:a@example.com", CAA_VALUE_BAD_IODEF_SCHEME},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum caa_value_error error = caa_iodef_check(caa_text_from(rows[i].text));
        if (error != rows[i].error)
            fail_msg("%s: \"%s\"", rows[i].text, caa_value_error_word(error));
    }
}

static void an_account_is_a_uri(void **state)
{
    (void)state;
    static const struct verdict rows[] = {
        {"https://ca.example/acct/1", true},
        {"urn:example:1", true},
        {"a+b-c.d:", true},
        {"https://ca.example/%41", true},
        {"", false},
        {"acct", false},
        {":acct", false},
        {"https://ca.example/%4", false},
        {"https://ca.example/%4g", false},
        {"https://ca.example/{1}", false},
        {"https://ca.example/<1>", false},
        {"https://ca.example/\"1\"", false},
    };
    check_verdicts(caa_rfc8657_is_account, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_email_is_one_addr_spec),
        cmocka_unit_test(an_email_holds_only_whole_utf8),
        cmocka_unit_test(a_phone_is_one_global_number),
        cmocka_unit_test(an_iodef_url_has_a_known_scheme_and_its_parts),
        cmocka_unit_test(an_account_is_a_uri),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
