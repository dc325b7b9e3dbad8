/* Bounded, reference-counted blobs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store.h"
#include "table_memory.h"

static struct store store;

static int set_up(void **state)
{
    *state = NULL;
    for (unsigned pass = 0; pass < 2; pass++)
        store_init(&store, table_memory(pass), 4, 16);
    return 0;
}

static uint32_t take(size_t len, int fill)
{
    void *octets = NULL;
    uint32_t id = store_new(&store, len, &octets);
    if (id != 0)
        memset(octets, fill, len);
    return id;
}

static bool holds(uint32_t id, size_t len, int fill)
{
    const uint8_t *octets = store_octets(&store, id);
    for (size_t i = 0; i < len; i++) {
        if (octets[i] != (uint8_t)fill)
            return false;
    }
    return true;
}

static void a_blob_is_zero_never_and_aligned(void **state)
{
    (void)state;
    static const size_t lens[] = {0, 1, 192, 193, 512, 2048, 8192, 8193, STORE_BLOB_MAX};
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        uint32_t id = take(lens[i], 'x');
        assert_int_not_equal(id, 0);
        assert_int_equal((uintptr_t)store_octets(&store, id) % _Alignof(max_align_t), 0);
        assert_true(holds(id, lens[i], 'x'));
    }
}

static void more_than_the_largest_is_refused(void **state)
{
    (void)state;
    assert_int_equal(take(STORE_BLOB_MAX + 1, 'x'), 0);
    void *octets = NULL;
    assert_int_equal(store_new(&store, SIZE_MAX, &octets), 0);
    assert_int_equal(store_held(&store), 0);
}

static void the_last_reference_frees(void **state)
{
    (void)state;
    uint32_t id = take(100, 'x');
    store_hold(&store, id);
    assert_int_equal(store_held(&store), 1);
    store_drop(&store, id);
    assert_int_equal(store_held(&store), 1);
    assert_true(holds(id, 100, 'x'));
    store_drop(&store, id);
    assert_int_equal(store_held(&store), 0);
    store_drop(&store, 0);
    assert_int_equal(store_held(&store), 0);
}

static void blobs_do_not_overlap(void **state)
{
    (void)state;
    uint32_t ids[64];
    size_t lens[64];
    for (int i = 0; i < 64; i++) {
        lens[i] = (size_t)(i % 5 == 0 ? 8000 : i % 5 * 150);
        ids[i] = take(lens[i], i);
        assert_int_not_equal(ids[i], 0);
    }
    for (int i = 0; i < 64; i++)
        assert_true(holds(ids[i], lens[i], i));
    assert_int_equal(store_held(&store), 64);
}

static void a_size_that_runs_out_borrows_from_the_next(void **state)
{
    (void)state;
    size_t count = store.classes[0].count;
    for (size_t i = 0; i < count; i++)
        take(10, 'x');
    uint32_t borrowed = take(10, 'y');
    assert_int_not_equal(borrowed, 0);
    assert_true(holds(borrowed, 10, 'y'));
    assert_int_equal(store.classes[1].held, 1);
}

static void a_full_store_refuses_and_recovers(void **state)
{
    (void)state;
    uint32_t ids[2000];
    size_t count = 0;
    while ((ids[count] = take(1, 'x')) != 0)
        count++;
    size_t all = 0;
    for (size_t i = 0; i < STORE_CLASSES; i++)
        all += store.classes[i].count;
    assert_int_equal(count, all);
    assert_int_equal(take(1, 'x'), 0);
    store_drop(&store, ids[3]);
    assert_int_not_equal(take(1, 'x'), 0);
    assert_int_equal(take(1, 'x'), 0);
}

static void it_is_short_before_it_is_full(void **state)
{
    (void)state;
    assert_false(store_is_short(&store));
    size_t count = store.classes[0].count;
    uint32_t last = 0;
    for (size_t i = 0; i < count - count / 8; i++) {
        assert_false(store_is_short(&store));
        last = take(10, 'x');
    }
    assert_false(store_is_short(&store));
    take(10, 'x');
    assert_true(store_is_short(&store));
    store_drop(&store, last);
    assert_false(store_is_short(&store));
}

/* With their zone and its servers they are longer than a resolver's. */
static void it_is_not_short_of_room_for_a_cache_of_authorities_answers(void **state)
{
    (void)state;
    const size_t cached = 1000;
    struct store large;
    for (unsigned pass = 0; pass < 2; pass++)
        store_init(&large, table_memory(pass), 4, cached);
    for (size_t i = 0; i < cached; i++) {
        void *octets = NULL;
        assert_int_not_equal(store_new(&large, i % 2 == 0 ? 180 : 290, &octets), 0);
        assert_false(store_is_short(&large));
    }
}

static void random_use_keeps_every_blob_whole(void **state)
{
    (void)state;
    struct {
        uint32_t id;
        size_t len;
        int fill;
    } held[100] = {0};
    srand(1);
    for (int turn = 0; turn < 20000; turn++) {
        size_t at = (size_t)(rand() % 100);
        if (held[at].id != 0) {
            assert_true(holds(held[at].id, held[at].len, held[at].fill));
            store_drop(&store, held[at].id);
            held[at].id = 0;
            continue;
        }
        held[at].len = (size_t)(rand() % 3000);
        held[at].fill = turn & 0xFF;
        held[at].id = take(held[at].len, held[at].fill);
    }
    size_t count = 0;
    for (size_t i = 0; i < 100; i++)
        count += held[i].id != 0;
    assert_int_equal(store_held(&store), count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_blob_is_zero_never_and_aligned, set_up),
        cmocka_unit_test_setup(more_than_the_largest_is_refused, set_up),
        cmocka_unit_test_setup(the_last_reference_frees, set_up),
        cmocka_unit_test_setup(blobs_do_not_overlap, set_up),
        cmocka_unit_test_setup(a_size_that_runs_out_borrows_from_the_next, set_up),
        cmocka_unit_test_setup(a_full_store_refuses_and_recovers, set_up),
        cmocka_unit_test_setup(it_is_short_before_it_is_full, set_up),
        cmocka_unit_test(it_is_not_short_of_room_for_a_cache_of_authorities_answers),
        cmocka_unit_test_setup(random_use_keeps_every_blob_whole, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
