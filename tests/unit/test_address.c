/* Addresses as text: RFC 5952 row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "address.h"

struct text_row {
    const char *text; /* what inet_pton reads */
    uint16_t port;
    const char *expected;
};

static const struct text_row rows[] = {
    {"192.0.2.1", 53, "192.0.2.1"},
    {"0.0.0.0", 53, "0.0.0.0"},
    {"255.255.255.255", 65535, "255.255.255.255:65535"},
    {"192.0.2.1", 5300, "192.0.2.1:5300"},
    {"192.0.2.1", 0, "192.0.2.1:0"},
    {"10.20.30.100", 9, "10.20.30.100:9"},
    {"2001:db8::1", 53, "2001:db8::1"},
    {"2001:db8::1", 5300, "[2001:db8::1]:5300"},
    {"2001:DB8:0:0:0:0:0:1", 53, "2001:db8::1"},
    {"2001:0db8:0000:0001:0001:0001:0001:0001", 53, "2001:db8:0:1:1:1:1:1"},
    {"2001:db8:0:0:1:0:0:1", 53, "2001:db8::1:0:0:1"},
    {"2001:0:0:1:0:0:0:1", 53, "2001:0:0:1::1"},
    {"::", 53, "::"},
    {"::1", 53, "::1"},
    {"1::", 53, "1::"},
    {"1:2:3:4:5:6:7:0", 53, "1:2:3:4:5:6:7:0"},
    {"0:2:3:4:5:6:7:8", 53, "0:2:3:4:5:6:7:8"},
    {"1:2:3:4:5:6:0:0", 53, "1:2:3:4:5:6::"},
    {"0:0:3:4:5:6:7:8", 53, "::3:4:5:6:7:8"},
    {"::ffff:192.0.2.1", 53, "::ffff:192.0.2.1"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535,
     "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"},
    {"fe80::abcd:0:ff", 53, "fe80::abcd:0:ff"},
};

static struct address address_from(const struct text_row *row)
{
    struct address a = {.port = row->port};
    bool six = strchr(row->text, ':') != NULL;
    a.family = six ? ADDRESS_IPV6 : ADDRESS_IPV4;
    assert_int_equal(inet_pton(six ? AF_INET6 : AF_INET, row->text, a.octets), 1);
    return a;
}

static void writes_addresses_as_rfc_5952_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct address a = address_from(&rows[i]);
        char text[ADDRESS_TEXT_MAX + 1];
        size_t len = address_text(&a, text);
        assert_in_range(len, 1, ADDRESS_TEXT_MAX);
        text[len] = '\0';
        assert_string_equal(text, rows[i].expected);
    }
}

static void every_octet_is_its_decimal_number(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        struct address a = {.octets = {(uint8_t)i, (uint8_t)(255 - i), (uint8_t)i, (uint8_t)i},
                            .port = 53,
                            .family = ADDRESS_IPV4};
        char text[ADDRESS_TEXT_MAX + 1], expected[ADDRESS_TEXT_MAX + 1];
        text[address_text(&a, text)] = '\0';
        snprintf(expected, sizeof expected, "%u.%u.%u.%u", i, 255 - i, i, i);
        assert_string_equal(text, expected);
    }
}

static void an_absent_address_has_no_text(void **state)
{
    (void)state;
    struct address a = {.family = ADDRESS_NONE, .port = 53};
    char text[ADDRESS_TEXT_MAX];
    assert_int_equal(address_text(&a, text), 0);
}

static void equality_looks_at_octets_port_and_family(void **state)
{
    (void)state;
    struct address a = address_from(&rows[0]);
    struct address b = a;
    assert_true(address_equal(&a, &b));
    b.port = 54;
    assert_false(address_equal(&a, &b));
    b = a;
    b.family = ADDRESS_IPV6;
    assert_false(address_equal(&a, &b));
    b = a;
    b.octets[3]++;
    assert_false(address_equal(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_addresses_as_rfc_5952_says),
        cmocka_unit_test(every_octet_is_its_decimal_number),
        cmocka_unit_test(an_absent_address_has_no_text),
        cmocka_unit_test(equality_looks_at_octets_port_and_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
