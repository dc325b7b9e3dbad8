/* The walk from the root to the zone that holds a name, and what is kept of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_world.h"

#define TLD "192.0.2.1"
#define HOSTER "192.0.2.2"

/* test. at TLD, example.test at HOSTER with a set at the apex. */
static struct sim *small_world(struct sim_options options)
{
    options.iterate = true;
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    struct sim_zone *zone = sim_serve(sim_world(s), "example.test", "ns.example.test", HOSTER);
    sim_zone_add(zone, "example.test CAA ca.example");
    return s;
}

static void walks_from_the_root_to_the_zone(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_number(r, "queries"), 3);
    assert_string_equal(sim_text(r, "mode"), "iterate");
    assert_string_equal(sim_text(r, "levels/0/server"), HOSTER);
    assert_true(sim_is_null(r, "ad"));
    assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, 0), 1);
    assert_int_equal(sim_asked_at(s, TLD, 0), 1);
    sim_free(s);
}

static void asks_without_recursion_and_for_dnssec_data(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    sim_admit(s, "example.test");
    sim_run(s);
    for (size_t i = 0; i < sim_sent(s); i++) {
        assert_false(sim_sent_at(s, i).recursion);
        assert_true(sim_sent_at(s, i).dnssec_ok);
    }
    sim_free(s);
}

static void a_registered_name_costs_two_queries_once_its_tld_is_known(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){.in_flight = 1});
    sim_serve(sim_world(s), "empty.test", "ns.empty.test", "192.0.2.3");
    struct sim_zone *zone = sim_serve(sim_world(s), "set.test", "ns.set.test", "192.0.2.4");
    sim_zone_add(zone, "set.test CAA ca.example");
    uint64_t first = sim_admit(s, "www.example.test");
    uint64_t set = sim_admit(s, "set.test");
    uint64_t warm = sim_admit(s, "empty.test"); /* asks for test. too */
    sim_serve(sim_world(s), "other.test", "ns.other.test", "192.0.2.5");
    uint64_t empty = sim_admit(s, "other.test");
    sim_run(s);
    sim_expect_found(s, first, "example.test", "ca.example");
    sim_expect_empty(s, warm);
    sim_expect_empty(s, empty);
    assert_int_equal(sim_number(sim_record(s, set), "queries"), 2);
    assert_int_equal(sim_number(sim_record(s, empty), "queries"), 2);
    sim_free(s);
}

#define SIBLINGS 50u

static void parents_and_tlds_are_asked_once_for_all_their_names(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){.in_flight = 8});
    char name[64];
    for (unsigned i = 0; i < SIBLINGS; i++) {
        snprintf(name, sizeof name, "z%u.test", i);
        sim_serve(sim_world(s), name, "ns.example.test", HOSTER);
        sim_admit(s, name);
    }
    sim_run(s);
    assert_int_equal(sim_asked(s, "test", TYPE_CAA), 1);
    /* The rows of the first moment each ask the root; the rest know the TLD. */
    assert_in_range(sim_asked_at(s, SIM_ROOT_IPV4, 0), 1, 8);
    assert_in_range(sim_sent(s), 2 * SIBLINGS + 1, 2 * SIBLINGS + 1 + 8);
    sim_free(s);
}

static void a_delegation_is_known_for_its_ttl_and_no_longer(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.iterate = true});
    struct sim_zone *root = sim_zone(sim_world(s), ".");
    struct sim_zone *tld = sim_zone(sim_world(s), "test");
    sim_zone_add(root, "test 600 NS ns.test");
    sim_zone_add(root, "ns.test 120 A " TLD);
    sim_zone_add(tld, "test NS ns.test");
    sim_zone_add(tld, "test 10 CAA ca.example");
    sim_zone_host(sim_world(s), tld, TLD);
    for (unsigned asked = 1; asked <= 2; asked++) {
        sim_admit(s, "test");
        sim_run(s);
        assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, 0), asked);
        sim_pass(s, 100 * SIM_S); /* the set is forgotten, the delegation is not */
        sim_admit(s, "test");
        sim_run(s);
        assert_int_equal(sim_asked_at(s, SIM_ROOT_IPV4, 0), asked);
        assert_int_equal(sim_asked_at(s, TLD, 0), 2 * asked);
        sim_pass(s, 21 * SIM_S); /* the glue's 120 s are over, the NS records' 600 are not */
    }
    sim_free(s);
}

static void sets_and_denials_are_kept_for_their_ttl(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    struct sim_zone *zone = sim_zone(sim_world(s), "example.test");
    sim_zone_negative_ttl(zone, 60);
    sim_zone_add(zone, "www.example.test 30 CAA ca.example");
    sim_admit(s, "www.example.test");
    sim_admit(s, "no.example.test");
    sim_run(s);
    assert_int_equal(sim_number(sim_record(s, 1), "caa/0/ttl"), 30);
    sim_pass(s, 29 * SIM_S);
    sim_admit(s, "www.example.test");
    sim_admit(s, "no.example.test");
    sim_run(s);
    assert_int_equal(sim_asked(s, "www.example.test", TYPE_CAA), 3); /* root, TLD, zone */
    sim_pass(s, 3 * SIM_S);
    uint64_t again = sim_admit(s, "www.example.test");
    uint64_t cached = sim_admit(s, "no.example.test");
    sim_run(s);
    assert_int_equal(sim_asked(s, "www.example.test", TYPE_CAA), 4);
    assert_int_equal(sim_number(sim_record(s, again), "queries"), 1);
    assert_int_equal(sim_number(sim_record(s, cached), "queries"), 0);
    assert_string_equal(sim_text(sim_record(s, cached), "levels/0/source"), "cached");
    sim_pass(s, 30 * SIM_S);
    uint64_t late = sim_admit(s, "no.example.test");
    sim_run(s);
    assert_int_equal(sim_number(sim_record(s, late), "queries"), 1);
    sim_free(s);
}

static void finds_cuts_at_any_depth(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    sim_serve(sim_world(s), "a.b.c.example.test", "ns.a.b.c.example.test", "192.0.2.3");
    struct sim_zone *deep =
        sim_serve(sim_world(s), "x.y.a.b.c.example.test", "ns.x.y.a.b.c.example.test", "192.0.2.4");
    sim_zone_add(deep, "www.x.y.a.b.c.example.test CAA deep.example");
    uint64_t at_deep = sim_admit(s, "www.x.y.a.b.c.example.test");
    sim_run(s);
    sim_expect_found(s, at_deep, "www.x.y.a.b.c.example.test", "deep.example");
    assert_int_equal(sim_number(sim_record(s, at_deep), "queries"), 5);
    assert_string_equal(sim_text(sim_record(s, at_deep), "zone"), "x.y.a.b.c.example.test");
    uint64_t between = sim_admit(s, "y.a.b.c.example.test");
    sim_run(s);
    sim_expect_found(s, between, "example.test", "ca.example");
    assert_string_equal(sim_text(sim_record(s, between), "zone"), "a.b.c.example.test");
    assert_string_equal(sim_text(sim_record(s, between), "set_zone"), "example.test");
    sim_free(s);
}

static void the_climb_leaves_a_zone_for_its_parent(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    sim_serve(sim_world(s), "sub.example.test", "ns.sub.example.test", "192.0.2.3");
    uint64_t row = sim_admit(s, "www.sub.example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_number(r, "depth"), 2);
    assert_string_equal(sim_text(r, "levels/0/outcome"), "nxdomain");
    assert_string_equal(sim_text(r, "levels/1/outcome"), "nodata");
    assert_string_equal(sim_text(r, "levels/1/server"), "192.0.2.3");
    assert_string_equal(sim_text(r, "levels/2/server"), HOSTER);
    assert_string_equal(sim_text(r, "zone"), "sub.example.test");
    sim_free(s);
}

static void an_empty_non_terminal_is_no_data_and_exists(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    sim_zone_add(sim_zone(sim_world(s), "example.test"), "a.ent.example.test A 192.0.2.9");
    uint64_t row = sim_admit(s, "ent.example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/outcome"), "nodata");
    assert_string_equal(sim_text(sim_record(s, row), "exists"), "yes");
    sim_free(s);
}

static void a_wildcard_speaks_for_names_that_do_not_exist(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    sim_zone_add(sim_zone(sim_world(s), "example.test"), "*.example.test CAA wild.example");
    uint64_t row = sim_admit(s, "a.b.example.test");
    sim_run(s);
    sim_expect_found(s, row, "a.b.example.test", "wild.example");
    sim_free(s);
}

static void a_server_may_answer_for_the_child_on_the_parents_address(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    struct sim_zone *zone = sim_serve(sim_world(s), "near.test", "ns.test", TLD);
    sim_zone_add(zone, "www.near.test CAA near.example");
    uint64_t set = sim_admit(s, "www.near.test");
    uint64_t none = sim_admit(s, "no.near.test");
    sim_run(s);
    sim_expect_found(s, set, "www.near.test", "near.example");
    sim_expect_empty(s, none);
    assert_int_equal(sim_number(sim_record(s, set), "queries"), 2);
    assert_string_equal(sim_text(sim_record(s, none), "zone"), "near.test"); /* by its SOA */
    sim_free(s);
}

static void servers_and_ds_of_such_a_zone_are_asked_for(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    struct sim_world *w = sim_world(s);
    sim_zone_sign(sim_zone(w, "test"));
    sim_zone_add(sim_zone(w, "test"), "signed.test DS x");
    sim_serve(w, "near.test", "ns.test", TLD);
    sim_serve(w, "signed.test", "ns.test", TLD);
    uint64_t without = sim_admit(s, "no.near.test");
    uint64_t with = sim_admit(s, "no.signed.test");
    uint64_t again = sim_admit(s, "too.near.test");
    sim_run(s);
    assert_string_equal(sim_text(sim_record(s, without), "zone"), "near.test");
    assert_string_equal(sim_text(sim_record(s, without), "ns/0"), "ns.test");
    assert_string_equal(sim_text(sim_record(s, without), "ds"), "absent");
    assert_string_equal(sim_text(sim_record(s, with), "ds"), "present");
    assert_string_equal(sim_text(sim_record(s, again), "ns/0"), "ns.test");
    assert_int_equal(sim_asked(s, "near.test", TYPE_NS), 1); /* for all names of the zone */
    assert_int_equal(sim_asked(s, "near.test", TYPE_DS), 1);
    sim_free(s);
}

static void no_data_without_soa_is_believed_with_aa(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.name = "www.example.test",
                                       .server = sim_server(sim_world(s), HOSTER),
                                       .answer = {.aa = true}});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    assert_true(sim_has_note(s, row, "nodata_without_soa"));
    sim_free(s);
}

static void a_reply_without_data_and_aa_is_lame(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.name = "www.example.test",
                                       .server = sim_server(sim_world(s), HOSTER)});
    sim_add_rule(s, &(struct sim_rule){.name = "nx.example.test",
                                       .server = sim_server(sim_world(s), HOSTER),
                                       .answer = {.rcode = RCODE_NXDOMAIN}});
    uint64_t no_data = sim_admit(s, "www.example.test");
    uint64_t nxdomain = sim_admit(s, "nx.example.test");
    sim_run(s);
    sim_expect_failed(s, no_data, "lame", "www.example.test");
    sim_expect_failed(s, nxdomain, "lame", "nx.example.test");
    sim_free(s);
}

/* In the zone, but beside the name: it says nothing of it, and gives no authority. */
static void the_soa_of_a_name_beside_backs_no_denial(void **state)
{
    (void)state;
    for (unsigned aa = 0; aa < 2; aa++) {
        struct sim *s = small_world((struct sim_options){0});
        struct name_buffer zone = sim_name("other.example.test");
        struct sim_section *soa = sim_section(s);
        sim_section_rr(soa, name_of(&zone), TYPE_SOA, 300, (const uint8_t[22]){0}, 22);
        sim_add_rule(s, &(struct sim_rule){.name = "www.example.test",
                                           .server = sim_server(sim_world(s), HOSTER),
                                           .answer = {.aa = aa == 1, .authority = soa}});
        uint64_t row = sim_admit(s, "www.example.test");
        sim_run(s);
        if (aa == 1)
            sim_expect_found(s, row, "example.test", "ca.example");
        else
            sim_expect_failed(s, row, "lame", "www.example.test");
        assert_int_equal(sim_has_note(s, row, "nodata_without_soa"), aa);
        sim_free(s);
    }
}

static void a_tld_that_does_not_exist_costs_one_query(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    uint64_t row = sim_admit(s, "nowhere");
    sim_run(s);
    sim_expect_empty(s, row);
    assert_true(sim_has_note(s, row, "nxdomain_tld"));
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 1);
    sim_free(s);
}

static void ds_is_what_the_referral_said(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    struct sim_world *w = sim_world(s);
    sim_zone_sign(sim_zone(w, "."));
    sim_zone_sign(sim_zone(w, "test"));
    sim_zone_add(sim_zone(w, "."), "test DS x");
    sim_zone_add(sim_zone(w, "test"), "signed.test DS x");
    sim_serve(w, "signed.test", "ns.signed.test", "192.0.2.3");
    sim_serve(w, "below.example.test", "ns.below.example.test", "192.0.2.4");
    uint64_t present = sim_admit(s, "www.signed.test");
    uint64_t absent = sim_admit(s, "www.example.test");
    uint64_t below = sim_admit(s, "www.below.example.test");
    sim_run(s);
    assert_string_equal(sim_text(sim_record(s, present), "ds"), "present");
    assert_string_equal(sim_text(sim_record(s, absent), "ds"), "absent");
    assert_string_equal(sim_text(sim_record(s, below), "ds"), "absent");
    sim_free(s);
}

static void a_record_names_the_zones_and_their_servers(void **state)
{
    (void)state;
    struct sim *s = small_world((struct sim_options){0});
    struct sim_world *w = sim_world(s);
    sim_delegate(w, "example.test", "ns.other.test", NULL);
    struct sim_zone *other = sim_serve(w, "other.test", "ns.other.test", "192.0.2.3");
    sim_zone_add(other, "set.other.test CAA other.example");
    sim_zone_add(sim_zone(w, "example.test"), "www.example.test CNAME set.other.test");
    sim_zone_host(w, sim_zone(w, "example.test"), "192.0.2.3");
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, row, "www.example.test", "other.example");
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "zone"), "example.test");
    assert_int_equal(sim_count(r, "ns"), 2);
    assert_string_equal(sim_text(r, "set_zone"), "other.test");
    assert_int_equal(sim_count(r, "set_ns"), 1);
    assert_string_equal(sim_text(r, "set_ns/0"), "ns.other.test");
    sim_free(s);
}

static uint64_t digest_of_a_run(uint64_t seed)
{
    struct sim *s = small_world((struct sim_options){.seed = seed, .loss_percent = 20});
    sim_serve(sim_world(s), "two.test", "ns1.two.test", "192.0.2.3");
    sim_serve(sim_world(s), "two.test", "ns2.two.test", "192.0.2.4");
    for (unsigned i = 0; i < 20; i++) {
        char name[64];
        snprintf(name, sizeof name, "n%u.%s.test", i, i % 2 ? "two" : "example");
        sim_admit(s, name);
    }
    sim_run(s);
    uint64_t digest = sim_digest(s);
    sim_free(s);
    return digest;
}

static void equal_seeds_give_equal_octets(void **state)
{
    (void)state;
    assert_int_equal(digest_of_a_run(7), digest_of_a_run(7));
    assert_int_not_equal(digest_of_a_run(7), digest_of_a_run(8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_from_the_root_to_the_zone),
        cmocka_unit_test(asks_without_recursion_and_for_dnssec_data),
        cmocka_unit_test(a_registered_name_costs_two_queries_once_its_tld_is_known),
        cmocka_unit_test(parents_and_tlds_are_asked_once_for_all_their_names),
        cmocka_unit_test(a_delegation_is_known_for_its_ttl_and_no_longer),
        cmocka_unit_test(sets_and_denials_are_kept_for_their_ttl),
        cmocka_unit_test(finds_cuts_at_any_depth),
        cmocka_unit_test(the_climb_leaves_a_zone_for_its_parent),
        cmocka_unit_test(an_empty_non_terminal_is_no_data_and_exists),
        cmocka_unit_test(a_wildcard_speaks_for_names_that_do_not_exist),
        cmocka_unit_test(a_server_may_answer_for_the_child_on_the_parents_address),
        cmocka_unit_test(servers_and_ds_of_such_a_zone_are_asked_for),
        cmocka_unit_test(no_data_without_soa_is_believed_with_aa),
        cmocka_unit_test(the_soa_of_a_name_beside_backs_no_denial),
        cmocka_unit_test(a_reply_without_data_and_aa_is_lame),
        cmocka_unit_test(a_tld_that_does_not_exist_costs_one_query),
        cmocka_unit_test(ds_is_what_the_referral_said),
        cmocka_unit_test(a_record_names_the_zones_and_their_servers),
        cmocka_unit_test(equal_seeds_give_equal_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
