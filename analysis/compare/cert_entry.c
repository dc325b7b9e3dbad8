#include "cert_entry.h"

bool cert_entry_put(const struct cert_row *row, uint32_t operator, uint64_t serial,
                    struct octet_buffer out[2])
{
    struct octet_buffer *key = &out[0], *body = &out[1];
    key->len = body->len = 0;
    octet_buffer_put(key, caa_text_of(row->name, row->name_len));
    octet_buffer_put_number(body, row->not_before, 8);
    octet_buffer_put_number(body, serial, 8);
    octet_buffer_put_number(body, operator, 4);
    octet_buffer_put_number(body, row->wildcard, 1);
    octet_buffer_put(body, row->issuer);
    return !key->no_memory && !body->no_memory;
}

bool cert_entry_read(const struct sort_entry *stored, struct cert_entry *out)
{
    struct octet_cursor cursor = {stored->body, false};
    *out = (struct cert_entry){.name = stored->key};
    out->not_before = octet_cursor_number(&cursor, 8);
    octet_cursor_number(&cursor, 8);
    out->operator=(uint32_t) octet_cursor_number(&cursor, 4);
    out->wildcard = octet_cursor_number(&cursor, 1) != 0;
    out->issuer = cursor.rest;
    return !cursor.bad;
}
