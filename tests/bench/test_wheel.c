/* test_wheel.c: replies that wait come out in time and in order; delays; the narrow way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "delay.h"
#include "narrow.h"
#include "wheel.h"

static void add(struct wheel *wheel, uint32_t mark, uint64_t delay)
{
    struct wheel_entry *entry = wheel_reserve(wheel);
    assert_non_null(entry);
    entry->len = mark;
    wheel_add(wheel, entry, delay);
}

/* The mark of the next entry that is due, 0 where none is. */
static uint32_t take(struct wheel *wheel)
{
    struct wheel_entry *entry = wheel_take(wheel);
    if (entry == NULL)
        return 0;
    uint32_t mark = entry->len;
    wheel_release(wheel, entry);
    return mark;
}

static void entries_come_when_due_and_in_order(void **state)
{
    (void)state;
    struct wheel *wheel = wheel_new(8);
    wheel_advance(wheel, 1000);
    add(wheel, 1, 5);
    add(wheel, 2, 3);
    add(wheel, 3, 5);
    add(wheel, 4, 0);
    assert_int_equal(take(wheel), 0);
    wheel_advance(wheel, 1001);
    assert_int_equal(take(wheel), 4);
    assert_int_equal(take(wheel), 0);
    wheel_advance(wheel, 1004);
    assert_int_equal(take(wheel), 2);
    assert_int_equal(take(wheel), 0);
    wheel_advance(wheel, 1005);
    assert_int_equal(take(wheel), 1);
    assert_int_equal(take(wheel), 3);
    assert_int_equal(wheel_waiting(wheel), 0);
    wheel_free(wheel);
}

/* Against a sorted list's worth of bookkeeping: every entry at its very tick. */
static void many_entries_over_many_turns(void **state)
{
    (void)state;
    enum { CAPACITY = 500 };
    struct wheel *wheel = wheel_new(CAPACITY);
    static uint64_t due[CAPACITY + 1];
    uint64_t random = 1;
    uint32_t waiting = 0;
    for (uint64_t now = 7; now < 7 + 5 * WHEEL_TICKS; now += 1 + random % 40) {
        wheel_advance(wheel, now);
        for (uint32_t mark; (mark = take(wheel)) != 0; waiting--) {
            assert_true(due[mark] <= now && due[mark] + 40 >= now);
            due[mark] = 0;
        }
        for (uint32_t mark = 1; mark <= CAPACITY; mark++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            if (due[mark] != 0 || random >> 60 != 0)
                continue;
            uint64_t delay = 1 + (random >> 20) % (WHEEL_TICKS - 1);
            due[mark] = now + delay;
            add(wheel, mark, delay);
            waiting++;
        }
        assert_int_equal(wheel_waiting(wheel), waiting);
    }
    assert_true(waiting > 0);
    wheel_free(wheel);
}

static void a_full_wheel_gives_no_entry(void **state)
{
    (void)state;
    struct wheel *wheel = wheel_new(2);
    add(wheel, 1, 1);
    add(wheel, 2, WHEEL_TICKS * 2);
    assert_null(wheel_reserve(wheel));
    wheel_advance(wheel, 1);
    assert_int_equal(take(wheel), 1);
    add(wheel, 3, 1);
    wheel_advance(wheel, WHEEL_TICKS - 1);
    assert_int_equal(take(wheel), 3);
    assert_int_equal(take(wheel), 2);
    wheel_free(wheel);
}

static void delays_have_their_mean(void **state)
{
    (void)state;
    static struct delay delay;
    for (enum delay_shape shape = DELAY_FIXED; shape <= DELAY_LOGNORMAL; shape++) {
        delay_init(&delay, shape, 200, 0.5);
        double sum = 0;
        for (uint64_t i = 0; i < DELAY_QUANTILES; i++)
            sum += delay_draw(&delay, i);
        assert_true(delay.any);
        assert_float_equal(sum / DELAY_QUANTILES, 200, 1);
    }
    delay_init(&delay, DELAY_FIXED, 0, 0);
    assert_false(delay.any);
}

static void a_narrow_way_carries_its_rate_and_drops_the_rest(void **state)
{
    (void)state;
    struct narrow way = {.each_ns = 1000, .queue_ns = 5000};
    uint64_t wait_ns, passed = 0, longest_ns = 0;
    for (uint64_t now_ns = 0; now_ns < 1000000; now_ns += 250) {
        bool through = narrow_pass(&way, now_ns, &wait_ns);
        passed += through;
        longest_ns = through && wait_ns > longest_ns ? wait_ns : longest_ns;
        assert_true(through || wait_ns > 5000);
    }
    assert_in_range(passed, 1000, 1007);
    assert_in_range(longest_ns, 4000, 5000);
    assert_true(narrow_pass(&way, 2000000, &wait_ns));
    assert_int_equal(wait_ns, 0);

    struct narrow wide = {.queue_ns = 0};
    for (int i = 0; i < 100; i++) {
        assert_true(narrow_pass(&wide, 7, &wait_ns));
        assert_int_equal(wait_ns, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_when_due_and_in_order),
        cmocka_unit_test(many_entries_over_many_turns),
        cmocka_unit_test(a_full_wheel_gives_no_entry),
        cmocka_unit_test(delays_have_their_mean),
        cmocka_unit_test(a_narrow_way_carries_its_rate_and_drops_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
