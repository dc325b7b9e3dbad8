/* sort_buffer.h: entries in a block of memory of a fixed size, and their order. No files.
 *
 * Entries fill the block from its start, an index of them from its end.
 */
#ifndef SORT_BUFFER_H
#define SORT_BUFFER_H

#include "sort_entry.h"

struct sort_slot;

struct sort_buffer {
    uint8_t *block;
    size_t cap; /* octets of the block; 0 until the first entry */
    size_t len; /* octets of entries */
    size_t count;
    size_t next; /* for sort_buffer_next */
};

enum sort_buffer_status {
    SORT_BUFFER_OK,
    SORT_BUFFER_FULL, /* nothing was added: sort, drain and clear it first */
    SORT_BUFFER_NO_MEMORY,
};

/* Copies an entry into the block, which has cap octets; an empty buffer grows for an entry that is
 * larger. Sorting takes as much memory again as the index has, and cap holds that too. */
enum sort_buffer_status sort_buffer_add(struct sort_buffer *buffer, const struct sort_entry *entry,
                                        size_t cap);

/* Puts the entries in order and goes to the first. */
void sort_buffer_sort(struct sort_buffer *buffer);

/* The next entry of a sorted buffer; false behind the last. It borrows from the block. */
bool sort_buffer_next(struct sort_buffer *buffer, struct sort_entry *out);

/* Forgets all entries and keeps the block. */
void sort_buffer_clear(struct sort_buffer *buffer);

void sort_buffer_fini(struct sort_buffer *buffer);

#endif
