/* Host names in fields of a list: each row of the tables is one rule of hostname.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hostname.h"

#define L10 "aaaaaaaaaa"
#define L60 L10 L10 L10 L10 L10 L10
#define L63 L60 "aaa"

static const char *const fault_words[] = {"OK", "EMPTY", "ADDRESS", "OCTET", "PORT", "LENGTH"};

struct found {
    const char *field;
    const char *host;
    bool wildcard;
};

/* NUL-free fields that hold a host name. */
static const struct found accepted[] = {
    {"example.com", "example.com", false},
    {"Example.COM", "Example.COM", false},
    {"  example.com\t", "example.com", false},
    {"example.com.", "example.com", false},
    {".", ".", false},
    {"com", "com", false},
    {"*.example.com", "example.com", true},
    {"*.example.com.", "example.com", true},
    {"*.com", "com", true},
    {"_dmarc.example.com", "_dmarc.example.com", false},
    {"r3---sn-x.googlevideo.com", "r3---sn-x.googlevideo.com", false},
    {"-leading.trailing-.example", "-leading.trailing-.example", false},
    {"foo.123", "foo.123", false},
    {"1.2.3.4.in-addr.arpa", "1.2.3.4.in-addr.arpa", false},
    {"163.com", "163.com", false},
    {"1.2.3.4a", "1.2.3.4a", false},
    {"xn--bcher-kva.example", "xn--bcher-kva.example", false},
    {"https://www.example.org/x", "www.example.org", false},
    {"https://www.example.org", "www.example.org", false},
    {"HTTPS://example.org:8443/x?y#z", "example.org", false},
    {"http://user:pass@example.org:80/", "example.org", false},
    {"http://user@evil@example.org/", "example.org", false},
    {"http://example.org?q=a@b", "example.org", false},
    {"http://example.org#a@b", "example.org", false},
    {"http://example.org./", "example.org", false},
    {"svn+ssh://example.org/repo", "example.org", false},
    {"//example.org/path", "example.org", false},
    {"example.org/path/x", "example.org", false},
    {"medium.com/@user", "medium.com", false},
    {"example.org:443", "example.org", false},
    {"example.org:", "example.org", false},
    {"example.org:65535", "example.org", false},
    {"*.example.org:443", "example.org", true},
    {"someone@example.org", "example.org", false},
    {"\"a@b\"@example.org", "example.org", false},
    {"mailto:someone@example.org?subject=x", "example.org", false},
};

struct refused {
    const char *field;
    enum hostname_fault fault;
};

static const struct refused refused[] = {
    {"", HOSTNAME_EMPTY},
    {"   ", HOSTNAME_EMPTY},
    {"https://", HOSTNAME_EMPTY},
    {"file:///etc/hosts", HOSTNAME_EMPTY},
    {"someone@", HOSTNAME_EMPTY},
    {"1.2.3.4", HOSTNAME_ADDRESS},
    {"1.2.3.4.", HOSTNAME_ADDRESS},
    {"1.2.3.4:53", HOSTNAME_ADDRESS},
    {"999.1.2.3", HOSTNAME_ADDRESS},
    {"*.1.2.3.4", HOSTNAME_ADDRESS},
    {"192.0.2.0/24", HOSTNAME_ADDRESS},
    {"http://192.0.2.1/", HOSTNAME_ADDRESS},
    {"someone@192.0.2.1", HOSTNAME_ADDRESS},
    {"12345", HOSTNAME_ADDRESS},
    {"0.5", HOSTNAME_ADDRESS},
    {"::1", HOSTNAME_ADDRESS},
    {"[::1]", HOSTNAME_ADDRESS},
    {"[::1]:53", HOSTNAME_ADDRESS},
    {"http://[2001:db8::1]:80/", HOSTNAME_ADDRESS},
    {"2001:db8::/32", HOSTNAME_ADDRESS},
    {"someone@[192.0.2.1]", HOSTNAME_ADDRESS},
    {"*", HOSTNAME_OCTET},
    {"*.", HOSTNAME_OCTET},
    {"*.*.example.com", HOSTNAME_OCTET},
    {"www.*.example.com", HOSTNAME_OCTET},
    {"two words.example", HOSTNAME_OCTET},
    {"a,b", HOSTNAME_OCTET},
    {"exa\"mple.com", HOSTNAME_OCTET},
    {"exam%70le.com", HOSTNAME_OCTET},
    {"Some One <someone@example.org>", HOSTNAME_OCTET},
    {"a\x01.example", HOSTNAME_OCTET},
    {"a\x7f.example", HOSTNAME_OCTET},
    {"back\\slash.example", HOSTNAME_OCTET},
    {"example.org:http", HOSTNAME_PORT},
    {"example.org:65536", HOSTNAME_PORT},
    {"example.org:99999999999999999999", HOSTNAME_PORT},
    {"javascript:alert", HOSTNAME_PORT},
};

static enum hostname_fault find(const char *field, struct hostname *out)
{
    return hostname_find((const uint8_t *)field, strlen(field), out);
}

static void finds_the_host(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        const struct found *row = &accepted[i];
        struct hostname host;
        enum hostname_fault fault = find(row->field, &host);
        if (fault != HOSTNAME_OK)
            fail_msg("\"%s\": %s", row->field, fault_words[fault]);
        if (host.len != strlen(row->host) || memcmp(host.text, row->host, host.len) != 0)
            fail_msg("\"%s\": found \"%.*s\"", row->field, (int)host.len, (const char *)host.text);
        if (host.wildcard != row->wildcard || !host.ascii)
            fail_msg("\"%s\": wildcard %d, ascii %d", row->field, host.wildcard, host.ascii);
    }
}

static void refuses_what_is_no_host(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct hostname host;
        enum hostname_fault fault = find(refused[i].field, &host);
        if (fault != refused[i].fault)
            fail_msg("\"%s\": %s", refused[i].field, fault_words[fault]);
        assert_int_equal(host.len, 0);
    }
}

static void refuses_a_nul_octet(void **state)
{
    (void)state;
    struct hostname host;
    assert_int_equal(hostname_find((const uint8_t *)"a\0b.example", 11, &host), HOSTNAME_OCTET);
}

static void marks_octets_outside_ascii(void **state)
{
    (void)state;
    struct hostname host;
    assert_int_equal(find("https://b\xc3\xbc"
                          "cher.example/",
                          &host),
                     HOSTNAME_OK);
    assert_false(host.ascii);
    assert_int_equal(host.len, strlen("b\xc3\xbc"
                                      "cher.example"));
    assert_int_equal(hostname_check(host.text, host.len), HOSTNAME_OCTET);
    assert_int_equal(find("b\xc3\xbc"
                          "cher .example",
                          &host),
                     HOSTNAME_OCTET);
}

struct naming {
    const char *prefix, *host, *wire; /* wire NULL: too long, or an empty label */
};

static const struct naming namings[] = {
    {"", "Example.COM", "\7example\3com"},
    {"", ".", ""},
    {"www", "example.com", "\3www\7example\3com"},
    {"WWW", "example.com", "\3www\7example\3com"},
    {"a.b", "example.com", "\1a\1b\7example\3com"},
    {"www", ".", "\3www"},
    {"", "a..b", NULL},
    {"", ".a", NULL},
    {"", "a..", NULL},
    {"", "..", NULL},
    {"www", "..", NULL},
    {"", L63 ".example", "\77" L63 "\7example"},
    {"", L63 "a.example", NULL},
    {"", L63 "." L63 "." L63 "." L60 "a", "\77" L63 "\77" L63 "\77" L63 "\75" L60 "a"},
    {"", L63 "." L63 "." L63 "." L60 "aa", NULL},
    {"w", L63 "." L63 "." L63 "." L60 "a", NULL},
    {"www", L63 "." L63 "." L63 "." L10 L10 L10 L10 L10 "aaaaaaa",
     "\3www\77" L63 "\77" L63 "\77" L63 "\71" L10 L10 L10 L10 L10 "aaaaaaa"},
    {"www", L63 "." L63 "." L63 "." L10 L10 L10 L10 L10 "aaaaaaaa", NULL},
};

static void makes_the_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof namings / sizeof *namings; i++) {
        const struct naming *row = &namings[i];
        struct name_buffer name;
        enum hostname_fault fault =
            hostname_name(&name, row->prefix, (const uint8_t *)row->host, strlen(row->host));
        if (row->wire == NULL) {
            if (fault != HOSTNAME_LENGTH)
                fail_msg("\"%s\" + \"%s\": %s", row->prefix, row->host, fault_words[fault]);
            continue;
        }
        if (fault != HOSTNAME_OK || name.len != strlen(row->wire) + 1 ||
            memcmp(name.wire, row->wire, name.len) != 0)
            fail_msg("\"%s\" + \"%s\": %s, %u octets", row->prefix, row->host, fault_words[fault],
                     name.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_host),      cmocka_unit_test(refuses_what_is_no_host),
        cmocka_unit_test(refuses_a_nul_octet), cmocka_unit_test(marks_octets_outside_ascii),
        cmocka_unit_test(makes_the_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
