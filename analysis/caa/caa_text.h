/* caa_text.h: views of octets, and the few ASCII rules that CAA needs.
 *
 * A text borrows its octets and dies with the buffer behind it. It is not a string: it may hold NUL
 * and any other octet, and nothing terminates it. Case folding is ASCII only (RFC 4343 section 3).
 */
#ifndef CAA_TEXT_H
#define CAA_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct caa_text {
    const uint8_t *octets; /* may be NULL where len is 0 */
    size_t len;
};

static inline struct caa_text caa_text_of(const void *octets, size_t len)
{
    return (struct caa_text){.octets = (const uint8_t *)octets, .len = len};
}

/* The text of a C string, without its NUL. */
static inline struct caa_text caa_text_from(const char *string)
{
    return caa_text_of(string, strlen(string));
}

static inline bool caa_text_is_upper(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z';
}

static inline uint8_t caa_text_fold_octet(uint8_t octet)
{
    return caa_text_is_upper(octet) ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

static inline bool caa_text_is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static inline bool caa_text_is_alnum(uint8_t octet)
{
    uint8_t folded = caa_text_fold_octet(octet);
    return caa_text_is_digit(octet) || (folded >= 'a' && folded <= 'z');
}

static inline bool caa_text_is_alnum_or_hyphen(uint8_t octet)
{
    return caa_text_is_alnum(octet) || octet == '-';
}

/* ASCII that prints, without SPACE: VCHAR of RFC 5234. */
static inline bool caa_text_is_visible(uint8_t octet)
{
    return octet >= 0x21 && octet <= 0x7E;
}

/* SPACE and TAB, the only blanks of RFC 8659 section 4.2. */
static inline bool caa_text_is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

/* The part of t from offset on, and the part before it. offset is at most t.len. */
static inline struct caa_text caa_text_after(struct caa_text t, size_t offset)
{
    return offset == 0 ? t : caa_text_of(t.octets + offset, t.len - offset);
}

static inline struct caa_text caa_text_before(struct caa_text t, size_t offset)
{
    return caa_text_of(t.octets, offset);
}

/* Where octet first stands in t; t.len where it does not. */
static inline size_t caa_text_find(struct caa_text t, uint8_t octet)
{
    const uint8_t *at = t.len > 0 ? memchr(t.octets, octet, t.len) : NULL;
    return at != NULL ? (size_t)(at - t.octets) : t.len;
}

static inline bool caa_text_has(struct caa_text t, uint8_t octet)
{
    return caa_text_find(t, octet) < t.len;
}

static inline bool caa_text_has_upper(struct caa_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        if (caa_text_is_upper(t.octets[i]))
            return true;
    }
    return false;
}

/* Does every octet of t belong to the class? True of an empty text. */
static inline bool caa_text_all(struct caa_text t, bool (*in_class)(uint8_t octet))
{
    for (size_t i = 0; i < t.len; i++) {
        if (!in_class(t.octets[i]))
            return false;
    }
    return true;
}

/* t without the blanks at both its ends. */
static inline struct caa_text caa_text_trim(struct caa_text t)
{
    while (t.len > 0 && caa_text_is_blank(t.octets[t.len - 1]))
        t.len--;
    size_t lead = 0;
    while (lead < t.len && caa_text_is_blank(t.octets[lead]))
        lead++;
    return caa_text_after(t, lead);
}

/* Cuts *rest at its first separator: returns what stands before it and leaves in *rest what stands
 * behind. Without a separator everything is returned and *rest becomes empty. */
static inline struct caa_text caa_text_cut(struct caa_text *rest, uint8_t separator)
{
    size_t at = caa_text_find(*rest, separator);
    struct caa_text head = caa_text_before(*rest, at);
    *rest = caa_text_after(*rest, at < rest->len ? at + 1 : at);
    return head;
}

static inline bool caa_text_equal(struct caa_text a, struct caa_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.octets, b.octets, a.len) == 0);
}

/* Orders by octets after folding, a prefix before what it starts. Below, at, or above 0. */
static inline int caa_text_compare_folded(struct caa_text a, struct caa_text b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < shared; i++) {
        int difference = caa_text_fold_octet(a.octets[i]) - caa_text_fold_octet(b.octets[i]);
        if (difference != 0)
            return difference;
    }
    return (a.len > b.len) - (a.len < b.len);
}

static inline bool caa_text_equal_folded(struct caa_text a, struct caa_text b)
{
    return a.len == b.len && caa_text_compare_folded(a, b) == 0;
}

/* Writes t in lower case into out, at most out_len octets and no NUL. Returns t.len, so a result
 * above out_len says that out holds only the start. */
static inline size_t caa_text_fold(struct caa_text t, uint8_t *out, size_t out_len)
{
    for (size_t i = 0; i < t.len && i < out_len; i++)
        out[i] = caa_text_fold_octet(t.octets[i]);
    return t.len;
}

#endif
