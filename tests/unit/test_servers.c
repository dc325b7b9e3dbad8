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
        servers_silent(&servers, server, now_ns, now_ns);
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
    servers_answered(&servers, 0, 1000, 0);
    silence(0, SERVERS_RESOLVER_SILENT_LIMIT - 1, 0);
    assert_int_equal(servers.list[0].resting_until_ns, 0);
    silence(0, 1, 0);
    assert_true(servers.list[0].resting_until_ns > 0);
    servers_answered(&servers, 0, 1000, 0);
    assert_int_equal(servers_pick(&servers, 1, 0, 0), 0);
}

static void loss_before_the_last_answer_is_no_silence(void **state)
{
    (void)state;
    have(1);
    servers_answered(&servers, 0, 1000, 5000);
    for (unsigned i = 0; i < 100; i++)
        servers_silent(&servers, 0, 4999, 9000);
    assert_int_equal(servers.list[0].silences, 0);
    assert_int_equal(servers.list[0].rtt_us, 1000);
    servers_silent(&servers, 0, 5000, 9000);
    assert_int_equal(servers.list[0].silences, 1);
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

static void silence_makes_a_server_look_slower(void **state)
{
    (void)state;
    have(1);
    servers_answered(&servers, 0, 1000, 0);
    silence(0, 1, 0);
    assert_int_equal(servers.list[0].rtt_us, 2000);
    silence(0, 100, 0);
    assert_int_equal(servers.list[0].rtt_us, 10000000);
}

static void round_trips_are_smoothed(void **state)
{
    (void)state;
    have(1);
    assert_int_equal(servers.list[0].rtt_us, 0);
    servers_answered(&servers, 0, 8000, 0);
    assert_int_equal(servers.list[0].rtt_us, 8000);
    servers_answered(&servers, 0, 16000, 0);
    assert_int_equal(servers.list[0].rtt_us, 9000);
    servers_answered(&servers, 0, UINT32_MAX, 0);
    assert_int_equal(servers.list[0].rtt_us, (7ull * 9000 + UINT32_MAX) / 8);
}

/* 0 stands for a server that never answered. */
static void a_reply_within_the_microsecond_counts(void **state)
{
    (void)state;
    have(1);
    servers_answered(&servers, 0, 0, 0);
    assert_int_equal(servers.list[0].rtt_us, 1);
}

/* ---- the table of authorities ---- */

#define LIMITS 7u

static void have_table(size_t count)
{
    for (unsigned pass = 0; pass < 2; pass++)
        servers_init_table(&servers, table_memory(pass), count, 1);
}

static struct address nth(unsigned i)
{
    return (struct address){
        .octets = {198, 51, (uint8_t)(i >> 8), (uint8_t)i}, .port = 53, .family = ADDRESS_IPV4};
}

static uint32_t find(unsigned i, uint64_t now_ns)
{
    struct address address = nth(i);
    return servers_find(&servers, &address, LIMITS, now_ns);
}

static void a_table_has_room_for_as_many_as_asked(void **state)
{
    (void)state;
    static const size_t counts[][2] = {{1, 8}, {8, 8}, {9, 16}, {17, 32}, {65536, 65536}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        have_table(counts[i][0]);
        assert_int_equal(servers.count, counts[i][1]);
    }
}

static void an_address_is_found_again_with_its_health(void **state)
{
    (void)state;
    have_table(1024);
    for (unsigned i = 0; i < 100; i++)
        servers_answered(&servers, find(i, 1), 1000 + i, 0);
    for (unsigned i = 0; i < 100; i++) {
        uint32_t server = find(i, 2);
        struct address address = nth(i);
        assert_true(address_equal(&servers.list[server].address, &address));
        assert_int_equal(servers.list[server].rtt_us, 1000 + i);
        assert_true(servers.list[server].limit < LIMITS);
    }
}

static void port_and_family_tell_servers_apart(void **state)
{
    (void)state;
    have_table(8);
    struct address a = nth(1), b = a, c = a;
    b.port = 5300;
    c.family = ADDRESS_IPV6;
    uint32_t first = servers_find(&servers, &a, LIMITS, 1);
    uint32_t second = servers_find(&servers, &b, LIMITS, 1);
    uint32_t third = servers_find(&servers, &c, LIMITS, 1);
    assert_int_not_equal(first, second);
    assert_int_not_equal(first, third);
    assert_int_not_equal(second, third);
}

static void the_one_unused_for_longest_gives_way(void **state)
{
    (void)state;
    have_table(SERVERS_WAYS);
    uint32_t entry[SERVERS_WAYS];
    for (unsigned i = 0; i < SERVERS_WAYS; i++) {
        entry[i] = find(i, 10 + i);
        servers_answered(&servers, entry[i], 1000 + i, 0);
    }
    find(0, 20); /* used again, so that 1 is the oldest */
    uint32_t fresh = find(100, 21);
    assert_int_equal(fresh, entry[1]);
    assert_int_equal(servers.list[fresh].rtt_us, 0);
    assert_int_equal(servers.list[find(0, 22)].rtt_us, 1000);
    assert_int_equal(servers.list[find(7, 22)].rtt_us, 1007);
}

static void one_that_is_held_stays(void **state)
{
    (void)state;
    have_table(SERVERS_WAYS);
    uint32_t entry[SERVERS_WAYS];
    for (unsigned i = 0; i < SERVERS_WAYS; i++) {
        entry[i] = find(i, 10 + i);
        if (i < 3)
            servers_hold(&servers, entry[i]);
    }
    servers_hold(&servers, entry[1]);
    assert_int_equal(find(100, 30), entry[3]);
    servers_release(&servers, entry[1]);
    assert_int_equal(find(101, 31), entry[4]);
    servers_release(&servers, entry[1]);
    assert_int_equal(find(102, 32), entry[1]);
}

/* Whoever fills a bucket with addresses of his own must not get another's queries. */
static void a_bucket_of_held_ones_takes_nobody_in(void **state)
{
    (void)state;
    have_table(SERVERS_WAYS);
    for (unsigned i = 0; i < SERVERS_WAYS; i++)
        servers_hold(&servers, find(i, 10 + i));
    assert_int_equal(find(100, 30), SERVERS_NONE);
    for (unsigned i = 0; i < SERVERS_WAYS; i++) {
        struct address address = nth(i);
        assert_true(address_equal(&servers.list[find(i, 31)].address, &address));
    }
}

static void an_authority_rests_after_three_silences(void **state)
{
    (void)state;
    have_table(8);
    uint32_t server = find(1, 1);
    silence(server, SERVERS_AUTHORITY_SILENT_LIMIT - 1, 0);
    assert_int_equal(servers.list[server].resting_until_ns, 0);
    silence(server, 1, 0);
    assert_int_equal(servers.list[server].resting_until_ns, S);
    servers_answered(&servers, server, 1000, 0);
    assert_int_equal(servers.list[server].resting_until_ns, 0);
}

/* ---- how long to wait ---- */

#define MS 1000000ull

static uint64_t wait_ms(size_t server)
{
    return servers_wait_ns(&servers, server) / MS;
}

static void nothing_is_known_of_one_that_never_answered(void **state)
{
    (void)state;
    have_table(8);
    uint32_t server = find(1, 1);
    assert_true(servers_wait_ns(&servers, server) == UINT64_MAX);
    assert_true(servers_knows_in_ns(&servers, server, 0, 10 * S) == UINT64_MAX);
    assert_false(servers_overtook(&servers, server, 1));
}

/* RFC 6298 section 2: the first deviation is half of the round trip. */
static void an_authority_is_waited_for_as_its_round_trips_say(void **state)
{
    (void)state;
    have_table(8);
    servers_set_timeout(&servers, 2 * S);
    uint32_t server = find(1, 1);
    servers_answered(&servers, server, 80000, S);
    assert_int_equal(wait_ms(server), 240);
    for (unsigned i = 0; i < 100; i++)
        servers_answered(&servers, server, 80000, S);
    assert_int_equal(wait_ms(server), 100);
    servers_answered(&servers, server, 480000, S);
    assert_in_range(wait_ms(server), 529, 530); /* 80 + 400 / 8 + 400 */
    for (unsigned i = 0; i < 100; i++)
        servers_answered(&servers, server, 480000, S);
    assert_in_range(wait_ms(server), 480, 541);
}

static void silence_says_nothing_of_round_trips(void **state)
{
    (void)state;
    have_table(8);
    uint32_t server = find(1, 1);
    servers_answered(&servers, server, 80000, S);
    silence(server, 10, 2 * S);
    assert_int_equal(wait_ms(server), 240);
}

static void a_resolver_is_waited_for_long_until_it_shows_to_be_fast(void **state)
{
    (void)state;
    have(1);
    servers_set_timeout(&servers, 2 * S);
    servers_answered(&servers, 0, 1000, S);
    assert_in_range(wait_ms(0), 1990, 2000);
    for (unsigned i = 0; i < 400; i++)
        servers_answered(&servers, 0, 1000, S);
    assert_in_range(wait_ms(0), 350, 500);
    for (unsigned i = 0; i < 400; i++)
        servers_answered(&servers, 0, 1000, S);
    assert_int_equal(wait_ms(0), SERVERS_WAIT_LEAST_NS / MS);
}

/* One reply in fifty takes a second, the others a millisecond: the wait is longer than that. */
static void the_slowest_replies_of_a_resolver_set_its_wait(void **state)
{
    (void)state;
    have(1);
    servers_set_timeout(&servers, 2 * S);
    unsigned late = 0;
    for (unsigned i = 0; i < 50000; i++) {
        uint32_t rtt_us = i % 50 == 0 ? 1000000 : 1000;
        late += rtt_us * 1000ull > servers_wait_ns(&servers, 0);
        servers_answered(&servers, 0, rtt_us, S);
    }
    assert_in_range(late, 1, 50000 / 150);
    for (unsigned i = 0; i < 5000; i++)
        servers_answered(&servers, 0, 1000, S);
    assert_int_equal(wait_ms(0), SERVERS_WAIT_LEAST_NS / MS);
}

static void waits_are_known_once_slower_replies_could_have_come(void **state)
{
    (void)state;
    have(1);
    servers_answered(&servers, 0, 1000, S);
    assert_true(servers_knows_in_ns(&servers, 0, 100 * MS, S + 299 * MS) == MS);
    assert_true(servers_knows_in_ns(&servers, 0, 100 * MS, S + 300 * MS) == 0);
}

static void a_query_is_overtaken_by_one_sent_later(void **state)
{
    (void)state;
    have(1);
    servers_answered(&servers, 0, 1000, S);
    assert_true(servers_overtook(&servers, 0, S - MS));
    assert_false(servers_overtook(&servers, 0, S));
    servers_answered(&servers, 0, 500000, S + MS); /* to an earlier one */
    assert_true(servers_overtook(&servers, 0, S - MS));
}

/* However many queries stay unanswered: for less than the time-out they may be lost together. */
static void none_rests_or_is_dead_before_the_time_out(void **state)
{
    (void)state;
    have(1);
    servers_set_timeout(&servers, 2 * S);
    for (unsigned i = 0; i < 100; i++)
        servers_silent(&servers, 0, 5 * S + i, 7 * S - 1);
    assert_int_equal(servers.list[0].resting_until_ns, 0);
    assert_false(servers_is_dead(&servers, 0, 7 * S - 1));
    assert_true(servers_is_dead(&servers, 0, 7 * S));
    servers_silent(&servers, 0, 6 * S, 7 * S);
    assert_true(servers.list[0].resting_until_ns > 7 * S);
    servers_answered(&servers, 0, 1000, 8 * S);
    for (unsigned i = 0; i < SERVERS_DEAD_SILENCES - 1; i++)
        servers_silent(&servers, 0, 9 * S, 19 * S);
    assert_false(servers_is_dead(&servers, 0, 19 * S));
}

/* ---- scores ---- */

static void a_score_grows_with_the_round_trip(void **state)
{
    (void)state;
    static const struct {
        uint32_t rtt_us, random;
        uint64_t score;
    } cases[] = {
        {1000, 0, 1000},           {1000, 64, 1250},  {1000, 127, 1496},
        {1000, 128, 1000},         {80000, 0, 80000}, {0, 0, 0},
        {0, 49999, 49999},         {0, 50000, 0},     {1, 127, 1},
        {10000000, 127, 14960937},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server server = {.rtt_us = cases[i].rtt_us};
        assert_int_equal(servers_score(&server, cases[i].random, 0), cases[i].score);
    }
}

static void one_at_rest_scores_behind_all_others(void **state)
{
    (void)state;
    struct server slow = {.rtt_us = 10000000};
    struct server resting = {.rtt_us = 1, .resting_until_ns = 2 * S};
    struct server longer = {.rtt_us = 1, .resting_until_ns = 3 * S};
    assert_true(servers_score(&resting, 0, S) > servers_score(&slow, 127, S));
    assert_true(servers_score(&longer, 0, S) > servers_score(&resting, 127, S));
    assert_int_equal(servers_score(&resting, 0, 2 * S), 1);
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
        cmocka_unit_test(loss_before_the_last_answer_is_no_silence),
        cmocka_unit_test(rests_grow_to_a_bound),
        cmocka_unit_test(where_all_rest_the_one_due_first_is_asked),
        cmocka_unit_test(the_last_one_is_better_than_one_at_rest),
        cmocka_unit_test(silence_makes_a_server_look_slower),
        cmocka_unit_test(round_trips_are_smoothed),
        cmocka_unit_test(a_reply_within_the_microsecond_counts),
        cmocka_unit_test(a_table_has_room_for_as_many_as_asked),
        cmocka_unit_test(an_address_is_found_again_with_its_health),
        cmocka_unit_test(port_and_family_tell_servers_apart),
        cmocka_unit_test(the_one_unused_for_longest_gives_way),
        cmocka_unit_test(one_that_is_held_stays),
        cmocka_unit_test(a_bucket_of_held_ones_takes_nobody_in),
        cmocka_unit_test(an_authority_rests_after_three_silences),
        cmocka_unit_test(nothing_is_known_of_one_that_never_answered),
        cmocka_unit_test(an_authority_is_waited_for_as_its_round_trips_say),
        cmocka_unit_test(silence_says_nothing_of_round_trips),
        cmocka_unit_test(a_resolver_is_waited_for_long_until_it_shows_to_be_fast),
        cmocka_unit_test(the_slowest_replies_of_a_resolver_set_its_wait),
        cmocka_unit_test(waits_are_known_once_slower_replies_could_have_come),
        cmocka_unit_test(a_query_is_overtaken_by_one_sent_later),
        cmocka_unit_test(none_rests_or_is_dead_before_the_time_out),
        cmocka_unit_test(a_score_grows_with_the_round_trip),
        cmocka_unit_test(one_at_rest_scores_behind_all_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
