/* A line of a record file, read in two ways: whatever the strict scanner accepts, jansson reads the
 * same, field by field; and the line that record_json writes for it scans to the same again. */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "record_json.h"
#include "record_line.h"
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

static void expect_same(const json_t *record, const struct record_view *view)
{
    expect_text(record, "scan", view->scan);
    expect_word(record, "mode", mode_word(view->mode));
    expect_text(record, "vantage", view->vantage);
    expect_int(record, "row", view->row);
    expect_text(record, "prefix", view->prefix);
    expect_int(record, "pass", view->pass);
    expect_int(record, "rank", view->rank);
    expect_text(record, "name", view->name);
    EXPECT(json_is_true(json_object_get(record, "wildcard")) == view->wildcard);
    expect_word(record, "outcome", outcome_word(view->outcome));
    expect_word(record, "error_class", class_word(view->error_class));
    expect_text(record, "error_at", view->error_at);
    expect_word(record, "exists", existence_word(view->exists));
    expect_word(record, "own", outcome_word(view->own));
    expect_text(record, "found_at", view->found_at);
    expect_int(record, "depth", view->depth);
    expect_text(record, "rrset_owner", view->rrset_owner);
    EXPECT((json_array_size(json_object_get(record, "chain")) > 0) == view->aliased);
    expect_set(json_object_get(record, "caa"), &view->set);
    EXPECT((json_array_size(json_object_get(record, "ns")) > 0) == (view->ns.octets != NULL));
    expect_word(record, "dnssec", dnssec_word(view->dnssec));
    expect_int(record, "queries", view->queries);
    expect_int(record, "retries", view->retries);
    expect_date(json_string_value(json_object_get(record, "timestamp")), view->date);
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
    struct caa_text line = caa_text_of(data, len);
    struct record_line reader;
    struct record_view view;
    record_line_init(&reader);
    if (record_line_scan(&reader, line, &view) == RECORD_OK)
        check_accepted(line, &view);
    enum record_status status = record_line_read(&reader, line, &view);
    EXPECT(status == RECORD_OK || *reader.reason != '\0');
    record_line_fini(&reader);
    return 0;
}
