#include "set_form.h"

#include <stdio.h>
#include <stdlib.h>

#include "text_order.h"

#define CRITICAL 128u

void set_form_fini(struct set_form *form)
{
    octet_buffer_fini(&form->records);
    free(form->order);
    *form = (struct set_form){0};
}

/* Issuer and parameters of a value that fits the grammar. */
static void put_value(struct octet_buffer *out, const struct caa_value *value)
{
    struct caa_text rest = value->params;
    struct caa_param param;
    octet_buffer_put_folded(out, value->issuer);
    if (value->issuer.len == 0)
        octet_buffer_put_word(out, ";");
    for (bool first = true; caa_value_next_param(&rest, &param); first = false) {
        octet_buffer_put_word(out, first && value->issuer.len == 0 ? " " : "; ");
        octet_buffer_put_folded(out, param.tag);
        octet_buffer_put_word(out, "=");
        octet_buffer_put(out, param.value);
    }
}

static void put_record(struct octet_buffer *out, const struct caa_record *record)
{
    bool malformed = record->property == CAA_PROPERTY_MALFORMED;
    unsigned flags = malformed ? (record->critical ? CRITICAL : 0) : record->flags;
    octet_buffer_put_number(out, malformed ? record->rdata_error : RDATA_NONE, 1);
    octet_buffer_put_number(out, flags, 1);
    octet_buffer_put_number(out, record->tag.len, 1);
    octet_buffer_put_folded(out, record->tag);
    size_t at = out->len;
    octet_buffer_put_number(out, 0, 4);
    if (caa_property_is_issue_type(record->property) && record->value_error == CAA_VALUE_NONE)
        put_value(out, &record->value);
    else
        octet_buffer_put(out, record->text);
    if (out->no_memory)
        return;
    size_t len = out->len - at - 4;
    for (size_t i = 0; i < 4; i++)
        out->octets[at + i] = (uint8_t)(len >> (8 * (3 - i)));
}

/* A record in its form: tag and value, which stand behind the error and the flags. */
static void split(struct caa_text form, struct caa_text parts[2])
{
    struct octet_cursor cursor = {form, false};
    octet_cursor_take(&cursor, 2);
    parts[0] = octet_cursor_take(&cursor, (size_t)octet_cursor_number(&cursor, 1));
    parts[1] = octet_cursor_field(&cursor);
}

/* By tag, then by value, as a reader would have them. */
static int by_meaning(const void *left, const void *right)
{
    const struct caa_text *a = left, *b = right;
    struct caa_text one[2], other[2];
    split(*a, one);
    split(*b, other);
    int order = text_order(one[0], other[0]);
    if (order == 0)
        order = text_order(one[1], other[1]);
    return order != 0 ? order : text_order(*a, *b);
}

/* Room for the order of so many records. */
static bool reserve(struct set_form *form, size_t count)
{
    if (count <= form->order_cap)
        return true;
    struct caa_text *grown = realloc(form->order, 2 * count * sizeof *grown);
    if (grown == NULL)
        return false;
    form->order = grown;
    form->order_cap = 2 * count;
    return true;
}

/* Writes all records to the scratch memory and sorts views of them. */
static bool sort_records(struct set_form *form, const struct caa_set *set)
{
    form->records.len = 0;
    if (!reserve(form, set->count))
        return false;
    for (size_t i = 0; i < set->count; i++) {
        size_t at = form->records.len;
        put_record(&form->records, &set->records[i]);
        form->order[i] = caa_text_of(NULL, form->records.len - at);
    }
    if (form->records.no_memory)
        return false;
    size_t at = 0;
    for (size_t i = 0; i < set->count; i++) {
        form->order[i].octets = form->records.octets + at;
        at += form->order[i].len;
    }
    qsort(form->order, set->count, sizeof *form->order, by_meaning);
    return true;
}

void set_form_put(struct set_form *form, const struct caa_set *set, struct octet_buffer *out)
{
    if (set->count == 0)
        return;
    if (set->count == 1) {
        put_record(out, &set->records[0]);
        return;
    }
    if (!sort_records(form, set)) {
        out->no_memory = true;
        return;
    }
    for (size_t i = 0; i < set->count; i++) {
        if (i == 0 || !caa_text_equal(form->order[i], form->order[i - 1]))
            octet_buffer_put(out, form->order[i]);
    }
}

static struct caa_record take_record(struct octet_cursor *cursor)
{
    unsigned error = (unsigned)octet_cursor_number(cursor, 1);
    uint8_t flags = (uint8_t)octet_cursor_number(cursor, 1);
    struct caa_text tag = octet_cursor_take(cursor, (size_t)octet_cursor_number(cursor, 1));
    struct caa_text value = octet_cursor_field(cursor);
    if (error >= RDATA_COUNT)
        cursor->bad = true;
    if (cursor->bad || error == RDATA_NONE)
        return caa_record_from_parts(flags, tag, value);
    return (struct caa_record){.rdata_error = error,
                               .property = CAA_PROPERTY_MALFORMED,
                               .flags = flags,
                               .critical = flags >= CRITICAL};
}

bool set_records_read(struct set_records *records, struct caa_text octets)
{
    struct octet_cursor cursor = {octets, false};
    size_t count = 0;
    while (cursor.rest.len > 0 && !cursor.bad) {
        if (count == records->cap) {
            size_t cap = 2 * records->cap + 16;
            struct caa_record *grown = realloc(records->list, cap * sizeof *grown);
            if (grown == NULL)
                return false;
            records->list = grown;
            records->cap = cap;
        }
        records->list[count++] = take_record(&cursor);
    }
    records->set = (struct caa_set){records->list, count};
    return !cursor.bad;
}

void set_records_fini(struct set_records *records)
{
    free(records->list);
    *records = (struct set_records){0};
}

static void put_printable(struct octet_buffer *out, struct caa_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t octet = text.octets[i];
        char escape[8];
        if (octet >= 0x20 && octet <= 0x7E && octet != '\\' && octet != '|') {
            octet_buffer_put(out, caa_text_of(&octet, 1));
            continue;
        }
        snprintf(escape, sizeof escape, "\\%03u", octet);
        octet_buffer_put_word(out, escape);
    }
}

static bool is_account(const struct caa_param *param)
{
    return caa_text_equal_folded(param->tag, caa_text_from("accounturi"));
}

/* An issue-type value with the accounts left out. */
static void put_masked_value(struct octet_buffer *out, const struct caa_value *value)
{
    struct caa_text rest = value->params;
    struct caa_param param;
    put_printable(out, value->issuer);
    if (value->issuer.len == 0)
        octet_buffer_put_word(out, ";");
    for (bool first = true; caa_value_next_param(&rest, &param); first = false) {
        octet_buffer_put_word(out, first && value->issuer.len == 0 ? " " : "; ");
        put_printable(out, param.tag);
        octet_buffer_put_word(out, "=");
        put_printable(out, is_account(&param) ? caa_text_from("*") : param.value);
    }
}

static void put_text_value(struct octet_buffer *out, const struct caa_record *record, bool masked)
{
    bool personal = record->property == CAA_PROPERTY_IODEF ||
                    record->property == CAA_PROPERTY_CONTACTEMAIL ||
                    record->property == CAA_PROPERTY_CONTACTPHONE;
    if (masked && personal)
        octet_buffer_put_word(out, "*");
    else if (masked && record->value.accounturi_count > 0)
        put_masked_value(out, &record->value);
    else
        put_printable(out, record->text);
}

static void put_text_record(struct octet_buffer *out, const struct caa_record *record, bool masked)
{
    char flags[8];
    snprintf(flags, sizeof flags, "%u ", record->flags);
    octet_buffer_put_word(out, flags);
    if (record->property == CAA_PROPERTY_MALFORMED) {
        octet_buffer_put_word(out, rdata_error_word(record->rdata_error));
        return;
    }
    put_printable(out, record->tag);
    octet_buffer_put_word(out, " ");
    put_text_value(out, record, masked);
}

void set_form_put_text(const struct caa_set *set, bool masked, struct octet_buffer *out)
{
    if (set->count == 0)
        octet_buffer_put_word(out, "empty");
    for (size_t i = 0; i < set->count; i++) {
        if (i > 0)
            octet_buffer_put_word(out, " | ");
        put_text_record(out, &set->records[i], masked);
    }
}
