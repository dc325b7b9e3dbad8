/* The CAA set of a record: from what was read before, or record by record. */
#include <stdlib.h>
#include <string.h>

#include "record_line_parts.h"
#include "text_escape.h"

/* A string with the record's own escapes undone too. */
static struct caa_text take_octets(struct json_cursor *c)
{
    struct caa_text text = json_cursor_string(c);
    if (!caa_text_has(text, '\\'))
        return text;
    uint8_t *out = c->scratch;
    size_t len = 0;
    if (!text_escape_undo(text, out, &len))
        json_cursor_fail(c);
    c->scratch += len;
    return caa_text_of(out, len);
}

/* Makes room for one more record of the set; the array is kept from line to line. */
static struct caa_record *next_caa(struct json_cursor *c, struct record_line *reader, size_t count)
{
    if (count == reader->caa_cap) {
        size_t cap = reader->caa_cap == 0 ? 16 : reader->caa_cap * 2;
        struct caa_record *grown = realloc(reader->caa, cap * sizeof *grown);
        if (grown == NULL) {
            reader->no_memory = true;
            json_cursor_fail(c);
            return NULL;
        }
        reader->caa = grown;
        reader->caa_cap = cap;
    }
    return &reader->caa[count];
}

/* Octets of the hexadecimal text that stands next. */
static struct caa_text take_hex(struct json_cursor *c)
{
    struct caa_text text = json_cursor_string(c);
    uint8_t *out = c->scratch;
    if (!text_escape_from_hex(text, out))
        json_cursor_fail(c);
    c->scratch += text.len / 2;
    return caa_text_of(out, text.len / 2);
}

/* The rest of a malformed record, behind `"flags":null,`: its error must be what RDATA shows. */
static struct caa_record take_malformed(struct json_cursor *c)
{
    JSON_CURSOR_TAKE(c, "\"tag\":null,\"value\":null,\"ttl\":");
    json_cursor_int_or_null(c);
    JSON_CURSOR_TAKE(c, ",\"rdata_error\":");
    unsigned error = json_cursor_word(c, rdata_error_word, RDATA_COUNT);
    JSON_CURSOR_TAKE(c, ",\"rdata\":");
    struct caa_text rdata = take_hex(c);
    struct caa_record record = caa_record_from_rdata(rdata.octets, rdata.len);
    if (error == RDATA_NONE || record.rdata_error != error)
        json_cursor_fail(c);
    return record;
}

/* What a record is made of, behind `"flags":`. */
static struct caa_record take_property(struct json_cursor *c)
{
    int64_t flags = json_cursor_int(c);
    JSON_CURSOR_TAKE(c, ",\"tag\":");
    struct caa_text tag = take_octets(c);
    JSON_CURSOR_TAKE(c, ",\"value\":");
    struct caa_text value = take_octets(c);
    if (flags > UINT8_MAX || tag.len > UINT8_MAX || tag.len + value.len + 2 > UINT16_MAX)
        json_cursor_fail(c);
    if (!c->ok)
        return (struct caa_record){0};
    return caa_record_from_parts((uint8_t)flags, tag, value);
}

/* The rest of a record that is not malformed. */
static void skip_ttl(struct json_cursor *c)
{
    JSON_CURSOR_TAKE(c, ",\"ttl\":");
    json_cursor_int(c);
    JSON_CURSOR_TAKE(c, ",\"rdata_error\":null,\"rdata\":null}");
}

static struct caa_set take_records(struct json_cursor *c, struct record_line *reader)
{
    size_t count = 0;
    JSON_CURSOR_TAKE(c, "[");
    if (JSON_CURSOR_TRY(c, "]"))
        return (struct caa_set){0};
    do {
        JSON_CURSOR_TAKE(c, "{\"flags\":");
        struct caa_record *record = next_caa(c, reader, count);
        if (record == NULL)
            return (struct caa_set){0};
        if (JSON_CURSOR_TRY(c, "null,")) {
            *record = take_malformed(c);
            JSON_CURSOR_TAKE(c, "}");
        } else {
            *record = take_property(c);
            skip_ttl(c);
        }
        count++;
    } while (JSON_CURSOR_TRY(c, ","));
    JSON_CURSOR_TAKE(c, "]");
    return (struct caa_set){reader->caa, count};
}

/* The octets of one record up to its TTL. */
static struct caa_text take_key_part(struct json_cursor *c)
{
    const uint8_t *from = c->p;
    if (!JSON_CURSOR_TRY(c, "{\"flags\":0,\"tag\":\"issue\",\"value\":")) {
        JSON_CURSOR_TAKE(c, "{\"flags\":");
        json_cursor_int(c);
        JSON_CURSOR_TAKE(c, ",\"tag\":");
        json_cursor_skip_string(c);
        JSON_CURSOR_TAKE(c, ",\"value\":");
    }
    json_cursor_skip_string(c);
    return record_line_since(c, from);
}

/* Goes over the set that stands next. Returns how many records it has, whose octets without the
 * TTLs are in the key then; 0 for a set that is not worth a place, or has a malformed record. */
static size_t take_key(struct json_cursor *c, uint8_t key[SET_STORE_KEY_MAX], size_t *key_len)
{
    size_t count = 0;
    *key_len = 0;
    JSON_CURSOR_TAKE(c, "[");
    do {
        struct caa_text part = take_key_part(c);
        if (!c->ok || part.len > SET_STORE_KEY_MAX - *key_len || count == SET_STORE_RECORDS_MAX)
            return 0;
        memcpy(key + *key_len, part.octets, part.len);
        *key_len += part.len;
        count++;
        skip_ttl(c);
    } while (JSON_CURSOR_TRY(c, ","));
    JSON_CURSOR_TAKE(c, "]");
    return c->ok ? count : 0;
}

/* Makes the set of a key. NULL where it is not to be stored. */
static const struct stored_set *store_set(struct set_store *store, struct caa_text key,
                                          uint64_t hash, size_t count)
{
    struct stored_set *set = set_store_make(store, key, hash, count);
    if (set == NULL)
        return NULL;
    struct json_cursor c = {set->key.octets, set->key.octets + set->key.len, set->scratch, NULL,
                            true};
    for (size_t i = 0; i < count; i++) {
        JSON_CURSOR_TAKE(&c, "{\"flags\":");
        stored_set_records(set)[i] = take_property(&c);
    }
    if (!c.ok) {
        stored_set_release(set);
        return NULL;
    }
    set_store_put(store, set);
    return set;
}

void record_line_set(struct json_cursor *c, struct record_line *reader, struct record_view *r)
{
    struct json_cursor ahead = *c;
    r->stored = NULL;
    reader->set_count = take_key(&ahead, reader->set_key, &reader->set_key_len);
    if (reader->set_count == 0) {
        r->set = take_records(c, reader);
        return;
    }
    *c = ahead;
    reader->set_hash = set_store_hash(caa_text_of(reader->set_key, reader->set_key_len));
    set_store_fetch(&reader->sets, reader->set_hash);
}

void record_line_guess_set(struct record_line *reader, struct record_view *r)
{
    if (reader->set_count > 0)
        r->stored = set_store_guess(&reader->sets, reader->set_hash);
}

/* The set of a key, where it is stored, or is from now on. NULL for any other. */
static const struct stored_set *stored_of(struct record_line *reader,
                                          const struct stored_set *guessed)
{
    struct caa_text key = caa_text_of(reader->set_key, reader->set_key_len);
    if (guessed != NULL)
        return stored_set_has_key(guessed, key) ? guessed : NULL;
    if (!set_store_is_worth(&reader->sets, reader->set_hash))
        return NULL;
    return store_set(&reader->sets, key, reader->set_hash, reader->set_count);
}

void record_line_settle_set(struct json_cursor *c, struct record_line *reader,
                            struct record_view *r)
{
    if (!c->ok || reader->set_count == 0)
        return;
    r->stored = stored_of(reader, r->stored);
    if (r->stored != NULL) {
        r->set = r->stored->set;
        return;
    }
    struct json_cursor again = {r->caa_json.octets, r->caa_json.octets + r->caa_json.len,
                                c->scratch, NULL, true};
    r->set = take_records(&again, reader);
    if (!again.ok)
        json_cursor_fail(c);
}
