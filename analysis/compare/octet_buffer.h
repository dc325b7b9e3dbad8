/* octet_buffer.h: octets put together field by field, and read again with every length checked. */
#ifndef OCTET_BUFFER_H
#define OCTET_BUFFER_H

#include "caa_text.h"

/* Grows as needed and is used again and again. A failed allocation sticks: what is put after it is
 * dropped, and no_memory says so. */
struct octet_buffer {
    uint8_t *octets;
    size_t len, cap;
    bool no_memory;
};

void octet_buffer_fini(struct octet_buffer *buffer);

/* What the buffer holds; borrowed until it changes. */
struct caa_text octet_buffer_text(const struct octet_buffer *buffer);

/* Numbers are big endian, so that they sort as they should. width is 1 to 8 octets. */
void octet_buffer_put(struct octet_buffer *buffer, struct caa_text octets);
void octet_buffer_put_folded(struct octet_buffer *buffer, struct caa_text octets);
void octet_buffer_put_word(struct octet_buffer *buffer, const char *word);
void octet_buffer_put_number(struct octet_buffer *buffer, uint64_t number, unsigned width);

/* A length of 32 bits, and the octets. */
void octet_buffer_put_field(struct octet_buffer *buffer, struct caa_text octets);

/* Reads what was put. bad sticks: all that is taken after it is empty or 0. */
struct octet_cursor {
    struct caa_text rest;
    bool bad;
};

uint64_t octet_cursor_number(struct octet_cursor *cursor, unsigned width);
struct caa_text octet_cursor_take(struct octet_cursor *cursor, size_t len);
struct caa_text octet_cursor_field(struct octet_cursor *cursor);

#endif
