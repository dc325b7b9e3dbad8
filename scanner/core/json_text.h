/* json_text.h: JSON values as octets of a record, ASCII only. Pure; the writer's first error
 * sticks.
 *
 * Octets from outside are no text. Those outside 0x20-0x7E become \DDD, a backslash becomes two,
 * and what results is escaped as JSON wants it, so nothing is lost and no encoding is assumed. */
#ifndef CAASCAN_JSON_TEXT_H
#define CAASCAN_JSON_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "name.h"
#include "wire.h"

/* Writes a string literal of the program as it stands. */
#define JSON_LITERAL(w, literal) writer_octets(w, literal, sizeof literal - 1)

/* Writes octets as a string in quotes. */
void json_octets(struct writer *w, const uint8_t *octets, size_t len);

/* As json_octets for NUL-terminated text; null for NULL. */
void json_text(struct writer *w, const char *text);

/* Writes a name as name_text gives it, in quotes; null for len 0. */
void json_name(struct writer *w, struct name n);

/* Writes octets in lower case hexadecimal, in quotes. */
void json_hex(struct writer *w, const uint8_t *octets, size_t len);

void json_number(struct writer *w, uint64_t value);

/* Writes microseconds as seconds with six decimals. */
void json_seconds(struct writer *w, uint64_t us);

/* Writes milliseconds since 1970 as RFC 3339 UTC in quotes, "2026-11-21T23:00:00.123Z". What lies
 * behind the year 9999 is written as its last millisecond. */
void json_timestamp(struct writer *w, uint64_t ms);

#endif
