#include "record_line.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "caascan/schema.h"
#include "json_cursor.h"
#include "record_check.h"
#include "record_json.h"
#include "text_escape.h"

/* Every key of the record but the first has a comma before it. */
#define TAKE_KEY(c, key)                                                                           \
    do {                                                                                           \
        if (JSON_CURSOR_TAKE(c, ",\"" #key "\":"))                                                 \
            (c)->mark = #key;                                                                      \
    } while (0)

/* What the cursor went over since it was at `from`. */
static struct caa_text since(const struct json_cursor *c, const uint8_t *from)
{
    return caa_text_of(from, (size_t)(c->p - from));
}

/* The octets of the array that stands next. */
static struct caa_text take_array(struct json_cursor *c)
{
    const uint8_t *from = c->p;
    json_cursor_skip_array(c);
    return since(c, from);
}

/* What most records have alike is taken in one piece where it stands so, here and below. */

static void skip_level_verdict(struct json_cursor *c)
{
    if (JSON_CURSOR_TRY(c, ",\"outcome\":\"nodata\",\"rcode\":0,\"chain\":[],\"source\":"))
        return;
    JSON_CURSOR_TAKE(c, ",\"outcome\":");
    json_cursor_skip_string(c);
    JSON_CURSOR_TAKE(c, ",\"rcode\":");
    json_cursor_int_or_null(c);
    JSON_CURSOR_TAKE(c, ",\"chain\":");
    json_cursor_skip_array(c);
    JSON_CURSOR_TAKE(c, ",\"source\":");
}

static void skip_level_exchange(struct json_cursor *c)
{
    if (!JSON_CURSOR_TRY(c, "\"asked\",\"age\":0,\"server\":")) {
        if (!JSON_CURSOR_TRY(c, "\"cached\",\"age\":")) {
            json_cursor_skip_string(c);
            JSON_CURSOR_TAKE(c, ",\"age\":");
        }
        json_cursor_int_or_null(c);
        JSON_CURSOR_TAKE(c, ",\"server\":");
    }
    json_cursor_string_or_null(c);
    if (!JSON_CURSOR_TRY(c, ",\"protocol\":\"udp\",\"rtt\":")) {
        JSON_CURSOR_TAKE(c, ",\"protocol\":");
        json_cursor_skip_value(c);
        JSON_CURSOR_TAKE(c, ",\"rtt\":");
    }
    if (!JSON_CURSOR_TRY(c, "null"))
        json_cursor_skip_number(c);
}

static void skip_level_security(struct json_cursor *c)
{
    JSON_CURSOR_TAKE(c, ",\"ad\":");
    json_cursor_skip_value(c);
    if (JSON_CURSOR_TRY(c, ",\"ede\":[],\"dnssec\":\"unchecked\",\"tried\":[]"))
        return;
    JSON_CURSOR_TAKE(c, ",\"ede\":");
    json_cursor_skip_array(c);
    JSON_CURSOR_TAKE(c, ",\"dnssec\":");
    json_cursor_skip_string(c);
    JSON_CURSOR_TAKE(c, ",\"tried\":");
    json_cursor_skip_array(c);
}

/* From attempts on. */
static void skip_level_end(struct json_cursor *c)
{
    if (JSON_CURSOR_TRY(c, ",\"attempts\":1,\"ad\":null,\"ede\":[],\"dnssec\":\"unchecked\","
                           "\"tried\":[]}"))
        return;
    JSON_CURSOR_TAKE(c, ",\"attempts\":");
    json_cursor_int(c);
    skip_level_security(c);
    JSON_CURSOR_TAKE(c, "}");
}

/* Moves past one level as the scanner writes it. */
static void skip_level(struct json_cursor *c)
{
    JSON_CURSOR_TAKE(c, "{\"name\":");
    json_cursor_skip_string(c);
    skip_level_verdict(c);
    skip_level_exchange(c);
    skip_level_end(c);
}

/* Levels with other keys, or in another order, are gone over as any array. */
static struct caa_text take_levels(struct json_cursor *c)
{
    const struct json_cursor before = *c;
    JSON_CURSOR_TAKE(c, "[");
    if (!JSON_CURSOR_TRY(c, "]")) {
        do
            skip_level(c);
        while (JSON_CURSOR_TRY(c, ","));
        JSON_CURSOR_TAKE(c, "]");
    }
    if (c->ok || !before.ok)
        return since(c, before.p);
    *c = before;
    return take_array(c);
}

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
    return since(c, from);
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

/* A set that may be stored is only gone over: what the store has of it is asked for while the rest
 * of the line is read, by guess_set, and looked at in the end, by settle_set. */
static void take_set(struct json_cursor *c, struct record_line *reader, struct record_view *r)
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

static void guess_set(struct record_line *reader, struct record_view *r)
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

static void settle_set(struct json_cursor *c, struct record_line *reader, struct record_view *r)
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

static struct caa_text take_ns(struct json_cursor *c)
{
    struct caa_text first = {0};
    JSON_CURSOR_TAKE(c, "[");
    if (JSON_CURSOR_TRY(c, "]"))
        return first;
    do {
        struct caa_text name = json_cursor_string(c);
        if (first.octets == NULL || caa_text_compare_folded(name, first) < 0)
            first = name;
    } while (JSON_CURSOR_TRY(c, ","));
    JSON_CURSOR_TAKE(c, "]");
    return first;
}

/* Kinds that this version does not know are no error: the vocabulary may grow at its end. */
static uint32_t take_notes(struct json_cursor *c)
{
    uint32_t notes = 0;
    JSON_CURSOR_TAKE(c, "[");
    if (JSON_CURSOR_TRY(c, "]"))
        return notes;
    do {
        JSON_CURSOR_TAKE(c, "{\"kind\":");
        struct caa_text kind = json_cursor_string(c);
        for (unsigned i = 0; i < NOTE_COUNT; i++) {
            if (caa_text_equal(kind, caa_text_from(note_word(i))))
                notes |= UINT32_C(1) << i;
        }
        JSON_CURSOR_TAKE(c, ",\"at\":");
        json_cursor_string_or_null(c);
        JSON_CURSOR_TAKE(c, ",\"detail\":");
        json_cursor_string_or_null(c);
        JSON_CURSOR_TAKE(c, "}");
    } while (JSON_CURSOR_TRY(c, ","));
    JSON_CURSOR_TAKE(c, "]");
    return notes;
}

static void take_control(struct json_cursor *c, struct record_view *r)
{
    JSON_CURSOR_TAKE(c, "[");
    if (JSON_CURSOR_TRY(c, "]"))
        return;
    do {
        JSON_CURSOR_TAKE(c, "{\"at\":");
        json_cursor_string_or_null(c);
        JSON_CURSOR_TAKE(c, ",\"server\":");
        json_cursor_string_or_null(c);
        JSON_CURSOR_TAKE(c, ",\"type\":");
        bool is_a = caa_text_equal(json_cursor_string(c), caa_text_from("A"));
        JSON_CURSOR_TAKE(c, ",\"cd\":");
        json_cursor_bool(c);
        JSON_CURSOR_TAKE(c, ",\"rcode\":");
        json_cursor_int_or_null(c);
        JSON_CURSOR_TAKE(c, ",\"answered\":");
        bool answered = json_cursor_bool(c);
        JSON_CURSOR_TAKE(c, ",\"caa\":");
        json_cursor_skip_value(c);
        JSON_CURSOR_TAKE(c, "}");
        r->a_probed |= is_a;
        r->a_answered |= is_a && answered;
    } while (JSON_CURSOR_TRY(c, ","));
    JSON_CURSOR_TAKE(c, "]");
}

/* The text of the line that stands where `text` stands in the line before. */
static struct caa_text moved(struct caa_text text, const uint8_t *before, const uint8_t *line)
{
    return text.octets != NULL ? caa_text_of(line + (text.octets - before), text.len) : text;
}

/* Lines of a file begin alike, so octets that were taken once need not be taken apart again. */
static bool try_lead(struct json_cursor *c, const struct record_lead *lead, struct record_view *r)
{
    const uint8_t *line = c->p;
    if (lead->len == 0 || !json_cursor_try(c, (const char *)lead->octets, lead->len))
        return false;
    c->mark = "vantage";
    r->scan = moved(lead->scan, lead->octets, line);
    r->vantage = moved(lead->vantage, lead->octets, line);
    r->mode = lead->mode;
    r->lead = lead->number;
    return true;
}

static _Atomic(uint64_t) lead_count; /* of all readers */

/* Texts without their escapes stand elsewhere than in the line, so such leads are not kept. */
static void keep_lead(const struct json_cursor *c, struct record_line *reader,
                      const struct record_view *r)
{
    struct record_lead *lead = &reader->lead;
    size_t len = (size_t)(c->p - r->line);
    if (!c->ok || len > sizeof lead->octets || c->scratch != reader->scratch)
        return;
    memcpy(lead->octets, r->line, len);
    lead->len = len;
    lead->scan = moved(r->scan, r->line, lead->octets);
    lead->vantage = moved(r->vantage, r->line, lead->octets);
    lead->mode = r->mode;
    lead->number = atomic_fetch_add_explicit(&lead_count, 1, memory_order_relaxed) + 1;
}

static void take_lead(struct json_cursor *c, struct record_line *reader, struct record_view *r)
{
    if (try_lead(c, &reader->lead, r))
        return;
    c->mark = "v";
    JSON_CURSOR_TAKE(c, "{\"v\":");
    if (json_cursor_int(c) != CAASCAN_SCHEMA_VERSION)
        json_cursor_fail(c);
    TAKE_KEY(c, scan);
    r->scan = json_cursor_string(c);
    TAKE_KEY(c, mode);
    r->mode = json_cursor_word(c, mode_word, MODE_COUNT);
    TAKE_KEY(c, vantage);
    r->vantage = json_cursor_string_or_null(c);
    keep_lead(c, reader, r);
}

/* The word of a table that stands next, in quotes. The tables are short. */
#define TRY_WORD(PREFIX, c, word, name)                                                            \
    if (JSON_CURSOR_TRY(c, "\"" word "\""))                                                        \
        return PREFIX##name;

static enum outcome take_verdict(struct json_cursor *c)
{
#define TRY_OUTCOME(name, word) TRY_WORD(OUTCOME_, c, word, name)
    CAASCAN_OUTCOMES(TRY_OUTCOME)
    json_cursor_fail(c);
    return OUTCOME_INVALID;
}

static enum existence take_existence(struct json_cursor *c)
{
#define TRY_EXISTENCE(name, word) TRY_WORD(EXISTS_, c, word, name)
    CAASCAN_EXISTENCE(TRY_EXISTENCE)
    json_cursor_fail(c);
    return EXISTS_UNKNOWN;
}

static enum dnssec_status take_dnssec(struct json_cursor *c)
{
#define TRY_DNSSEC(name, word) TRY_WORD(DNSSEC_, c, word, name)
    CAASCAN_DNSSEC(TRY_DNSSEC)
    json_cursor_fail(c);
    return DNSSEC_UNCHECKED;
}

static enum ds_status take_ds(struct json_cursor *c)
{
#define TRY_DS(name, word) TRY_WORD(DS_, c, word, name)
    CAASCAN_DS(TRY_DS)
    json_cursor_fail(c);
    return DS_UNKNOWN;
}

/* Up to the value of rank. */
static void take_turn(struct json_cursor *c, struct record_view *r)
{
    if (JSON_CURSOR_TRY(c, ",\"prefix\":\"\",\"pass\":1,\"rank\":")) {
        c->mark = "rank";
        r->prefix = caa_text_of(c->p, 0);
        r->pass = 1;
        return;
    }
    TAKE_KEY(c, prefix);
    r->prefix = json_cursor_string(c);
    TAKE_KEY(c, pass);
    r->pass = json_cursor_int(c);
    TAKE_KEY(c, rank);
}

/* Up to the value of name. */
static void take_extra(struct json_cursor *c, struct record_view *r)
{
    static const char none[] = ",\"extra\":[],\"name\":";
    if (JSON_CURSOR_TRY(c, none)) {
        c->mark = "name";
        r->extra_json = caa_text_of(c->p - sizeof ",\"name\":" + 1 - 2, 2);
        return;
    }
    TAKE_KEY(c, extra);
    r->extra_json = take_array(c);
    TAKE_KEY(c, name);
}

static void take_identity(struct json_cursor *c, struct record_view *r)
{
    TAKE_KEY(c, row);
    r->row = json_cursor_int(c);
    take_turn(c, r);
    r->rank = json_cursor_int_or_null(c);
    TAKE_KEY(c, input);
    r->input = json_cursor_string(c);
    take_extra(c, r);
    r->name = json_cursor_string_or_null(c);
    TAKE_KEY(c, wildcard);
    r->wildcard = json_cursor_bool(c);
}

static void take_failure(struct json_cursor *c, struct record_view *r)
{
    if (JSON_CURSOR_TRY(c, ",\"error_class\":null,\"error_at\":null,\"error_name\":null")) {
        c->mark = "error_name";
        r->error_class = CLASS_NONE;
        r->error_at = r->error_name = (struct caa_text){0};
        return;
    }
    TAKE_KEY(c, error_class);
    r->error_class = json_cursor_word_or_null(c, class_word, CLASS_COUNT);
    TAKE_KEY(c, error_at);
    r->error_at = json_cursor_string_or_null(c);
    TAKE_KEY(c, error_name);
    r->error_name = json_cursor_string_or_null(c);
}

/* An answered lookup of a name that exists, without a set. */
static bool try_empty(struct json_cursor *c, struct record_view *r)
{
    static const char nothing[] =
        ",\"outcome\":\"empty\",\"error_class\":null,\"error_at\":null,\"error_name\":null,"
        "\"exists\":\"yes\",\"own\":\"empty\"";
    if (!JSON_CURSOR_TRY(c, nothing))
        return false;
    c->mark = "own";
    r->outcome = r->own = OUTCOME_EMPTY;
    r->error_class = CLASS_NONE;
    r->error_at = r->error_name = (struct caa_text){0};
    r->exists = EXISTS_YES;
    return true;
}

static void take_outcome(struct json_cursor *c, struct record_view *r)
{
    if (try_empty(c, r))
        return;
    TAKE_KEY(c, outcome);
    r->outcome = take_verdict(c);
    take_failure(c, r);
    TAKE_KEY(c, exists);
    r->exists = take_existence(c);
    TAKE_KEY(c, own);
    r->own = take_verdict(c);
}

/* The octets of the empty array that the cursor has just gone over. */
static struct caa_text empty_array(const struct json_cursor *c)
{
    return caa_text_of(c->p - 2, 2);
}

static bool try_no_set(struct json_cursor *c, struct record_view *r)
{
    static const char nothing[] =
        ",\"found_at\":null,\"depth\":null,\"rrset_owner\":null,\"chain\":[],\"caa\":[]";
    if (!JSON_CURSOR_TRY(c, nothing))
        return false;
    c->mark = "caa";
    r->found_at = r->rrset_owner = (struct caa_text){0};
    r->depth = RECORD_NULL;
    r->set = (struct caa_set){0};
    r->stored = NULL;
    /* What is read of either is that it is empty, so both may stand in one place. */
    r->chain_json = r->caa_json = empty_array(c);
    return true;
}

static void take_found(struct json_cursor *c, struct record_line *reader, struct record_view *r)
{
    if (try_no_set(c, r))
        return;
    TAKE_KEY(c, found_at);
    r->found_at = json_cursor_string_or_null(c);
    TAKE_KEY(c, depth);
    r->depth = json_cursor_int_or_null(c);
    TAKE_KEY(c, rrset_owner);
    r->rrset_owner = json_cursor_string_or_null(c);
    TAKE_KEY(c, chain);
    r->chain_json = take_array(c);
    r->aliased = r->chain_json.len > 2;
    TAKE_KEY(c, caa);
    const uint8_t *caa = c->p;
    take_set(c, reader, r);
    r->caa_json = since(c, caa);
}

static void take_remarks(struct json_cursor *c, struct record_view *r)
{
    if (JSON_CURSOR_TRY(c, ",\"notes\":[],\"control\":[],\"alt\":null")) {
        c->mark = "alt";
        r->alt_json = caa_text_of(c->p - 4, 4);
        r->notes_json = r->control_json = caa_text_of(c->p - sizeof ",\"alt\":null" + 1 - 2, 2);
        return;
    }
    TAKE_KEY(c, notes);
    const uint8_t *from = c->p;
    r->notes = take_notes(c);
    r->notes_json = since(c, from);
    TAKE_KEY(c, control);
    from = c->p;
    take_control(c, r);
    r->control_json = since(c, from);
    TAKE_KEY(c, alt);
    from = c->p;
    json_cursor_skip_value(c);
    r->alt_json = since(c, from);
}

/* Mostly the servers of the set are those of the name, whose octets are known to be an array. */
static struct caa_text take_set_ns(struct json_cursor *c, struct caa_text ns_json)
{
    const uint8_t *from = c->p;
    if (ns_json.len > 2 && json_cursor_try(c, (const char *)ns_json.octets, ns_json.len))
        return since(c, from);
    return take_array(c);
}

/* Up to the value of levels. */
static void take_set_zone(struct json_cursor *c, struct record_view *r)
{
    if (JSON_CURSOR_TRY(c, ",\"set_zone\":null,\"set_ns\":[],\"levels\":")) {
        c->mark = "levels";
        r->set_zone = (struct caa_text){0};
        r->set_ns_json = caa_text_of(c->p - sizeof ",\"levels\":" + 1 - 2, 2);
        return;
    }
    TAKE_KEY(c, set_zone);
    r->set_zone = json_cursor_string_or_null(c);
    TAKE_KEY(c, set_ns);
    r->set_ns_json = take_set_ns(c, r->ns_json);
    TAKE_KEY(c, levels);
}

/* Up to the value of levels. */
static void take_servers(struct json_cursor *c, struct record_view *r)
{
    TAKE_KEY(c, zone);
    r->zone = json_cursor_string_or_null(c);
    TAKE_KEY(c, ns);
    const uint8_t *from = c->p;
    r->ns = take_ns(c);
    r->ns_json = since(c, from);
    take_set_zone(c, r);
}

static void take_evidence(struct json_cursor *c, struct record_view *r)
{
    r->levels_json = take_levels(c);
    take_remarks(c, r);
}

/* Is a text digits where the shape has a d, and else the shape itself? */
static bool is_shaped(const uint8_t *octets, const char *shape)
{
    for (size_t i = 0; shape[i] != '\0'; i++) {
        bool fits = shape[i] == 'd' ? caa_text_is_digit(octets[i]) : octets[i] == (uint8_t)shape[i];
        if (!fits)
            return false;
    }
    return true;
}

#define DAY_SHAPE "dddd-dd-ddT"
#define CLOCK_SHAPE "dd:dd:dd.dddZ"
#define TIME_LEN (sizeof DAY_SHAPE CLOCK_SHAPE - 1)

/* The same of CLOCK_SHAPE, for a clock with a day before it. */
static bool is_clock(const uint8_t *octets)
{
#ifdef __SSE2__
    static const char shape[] = "000" /* the end of the day */ "00:00:00.000Z";
    static const unsigned digits = 0x0EDB << 3 | 7; /* bit n: octet n of the shape is a digit */
    __m128i x = json_cursor_load(octets - 3), zero = _mm_set1_epi8('0');
    __m128i same = _mm_cmpeq_epi8(x, json_cursor_load(shape));
    __m128i low = _mm_min_epu8(_mm_sub_epi8(x, zero), _mm_set1_epi8(9));
    __m128i digit = _mm_cmpeq_epi8(low, _mm_sub_epi8(x, zero));
    unsigned fits = ((unsigned)_mm_movemask_epi8(digit) & digits) |
                    ((unsigned)_mm_movemask_epi8(same) & ~digits);
    return (fits | 7) == 0xFFFF;
#else
    return is_shaped(octets, CLOCK_SHAPE);
#endif
}

/* The day of an RFC 3339 UTC time in the canonical form as YYYYMMDD; 0 if it is none. Most times
 * are of the same day as the one before. */
static unsigned date_of(struct record_line *reader, struct caa_text time)
{
    static const char day[] = DAY_SHAPE;
    static_assert(sizeof day - 1 == sizeof reader->day, "as much as is kept");
    if (time.len != TIME_LEN || !is_clock(time.octets + sizeof day - 1))
        return 0;
    if (reader->date != 0 && memcmp(reader->day, time.octets, sizeof reader->day) == 0)
        return reader->date;
    if (!is_shaped(time.octets, day))
        return 0;
    unsigned date = 0;
    for (size_t i = 0; i < 10; i++) {
        if (day[i] == 'd')
            date = date * 10 + (unsigned)(time.octets[i] - '0');
    }
    memcpy(reader->day, time.octets, sizeof reader->day);
    reader->date = date;
    return date;
}

/* The string at the end of the line. That of a time is as long as any other, and plain: it needs no
 * look at what stands behind. */
static void take_time(struct json_cursor *c, struct record_line *reader, struct record_view *r)
{
    static const size_t len = TIME_LEN;
    if ((size_t)(c->end - c->p) > len + 2 && c->p[0] == '"' && c->p[len + 1] == '"') {
        r->timestamp = caa_text_of(c->p + 1, len);
        r->date = date_of(reader, r->timestamp);
        if (r->date != 0) {
            c->p += len + 2;
            return;
        }
    }
    r->timestamp = json_cursor_string(c);
    r->date = date_of(reader, r->timestamp);
}

/* Up to the value of queries. */
static void take_security(struct json_cursor *c, struct record_view *r)
{
    if (JSON_CURSOR_TRY(c,
                        ",\"dnssec\":\"unchecked\",\"ds\":\"absent\",\"ad\":null,\"queries\":")) {
        c->mark = "queries";
        r->dnssec = DNSSEC_UNCHECKED;
        r->ds = DS_ABSENT;
        r->ad = RECORD_NULL;
        return;
    }
    TAKE_KEY(c, dnssec);
    r->dnssec = take_dnssec(c);
    TAKE_KEY(c, ds);
    r->ds = take_ds(c);
    TAKE_KEY(c, ad);
    r->ad = JSON_CURSOR_TRY(c, "null") ? RECORD_NULL : json_cursor_bool(c);
    TAKE_KEY(c, queries);
}

static void take_measures(struct json_cursor *c, struct record_line *reader, struct record_view *r)
{
    take_security(c, r);
    r->queries = json_cursor_int(c);
    TAKE_KEY(c, retries);
    r->retries = json_cursor_int(c);
    TAKE_KEY(c, duration);
    const uint8_t *duration = c->p;
    json_cursor_skip_number(c);
    r->duration = since(c, duration);
    TAKE_KEY(c, timestamp);
    take_time(c, reader, r);
    JSON_CURSOR_TAKE(c, "}");
}

void record_line_init(struct record_line *reader)
{
    *reader = (struct record_line){0};
    set_store_init(&reader->sets);
}

void record_line_fini(struct record_line *reader)
{
    free(reader->scratch);
    free(reader->caa);
    free(reader->canonical);
    set_store_fini(&reader->sets);
    *reader = (struct record_line){0};
}

#define SCRATCH_SHARE 3u

/* Room for twice the line is enough for all strings without escapes of JSON, and their octets; as
 * much again is for record_parts. */
static bool reserve_scratch(struct record_line *reader, size_t line_len)
{
    size_t len = SCRATCH_SHARE * line_len;
    if (reader->scratch_cap >= len)
        return true;
    uint8_t *grown = realloc(reader->scratch, len);
    if (grown == NULL)
        return false;
    reader->scratch = grown;
    reader->scratch_cap = len;
    return true;
}

/* Whatever is not set here the scan sets, so that a view need not be cleared for each line. */
static void begin_view(struct record_view *view, struct caa_text line)
{
    view->line = line.octets;
    view->lead = 0;
    view->notes = 0;
    view->aliased = view->a_probed = view->a_answered = false;
}

/* Takes a record from the first of the octets on; it may end before they do. */
static struct json_cursor scan(struct record_line *reader, struct caa_text octets,
                               struct record_view *out)
{
    struct json_cursor c = {octets.octets, octets.octets + octets.len, reader->scratch, NULL,
                            octets.len > 0};
    reader->no_memory = false;
    reader->set_count = 0;
    begin_view(out, octets);
    take_lead(&c, reader, out);
    take_identity(&c, out);
    take_outcome(&c, out);
    take_found(&c, reader, out);
    take_servers(&c, out);
    guess_set(reader, out);
    take_evidence(&c, out);
    take_measures(&c, reader, out);
    settle_set(&c, reader, out);
    reader->key = c.mark;
    return c;
}

size_t record_line_next(struct record_line *reader, struct caa_text octets, struct record_view *out)
{
    size_t len_max = reader->scratch_cap / SCRATCH_SHARE; /* as there is scratch memory for */
    if (octets.len > len_max)
        octets = caa_text_before(octets, len_max);
    struct json_cursor c = scan(reader, octets, out);
    if (!c.ok || c.p == c.end || *c.p != '\n')
        return 0;
    size_t len = (size_t)(c.p - octets.octets);
    out->parts_scratch = reader->scratch + 2 * len;
    return record_check(out) == NULL ? len : 0;
}

enum record_status record_line_scan(struct record_line *reader, struct caa_text line,
                                    struct record_view *out)
{
    if (!reserve_scratch(reader, line.len + 1))
        return RECORD_NO_MEMORY;
    struct json_cursor c = scan(reader, line, out);
    out->parts_scratch = reader->scratch + 2 * line.len;
    if (reader->no_memory)
        return RECORD_NO_MEMORY;
    return c.ok && c.p == c.end ? RECORD_OK : RECORD_BAD;
}

/* The slow way, for lines that other programs wrote. */
static enum record_status read_json(struct record_line *reader, struct caa_text line,
                                    struct record_view *out)
{
    free(reader->canonical);
    reader->canonical = NULL;
    size_t len = 0;
    enum record_status status = record_json_canonical(line, &reader->canonical, &len,
                                                      reader->reason, sizeof reader->reason);
    if (status != RECORD_OK)
        return status;
    status = record_line_scan(reader, caa_text_of(reader->canonical, len), out);
    if (status == RECORD_BAD)
        snprintf(reader->reason, sizeof reader->reason,
                 "the value of %s is not as the schema has it", reader->key);
    return status;
}

enum record_status record_line_read(struct record_line *reader, struct caa_text line,
                                    struct record_view *out)
{
    if (line.len > RECORD_LINE_LEN_MAX) {
        snprintf(reader->reason, sizeof reader->reason, "longer than %u octets",
                 RECORD_LINE_LEN_MAX);
        return RECORD_BAD;
    }
    enum record_status status = record_line_scan(reader, line, out);
    if (status == RECORD_BAD)
        status = read_json(reader, line, out);
    if (status != RECORD_OK)
        return status;
    const char *contradiction = record_check(out);
    if (contradiction == NULL)
        return RECORD_OK;
    snprintf(reader->reason, sizeof reader->reason, "%s", contradiction);
    return RECORD_BAD;
}
