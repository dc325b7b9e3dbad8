/* json_cursor.h: walks over canonical JSON: no blanks, printable ASCII, no escapes but \" and \\,
 * no exponents. Whatever a cursor accepts is JSON, and means to it what it means to any JSON
 * parser.
 *
 * The first thing that does not fit makes ok false for good. Calls after that return zeros, so a
 * caller may read a whole record and look at ok once.
 */
#ifndef JSON_CURSOR_H
#define JSON_CURSOR_H

#include "caa_text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define JSON_CURSOR_NULL (-1) /* for integers that are null */

struct json_cursor {
    const uint8_t *p, *end;
    uint8_t
        *scratch; /* where strings without their escapes go; needs as much room as the text has */
    const char *mark; /* the caller's own, to say later how far it came */
    bool ok;
};

/* Nothing is left for a cursor that failed, so whoever looks for octets need not look at ok too. */
static inline void json_cursor_fail(struct json_cursor *c)
{
    c->ok = false;
    c->p = c->end;
}

#ifdef __SSE2__
static inline __m128i json_cursor_load(const void *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

/* Are 16 octets or more the same? The last ones overlap those before; a constant len unrolls it. */
static inline bool json_cursor_same_long(const uint8_t *p, const char *word, size_t len)
{
    __m128i same =
        _mm_cmpeq_epi8(json_cursor_load(p + len - 16), json_cursor_load(word + len - 16));
#pragma GCC unroll 8
    for (size_t i = 0; i + 16 < len; i += 16)
        same = _mm_and_si128(same,
                             _mm_cmpeq_epi8(json_cursor_load(p + i), json_cursor_load(word + i)));
    return _mm_movemask_epi8(same) == 0xFFFF;
}
#endif

static inline bool json_cursor_same(const uint8_t *p, const char *word, size_t len)
{
#ifdef __SSE2__
    if (len >= 16)
        return json_cursor_same_long(p, word, len);
#endif
    return memcmp(p, word, len) == 0;
}

/* Takes octets, at least one, if they stand next; leaves ok alone. */
static inline bool json_cursor_try(struct json_cursor *c, const char *word, size_t len)
{
    if ((size_t)(c->end - c->p) < len || !json_cursor_same(c->p, word, len))
        return false;
    c->p += len;
    return true;
}

/* Takes octets that must stand next. */
static inline bool json_cursor_take(struct json_cursor *c, const char *word, size_t len)
{
    bool taken = json_cursor_try(c, word, len);
    if (!taken)
        json_cursor_fail(c);
    return taken;
}

/* The same for literals. */
#define JSON_CURSOR_TAKE(c, word) json_cursor_take(c, word, sizeof(word) - 1)
#define JSON_CURSOR_TRY(c, word) json_cursor_try(c, word, sizeof(word) - 1)

/* A string. The text points into the line, or into scratch if it has escapes. */
static inline struct caa_text json_cursor_string(struct json_cursor *c);

/* octets is NULL for null. */
static inline struct caa_text json_cursor_string_or_null(struct json_cursor *c);

/* A non-negative integer of at most 18 digits; JSON_CURSOR_NULL for null in the second. */
static inline int64_t json_cursor_int(struct json_cursor *c);
static inline int64_t json_cursor_int_or_null(struct json_cursor *c);

bool json_cursor_bool(struct json_cursor *c);

/* A string that must be a word of a table with `count` words; its index. The second gives 0 for
 * null. */
unsigned json_cursor_word(struct json_cursor *c, const char *word(unsigned), unsigned count);
unsigned json_cursor_word_or_null(struct json_cursor *c, const char *word(unsigned),
                                  unsigned count);

/* Move past a string (returns whether it has escapes), a number, any value, and an array (returns
 * whether it has elements). A value that is nested deeper than a record may be is not accepted. */
static inline bool json_cursor_skip_string(struct json_cursor *c);
static inline void json_cursor_skip_number(struct json_cursor *c);
void json_cursor_skip_value(struct json_cursor *c);
static inline bool json_cursor_skip_array(struct json_cursor *c);

/* The same for strings, integers, numbers and arrays of any kind. */
struct caa_text json_cursor_any_string(struct json_cursor *c);
int64_t json_cursor_any_int(struct json_cursor *c);
bool json_cursor_skip_any_string(struct json_cursor *c);
void json_cursor_skip_any_number(struct json_cursor *c);
bool json_cursor_skip_any_array(struct json_cursor *c);

#ifdef __SSE2__
/* One bit for each of sixteen octets that does not stand for itself in a string. Octets from 0x80
 * on are negative here, so below 0x20 too, and 0xFF before which comes 0 as well. */
static inline unsigned json_cursor_special(const uint8_t *p)
{
    __m128i x = json_cursor_load(p);
    __m128i quote =
        _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
    /* One more than 0x7F is the least of all, and than 0x1F no more than 0x20. */
    __m128i next = _mm_add_epi8(x, _mm_set1_epi8(1));
    __m128i control = _mm_cmpgt_epi8(_mm_set1_epi8(0x21), next);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(quote, control));
}
#endif

/* Most strings are short and plain. Returns the quote that ends one, or NULL for any other. */
static inline const uint8_t *json_cursor_short_end(const struct json_cursor *c)
{
#ifdef __SSE2__
    if (c->end - c->p <= 32 || *c->p != '"')
        return NULL;
    unsigned special = json_cursor_special(c->p + 1);
    special |= json_cursor_special(c->p + 17) << 16;
    const uint8_t *end = c->p + 1 + (special != 0 ? __builtin_ctz(special) : 0);
    return special != 0 && *end == '"' ? end : NULL;
#else
    (void)c;
    return NULL;
#endif
}

static inline bool json_cursor_skip_string(struct json_cursor *c)
{
    const uint8_t *end = json_cursor_short_end(c);
    if (end == NULL)
        return json_cursor_skip_any_string(c);
    c->p = end + 1;
    return false;
}

static inline struct caa_text json_cursor_string(struct json_cursor *c)
{
    const uint8_t *end = json_cursor_short_end(c);
    if (end == NULL)
        return json_cursor_any_string(c);
    struct caa_text text = caa_text_of(c->p + 1, (size_t)(end - c->p) - 1);
    c->p = end + 1;
    return text;
}

static inline struct caa_text json_cursor_string_or_null(struct json_cursor *c)
{
    return JSON_CURSOR_TRY(c, "null") ? (struct caa_text){0} : json_cursor_string(c);
}

/* Eight octets, the first in the lowest place: one load where the machine is little-endian. */
static inline uint64_t json_cursor_octets(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

/* How many of the eight octets from p on are digits, before the first that is none. */
static inline unsigned json_cursor_digits(const uint8_t *p)
{
    uint64_t octets = json_cursor_octets(p);
    octets ^=
        UINT64_C(0x3030303030303030); /* a digit is its value now, which carries into no 0x80 */
    uint64_t others =
        ((octets & UINT64_C(0x7F7F7F7F7F7F7F7F)) + UINT64_C(0x7676767676767676)) | octets;
    others &= UINT64_C(0x8080808080808080);
    return others != 0 ? (unsigned)__builtin_ctzll(others) / 8 : 8;
}

/* Most integers are small. */
static inline int64_t json_cursor_int(struct json_cursor *c)
{
    if (c->end - c->p < 2 || !caa_text_is_digit(c->p[0]) || caa_text_is_digit(c->p[1]))
        return json_cursor_any_int(c);
    return *c->p++ - '0';
}

static inline int64_t json_cursor_int_or_null(struct json_cursor *c)
{
    return JSON_CURSOR_TRY(c, "null") ? JSON_CURSOR_NULL : json_cursor_int(c);
}

#define JSON_CURSOR_FRACTION_MAX 6 /* digits; more than record_json.h writes is another number */

/* Most numbers are below 10 and have a fraction. */
static inline void json_cursor_skip_number(struct json_cursor *c)
{
    if (c->end - c->p >= 10 && caa_text_is_digit(c->p[0]) && c->p[1] == '.') {
        unsigned digits = json_cursor_digits(c->p + 2);
        if (digits >= 1 && digits <= JSON_CURSOR_FRACTION_MAX) {
            c->p += 2 + digits;
            return;
        }
    }
    json_cursor_skip_any_number(c);
}

/* Most arrays are empty. */
static inline bool json_cursor_skip_array(struct json_cursor *c)
{
    return !JSON_CURSOR_TRY(c, "[]") && json_cursor_skip_any_array(c);
}

#endif
