#include "shadow_entry.h"

/* Where the last label begins. A dot behind a backslash belongs to a label. */
static size_t last_label(struct caa_text name)
{
    for (size_t at = name.len; at > 0; at--) {
        if (name.octets[at - 1] == '.' && (at < 2 || name.octets[at - 2] != '\\'))
            return at;
    }
    return 0;
}

bool shadow_entry_put(struct caa_text name, struct caa_text body, struct octet_buffer out[2])
{
    struct caa_text rest = name;
    out[0].len = out[1].len = 0;
    while (rest.len > 0) {
        size_t at = last_label(rest);
        octet_buffer_put(&out[0], caa_text_after(rest, at));
        octet_buffer_put_number(&out[0], 0, 1);
        rest = caa_text_before(rest, at > 0 ? at - 1 : 0);
    }
    octet_buffer_put_field(&out[1], name);
    octet_buffer_put(&out[1], body);
    return !out[0].no_memory && !out[1].no_memory;
}

bool shadow_entry_read(const struct sort_entry *stored, struct compare_entry *out)
{
    struct octet_cursor cursor = {stored->body, false};
    struct sort_entry inner;
    inner.key = octet_cursor_field(&cursor);
    inner.body = cursor.rest;
    return !cursor.bad && compare_entry_read(&inner, out);
}

bool shadow_entry_is_above(struct caa_text ancestor, struct caa_text key)
{
    return ancestor.len < key.len && memcmp(ancestor.octets, key.octets, ancestor.len) == 0;
}
