/* Which server is asked next, and when one rests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "servers.h"
#include "table_memory.h"

#define S 1000000000ull

static struct servers servers;

static void have(size_t count)
{
    struct address list[4];
    for (size_t i = 0; i < count; i++)
        list[i] =
            (struct address){.octets = {192, 0, 2, (uint8_t)i}, .port = 53, .family = ADDRESS_IPV4};
    for (unsigned pass = 0; pass < 2; pass++)
        servers_init(&servers, table_memory(pass), list, count);
}

static void silence(size_t server, unsigned times, uint64_t now_ns)
{
    for (unsigned i = 0; i < times; i++)
        servers_silent(&servers, server, now_ns);
}

static void addresses_are_copied(void **state)
{
    (void)state;
    have(3);
    assert_int_equal(servers.count, 3);
    assert_int_equal(servers.list[2].address.octets[3], 2);
}

static void a_single_server_is_always_asked(void **state)
{
    (void)state;
    have(1);
    for (uint32_t random = 0; random < 10; random++) {
        assert_int_equal(servers_pick(&servers, SERVERS_NONE, random, 0), 0);
        assert_int_equal(servers_pick(&servers, 0, random, 0), 0);
    }
    silence(0, 100, 0);
    assert_int_equal(servers_pick(&servers, 0, 0, 1), 0);
}

static void the_last_one_is_not_asked_again(void **state)
{
    (void)state;
    have(4);
    for (size_t last = 0; last < 4; last++) {
        for (uint32_t random = 0; random < 100; random++)
            assert_int_not_equal(servers_pick(&servers, last, random, 0), last);
    }
}

static void random_numbers_spread_over_all(void **state)
{
    (void)state;
    have(4);
    unsigned picked[4] = {0};
    for (uint32_t random = 0; random < 400; random++)
        picked[servers_pick(&servers, SERVERS_NONE, random, 0)]++;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(picked[i], 100);
}

static void a_few_silences_are_forgiven(void **state)
{
    (void)state;
    have(2);
    silence(0, SERVERS_RESOLVER_SILENT_LIMIT - 1, 0);
    assert_int_equal(servers_pick(&servers, 1, 0, 0), 0);
    silence(0, 1, 0);
    assert_int_equal(servers_pick(&servers, SERVERS_NONE, 0, 0), 1);
    assert_int_equal(servers_pick(&servers, SERVERS_NONE, 1, 0), 1);
}

static void a_reply_ends_the_count_and_the_rest(void **state)
{
    (void)state;
    have(2);
    silence(0, SERVERS_RESOLVER_SILENT_LIMIT - 1, 0);
    servers_answered(&servers, 0, 1000);
    silence(0, SERVERS_RESOLVER_SILENT_LIMIT - 1, 0);
    assert_int_equal(servers.list[0].resting_until_ns, 0);
    silence(0, 1, 0);
    assert_true(servers.list[0].resting_until_ns > 0);
    servers_answered(&servers, 0, 1000);
    assert_int_equal(servers_pick(&servers, 1, 0, 0), 0);
}

static void rests_grow_to_a_bound(void **state)
{
    (void)state;
    have(2);
    static const uint64_t rests[] = {1, 1, 2, 4, 8, 16, 32, 32};
    uint64_t now_ns = 0;
    for (size_t i = 0; i < 8; i++) {
        silence(0, SERVERS_RESOLVER_SILENT_LIMIT, now_ns);
        assert_int_equal(servers.list[0].resting_until_ns, now_ns + rests[i] * S);
        assert_int_equal(servers_pick(&servers, SERVERS_NONE, 0, now_ns + rests[i] * S - 1), 1);
        now_ns += rests[i] * S;
        assert_int_equal(servers_pick(&servers, 1, 0, now_ns), 0);
    }
}

static void where_all_rest_the_one_due_first_is_asked(void **state)
{
    (void)state;
    have(3);
    silence(0, SERVERS_RESOLVER_SILENT_LIMIT, 300);
    silence(1, SERVERS_RESOLVER_SILENT_LIMIT, 100);
    silence(2, SERVERS_RESOLVER_SILENT_LIMIT, 200);
    for (uint32_t random = 0; random < 6; random++) {
        assert_int_equal(servers_pick(&servers, SERVERS_NONE, random, 400), 1);
        assert_int_equal(servers_pick(&servers, 1, random, 400), 1);
        assert_int_equal(servers_pick(&servers, 0, random, 400), 1);
    }
}

static void the_last_one_is_better_than_one_at_rest(void **state)
{
    (void)state;
    have(2);
    silence(1, SERVERS_RESOLVER_SILENT_LIMIT, 0);
    assert_int_equal(servers_pick(&servers, 0, 1, 10), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_copied),
        cmocka_unit_test(a_single_server_is_always_asked),
        cmocka_unit_test(the_last_one_is_not_asked_again),
        cmocka_unit_test(random_numbers_spread_over_all),
        cmocka_unit_test(a_few_silences_are_forgiven),
        cmocka_unit_test(a_reply_ends_the_count_and_the_rest),
        cmocka_unit_test(rests_grow_to_a_bound),
        cmocka_unit_test(where_all_rest_the_one_due_first_is_asked),
        cmocka_unit_test(the_last_one_is_better_than_one_at_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
