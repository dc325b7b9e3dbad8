#include "json_text.h"

#include <string.h>

#define ESCAPED_MAX 5u /* two backslashes and three digits */
#define NAME_JSON_MAX (ESCAPED_MAX * NAME_LEN_MAX)
#define TIMESTAMP_LAST_MS 253402300799999u

static const char digit_pairs[] = "00010203040506070809101112131415161718192021222324"
                                  "25262728293031323334353637383940414243444546474849"
                                  "50515253545556575859606162636465666768697071727374"
                                  "75767778798081828384858687888990919293949596979899";

static inline void put_pair(uint8_t *out, unsigned value)
{
    memcpy(out, digit_pairs + (size_t)2 * value, 2);
}

static inline bool plain(uint8_t octet)
{
    return octet >= 0x20 && octet <= 0x7E && octet != '"' && octet != '\\';
}

static size_t escape(uint8_t octet, uint8_t *out)
{
    if (octet == '"') {
        memcpy(out, "\\\"", 2);
        return 2;
    }
    if (octet == '\\') {
        memcpy(out, "\\\\\\\\", 4);
        return 4;
    }
    memcpy(out, "\\\\", 2);
    out[2] = (uint8_t)('0' + octet / 100);
    put_pair(out + 3, octet % 100u);
    return ESCAPED_MAX;
}

/* Sets the top bit of some octet of the result unless all eight are plain. */
static inline uint64_t unusual(uint64_t word)
{
    const uint64_t ones = UINT64_MAX / 255;
    uint64_t quote = word ^ ones * '"';
    uint64_t backslash = word ^ ones * '\\';
    return (word | (word - ones * 0x20) | (word + ones) | ((quote - ones) & ~quote) |
            ((backslash - ones) & ~backslash)) &
           ones * 0x80;
}

static inline struct text put_escaped(struct text t, uint8_t octet)
{
    uint8_t escaped[ESCAPED_MAX];
    return text_octets(t, escaped, escape(octet, escaped));
}

/* Copies eight octets or more and says whether all were plain; the last word may overlap the one
 * before. */
static inline bool copy_plain(uint8_t *out, const uint8_t *octets, size_t len)
{
    uint64_t odd = 0;
    for (size_t at = 0; at < len; at += sizeof odd) {
        uint64_t word;
        if (len - at < sizeof word)
            at = len - sizeof word;
        memcpy(&word, octets + at, sizeof word);
        memcpy(out + at, &word, sizeof word);
        odd |= unusual(word);
    }
    return odd == 0;
}

struct text json_octets(struct text t, const uint8_t *octets, size_t len)
{
    t = text_octet(t, '"');
    if (len >= sizeof(uint64_t) && len <= text_left(t) && copy_plain(t.at, octets, len))
        return text_octet(text_behind(t, len), '"');
    for (size_t i = 0; i < len; i++)
        t = plain(octets[i]) ? text_octet(t, octets[i]) : put_escaped(t, octets[i]);
    return text_octet(t, '"');
}

struct text json_text(struct text t, const char *string)
{
    if (string == NULL)
        return TEXT_LITERAL(t, "null");
    return json_octets(t, (const uint8_t *)string, strlen(string));
}

static uint8_t *escape_label(uint8_t *out, const uint8_t *label)
{
    for (size_t i = 1; i <= label[0]; i++) {
        if (plain(label[i]) && label[i] != '.')
            *out++ = label[i];
        else
            out += escape(label[i], out);
    }
    return out;
}

bool json_label_is_plain(struct name n)
{
    bool is = n.len > 1;
    for (size_t i = 1; is && i <= n.wire[0]; i++)
        is = plain(n.wire[i]) && n.wire[i] != '.';
    return is;
}

static uint8_t *escape_labels(uint8_t *out, struct name n)
{
    for (const uint8_t *label = n.wire; label[0] != 0; label += label[0] + 1u) {
        if (label != n.wire)
            *out++ = '.';
        out = escape_label(out, label);
    }
    return out;
}

/* The octets below 0x20 of a word without top bits. */
static inline size_t low_in(uint64_t word)
{
    const uint64_t ones = UINT64_MAX / 255;
    uint64_t low = ~(word + ones * 0x60) & ones * 0x80;
    return ((low >> 7) * ones) >> 56;
}

/* Of octets that are no text in themselves: a quote, a dot, a backslash, or beyond 0x7E. */
static inline uint64_t odd_in_labels(uint64_t word)
{
    const uint64_t ones = UINT64_MAX / 255;
    uint64_t quote = word ^ ones * '"';
    uint64_t dot = word ^ ones * '.';
    uint64_t backslash = word ^ ones * '\\';
    return (word | (word + ones) | ((quote - ones) & ~quote) | ((dot - ones) & ~dot) |
            ((backslash - ones) & ~backslash)) &
           ones * 0x80;
}

/* Copies the labels of a name with dots between them, and says whether that is known to be its
 * text: all octets below 0x20 are lengths of labels then, and all lengths below 0x20. Words are
 * read where they were not just written octet by octet, which would make them wait. */
static inline bool copy_labels(uint8_t *out, struct name n)
{
    const uint8_t *octets = n.wire + 1;
    size_t len = n.len - 2u, low = 0, lengths = 0;
    uint64_t odd = 0;
    if (len < sizeof odd)
        return false;
    size_t twice = len % sizeof odd != 0 ? len - sizeof odd : len; /* from here in two words */
    for (size_t at = 0; at < len; at += sizeof odd) {
        uint64_t word;
        if (len - at < sizeof word)
            at = len - sizeof word;
        memcpy(&word, octets + at, sizeof word);
        memcpy(out + at, &word, sizeof word);
        odd |= odd_in_labels(word);
        low += low_in(word);
    }
    for (size_t at = n.wire[0]; at < len; at += octets[at] + 1u) {
        lengths += at >= twice && at < len / sizeof odd * sizeof odd ? 2 : 1;
        odd |= octets[at] & 0xE0u;
        out[at] = '.';
    }
    return odd == 0 && low == lengths;
}

/* Returns behind the text, which is at most NAME_JSON_MAX octets. */
static uint8_t *put_name(uint8_t *out, struct name n)
{
    *out++ = '"';
    if (n.len == 1)
        *out++ = '.';
    else
        out = copy_labels(out, n) ? out + (n.len - 2u) : escape_labels(out, n);
    *out++ = '"';
    return out;
}

struct text json_name(struct text t, struct name n)
{
    if (n.len == 0)
        return TEXT_LITERAL(t, "null");
    if (text_left(t) >= NAME_JSON_MAX)
        return (struct text){put_name(t.at, n), t.end};
    uint8_t spare[NAME_JSON_MAX];
    return text_octets(t, spare, (size_t)(put_name(spare, n) - spare));
}

struct text json_hex(struct text t, const uint8_t *octets, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    t = text_octet(t, '"');
    for (size_t i = 0; i < len; i++) {
        t = text_octet(t, (uint8_t)digits[octets[i] >> 4]);
        t = text_octet(t, (uint8_t)digits[octets[i] & 0xFu]);
    }
    return text_octet(t, '"');
}

static size_t digit_count(uint64_t value)
{
    size_t count = 1;
    for (; value >= 10000; value /= 10000)
        count += 4;
    return count + (value >= 10) + (value >= 100) + (value >= 1000);
}

/* Digits are written where they stay: to copy what was just written in pieces takes long. */
struct text json_large_number(struct text t, uint64_t value)
{
    size_t len = digit_count(value);
    if (text_left(t) < len)
        return text_full();
    uint8_t *at = t.at + len;
    for (; value >= 10; value /= 100) {
        at -= 2;
        put_pair(at, (unsigned)(value % 100));
    }
    if (at > t.at)
        t.at[0] = (uint8_t)('0' + value);
    return text_behind(t, len);
}

/* A dot and six digits. */
#define DECIMALS_LEN 7u

static inline void put_decimals(uint8_t *out, unsigned us)
{
    out[0] = '.';
    put_pair(out + 1, us / 10000);
    put_pair(out + 3, us / 100 % 100);
    put_pair(out + 5, us % 100);
}

struct text json_seconds(struct text t, uint64_t us)
{
    uint64_t seconds = us / 1000000;
    unsigned rest = (unsigned)(us % 1000000);
    t = json_number(t, seconds);
    if (text_left(t) < DECIMALS_LEN)
        return text_full();
    put_decimals(t.at, rest);
    return text_behind(t, DECIMALS_LEN);
}

struct date {
    unsigned year, month, day;
};

/* Days since 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the leap
 * day is the last of its year, in cycles of 400 years from the year 0. */
static struct date date_of(unsigned days)
{
    days += 719468;
    unsigned cycle = days / 146097;
    unsigned day_of_cycle = days % 146097;
    unsigned year =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
    unsigned day_of_year = day_of_cycle - (365 * year + year / 4 - year / 100);
    unsigned from_march = (5 * day_of_year + 2) / 153;
    unsigned month = from_march < 10 ? from_march + 3 : from_march - 9;
    return (struct date){
        .year = cycle * 400 + year + (month <= 2 ? 1 : 0),
        .month = month,
        .day = day_of_year - (153 * from_march + 2) / 5 + 1,
    };
}

#define TIMESTAMP_LEN 26u

static void put_second(uint8_t *out, uint64_t second)
{
    struct date date = date_of((unsigned)(second / 86400));
    unsigned of_day = (unsigned)(second % 86400);
    memcpy(out, "\"0000-00-00T00:00:00.000Z\"", TIMESTAMP_LEN);
    put_pair(out + 1, date.year / 100);
    put_pair(out + 3, date.year % 100);
    put_pair(out + 6, date.month);
    put_pair(out + 9, date.day);
    put_pair(out + 12, of_day / 3600);
    put_pair(out + 15, of_day / 60 % 60);
    put_pair(out + 18, of_day % 60);
}

struct text json_timestamp(struct text t, uint64_t ms, struct json_second *last)
{
    struct json_second room = {0};
    struct json_second *s = last != NULL ? last : &room;
    if (ms > TIMESTAMP_LAST_MS)
        ms = TIMESTAMP_LAST_MS;
    unsigned rest = (unsigned)(ms % 1000);
    if (s->number != ms / 1000 + 1) {
        s->number = ms / 1000 + 1;
        put_second(s->text, ms / 1000);
    }
    if (text_left(t) < TIMESTAMP_LEN)
        return text_full();
    memcpy(t.at, s->text, TIMESTAMP_LEN);
    t.at[21] = (uint8_t)('0' + rest / 100);
    put_pair(t.at + 22, rest % 100);
    return text_behind(t, TIMESTAMP_LEN);
}
