/* wire.h: bounded cursors over octets, network byte order.
 *
 * Two types, so that the compiler keeps reading and writing apart. The first error sticks: every
 * later read returns zeros and every later write is dropped, so a caller may do a whole structure
 * and look at `failed` once. Cursors borrow their buffer and never allocate.
 */
#ifndef CAASCAN_WIRE_H
#define CAASCAN_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct reader {
    const uint8_t *start;
    size_t len;
    size_t at;
    bool failed;
};

struct writer {
    uint8_t *start;
    size_t cap;
    size_t at;
    bool failed;
};

static inline struct reader reader_over(const uint8_t *octets, size_t len)
{
    return (struct reader){.start = octets, .len = len};
}

static inline size_t reader_left(const struct reader *r)
{
    return r->failed ? 0 : r->len - r->at;
}

/* Borrows the next n octets, or fails and returns NULL. */
static inline const uint8_t *reader_take(struct reader *r, size_t n)
{
    if (r->failed || n > r->len - r->at) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *octets = r->start + r->at;
    r->at += n;
    return octets;
}

static inline uint8_t reader_u8(struct reader *r)
{
    const uint8_t *p = reader_take(r, 1);
    return p != NULL ? p[0] : 0;
}

static inline uint16_t reader_u16(struct reader *r)
{
    const uint8_t *p = reader_take(r, 2);
    return p != NULL ? (uint16_t)((unsigned)p[0] << 8 | p[1]) : 0;
}

static inline uint32_t reader_u32(struct reader *r)
{
    uint32_t high = reader_u16(r);
    uint32_t low = reader_u16(r);
    return r->failed ? 0 : high << 16 | low;
}

static inline struct writer writer_over(uint8_t *octets, size_t cap)
{
    return (struct writer){.start = octets, .cap = cap};
}

/* Reserves n octets to be filled by the caller, or fails and returns NULL. */
static inline uint8_t *writer_reserve(struct writer *w, size_t n)
{
    if (w->failed || n > w->cap - w->at) {
        w->failed = true;
        return NULL;
    }
    uint8_t *octets = w->start + w->at;
    w->at += n;
    return octets;
}

static inline void writer_u8(struct writer *w, uint8_t value)
{
    uint8_t *p = writer_reserve(w, 1);
    if (p != NULL)
        p[0] = value;
}

static inline void writer_u16(struct writer *w, uint16_t value)
{
    uint8_t *p = writer_reserve(w, 2);
    if (p == NULL)
        return;
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static inline void writer_u32(struct writer *w, uint32_t value)
{
    writer_u16(w, (uint16_t)(value >> 16));
    writer_u16(w, (uint16_t)value);
}

static inline void writer_octets(struct writer *w, const void *octets, size_t len)
{
    uint8_t *p = writer_reserve(w, len);
    if (p != NULL && len > 0)
        memcpy(p, octets, len);
}

#endif
