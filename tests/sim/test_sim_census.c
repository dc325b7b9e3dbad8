/* --all-nameservers: every server of each zone is asked, and where they differ a note says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "job.h"
#include "sim_check.h"
#include "sim_world.h"

#define TLD "192.0.2.1"
#define ONE "192.0.2.11"
#define TWO "192.0.2.12"

/* example.test, served by ONE and TWO with the same zone. */
static struct sim *world(struct sim_zone **zone, bool all_nameservers)
{
    struct sim_options options = {.iterate = true, .all_nameservers = all_nameservers};
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    *zone = sim_serve(sim_world(s), "example.test", "ns1.example.test", ONE);
    sim_zone_add(*zone, "ns2.example.test A " TWO);
    sim_delegate(sim_world(s), "example.test", "ns2.example.test", TWO);
    return s;
}

/* TWO has a version of its own. */
static struct sim_zone *other_version(struct sim *s)
{
    struct sim_zone *zone = sim_zone_version(sim_world(s), "example.test");
    sim_zone_add(zone, "ns1.example.test A " ONE);
    sim_zone_add(zone, "ns2.example.test A " TWO);
    sim_zone_host(sim_world(s), zone, TWO);
    return zone;
}

/* example.test, which the TLD's server holds too: it answers for it without a referral. ONE has the
 * same version. */
static struct sim *unreferred_world(struct sim_zone **zone)
{
    struct sim_options options = {.iterate = true, .all_nameservers = true};
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    *zone = sim_zone(sim_world(s), "example.test");
    sim_zone_add(*zone, "example.test NS ns1.example.test");
    sim_zone_add(*zone, "example.test NS ns2.example.test");
    sim_zone_add(*zone, "ns1.example.test A " ONE);
    sim_zone_add(*zone, "ns2.example.test A " TWO);
    sim_zone_host(sim_world(s), *zone, TLD);
    sim_zone_host(sim_world(s), *zone, ONE);
    return s;
}

static void expect_note(const struct sim *s, uint64_t row, const char *at, const char *kind)
{
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_count(r, "notes"), 1);
    assert_string_equal(sim_text(r, "notes/0/kind"), "ns_inconsistent");
    assert_string_equal(sim_text(r, "notes/0/at"), at);
    const char *detail = sim_text(r, "notes/0/detail");
    assert_memory_equal(detail, kind, strlen(kind));
    assert_non_null(strstr(detail, ONE));
    assert_non_null(strstr(detail, TWO));
}

static void silence_two(struct sim *s)
{
    sim_add_rule(s,
                 &(struct sim_rule){.server = sim_server(sim_world(s), TWO), .fault = SIM_SILENT});
}

static void expect_found_without_note(struct sim *s, const char *name)
{
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    assert_int_equal(sim_count(sim_record(s, row), "notes"), 0);
}

/* What ONE and TWO hold, and what the census says of it at the name asked for. */
struct difference {
    const char *title;
    bool unreferred;
    const char *one[2], *two[2];
    const char *name, *kind;
    const char *found_at; /* NULL: it depends on who was asked */
};

#define OWN "example.test CAA ca.example"
#define WWW "www.example.test "

static const struct difference differences[] = {
    {.title = "a set at one server only is a matter of presence",
     .one = {OWN},
     .name = "example.test",
     .kind = "presence:"},
    {.title = "sets that differ are a matter of content",
     .one = {OWN},
     .two = {"example.test CAA other.example"},
     .name = "example.test",
     .kind = "content:"},
    {.title = "a name that one server denies is nxdomain",
     .one = {OWN, WWW "A 192.0.2.99"},
     .two = {OWN},
     .name = "www.example.test",
     .kind = "nxdomain:",
     .found_at = "example.test"},
    {.title = "aliases that differ are a matter of alias",
     .one = {OWN, WWW "CNAME a.test"},
     .two = {OWN, WWW "CNAME b.test"},
     .name = "www.example.test",
     .kind = "alias:",
     .found_at = "example.test"},
    /* without a referral the answer holds a set, and nothing says whose it is */
    {.title = "presence in an unreferred zone",
     .unreferred = true,
     .one = {OWN},
     .name = "example.test",
     .kind = "presence:",
     .found_at = "example.test"},
    {.title = "presence below its apex",
     .unreferred = true,
     .one = {"a.b.example.test CAA ca.example"},
     .name = "a.b.example.test",
     .kind = "nxdomain:",
     .found_at = "a.b.example.test"},
    {.title = "content in it",
     .unreferred = true,
     .one = {OWN},
     .two = {"example.test CAA other.example"},
     .name = "example.test",
     .kind = "content:",
     .found_at = "example.test"},
    {.title = "nxdomain in it",
     .unreferred = true,
     .one = {OWN, WWW "A 192.0.2.99"},
     .two = {OWN},
     .name = "www.example.test",
     .kind = "nxdomain:",
     .found_at = "example.test"},
    /* the name is an alias, so it is its parent that tells the zone */
    {.title = "alias in it",
     .unreferred = true,
     .one = {OWN, WWW "CNAME a.other"},
     .two = {OWN, WWW "CNAME b.other"},
     .name = "www.example.test",
     .kind = "alias:",
     .found_at = "example.test"},
};

static void play(const struct difference *it)
{
    print_message("%s\n", it->title);
    struct sim_zone *zone;
    struct sim *s = it->unreferred ? unreferred_world(&zone) : world(&zone, true);
    struct sim_zone *other = other_version(s);
    for (size_t i = 0; i < 2; i++) {
        if (it->one[i] != NULL)
            sim_zone_add(zone, "%s", it->one[i]);
        if (it->two[i] != NULL)
            sim_zone_add(other, "%s", it->two[i]);
    }
    uint64_t row = sim_admit(s, it->name);
    sim_run(s);
    expect_note(s, row, it->name, it->kind);
    if (it->found_at != NULL)
        sim_expect_found(s, row, it->found_at, "ca.example");
    sim_free(s);
}

static void servers_that_differ_leave_a_note_of_the_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
        play(&differences[i]);
}

static void servers_that_agree_leave_no_note(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = world(&zone, true);
    sim_zone_add(zone, "example.test CAA ca.example");
    sim_zone_host(sim_world(s), zone, TWO);
    expect_found_without_note(s, "example.test");
    assert_in_range(sim_asked_at(s, ONE, TYPE_CAA), 1, 2);
    assert_in_range(sim_asked_at(s, TWO, TYPE_CAA), 1, 2);
    sim_free(s);
}

static void a_silent_server_is_no_inconsistency(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = world(&zone, true);
    sim_zone_add(zone, "example.test CAA ca.example");
    sim_zone_host(sim_world(s), zone, TWO);
    silence_two(s);
    expect_found_without_note(s, "example.test");
    sim_free(s);
}

static void parents_are_asked_once_for_all_rows(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = world(&zone, true);
    sim_zone_host(sim_world(s), zone, TWO);
    char name[64];
    for (unsigned i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "n%u.example.test", i);
        sim_zone_add(zone, "%s A 192.0.2.99", name);
        sim_admit(s, name);
    }
    sim_run(s);
    assert_in_range(sim_asked_at(s, TLD, TYPE_CAA), 1, 60);
    assert_in_range(sim_asked_at(s, ONE, TYPE_CAA) + sim_asked_at(s, TWO, TYPE_CAA), 100, 160);
    sim_free(s);
}

static void nobody_more_is_asked_without_the_option(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = world(&zone, false);
    sim_zone_add(zone, "example.test CAA ca.example");
    other_version(s);
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    assert_int_equal(sim_count(sim_record(s, row), "notes"), 0);
    assert_int_equal(sim_asked_at(s, ONE, TYPE_CAA) + sim_asked_at(s, TWO, TYPE_CAA), 1);
    sim_free(s);
}

/* ---- zones without a referral ---- */

static void servers_of_an_unreferred_zone_are_asked(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = unreferred_world(&zone);
    sim_zone_add(zone, "www.example.test A 192.0.2.99");
    sim_zone_add(zone, "example.test CAA ca.example");
    sim_zone_host(sim_world(s), zone, TWO);
    expect_found_without_note(s, "www.example.test");
    assert_int_equal(sim_asked_at(s, ONE, TYPE_CAA), 2);
    assert_int_equal(sim_asked_at(s, TWO, TYPE_CAA), 2);
    assert_int_equal(sim_asked_at(s, TLD, TYPE_CAA), 2);
    sim_free(s);
}

/* One server also holds the zone that the alias leads to, and goes on there by itself. */
static void what_is_beyond_the_zone_is_not_compared(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = unreferred_world(&zone);
    sim_zone_add(zone, "example.test CAA ca.example");
    sim_zone_add(zone, "www.example.test CNAME a.test");
    sim_zone_add(sim_zone(sim_world(s), "test"), "a.test CAA far.example");
    sim_zone_add(zone, "example.test NS ns.test");
    sim_zone_host(sim_world(s), zone, TWO);
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_found(s, row, "www.example.test", "far.example");
    assert_int_equal(sim_count(sim_record(s, row), "notes"), 0);
    assert_true(sim_asked_at(s, TWO, TYPE_CAA) > 0);
    sim_free(s);
}

static void a_dead_server_of_an_unreferred_zone_is_no_inconsistency(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = unreferred_world(&zone);
    sim_zone_add(zone, "example.test CAA ca.example");
    sim_zone_host(sim_world(s), zone, TWO);
    silence_two(s);
    expect_found_without_note(s, "example.test");
    assert_int_equal(sim_asked_at(s, TWO, TYPE_CAA), RESOLVE_CONTROL_ATTEMPTS);
    sim_free(s);
}

/* The TLD's server holds all three zones; each has a server of its own that says otherwise. */
static void two_levels_may_both_be_unreferred(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = unreferred_world(&zone);
    sim_zone_host(sim_world(s), zone, TWO);
    sim_zone_add(zone, "example.test CAA ca.example");
    sim_zone_add(zone, "deep.example.test NS ns.deep.example.test");
    struct sim_zone *deep = sim_zone(sim_world(s), "deep.example.test");
    sim_zone_add(deep, "deep.example.test NS ns.deep.example.test");
    sim_zone_add(deep, "deep.example.test NS ns2.deep.example.test");
    sim_zone_add(deep, "ns.deep.example.test A 192.0.2.21");
    sim_zone_add(deep, "ns2.deep.example.test A 192.0.2.22");
    sim_zone_host(sim_world(s), deep, TLD);
    sim_zone_host(sim_world(s), deep, "192.0.2.21");
    struct sim_zone *other = sim_zone_version(sim_world(s), "deep.example.test");
    sim_zone_add(other, "deep.example.test CAA stray.example");
    sim_zone_host(sim_world(s), other, "192.0.2.22");
    uint64_t row = sim_admit(s, "deep.example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_count(r, "notes"), 1);
    assert_string_equal(sim_text(r, "notes/0/at"), "deep.example.test");
    assert_string_equal(sim_text(r, "notes/0/detail"),
                        "presence: 192.0.2.21 nodata, 192.0.2.22 records");
    assert_int_equal(sim_asked_at(s, ONE, TYPE_CAA), 1);
    assert_int_equal(sim_asked_at(s, TWO, TYPE_CAA), 1);
    sim_free(s);
}

/* TWO believes that one name is delegated. It answers sooner than ONE, so it is asked for all the
 * others, before the census of each asks both. */
static void a_referral_in_the_census_is_not_held_against_the_server(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = world(&zone, true);
    struct sim_zone *other = other_version(s);
    sim_zone_add(zone, "www.example.test A 192.0.2.99");
    sim_zone_add(other, "www.example.test NS ns1.example.test");
    sim_add_rule(s, &(struct sim_rule){.server = sim_server(sim_world(s), ONE),
                                       .delay_ns = 200 * SIM_MS,
                                       .by_model = true});
    uint64_t row = sim_admit(s, "www.example.test");
    sim_run(s);
    sim_expect_empty(s, row);
    unsigned before = (unsigned)sim_asked_at(s, TWO, TYPE_CAA);
    char name[64];
    for (unsigned i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "n%u.example.test", i);
        sim_zone_add(zone, "%s A 192.0.2.99", name);
        sim_zone_add(other, "%s A 192.0.2.99", name);
        sim_admit(s, name);
    }
    sim_run(s);
    assert_in_range(sim_asked_at(s, TWO, TYPE_CAA) - before, 32, 45);
    sim_free(s);
}

/* ---- which servers, and how many ---- */

static void servers_that_only_the_zone_names_are_asked(void **state)
{
    (void)state;
    struct sim_options options = {.iterate = true, .all_nameservers = true};
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    struct sim_zone *zone = sim_serve(sim_world(s), "example.test", "ns1.example.test", ONE);
    sim_zone_add(zone, "example.test NS ns2.example.test");
    sim_zone_add(zone, "ns2.example.test A " TWO);
    sim_zone_add(zone, "example.test CAA ca.example");
    other_version(s);
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    expect_note(s, row, "example.test", "presence:");
    sim_free(s);
}

static void addresses_that_only_the_delegation_has_are_asked(void **state)
{
    (void)state;
    struct sim_options options = {.iterate = true, .all_nameservers = true};
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    struct sim_zone *zone = sim_serve(sim_world(s), "example.test", "ns1.example.test", ONE);
    sim_delegate(sim_world(s), "example.test", "ns2.example.test", TWO);
    sim_zone_add(zone, "example.test CAA ca.example");
    sim_zone_host(sim_world(s), sim_zone_version(sim_world(s), "example.test"), TWO);
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    assert_int_equal(sim_count(sim_record(s, row), "notes"), 1);
    assert_int_equal(sim_asked(s, "ns2.example.test", TYPE_A), 1); /* it has none */
    sim_free(s);
}

/* Each of the levels is a zone that names servers which do not exist, for somebody else to deny. */
static void the_census_of_a_row_is_bounded(void **state)
{
    (void)state;
    struct sim_options options = {
        .iterate = true, .all_nameservers = true, .cache_entries = 1u << 16};
    struct sim *s = sim_new(&options);
    sim_serve(sim_world(s), "test", "ns.test", TLD);
    sim_serve(sim_world(s), "victim.test", "ns.victim.test", TWO);
    char name[256] = "test";
    for (unsigned level = 0; level < 40; level++) {
        memmove(name + 2, name, strlen(name) + 1);
        memcpy(name, "z.", 2);
        struct sim_zone *zone = sim_zone(sim_world(s), name);
        sim_zone_add(zone, "%s NS ns.test", name);
        for (unsigned i = 0; i < 15; i++)
            sim_zone_add(zone, "%s NS n%u-%u.victim.test", name, level, i);
        sim_zone_host(sim_world(s), zone, TLD);
    }
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_empty(s, row);
    assert_in_range(sim_asked_at(s, TWO, TYPE_A), JOB_CENSUS_SENDS_MAX / 2, JOB_CENSUS_SENDS_MAX);
    assert_in_range(sim_sent(s), JOB_CENSUS_SENDS_MAX, JOB_CENSUS_SENDS_MAX + 60);
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_count(r, "notes"), 1);
    assert_string_equal(sim_text(r, "notes/0/kind"), "census_incomplete");
    assert_string_equal(sim_text(r, "notes/0/detail"), "queries");
    const char *at = sim_text(r, "notes/0/at");
    assert_in_range(strlen(at), strlen("z.test"), strlen(name) - 1);
    sim_free(s);
}

/* One server more than are asked, all alike. */
static void addresses_left_out_are_noted(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = world(&zone, true);
    struct sim_zone *half = other_version(s); /* for more servers than one version takes */
    sim_zone_add(zone, "example.test CAA ca.example");
    sim_zone_add(half, "example.test CAA ca.example");
    char address[32];
    for (unsigned i = 0; i < CENSUS_SERVERS_MAX - 1; i++) {
        snprintf(address, sizeof address, "192.0.2.%u", 100 + i);
        sim_zone_add(zone, "ns1.example.test A %s", address);
        sim_zone_host(sim_world(s), i % 2 == 0 ? zone : half, address);
    }
    uint64_t row = sim_admit(s, "example.test");
    sim_run(s);
    sim_expect_found(s, row, "example.test", "ca.example");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_count(r, "notes"), 1);
    assert_string_equal(sim_text(r, "notes/0/kind"), "census_incomplete");
    assert_string_equal(sim_text(r, "notes/0/at"), "example.test");
    assert_string_equal(sim_text(r, "notes/0/detail"), "addresses");
    sim_free(s);
}

/* Two of them, at each of more levels than there is room for findings. */
static void differences_left_out_are_noted(void **state)
{
    (void)state;
    struct sim_zone *zone;
    struct sim *s = world(&zone, true);
    struct sim_zone *other = other_version(s);
    char name[64] = "example.test";
    for (unsigned i = 0; i <= JOB_FINDINGS_MAX; i++) {
        memmove(name + 2, name, strlen(name) + 1);
        memcpy(name, "z.", 2);
    }
    sim_zone_add(other, "*.example.test A 192.0.2.99");
    sim_zone_add(zone, "x.example.test A 192.0.2.99");
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    const json_t *r = sim_record(s, row);
    assert_true(sim_has_note(s, row, "ns_inconsistent"));
    size_t cuts = 0;
    for (size_t i = 0; i < sim_count(r, "notes"); i++) {
        const json_t *note = json_array_get(json_object_get(r, "notes"), i);
        cuts += strcmp(sim_text(note, "kind"), "census_incomplete") == 0 &&
                strcmp(sim_text(note, "detail"), "notes") == 0;
    }
    assert_int_equal(cuts, 1);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(servers_that_agree_leave_no_note),
        cmocka_unit_test(servers_that_differ_leave_a_note_of_the_kind),
        cmocka_unit_test(a_silent_server_is_no_inconsistency),
        cmocka_unit_test(parents_are_asked_once_for_all_rows),
        cmocka_unit_test(nobody_more_is_asked_without_the_option),
        cmocka_unit_test(servers_of_an_unreferred_zone_are_asked),
        cmocka_unit_test(what_is_beyond_the_zone_is_not_compared),
        cmocka_unit_test(a_dead_server_of_an_unreferred_zone_is_no_inconsistency),
        cmocka_unit_test(two_levels_may_both_be_unreferred),
        cmocka_unit_test(a_referral_in_the_census_is_not_held_against_the_server),
        cmocka_unit_test(servers_that_only_the_zone_names_are_asked),
        cmocka_unit_test(addresses_that_only_the_delegation_has_are_asked),
        cmocka_unit_test(the_census_of_a_row_is_bounded),
        cmocka_unit_test(addresses_left_out_are_noted),
        cmocka_unit_test(differences_left_out_are_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
