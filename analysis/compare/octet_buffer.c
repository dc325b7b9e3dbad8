#include "octet_buffer.h"

#include <stdlib.h>

void octet_buffer_fini(struct octet_buffer *buffer)
{
    free(buffer->octets);
    *buffer = (struct octet_buffer){0};
}

struct caa_text octet_buffer_text(const struct octet_buffer *buffer)
{
    return caa_text_of(buffer->octets, buffer->len);
}

/* Room for len octets more, which count as put; NULL without memory. */
static uint8_t *extend(struct octet_buffer *buffer, size_t len)
{
    if (buffer->no_memory)
        return NULL;
    if (buffer->cap - buffer->len < len) {
        size_t cap = 2 * (buffer->len + len) + 64;
        uint8_t *grown = realloc(buffer->octets, cap);
        buffer->no_memory = grown == NULL;
        if (grown == NULL)
            return NULL;
        buffer->octets = grown;
        buffer->cap = cap;
    }
    uint8_t *at = buffer->octets + buffer->len;
    buffer->len += len;
    return at;
}

void octet_buffer_put(struct octet_buffer *buffer, struct caa_text octets)
{
    uint8_t *at = octets.len > 0 ? extend(buffer, octets.len) : NULL;
    if (at != NULL)
        memcpy(at, octets.octets, octets.len);
}

void octet_buffer_put_folded(struct octet_buffer *buffer, struct caa_text octets)
{
    uint8_t *at = octets.len > 0 ? extend(buffer, octets.len) : NULL;
    if (at != NULL)
        caa_text_fold(octets, at, octets.len);
}

void octet_buffer_put_word(struct octet_buffer *buffer, const char *word)
{
    octet_buffer_put(buffer, caa_text_from(word));
}

void octet_buffer_put_number(struct octet_buffer *buffer, uint64_t number, unsigned width)
{
    uint8_t *at = extend(buffer, width);
    for (unsigned i = 0; at != NULL && i < width; i++)
        at[i] = (uint8_t)(number >> (8 * (width - 1 - i)));
}

void octet_buffer_put_field(struct octet_buffer *buffer, struct caa_text octets)
{
    octet_buffer_put_number(buffer, octets.len, 4);
    octet_buffer_put(buffer, octets);
}

struct caa_text octet_cursor_take(struct octet_cursor *cursor, size_t len)
{
    if (cursor->bad || cursor->rest.len < len) {
        cursor->bad = true;
        return (struct caa_text){0};
    }
    struct caa_text taken = caa_text_before(cursor->rest, len);
    cursor->rest = caa_text_after(cursor->rest, len);
    return taken;
}

uint64_t octet_cursor_number(struct octet_cursor *cursor, unsigned width)
{
    struct caa_text octets = octet_cursor_take(cursor, width);
    uint64_t number = 0;
    for (size_t i = 0; i < octets.len; i++)
        number = number << 8 | octets.octets[i];
    return number;
}

struct caa_text octet_cursor_field(struct octet_cursor *cursor)
{
    size_t len = (size_t)octet_cursor_number(cursor, 4);
    return octet_cursor_take(cursor, len);
}
