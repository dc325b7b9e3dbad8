#include "csv_row.h"

#include <string.h>

#include "ascii.h"

static void on_field(void *text, size_t len, void *data)
{
    struct csv_row *row = data;
    size_t index = row->count++;
    if (index >= CSV_ROW_FIELDS_MAX || len > sizeof row->octets - row->used)
        return;
    uint8_t *kept = row->octets + row->used;
    if (len > 0)
        memcpy(kept, text, len);
    row->fields[index] = (struct csv_field){.text = kept, .len = len};
    row->used += len;
}

static void on_end(int octet, void *data)
{
    (void)octet;
    struct csv_row *row = data;
    row->whole = true;
}

bool csv_row_init(struct csv_row *row, char separator)
{
    row->count = 0;
    row->used = 0;
    if (csv_init(&row->parser, 0) != 0)
        return false;
    row->separator = (uint8_t)separator;
    csv_set_delim(&row->parser, row->separator);
    /* Room for the longest field at once, so that no later line can fail for want of memory. */
    csv_set_blk_size(&row->parser, INPUT_LINE_MAX + 16);
    if (csv_parse(&row->parser, "\n", 1, on_field, on_end, row) == 1)
        return true;
    csv_free(&row->parser);
    return false;
}

static bool is_blank(uint8_t octet)
{
    return octet == CSV_SPACE || octet == CSV_TAB;
}

/* What stands between separators, without blanks around it. */
static void add_plain(struct csv_row *row, const uint8_t *text, const uint8_t *end)
{
    while (text < end && is_blank(end[-1]))
        end--;
    while (text < end && is_blank(*text))
        text++;
    size_t index = row->count++;
    if (index < CSV_ROW_FIELDS_MAX)
        row->fields[index] = (struct csv_field){.text = text, .len = (size_t)(end - text)};
}

/* A line without a quote: nearly all there are, in a third of the time that libcsv takes. */
static void split_plain(struct csv_row *row, const uint8_t *line, size_t len)
{
    const uint8_t *end = line + len;
    const uint8_t *separator;
    while ((separator = memchr(line, row->separator, (size_t)(end - line))) != NULL) {
        add_plain(row, line, separator);
        line = separator + 1;
    }
    add_plain(row, line, end);
    if (row->count == 1 && row->fields[0].len == 0)
        row->count = 0;
}

bool csv_row_parse(struct csv_row *row, const uint8_t *line, size_t len)
{
    row->count = 0;
    row->used = 0;
    if (memchr(line, CSV_QUOTE, len) == NULL) {
        split_plain(row, line, len);
        return true;
    }
    row->whole = false;
    csv_parse(&row->parser, line, len, on_field, on_end, row);
    csv_parse(&row->parser, "\n", 1, on_field, on_end, row);
    if (row->whole)
        return true;
    /* The parser waits for a quote: give it one, so that it begins the next line afresh. */
    csv_parse(&row->parser, "\"\n", 2, on_field, on_end, row);
    row->count = 0;
    return false;
}

struct csv_field csv_field_trimmed(const uint8_t *text, size_t len)
{
    while (len > 0 && ascii_space(text[len - 1]))
        len--;
    while (len > 0 && ascii_space(text[0])) {
        text++;
        len--;
    }
    return (struct csv_field){.text = text, .len = len};
}

void csv_row_single(struct csv_row *row, const uint8_t *line, size_t len)
{
    row->fields[0] = csv_field_trimmed(line, len);
    row->count = 1;
}

const struct csv_field *csv_row_field(const struct csv_row *row, size_t index)
{
    return index < row->count && index < CSV_ROW_FIELDS_MAX ? &row->fields[index] : NULL;
}

void csv_row_fini(struct csv_row *row)
{
    csv_free(&row->parser);
}
