/* Which datagrams are in what the kernel has merged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "merged.h"

static const uint8_t octets[300];

static const struct {
    const char *what;
    size_t len, whole_len, segment_len;
    size_t count, lost;
    size_t last_len; /* of the last that is here */
} cases[] = {
    {"one datagram", 100, 100, 0, 1, 0, 100},
    {"an empty one", 0, 0, 0, 1, 0, 0},
    {"an empty one with a length of segments", 0, 0, 100, 1, 0, 0},
    {"one that was cut", 60, 100, 0, 1, 0, 60},
    {"one that is as long as segments are", 100, 100, 100, 1, 0, 100},
    {"one shorter than segments are", 99, 99, 100, 1, 0, 99},
    {"three of one length", 300, 300, 100, 3, 0, 100},
    {"three, the last shorter", 201, 201, 100, 3, 0, 1},
    {"of three two and a half", 250, 300, 100, 2, 1, 100},
    {"of three two", 200, 300, 100, 2, 1, 100},
    {"of three none", 99, 300, 100, 0, 3, 0},
    {"of three nothing", 0, 300, 100, 0, 3, 0},
    {"of a shorter last one a part", 201, 250, 100, 2, 1, 100},
    {"segments of one octet", 300, 300, 1, 300, 0, 1},
};

static void every_datagram_that_is_whole_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        print_message("%s\n", cases[i].what);
        struct merged m = {octets, cases[i].len, cases[i].whole_len, cases[i].segment_len};
        size_t count = merged_count(&m), at = 0;
        assert_int_equal(count, cases[i].count);
        assert_int_equal(merged_lost(&m), cases[i].lost);
        for (size_t k = 0; k < count; k++) {
            struct merged_part part = merged_part(&m, k);
            assert_ptr_equal(part.octets, octets + at);
            assert_int_equal(part.len, k + 1 < count ? cases[i].segment_len : cases[i].last_len);
            at += part.len;
        }
        assert_true(at <= cases[i].len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_datagram_that_is_whole_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
