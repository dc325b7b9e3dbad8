/* json_text.h: JSON values as octets of a record, ASCII only. Pure; the first value that does not
 * fit sticks.
 *
 * Octets from outside are no text. Those outside 0x20-0x7E become \DDD, a backslash becomes two,
 * and what results is escaped as JSON wants it, so nothing is lost and no encoding is assumed. */
#ifndef CAASCAN_JSON_TEXT_H
#define CAASCAN_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "name.h"

/* Room to write in. Passed and returned by value, since a record is some hundred short pieces and
 * this keeps it in registers. After the first piece that did not fit, `at` is NULL and none fits.
 */
struct text {
    uint8_t *at, *end;
};

static inline struct text text_over(uint8_t *octets, size_t cap)
{
    return (struct text){octets, octets + cap};
}

static inline struct text text_full(void)
{
    return (struct text){NULL, NULL};
}

static inline size_t text_left(struct text t)
{
    return (size_t)(t.end - t.at);
}

/* Behind octets that were written to t.at. */
static inline struct text text_behind(struct text t, size_t len)
{
    return (struct text){t.at + len, t.end};
}

/* Writes octets as they stand. */
static inline struct text text_octets(struct text t, const void *octets, size_t len)
{
    if (len > text_left(t))
        return text_full();
    if (len == 0)
        return t;
    memcpy(t.at, octets, len);
    return text_behind(t, len);
}

static inline struct text text_octet(struct text t, uint8_t octet)
{
    if (t.at == t.end)
        return text_full();
    *t.at = octet;
    return text_behind(t, 1);
}

/* Writes a string literal of the program as it stands. */
#define TEXT_LITERAL(t, literal) text_octets(t, literal, sizeof literal - 1)

/* Writes octets as a string in quotes. */
struct text json_octets(struct text t, const uint8_t *octets, size_t len);

/* As json_octets for NUL-terminated text; null for NULL. */
struct text json_text(struct text t, const char *string);

/* Writes a name as name_text gives it, in quotes; null for len 0. */
struct text json_name(struct text t, struct name n);

/* Does json_name write the first label of a name as it stands? False for the root. */
bool json_label_is_plain(struct name n);

/* Writes octets in lower case hexadecimal, in quotes. */
struct text json_hex(struct text t, const uint8_t *octets, size_t len);

/* For values of two digits and more. */
struct text json_large_number(struct text t, uint64_t value);

static inline struct text json_number(struct text t, uint64_t value)
{
    return value < 10 ? text_octet(t, (uint8_t)('0' + value)) : json_large_number(t, value);
}

/* Writes microseconds as seconds with six decimals. */
struct text json_seconds(struct text t, uint64_t us);

/* A second as json_timestamp wrote it last; begins zeroed. */
struct json_second {
    uint64_t number; /* since 1970, counted from 1; 0: none yet */
    uint8_t text[26];
};

/* Writes milliseconds since 1970 as RFC 3339 UTC in quotes, "2026-11-21T23:00:00.123Z". What lies
 * behind the year 9999 is written as its last millisecond. Where `last` is given, the text of the
 * second is kept there, and made once for all of its timestamps. */
struct text json_timestamp(struct text t, uint64_t ms, struct json_second *last);

#endif
