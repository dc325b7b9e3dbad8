#include "sort_buffer.h"

#include <stdlib.h>

/* Where an entry is, with the first octets of its key as a number: most comparisons end there. */
struct sort_slot {
    uint64_t start;
    const uint8_t *octets;
};

#define SLOT_LEN sizeof(struct sort_slot)

/* An entry needs a slot in the block and, while sorting, one outside of it. */
#define SLOT_COST (2 * SLOT_LEN)

static struct sort_slot *slots_of(const struct sort_buffer *buffer)
{
    return (struct sort_slot *)(void *)(buffer->block + buffer->cap) - buffer->count;
}

static uint64_t start_of(struct caa_text key)
{
    uint64_t start = 0;
    for (size_t i = 0; i < 8; i++)
        start = start << 8 | (i < key.len ? key.octets[i] : 0);
    return start;
}

static enum sort_buffer_status reserve(struct sort_buffer *buffer, size_t len, size_t cap)
{
    size_t wanted = buffer->len + len + (buffer->count + 1) * SLOT_COST;
    if (wanted <= buffer->cap)
        return SORT_BUFFER_OK;
    if (buffer->count > 0)
        return SORT_BUFFER_FULL;
    size_t new_cap = wanted > cap ? wanted : cap;
    new_cap += SLOT_LEN - new_cap % SLOT_LEN;
    free(buffer->block);
    buffer->block = malloc(new_cap);
    buffer->cap = buffer->block != NULL ? new_cap : 0;
    return buffer->block != NULL ? SORT_BUFFER_OK : SORT_BUFFER_NO_MEMORY;
}

enum sort_buffer_status sort_buffer_add(struct sort_buffer *buffer, const struct sort_entry *entry,
                                        size_t cap)
{
    enum sort_buffer_status status = reserve(buffer, sort_entry_len(entry), cap);
    if (status != SORT_BUFFER_OK)
        return status;
    uint8_t *octets = buffer->block + buffer->len;
    sort_entry_put(entry, octets);
    buffer->len += sort_entry_len(entry);
    buffer->count++;
    *slots_of(buffer) = (struct sort_slot){start_of(entry->key), octets};
    return SORT_BUFFER_OK;
}

static struct sort_entry entry_at(const uint8_t *octets)
{
    struct sort_entry entry = {0};
    sort_entry_take(caa_text_of(octets, SORT_ENTRY_HEAD + SORT_ENTRY_LEN_MAX), &entry);
    return entry;
}

static int compare_slots(const void *left, const void *right)
{
    const struct sort_slot *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    struct sort_entry one = entry_at(a->octets), other = entry_at(b->octets);
    return sort_entry_order(&one, &other);
}

void sort_buffer_sort(struct sort_buffer *buffer)
{
    if (buffer->count > 1)
        qsort(slots_of(buffer), buffer->count, SLOT_LEN, compare_slots);
    buffer->next = 0;
}

bool sort_buffer_next(struct sort_buffer *buffer, struct sort_entry *out)
{
    if (buffer->next == buffer->count)
        return false;
    *out = entry_at(slots_of(buffer)[buffer->next++].octets);
    return true;
}

void sort_buffer_clear(struct sort_buffer *buffer)
{
    buffer->len = buffer->count = buffer->next = 0;
}

void sort_buffer_fini(struct sort_buffer *buffer)
{
    free(buffer->block);
    *buffer = (struct sort_buffer){0};
}
