/* Which datagrams go out in one send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "train.h"

static struct train_plan plan;

/* What the kernel demands of a train, and that each datagram is in exactly one. */
static void check_plan(const uint16_t lens[], size_t count, unsigned segments_max)
{
    unsigned seen[TRAIN_ITEMS_MAX] = {0};
    size_t at = 0;
    for (size_t i = 0; i < plan.train_count; i++) {
        const struct train *t = &plan.trains[i];
        uint32_t len = 0;
        assert_int_equal(t->first, at);
        assert_in_range(t->count, 1, segments_max);
        for (size_t k = 0; k < t->count; k++) {
            uint16_t item = plan.order[at++];
            seen[item]++;
            len += lens[item];
            if (k + 1u < t->count)
                assert_int_equal(lens[item], t->segment_len);
            else
                assert_in_range(lens[item], 1, t->segment_len);
        }
        assert_int_equal(t->len, len);
        if (t->count > 1)
            assert_in_range(t->segment_len, 1, TRAIN_SEGMENT_MAX);
    }
    assert_int_equal(at, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(seen[i], 1);
}

static void nothing_makes_no_train(void **state)
{
    (void)state;
    train_plan(&plan, NULL, 0, TRAIN_SEGMENTS_MAX);
    assert_int_equal(plan.train_count, 0);
}

static void equal_lengths_go_together_up_to_the_bound(void **state)
{
    (void)state;
    uint16_t lens[130];
    for (size_t i = 0; i < 130; i++)
        lens[i] = 40;
    train_plan(&plan, lens, 130, 64);
    check_plan(lens, 130, 64);
    assert_int_equal(plan.train_count, 3);
    assert_int_equal(plan.trains[0].count, 64);
    assert_int_equal(plan.trains[2].count, 2);
}

static void a_shorter_one_ends_a_train(void **state)
{
    (void)state;
    static const uint16_t lens[] = {30, 41, 40, 41, 30, 41};
    train_plan(&plan, lens, 6, 64);
    check_plan(lens, 6, 64);
    assert_int_equal(plan.train_count, 2);
    assert_int_equal(plan.trains[0].count, 4);
    assert_int_equal(plan.trains[0].segment_len, 41);
    assert_int_equal(plan.trains[0].len, 163);
    assert_int_equal(plan.trains[1].count, 2);
}

static void without_segments_each_goes_alone_in_its_order(void **state)
{
    (void)state;
    static const uint16_t lens[] = {30, 41, 40};
    train_plan(&plan, lens, 3, 1);
    check_plan(lens, 3, 1);
    assert_int_equal(plan.train_count, 3);
    for (uint16_t i = 0; i < 3; i++)
        assert_int_equal(plan.order[i], i);
}

static void a_datagram_too_long_for_a_segment_goes_alone(void **state)
{
    (void)state;
    static const uint16_t lens[] = {TRAIN_SEGMENT_MAX + 1, TRAIN_SEGMENT_MAX + 1, UINT16_MAX, 40};
    train_plan(&plan, lens, 4, 64);
    check_plan(lens, 4, 64);
    assert_int_equal(plan.train_count, 4);
}

static void any_lengths_make_a_plan_that_holds(void **state)
{
    (void)state;
    uint16_t lens[TRAIN_ITEMS_MAX];
    uint32_t random = 1;
    for (unsigned round = 0; round < 2000; round++) {
        size_t count = round % (TRAIN_ITEMS_MAX + 1);
        for (size_t i = 0; i < count; i++) {
            random = random * 1664525u + 1013904223u;
            lens[i] = (uint16_t)(1 + (random >> 8) % (round % 3 == 0 ? 600 : 12));
        }
        unsigned segments_max = 1 + round % TRAIN_SEGMENTS_MAX;
        train_plan(&plan, lens, count, segments_max);
        check_plan(lens, count, segments_max);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_makes_no_train),
        cmocka_unit_test(equal_lengths_go_together_up_to_the_bound),
        cmocka_unit_test(a_shorter_one_ends_a_train),
        cmocka_unit_test(without_segments_each_goes_alone_in_its_order),
        cmocka_unit_test(a_datagram_too_long_for_a_segment_goes_alone),
        cmocka_unit_test(any_lengths_make_a_plan_that_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
