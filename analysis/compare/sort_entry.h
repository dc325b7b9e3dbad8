/* sort_entry.h: what the external sort moves about: a key, and a body that only its owner reads.
 *
 * In memory and in runs on disk an entry is its two lengths, 32 bits each in little endian, then
 * the octets of key and body.
 */
#ifndef SORT_ENTRY_H
#define SORT_ENTRY_H

#include "caa_text.h"
#include "text_order.h"

#define SORT_ENTRY_HEAD 8u

/* Octets of key and body together. A record is read from a line of at most 8 MiB. */
#define SORT_ENTRY_LEN_MAX (64u << 20)

struct sort_entry {
    struct caa_text key, body; /* borrowed */
};

/* Entries stand in the order of key, then body, octet by octet. Those that are equal can't be told
 * apart, so the order never depends on how they came in. */
static inline int sort_entry_order(const struct sort_entry *a, const struct sort_entry *b)
{
    int order = text_order(a->key, b->key);
    return order != 0 ? order : text_order(a->body, b->body);
}

/* Octets of the entry as it is stored. */
static inline size_t sort_entry_len(const struct sort_entry *entry)
{
    return SORT_ENTRY_HEAD + entry->key.len + entry->body.len;
}

/* Writes the lengths alone, SORT_ENTRY_HEAD octets. */
void sort_entry_put_head(const struct sort_entry *entry, uint8_t *out);

/* Writes the entry to out, which has room for sort_entry_len octets. */
void sort_entry_put(const struct sort_entry *entry, uint8_t *out);

enum sort_entry_status {
    SORT_ENTRY_OK,
    SORT_ENTRY_MORE, /* the octets end inside the entry */
    SORT_ENTRY_BAD,  /* its lengths are above SORT_ENTRY_LEN_MAX */
};

/* Reads the entry that the octets begin with; it borrows from them. */
enum sort_entry_status sort_entry_take(struct caa_text octets, struct sort_entry *out);

#endif
