#include "sim_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const json_t *step(const json_t *at, const char *key)
{
    if (json_is_array(at))
        return json_array_get(at, strtoul(key, NULL, 10));
    return json_object_get(at, key);
}

const json_t *sim_at(const json_t *record, const char *path)
{
    char keys[128];
    assert_true(strlen(path) < sizeof keys);
    strcpy(keys, path);
    char *rest = keys;
    for (char *key; record != NULL && (key = strsep(&rest, "/")) != NULL;)
        record = step(record, key);
    if (record == NULL)
        fail_msg("the record has no %s", path);
    return record;
}

const char *sim_text(const json_t *record, const char *path)
{
    return json_string_value(sim_at(record, path));
}

json_int_t sim_number(const json_t *record, const char *path)
{
    const json_t *value = sim_at(record, path);
    if (!json_is_integer(value))
        fail_msg("%s is no number", path);
    return json_integer_value(value);
}

size_t sim_count(const json_t *record, const char *path)
{
    const json_t *value = sim_at(record, path);
    assert_true(json_is_array(value));
    return json_array_size(value);
}

bool sim_is_null(const json_t *record, const char *path)
{
    return json_is_null(sim_at(record, path));
}

void sim_expect_found(const struct sim *s, uint64_t row, const char *found_at, const char *issuer)
{
    const json_t *record = sim_record(s, row);
    assert_string_equal(sim_text(record, "outcome"), "found");
    assert_string_equal(sim_text(record, "found_at"), found_at);
    assert_string_equal(sim_text(record, "caa/0/value"), issuer);
    assert_true(sim_is_null(record, "error_class"));
}

void sim_expect_empty(const struct sim *s, uint64_t row)
{
    const json_t *record = sim_record(s, row);
    assert_string_equal(sim_text(record, "outcome"), "empty");
    assert_true(sim_is_null(record, "found_at"));
    assert_true(sim_is_null(record, "error_class"));
    assert_int_equal(sim_count(record, "caa"), 0);
}

void sim_expect_failed(const struct sim *s, uint64_t row, const char *error_class,
                       const char *error_at)
{
    const json_t *record = sim_record(s, row);
    assert_string_equal(sim_text(record, "outcome"), "indeterminate");
    assert_string_equal(sim_text(record, "error_class"), error_class);
    assert_string_equal(sim_text(record, "error_at"), error_at);
    assert_int_equal(sim_count(record, "caa"), 0);
}

bool sim_has_note(const struct sim *s, uint64_t row, const char *kind)
{
    const json_t *notes = sim_at(sim_record(s, row), "notes");
    size_t i;
    const json_t *note;
    json_array_foreach (notes, i, note) {
        if (strcmp(json_string_value(json_object_get(note, "kind")), kind) == 0)
            return true;
    }
    return false;
}
