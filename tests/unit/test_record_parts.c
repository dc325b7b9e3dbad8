/* Lists inside a record, read from the lines of the fuzzer's seeds, which hold every shape. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "record_line.h"
#include "record_parts.h"

static struct record_line reader;
static char line[1 << 14];

static struct record_view seed(const char *name)
{
    char path[1000];
    struct record_view view;
    snprintf(path, sizeof path, TEST_DATA "/fuzz/corpus/record_line/%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(line, 1, sizeof line, file);
    fclose(file);
    assert_int_equal(record_line_scan(&reader, caa_text_of(line, len), &view), RECORD_OK);
    return view;
}

static void assert_text(struct caa_text text, const char *expected)
{
    assert_non_null(text.octets);
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.octets, expected, text.len);
}

static void scalars_are_kept(void **state)
{
    (void)state;
    struct record_view view = seed("parts");
    assert_text(view.input, "WWW.\"parts\".example");
    assert_text(view.error_name, "x.example");
    assert_text(view.zone, "parts.example");
    assert_text(view.set_zone, "cdn.example");
    assert_text(view.timestamp, "2026-03-01T12:00:00.000Z");
    assert_text(view.duration, "0.00125");
    assert_int_equal(view.ds, DS_UNKNOWN);
    assert_int_equal(view.ad, RECORD_NULL);
    assert_int_equal(seed("found").ad, 0);
}

static void levels_have_their_evidence(void **state)
{
    (void)state;
    struct record_view view = seed("parts");
    struct record_parts levels = record_parts_of(&view, view.levels_json);
    struct record_level level;
    assert_true(record_levels_next(&levels, &level));
    assert_text(level.name, "www.parts.example");
    assert_text(level.outcome, "nodata");
    assert_text(level.source, "cached");
    assert_text(level.protocol, "tcp");
    assert_text(level.rtt_json, "0.0005");
    assert_int_equal(level.age, 7);
    assert_int_equal(level.attempts, 3);
    assert_int_equal(level.ad, 1);

    struct record_parts tried = record_parts_of(&view, level.tried_json);
    struct record_try failed;
    assert_true(record_tried_next(&tried, &failed));
    assert_true(record_tried_next(&tried, &failed));
    assert_text(failed.result, "servfail");
    assert_false(record_tried_next(&tried, &failed));

    struct record_parts ede = record_parts_of(&view, level.ede_json);
    int64_t code;
    assert_true(record_numbers_next(&ede, &code));
    assert_int_equal(code, 22);

    assert_true(record_levels_next(&levels, &level));
    assert_int_equal(level.ad, RECORD_NULL);
    assert_text(level.server, "2001:db8::1");
    assert_false(record_levels_next(&levels, &level));
    assert_false(record_levels_next(&levels, &level));
}

static void strings_lose_the_escapes_of_json_alone(void **state)
{
    (void)state;
    struct record_view view = seed("parts");
    struct record_parts chain = record_parts_of(&view, view.chain_json);
    struct record_parts extra = record_parts_of(&view, view.extra_json);
    struct record_alias alias;
    struct caa_text first, second;
    assert_true(record_chain_next(&chain, &alias));
    assert_true(record_texts_next(&extra, &first));
    assert_true(record_texts_next(&extra, &second));
    assert_text(alias.target, "cdn\\\\009.example");
    assert_int_equal(alias.ttl, 300);
    assert_text(first, "a\"b");
    assert_text(second, "c\\\\d");
    assert_false(record_texts_next(&extra, &second));
}

static void notes_and_probes(void **state)
{
    (void)state;
    struct record_view view = seed("parts");
    struct record_parts notes = record_parts_of(&view, view.notes_json);
    struct record_parts control = record_parts_of(&view, view.control_json);
    struct record_note note;
    struct record_probe probe;
    assert_true(record_notes_next(&notes, &note));
    assert_text(note.detail, "presence");
    assert_true(record_notes_next(&notes, &note));
    assert_null(note.at.octets);
    assert_true(record_control_next(&control, &probe));
    assert_int_equal(probe.answered, 1);
    assert_true(record_control_next(&control, &probe));
    assert_text(probe.type, "CAA");
    assert_int_equal(probe.cd, 1);
    assert_int_equal(probe.rcode, RECORD_NULL);
    assert_false(record_control_next(&control, &probe));
}

static void alternatives(void **state)
{
    (void)state;
    struct record_alt rfc6844, erratum5065;
    struct record_view view = seed("parts");
    record_alt_read(&view, &rfc6844, &erratum5065);
    assert_true(rfc6844.asked && erratum5065.asked);
    assert_int_equal(rfc6844.outcome, OUTCOME_FOUND);
    assert_int_equal(rfc6844.depth, 2);
    assert_int_equal(erratum5065.error_class, CLASS_TIMEOUT);
    assert_int_equal(erratum5065.depth, RECORD_NULL);
    view = seed("found");
    record_alt_read(&view, &rfc6844, &erratum5065);
    assert_false(rfc6844.asked || erratum5065.asked);
}

static void what_the_schema_does_not_have_is_null(void **state)
{
    (void)state;
    struct record_view view = seed("parts_of_other_shapes");
    struct record_parts levels = record_parts_of(&view, view.levels_json);
    struct record_level level;
    for (int i = 0; i < 4; i++) {
        assert_true(record_levels_next(&levels, &level));
        assert_null(level.name.octets);
        assert_int_equal(level.rcode, RECORD_NULL);
    }
    assert_true(record_levels_next(&levels, &level));
    assert_text(level.name, "late");
    assert_int_equal(level.age, RECORD_NULL);
    assert_int_equal(level.rcode, RECORD_NULL);
    assert_int_equal(level.ad, RECORD_NULL);

    struct record_alt rfc6844, erratum5065;
    record_alt_read(&view, &rfc6844, &erratum5065);
    assert_false(rfc6844.asked || erratum5065.asked);
}

static void a_view_without_a_line_has_no_parts(void **state)
{
    (void)state;
    struct record_view view = {0};
    struct record_parts parts = record_parts_of(&view, view.levels_json);
    struct record_level level;
    assert_false(record_levels_next(&parts, &level));
}

static int tear_down(void **state)
{
    (void)state;
    record_line_fini(&reader);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_are_kept),
        cmocka_unit_test(levels_have_their_evidence),
        cmocka_unit_test(strings_lose_the_escapes_of_json_alone),
        cmocka_unit_test(notes_and_probes),
        cmocka_unit_test(alternatives),
        cmocka_unit_test(what_the_schema_does_not_have_is_null),
        cmocka_unit_test(a_view_without_a_line_has_no_parts),
    };
    record_line_init(&reader);
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
