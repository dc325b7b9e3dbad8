/* csv_row.h: one physical line as CSV fields (RFC 4180), by libcsv; a line without a quote is cut
 * here, with the same result. */
#ifndef CAASCAN_CSV_ROW_H
#define CAASCAN_CSV_ROW_H

#include <csv.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input.h"

#define CSV_ROW_FIELDS_MAX 256u /* fields kept; those behind are counted only */

struct csv_field {
    const uint8_t *text; /* valid until the next line; unquoted white space at both ends is gone */
    size_t len;
};

/* Reused for every line. Must not be moved while fields are in use. */
struct csv_row {
    struct csv_parser parser;
    uint8_t separator;
    struct csv_field fields[CSV_ROW_FIELDS_MAX];
    size_t count; /* fields of the line */
    size_t used;  /* of octets */
    bool whole;
    uint8_t octets[INPUT_LINE_MAX];
};

/* Prepares for lines with this separator. Returns false without memory. */
bool csv_row_init(struct csv_row *row, char separator);

/* Reads a line of at most INPUT_LINE_MAX octets that holds no line end. Returns false if a quote is
 * still open at its end, which leaves no fields. A blank line has none either. */
bool csv_row_parse(struct csv_row *row, const uint8_t *line, size_t len);

/* Text without the white space at both ends. */
struct csv_field csv_field_trimmed(const uint8_t *text, size_t len);

/* Makes the whole line the only field: trimmed, quotes left as they are. */
void csv_row_single(struct csv_row *row, const uint8_t *line, size_t len);

/* The field of this index from 0; NULL if the line has none. */
const struct csv_field *csv_row_field(const struct csv_row *row, size_t index);

/* Frees what the parser holds. */
void csv_row_fini(struct csv_row *row);

#endif
