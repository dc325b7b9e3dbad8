#include "json_cursor.h"

#define DEPTH_MAX 8       /* a record is at 1, levels[].chain[].owner at 5 */
#define INT_DIGITS_MAX 18 /* fits an int64_t and every JSON parser's integer */

static inline bool is_plain(uint8_t octet)
{
    return octet >= 0x20 && octet <= 0x7E && octet != '"' && octet != '\\';
}

/* Skips octets that stand for themselves, sixteen at a time where the machine can. */
static inline const uint8_t *skip_plain(const uint8_t *p, const uint8_t *end)
{
#ifdef __SSE2__
    for (; end - p >= 16; p += 16) {
        unsigned special = json_cursor_special(p);
        if (special != 0)
            return p + __builtin_ctz(special);
    }
#endif
    while (p < end && is_plain(*p))
        p++;
    return p;
}

bool json_cursor_skip_any_string(struct json_cursor *c)
{
    bool escaped = false;
    JSON_CURSOR_TAKE(c, "\"");
    while (c->ok) {
        c->p = skip_plain(c->p, c->end);
        if (JSON_CURSOR_TRY(c, "\""))
            return escaped;
        escaped = true;
        if (!JSON_CURSOR_TRY(c, "\\\\") && !JSON_CURSOR_TRY(c, "\\\""))
            json_cursor_fail(c);
    }
    return escaped;
}

static struct caa_text without_json_escapes(struct json_cursor *c, struct caa_text in)
{
    uint8_t *out = c->scratch;
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        if (in.octets[i] == '\\')
            i++;
        out[len++] = in.octets[i];
    }
    c->scratch += len;
    return caa_text_of(out, len);
}

struct caa_text json_cursor_any_string(struct json_cursor *c)
{
    const uint8_t *quote = c->p;
    bool escaped = json_cursor_skip_string(c);
    if (!c->ok)
        return (struct caa_text){0};
    struct caa_text inner = caa_text_of(quote + 1, (size_t)(c->p - quote) - 2);
    return escaped ? without_json_escapes(c, inner) : inner;
}

static size_t take_digits(struct json_cursor *c, size_t most)
{
    const uint8_t *p = c->p, *end = c->end;
    unsigned run = 8;
    while (end - p >= 8 && run == 8) {
        run = json_cursor_digits(p);
        p += run;
    }
    while (run == 8 && p < end && caa_text_is_digit(*p))
        p++;
    size_t count = (size_t)(p - c->p);
    c->p = p;
    if (count == 0 || count > most)
        json_cursor_fail(c);
    return count;
}

/* The value of digits. */
static int64_t value_of(const uint8_t *digits, size_t count)
{
    int64_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + (digits[i] - '0');
    return value;
}

/* The value of eight digits, the first in the lowest octet; octets of 0 before them count as 0.
 * Tens are added up with their ones, hundreds with theirs, and so on. */
static int64_t value_of_eight(uint64_t digits)
{
    digits &= UINT64_C(0x0F0F0F0F0F0F0F0F);
    digits = (digits * 10 + (digits >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
    digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    return (int64_t)((digits * 10000 + (digits >> 32)) & UINT32_MAX);
}

int64_t json_cursor_any_int(struct json_cursor *c)
{
    const uint8_t *from = c->p;
    if (c->end - from >= 8 && *from != '0') {
        unsigned run = json_cursor_digits(from);
        if (run - 1 < 7) {
            c->p += run;
            return value_of_eight(json_cursor_octets(from) << (64 - 8 * run));
        }
    }
    size_t count = take_digits(c, INT_DIGITS_MAX);
    if (!c->ok || (*from == '0' && count > 1)) {
        json_cursor_fail(c);
        return 0;
    }
    return value_of(from, count);
}

void json_cursor_skip_any_number(struct json_cursor *c)
{
    JSON_CURSOR_TRY(c, "-");
    json_cursor_any_int(c);
    if (JSON_CURSOR_TRY(c, "."))
        take_digits(c, JSON_CURSOR_FRACTION_MAX);
}

bool json_cursor_bool(struct json_cursor *c)
{
    if (JSON_CURSOR_TRY(c, "true"))
        return true;
    JSON_CURSOR_TAKE(c, "false");
    return false;
}

/* Words are short: a loop over both is done before strlen and memcmp are called. */
static bool is_word(struct caa_text text, const char *word)
{
    size_t i = 0;
    while (i < text.len && text.octets[i] != 0 && text.octets[i] == (uint8_t)word[i])
        i++;
    return i == text.len && word[i] == '\0';
}

unsigned json_cursor_word(struct json_cursor *c, const char *word(unsigned), unsigned count)
{
    struct caa_text text = json_cursor_string(c);
    for (unsigned i = 0; text.len > 0 && i < count; i++) {
        if (is_word(text, word(i)))
            return i;
    }
    json_cursor_fail(c);
    return 0;
}

unsigned json_cursor_word_or_null(struct json_cursor *c, const char *word(unsigned), unsigned count)
{
    return JSON_CURSOR_TRY(c, "null") ? 0 : json_cursor_word(c, word, count);
}

static void skip_scalar(struct json_cursor *c)
{
    if (c->p == c->end)
        json_cursor_fail(c);
    else if (*c->p == '"')
        json_cursor_skip_string(c);
    else if (!JSON_CURSOR_TRY(c, "null") && !JSON_CURSOR_TRY(c, "true") &&
             !JSON_CURSOR_TRY(c, "false"))
        json_cursor_skip_number(c);
}

static void skip_nested(struct json_cursor *c, unsigned depth);

static void skip_members(struct json_cursor *c, unsigned depth)
{
    do {
        json_cursor_skip_string(c);
        JSON_CURSOR_TAKE(c, ":");
        skip_nested(c, depth);
    } while (JSON_CURSOR_TRY(c, ","));
    JSON_CURSOR_TAKE(c, "}");
}

static void skip_elements(struct json_cursor *c, unsigned depth)
{
    do
        skip_nested(c, depth);
    while (JSON_CURSOR_TRY(c, ","));
    JSON_CURSOR_TAKE(c, "]");
}

static void skip_nested(struct json_cursor *c, unsigned depth)
{
    if (depth > DEPTH_MAX)
        json_cursor_fail(c);
    if (!c->ok || JSON_CURSOR_TRY(c, "[]") || JSON_CURSOR_TRY(c, "{}"))
        return;
    if (JSON_CURSOR_TRY(c, "{"))
        skip_members(c, depth + 1);
    else if (JSON_CURSOR_TRY(c, "["))
        skip_elements(c, depth + 1);
    else
        skip_scalar(c);
}

void json_cursor_skip_value(struct json_cursor *c)
{
    if (c->p < c->end && *c->p != '[' && *c->p != '{')
        skip_scalar(c);
    else
        skip_nested(c, 1);
}

bool json_cursor_skip_any_array(struct json_cursor *c)
{
    bool filled = c->end - c->p >= 2 && c->p[1] != ']';
    if (c->p == c->end || *c->p != '[')
        json_cursor_fail(c);
    skip_nested(c, 1);
    return filled;
}
