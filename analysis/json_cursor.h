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

/* Takes octets that must stand next. */
static inline bool json_cursor_take(struct json_cursor *c, const char *word, size_t len)
{
    if (!c->ok || (size_t)(c->end - c->p) < len || memcmp(c->p, word, len) != 0) {
        c->ok = false;
        return false;
    }
    c->p += len;
    return true;
}

/* Takes octets if they stand next; leaves ok alone. */
static inline bool json_cursor_try(struct json_cursor *c, const char *word, size_t len)
{
    if (!c->ok || (size_t)(c->end - c->p) < len || memcmp(c->p, word, len) != 0)
        return false;
    c->p += len;
    return true;
}

/* The same for literals. */
#define JSON_CURSOR_TAKE(c, word) json_cursor_take(c, word, sizeof(word) - 1)
#define JSON_CURSOR_TRY(c, word) json_cursor_try(c, word, sizeof(word) - 1)

/* A string. The text points into the line, or into scratch if it has escapes. */
static inline struct caa_text json_cursor_string(struct json_cursor *c);

/* octets is NULL for null. */
struct caa_text json_cursor_string_or_null(struct json_cursor *c);

/* A non-negative integer of at most 18 digits; JSON_CURSOR_NULL for null in the second. */
int64_t json_cursor_int(struct json_cursor *c);
int64_t json_cursor_int_or_null(struct json_cursor *c);

bool json_cursor_bool(struct json_cursor *c);

/* A string that must be a word of a table with `count` words; its index. The second gives 0 for
 * null. */
unsigned json_cursor_word(struct json_cursor *c, const char *word(unsigned), unsigned count);
unsigned json_cursor_word_or_null(struct json_cursor *c, const char *word(unsigned),
                                  unsigned count);

/* Move past a string (returns whether it has escapes), a number, any value, and an array (returns
 * whether it has elements). A value that is nested deeper than a record may be is not accepted. */
static inline bool json_cursor_skip_string(struct json_cursor *c);
void json_cursor_skip_number(struct json_cursor *c);
void json_cursor_skip_value(struct json_cursor *c);
static inline bool json_cursor_skip_array(struct json_cursor *c);

/* The same for strings and arrays of any kind. */
struct caa_text json_cursor_any_string(struct json_cursor *c);
bool json_cursor_skip_any_string(struct json_cursor *c);
bool json_cursor_skip_any_array(struct json_cursor *c);

#ifdef __SSE2__
/* One bit for each of sixteen octets that does not stand for itself in a string. Octets from 0x80
 * on are negative here, so below 0x20 too. */
static inline unsigned json_cursor_special(const uint8_t *p)
{
    __m128i x = _mm_loadu_si128((const __m128i *)p);
    __m128i quote =
        _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
    __m128i control = _mm_or_si128(_mm_cmplt_epi8(x, _mm_set1_epi8(0x20)),
                                   _mm_cmpeq_epi8(x, _mm_set1_epi8(0x7F)));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(quote, control));
}
#endif

/* Most strings are short and plain. Returns the quote that ends one, or NULL for any other. */
static inline const uint8_t *json_cursor_short_end(const struct json_cursor *c)
{
#ifdef __SSE2__
    if (!c->ok || c->end - c->p <= 32 || *c->p != '"')
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

/* Most arrays are empty. */
static inline bool json_cursor_skip_array(struct json_cursor *c)
{
    return !JSON_CURSOR_TRY(c, "[]") && json_cursor_skip_any_array(c);
}

#endif
