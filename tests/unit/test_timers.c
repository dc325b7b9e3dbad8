/* Deadlines in lists of equal waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "timers.h"

#define ITEMS 8u

static struct timers timers;
static struct {
    uint8_t octets[3]; /* what else is known of an item */
    struct timers_node node;
} items[ITEMS];

static int set_up(void **state)
{
    *state = NULL;
    memset(items, 0, sizeof items);
    timers_init(&timers, &items[0].node, sizeof items[0], 3);
    timers_set_wait(&timers, 0, 100);
    timers_set_wait(&timers, 1, 50);
    timers_set_wait(&timers, 2, 1000);
    return 0;
}

static void nothing_is_due_without_items(void **state)
{
    (void)state;
    assert_int_equal(timers_next_ns(&timers), TIMERS_NEVER);
    assert_int_equal(timers_expire(&timers, UINT64_MAX), TIMERS_NONE);
}

static void an_item_is_due_at_its_time_and_not_before(void **state)
{
    (void)state;
    timers_add(&timers, 0, 5, 1000);
    assert_int_equal(timers_next_ns(&timers), 1100);
    assert_int_equal(timers_expire(&timers, 1099), TIMERS_NONE);
    assert_int_equal(timers_expire(&timers, 1100), 5);
    assert_int_equal(timers_expire(&timers, 1100), TIMERS_NONE);
    assert_int_equal(timers_next_ns(&timers), TIMERS_NEVER);
}

static void a_list_is_first_in_first_out(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 8; i++)
        timers_add(&timers, 0, 7 - i, i);
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(timers_expire(&timers, 1000), 7 - i);
}

static void the_next_deadline_is_the_earliest_of_all_lists(void **state)
{
    (void)state;
    timers_add(&timers, 2, 0, 0);
    assert_int_equal(timers_next_ns(&timers), 1000);
    timers_add(&timers, 0, 1, 10);
    assert_int_equal(timers_next_ns(&timers), 110);
    timers_add(&timers, 1, 2, 20);
    assert_int_equal(timers_next_ns(&timers), 70);
    assert_int_equal(timers_expire(&timers, 70), 2);
    assert_int_equal(timers_next_ns(&timers), 110);
}

static void an_item_taken_out_never_comes(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        timers_add(&timers, 0, i, i);
    timers_remove(&timers, 0);
    timers_remove(&timers, 2);
    timers_remove(&timers, 3);
    timers_remove(&timers, 3);
    assert_int_equal(timers_next_ns(&timers), 101);
    assert_int_equal(timers_expire(&timers, 1000), 1);
    assert_int_equal(timers_expire(&timers, 1000), TIMERS_NONE);
    timers_add(&timers, 1, 3, 0);
    assert_int_equal(timers_expire(&timers, 50), 3);
}

/* Against a plain array that is searched whole. */
static void they_agree_with_a_naive_search(void **state)
{
    (void)state;
    static const uint64_t wait_ns[] = {100, 50, 1000};
    uint64_t due[8] = {0}; /* 0: in no list */
    uint64_t now_ns = 1;
    srand(1);
    for (unsigned turn = 0; turn < 20000; turn++) {
        now_ns += (uint64_t)(rand() % 40);
        uint32_t item = (uint32_t)(rand() % 8);
        size_t list = (size_t)(rand() % 3);
        if (due[item] == 0) {
            timers_add(&timers, list, item, now_ns);
            due[item] = now_ns + wait_ns[list];
        } else if (rand() % 4 == 0) {
            timers_remove(&timers, item);
            due[item] = 0;
        }
        for (uint32_t gone; (gone = timers_expire(&timers, now_ns)) != TIMERS_NONE; due[gone] = 0)
            assert_in_range(due[gone], 1, now_ns);
        uint64_t next_ns = TIMERS_NEVER;
        for (size_t i = 0; i < 8; i++) {
            assert_true(due[i] == 0 || due[i] > now_ns);
            if (due[i] != 0 && due[i] < next_ns)
                next_ns = due[i];
        }
        assert_int_equal(timers_next_ns(&timers), next_ns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_due_without_items, set_up),
        cmocka_unit_test_setup(an_item_is_due_at_its_time_and_not_before, set_up),
        cmocka_unit_test_setup(a_list_is_first_in_first_out, set_up),
        cmocka_unit_test_setup(the_next_deadline_is_the_earliest_of_all_lists, set_up),
        cmocka_unit_test_setup(an_item_taken_out_never_comes, set_up),
        cmocka_unit_test_setup(they_agree_with_a_naive_search, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
