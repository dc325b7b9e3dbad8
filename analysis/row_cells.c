#include "row_cells.h"

#include <stdio.h>

void row_cells_number(struct csv_buffer *csv, int64_t number)
{
    if (number == RECORD_NULL)
        csv_buffer_empty(csv);
    else
        csv_buffer_count(csv, (uint64_t)number);
}

void row_cells_flag(struct csv_buffer *csv, int64_t flag)
{
    if (flag == RECORD_NULL)
        csv_buffer_empty(csv);
    else
        csv_buffer_word(csv, flag != 0 ? "true" : "false");
}

void row_cells_bool(struct csv_buffer *csv, bool flag)
{
    row_cells_flag(csv, flag);
}

void row_cells_key(struct csv_buffer *csv, const struct record_view *record)
{
    csv_buffer_text(csv, record->scan);
    row_cells_number(csv, record->row);
    csv_buffer_text(csv, record->prefix);
    row_cells_number(csv, record->pass);
}

void row_cells_found(struct csv_buffer *csv, const struct record_view *record)
{
    csv_buffer_text(csv, record->found_at);
    row_cells_number(csv, record->depth);
    csv_buffer_text(csv, record->rrset_owner);
}

static void put_word(struct csv_buffer *scratch, const char *word)
{
    csv_buffer_raw(scratch, caa_text_from(word));
}

static void put_property(struct csv_buffer *scratch, const struct caa_record *record)
{
    char flags[8];
    snprintf(flags, sizeof flags, "%u ", (unsigned)record->flags);
    put_word(scratch, flags);
    csv_buffer_raw(scratch, record->tag);
    put_word(scratch, " \"");
    csv_buffer_raw(scratch, record->text);
    put_word(scratch, "\"");
}

void row_cells_set(struct csv_buffer *csv, const struct caa_set *set, struct csv_buffer *scratch)
{
    csv_buffer_clear(scratch);
    for (size_t i = 0; i < set->count; i++) {
        if (i > 0)
            put_word(scratch, "; ");
        if (set->records[i].property == CAA_PROPERTY_MALFORMED)
            put_word(scratch, rdata_error_word(set->records[i].rdata_error));
        else
            put_property(scratch, &set->records[i]);
    }
    csv_buffer_octets(csv, csv_buffer_all(scratch));
}
