/* Zones, name servers and DS through a resolver: what is asked, how often, and what the record has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"

/* The resolver's view of a small world. example.test is a zone of its own with a signed delegation,
 * and so is deep.example.test with an unsigned one; other.test holds the targets of aliases. */
struct owned {
    const char *owner;
    uint16_t type; /* CAA: the data is the issuer */
    const char *data;
    uint32_t ttl_s;
};

static const struct owned records[] = {
    {"example.test", TYPE_NS, "ns2.example.test", 300},
    {"example.test", TYPE_NS, "ns1.example.test", 300},
    {"example.test", TYPE_DS, "", 300},
    {"deep.example.test", TYPE_NS, "ns.deep.example.test", 300},
    {"other.test", TYPE_NS, "ns.other.test", 300},
    {"test", TYPE_NS, "ns.test", 300},
    {"brief.test", TYPE_NS, "ns.brief.test", 60},
    {"own.example.test", TYPE_CAA, "own.example", 300},
    {"deep.example.test", TYPE_CAA, "deep.example", 300},
    {"alias.example.test", TYPE_CNAME, "set.other.test", 300},
    {"sibling.example.test", TYPE_CNAME, "own.example.test", 300},
    {"dangling.example.test", TYPE_CNAME, "none.other.test", 300},
    {"set.other.test", TYPE_CAA, "other.example", 300},
};
#define RECORDS (sizeof records / sizeof *records)

static const char *const zones[] = {"deep.example.test", "example.test", "other.test",
                                    "brief.test",        "test",         "."};

struct world {
    struct sim_section answer, authority;
};

static struct world the_world;

/* DS belongs to the zone above (RFC 4035 section 2.4). */
static const char *zone_of(struct name name, uint16_t type)
{
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        struct name_buffer zone = sim_name(zones[i]);
        bool above = type != TYPE_DS || !name_equal(name, name_of(&zone));
        if (above && name_within(name, name_of(&zone)))
            return zones[i];
    }
    return ".";
}

static void put_soa(struct sim_section *section, const char *zone)
{
    struct name_buffer owner = sim_name(zone);
    uint8_t rdata[22] = {0};
    rdata[20] = 1; /* MINIMUM 256 */
    sim_section_rr(section, name_of(&owner), TYPE_SOA, 300, rdata, sizeof rdata);
}

static void put_record(struct sim_section *section, const struct owned *it)
{
    static const uint8_t ds[] = {0, 1, 8, 2, 9};
    struct name_buffer owner = sim_name(it->owner);
    if (it->type == TYPE_CAA)
        sim_section_caa(section, it->owner, it->ttl_s, 0, "issue", it->data);
    else if (it->type == TYPE_DS)
        sim_section_rr(section, name_of(&owner), TYPE_DS, it->ttl_s, ds, sizeof ds);
    else
        sim_section_alias(section, it->owner, it->type, it->ttl_s, it->data);
}

/* Adds what the owner has of the type. Returns the target of its alias, NULL where it has none. */
static const char *put_records(struct sim_section *section, struct name owner, uint16_t type)
{
    const char *target = NULL;
    for (size_t i = 0; i < RECORDS; i++) {
        struct name_buffer name = sim_name(records[i].owner);
        if (!name_equal(name_of(&name), owner))
            continue;
        if (records[i].type != type && records[i].type != TYPE_CNAME)
            continue;
        put_record(section, &records[i]);
        if (records[i].type == TYPE_CNAME)
            target = records[i].data;
    }
    return target;
}

static void answer(void *context, const struct sim_query *query, struct sim_answer *out)
{
    struct world *w = context;
    struct name_buffer end = query->name;
    memset(w, 0, sizeof *w);
    const char *target = put_records(&w->answer, name_of(&end), query->type);
    unsigned aliases = target != NULL;
    if (target != NULL) {
        end = sim_name(target);
        put_records(&w->answer, name_of(&end), query->type);
    }
    const char *zone = zone_of(name_of(&end), query->type);
    struct name_buffer apex = sim_name(zone);
    if (query->type == TYPE_SOA && name_equal(name_of(&apex), name_of(&end)))
        put_soa(&w->answer, zone);
    if (w->answer.count == aliases)
        put_soa(&w->authority, zone);
    *out = (struct sim_answer){.section = &w->answer, .authority = &w->authority};
}

static struct sim *world(struct sim_options options)
{
    options.context = true;
    struct sim *s = sim_new(&options);
    sim_set_model(s, (struct sim_model){.answer = answer, .context = &the_world});
    return s;
}

static struct sim *run_one(const char *name)
{
    struct sim *s = world((struct sim_options){0});
    sim_admit(s, name);
    sim_run(s);
    return s;
}

static void expect_servers(const json_t *record, const char *key, const char *expected)
{
    char text[256] = "";
    for (size_t i = 0; i < sim_count(record, key); i++) {
        char path[32];
        snprintf(path, sizeof path, "%s/%zu", key, i);
        strcat(text, i > 0 ? " " : "");
        strcat(text, sim_text(record, path));
    }
    assert_string_equal(text, expected);
}

/* NULL as a zone stands for null. */
static void expect_zone(const struct sim *s, const char *zone, const char *ns, const char *ds)
{
    const json_t *r = sim_record(s, 1);
    assert_int_equal(sim_is_null(r, "zone"), zone == NULL);
    if (zone != NULL)
        assert_string_equal(sim_text(r, "zone"), zone);
    expect_servers(r, "ns", ns);
    assert_string_equal(sim_text(r, "ds"), ds);
}

static void expect_set_zone(const struct sim *s, const char *zone, const char *ns)
{
    const json_t *r = sim_record(s, 1);
    assert_int_equal(sim_is_null(r, "set_zone"), zone == NULL);
    if (zone != NULL)
        assert_string_equal(sim_text(r, "set_zone"), zone);
    expect_servers(r, "set_ns", ns);
}

static void a_denial_tells_the_zone_without_asking(void **state)
{
    (void)state;
    struct sim *s = run_one("a.example.test");
    sim_expect_empty(s, 1);
    expect_zone(s, "example.test", "ns1.example.test ns2.example.test", "present");
    expect_set_zone(s, NULL, "");
    assert_int_equal(sim_asked(s, "example.test", TYPE_NS), 1);
    assert_int_equal(sim_asked(s, "example.test", TYPE_DS), 1);
    assert_int_equal(sim_sent(s), 3 + 2); /* three levels */
    sim_free(s);
}

static void a_set_does_not_and_the_zone_is_asked_for(void **state)
{
    (void)state;
    struct sim *s = run_one("own.example.test");
    sim_expect_found(s, 1, "own.example.test", "own.example");
    expect_zone(s, "example.test", "ns1.example.test ns2.example.test", "present");
    expect_set_zone(s, "example.test", "ns1.example.test ns2.example.test");
    assert_int_equal(sim_asked(s, "own.example.test", TYPE_SOA), 1);
    assert_int_equal(sim_number(sim_record(s, 1), "queries"), 4);
    sim_free(s);
}

static void a_name_may_begin_a_zone(void **state)
{
    (void)state;
    struct sim *s = run_one("deep.example.test");
    expect_zone(s, "deep.example.test", "ns.deep.example.test", "absent");
    expect_set_zone(s, "deep.example.test", "ns.deep.example.test");
    sim_free(s);
}

/* The cut lies between the name and its parent. */
static void a_set_above_may_lie_in_the_zone_above(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_issue(s, "test", "tld.example");
    sim_admit(s, "a.other.test");
    sim_run(s);
    sim_expect_found(s, 1, "test", "tld.example");
    expect_zone(s, "other.test", "ns.other.test", "absent");
    expect_set_zone(s, "test", "ns.test");
    sim_free(s);
}

static void a_set_behind_an_alias_has_its_own_zone(void **state)
{
    (void)state;
    struct sim *s = run_one("alias.example.test");
    sim_expect_found(s, 1, "alias.example.test", "other.example");
    expect_zone(s, "example.test", "ns1.example.test ns2.example.test", "present");
    expect_set_zone(s, "other.test", "ns.other.test");
    assert_int_equal(sim_asked(s, "alias.example.test", TYPE_SOA), 0);
    assert_int_equal(sim_asked(s, "example.test", TYPE_SOA), 1);
    assert_int_equal(sim_asked(s, "set.other.test", TYPE_SOA), 1);
    assert_int_equal(sim_asked(s, "other.test", TYPE_DS), 0);
    sim_free(s);
}

static void an_alias_within_the_zone_asks_for_no_servers_twice(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.cache_entries = SIM_NO_CACHE});
    sim_admit(s, "sibling.example.test");
    sim_run(s);
    sim_expect_found(s, 1, "sibling.example.test", "own.example");
    expect_set_zone(s, "example.test", "ns1.example.test ns2.example.test");
    assert_int_equal(sim_asked(s, "example.test", TYPE_NS), 1);
    sim_free(s);
}

static void an_alias_into_nothing_is_no_part_of_the_zone_it_leads_to(void **state)
{
    (void)state;
    struct sim *s = run_one("dangling.example.test");
    sim_expect_empty(s, 1);
    expect_zone(s, "example.test", "ns1.example.test ns2.example.test", "present");
    assert_int_equal(sim_asked(s, "dangling.example.test", TYPE_SOA), 0);
    assert_int_equal(sim_asked(s, "example.test", TYPE_SOA), 0); /* its CAA denial told */
    sim_free(s);
}

static void a_zone_is_asked_for_once_by_all_its_names(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.in_flight = 1000});
    sim_admit_many(s, "n", ".example.test", 5000);
    sim_run(s);
    assert_int_equal(sim_asked(s, "example.test", TYPE_NS), 1);
    assert_int_equal(sim_asked(s, "example.test", TYPE_DS), 1);
    assert_int_equal(sim_sent(s), 5000 + 2 + 2);
    json_int_t paid = 0;
    for (uint64_t row = 1; row <= 5000; row++) {
        paid += sim_number(sim_record(s, row), "queries");
        assert_string_equal(sim_text(sim_record(s, row), "zone"), "example.test");
        assert_int_equal(sim_count(sim_record(s, row), "ns"), 2);
    }
    assert_int_equal(paid, (json_int_t)sim_sent(s));
    sim_free(s);
}

static void and_once_more_when_its_ttl_is_over(void **state)
{
    (void)state;
    struct sim *s = run_one("a.brief.test");
    sim_pass(s, 59 * SIM_S);
    sim_admit(s, "b.brief.test");
    sim_run(s);
    assert_int_equal(sim_asked(s, "brief.test", TYPE_NS), 1);
    sim_pass(s, 2 * SIM_S);
    sim_admit(s, "c.brief.test");
    sim_run(s);
    assert_int_equal(sim_asked(s, "brief.test", TYPE_NS), 2);
    sim_free(s);
}

static void a_failure_of_each_question_leaves_its_key_unknown(void **state)
{
    (void)state;
    static const struct {
        uint16_t type;
        const char *zone, *ns, *ds;
    } cases[] = {
        {TYPE_SOA, NULL, "", "unknown"},
        {TYPE_NS, "example.test", "", "present"},
        {TYPE_DS, "example.test", "ns1.example.test ns2.example.test", "unknown"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (unsigned silent = 0; silent < 2; silent++) {
            struct sim *s = world((struct sim_options){0});
            sim_add_rule(s, &(struct sim_rule){.type = cases[i].type,
                                               .fault = silent ? SIM_SILENT : SIM_ANSWERS,
                                               .answer.rcode = RCODE_SERVFAIL});
            sim_admit(s, "own.example.test");
            sim_run(s);
            sim_expect_found(s, 1, "own.example.test", "own.example");
            expect_zone(s, cases[i].zone, cases[i].ns, cases[i].ds);
            expect_set_zone(s, cases[i].zone, cases[i].ns);
            assert_int_equal(sim_held(s), 0);
            sim_free(s);
        }
    }
}

static void servers_behind_an_alias_are_not_the_zones(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    struct sim_section *section = sim_section(s);
    sim_section_alias(section, "example.test", TYPE_CNAME, 300, "other.test");
    sim_section_alias(section, "other.test", TYPE_NS, 300, "ns.other.test");
    sim_add_rule(s, &(struct sim_rule){
                        .name = "example.test", .type = TYPE_NS, .answer = {.section = section}});
    sim_admit(s, "a.example.test");
    sim_run(s);
    expect_zone(s, "example.test", "", "present");
    sim_free(s);
}

static void a_failed_name_has_a_zone_all_the_same(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    sim_add_rule(s, &(struct sim_rule){.name = "own.example.test",
                                       .type = TYPE_CAA,
                                       .answer.rcode = RCODE_SERVFAIL});
    sim_admit(s, "own.example.test");
    sim_run(s);
    sim_expect_failed(s, 1, "servfail", "own.example.test");
    expect_zone(s, "example.test", "ns1.example.test ns2.example.test", "present");
    assert_int_equal(sim_asked(s, "own.example.test", TYPE_SOA), 1); /* the probe */
    sim_free(s);
}

static void where_probes_failed_too_nothing_more_is_asked(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.control = true});
    sim_silence(s, "own.example.test");
    sim_admit(s, "own.example.test");
    sim_run(s);
    sim_expect_failed(s, 1, "timeout", "own.example.test");
    expect_zone(s, NULL, "", "unknown");
    assert_int_equal(sim_sent(s), 4 + 4 * 2);
    sim_free(s);
}

static void zones_are_asked_for_without_validation(void **state)
{
    (void)state;
    struct sim *s = run_one("own.example.test");
    for (size_t i = 0; i < sim_sent(s); i++) {
        struct sim_query q = sim_sent_at(s, i);
        assert_int_equal((q.flags & MESSAGE_CD) != 0, q.type != TYPE_CAA);
    }
    sim_free(s);
}

static void rows_without_a_level_ask_nothing(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){0});
    sim_admit_raw(s,
                  (struct target){.input = (const uint8_t *)"a..b", .input_len = 4, .prefix = ""});
    sim_admit(s, ".");
    sim_run(s);
    expect_zone(s, NULL, "", "unknown");
    assert_int_equal(sim_sent(s), 0);
    sim_free(s);
}

static void the_older_rules_follow(void **state)
{
    (void)state;
    struct sim *s = world((struct sim_options){.alt = true});
    sim_admit(s, "alias.example.test");
    sim_run(s);
    expect_set_zone(s, "other.test", "ns.other.test");
    assert_string_equal(sim_text(sim_record(s, 1), "alt/rfc6844/rrset_owner"), "set.other.test");
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_denial_tells_the_zone_without_asking),
        cmocka_unit_test(a_set_does_not_and_the_zone_is_asked_for),
        cmocka_unit_test(a_name_may_begin_a_zone),
        cmocka_unit_test(a_set_above_may_lie_in_the_zone_above),
        cmocka_unit_test(a_set_behind_an_alias_has_its_own_zone),
        cmocka_unit_test(an_alias_within_the_zone_asks_for_no_servers_twice),
        cmocka_unit_test(an_alias_into_nothing_is_no_part_of_the_zone_it_leads_to),
        cmocka_unit_test(a_zone_is_asked_for_once_by_all_its_names),
        cmocka_unit_test(and_once_more_when_its_ttl_is_over),
        cmocka_unit_test(a_failure_of_each_question_leaves_its_key_unknown),
        cmocka_unit_test(servers_behind_an_alias_are_not_the_zones),
        cmocka_unit_test(a_failed_name_has_a_zone_all_the_same),
        cmocka_unit_test(where_probes_failed_too_nothing_more_is_asked),
        cmocka_unit_test(zones_are_asked_for_without_validation),
        cmocka_unit_test(rows_without_a_level_ask_nothing),
        cmocka_unit_test(the_older_rules_follow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
