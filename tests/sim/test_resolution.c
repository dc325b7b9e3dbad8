/* Every row of tests/lab/resolution.jsonl, as a resolver shows its world. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "resolver_model.h"
#include "sim_check.h"

#define ROWS 90u

/* Where the row names what the scanner would see at the authority, and the resolver in between
 * shows something else. Keyed by row and the class expected there. */
struct difference {
    const char *id, *expected, *shown, *reason;
};

#define RESOLVER_FAILS "servfail"

static const struct difference differences[] = {
    {"R081", "timeout", RESOLVER_FAILS, "the resolver waits for the silent server, then fails"},
    {"R106", "timeout", RESOLVER_FAILS, "the resolver waits for the silent server, then fails"},
    {"R084", "notimp", RESOLVER_FAILS, "an authority's rcode is not passed on"},
    {"R085", "refused", RESOLVER_FAILS, "an authority's rcode is not passed on"},
    {"R092", "badvers", RESOLVER_FAILS, "an authority's rcode is not passed on"},
    {"R093", "rcode_other", RESOLVER_FAILS, "an authority's rcode is not passed on"},
    {"R130", "refused", RESOLVER_FAILS, "an authority's rcode is not passed on"},
    {"R095", "truncated_no_tcp", RESOLVER_FAILS, "it is the resolver that gets no TCP"},
    {"R096", "truncated_no_tcp", RESOLVER_FAILS, "it is the resolver that gets no TCP"},
    {"R098", "id_mismatch", RESOLVER_FAILS, "the resolver drops the mismatch itself"},
    {"R099", "qr_not_set", RESOLVER_FAILS, "the resolver drops the mismatch itself"},
    {"R104", "no_ns_address", RESOLVER_FAILS, "delegations are the resolver's business"},
    {"R135", "ns_private_address", RESOLVER_FAILS, "delegations are the resolver's business"},
};
#define DIFFERENCES (sizeof differences / sizeof *differences)

/* The resolver's SERVFAIL does not say which name on the alias chain failed. */
static const char *const without_error_name[] = {"R133"};
#define WITHOUT_ERROR_NAME (sizeof without_error_name / sizeof *without_error_name)

static bool used[DIFFERENCES];
static size_t names_withheld;

static const char *shown_class(const char *id, const char *expected)
{
    for (size_t i = 0; i < DIFFERENCES; i++) {
        if (strcmp(differences[i].id, id) != 0 || strcmp(differences[i].expected, expected) != 0)
            continue;
        used[i] = true;
        return differences[i].shown;
    }
    return expected;
}

static bool says_error_name(const char *id)
{
    for (size_t i = 0; i < WITHOUT_ERROR_NAME; i++) {
        if (strcmp(without_error_name[i], id) == 0)
            return false;
    }
    return true;
}

/* ---- comparing; every complaint names row and member ---- */

struct check {
    const char *id, *rules;
};

static void expect_same(const struct check *c, const char *what, const char *got, const char *want)
{
    if (got == NULL || want == NULL ? got != want : strcmp(got, want) != 0)
        fail_msg("%s %s %s: %s, expected %s", c->id, c->rules, what, got != NULL ? got : "null",
                 want != NULL ? want : "null");
}

/* The rows write names with a final dot, records without. */
static void expect_name(const struct check *c, const char *what, const char *got, const char *want)
{
    char text[NAME_TEXT_MAX + 1];
    if (want != NULL) {
        size_t len = strlen(want);
        assert_true(len > 0 && len < sizeof text);
        memcpy(text, want, len + 1);
        if (len > 1 && text[len - 1] == '.')
            text[len - 1] = '\0';
    }
    expect_same(c, what, got, want != NULL ? text : NULL);
}

static void expect_number(const struct check *c, const char *what, json_int_t got, json_int_t want)
{
    if (got != want)
        fail_msg("%s %s %s: %lld, expected %lld", c->id, c->rules, what, (long long)got,
                 (long long)want);
}

static const char *member(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void compare_chain(const struct check *c, const json_t *got, const json_t *want)
{
    expect_number(c, "aliases", (json_int_t)json_array_size(got),
                  (json_int_t)json_array_size(want));
    size_t i;
    const json_t *alias;
    json_array_foreach (want, i, alias) {
        const json_t *mine = json_array_get(got, i);
        expect_name(c, "alias owner", member(mine, "owner"), member(alias, "owner"));
        expect_name(c, "alias target", member(mine, "target"), member(alias, "target"));
        expect_same(c, "alias kind", member(mine, "kind"), member(alias, "kind"));
    }
}

static void compare_record(const struct check *c, const json_t *got, const json_t *want)
{
    if (member(want, "rdata_error") != NULL) {
        expect_same(c, "rdata_error", member(got, "rdata_error"), member(want, "rdata_error"));
        expect_same(c, "rdata", member(got, "rdata"), member(want, "rdata"));
        return;
    }
    expect_number(c, "flags", sim_number(got, "flags"), sim_number(want, "flags"));
    expect_same(c, "tag", member(got, "tag"), member(want, "tag"));
    expect_same(c, "value", member(got, "value"), member(want, "value"));
}

static void compare_set(const struct check *c, const json_t *got, const json_t *want)
{
    const json_t *count = json_object_get(want, "rrset_count");
    const json_t *set = json_object_get(want, "rrset");
    json_int_t expected =
        count != NULL ? json_integer_value(count) : (json_int_t)json_array_size(set);
    expect_number(c, "records", (json_int_t)json_array_size(got), expected);
    size_t i;
    const json_t *record;
    json_array_foreach (set, i, record)
        compare_record(c, json_array_get(got, i), record);
}

static void compare_level(const struct check *c, const json_t *got, const json_t *want)
{
    expect_name(c, "level", member(got, "name"), member(want, "name"));
    expect_same(c, "level outcome", member(got, "outcome"),
                shown_class(c->id, resolution_text(want, "outcome")));
    const json_t *chain = json_object_get(want, "chain");
    if (chain != NULL)
        compare_chain(c, json_object_get(got, "chain"), chain);
}

/* All levels, or {count, first, last} where there are too many to list. */
static void compare_levels(const struct check *c, const json_t *got, const json_t *want)
{
    if (json_is_array(want)) {
        expect_number(c, "levels", (json_int_t)json_array_size(got),
                      (json_int_t)json_array_size(want));
        size_t i;
        const json_t *level;
        json_array_foreach (want, i, level)
            compare_level(c, json_array_get(got, i), level);
        return;
    }
    size_t count = (size_t)sim_number(want, "count");
    expect_number(c, "levels", (json_int_t)json_array_size(got), (json_int_t)count);
    expect_same(c, "first level", member(json_array_get(got, 0), "outcome"), member(want, "first"));
    expect_same(c, "last level", member(json_array_get(got, count - 1), "outcome"),
                member(want, "last"));
}

/* What record and alternative verdict have in common. */
static void compare_verdict(const struct check *c, const json_t *got, const json_t *want)
{
    expect_same(c, "outcome", member(got, "outcome"), resolution_text(want, "outcome"));
    const char *error_class = member(want, "error_class");
    expect_same(c, "error_class", member(got, "error_class"),
                error_class != NULL ? shown_class(c->id, error_class) : NULL);
    expect_name(c, "found_at", member(got, "found_at"), member(want, "found_at"));
    expect_name(c, "rrset_owner", member(got, "rrset_owner"), member(want, "rrset_owner"));
    const json_t *depth = json_object_get(want, "depth");
    if (depth == NULL)
        assert_true(json_is_null(json_object_get(got, "depth")));
    else
        expect_number(c, "depth", sim_number(got, "depth"), json_integer_value(depth));
}

static void compare_failure(const struct check *c, const json_t *got, const json_t *want)
{
    expect_name(c, "error_at", member(got, "error_at"), member(want, "error_at"));
    const char *error_name = member(want, "error_name");
    if (error_name == NULL)
        return;
    bool says = says_error_name(c->id);
    names_withheld += !says;
    expect_name(c, "error_name", member(got, "error_name"), says ? error_name : NULL);
}

/* The resolver's view: AD, or a failure that it says is one of validation. */
static void compare_dnssec(const struct check *c, const json_t *got, const char *want)
{
    bool known = strcmp(want, "secure") == 0 || strcmp(want, "bogus") == 0;
    expect_same(c, "dnssec", member(got, "dnssec"), known ? want : "unchecked");
}

static void compare_row(const struct resolution_row *row, const json_t *got)
{
    struct check c = {row->id, "rfc8659"};
    const json_t *expect = json_object_get(row->json, "expect");
    const json_t *want = json_object_get(expect, "rfc8659");
    compare_verdict(&c, got, want);
    compare_failure(&c, got, want);
    compare_chain(&c, json_object_get(got, "chain"), json_object_get(want, "chain"));
    compare_set(&c, json_object_get(got, "caa"), want);
    compare_levels(&c, json_object_get(got, "levels"), json_object_get(want, "levels"));
    compare_dnssec(&c, got, resolution_text(row->json, "dnssec"));
    const json_t *lookups = json_object_get(want, "lookups");
    if (lookups != NULL)
        expect_number(&c, "lookups", (json_int_t)sim_count(got, "levels"),
                      json_integer_value(lookups));
    if (strcmp(member(got, "outcome"), "invalid") == 0) {
        assert_true(sim_is_null(got, "alt"));
        return;
    }
    static const char *const rules[] = {"rfc6844", "erratum5065"};
    for (size_t i = 0; i < 2; i++) {
        c.rules = rules[i];
        compare_verdict(&c, json_object_get(json_object_get(got, "alt"), rules[i]),
                        json_object_get(expect, rules[i]));
    }
}

static void run_row(const struct resolution_row *row)
{
    struct sim *s = sim_new(&(struct sim_options){.alt = true, .in_flight = 2});
    struct resolver_model model = {row, sim_section(s)};
    sim_set_model(s, (struct sim_model){resolver_model_answer, &model});
    const json_t *query = json_object_get(row->json, "query");
    const char *name = resolution_text(query, "name");
    const char *input = resolution_text(query, "input");
    struct name_buffer buffer = {.len = 0};
    if (!name_from_text(&buffer, (const uint8_t *)name, strlen(name)))
        buffer.len = 0;
    uint64_t number = sim_admit_raw(
        s, (struct target){.rank = -1,
                           .input = (const uint8_t *)input,
                           .input_len = (uint16_t)strlen(input),
                           .prefix = "",
                           .wildcard = json_is_true(json_object_get(query, "wildcard_request")),
                           .name = name_of(&buffer)});
    sim_run(s);
    compare_row(row, sim_record(s, number));
    sim_free(s);
}

static void every_row_is_as_a_resolver_shows_it(void **state)
{
    (void)state;
    struct resolution_rows rows;
    resolution_rows_load(&rows, TEST_DATA "/lab/resolution.jsonl");
    assert_int_equal(rows.count, ROWS);
    for (size_t i = 0; i < rows.count; i++)
        run_row(&rows.list[i]);
    resolution_rows_free(&rows);
}

/* A line that no row needs would hide a later mistake. */
static void every_listed_difference_is_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < DIFFERENCES; i++) {
        assert_true(used[i]);
        assert_string_not_equal(differences[i].expected, differences[i].shown);
    }
    assert_int_equal(names_withheld, WITHOUT_ERROR_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_as_a_resolver_shows_it),
        cmocka_unit_test(every_listed_difference_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
