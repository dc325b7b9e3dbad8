/* Memory of tables: zero, as long as was asked for, and kept when it grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "big_table.h"

#define MIB (1u << 20)

static const size_t lens[] = {1, 4096, 65535, 65536, 2 * MIB - 1, 2 * MIB, 3 * MIB + 5};

#define LEN_COUNT (sizeof lens / sizeof *lens)

static void new_memory_is_zero_though_it_was_used_before(void **state)
{
    (void)state;
    for (unsigned turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < LEN_COUNT; i++) {
            uint8_t *memory = big_table_zeroed(lens[i], 1);
            assert_non_null(memory);
            for (size_t at = 0; at < lens[i]; at++)
                assert_int_equal(memory[at], 0);
            memset(memory, 0xFF, lens[i]);
            free(memory);
        }
    }
}

static void what_was_there_is_kept(void **state)
{
    (void)state;
    uint8_t *memory = NULL;
    size_t len = 0;
    for (size_t i = 0; i < LEN_COUNT; i++) {
        memory = big_table_grow(memory, len, lens[i]);
        assert_non_null(memory);
        for (size_t at = 0; at < len; at++)
            assert_int_equal(memory[at], (uint8_t)(at * 31));
        for (size_t at = len; at < lens[i]; at++)
            memory[at] = (uint8_t)(at * 31);
        len = lens[i];
    }
    free(memory);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    assert_null(big_table_zeroed(SIZE_MAX / 2, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zero_though_it_was_used_before),
        cmocka_unit_test(what_was_there_is_kept),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
