#include "resolution_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"

struct check {
    struct resolution_view *view;
    const char *id, *rules;
};

static const char *shown_class(const struct check *c, const char *expected)
{
    for (size_t i = 0; i < c->view->difference_count; i++) {
        const struct resolution_difference *it = &c->view->differences[i];
        if (strcmp(it->id, c->id) != 0 || strcmp(it->expected, expected) != 0)
            continue;
        c->view->used[i] = true;
        return it->shown;
    }
    return expected;
}

static bool says_error_name(const struct check *c)
{
    for (size_t i = 0; i < c->view->without_error_name_count; i++) {
        if (strcmp(c->view->without_error_name[i], c->id) == 0)
            return false;
    }
    return true;
}

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
                shown_class(c, resolution_text(want, "outcome")));
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
                error_class != NULL ? shown_class(c, error_class) : NULL);
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
    bool says = says_error_name(c);
    c->view->names_withheld += !says;
    expect_name(c, "error_name", member(got, "error_name"), says ? error_name : NULL);
}

/* A resolver says AD, or that a failure is one of validation. Who validates knows it of every row
 * that asks something. A zone that fails below a secure chain is secure, and so is the word of the
 * root, which is all there is in a world without zones. */
static void compare_dnssec(const struct check *c, const json_t *got,
                           const struct resolution_row *row)
{
    const char *want = resolution_text(row->json, "dnssec");
    bool known = strcmp(want, "secure") == 0 || strcmp(want, "bogus") == 0;
    if (c->view->iterates)
        known = json_array_size(json_object_get(got, "levels")) > 0;
    if (c->view->iterates && (strcmp(want, "secure_chain") == 0 || row->zone_count == 0))
        want = "secure";
    expect_same(c, "dnssec", member(got, "dnssec"), known ? want : "unchecked");
}

static bool has_number(const json_t *array, json_int_t number)
{
    size_t i;
    const json_t *it;
    json_array_foreach (array, i, it) {
        if (json_integer_value(it) == number)
            return true;
    }
    return false;
}

/* The reason of a failed validation is at the level that failed, the last one. Where another server
 * answers, or nobody asks, it is nowhere. */
static void compare_ede(const struct check *c, const json_t *got, const struct resolution_row *row)
{
    const json_t *levels = json_object_get(got, "levels");
    const json_t *ede = json_object_get(json_array_get(levels, json_array_size(levels) - 1), "ede");
    size_t i;
    const json_t *behaviour;
    json_array_foreach (json_object_get(row->json, "behaviors"), i, behaviour) {
        json_int_t want = json_integer_value(json_object_get(behaviour, "ede"));
        if (want != 0 && !has_number(ede, want))
            fail_msg("%s ede: no %lld", c->id, (long long)want);
    }
}

/* What the row expects by these rules. Where iteration gets further than a resolver, it does so by
 * all rules alike. */
static const json_t *expected(const struct check *c, const struct resolution_row *row)
{
    const json_t *iterate = json_object_get(row->json, "expect_iterate");
    if (!c->view->iterates || iterate == NULL)
        return json_object_get(json_object_get(row->json, "expect"), c->rules);
    const json_t *own = json_object_get(iterate, c->rules);
    return own != NULL ? own : json_object_get(iterate, "rfc8659");
}

/* The details that the row gives: expect_iterate leaves some out. */
static void compare_details(const struct check *c, const json_t *got, const json_t *want)
{
    bool is_whole = json_object_get(want, "levels") != NULL;
    if (!is_whole) {
        assert_true(c->view->iterates);
        return;
    }
    compare_chain(c, json_object_get(got, "chain"), json_object_get(want, "chain"));
    compare_set(c, json_object_get(got, "caa"), want);
    compare_levels(c, json_object_get(got, "levels"), json_object_get(want, "levels"));
    const json_t *lookups = json_object_get(want, "lookups");
    if (lookups != NULL)
        expect_number(c, "lookups", (json_int_t)sim_count(got, "levels"),
                      json_integer_value(lookups));
}

void resolution_compare(struct resolution_view *view, const struct resolution_row *row,
                        const json_t *record)
{
    struct check c = {view, row->id, "rfc8659"};
    const json_t *want = expected(&c, row);
    compare_verdict(&c, record, want);
    compare_failure(&c, record, want);
    compare_details(&c, record, want);
    compare_dnssec(&c, record, row);
    if (strcmp(resolution_text(want, "outcome"), "indeterminate") == 0)
        compare_ede(&c, record, row);
    if (strcmp(member(record, "outcome"), "invalid") == 0) {
        assert_true(sim_is_null(record, "alt"));
        return;
    }
    static const char *const rules[] = {"rfc6844", "erratum5065"};
    for (size_t i = 0; i < 2; i++) {
        c.rules = rules[i];
        compare_verdict(&c, json_object_get(json_object_get(record, "alt"), rules[i]),
                        expected(&c, row));
    }
}

void resolution_check_used(const struct resolution_view *view)
{
    for (size_t i = 0; i < view->difference_count; i++) {
        const struct resolution_difference *it = &view->differences[i];
        if (!view->used[i] || strcmp(it->expected, it->shown) == 0)
            fail_msg("%s is no difference", it->id);
    }
}

uint64_t resolution_admit(struct sim *s, const struct resolution_row *row, struct name_buffer *name)
{
    const json_t *query = json_object_get(row->json, "query");
    const char *text = resolution_text(query, "name");
    const char *input = resolution_text(query, "input");
    if (!name_from_text(name, (const uint8_t *)text, strlen(text)))
        name->len = 0;
    return sim_admit_raw(
        s, (struct target){.rank = -1,
                           .input = (const uint8_t *)input,
                           .input_len = (uint16_t)strlen(input),
                           .prefix = "",
                           .wildcard = json_is_true(json_object_get(query, "wildcard_request")),
                           .name = name_of(name)});
}
