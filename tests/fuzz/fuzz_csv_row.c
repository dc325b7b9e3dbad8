/* Any octets as lines of CSV. Whatever a line holds, its fields lie within it in number and length,
 * they are those of libcsv, and the line after it is read as if it stood alone. The first octet
 * chooses the separator. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "csv_row.h"
#include "require.h"

static void assert_field(const struct csv_row *row, size_t index, const char *expected)
{
    const struct csv_field *field = csv_row_field(row, index);
    require(field != NULL && field->len == strlen(expected));
    require(memcmp(field->text, expected, field->len) == 0);
}

/* The next field that libcsv found, beside ours. */
static void compare_field(void *text, size_t len, void *data)
{
    struct csv_row *row = data;
    const struct csv_field *field = csv_row_field(row, row->used++);
    if (field == NULL)
        return;
    require(field->len == len);
    require(len == 0 || memcmp(field->text, text, len) == 0);
}

static void compare_with_library(struct csv_row *row, char separator, const uint8_t *line,
                                 size_t len)
{
    struct csv_parser parser;
    require(csv_init(&parser, 0) == 0);
    csv_set_delim(&parser, (unsigned char)separator);
    row->used = 0;
    require(csv_parse(&parser, line, len, compare_field, NULL, row) == len);
    require(csv_fini(&parser, compare_field, NULL, row) == 0);
    require(row->used == row->count);
    csv_free(&parser);
}

static void check_line(struct csv_row *row, char separator, const uint8_t *line, size_t len)
{
    bool whole = csv_row_parse(row, line, len);
    if (whole)
        compare_with_library(row, separator, line, len);
    require(whole || row->count == 0);
    require(row->count <= len + 1);
    size_t total = 0;
    const struct csv_field *field;
    for (size_t i = 0; (field = csv_row_field(row, i)) != NULL; i++)
        total += field->len;
    require(total <= len);
    require(whole || memchr(line, '"', len) != NULL);

    uint8_t next[] = "12?a.example";
    next[2] = (uint8_t)separator;
    require(csv_row_parse(row, next, sizeof next - 1));
    require(row->count == 2);
    assert_field(row, 0, "12");
    assert_field(row, 1, "a.example");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char separators[] = {',', '\t', ';'};
    struct csv_row *row = malloc(sizeof *row);
    if (row == NULL || len == 0) {
        free(row);
        return 0;
    }
    char separator = separators[data[0] % sizeof separators];
    require(csv_row_init(row, separator));
    const uint8_t *end = data + len;
    for (const uint8_t *at = data + 1; at < end; at++) {
        const uint8_t *line = at;
        while (at < end && *at != '\n' && *at != '\r')
            at++;
        size_t line_len = (size_t)(at - line);
        check_line(row, separator, line, line_len < INPUT_LINE_MAX ? line_len : INPUT_LINE_MAX);
    }
    csv_row_fini(row);
    free(row);
    return 0;
}
