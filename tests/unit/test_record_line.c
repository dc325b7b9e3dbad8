/* Lines of a record file to views: canonical ones, others, and what is refused. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "caascan/schema.h"
#include "record_line.h"

static const char found_line[] =
    "{\"v\":1,\"scan\":\"s\",\"mode\":\"resolver\",\"vantage\":\"here\",\"row\":7,\"prefix\":\"\","
    "\"pass\":1,\"rank\":12,\"input\":\"WWW.example.com\",\"extra\":[\"a\",\"\"],"
    "\"name\":\"www.example.com\",\"wildcard\":false,\"outcome\":\"found\",\"error_class\":null,"
    "\"error_at\":null,\"error_name\":null,\"exists\":\"yes\",\"own\":\"empty\","
    "\"found_at\":\"example.com\",\"depth\":1,\"rrset_owner\":\"example.com\",\"chain\":[],"
    "\"caa\":[{\"flags\":128,\"tag\":\"issue\",\"value\":\"ca.example\",\"ttl\":300,"
    "\"rdata_error\":null,\"rdata\":null},{\"flags\":null,\"tag\":null,\"value\":null,\"ttl\":60,"
    "\"rdata_error\":\"tag_overrun\",\"rdata\":\"8009697373\"}],\"zone\":\"example.com\","
    "\"ns\":[\"ns2.example.net\",\"ns1.example.net\"],\"set_zone\":null,\"set_ns\":[],"
    "\"levels\":[{\"name\":\"www.example.com\",\"outcome\":\"nodata\",\"rtt\":0.000250,\"ede\":[]}]"
    ","
    "\"notes\":[{\"kind\":\"rdata_malformed\",\"at\":\"example.com\",\"detail\":null},"
    "{\"kind\":\"of_a_later_version\",\"at\":null,\"detail\":null}],"
    "\"control\":[{\"at\":\"example.com\",\"server\":null,\"type\":\"A\",\"cd\":false,\"rcode\":0,"
    "\"answered\":true,\"caa\":[]}],\"alt\":null,\"dnssec\":\"secure\",\"ds\":\"present\","
    "\"ad\":true,\"queries\":3,\"retries\":1,\"duration\":0.012345,"
    "\"timestamp\":\"2026-03-01T23:59:59.999Z\"}";

/* A copy of the line with the first `from` replaced; the caller frees it. */
static char *replaced(const char *line, const char *from, const char *to)
{
    const char *at = strstr(line, from);
    assert_non_null(at);
    char *copy = malloc(strlen(line) + strlen(to) + 1);
    assert_non_null(copy);
    sprintf(copy, "%.*s%s%s", (int)(at - line), line, to, at + strlen(from));
    return copy;
}

static void assert_text(struct caa_text text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.octets, expected, text.len);
}

static void assert_found_line(const struct record_view *r)
{
    assert_text(r->scan, "s");
    assert_text(r->vantage, "here");
    assert_text(r->name, "www.example.com");
    assert_text(r->found_at, "example.com");
    assert_text(r->ns, "ns1.example.net");
    assert_null(r->error_at.octets);
    assert_int_equal(r->mode, MODE_RESOLVER);
    assert_int_equal(r->row, 7);
    assert_int_equal(r->rank, 12);
    assert_int_equal(r->date, 20260301);
    assert_int_equal(r->outcome, OUTCOME_FOUND);
    assert_int_equal(r->own, OUTCOME_EMPTY);
    assert_int_equal(r->depth, 1);
    assert_int_equal(r->dnssec, DNSSEC_SECURE);
    assert_int_equal(r->notes, 1u << NOTE_RDATA_MALFORMED);
    assert_true(r->a_probed && r->a_answered);
    assert_int_equal(r->set.count, 2);
    assert_true(r->set.records[0].critical);
    assert_int_equal(r->set.records[0].property, CAA_PROPERTY_ISSUE);
    assert_int_equal(r->set.records[1].rdata_error, RDATA_TAG_OVERRUN);
    assert_true(r->set.records[1].critical);
}

static void the_canonical_line_is_scanned(void **state)
{
    struct record_view view;
    assert_int_equal(record_line_scan(*state, caa_text_from(found_line), &view), RECORD_OK);
    assert_found_line(&view);
}

static void its_keys_are_those_of_the_schema_in_order(void **state)
{
    (void)state;
#define KEY_QUOTED(key, type) "\"" #key "\":",
    static const char *const keys[] = {CAASCAN_KEYS(KEY_QUOTED)};
    const char *at = found_line;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        at = strstr(at, keys[i]);
        assert_non_null(at);
    }
}

static void no_part_of_a_line_is_a_line(void **state)
{
    struct record_view view;
    for (size_t len = 0; len < sizeof found_line - 1; len++) {
        char *copy = malloc(len + 1); /* so that a sanitizer sees a read behind the end */
        assert_non_null(copy);
        memcpy(copy, found_line, len);
        assert_int_equal(record_line_scan(*state, caa_text_of(copy, len), &view), RECORD_BAD);
        free(copy);
    }
}

struct edit {
    const char *what, *from, *to;
};

/* The scanner does not know these spellings; they mean the same. */
static void other_spellings_of_json_mean_the_same(void **state)
{
    static const struct edit edits[] = {
        {"a blank", "{\"v\":1,", "{ \"v\": 1,\t"},
        {"another order", "{\"v\":1,\"scan\":\"s\",", "{\"scan\":\"s\",\"v\":1,"},
        {"another order in the set", "\"flags\":128,\"tag\":\"issue\",",
         "\"tag\":\"issue\",\"flags\":128,"},
        {"an escape that is not needed", "\"value\":\"ca.example\"",
         "\"value\":\"c\\u0061.example\""},
        {"a key of a later version", "\"v\":1,", "\"v\":1,\"later\":{\"a\":[1e9]},"},
        {"an exponent", "\"duration\":0.012345", "\"duration\":1.2345e-2"},
    };
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        struct record_view view;
        char *line = replaced(found_line, edits[i].from, edits[i].to);
        struct caa_text text = caa_text_from(line);
        print_message("%s\n", edits[i].what);
        assert_int_equal(record_line_scan(*state, text, &view), RECORD_BAD);
        assert_int_equal(record_line_read(*state, text, &view), RECORD_OK);
        assert_found_line(&view);
        free(line);
    }
}

static void what_is_no_record_is_refused(void **state)
{
    static const struct edit edits[] = {
        {"no JSON", "{\"v\":1,", "{\"v\":1,,"},
        {"a key twice", "\"v\":1,", "\"v\":1,\"v\":1,"},
        {"a key missing", "\"retries\":1,", ""},
        {"an unknown outcome", "\"outcome\":\"found\"", "\"outcome\":\"lost\""},
        {"a number for a word", "\"scan\":\"s\"", "\"scan\":1"},
        {"a word for a number", "\"row\":7", "\"row\":\"7\""},
        {"a number with a leading zero", "\"row\":7", "\"row\":07"},
        {"a negative number", "\"queries\":3", "\"queries\":-3"},
        {"flags over an octet", "\"flags\":128", "\"flags\":256"},
        {"an octet over 255", "ca.example", "ca\\\\256.example"},
        {"half an escape", "ca.example", "ca\\\\12"},
        {"half a hex digit", "8009697373", "800969737"},
        {"another error than RDATA shows", "tag_overrun", "tag_bad_char"},
        {"a control character", "ca.example", "ca\\u0007.example"},
        {"no schema version", "\"v\":1", "\"v\":null"},
        {"not ASCII", "ca.example", "c\303\244.example"},
        {"a level without end", "\"ede\":[]", "\"ede\":[[[[[[[[[[[]]]]]]]]]]]"},
    };
    struct record_line *reader = *state;
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        struct record_view view;
        char *line = replaced(found_line, edits[i].from, edits[i].to);
        assert_int_equal(record_line_read(reader, caa_text_from(line), &view), RECORD_BAD);
        print_message("%s: %s\n", edits[i].what, reader->reason);
        assert_true(*reader->reason != '\0');
        free(line);
    }
}

static void what_contradicts_itself_is_refused(void **state)
{
    static const struct edit edits[] = {
        {"the level is no ancestor", "\"found_at\":\"example.com\"",
         "\"found_at\":\"example.net\""},
        {"the depth is another", "\"depth\":1", "\"depth\":2"},
        {"more labels climbed than there are", "\"depth\":1", "\"depth\":3"},
        {"found nowhere", "\"found_at\":\"example.com\"", "\"found_at\":null"},
        {"found, and not for certain", "\"error_class\":null", "\"error_class\":\"timeout\""},
        {"own set at an ancestor", "\"own\":\"empty\"", "\"own\":\"found\""},
        {"found behind a failure", "\"own\":\"empty\"", "\"own\":\"indeterminate\""},
        {"empty with a set", "\"outcome\":\"found\"", "\"outcome\":\"empty\""},
        {"failed for no reason", "\"outcome\":\"found\"", "\"outcome\":\"indeterminate\""},
        {"invalid with a name", "\"outcome\":\"found\"", "\"outcome\":\"invalid\""},
        {"no name", "\"name\":\"www.example.com\"", "\"name\":null"},
        {"row 0", "\"row\":7", "\"row\":0"},
        {"no time", "2026-03-01T23:59:59.999Z", "2026-03-01 23:59:59.999Z"},
    };
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        struct record_view view;
        char *line = replaced(found_line, edits[i].from, edits[i].to);
        print_message("%s\n", edits[i].what);
        assert_int_equal(record_line_scan(*state, caa_text_from(line), &view), RECORD_OK);
        assert_int_equal(record_line_read(*state, caa_text_from(line), &view), RECORD_BAD);
        free(line);
    }
}

static void another_version_is_not_just_bad(void **state)
{
    struct record_line *reader = *state;
    struct record_view view;
    char *line = replaced(found_line, "\"v\":1", "\"v\":2");
    assert_int_equal(record_line_read(reader, caa_text_from(line), &view), RECORD_OTHER_VERSION);
    assert_string_equal(reader->reason, "schema version 2, this program reads 1");
    free(line);
}

static void escapes_become_octets(void **state)
{
    struct record_view view;
    char *line = replaced(found_line, "ca.example", "a\\\\000\\\\\\\\\\\"\\\\255 z");
    assert_int_equal(record_line_scan(*state, caa_text_from(line), &view), RECORD_OK);
    struct caa_text value = view.set.records[0].text;
    assert_int_equal(value.len, 7);
    assert_memory_equal(value.octets, "a\0\\\"\377 z", 7);
    free(line);
}

/* A reader that has read one line reads the next as if it were the first. */
static void assert_scanned_alike(struct record_line *used, const char *line)
{
    struct record_line fresh;
    struct record_view expected, view;
    record_line_init(&fresh);
    enum record_status status = record_line_read(&fresh, caa_text_from(line), &expected);
    assert_int_equal(record_line_read(used, caa_text_from(line), &view), status);
    if (status == RECORD_OK) {
        assert_true(caa_text_equal(view.scan, expected.scan));
        assert_true(caa_text_equal(view.vantage, expected.vantage));
        assert_int_equal(view.mode, expected.mode);
        assert_int_equal(view.row, expected.row);
        assert_int_equal(view.date, expected.date);
        assert_int_equal(view.notes, expected.notes);
        assert_int_equal(view.aliased, expected.aliased);
        assert_int_equal(view.a_probed, expected.a_probed);
        assert_int_equal(view.set.count, expected.set.count);
    } else {
        assert_string_equal(used->reason, fresh.reason);
    }
    record_line_fini(&fresh);
}

static void lines_do_not_colour_the_next(void **state)
{
    static const char *const changes[][2] = {
        {"\"scan\":\"s\"", "\"scan\":\"t\""},
        {"\"scan\":\"s\"", "\"scan\":\"a \\\"b\\\"\""},
        {"resolver", "iterate"},
        {"\"here\"", "\"here2\""},
        {"\"here\"", "null"},
        {"\"row\":7", "\"row\":8"},
        {"\"row\":7", "\"row\":null"},
        {"2026-03-01T23", "2026-03-02T23"},
        {"2026-03-01T23", "2026-03-01 23"},
        {"59.999Z", "59.99aZ"},
    };
    char *lines[sizeof changes / sizeof *changes];
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        lines[i] = replaced(found_line, changes[i][0], changes[i][1]);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        assert_scanned_alike(*state, found_line);
        assert_scanned_alike(*state, lines[i]);
        assert_scanned_alike(*state, lines[i]);
        for (size_t j = 0; j < sizeof changes / sizeof *changes; j++)
            assert_scanned_alike(*state, lines[j]);
    }
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        free(lines[i]);
}

static void a_line_ends_where_the_scanner_says(void **state)
{
    struct record_line *reader = *state;
    struct record_view view;
    const size_t len = sizeof found_line - 1;
    char octets[2 * sizeof found_line + 2];
    int written = snprintf(octets, sizeof octets, "%s\n%s\n", found_line, found_line);
    struct caa_text both = caa_text_of(octets, (size_t)written);
    record_line_fini(reader);
    record_line_init(reader);
    assert_int_equal(record_line_next(reader, both, &view), 0); /* no line was read before */
    assert_int_equal(record_line_read(reader, caa_text_before(both, len), &view), RECORD_OK);
    assert_int_equal(record_line_next(reader, both, &view), len);
    assert_found_line(&view);
    assert_ptr_equal(view.parts_scratch, reader->scratch + 2 * len);
    assert_int_equal(record_line_next(reader, caa_text_after(both, len + 1), &view), len);
    for (size_t i = 0; i <= len; i++)
        assert_int_equal(record_line_next(reader, caa_text_before(both, i), &view), 0);
    for (size_t i = 0; i <= len; i++) {
        char octet = octets[i];
        octets[i] = octet == '\n' ? ' ' : '\n';
        assert_int_equal(record_line_next(reader, both, &view), 0);
        octets[i] = octet;
    }
    char *bad = replaced(octets, "\"row\":7", "\"row\":0");
    assert_int_equal(record_line_next(reader, caa_text_from(bad), &view), 0);
    free(bad);
    char *longer = replaced(octets, "\"row\":7", "\"row\":77");
    assert_int_equal(record_line_next(reader, caa_text_from(longer), &view), 0);
    free(longer);
}

static void numbers_of_any_length_are_read(void **state)
{
    for (int64_t number = 1, i = 1; i <= 18; number = number * 10 + (++i) % 10) {
        char text[40];
        struct record_view view;
        snprintf(text, sizeof text, "\"row\":%" PRId64, number);
        char *line = replaced(found_line, "\"row\":7", text);
        assert_int_equal(record_line_scan(*state, caa_text_from(line), &view), RECORD_OK);
        assert_int_equal(view.row, number);
        free(line);
    }
}

static void a_line_too_long_is_not_parsed(void **state)
{
    struct record_line *reader = *state;
    struct record_view view;
    char *line = malloc(RECORD_LINE_LEN_MAX + 1);
    assert_non_null(line);
    memset(line, '[', RECORD_LINE_LEN_MAX + 1);
    struct caa_text text = caa_text_of(line, RECORD_LINE_LEN_MAX + 1);
    assert_int_equal(record_line_read(reader, text, &view), RECORD_BAD);
    assert_string_equal(reader->reason, "longer than 8388608 octets");
    free(line);
}

static int set_up(void **state)
{
    static struct record_line reader;
    record_line_init(&reader);
    *state = &reader;
    return 0;
}

static int tear_down(void **state)
{
    record_line_fini(*state);
    return 0;
}

static uint64_t lead_of(struct record_line *reader, const char *line)
{
    struct record_view view;
    assert_int_equal(record_line_scan(reader, caa_text_from(line), &view), RECORD_OK);
    return view.lead;
}

static void a_lead_is_of_one_scan_mode_and_vantage(void **state)
{
    struct record_line other;
    char *there = replaced(found_line, "\"here\"", "\"there\"");
    record_line_init(&other);
    lead_of(*state, found_line);
    lead_of(&other, there);
    uint64_t here = lead_of(*state, found_line);
    assert_int_not_equal(here, 0);
    assert_int_equal(lead_of(*state, found_line), here);
    assert_int_not_equal(lead_of(&other, there), here);
    assert_int_equal(lead_of(*state, there), 0); /* not compared with the one before */
    assert_int_not_equal(lead_of(*state, there), here);
    record_line_fini(&other);
    free(there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_canonical_line_is_scanned),
        cmocka_unit_test(its_keys_are_those_of_the_schema_in_order),
        cmocka_unit_test(no_part_of_a_line_is_a_line),
        cmocka_unit_test(a_lead_is_of_one_scan_mode_and_vantage),
        cmocka_unit_test(other_spellings_of_json_mean_the_same),
        cmocka_unit_test(what_is_no_record_is_refused),
        cmocka_unit_test(what_contradicts_itself_is_refused),
        cmocka_unit_test(another_version_is_not_just_bad),
        cmocka_unit_test(escapes_become_octets),
        cmocka_unit_test(lines_do_not_colour_the_next),
        cmocka_unit_test(a_line_ends_where_the_scanner_says),
        cmocka_unit_test(numbers_of_any_length_are_read),
        cmocka_unit_test(a_line_too_long_is_not_parsed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
