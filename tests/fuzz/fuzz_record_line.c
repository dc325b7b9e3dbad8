/* A line of a record file, read in two ways: whatever the strict scanner accepts, jansson reads the
 * same, field by field; and the line that record_json writes for it scans to the same again. The
 * reader has seen a line before, the one above or the same, and may make no other use of it. */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "record_json.h"
#include "record_line.h"
#include "record_parts.h"
#include "text_escape.h"

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static void expect_text(const json_t *record, const char *key, struct caa_text text)
{
    const json_t *value = json_object_get(record, key);
    EXPECT(value != NULL);
    EXPECT(json_is_null(value) == (text.octets == NULL));
    if (text.octets != NULL)
        EXPECT(
            caa_text_equal(text, caa_text_of(json_string_value(value), json_string_length(value))));
}

static void expect_int(const json_t *record, const char *key, int64_t number)
{
    const json_t *value = json_object_get(record, key);
    EXPECT(value != NULL);
    EXPECT(json_is_null(value) ? number == RECORD_NULL
                               : json_is_integer(value) && json_integer_value(value) == number);
}

static void expect_word(const json_t *record, const char *key, const char *word)
{
    const char *value = json_string_value(json_object_get(record, key));
    EXPECT(strcmp(value != NULL ? value : "", word) == 0);
}

/* The octets that a JSON string of the record stands for. */
static void expect_octets(const json_t *value, struct caa_text text)
{
    size_t len = 0;
    uint8_t *room = malloc(json_string_length(value) + 1);
    EXPECT(room != NULL);
    EXPECT(text_escape_undo(caa_text_of(json_string_value(value), json_string_length(value)), room,
                            &len));
    EXPECT(caa_text_equal(text, caa_text_of(room, len)));
    free(room);
}

static void expect_set(const json_t *list, const struct caa_set *set)
{
    EXPECT(json_array_size(list) == set->count);
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        const json_t *item = json_array_get(list, i);
        if (json_is_null(json_object_get(item, "flags"))) {
            expect_word(item, "rdata_error", rdata_error_word(record->rdata_error));
            continue;
        }
        expect_int(item, "flags", record->flags);
        EXPECT(json_is_null(json_object_get(item, "rdata_error")));
        if (record->rdata_error != RDATA_NONE)
            continue; /* a tag that RDATA can't have */
        expect_octets(json_object_get(item, "tag"), record->tag);
        expect_octets(json_object_get(item, "value"), record->text);
    }
}

static void expect_date(const char *timestamp, unsigned date)
{
    char day[40];
    EXPECT(timestamp != NULL);
    snprintf(day, sizeof day, "%04u-%02u-%02uT", date / 10000, date / 100 % 100, date % 100);
    EXPECT(date == 0 || strncmp(timestamp, day, strlen(day)) == 0);
}

/* The text that a JSON string is; NULL for anything else. */
static void expect_part(const json_t *object, const char *key, struct caa_text text)
{
    const json_t *value = json_object_get(object, key);
    EXPECT(json_is_string(value) == (text.octets != NULL));
    if (text.octets != NULL)
        EXPECT(
            caa_text_equal(text, caa_text_of(json_string_value(value), json_string_length(value))));
}

static void expect_number_is(const json_t *value, int64_t number)
{
    if (json_is_integer(value) && json_integer_value(value) > 0)
        EXPECT(number == json_integer_value(value));
    else
        EXPECT(number == RECORD_NULL || number == 0);
}

static void expect_flag(const json_t *object, const char *key, int64_t flag)
{
    const json_t *value = json_object_get(object, key);
    EXPECT(json_is_boolean(value) ? flag == json_is_true(value) : flag == RECORD_NULL);
}

/* Octets that are the JSON of a value; none where it is missing. */
static void expect_json(const json_t *object, const char *key, struct caa_text json)
{
    const json_t *value = json_object_get(object, key);
    EXPECT((value == NULL) == (json.len == 0));
    if (value == NULL)
        return;
    json_t *parsed = json_loadb((const char *)json.octets, json.len, JSON_DECODE_ANY, NULL);
    EXPECT(parsed != NULL && json_equal(parsed, value));
    json_decref(parsed);
}

static void expect_chain(const json_t *list, const struct record_view *view, struct caa_text json)
{
    struct record_parts parts = record_parts_of(view, json);
    struct record_alias alias;
    size_t count = 0;
    for (; record_chain_next(&parts, &alias); count++) {
        const json_t *item = json_array_get(list, count);
        expect_part(item, "owner", alias.owner);
        expect_part(item, "kind", alias.kind);
        expect_part(item, "target", alias.target);
        expect_number_is(json_object_get(item, "ttl"), alias.ttl);
    }
    EXPECT(count == json_array_size(list));
}

static void expect_tried(const json_t *list, const struct record_view *view, struct caa_text json)
{
    struct record_parts parts = record_parts_of(view, json);
    struct record_try tried;
    size_t count = 0;
    for (; record_tried_next(&parts, &tried); count++) {
        expect_part(json_array_get(list, count), "server", tried.server);
        expect_part(json_array_get(list, count), "result", tried.result);
    }
    EXPECT(count == json_array_size(list));
}

static void expect_ede(const json_t *list, const struct record_view *view, struct caa_text json)
{
    struct record_parts parts = record_parts_of(view, json);
    int64_t number;
    size_t count = 0;
    for (; record_numbers_next(&parts, &number); count++)
        expect_number_is(json_array_get(list, count), number);
    EXPECT(count == json_array_size(list));
}

static void expect_level(const json_t *item, const struct record_view *view,
                         const struct record_level *level)
{
    expect_part(item, "name", level->name);
    expect_part(item, "outcome", level->outcome);
    expect_part(item, "source", level->source);
    expect_part(item, "server", level->server);
    expect_part(item, "protocol", level->protocol);
    expect_part(item, "dnssec", level->dnssec);
    expect_number_is(json_object_get(item, "rcode"), level->rcode);
    expect_number_is(json_object_get(item, "age"), level->age);
    expect_number_is(json_object_get(item, "attempts"), level->attempts);
    expect_flag(item, "ad", level->ad);
    expect_json(item, "rtt", level->rtt_json);
    expect_json(item, "chain", level->chain_json);
    expect_json(item, "ede", level->ede_json);
    expect_json(item, "tried", level->tried_json);
    expect_chain(json_object_get(item, "chain"), view, level->chain_json);
    expect_tried(json_object_get(item, "tried"), view, level->tried_json);
    expect_ede(json_object_get(item, "ede"), view, level->ede_json);
}

static void expect_levels(const json_t *list, const struct record_view *view)
{
    struct record_parts parts = record_parts_of(view, view->levels_json);
    struct record_level level;
    size_t count = 0;
    for (; record_levels_next(&parts, &level); count++)
        expect_level(json_array_get(list, count), view, &level);
    EXPECT(count == json_array_size(list));
}

static void expect_notes(const json_t *list, const struct record_view *view)
{
    struct record_parts parts = record_parts_of(view, view->notes_json);
    struct record_note note;
    size_t count = 0;
    for (; record_notes_next(&parts, &note); count++) {
        expect_part(json_array_get(list, count), "kind", note.kind);
        expect_part(json_array_get(list, count), "at", note.at);
        expect_part(json_array_get(list, count), "detail", note.detail);
    }
    EXPECT(count == json_array_size(list));
}

static void expect_control(const json_t *list, const struct record_view *view)
{
    struct record_parts parts = record_parts_of(view, view->control_json);
    struct record_probe probe;
    size_t count = 0;
    for (; record_control_next(&parts, &probe); count++) {
        const json_t *item = json_array_get(list, count);
        expect_part(item, "at", probe.at);
        expect_part(item, "server", probe.server);
        expect_part(item, "type", probe.type);
        expect_flag(item, "cd", probe.cd);
        expect_number_is(json_object_get(item, "rcode"), probe.rcode);
        expect_flag(item, "answered", probe.answered);
        expect_json(item, "caa", probe.caa_json);
    }
    EXPECT(count == json_array_size(list));
}

static void expect_texts(const json_t *list, const struct record_view *view, struct caa_text json)
{
    struct record_parts parts = record_parts_of(view, json);
    struct caa_text text;
    size_t count = 0;
    for (; record_texts_next(&parts, &text); count++) {
        const json_t *item = json_array_get(list, count);
        EXPECT(json_is_string(item) == (text.octets != NULL));
        if (text.octets != NULL)
            EXPECT(caa_text_equal(text,
                                  caa_text_of(json_string_value(item), json_string_length(item))));
    }
    EXPECT(count == json_array_size(list));
}

static void expect_alternative(const json_t *object, const struct record_alt *alt)
{
    const char *outcome = json_string_value(json_object_get(object, "outcome"));
    if (!alt->asked) {
        for (unsigned i = 0; outcome != NULL && i < OUTCOME_COUNT; i++)
            EXPECT(strcmp(outcome, outcome_word(i)) != 0);
        return;
    }
    EXPECT(outcome != NULL && strcmp(outcome, outcome_word(alt->outcome)) == 0);
    expect_part(object, "found_at", alt->found_at);
    expect_part(object, "rrset_owner", alt->rrset_owner);
    expect_number_is(json_object_get(object, "depth"), alt->depth);
    if (alt->error_class != CLASS_NONE)
        expect_word(object, "error_class", class_word(alt->error_class));
}

/* Lists and objects, as they stand and by their iterators. */
static void expect_parts(const json_t *record, const struct record_view *view)
{
    struct record_alt rfc6844, erratum5065;
    const json_t *alt = json_object_get(record, "alt");
    expect_json(record, "extra", view->extra_json);
    expect_json(record, "chain", view->chain_json);
    expect_json(record, "caa", view->caa_json);
    expect_json(record, "ns", view->ns_json);
    expect_json(record, "set_ns", view->set_ns_json);
    expect_json(record, "levels", view->levels_json);
    expect_json(record, "notes", view->notes_json);
    expect_json(record, "control", view->control_json);
    expect_json(record, "alt", view->alt_json);
    expect_json(record, "duration", view->duration);
    expect_texts(json_object_get(record, "extra"), view, view->extra_json);
    expect_texts(json_object_get(record, "ns"), view, view->ns_json);
    expect_texts(json_object_get(record, "set_ns"), view, view->set_ns_json);
    expect_chain(json_object_get(record, "chain"), view, view->chain_json);
    expect_levels(json_object_get(record, "levels"), view);
    expect_notes(json_object_get(record, "notes"), view);
    expect_control(json_object_get(record, "control"), view);
    record_alt_read(view, &rfc6844, &erratum5065);
    expect_alternative(json_object_get(alt, "rfc6844"), &rfc6844);
    expect_alternative(json_object_get(alt, "erratum5065"), &erratum5065);
}

static void expect_same(const json_t *record, const struct record_view *view)
{
    expect_text(record, "scan", view->scan);
    expect_word(record, "mode", mode_word(view->mode));
    expect_text(record, "vantage", view->vantage);
    expect_int(record, "row", view->row);
    expect_text(record, "prefix", view->prefix);
    expect_int(record, "pass", view->pass);
    expect_int(record, "rank", view->rank);
    expect_text(record, "input", view->input);
    expect_text(record, "name", view->name);
    EXPECT(json_is_true(json_object_get(record, "wildcard")) == view->wildcard);
    expect_word(record, "outcome", outcome_word(view->outcome));
    expect_word(record, "error_class", class_word(view->error_class));
    expect_text(record, "error_at", view->error_at);
    expect_text(record, "error_name", view->error_name);
    expect_word(record, "exists", existence_word(view->exists));
    expect_word(record, "own", outcome_word(view->own));
    expect_text(record, "found_at", view->found_at);
    expect_int(record, "depth", view->depth);
    expect_text(record, "rrset_owner", view->rrset_owner);
    EXPECT((json_array_size(json_object_get(record, "chain")) > 0) == view->aliased);
    expect_set(json_object_get(record, "caa"), &view->set);
    EXPECT((json_array_size(json_object_get(record, "ns")) > 0) == (view->ns.octets != NULL));
    expect_text(record, "zone", view->zone);
    expect_text(record, "set_zone", view->set_zone);
    expect_word(record, "dnssec", dnssec_word(view->dnssec));
    expect_word(record, "ds", ds_word(view->ds));
    expect_flag(record, "ad", view->ad);
    expect_int(record, "queries", view->queries);
    expect_int(record, "retries", view->retries);
    expect_text(record, "timestamp", view->timestamp);
    expect_date(json_string_value(json_object_get(record, "timestamp")), view->date);
    expect_parts(record, view);
}

/* jansson reads all that the scanner accepts, and the line it makes of it is accepted too. */
static void check_accepted(struct caa_text line, const struct record_view *view)
{
    json_t *record = json_loadb((const char *)line.octets, line.len, 0, NULL);
    EXPECT(json_is_object(record));
    expect_same(record, view);

    uint8_t *again = NULL;
    size_t again_len = 0;
    char reason[160];
    enum record_status status =
        record_json_canonical(line, &again, &again_len, reason, sizeof reason);
    if (status == RECORD_OK) { /* else a key stands twice in some object */
        struct record_line reader;
        struct record_view second;
        record_line_init(&reader);
        EXPECT(record_line_scan(&reader, caa_text_of(again, again_len), &second) == RECORD_OK);
        expect_same(record, &second);
        record_line_fini(&reader);
        free(again);
    }
    json_decref(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct caa_text whole = caa_text_of(data, len);
    size_t end = caa_text_find(whole, '\n');
    struct caa_text line = end < len ? caa_text_after(whole, end + 1) : whole;
    struct record_line reader;
    struct record_view view;
    record_line_init(&reader);
    record_line_scan(&reader, caa_text_before(whole, end), &view);
    if (record_line_scan(&reader, line, &view) == RECORD_OK)
        check_accepted(line, &view);
    enum record_status status = record_line_read(&reader, line, &view);
    EXPECT(status == RECORD_OK || *reader.reason != '\0');
    size_t next = record_line_next(&reader, whole, &view);
    EXPECT(next == 0 || (next == end && end < len));
    if (next > 0)
        check_accepted(caa_text_before(whole, next), &view);
    record_line_fini(&reader);
    return 0;
}
