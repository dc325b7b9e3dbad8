#include "record_json.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "caascan/schema.h"

#define DEPTH_MAX 8 /* as the strict scanner has it */

/* The canonical line in the making. A failed allocation sticks. */
struct line_buffer {
    uint8_t *octets;
    size_t len, cap;
    bool no_memory;
    bool too_deep;
};

static void put(struct line_buffer *b, const char *octets, size_t len)
{
    if (b->no_memory)
        return;
    if (b->cap - b->len < len) {
        size_t cap = 2 * (b->len + len) + 1024;
        uint8_t *grown = realloc(b->octets, cap);
        if (grown == NULL) {
            b->no_memory = true;
            return;
        }
        b->octets = grown;
        b->cap = cap;
    }
    if (len > 0)
        memcpy(b->octets + b->len, octets, len);
    b->len += len;
}

static void put_word(struct line_buffer *b, const char *word)
{
    put(b, word, strlen(word));
}

static void put_string(struct line_buffer *b, const char *octets, size_t len)
{
    put(b, "\"", 1);
    for (size_t i = 0; i < len; i++) {
        if (octets[i] == '"' || octets[i] == '\\')
            put(b, "\\", 1);
        put(b, octets + i, 1);
    }
    put(b, "\"", 1);
}

static void put_value(struct line_buffer *b, const json_t *value, unsigned depth);

static void put_array(struct line_buffer *b, const json_t *array, unsigned depth)
{
    put(b, "[", 1);
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i > 0)
            put(b, ",", 1);
        put_value(b, json_array_get(array, i), depth);
    }
    put(b, "]", 1);
}

static void put_member(struct line_buffer *b, const char *key, const json_t *value, unsigned depth)
{
    if (b->len > 0 && b->octets[b->len - 1] != '{')
        put(b, ",", 1);
    put_string(b, key, strlen(key));
    put(b, ":", 1);
    put_value(b, value, depth);
}

/* The keys whose order the strict scanner knows, in that order; the others of an object follow. */
static const char *const ordered_keys[] = {
    "kind",   "flags", "tag", "value", "ttl",      "rdata_error", "rdata",  "at",
    "server", "type",  "cd",  "rcode", "answered", "caa",         "detail",
};

#define ORDERED_COUNT (sizeof ordered_keys / sizeof *ordered_keys)

static bool is_ordered(const char *key)
{
    for (size_t i = 0; i < ORDERED_COUNT; i++) {
        if (strcmp(key, ordered_keys[i]) == 0)
            return true;
    }
    return false;
}

static void put_object(struct line_buffer *b, json_t *object, unsigned depth)
{
    put(b, "{", 1);
    for (size_t i = 0; i < ORDERED_COUNT; i++) {
        const json_t *value = json_object_get(object, ordered_keys[i]);
        if (value != NULL)
            put_member(b, ordered_keys[i], value, depth);
    }
    const char *key;
    json_t *value;
    json_object_foreach (object, key, value) {
        if (!is_ordered(key))
            put_member(b, key, value, depth);
    }
    put(b, "}", 1);
}

static void put_number(struct line_buffer *b, const json_t *value)
{
    char digits[400];
    if (json_is_integer(value))
        snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        snprintf(digits, sizeof digits, "%.6f", json_real_value(value));
    put_word(b, digits);
}

static void put_value(struct line_buffer *b, const json_t *value, unsigned depth)
{
    if (depth > DEPTH_MAX) {
        b->too_deep = true;
        return;
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        put_object(b, (json_t *)value, depth + 1);
        break;
    case JSON_ARRAY:
        put_array(b, value, depth + 1);
        break;
    case JSON_STRING:
        put_string(b, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        put_number(b, value);
        break;
    default:
        put_word(b, json_is_null(value) ? "null" : json_is_true(value) ? "true" : "false");
    }
}

static void explain(char *reason, size_t cap, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, cap, format, arguments);
    va_end(arguments);
    for (char *p = reason; *p != '\0'; p++) {
        if (*p < 0x20 || *p > 0x7E)
            *p = '?';
    }
}

#define KEY_NAME(key, type) #key,
static const char *const key_names[] = {CAASCAN_KEYS(KEY_NAME)};

/* Is `v` there, and ours? */
static enum record_status check_version(const json_t *record, char *reason, size_t reason_cap)
{
    const json_t *version = json_object_get(record, "v");
    if (!json_is_integer(version)) {
        explain(reason, reason_cap, "no record: key v is no number");
        return RECORD_BAD;
    }
    if (json_integer_value(version) == CAASCAN_SCHEMA_VERSION)
        return RECORD_OK;
    explain(reason, reason_cap, "schema version %" JSON_INTEGER_FORMAT ", this program reads %d",
            json_integer_value(version), CAASCAN_SCHEMA_VERSION);
    return RECORD_OTHER_VERSION;
}

static enum record_status put_record(struct line_buffer *b, const json_t *record, char *reason,
                                     size_t reason_cap)
{
    enum record_status status = check_version(record, reason, reason_cap);
    if (status != RECORD_OK)
        return status;
    put(b, "{", 1);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const json_t *value = json_object_get(record, key_names[i]);
        if (value == NULL) {
            explain(reason, reason_cap, "key %s is missing", key_names[i]);
            return RECORD_BAD;
        }
        put_member(b, key_names[i], value, 1);
    }
    put(b, "}", 1);
    if (b->too_deep) {
        explain(reason, reason_cap, "values are nested too deep");
        return RECORD_BAD;
    }
    return b->no_memory ? RECORD_NO_MEMORY : RECORD_OK;
}

enum record_status record_json_canonical(struct caa_text line, uint8_t **out, size_t *out_len,
                                         char *reason, size_t reason_cap)
{
    json_error_t error;
    json_t *record =
        json_loadb((const char *)line.octets, line.len, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(record)) {
        explain(reason, reason_cap, "no JSON object%s%s", record == NULL ? ": " : "",
                record == NULL ? error.text : "");
        json_decref(record);
        return RECORD_BAD;
    }
    struct line_buffer b = {0};
    enum record_status status = put_record(&b, record, reason, reason_cap);
    json_decref(record);
    if (status != RECORD_OK) {
        free(b.octets);
        return status;
    }
    *out = b.octets;
    *out_len = b.len;
    return RECORD_OK;
}
