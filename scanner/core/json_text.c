#include "json_text.h"

#include <string.h>

#define ESCAPED_MAX 5u /* two backslashes and three digits */
#define NUMBER_MAX 20u
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

static size_t plain_run(const uint8_t *octets, size_t len)
{
    size_t at = 0;
    for (; len - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, octets + at, sizeof word);
        if (unusual(word) != 0)
            break;
    }
    while (at < len && plain(octets[at]))
        at++;
    return at;
}

void json_octets(struct writer *w, const uint8_t *octets, size_t len)
{
    writer_u8(w, '"');
    while (len > 0 && !w->failed) {
        size_t run = plain_run(octets, len);
        writer_octets(w, octets, run);
        octets += run;
        len -= run;
        if (len == 0)
            break;
        uint8_t escaped[ESCAPED_MAX];
        writer_octets(w, escaped, escape(*octets, escaped));
        octets++;
        len--;
    }
    writer_u8(w, '"');
}

void json_text(struct writer *w, const char *text)
{
    if (text == NULL)
        JSON_LITERAL(w, "null");
    else
        json_octets(w, (const uint8_t *)text, strlen(text));
}

/* Puts a label and the dot before it. Returns where it ends. */
static uint8_t *put_label(uint8_t *out, const uint8_t *label)
{
    for (size_t i = 1; i <= label[0]; i++) {
        if (plain(label[i]) && label[i] != '.')
            *out++ = label[i];
        else
            out += escape(label[i], out);
    }
    return out;
}

void json_name(struct writer *w, struct name n)
{
    if (n.len == 0) {
        JSON_LITERAL(w, "null");
        return;
    }
    uint8_t text[ESCAPED_MAX * NAME_LEN_MAX];
    uint8_t *out = text;
    *out++ = '"';
    if (n.len == 1)
        *out++ = '.';
    while (n.len > 1) {
        out = put_label(out, n.wire);
        name_parent(&n);
        if (n.len > 1)
            *out++ = '.';
    }
    *out++ = '"';
    writer_octets(w, text, (size_t)(out - text));
}

void json_hex(struct writer *w, const uint8_t *octets, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    writer_u8(w, '"');
    uint8_t *out = writer_reserve(w, 2 * len);
    for (size_t i = 0; out != NULL && i < len; i++) {
        *out++ = (uint8_t)digits[octets[i] >> 4];
        *out++ = (uint8_t)digits[octets[i] & 0xFu];
    }
    writer_u8(w, '"');
}

void json_number(struct writer *w, uint64_t value)
{
    uint8_t text[NUMBER_MAX];
    size_t at = sizeof text;
    while (value >= 10) {
        at -= 2;
        put_pair(text + at, (unsigned)(value % 100));
        value /= 100;
    }
    if (value > 0 || at == sizeof text)
        text[--at] = (uint8_t)('0' + value);
    writer_octets(w, text + at, sizeof text - at);
}

void json_seconds(struct writer *w, uint64_t us)
{
    json_number(w, us / 1000000);
    uint8_t *out = writer_reserve(w, 7);
    if (out == NULL)
        return;
    unsigned rest = (unsigned)(us % 1000000);
    out[0] = '.';
    put_pair(out + 1, rest / 10000);
    put_pair(out + 3, rest / 100 % 100);
    put_pair(out + 5, rest % 100);
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

void json_timestamp(struct writer *w, uint64_t ms)
{
    uint8_t *out = writer_reserve(w, sizeof "\"2026-11-21T23:00:00.123Z\"" - 1);
    if (out == NULL)
        return;
    if (ms > TIMESTAMP_LAST_MS)
        ms = TIMESTAMP_LAST_MS;
    struct date date = date_of((unsigned)(ms / 86400000));
    unsigned ms_of_day = (unsigned)(ms % 86400000);
    memcpy(out, "\"0000-00-00T00:00:00.000Z\"", 26);
    put_pair(out + 1, date.year / 100);
    put_pair(out + 3, date.year % 100);
    put_pair(out + 6, date.month);
    put_pair(out + 9, date.day);
    put_pair(out + 12, ms_of_day / 3600000);
    put_pair(out + 15, ms_of_day / 60000 % 60);
    put_pair(out + 18, ms_of_day / 1000 % 60);
    out[21] = (uint8_t)('0' + ms_of_day / 100 % 10);
    put_pair(out + 22, ms_of_day % 100);
}
