/* When a record was written, and on which day. */
#include <assert.h>
#include <string.h>

#include "record_line_parts.h"

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
void record_line_time(struct json_cursor *c, struct record_line *reader, struct record_view *r)
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
