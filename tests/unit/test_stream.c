/* DNS messages out of TCP octets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stream.h"

static uint8_t room[STREAM_MAX];

static struct stream fresh(void)
{
    return (struct stream){.octets = room};
}

static void a_message_in_one_piece_is_whole(void **state)
{
    (void)state;
    struct stream s = fresh();
    assert_int_equal(stream_take(&s, (const uint8_t *)"\0\3abc", 5), STREAM_WHOLE);
    assert_int_equal(stream_message_len(&s), 3);
    assert_memory_equal(stream_message(&s), "abc", 3);
}

static void any_cut_gives_the_same_message(void **state)
{
    (void)state;
    static const uint8_t octets[] = "\0\7message";
    size_t len = sizeof octets - 1;
    for (size_t first = 0; first <= len; first++) {
        for (size_t second = first; second <= len; second++) {
            struct stream s = fresh();
            enum stream_state last = stream_take(&s, octets, first);
            assert_int_equal(last, first == len ? STREAM_WHOLE : STREAM_MORE);
            if (first == len)
                continue;
            last = stream_take(&s, octets + first, second - first);
            assert_int_equal(last, second == len ? STREAM_WHOLE : STREAM_MORE);
            if (second < len)
                last = stream_take(&s, octets + second, len - second);
            assert_int_equal(last, STREAM_WHOLE);
            assert_memory_equal(stream_message(&s), "message", 7);
        }
    }
}

static void an_empty_message_is_whole(void **state)
{
    (void)state;
    struct stream s = fresh();
    assert_int_equal(stream_take(&s, (const uint8_t *)"\0", 1), STREAM_MORE);
    assert_int_equal(stream_take(&s, (const uint8_t *)"\0", 1), STREAM_WHOLE);
    assert_int_equal(stream_message_len(&s), 0);
}

static void surplus_is_refused_and_not_stored(void **state)
{
    (void)state;
    struct stream s = fresh();
    assert_int_equal(stream_take(&s, (const uint8_t *)"\0\2abX", 5), STREAM_OVERRUN);
    assert_int_equal(s.len, 4);
    assert_int_equal(stream_take(&s, (const uint8_t *)"Y", 1), STREAM_OVERRUN);
    assert_int_equal(s.len, 4);
}

static void the_longest_message_fits(void **state)
{
    (void)state;
    uint8_t *octets = malloc(STREAM_MAX + 1);
    assert_non_null(octets);
    memset(octets, 0xFF, STREAM_MAX + 1);
    struct stream s = fresh();
    assert_int_equal(stream_take(&s, octets, STREAM_MAX), STREAM_WHOLE);
    assert_int_equal(stream_message_len(&s), 65535);
    s = fresh();
    assert_int_equal(stream_take(&s, octets, STREAM_MAX + 1), STREAM_OVERRUN);
    free(octets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_in_one_piece_is_whole),
        cmocka_unit_test(any_cut_gives_the_same_message),
        cmocka_unit_test(an_empty_message_is_whole),
        cmocka_unit_test(surplus_is_refused_and_not_stored),
        cmocka_unit_test(the_longest_message_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
