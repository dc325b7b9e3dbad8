/* Names copied from one that was written: as json_name writes them, whatever the two names are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "spelled.h"

#define ROOM 4096u
#define NAME(octets)                                                                               \
    {                                                                                              \
        (const uint8_t *)(octets), sizeof(octets)                                                  \
    }

/* A label of 42 octets whose end, from the '!' on, looks like one of 33; and the name that begins
 * there if it were. */
#define LONG_TAIL "abcdefghijklmnopqrstuvwxyz0123456"
#define LONG_LABEL "\52abcdefgh!" LONG_TAIL
#define SHORT_LABEL "!" LONG_TAIL

static const struct name names[] = {
    NAME(""),
    NAME("\3org"),
    NAME("\7example\3org"),
    NAME("\3www\7example\3org"),
    NAME("\1a\3www\7example\3org"),
    NAME("\3ns1\7example\3org"),
    NAME("\12ns-awsdns1\2co\2uk"),
    NAME("\5other\2co\2uk"),
    NAME("\3a.b\7example\3org"),
    NAME("\3a\"b\7example\3org"),
    NAME("\3a\\b\7example\3org"),
    NAME("\3a\0b\7example\3org"),
    NAME("\1x\3a.b\7example\3org"),
    NAME("\3www\7exa\377ple\3org"),
    NAME("\7exa\377ple\3org"),
    NAME(LONG_LABEL "\3org"),
    NAME(SHORT_LABEL "\3org"),
    NAME("\2ns" SHORT_LABEL "\3org"),
    NAME("\13www\7example\3org"),
    {NULL, 0},
};

static void check(struct name written, struct name n)
{
    uint8_t expected[ROOM], out[2 * ROOM];
    size_t len = (size_t)(json_name(text_over(expected, sizeof expected), n).at - expected);
    struct spelled spelled, kept;
    struct text t = spelled_keep(text_over(out, sizeof out), written, NULL, &spelled);
    const uint8_t *start = t.at;
    for (size_t cap = 0; cap <= len + 32; cap++) {
        struct text room = {t.at, t.at + cap};
        memset(t.at, 0xA5, len + 64);
        struct text end = spelled_put_ancestor(room, n, &spelled);
        assert_int_equal(end.at != NULL, cap >= len);
        assert_int_equal(start[cap], 0xA5);
        if (end.at == NULL)
            continue;
        assert_int_equal(end.at - start, len);
        assert_memory_equal(start, expected, len);
    }
    t = spelled_keep(t, n, &spelled, &kept);
    assert_memory_equal(start, expected, len);
    t = spelled_put(t, n, &kept);
    assert_int_equal(t.at - start, 2 * len);
    assert_memory_equal(start + len, expected, len);
}

static void copied_names_are_as_written_anew(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            check(names[i], names[k]);
    }
}

static void ancestors_in_the_same_octets_are_copied(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct name ancestor = names[i];
        while (name_parent(&ancestor))
            check(names[i], ancestor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copied_names_are_as_written_anew),
        cmocka_unit_test(ancestors_in_the_same_octets_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
