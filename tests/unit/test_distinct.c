/* Counting different values: exact while they are few, near enough and mergeable beyond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "distinct.h"

static void add_number(struct distinct *distinct, unsigned number)
{
    assert_true(distinct_add(distinct, caa_text_of(&number, sizeof number)));
}

static void few_values_are_counted_exactly(void **state)
{
    (void)state;
    struct distinct distinct;
    distinct_init(&distinct);
    assert_int_equal(distinct_count(&distinct), 0);
    for (unsigned i = 0; i < 3 * DISTINCT_KEPT; i++)
        add_number(&distinct, i % DISTINCT_KEPT);
    assert_false(distinct.more);
    assert_int_equal(distinct_count(&distinct), DISTINCT_KEPT);
    distinct_fini(&distinct);
}

static void many_are_estimated_within_three_standard_errors(void **state)
{
    (void)state;
    const unsigned many = 200000;
    struct distinct distinct;
    distinct_init(&distinct);
    for (unsigned i = 0; i < 2 * many; i++)
        add_number(&distinct, i % many);
    assert_true(distinct.more);
    assert_true(distinct.count <= DISTINCT_KEPT);
    assert_in_range(distinct_count(&distinct), many - many * 66 / 1000, many + many * 66 / 1000);
    distinct_fini(&distinct);
}

static void parts_merge_to_the_same(void **state)
{
    (void)state;
    struct distinct whole, parts[3];
    distinct_init(&whole);
    for (int i = 0; i < 3; i++)
        distinct_init(&parts[i]);
    for (unsigned i = 0; i < 10000; i++) {
        add_number(&whole, i);
        add_number(&parts[i % 3], i);
        add_number(&parts[i * 7 % 3], i);
    }
    assert_true(distinct_merge(&parts[2], &parts[0]));
    assert_true(distinct_merge(&parts[2], &parts[1]));
    assert_true(parts[2].more);
    assert_int_equal(distinct_count(&parts[2]), distinct_count(&whole));
    distinct_fini(&whole);
    for (int i = 0; i < 3; i++)
        distinct_fini(&parts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_values_are_counted_exactly),
        cmocka_unit_test(many_are_estimated_within_three_standard_errors),
        cmocka_unit_test(parts_merge_to_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
