#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "message.h"
#include "mixed_case.h"

static const uint8_t wire[] = "\3w-1\7example\0";
static const struct name name = {.wire = wire, .len = 13};

static void each_letter_takes_the_next_bit(void **state)
{
    (void)state;
    uint8_t out[MESSAGE_QUERY_MAX];
    struct query q = {.name = name, .type = TYPE_CAA, .case_bits = 0x85};
    assert_int_equal(message_encode(&q, out, sizeof out), 12 + 13 + 4);
    assert_memory_equal(out + 12, "\3W-1\7eXamplE\0", 13);
    assert_true(mixed_case_matches(out, sizeof out, name, 0x85));
}

static void a_name_of_more_than_64_letters_uses_the_bits_again(void **state)
{
    (void)state;
    uint8_t octets[70];
    memset(octets, 'z', sizeof octets);
    mixed_case_set(octets, sizeof octets, 1);
    for (size_t i = 0; i < sizeof octets; i++)
        assert_int_equal(octets[i], i % 64 == 0 ? 'Z' : 'z');
}

static void every_letter_counts(void **state)
{
    (void)state;
    uint8_t out[MESSAGE_QUERY_MAX];
    struct query q = {.name = name, .type = TYPE_CAA, .case_bits = 0x85};
    size_t len = message_encode(&q, out, sizeof out);
    for (size_t i = 12; i < 25; i++) {
        out[i] ^= 0x20;
        assert_false(mixed_case_matches(out, len, name, 0x85));
        out[i] ^= 0x20;
    }
    for (size_t cut = 0; cut < 25; cut++)
        assert_false(mixed_case_matches(out, cut, name, 0x85));
    assert_true(mixed_case_matches(out, 25, name, 0x85));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_letter_takes_the_next_bit),
        cmocka_unit_test(a_name_of_more_than_64_letters_uses_the_bits_again),
        cmocka_unit_test(every_letter_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
