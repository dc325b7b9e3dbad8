/* (channel, id) to the question in flight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "flight.h"
#include "table_memory.h"

#define QUESTIONS 200u

static struct flight flight;

static int set_up(void **state)
{
    *state = NULL;
    for (unsigned pass = 0; pass < 2; pass++)
        flight_init(&flight, table_memory(pass), QUESTIONS);
    return 0;
}

static void what_is_added_is_found(void **state)
{
    (void)state;
    assert_true(flight_add(&flight, 7, 3, 0xBEEF));
    assert_int_equal(flight_find(&flight, 3, 0xBEEF), 7);
    assert_int_equal(flight_find(&flight, 3, 0xBEEE), FLIGHT_NONE);
    assert_int_equal(flight_find(&flight, 2, 0xBEEF), FLIGHT_NONE);
}

static void a_taken_id_is_refused_on_its_channel_alone(void **state)
{
    (void)state;
    assert_true(flight_add(&flight, 1, 3, 42));
    assert_false(flight_add(&flight, 2, 3, 42));
    assert_true(flight_add(&flight, 2, 4, 42));
    assert_int_equal(flight_find(&flight, 3, 42), 1);
    assert_int_equal(flight_find(&flight, 4, 42), 2);
}

static void what_is_removed_is_gone_and_may_come_again(void **state)
{
    (void)state;
    flight_add(&flight, 1, 0, 42);
    flight_remove(&flight, 0, 42);
    assert_int_equal(flight_find(&flight, 0, 42), FLIGHT_NONE);
    assert_true(flight_add(&flight, 1, 0, 43));
    assert_int_equal(flight_find(&flight, 0, 43), 1);
}

/* Few ids, so that buckets are shared and full. */
static void it_agrees_with_a_naive_search(void **state)
{
    (void)state;
    struct {
        uint32_t channel;
        uint16_t id;
        bool used;
    } model[QUESTIONS] = {0};
    srand(1);
    for (unsigned turn = 0; turn < 50000; turn++) {
        uint32_t question = (uint32_t)rand() % QUESTIONS, channel = (uint32_t)rand() % 3;
        uint16_t id = (uint16_t)(rand() % 150);
        uint32_t holder = FLIGHT_NONE;
        for (uint32_t i = 0; i < QUESTIONS; i++) {
            if (model[i].used && model[i].channel == channel && model[i].id == id)
                holder = i;
        }
        assert_int_equal(flight_find(&flight, channel, id), holder);
        if (model[question].used) {
            flight_remove(&flight, model[question].channel, model[question].id);
            model[question].used = false;
        } else if (flight_add(&flight, question, channel, id)) {
            assert_int_equal(holder, FLIGHT_NONE);
            model[question].channel = channel;
            model[question].id = id;
            model[question].used = true;
        } else {
            assert_int_not_equal(holder, FLIGHT_NONE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_added_is_found, set_up),
        cmocka_unit_test_setup(a_taken_id_is_refused_on_its_channel_alone, set_up),
        cmocka_unit_test_setup(what_is_removed_is_gone_and_may_come_again, set_up),
        cmocka_unit_test_setup(it_agrees_with_a_naive_search, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
