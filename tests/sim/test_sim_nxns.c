/* Hostile delegations: what one row may cost, whatever the authorities answer (NXNSAttack). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iterate.h"
#include "sim_check.h"
#include "sim_world.h"

#define TLD "192.0.2.1"
#define ATTACKER "192.0.2.2"
#define VICTIM "192.0.2.3"

/* Questions of a row that ends at its first level: CAA, and three probes. */
#define QUESTIONS_MAX 4u

static struct sim *world(struct sim_options options)
{
    options.iterate = true;
    options.ipv6 = true;
    struct sim *s = sim_new(&options);
    struct sim_world *w = sim_world(s);
    sim_serve(w, "test", "ns.test", TLD);
    sim_serve(w, "attacker.test", "ns.attacker.test", ATTACKER);
    sim_serve(w, "victim.test", "ns.victim.test", VICTIM);
    return s;
}

static void expect_bounded_failure(const struct sim *s, uint64_t row)
{
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "outcome"), "indeterminate");
    const char *error_class = sim_text(r, "error_class");
    if (strcmp(error_class, "work_limit") != 0 && strcmp(error_class, "no_ns_address") != 0)
        fail_msg("%s", error_class);
    assert_in_range(sim_number(r, "queries"), 1, QUESTIONS_MAX * ITERATE_SENDS_MAX);
}

/* ---- names of the victim that do not exist ---- */

static void sixteen_names_of_a_victim_cost_it_few_queries(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_zone *attacker = sim_zone(sim_world(s), "attacker.test");
    for (unsigned i = 0; i < 16; i++)
        sim_zone_add(attacker, "x.attacker.test NS n%u.victim.test", i);
    uint64_t row = sim_admit(s, "www.x.attacker.test");
    sim_run(s);
    expect_bounded_failure(s, row);
    assert_in_range(sim_asked_at(s, VICTIM, 0), 1, ITERATE_SUBS_MAX);
    print_message("16 names of a victim, one row: %zu queries to the victim\n",
                  sim_asked_at(s, VICTIM, 0));
    sim_free(s);
}

static void many_rows_multiply_no_further(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true, .alt = true});
    struct sim_zone *attacker = sim_zone(sim_world(s), "attacker.test");
    for (unsigned zone = 0; zone < 50; zone++) {
        for (unsigned i = 0; i < 16; i++)
            sim_zone_add(attacker, "x%u.attacker.test NS n%u-%u.victim.test", zone, zone, i);
        char name[64];
        snprintf(name, sizeof name, "www.x%u.attacker.test", zone);
        sim_admit(s, name);
    }
    sim_run(s);
    for (uint64_t row = 1; row <= 50; row++)
        expect_bounded_failure(s, row);
    assert_in_range(sim_asked_at(s, VICTIM, 0), 50, 50 * ITERATE_SUBS_MAX);
    sim_free(s);
}

/* ---- delegations to zones that are delegated likewise ---- */

/* Whatever is asked for below attacker.test is delegated to 16 names in 16 zones, whose names the
 * same server makes up. */
static void nest(void *context, const struct sim_query *q, struct sim_answer *out)
{
    struct sim *s = context;
    sim_world_answer(sim_world(s), q, out);
    struct name_buffer attacker = sim_name("attacker.test");
    if (!name_within(name_of(&q->name), name_of(&attacker)) ||
        q->server + 1 != sim_server(sim_world(s), ATTACKER))
        return;
    static struct sim_section authority;
    authority.len = authority.count = 0;
    static unsigned fresh;
    struct name zone = name_suffix(name_of(&q->name), 3);
    for (unsigned i = 0; i < 16; i++) {
        char text[64];
        snprintf(text, sizeof text, "ns.z%u.attacker.test", fresh++);
        struct name_buffer ns = sim_name(text);
        sim_section_rr(&authority, zone, TYPE_NS, 86400, ns.wire, ns.len);
    }
    *out = (struct sim_answer){.authority = &authority};
}

static void nested_delegations_without_glue_are_bounded(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_set_model(s, (struct sim_model){nest, s});
    uint64_t row = sim_admit(s, "www.x.attacker.test");
    sim_run(s);
    expect_bounded_failure(s, row);
    assert_in_range(sim_sent(s), ITERATE_SENDS_MAX / 2, ITERATE_SENDS_MAX);
    print_message("16 names in 16 zones, nested: %lld queries of one row\n",
                  (long long)sim_number(sim_record(s, row), "queries"));
    sim_free(s);
}

static void nested_delegations_of_many_rows_are_bounded(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.in_flight = 16, .control = true});
    sim_set_model(s, (struct sim_model){nest, s});
    sim_admit_many(s, "www.x", ".attacker.test", 40);
    uint64_t healthy = sim_admit(s, "victim.test");
    sim_run(s);
    for (uint64_t row = 1; row <= 40; row++) {
        const char *error_class = sim_text(sim_record(s, row), "error_class");
        assert_true(strcmp(error_class, "work_limit") == 0 ||
                    strcmp(error_class, "no_ns_address") == 0 ||
                    strcmp(error_class, "local_error") == 0);
        assert_in_range(sim_number(sim_record(s, row), "queries"), 0,
                        QUESTIONS_MAX * ITERATE_SENDS_MAX);
    }
    sim_expect_empty(s, healthy);
    print_message("the same for 40 rows: %zu queries\n", sim_sent(s));
    sim_free(s);
}

/* ---- answers that lead on and on ---- */

/* Each name is an alias of a fresh one, in a zone of the same servers. */
static void alias_on(void *context, const struct sim_query *q, struct sim_answer *out)
{
    struct sim *s = context;
    sim_world_answer(sim_world(s), q, out);
    if (q->server + 1 != sim_server(sim_world(s), ATTACKER))
        return;
    static struct sim_section section;
    static unsigned fresh;
    section.len = section.count = 0;
    char text[64];
    snprintf(text, sizeof text, "a%u.attacker.test", fresh++);
    struct name_buffer target = sim_name(text);
    sim_section_rr(&section, name_of(&q->name), TYPE_CNAME, 86400, target.wire, target.len);
    *out = (struct sim_answer){.aa = true, .section = &section};
}

static void endless_aliases_are_cut_at_32(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_set_model(s, (struct sim_model){alias_on, s});
    uint64_t row = sim_admit(s, "attacker.test");
    sim_run(s);
    sim_expect_failed(s, row, "cname_chain_too_long", "attacker.test");
    assert_in_range(sim_number(sim_record(s, row), "queries"), 33, 36);
    sim_free(s);
}

static void endless_aliases_of_a_servers_name_end(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_set_model(s, (struct sim_model){alias_on, s});
    for (unsigned i = 0; i < 16; i++)
        sim_zone_add(sim_zone(sim_world(s), "victim.test"), "x.victim.test NS n%u.attacker.test",
                     i);
    uint64_t row = sim_admit(s, "x.victim.test");
    sim_run(s);
    expect_bounded_failure(s, row);
    sim_free(s);
}

/* ---- large replies ---- */

static void thousands_of_servers_and_addresses_are_cut(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_section *authority = sim_section(s), *glue = sim_section(s);
    for (unsigned i = 0; i < 700; i++) {
        char text[64];
        snprintf(text, sizeof text, "n%u.x.attacker.test", i);
        struct name_buffer ns = sim_name(text);
        sim_section_alias(authority, "x.attacker.test", TYPE_NS, 300, text);
        uint8_t address[4] = {198, 51, 100, (uint8_t)i};
        sim_server(sim_world(s), (snprintf(text, sizeof text, "198.51.100.%u", i % 256), text));
        sim_section_rr(glue, name_of(&ns), TYPE_A, 300, address, 4);
    }
    sim_add_rule(s, &(struct sim_rule){.name = "x.attacker.test",
                                       .below = true,
                                       .server = sim_server(sim_world(s), ATTACKER),
                                       .answer = {.authority = authority, .additional = glue}});
    uint64_t row = sim_admit(s, "www.x.attacker.test");
    sim_run(s);
    sim_expect_failed(s, row, "refused", "www.x.attacker.test");
    assert_in_range(sim_number(sim_record(s, row), "queries"), 5, 12);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixteen_names_of_a_victim_cost_it_few_queries),
        cmocka_unit_test(many_rows_multiply_no_further),
        cmocka_unit_test(nested_delegations_without_glue_are_bounded),
        cmocka_unit_test(nested_delegations_of_many_rows_are_bounded),
        cmocka_unit_test(endless_aliases_are_cut_at_32),
        cmocka_unit_test(endless_aliases_of_a_servers_name_end),
        cmocka_unit_test(thousands_of_servers_and_addresses_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
