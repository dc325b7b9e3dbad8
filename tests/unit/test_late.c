/* Sends that were not answered in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "late.h"
#include "table_memory.h"

#define SENDS 50u

static struct late late;

static int set_up(void **state)
{
    *state = NULL;
    for (unsigned pass = 0; pass < 2; pass++)
        late_init(&late, table_memory(pass), SENDS);
    return 0;
}

static void every_send_of_a_question_is_found(void **state)
{
    (void)state;
    late_keep(&late, 7, 1, 0xBEEF);
    late_keep(&late, 7, 2, 0xCAFE);
    late_keep(&late, 8, 2, 0xBEEF);
    assert_int_equal(late_find(&late, 1, 0xBEEF), 7);
    assert_int_equal(late_find(&late, 2, 0xCAFE), 7);
    assert_int_equal(late_find(&late, 2, 0xBEEF), 8);
    assert_int_equal(late_find(&late, 1, 0xCAFE), FLIGHT_NONE);
}

static void the_latest_of_equal_sends_counts(void **state)
{
    (void)state;
    late_keep(&late, 7, 1, 42);
    late_keep(&late, 9, 1, 42);
    assert_int_equal(late_find(&late, 1, 42), 9);
}

static void the_oldest_are_forgotten(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3 * SENDS; i++)
        late_keep(&late, i, 5, (uint16_t)(i * 257));
    for (uint32_t i = 0; i < 3 * SENDS; i++)
        assert_int_equal(late_find(&late, 5, (uint16_t)(i * 257)), i < 2 * SENDS ? FLIGHT_NONE : i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_send_of_a_question_is_found, set_up),
        cmocka_unit_test_setup(the_latest_of_equal_sends_counts, set_up),
        cmocka_unit_test_setup(the_oldest_are_forgotten, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
