#include "record_line.h"

#include <stdio.h>
#include <stdlib.h>

#include "caascan/schema.h"
#include "record_check.h"
#include "record_json.h"
#include "text_escape.h"

#define DEPTH_MAX 8       /* levels[].chain[].owner is at 5 */
#define INT_DIGITS_MAX 18 /* fits an int64_t and every JSON parser's integer */
#define FRACTION_DIGITS_MAX 9

/* Reads on until the first thing that does not fit; from then on ok is false and nothing moves. */
struct cursor {
    const uint8_t *p, *end;
    struct record_line *reader;
    bool ok;
};

static inline bool take_literal(struct cursor *c, const char *word, size_t len)
{
    if (!c->ok || (size_t)(c->end - c->p) < len || memcmp(c->p, word, len) != 0) {
        c->ok = false;
        return false;
    }
    c->p += len;
    return true;
}

#define TAKE(c, word) take_literal(c, word, sizeof(word) - 1)

/* Every key of the record but the first has a comma before it. */
#define TAKE_KEY(c, name)                                                                          \
    do {                                                                                           \
        if (TAKE(c, ",\"" #name "\":"))                                                            \
            (c)->reader->key = #name;                                                              \
    } while (0)

/* Takes the word only where it stands next; leaves ok alone. */
static inline bool try_literal(struct cursor *c, const char *word, size_t len)
{
    if (!c->ok || (size_t)(c->end - c->p) < len || memcmp(c->p, word, len) != 0)
        return false;
    c->p += len;
    return true;
}

#define TRY_WORD(c, word) try_literal(c, word, sizeof(word) - 1)

static inline bool is_plain(uint8_t octet)
{
    return octet >= 0x20 && octet <= 0x7E && octet != '"' && octet != '\\';
}

#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

/* Bit 7 of some octet is set where x holds an octet 0; exact for whether there is one. */
static inline uint64_t zero_octets(uint64_t x)
{
    return (x - EACH(1)) & ~x & EACH(0x80);
}

/* Skips octets that stand for themselves, eight at a time. */
static inline const uint8_t *skip_plain(const uint8_t *p, const uint8_t *end)
{
    for (; end - p >= 8; p += 8) {
        uint64_t x;
        memcpy(&x, p, sizeof x);
        uint64_t special = zero_octets(x ^ EACH('"')) | zero_octets(x ^ EACH('\\')) |
                           zero_octets(x ^ EACH(0x7F)) | ((x - EACH(0x20)) & ~x & EACH(0x80)) |
                           (x & EACH(0x80));
        if (special != 0)
            break;
    }
    while (p < end && is_plain(*p))
        p++;
    return p;
}

/* Moves past a string. Returns whether it holds escapes. */
static bool skip_string(struct cursor *c)
{
    bool escaped = false;
    TAKE(c, "\"");
    while (c->ok) {
        c->p = skip_plain(c->p, c->end);
        if (TRY_WORD(c, "\""))
            return escaped;
        escaped = true;
        if (!TRY_WORD(c, "\\\\") && !TRY_WORD(c, "\\\""))
            c->ok = false;
    }
    return escaped;
}

/* Room in the scratch memory was made for twice the line, enough for all strings and their octets.
 */
static struct caa_text without_json_escapes(struct cursor *c, struct caa_text in)
{
    uint8_t *out = c->reader->scratch + c->reader->scratch_len;
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        if (in.octets[i] == '\\')
            i++;
        out[len++] = in.octets[i];
    }
    c->reader->scratch_len += len;
    return caa_text_of(out, len);
}

static struct caa_text take_string(struct cursor *c)
{
    const uint8_t *quote = c->p;
    bool escaped = skip_string(c);
    if (!c->ok)
        return (struct caa_text){0};
    struct caa_text inner = caa_text_of(quote + 1, (size_t)(c->p - quote) - 2);
    return escaped ? without_json_escapes(c, inner) : inner;
}

static struct caa_text take_string_or_null(struct cursor *c)
{
    return TRY_WORD(c, "null") ? (struct caa_text){0} : take_string(c);
}

/* A string with the record's own escapes undone too. */
static struct caa_text take_octets(struct cursor *c)
{
    struct caa_text text = take_string(c);
    if (!caa_text_has(text, '\\'))
        return text;
    uint8_t *out = c->reader->scratch + c->reader->scratch_len;
    size_t len = 0;
    c->ok = c->ok && text_escape_undo(text, out, &len);
    c->reader->scratch_len += len;
    return caa_text_of(out, len);
}

static size_t take_digits(struct cursor *c, size_t most)
{
    const uint8_t *from = c->p;
    while (c->p < c->end && caa_text_is_digit(*c->p))
        c->p++;
    size_t count = (size_t)(c->p - from);
    if (count == 0 || count > most)
        c->ok = false;
    return count;
}

/* A non-negative integer as JSON spells it. */
static int64_t take_int(struct cursor *c)
{
    const uint8_t *from = c->p;
    size_t count = take_digits(c, INT_DIGITS_MAX);
    if (!c->ok || (*from == '0' && count > 1)) {
        c->ok = false;
        return 0;
    }
    int64_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + (from[i] - '0');
    return value;
}

static int64_t take_int_or_null(struct cursor *c)
{
    return TRY_WORD(c, "null") ? RECORD_NULL : take_int(c);
}

static void skip_number(struct cursor *c)
{
    TRY_WORD(c, "-");
    take_int(c);
    if (TRY_WORD(c, "."))
        take_digits(c, FRACTION_DIGITS_MAX);
}

static bool take_bool(struct cursor *c)
{
    if (TRY_WORD(c, "true"))
        return true;
    TAKE(c, "false");
    return false;
}

/* Takes a string that must be a word of a table; returns its index. */
static unsigned take_word(struct cursor *c, const char *word(unsigned), unsigned count)
{
    struct caa_text text = take_string(c);
    for (unsigned i = 0; c->ok && i < count; i++) {
        if (caa_text_equal(text, caa_text_from(word(i))))
            return i;
    }
    c->ok = false;
    return 0;
}

static unsigned take_word_or_null(struct cursor *c, const char *word(unsigned), unsigned count)
{
    return TRY_WORD(c, "null") ? 0 : take_word(c, word, count);
}

static void skip_scalar(struct cursor *c)
{
    if (c->p == c->end)
        c->ok = false;
    else if (*c->p == '"')
        skip_string(c);
    else if (!TRY_WORD(c, "null") && !TRY_WORD(c, "true") && !TRY_WORD(c, "false"))
        skip_number(c);
}

/* Moves past any value that nests no deeper than DEPTH_MAX. */
static void skip_value(struct cursor *c, unsigned depth);

static void skip_members(struct cursor *c, unsigned depth)
{
    do {
        skip_string(c);
        TAKE(c, ":");
        skip_value(c, depth);
    } while (TRY_WORD(c, ","));
    TAKE(c, "}");
}

static void skip_elements(struct cursor *c, unsigned depth)
{
    do
        skip_value(c, depth);
    while (TRY_WORD(c, ","));
    TAKE(c, "]");
}

static void skip_value(struct cursor *c, unsigned depth)
{
    if (depth > DEPTH_MAX)
        c->ok = false;
    if (!c->ok || TRY_WORD(c, "[]") || TRY_WORD(c, "{}"))
        return;
    if (TRY_WORD(c, "{"))
        skip_members(c, depth + 1);
    else if (TRY_WORD(c, "["))
        skip_elements(c, depth + 1);
    else
        skip_scalar(c);
}

static bool skip_array(struct cursor *c)
{
    bool filled = c->end - c->p >= 2 && c->p[1] != ']';
    if (c->p == c->end || *c->p != '[')
        c->ok = false;
    skip_value(c, 1);
    return filled;
}

/* Makes room for one more record of the set; the array is kept from line to line. */
static struct caa_record *next_caa(struct cursor *c, size_t count)
{
    struct record_line *reader = c->reader;
    if (count == reader->caa_cap) {
        size_t cap = reader->caa_cap == 0 ? 16 : reader->caa_cap * 2;
        struct caa_record *grown = realloc(reader->caa, cap * sizeof *grown);
        if (grown == NULL) {
            reader->no_memory = true;
            c->ok = false;
            return NULL;
        }
        reader->caa = grown;
        reader->caa_cap = cap;
    }
    return &reader->caa[count];
}

/* Octets of the hexadecimal text that stands next. */
static struct caa_text take_hex(struct cursor *c)
{
    struct caa_text text = take_string(c);
    uint8_t *out = c->reader->scratch + c->reader->scratch_len;
    c->ok = c->ok && text_escape_from_hex(text, out);
    c->reader->scratch_len += text.len / 2;
    return caa_text_of(out, text.len / 2);
}

/* The rest of a malformed record, behind `"flags":null,`: its error must be what RDATA shows. */
static struct caa_record take_malformed(struct cursor *c)
{
    TAKE(c, "\"tag\":null,\"value\":null,\"ttl\":");
    take_int_or_null(c);
    TAKE(c, ",\"rdata_error\":");
    unsigned error = take_word(c, rdata_error_word, RDATA_COUNT);
    TAKE(c, ",\"rdata\":");
    struct caa_text rdata = take_hex(c);
    struct caa_record record = caa_record_from_rdata(rdata.octets, rdata.len);
    if (error == RDATA_NONE || record.rdata_error != error)
        c->ok = false;
    return record;
}

static struct caa_record take_property(struct cursor *c)
{
    int64_t flags = take_int(c);
    TAKE(c, ",\"tag\":");
    struct caa_text tag = take_octets(c);
    TAKE(c, ",\"value\":");
    struct caa_text value = take_octets(c);
    TAKE(c, ",\"ttl\":");
    take_int(c);
    TAKE(c, ",\"rdata_error\":null,\"rdata\":null");
    if (flags > UINT8_MAX || tag.len > UINT8_MAX || tag.len + value.len + 2 > UINT16_MAX)
        c->ok = false;
    if (!c->ok)
        return (struct caa_record){0};
    return caa_record_from_parts((uint8_t)flags, tag, value);
}

static struct caa_set take_set(struct cursor *c)
{
    size_t count = 0;
    TAKE(c, "[");
    if (TRY_WORD(c, "]"))
        return (struct caa_set){0};
    do {
        TAKE(c, "{\"flags\":");
        struct caa_record *record = next_caa(c, count);
        if (record == NULL)
            return (struct caa_set){0};
        *record = TRY_WORD(c, "null,") ? take_malformed(c) : take_property(c);
        count++;
        TAKE(c, "}");
    } while (TRY_WORD(c, ","));
    TAKE(c, "]");
    return (struct caa_set){c->reader->caa, count};
}

static struct caa_text take_ns(struct cursor *c)
{
    struct caa_text first = {0};
    TAKE(c, "[");
    if (TRY_WORD(c, "]"))
        return first;
    do {
        struct caa_text name = take_string(c);
        if (first.octets == NULL || caa_text_compare_folded(name, first) < 0)
            first = name;
    } while (TRY_WORD(c, ","));
    TAKE(c, "]");
    return first;
}

/* Kinds that this version does not know are no error: the vocabulary may grow at its end. */
static uint32_t take_notes(struct cursor *c)
{
    uint32_t notes = 0;
    TAKE(c, "[");
    if (TRY_WORD(c, "]"))
        return notes;
    do {
        TAKE(c, "{\"kind\":");
        struct caa_text kind = take_string(c);
        for (unsigned i = 0; i < NOTE_COUNT; i++) {
            if (caa_text_equal(kind, caa_text_from(note_word(i))))
                notes |= UINT32_C(1) << i;
        }
        TAKE(c, ",\"at\":");
        take_string_or_null(c);
        TAKE(c, ",\"detail\":");
        take_string_or_null(c);
        TAKE(c, "}");
    } while (TRY_WORD(c, ","));
    TAKE(c, "]");
    return notes;
}

static void take_control(struct cursor *c, struct record_view *r)
{
    TAKE(c, "[");
    if (TRY_WORD(c, "]"))
        return;
    do {
        TAKE(c, "{\"at\":");
        take_string_or_null(c);
        TAKE(c, ",\"server\":");
        take_string_or_null(c);
        TAKE(c, ",\"type\":");
        bool is_a = caa_text_equal(take_string(c), caa_text_from("A"));
        TAKE(c, ",\"cd\":");
        take_bool(c);
        TAKE(c, ",\"rcode\":");
        int64_t rcode = take_int_or_null(c);
        TAKE(c, ",\"answered\":");
        bool answered = take_bool(c);
        TAKE(c, ",\"caa\":");
        skip_value(c, 1);
        TAKE(c, "}");
        r->a_probed |= is_a;
        r->a_answered |= is_a && answered && rcode == 0;
    } while (TRY_WORD(c, ","));
    TAKE(c, "]");
}

static void take_identity(struct cursor *c, struct record_view *r)
{
    c->reader->key = "v";
    TAKE(c, "{\"v\":");
    if (take_int(c) != CAASCAN_SCHEMA_VERSION)
        c->ok = false;
    TAKE_KEY(c, scan);
    r->scan = take_string(c);
    TAKE_KEY(c, mode);
    r->mode = take_word(c, mode_word, MODE_COUNT);
    TAKE_KEY(c, vantage);
    r->vantage = take_string_or_null(c);
    TAKE_KEY(c, row);
    r->row = take_int(c);
    TAKE_KEY(c, prefix);
    r->prefix = take_string(c);
    TAKE_KEY(c, pass);
    r->pass = take_int(c);
    TAKE_KEY(c, rank);
    r->rank = take_int_or_null(c);
    TAKE_KEY(c, input);
    skip_string(c);
    TAKE_KEY(c, extra);
    skip_array(c);
    TAKE_KEY(c, name);
    r->name = take_string_or_null(c);
    TAKE_KEY(c, wildcard);
    r->wildcard = take_bool(c);
}

static void take_verdict(struct cursor *c, struct record_view *r)
{
    TAKE_KEY(c, outcome);
    r->outcome = take_word(c, outcome_word, OUTCOME_COUNT);
    TAKE_KEY(c, error_class);
    r->error_class = take_word_or_null(c, class_word, CLASS_COUNT);
    TAKE_KEY(c, error_at);
    r->error_at = take_string_or_null(c);
    TAKE_KEY(c, error_name);
    r->error_name = take_string_or_null(c);
    TAKE_KEY(c, exists);
    r->exists = take_word(c, existence_word, EXISTS_COUNT);
    TAKE_KEY(c, own);
    r->own = take_word(c, outcome_word, OUTCOME_COUNT);
    TAKE_KEY(c, found_at);
    r->found_at = take_string_or_null(c);
    TAKE_KEY(c, depth);
    r->depth = take_int_or_null(c);
    TAKE_KEY(c, rrset_owner);
    r->rrset_owner = take_string_or_null(c);
    TAKE_KEY(c, chain);
    r->aliased = skip_array(c);
    TAKE_KEY(c, caa);
    r->set = take_set(c);
}

static void take_evidence(struct cursor *c, struct record_view *r)
{
    TAKE_KEY(c, zone);
    r->zone = take_string_or_null(c);
    TAKE_KEY(c, ns);
    r->ns = take_ns(c);
    TAKE_KEY(c, set_zone);
    take_string_or_null(c);
    TAKE_KEY(c, set_ns);
    skip_array(c);
    TAKE_KEY(c, levels);
    skip_array(c);
    TAKE_KEY(c, notes);
    r->notes = take_notes(c);
    TAKE_KEY(c, control);
    take_control(c, r);
    TAKE_KEY(c, alt);
    skip_value(c, 1);
}

static void take_measures(struct cursor *c, struct record_view *r)
{
    TAKE_KEY(c, dnssec);
    r->dnssec = take_word(c, dnssec_word, DNSSEC_COUNT);
    TAKE_KEY(c, ds);
    r->ds = take_word(c, ds_word, DS_COUNT);
    TAKE_KEY(c, ad);
    if (!TRY_WORD(c, "null"))
        take_bool(c);
    TAKE_KEY(c, queries);
    r->queries = take_int(c);
    TAKE_KEY(c, retries);
    r->retries = take_int(c);
    TAKE_KEY(c, duration);
    skip_number(c);
    TAKE_KEY(c, timestamp);
    r->timestamp = take_string(c);
    TAKE(c, "}");
}

void record_line_init(struct record_line *reader)
{
    *reader = (struct record_line){0};
}

void record_line_fini(struct record_line *reader)
{
    free(reader->scratch);
    free(reader->caa);
    free(reader->canonical);
    *reader = (struct record_line){0};
}

static bool reserve_scratch(struct record_line *reader, size_t len)
{
    reader->scratch_len = 0;
    if (reader->scratch_cap >= len)
        return true;
    uint8_t *grown = realloc(reader->scratch, len);
    if (grown == NULL)
        return false;
    reader->scratch = grown;
    reader->scratch_cap = len;
    return true;
}

enum record_status record_line_scan(struct record_line *reader, struct caa_text line,
                                    struct record_view *out)
{
    if (!reserve_scratch(reader, 2 * line.len))
        return RECORD_NO_MEMORY;
    reader->no_memory = false;
    struct cursor c = {line.octets, line.octets + line.len, reader, line.len > 0};
    *out = (struct record_view){0};
    take_identity(&c, out);
    take_verdict(&c, out);
    take_evidence(&c, out);
    take_measures(&c, out);
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
