/* The walk from the root to the zone that holds a name, and what is kept of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_world.h"

static void walks_from_the_root_to_the_zone(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.iterate = true});
    struct sim_world *w = sim_world(s);
    sim_serve(w, "test", "ns.test", "192.0.2.1");
    struct sim_zone *zone = sim_serve(w, "example.test", "ns.example.test", "192.0.2.2");
    sim_zone_add(zone, "www.example.test CAA ca.example");
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, row, "www.example.test", "ca.example");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_number(r, "queries"), 3);
    assert_string_equal(sim_text(r, "mode"), "iterate");
    assert_string_equal(sim_text(r, "zone"), "example.test");
    assert_string_equal(sim_text(r, "ns/0"), "ns.example.test");
    assert_string_equal(sim_text(r, "levels/0/server"), "192.0.2.2");
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_from_the_root_to_the_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
