#include "record_parts.h"

#include <assert.h>

/* How the value of a key goes into its member. */
enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_FLAG, FIELD_JSON };

struct field {
    const char *key;
    enum field_kind kind;
    size_t offset;
};

#define FIELD_COUNT(fields) (sizeof(fields) / sizeof *(fields))

static struct json_cursor cursor_at(const struct record_view *view, struct caa_text json)
{
    if (json.len == 0)
        return (struct json_cursor){0};
    assert(view->parts_scratch != NULL);
    return (struct json_cursor){json.octets, json.octets + json.len,
                                view->parts_scratch + (json.octets - view->line), NULL, true};
}

/* The octets of the value that stands next. */
static struct caa_text value_next(struct json_cursor *c)
{
    const uint8_t *from = c->p;
    json_cursor_skip_value(c);
    return c->ok ? caa_text_of(from, (size_t)(c->p - from)) : (struct caa_text){0};
}

static struct caa_text text_of(const struct record_view *view, struct caa_text value)
{
    struct json_cursor c = cursor_at(view, value);
    return value.len > 0 && value.octets[0] == '"' ? json_cursor_string(&c) : (struct caa_text){0};
}

static int64_t number_of(const struct record_view *view, struct caa_text value)
{
    struct json_cursor c = cursor_at(view, value);
    int64_t number = json_cursor_int(&c);
    return c.ok && c.p == c.end ? number : RECORD_NULL;
}

static int64_t flag_of(struct caa_text value)
{
    if (caa_text_equal(value, caa_text_from("true")))
        return 1;
    return caa_text_equal(value, caa_text_from("false")) ? 0 : RECORD_NULL;
}

static void put_text(void *out, const struct field *field, struct caa_text text)
{
    memcpy((char *)out + field->offset, &text, sizeof text);
}

static void put_number(void *out, const struct field *field, int64_t number)
{
    memcpy((char *)out + field->offset, &number, sizeof number);
}

/* An empty value stands for a key that is missing. */
static void put_value(const struct record_view *view, void *out, const struct field *field,
                      struct caa_text value)
{
    if (field->kind == FIELD_TEXT)
        put_text(out, field, text_of(view, value));
    else if (field->kind == FIELD_NUMBER)
        put_number(out, field, number_of(view, value));
    else if (field->kind == FIELD_FLAG)
        put_number(out, field, flag_of(value));
    else
        put_text(out, field, value);
}

static void put_member(const struct record_view *view, void *out, const struct field *fields,
                       size_t count, const struct caa_text member[2])
{
    for (size_t i = 0; i < count; i++) {
        if (caa_text_equal(member[0], caa_text_from(fields[i].key)))
            put_value(view, out, &fields[i], member[1]);
    }
}

/* Reads the object that `value` is. */
static void read_object(const struct record_view *view, struct caa_text value, void *out,
                        const struct field *fields, size_t count)
{
    struct json_cursor c = cursor_at(view, value);
    for (size_t i = 0; i < count; i++)
        put_value(view, out, &fields[i], (struct caa_text){0});
    if (!JSON_CURSOR_TRY(&c, "{") || JSON_CURSOR_TRY(&c, "}"))
        return;
    do {
        struct caa_text member[2];
        member[0] = text_of(view, value_next(&c));
        JSON_CURSOR_TAKE(&c, ":");
        member[1] = value_next(&c);
        if (c.ok)
            put_member(view, out, fields, count, member);
    } while (JSON_CURSOR_TRY(&c, ","));
}

struct record_parts record_parts_of(const struct record_view *view, struct caa_text json)
{
    struct record_parts parts = {cursor_at(view, json), view, false};
    struct json_cursor *c = &parts.cursor;
    parts.open = JSON_CURSOR_TRY(c, "[") && !JSON_CURSOR_TRY(c, "]");
    return parts;
}

static bool element_next(struct record_parts *parts, struct caa_text *value)
{
    if (!parts->open)
        return false;
    *value = value_next(&parts->cursor);
    parts->open = JSON_CURSOR_TRY(&parts->cursor, ",");
    return parts->cursor.ok;
}

static bool object_next(struct record_parts *parts, void *out, const struct field *fields,
                        size_t count)
{
    struct caa_text value;
    if (!element_next(parts, &value))
        return false;
    read_object(parts->view, value, out, fields, count);
    return true;
}

bool record_chain_next(struct record_parts *parts, struct record_alias *out)
{
    static const struct field fields[] = {
        {"owner", FIELD_TEXT, offsetof(struct record_alias, owner)},
        {"kind", FIELD_TEXT, offsetof(struct record_alias, kind)},
        {"target", FIELD_TEXT, offsetof(struct record_alias, target)},
        {"ttl", FIELD_NUMBER, offsetof(struct record_alias, ttl)},
    };
    return object_next(parts, out, fields, FIELD_COUNT(fields));
}

bool record_levels_next(struct record_parts *parts, struct record_level *out)
{
    static const struct field fields[] = {
        {"name", FIELD_TEXT, offsetof(struct record_level, name)},
        {"outcome", FIELD_TEXT, offsetof(struct record_level, outcome)},
        {"rcode", FIELD_NUMBER, offsetof(struct record_level, rcode)},
        {"chain", FIELD_JSON, offsetof(struct record_level, chain_json)},
        {"source", FIELD_TEXT, offsetof(struct record_level, source)},
        {"age", FIELD_NUMBER, offsetof(struct record_level, age)},
        {"server", FIELD_TEXT, offsetof(struct record_level, server)},
        {"protocol", FIELD_TEXT, offsetof(struct record_level, protocol)},
        {"rtt", FIELD_JSON, offsetof(struct record_level, rtt_json)},
        {"attempts", FIELD_NUMBER, offsetof(struct record_level, attempts)},
        {"ad", FIELD_FLAG, offsetof(struct record_level, ad)},
        {"ede", FIELD_JSON, offsetof(struct record_level, ede_json)},
        {"dnssec", FIELD_TEXT, offsetof(struct record_level, dnssec)},
        {"tried", FIELD_JSON, offsetof(struct record_level, tried_json)},
    };
    return object_next(parts, out, fields, FIELD_COUNT(fields));
}

bool record_tried_next(struct record_parts *parts, struct record_try *out)
{
    static const struct field fields[] = {
        {"server", FIELD_TEXT, offsetof(struct record_try, server)},
        {"result", FIELD_TEXT, offsetof(struct record_try, result)},
    };
    return object_next(parts, out, fields, FIELD_COUNT(fields));
}

bool record_notes_next(struct record_parts *parts, struct record_note *out)
{
    static const struct field fields[] = {
        {"kind", FIELD_TEXT, offsetof(struct record_note, kind)},
        {"at", FIELD_TEXT, offsetof(struct record_note, at)},
        {"detail", FIELD_TEXT, offsetof(struct record_note, detail)},
    };
    return object_next(parts, out, fields, FIELD_COUNT(fields));
}

bool record_control_next(struct record_parts *parts, struct record_probe *out)
{
    static const struct field fields[] = {
        {"at", FIELD_TEXT, offsetof(struct record_probe, at)},
        {"server", FIELD_TEXT, offsetof(struct record_probe, server)},
        {"type", FIELD_TEXT, offsetof(struct record_probe, type)},
        {"cd", FIELD_FLAG, offsetof(struct record_probe, cd)},
        {"rcode", FIELD_NUMBER, offsetof(struct record_probe, rcode)},
        {"answered", FIELD_FLAG, offsetof(struct record_probe, answered)},
        {"caa", FIELD_JSON, offsetof(struct record_probe, caa_json)},
    };
    return object_next(parts, out, fields, FIELD_COUNT(fields));
}

bool record_texts_next(struct record_parts *parts, struct caa_text *out)
{
    struct caa_text value;
    if (!element_next(parts, &value))
        return false;
    *out = text_of(parts->view, value);
    return true;
}

bool record_numbers_next(struct record_parts *parts, int64_t *out)
{
    struct caa_text value;
    if (!element_next(parts, &value))
        return false;
    *out = number_of(parts->view, value);
    return true;
}

/* The number of a word in its table, or `count`. */
static unsigned word_index(struct caa_text text, const char *word(unsigned), unsigned count)
{
    unsigned i = 0;
    while (i < count && !(text.len > 0 && caa_text_equal(text, caa_text_from(word(i)))))
        i++;
    return i;
}

/* The words of an alternative, before they are looked up. */
struct alt_words {
    struct caa_text outcome, error_class, found_at, rrset_owner;
    int64_t depth;
};

static void read_alternative(const struct record_view *view, struct caa_text json,
                             struct record_alt *out)
{
    static const struct field fields[] = {
        {"outcome", FIELD_TEXT, offsetof(struct alt_words, outcome)},
        {"error_class", FIELD_TEXT, offsetof(struct alt_words, error_class)},
        {"found_at", FIELD_TEXT, offsetof(struct alt_words, found_at)},
        {"depth", FIELD_NUMBER, offsetof(struct alt_words, depth)},
        {"rrset_owner", FIELD_TEXT, offsetof(struct alt_words, rrset_owner)},
    };
    struct alt_words words;
    *out = (struct record_alt){0};
    read_object(view, json, &words, fields, FIELD_COUNT(fields));
    unsigned outcome = word_index(words.outcome, outcome_word, OUTCOME_COUNT);
    unsigned class = word_index(words.error_class, class_word, CLASS_COUNT);
    if (outcome == OUTCOME_COUNT)
        return;
    *out = (struct record_alt){.asked = true,
                               .outcome = outcome,
                               .error_class = class < CLASS_COUNT ? class : CLASS_NONE,
                               .found_at = words.found_at,
                               .rrset_owner = words.rrset_owner,
                               .depth = words.depth};
}

void record_alt_read(const struct record_view *view, struct record_alt *rfc6844,
                     struct record_alt *erratum5065)
{
    struct both {
        struct caa_text rfc6844, erratum5065;
    } both;
    static const struct field fields[] = {
        {"rfc6844", FIELD_JSON, offsetof(struct both, rfc6844)},
        {"erratum5065", FIELD_JSON, offsetof(struct both, erratum5065)},
    };
    read_object(view, view->alt_json, &both, fields, FIELD_COUNT(fields));
    read_alternative(view, both.rfc6844, rfc6844);
    read_alternative(view, both.erratum5065, erratum5065);
}
