/* Numbers with decimals: the same text as printf's, for every kind of double. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "decimal.h"

static void expect_as_printf(double number)
{
    for (unsigned decimals = 0; decimals <= DECIMAL_MAX; decimals++) {
        char expected[DECIMAL_LEN], out[DECIMAL_LEN];
        snprintf(expected, sizeof expected, "%.*f", (int)decimals, number);
        assert_int_equal(decimal_put(out, number, decimals), strlen(expected));
        assert_string_equal(out, expected);
    }
}

static void special_numbers(void **state)
{
    (void)state;
    static const double numbers[] = {
        0,           -0.0,     0.5,          1.5,   2.5,   0.125,    0.375,          0.005,
        0.015,       1.005,    9.99,         9.995, 9.996, 0.999999, 1e-7,           1e-300,
        999.9999995, 999999.5, 999999999.5,  1e9,   1e15,  1e22,     1e300,          1.7e308,
        -1.25,       -0.0001,  123456.78905, 0.1,   0.2,   0.3,      __builtin_inf()};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        expect_as_printf(numbers[i]);
}

static void ties_and_their_neighbours(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        expect_as_printf(i / 8.0);
        expect_as_printf(i / 1000.0);
        expect_as_printf(i / 2000.0 + 1e-12);
    }
}

static void doubles_of_any_bits(void **state)
{
    (void)state;
    uint64_t bits = 88172645463325252;
    for (unsigned i = 0; i < 40000; i++) {
        double number;
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        /* Half of them below a million, as those of reports are. */
        uint64_t used = i % 2 == 0 ? bits : (bits >> 12) | (uint64_t)(1005 + i / 2 % 40) << 52;
        memcpy(&number, &used, sizeof number);
        if (number == number)
            expect_as_printf(number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(special_numbers),
        cmocka_unit_test(ties_and_their_neighbours),
        cmocka_unit_test(doubles_of_any_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
