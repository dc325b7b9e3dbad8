/* Aliases across zones, each of which only its own servers may speak for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_world.h"

#define TLD "192.0.2.1"
#define OWN "192.0.2.2"
#define OTHER "192.0.2.3"

/* example.test at OWN with a set at its apex, other.test at OTHER. */
static struct sim *world(void)
{
    struct sim *s = sim_new(&(struct sim_options){.iterate = true, .alt = true});
    struct sim_world *w = sim_world(s);
    sim_serve(w, "test", "ns.test", TLD);
    struct sim_zone *own = sim_serve(w, "example.test", "ns.example.test", OWN);
    sim_zone_add(own, "example.test CAA parent.example");
    sim_serve(w, "other.test", "ns.other.test", OTHER);
    return s;
}

static struct sim_zone *own(struct sim *s)
{
    return sim_zone(sim_world(s), "example.test");
}

static struct sim_zone *other(struct sim *s)
{
    return sim_zone(sim_world(s), "other.test");
}

static const json_t *run_one(struct sim *s, const char *name)
{
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    return sim_record(s, row);
}

static void expect_alias(const json_t *record, unsigned i, const char *owner, const char *target)
{
    char path[32];
    snprintf(path, sizeof path, "chain/%u/owner", i);
    assert_string_equal(sim_text(record, path), owner);
    snprintf(path, sizeof path, "chain/%u/target", i);
    assert_string_equal(sim_text(record, path), target);
}

/* ---- following ---- */

static void a_cname_is_followed_into_another_zone(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "www.example.test 60 CNAME t.other.test");
    sim_zone_add(other(s), "t.other.test CAA other.example");
    const json_t *r = run_one(s, "www.example.test");
    sim_expect_found(s, 1, "www.example.test", "other.example");
    assert_string_equal(sim_text(r, "rrset_owner"), "t.other.test");
    expect_alias(r, 0, "www.example.test", "t.other.test");
    assert_int_equal(sim_number(r, "chain/0/ttl"), 60);
    assert_string_equal(sim_text(r, "levels/0/server"), OTHER);
    sim_free(s);
}

static void a_target_without_a_set_leaves_the_climb_in_the_own_tree(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "www.example.test CNAME t.other.test");
    sim_zone_add(other(s), "t.other.test A 192.0.2.9");
    sim_zone_add(other(s), "other.test CAA other.example");
    const json_t *r = run_one(s, "www.example.test");
    sim_expect_found(s, 1, "example.test", "parent.example");
    assert_string_equal(sim_text(r, "alt/rfc6844/rrset_owner"), "other.test");
    assert_string_equal(sim_text(r, "alt/erratum5065/rrset_owner"), "example.test");
    assert_int_equal(sim_count(r, "chain"), 0);
    assert_int_equal(sim_count(r, "levels/0/chain"), 1);
    sim_free(s);
}

static void a_target_that_does_not_exist_is_an_absence(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "www.example.test CNAME gone.other.test");
    const json_t *r = run_one(s, "www.example.test");
    sim_expect_found(s, 1, "example.test", "parent.example");
    assert_string_equal(sim_text(r, "levels/0/outcome"), "nxdomain");
    assert_string_equal(sim_text(r, "exists"), "yes"); /* the alias does */
    sim_free(s);
}

static void aliases_within_a_zone_and_across_are_one_chain(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "www.example.test CNAME b.example.test");
    sim_zone_add(own(s), "b.example.test CNAME c.other.test");
    sim_zone_add(other(s), "c.other.test CNAME d.other.test");
    sim_zone_add(other(s), "d.other.test CNAME e.example.test");
    sim_zone_add(own(s), "e.example.test CAA end.example");
    const json_t *r = run_one(s, "www.example.test");
    sim_expect_found(s, 1, "www.example.test", "end.example");
    assert_int_equal(sim_count(r, "chain"), 4);
    expect_alias(r, 1, "b.example.test", "c.other.test");
    expect_alias(r, 3, "d.other.test", "e.example.test");
    sim_free(s);
}

/* Names n0 … in zones z0.test … with a server each, each an alias of the next. */
static void chain_of(struct sim *s, unsigned count)
{
    char zone[32], ns[48], address[32];
    for (unsigned i = 0; i <= count; i++) {
        snprintf(zone, sizeof zone, "z%u.test", i);
        snprintf(ns, sizeof ns, "ns.%s", zone);
        snprintf(address, sizeof address, "198.51.100.%u", i + 1);
        struct sim_zone *z = sim_serve(sim_world(s), zone, ns, address);
        if (i < count)
            sim_zone_add(z, "n.%s CNAME n.z%u.test", zone, i + 1);
        else
            sim_zone_add(z, "n.%s CAA end.example", zone);
    }
}

static void a_chain_of_20_across_zones_is_followed_to_its_end(void **state)
{
    (void)state;
    struct sim *s = world();
    chain_of(s, 20);
    const json_t *r = run_one(s, "n.z0.test");
    sim_expect_found(s, 1, "n.z0.test", "end.example");
    assert_int_equal(sim_count(r, "chain"), 20);
    assert_string_equal(sim_text(r, "rrset_owner"), "n.z20.test");
    sim_free(s);
}

static void a_chain_of_32_across_zones_is_the_longest(void **state)
{
    (void)state;
    struct sim *s = world();
    chain_of(s, 33);
    run_one(s, "n.z0.test");
    sim_expect_failed(s, 1, "cname_chain_too_long", "n.z0.test");
    uint64_t row = sim_admit(s, "n.z1.test");
    sim_run(s);
    sim_expect_found(s, row, "n.z1.test", "end.example");
    sim_free(s);
}

static void a_loop_across_zones_is_cname_loop(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "a.example.test CNAME b.other.test");
    sim_zone_add(other(s), "b.other.test CNAME c.example.test");
    sim_zone_add(own(s), "c.example.test CNAME a.example.test");
    const json_t *r = run_one(s, "a.example.test");
    sim_expect_failed(s, 1, "cname_loop", "a.example.test");
    assert_in_range(sim_number(r, "queries"), 3, 8);
    sim_free(s);
}

/* The aliases of the first level as "a>b c>d"; NULL: the row has none. */
static void expect_seen(const json_t *r, const char *expected)
{
    char text[4096] = "";
    for (size_t i = 0; i < sim_count(r, "levels/0/chain"); i++) {
        char owner[64], target[64];
        snprintf(owner, sizeof owner, "levels/0/chain/%zu/owner", i);
        snprintf(target, sizeof target, "levels/0/chain/%zu/target", i);
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, "%s%s>%s", i > 0 ? " " : "", sim_text(r, owner),
                 sim_text(r, target));
    }
    assert_string_equal(text, expected);
}

static void a_loop_shows_the_aliases_that_make_it(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "a.example.test CNAME b.other.test");
    sim_zone_add(other(s), "b.other.test CNAME c.example.test");
    sim_zone_add(own(s), "c.example.test CNAME a.example.test");
    sim_zone_add(own(s), "d.example.test CNAME e.example.test");
    sim_zone_add(own(s), "e.example.test CNAME d.example.test");
    const json_t *r = run_one(s, "a.example.test");
    expect_seen(r, "a.example.test>b.other.test b.other.test>c.example.test "
                   "c.example.test>a.example.test");
    assert_string_equal(sim_text(r, "error_name"), "a.example.test");
    uint64_t row = sim_admit(s, "d.example.test");
    sim_run(s);
    expect_seen(sim_record(s, row), "d.example.test>e.example.test e.example.test>d.example.test");
    sim_free(s);
}

static void a_chain_that_is_too_long_shows_as_much_as_is_kept(void **state)
{
    (void)state;
    struct sim *s = world();
    chain_of(s, 33);
    const json_t *r = run_one(s, "n.z0.test");
    assert_int_equal(sim_count(r, "levels/0/chain"), ANSWER_CHAIN_MAX);
    assert_string_equal(sim_text(r, "levels/0/chain/31/target"), "n.z32.test");
    assert_string_equal(sim_text(r, "error_name"), "n.z32.test");
    assert_int_equal(sim_count(r, "chain"), 0);
    sim_free(s);
}

/* A server that goes on along an alias by itself and fails there says so in one message. */
static void aliases_in_a_message_that_fails_are_kept(void **state)
{
    (void)state;
    struct sim *s = world();
    struct sim_section *alias = sim_section(s);
    sim_section_alias(alias, "www.example.test", TYPE_CNAME, 300, "x.example.test");
    sim_add_rule(s, &(struct sim_rule){.name = "www.example.test",
                                       .type = TYPE_CAA,
                                       .answer = {.rcode = RCODE_SERVFAIL, .section = alias}});
    sim_zone_add(own(s), "first.example.test CNAME hop.other.test");
    sim_zone_add(other(s), "hop.other.test CNAME www.example.test");
    const json_t *r = run_one(s, "www.example.test");
    sim_expect_failed(s, 1, "servfail", "www.example.test");
    expect_seen(r, "www.example.test>x.example.test");
    assert_string_equal(sim_text(r, "error_name"), "x.example.test");
    uint64_t row = sim_admit(s, "first.example.test");
    sim_run(s);
    sim_expect_failed(s, row, "servfail", "first.example.test");
    expect_seen(sim_record(s, row), "first.example.test>hop.other.test "
                                    "hop.other.test>www.example.test "
                                    "www.example.test>x.example.test");
    assert_int_equal(sim_held(s), 0);
    sim_free(s);
}

/* The servfail without aliases comes first, a timeout last; the worst failure is that of the two.
 */
static void aliases_are_those_of_the_reply_that_gives_the_class(void **state)
{
    (void)state;
    struct sim *s = world();
    struct sim_section *alias = sim_section(s);
    sim_section_alias(alias, "www.example.test", TYPE_CNAME, 300, "x.example.test");
    const char *name = "www.example.test";
    sim_add_rule(
        s, &(struct sim_rule){
               .name = name, .type = TYPE_CAA, .times = 1, .answer = {.rcode = RCODE_REFUSED}});
    sim_add_rule(s, &(struct sim_rule){.name = name,
                                       .type = TYPE_CAA,
                                       .answer = {.rcode = RCODE_SERVFAIL, .section = alias}});
    const json_t *r = run_one(s, name);
    sim_expect_failed(s, 1, "refused", name);
    expect_seen(r, "");
    assert_string_equal(sim_text(r, "error_name"), name);
    sim_free(s);
}

static void a_loop_entered_later_is_cname_loop(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "in.example.test CNAME a.other.test");
    sim_zone_add(other(s), "a.other.test CNAME b.example.test");
    sim_zone_add(own(s), "b.example.test CNAME a.other.test");
    run_one(s, "in.example.test");
    sim_expect_failed(s, 1, "cname_loop", "in.example.test");
    sim_free(s);
}

static void an_alias_of_itself_is_cname_loop(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "self.example.test CNAME self.example.test");
    run_one(s, "self.example.test");
    sim_expect_failed(s, 1, "cname_loop", "self.example.test");
    sim_free(s);
}

static void a_target_whose_servers_fail_names_the_failure_and_the_name(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "www.example.test CNAME t.other.test");
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), OTHER),
                                       .answer.rcode = RCODE_REFUSED});
    const json_t *r = run_one(s, "www.example.test");
    sim_expect_failed(s, 1, "refused", "www.example.test");
    assert_string_equal(sim_text(r, "error_name"), "t.other.test");
    assert_string_equal(sim_text(r, "zone"), "example.test");
    sim_free(s);
}

/* ---- DNAME ---- */

static void a_dname_redirects_into_another_zone(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "d.example.test DNAME t.other.test");
    sim_zone_add(other(s), "a.b.t.other.test CAA other.example");
    const json_t *r = run_one(s, "a.b.d.example.test");
    sim_expect_found(s, 1, "a.b.d.example.test", "other.example");
    assert_int_equal(sim_count(r, "chain"), 1);
    assert_string_equal(sim_text(r, "chain/0/kind"), "DNAME");
    expect_alias(r, 0, "a.b.d.example.test", "a.b.t.other.test");
    sim_free(s);
}

static void a_dname_without_its_cname_is_followed(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(other(s), "a.t.other.test CAA other.example");
    struct sim_section *section = sim_section(s);
    sim_section_alias(section, "d.example.test", TYPE_DNAME, 300, "t.other.test");
    sim_add_rule(s, &(struct sim_rule){.name = "a.d.example.test",
                                       .server = sim_server(sim_world(s), OWN),
                                       .answer = {.aa = true, .section = section}});
    run_one(s, "a.d.example.test");
    sim_expect_found(s, 1, "a.d.example.test", "other.example");
    sim_free(s);
}

static void a_dname_with_another_cname_is_malformed(void **state)
{
    (void)state;
    struct sim *s = world();
    struct sim_section *section = sim_section(s);
    sim_section_alias(section, "d.example.test", TYPE_DNAME, 300, "t.other.test");
    sim_section_alias(section, "a.d.example.test", TYPE_CNAME, 300, "evil.other.test");
    sim_add_rule(s, &(struct sim_rule){.name = "a.d.example.test",
                                       .server = sim_server(sim_world(s), OWN),
                                       .answer = {.aa = true, .section = section}});
    run_one(s, "a.d.example.test");
    sim_expect_failed(s, 1, "msg_malformed", "a.d.example.test");
    assert_int_equal(sim_asked(s, "evil.other.test", 0), 0);
    sim_free(s);
}

static void dnames_in_a_circle_are_cname_loop_or_overflow(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "d.example.test DNAME d.other.test");
    sim_zone_add(other(s), "d.other.test DNAME d.example.test");
    sim_zone_add(own(s), "grow.example.test DNAME a-long-label.grow.other.test");
    sim_zone_add(other(s), "grow.other.test DNAME a-long-label.grow.example.test");
    uint64_t loop = sim_admit(s, "x.d.example.test");
    uint64_t grows = sim_admit(s, "x.grow.example.test");
    sim_run(s);
    sim_expect_failed(s, loop, "cname_loop", "x.d.example.test");
    sim_expect_failed(s, grows, "dname_overflow", "x.grow.example.test");
    sim_free(s);
}

/* ---- what must not be believed ---- */

/* OWN answers for www.example.test with these sections. */
static void poison(struct sim *s, struct sim_answer answer)
{
    answer.aa = true;
    sim_add_rule(s, &(struct sim_rule){.name = "www.example.test",
                                       .server = sim_server(sim_world(s), OWN),
                                       .answer = answer});
}

static void records_of_the_targets_zone_are_not_believed(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(other(s), "t.other.test CAA right.example");
    struct sim_section *section = sim_section(s);
    sim_section_alias(section, "www.example.test", TYPE_CNAME, 300, "t.other.test");
    sim_section_caa(section, "t.other.test", 300, 0, "issue", "evil.example");
    poison(s, (struct sim_answer){.section = section});
    run_one(s, "www.example.test");
    sim_expect_found(s, 1, "www.example.test", "right.example");
    uint64_t later = sim_admit(s, "t.other.test");
    sim_run(s);
    sim_expect_found(s, later, "t.other.test", "right.example");
    sim_free(s);
}

static void aliases_of_the_targets_zone_are_not_believed(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(other(s), "t.other.test CAA right.example");
    struct sim_section *section = sim_section(s);
    sim_section_alias(section, "www.example.test", TYPE_CNAME, 300, "t.other.test");
    sim_section_alias(section, "t.other.test", TYPE_CNAME, 300, "back.example.test");
    sim_section_caa(section, "back.example.test", 300, 0, "issue", "evil.example");
    poison(s, (struct sim_answer){.section = section});
    const json_t *r = run_one(s, "www.example.test");
    sim_expect_found(s, 1, "www.example.test", "right.example");
    assert_int_equal(sim_count(r, "chain"), 1);
    sim_free(s);
}

static void nxdomain_for_a_target_in_another_zone_is_not_believed(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(other(s), "t.other.test CAA right.example");
    struct sim_section *section = sim_section(s), *soa = sim_section(s);
    sim_section_alias(section, "www.example.test", TYPE_CNAME, 300, "t.other.test");
    struct name_buffer zone = sim_name("other.test");
    sim_section_rr(soa, name_of(&zone), TYPE_SOA, 300, (const uint8_t[22]){0}, 22);
    poison(s, (struct sim_answer){.rcode = RCODE_NXDOMAIN, .section = section, .authority = soa});
    run_one(s, "www.example.test");
    sim_expect_found(s, 1, "www.example.test", "right.example");
    sim_free(s);
}

static void sets_of_other_owners_are_ignored(void **state)
{
    (void)state;
    struct sim *s = world();
    struct sim_section *section = sim_section(s);
    sim_section_caa(section, "evil.example.test", 300, 0, "issue", "evil.example");
    sim_section_caa(section, "other.test", 300, 0, "issue", "evil.example");
    sim_section_caa(section, "test", 300, 0, "issue", "evil.example");
    poison(s, (struct sim_answer){.section = section});
    run_one(s, "www.example.test");
    sim_expect_found(s, 1, "example.test", "parent.example");
    uint64_t other_row = sim_admit(s, "other.test");
    uint64_t evil = sim_admit(s, "evil.example.test");
    sim_run(s);
    sim_expect_empty(s, other_row);
    sim_expect_found(s, evil, "example.test", "parent.example");
    sim_free(s);
}

/* An answer in whose authority and additional sections stand servers of other zones. */
static void delegations_beside_an_answer_change_nothing_outside_its_zone(void **state)
{
    (void)state;
    struct sim *s = world();
    static const char *const stolen[] = {"other.test", "test", "."};
    struct sim_section *authority = sim_section(s), *glue = sim_section(s);
    for (size_t i = 0; i < 3; i++)
        sim_section_alias(authority, stolen[i], TYPE_NS, 86400, "ns.evil.test");
    struct name_buffer ns = sim_name("ns.evil.test"), real = sim_name("ns.other.test");
    sim_section_rr(glue, name_of(&ns), TYPE_A, 86400, (const uint8_t[]){203, 0, 113, 66}, 4);
    sim_section_rr(glue, name_of(&real), TYPE_A, 86400, (const uint8_t[]){203, 0, 113, 66}, 4);
    struct sim_section *section = sim_section(s);
    sim_section_caa(section, "www.example.test", 300, 0, "issue", "own.example");
    poison(s, (struct sim_answer){.section = section, .authority = authority, .additional = glue});
    run_one(s, "www.example.test");
    sim_expect_found(s, 1, "www.example.test", "own.example");
    sim_zone_add(other(s), "other.test CAA right.example");
    uint64_t row = sim_admit(s, "other.test"); /* a query to 203.0.113.66 would fail the test */
    uint64_t tld = sim_admit(s, "test");
    sim_run(s);
    sim_expect_found(s, row, "other.test", "right.example");
    sim_expect_empty(s, tld);
    sim_free(s);
}

/* A forest: every name is an alias, of a name of its own in the next zone. */
static void a_forest_of_aliases_is_bounded(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "*.example.test CNAME a.b.c.d.e.f.g.h.i.other.test");
    sim_zone_add(other(s), "*.other.test DNAME x.y.example.test");
    sim_zone_add(own(s), "f.example.test DNAME f.other.test");
    sim_zone_add(other(s), "f.other.test DNAME g.f.example.test");
    for (unsigned i = 0; i < 20; i++) {
        char name[64];
        snprintf(name, sizeof name, "a%u.b.c.d.f.example.test", i);
        sim_admit(s, name);
        snprintf(name, sizeof name, "a%u.b.c.d.example.test", i);
        sim_admit(s, name);
    }
    sim_run(s);
    for (uint64_t row = 1; row <= 40; row++)
        assert_in_range(sim_number(sim_record(s, row), "queries"), 0, 200);
    sim_free(s);
}

/* The question in the reply is that for the target, not for the row's name. Both rows are out for
 * it at the same time. */
static void wrong_ids_are_attributed_behind_an_alias_too(void **state)
{
    (void)state;
    struct sim *s = world();
    sim_zone_add(own(s), "a.example.test CNAME x.other.test");
    sim_zone_add(own(s), "b.example.test CNAME x.other.test");
    other(s);
    sim_add_rule(
        s, &(struct sim_rule){
               .name = "x.other.test", .type = TYPE_CAA, .fault = SIM_WRONG_ID, .by_model = true});
    uint64_t a = sim_admit(s, "a.example.test"), b = sim_admit(s, "b.example.test");
    sim_run(s);
    sim_expect_failed(s, a, "id_mismatch", "a.example.test");
    sim_expect_failed(s, b, "id_mismatch", "b.example.test");
    sim_free(s);
}

/* The target's server takes longer than any attempt waits. Whose question it was is known still. */
static void a_late_reply_counts_at_an_alias_target_as_anywhere(void **state)
{
    (void)state;
    static const uint64_t delays_ms[] = {1200, 2500, 4500, 6000};
    for (size_t i = 0; i < 2 * sizeof delays_ms / sizeof delays_ms[0]; i++) {
        struct sim *s = world();
        sim_zone_add(own(s), "www.example.test CNAME t.other.test");
        sim_zone_add(other(s), "t.other.test CAA ca.example");
        sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), OTHER),
                                           .delay_ns = delays_ms[i / 2] * SIM_MS,
                                           .by_model = true});
        const char *name = i % 2 == 0 ? "www.example.test" : "t.other.test";
        run_one(s, name);
        sim_expect_found(s, 1, name, "ca.example");
        sim_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_reply_counts_at_an_alias_target_as_anywhere),
        cmocka_unit_test(a_cname_is_followed_into_another_zone),
        cmocka_unit_test(a_target_without_a_set_leaves_the_climb_in_the_own_tree),
        cmocka_unit_test(a_target_that_does_not_exist_is_an_absence),
        cmocka_unit_test(aliases_within_a_zone_and_across_are_one_chain),
        cmocka_unit_test(a_chain_of_20_across_zones_is_followed_to_its_end),
        cmocka_unit_test(a_chain_of_32_across_zones_is_the_longest),
        cmocka_unit_test(a_loop_across_zones_is_cname_loop),
        cmocka_unit_test(a_loop_shows_the_aliases_that_make_it),
        cmocka_unit_test(a_chain_that_is_too_long_shows_as_much_as_is_kept),
        cmocka_unit_test(aliases_in_a_message_that_fails_are_kept),
        cmocka_unit_test(aliases_are_those_of_the_reply_that_gives_the_class),
        cmocka_unit_test(a_loop_entered_later_is_cname_loop),
        cmocka_unit_test(an_alias_of_itself_is_cname_loop),
        cmocka_unit_test(a_target_whose_servers_fail_names_the_failure_and_the_name),
        cmocka_unit_test(a_dname_redirects_into_another_zone),
        cmocka_unit_test(a_dname_without_its_cname_is_followed),
        cmocka_unit_test(a_dname_with_another_cname_is_malformed),
        cmocka_unit_test(dnames_in_a_circle_are_cname_loop_or_overflow),
        cmocka_unit_test(records_of_the_targets_zone_are_not_believed),
        cmocka_unit_test(aliases_of_the_targets_zone_are_not_believed),
        cmocka_unit_test(nxdomain_for_a_target_in_another_zone_is_not_believed),
        cmocka_unit_test(sets_of_other_owners_are_ignored),
        cmocka_unit_test(delegations_beside_an_answer_change_nothing_outside_its_zone),
        cmocka_unit_test(a_forest_of_aliases_is_bounded),
        cmocka_unit_test(wrong_ids_are_attributed_behind_an_alias_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
