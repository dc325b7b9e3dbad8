#include "csv_buffer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "decimal.h"

/* One octet becomes at the most four; a cell has a comma, quotes and an apostrophe besides. */
#define OCTET_ROOM 4u
#define CELL_ROOM 4u
#define FIRST_CAP 1024u

void csv_buffer_fini(struct csv_buffer *csv)
{
    free(csv->octets);
    *csv = (struct csv_buffer){0};
}

void csv_buffer_clear(struct csv_buffer *csv)
{
    csv->len = 0;
}

static bool reserve(struct csv_buffer *csv, size_t more)
{
    if (csv->cap - csv->len >= more)
        return true;
    size_t cap = csv->cap < FIRST_CAP ? FIRST_CAP : csv->cap;
    while (cap - csv->len < more)
        cap *= 2;
    char *grown = csv->no_memory ? NULL : realloc(csv->octets, cap);
    if (grown == NULL) {
        csv->no_memory = true;
        return false;
    }
    csv->octets = grown;
    csv->cap = cap;
    return true;
}

/* Makes room for a cell of so many octets and begins it. */
static bool begin_cell(struct csv_buffer *csv, size_t len)
{
    if (!reserve(csv, CELL_ROOM + OCTET_ROOM * len))
        return false;
    if (csv->row_begun)
        csv->octets[csv->len++] = ',';
    csv->row_begun = true;
    return true;
}

static bool is_plain(uint8_t octet)
{
    switch (octet) {
    case '.':
    case '_':
    case '-':
    case ':':
    case '/':
    case '\\':
        return true;
    default:
        return caa_text_is_alnum(octet);
    }
}

static bool is_formula(struct caa_text text)
{
    text = caa_text_trim(text);
    return text.len > 0 && memchr("=+-@", text.octets[0], 4) != NULL;
}

static void put_octet(struct csv_buffer *csv, uint8_t octet)
{
    char *to = csv->octets + csv->len;
    if (octet >= 0x20 && octet <= 0x7E) {
        *to++ = (char)octet;
        if (octet == '"')
            *to++ = '"';
    } else {
        *to++ = '\\';
        *to++ = (char)('0' + octet / 100);
        *to++ = (char)('0' + octet / 10 % 10);
        *to++ = (char)('0' + octet % 10);
    }
    csv->len = (size_t)(to - csv->octets);
}

/* Octets that stand for themselves and need no quotes. The room is there. */
static void put_plain(struct csv_buffer *csv, struct caa_text text)
{
    if (text.len > 0)
        memcpy(csv->octets + csv->len, text.octets, text.len);
    csv->len += text.len;
}

static void put_cell(struct csv_buffer *csv, struct caa_text text, bool double_backslash)
{
    if (!begin_cell(csv, text.len))
        return;
    bool formula = is_formula(text);
    bool quoted = formula || !caa_text_all(text, is_plain);
    if (!quoted && (!double_backslash || !caa_text_has(text, '\\'))) {
        put_plain(csv, text);
        return;
    }
    if (quoted)
        csv->octets[csv->len++] = '"';
    if (formula)
        csv->octets[csv->len++] = '\'';
    for (size_t i = 0; i < text.len; i++) {
        put_octet(csv, text.octets[i]);
        if (double_backslash && text.octets[i] == '\\')
            put_octet(csv, '\\');
    }
    if (quoted)
        csv->octets[csv->len++] = '"';
}

void csv_buffer_text(struct csv_buffer *csv, struct caa_text text)
{
    put_cell(csv, text, false);
}

void csv_buffer_octets(struct csv_buffer *csv, struct caa_text octets)
{
    put_cell(csv, octets, true);
}

void csv_buffer_word(struct csv_buffer *csv, const char *word)
{
    put_cell(csv, caa_text_from(word), false);
}

/* Digits and dots need no quotes. */
static void put_number(struct csv_buffer *csv, const char *digits, int len)
{
    if (len > 0 && begin_cell(csv, (size_t)len))
        put_plain(csv, caa_text_of(digits, (size_t)len));
}

void csv_buffer_count(struct csv_buffer *csv, uint64_t count)
{
    char digits[20]; /* of UINT64_MAX */
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + count % 10);
    while ((count /= 10) > 0);
    put_number(csv, digits + at, (int)(sizeof digits - at));
}

void csv_buffer_change(struct csv_buffer *csv, uint64_t before, uint64_t now)
{
    char digits[24];
    put_number(csv, digits,
               now < before ? snprintf(digits, sizeof digits, "-%" PRIu64, before - now)
                            : snprintf(digits, sizeof digits, "%" PRIu64, now - before));
}

void csv_buffer_share(struct csv_buffer *csv, uint64_t count, uint64_t whole)
{
    if (whole == 0)
        csv_buffer_empty(csv);
    else
        csv_buffer_fraction(csv, (double)count / (double)whole);
}

void csv_buffer_fraction(struct csv_buffer *csv, double fraction)
{
    char digits[DECIMAL_LEN];
    put_number(csv, digits, (int)decimal_put(digits, fraction, 6));
}

void csv_buffer_empty(struct csv_buffer *csv)
{
    begin_cell(csv, 0);
}

void csv_buffer_end_row(struct csv_buffer *csv)
{
    csv->row_begun = false;
    if (reserve(csv, 1))
        csv->octets[csv->len++] = '\n';
}

void csv_buffer_raw(struct csv_buffer *csv, struct caa_text octets)
{
    if (octets.len == 0 || !reserve(csv, octets.len))
        return;
    memcpy(csv->octets + csv->len, octets.octets, octets.len);
    csv->len += octets.len;
}

void csv_buffer_line(struct csv_buffer *csv, const char *line)
{
    csv_buffer_raw(csv, caa_text_from(line));
    csv_buffer_end_row(csv);
}
