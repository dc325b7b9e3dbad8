#include "compare_entry.h"

#include "br_failure.h"
#include "cert_row.h"
#include "record_parts.h"

enum { FLAG_INCONSISTENT = 1, FLAG_PERMITS = 2 };

/* Was the level that failed asked more than once: again, or at another server? */
static bool was_retried(const struct record_view *record)
{
    if (record->retries > 0)
        return true;
    struct record_parts parts = record_parts_of(record, record->levels_json);
    struct record_level level;
    while (record_levels_next(&parts, &level)) {
        if (level.attempts > 1 && caa_text_equal(level.name, record->error_at))
            return true;
    }
    return false;
}

/* May a CA take the failure for permission: it was retried, lies with the servers that were asked,
 * and the domain is unsigned? */
static bool failure_permits(const struct record_view *record)
{
    return record->outcome == OUTCOME_INDETERMINATE &&
           br_failure_of(record) == BR_FAILURE_EXCEPTION && was_retried(record);
}

bool compare_entry_put(const struct record_view *record, unsigned side, struct caa_text operator,
                       struct set_form * form, struct octet_buffer out[2])
{
    struct octet_buffer *key = &out[0], *body = &out[1];
    bool inconsistent = (record->notes >> NOTE_NS_INCONSISTENT & 1) != 0;
    unsigned flags =
        (inconsistent ? FLAG_INCONSISTENT : 0u) | (failure_permits(record) ? FLAG_PERMITS : 0u);
    uint64_t seen_at = 0;
    cert_row_time(record->timestamp, &seen_at);
    key->len = body->len = 0;
    octet_buffer_put_folded(key, record->name);
    octet_buffer_put_number(body, side, 2);
    octet_buffer_put_number(body, UINT64_MAX - (uint64_t)record->pass, 8);
    octet_buffer_put_number(body, (uint64_t)record->row, 8);
    octet_buffer_put_number(body, seen_at, 8);
    octet_buffer_put_number(body, record->outcome, 1);
    octet_buffer_put_number(body, record->error_class, 1);
    octet_buffer_put_number(body, flags, 1);
    octet_buffer_put_number(body, record->found_at.len, 2);
    octet_buffer_put_number(body, record->rrset_owner.len, 4);
    octet_buffer_put_folded(body, record->rrset_owner);
    octet_buffer_put_number(body, operator.len, 4);
    octet_buffer_put(body, operator);
    set_form_put(form, &record->set, body);
    return !key->no_memory && !body->no_memory;
}

/* The end of the name that is so long: a set is found at an ancestor. */
static struct caa_text take_found_at(struct octet_cursor *cursor, struct caa_text name)
{
    size_t len = (size_t)octet_cursor_number(cursor, 2);
    if (len > name.len)
        cursor->bad = true;
    return cursor->bad ? (struct caa_text){0} : caa_text_after(name, name.len - len);
}

bool compare_entry_read(const struct sort_entry *stored, struct compare_entry *out)
{
    struct octet_cursor cursor = {stored->body, false};
    *out = (struct compare_entry){.name = stored->key};
    out->side = (unsigned)octet_cursor_number(&cursor, 2);
    octet_cursor_take(&cursor, 16);
    out->seen_at = octet_cursor_number(&cursor, 8);
    out->outcome = (unsigned)octet_cursor_number(&cursor, 1);
    out->error_class = (unsigned)octet_cursor_number(&cursor, 1);
    unsigned flags = (unsigned)octet_cursor_number(&cursor, 1);
    out->inconsistent = (flags & FLAG_INCONSISTENT) != 0;
    out->failure_permits = (flags & FLAG_PERMITS) != 0;
    out->found_at = take_found_at(&cursor, stored->key);
    out->rrset_owner = octet_cursor_field(&cursor);
    out->operator= octet_cursor_field(&cursor);
    out->set = cursor.rest;
    return !cursor.bad && out->outcome < OUTCOME_COUNT && out->error_class < CLASS_COUNT;
}
