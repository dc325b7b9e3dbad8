/* Which zone a record names, where the servers of a zone also hold the one below it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_sign.h"
#include "sim_trust.h"

#define TLD "192.0.2.1"

/* near.test is held by the servers of test. */
static struct sim *world(struct sim_options options, bool is_signed)
{
    struct sim *s = sim_new(&options);
    struct sim_world *w = sim_world(s);
    struct sim_zone *test = sim_serve(w, "test", "ns.test", TLD);
    struct sim_zone *near = sim_serve(w, "near.test", "ns.test", TLD);
    sim_zone_add(near, "near.test CAA apex.example");
    sim_zone_add(near, "www.near.test CAA www.example");
    sim_zone_add(near, "ns.near.test A " TLD);
    sim_zone_sign(sim_zone(w, "."));
    sim_zone_sign(test);
    sim_sign_delegation(sim_zone(w, "."), "test");
    if (is_signed) {
        sim_zone_sign(near);
        sim_sign_delegation(test, "near.test");
    }
    sim_sign_world(w);
    return s;
}

static void expect_zone(const struct sim *s, uint64_t row, const char *zone, const char *set_zone)
{
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "zone"), zone);
    assert_string_equal(sim_text(r, "set_zone"), set_zone);
    assert_string_equal(sim_text(r, "ns/0"), "ns.test");
    assert_string_equal(sim_text(r, "set_ns/0"), "ns.test");
}

static struct sim_options how(bool validates)
{
    struct sim_options options = {.in_flight = 1};
    if (validates)
        sim_trust_use(&options);
    options.iterate = true;
    return options;
}

static void a_signed_zone_shows_with_its_set(void **state)
{
    (void)state;
    for (unsigned validates = 0; validates < 2; validates++) {
        struct sim *s = world(how(validates != 0), true);
        uint64_t apex = sim_admit(s, "near.test");
        uint64_t below = sim_admit(s, "www.near.test");
        uint64_t climbed = sim_admit(s, "a.b.near.test");
        sim_run(s);
        sim_expect_found(s, apex, "near.test", "apex.example");
        sim_expect_found(s, below, "www.near.test", "www.example");
        sim_expect_found(s, climbed, "near.test", "apex.example");
        for (uint64_t row = apex; row <= climbed; row++) {
            expect_zone(s, row, "near.test", "near.test");
            assert_string_equal(sim_text(sim_record(s, row), "ds"), "present");
        }
        assert_int_equal(sim_asked(s, "near.test", TYPE_SOA), 0); /* it showed */
        assert_int_equal(sim_asked(s, "near.test", TYPE_NS), 1);  /* for all names of the zone */
        assert_int_equal(sim_asked(s, "near.test", TYPE_DS), 1);
        sim_free(s);
    }
}

static void an_unsigned_zone_shows_where_the_climb_was_denied_something(void **state)
{
    (void)state;
    for (unsigned validates = 0; validates < 2; validates++) {
        struct sim *s = world(how(validates != 0), false);
        uint64_t climbed = sim_admit(s, "a.b.near.test");
        sim_run(s);
        sim_expect_found(s, climbed, "near.test", "apex.example");
        expect_zone(s, climbed, "near.test", "near.test");
        assert_string_equal(sim_text(sim_record(s, climbed), "ds"), "absent");
        sim_free(s);
    }
}

/* What caascan-records(5) says of it. */
static void a_set_alone_does_not_show_an_unsigned_zone(void **state)
{
    (void)state;
    struct sim *s = world(how(false), false);
    uint64_t row = sim_admit(s, "www.near.test");
    sim_run(s);
    sim_expect_found(s, row, "www.near.test", "www.example");
    expect_zone(s, row, "test", "test");
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_zone_shows_with_its_set),
        cmocka_unit_test(an_unsigned_zone_shows_where_the_climb_was_denied_something),
        cmocka_unit_test(a_set_alone_does_not_show_an_unsigned_zone),
    };
    return cmocka_run_group_tests(tests, sim_trust_setup, sim_trust_teardown);
}
