/* JSON values: every octet, whole numbers, dates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "json_text.h"

/* Each octet alone and among plain ones, so that both ways of looking for odd ones see it. */
static void every_octet_is_escaped(void **state)
{
    (void)state;
    for (unsigned octet = 0; octet < 256; octet++) {
        for (size_t at = 0; at < 20; at++) {
            uint8_t text[20], expected[64], out[64];
            memset(text, 'x', sizeof text);
            text[at] = (uint8_t)octet;
            char escaped[8];
            if (octet == '"')
                snprintf(escaped, sizeof escaped, "\\\"");
            else if (octet == '\\')
                snprintf(escaped, sizeof escaped, "\\\\\\\\");
            else if (octet < 0x20 || octet > 0x7E)
                snprintf(escaped, sizeof escaped, "\\\\%03u", octet);
            else
                snprintf(escaped, sizeof escaped, "%c", (char)octet);
            int len =
                snprintf((char *)expected, sizeof expected, "\"%.*s%s%.*s\"", (int)at,
                         "xxxxxxxxxxxxxxxxxxxx", escaped, (int)(19 - at), "xxxxxxxxxxxxxxxxxxxx");
            struct text t = text_over(out, sizeof out);
            t = json_octets(t, text, sizeof text);
            assert_int_equal(t.at - out, len);
            assert_memory_equal(out, expected, (size_t)(t.at - out));
        }
    }
}

/* Two labels of every length, with every octet in the second: a length is an octet too, and must
 * neither be taken for text nor hide what is none. */
static void names_are_their_text_escaped(void **state)
{
    (void)state;
    for (unsigned octet = 0; octet < 256; octet++) {
        for (uint8_t len = 1; len <= NAME_LABEL_MAX; len++) {
            uint8_t wire[NAME_LEN_MAX], out[2048], expected[2048];
            char plain[NAME_TEXT_MAX];
            wire[0] = wire[len + 1] = len;
            memset(wire + 1, 'a', len);
            memset(wire + len + 2, 'b', len);
            wire[len + 2 + len / 2] = (uint8_t)octet;
            wire[2 * len + 2] = 0;
            struct name n = {wire, (uint8_t)(2 * len + 3)};
            size_t text_len = name_text(n, plain);
            size_t expected_len = 0;
            expected[expected_len++] = '"';
            for (size_t i = 0; i < text_len; i++) {
                if (plain[i] == '\\' || plain[i] == '"')
                    expected[expected_len++] = '\\';
                expected[expected_len++] = (uint8_t)plain[i];
            }
            expected[expected_len++] = '"';
            struct text t = json_name(text_over(out, sizeof out), n);
            assert_int_equal(t.at - out, expected_len);
            assert_memory_equal(out, expected, expected_len);
        }
    }
}

static void numbers_are_written_in_full(void **state)
{
    (void)state;
    uint64_t numbers[3 * 20] = {0, 4294967295u, UINT64_MAX};
    uint64_t power = 1;
    for (size_t i = 3; i + 2 < sizeof numbers / sizeof *numbers; i += 3, power *= 10) {
        numbers[i] = power - 1;
        numbers[i + 1] = power;
        numbers[i + 2] = power + 1234567890123456789u % power;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char expected[32];
        uint8_t out[32];
        int len = snprintf(expected, sizeof expected, "%llu", (unsigned long long)numbers[i]);
        struct text t = json_number(text_over(out, sizeof out), numbers[i]);
        assert_int_equal(t.at - out, len);
        assert_memory_equal(out, expected, (size_t)len);
        assert_int_equal(json_number(text_over(out, (size_t)len), numbers[i]).at - out, len);
        assert_null(json_number(text_over(out, (size_t)len - 1), numbers[i]).at);
    }
}

static void timestamps_follow_the_calendar(void **state)
{
    (void)state;
    static const struct {
        uint64_t ms;
        const char *expected;
    } cases[] = {
        {0, "\"1970-01-01T00:00:00.000Z\""},
        {951782399999, "\"2000-02-28T23:59:59.999Z\""},
        {951782400000, "\"2000-02-29T00:00:00.000Z\""},
        {951868800000, "\"2000-03-01T00:00:00.000Z\""},
        {1709164800007, "\"2024-02-29T00:00:00.007Z\""},
        {1798761599000, "\"2026-12-31T23:59:59.000Z\""},
        {4107542400000, "\"2100-03-01T00:00:00.000Z\""},
        {253402300799999, "\"9999-12-31T23:59:59.999Z\""},
        {UINT64_MAX, "\"9999-12-31T23:59:59.999Z\""},
    };
    struct json_second last = {0};
    for (size_t i = 0; i < 4 * sizeof cases / sizeof *cases; i++) {
        size_t at = i / 4; /* with the second kept each time comes twice */
        uint8_t out[32];
        struct text t = text_over(out, sizeof out);
        t = json_timestamp(t, cases[at].ms, i % 2 == 0 ? NULL : &last);
        assert_int_equal(t.at - out, strlen(cases[at].expected));
        assert_memory_equal(out, cases[at].expected, (size_t)(t.at - out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_octet_is_escaped),
        cmocka_unit_test(names_are_their_text_escaped),
        cmocka_unit_test(numbers_are_written_in_full),
        cmocka_unit_test(timestamps_follow_the_calendar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
