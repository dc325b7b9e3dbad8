/* name.h: domain names in wire form.
 *
 * A name is a view: it borrows its octets and dies with the buffer behind it. Letters are folded to
 * lower case on entry (RFC 4343), so equality is memcmp. The root is one zero octet; a struct name
 * with len 0 is "no name".
 */
#ifndef CAASCAN_NAME_H
#define CAASCAN_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define NAME_LEN_MAX 255u  /* octets in wire form, RFC 1035 section 2.3.4 */
#define NAME_LABEL_MAX 63u /* octets in a label */
#define NAME_LABELS_MAX 127u

struct name {
    const uint8_t *wire;
    uint8_t len; /* octets, the root's zero octet included */
};

/* Storage for a name that outlives its message. */
struct name_buffer {
    uint8_t wire[NAME_LEN_MAX];
    uint8_t len;
};

static inline struct name name_of(const struct name_buffer *buffer)
{
    return (struct name){.wire = buffer->wire, .len = buffer->len};
}

/* Copies a view into storage. */
void name_copy(struct name_buffer *into, struct name from);

/* Reads a presentation-form name of ASCII octets: labels separated by dots, one trailing dot
 * allowed, "." is the root. No escapes: each octet but the dot stands for itself, upper case is
 * folded. Returns false on an empty label, a label over 63 or a name over 255 octets, or no text.
 */
bool name_from_text(struct name_buffer *into, const uint8_t *text, size_t len);

/* Decompresses the name at r->at of a message (RFC 1035 section 4.1.4), folding case, and moves r
 * behind it. Each pointer must lead to before the labels it follows, and there may be 128 of them,
 * so a name costs less than 400 steps. On any violation r->failed is set and false returned. */
bool name_read(struct reader *r, struct name_buffer *into);

/* As name_read without storing: moves r behind the name. A pointer is only checked to lead to
 * before the name, not followed. */
void name_skip(struct reader *r);

/* False where either is no name. */
bool name_equal(struct name a, struct name b);

/* Are these n.len octets the name, whatever the case of their letters? */
bool name_is_folded(const uint8_t *octets, struct name n);

/* Is n equal to or below ancestor? */
bool name_within(struct name n, struct name ancestor);

/* Drops the leftmost label. Returns false at the root and leaves *n alone. */
bool name_parent(struct name *n);

/* Labels without the root: 0 for ".", 3 for "www.example.org". */
size_t name_label_count(struct name n);

/* The last `labels` labels of n (n itself where it has no more). */
struct name name_suffix(struct name n, size_t labels);

/* Canonical order (RFC 4034 section 6.1): less than, equal to or greater than 0. No name comes
 * before the root. */
int name_compare(struct name a, struct name b);

/* Replaces the suffix `from` of n by `to` (DNAME substitution, RFC 6672 section 2.2). Returns false
 * if n is not strictly below from or the result would exceed 255 octets. */
bool name_substitute(struct name_buffer *into, struct name n, struct name from, struct name to);

/* Hash for tables; not secret, seeded by the caller against chosen names. */
uint64_t name_hash(struct name n, uint64_t seed);

/* Text for records: labels joined by dots, no final dot, "." for the root; octets outside 0x20-0x7E
 * and dots inside labels as \DDD, backslash as two. Returns the octets written, at
 * most NAME_TEXT_MAX, never a terminator. */
#define NAME_TEXT_MAX (4u * NAME_LEN_MAX)
size_t name_text(struct name n, char *out);

#endif
