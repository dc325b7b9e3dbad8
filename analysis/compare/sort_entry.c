#include "sort_entry.h"

#include <assert.h>

static void put_length(uint8_t *out, size_t len)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(len >> (8 * i));
}

static size_t take_length(const uint8_t *in)
{
    return (size_t)in[0] | (size_t)in[1] << 8 | (size_t)in[2] << 16 | (size_t)in[3] << 24;
}

static void put_text(uint8_t *out, struct caa_text text)
{
    if (text.len > 0)
        memcpy(out, text.octets, text.len);
}

void sort_entry_put_head(const struct sort_entry *entry, uint8_t *out)
{
    assert(entry->key.len + entry->body.len <= SORT_ENTRY_LEN_MAX);
    put_length(out, entry->key.len);
    put_length(out + 4, entry->body.len);
}

void sort_entry_put(const struct sort_entry *entry, uint8_t *out)
{
    sort_entry_put_head(entry, out);
    put_text(out + SORT_ENTRY_HEAD, entry->key);
    put_text(out + SORT_ENTRY_HEAD + entry->key.len, entry->body);
}

enum sort_entry_status sort_entry_take(struct caa_text octets, struct sort_entry *out)
{
    if (octets.len < SORT_ENTRY_HEAD)
        return SORT_ENTRY_MORE;
    size_t key_len = take_length(octets.octets);
    size_t body_len = take_length(octets.octets + 4);
    if (key_len > SORT_ENTRY_LEN_MAX || body_len > SORT_ENTRY_LEN_MAX - key_len)
        return SORT_ENTRY_BAD;
    struct caa_text rest = caa_text_after(octets, SORT_ENTRY_HEAD);
    if (rest.len < key_len + body_len)
        return SORT_ENTRY_MORE;
    out->key = caa_text_before(rest, key_len);
    out->body = caa_text_before(caa_text_after(rest, key_len), body_len);
    return SORT_ENTRY_OK;
}
