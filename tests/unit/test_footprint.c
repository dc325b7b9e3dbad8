/* What an engine will come to use: the bound of a name in flight, and that nothing else counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "footprint.h"

static const struct address resolver = {.octets = {192, 0, 2, 1}, .port = 53, .family = 4};

static struct engine_config config(size_t in_flight)
{
    return (struct engine_config){.servers = &resolver,
                                  .server_count = 1,
                                  .in_flight = in_flight,
                                  .cache_entries = 4096,
                                  .channels = 64,
                                  .attempts = 5};
}

static void a_name_in_flight_takes_a_kilobyte_at_most(void **state)
{
    (void)state;
    for (size_t in_flight = 1000; in_flight <= 1000000; in_flight += in_flight / 3) {
        struct engine_config c = config(in_flight);
        struct footprint f = footprint_of(&c);
        assert_in_range(f.per_name, 400, 1024);
        c.servers = NULL;
        struct footprint iterating = footprint_of(&c);
        assert_in_range(iterating.per_name, f.per_name, 1024);
    }
}

static void what_is_used_is_a_part_of_what_is_reserved(void **state)
{
    (void)state;
    for (size_t in_flight = 1; in_flight <= 1000000; in_flight *= 10) {
        struct engine_config c = config(in_flight);
        struct footprint f = footprint_of(&c);
        assert_true(f.per_name * in_flight + f.caches < engine_size(&c));
    }
}

static void iteration_and_further_searches_take_more(void **state)
{
    (void)state;
    struct engine_config c = config(1000);
    struct footprint plain = footprint_of(&c);
    c.alt = true;
    struct footprint alt = footprint_of(&c);
    c.servers = NULL;
    struct footprint no_authority = footprint_of(&c);
    c.authorities = 1000;
    c.all_nameservers = true;
    struct footprint census = footprint_of(&c);
    assert_true(alt.per_name > plain.per_name);
    assert_int_equal(alt.caches, plain.caches);
    assert_true(census.per_name > alt.per_name);
    assert_in_range(census.caches - no_authority.caches, 1000 * 64, 1000 * 512);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_in_flight_takes_a_kilobyte_at_most),
        cmocka_unit_test(what_is_used_is_a_part_of_what_is_reserved),
        cmocka_unit_test(iteration_and_further_searches_take_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
