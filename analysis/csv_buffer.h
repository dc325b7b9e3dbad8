/* csv_buffer.h: CSV rows in memory, with the escapes of all our CSV output.
 *
 * Cells are separated by commas, rows end with LF. Text comes from hostile records, so octets
 * outside printable ASCII are written as \DDD, cells are quoted where they hold anything that
 * separates, and a cell that a spreadsheet would take for a formula gets an apostrophe in front.
 * A failed allocation sticks: rows may be written without a check.
 */
#ifndef CSV_BUFFER_H
#define CSV_BUFFER_H

#include "caa_text.h"

struct csv_buffer {
    char *octets;
    size_t len, cap;
    bool row_begun;
    bool no_memory;
};

void csv_buffer_fini(struct csv_buffer *csv);

/* Forgets the rows and keeps the memory. */
void csv_buffer_clear(struct csv_buffer *csv);

/* Cells. A share is count / whole in [0, 1] with six decimals, empty where whole is 0. */
void csv_buffer_text(struct csv_buffer *csv, struct caa_text text);
void csv_buffer_word(struct csv_buffer *csv, const char *word);
void csv_buffer_count(struct csv_buffer *csv, uint64_t count);
void csv_buffer_change(struct csv_buffer *csv, uint64_t before, uint64_t now); /* signed */
void csv_buffer_share(struct csv_buffer *csv, uint64_t count, uint64_t whole);
void csv_buffer_fraction(struct csv_buffer *csv, double fraction);
void csv_buffer_empty(struct csv_buffer *csv);

/* A cell of text whose escapes were undone: a backslash becomes two, as records have it. */
void csv_buffer_octets(struct csv_buffer *csv, struct caa_text octets);

void csv_buffer_end_row(struct csv_buffer *csv);

/* Octets as they are, for text that is put together before it becomes a cell elsewhere. */
void csv_buffer_raw(struct csv_buffer *csv, struct caa_text octets);

/* All that is in the buffer. */
static inline struct caa_text csv_buffer_all(const struct csv_buffer *csv)
{
    return caa_text_of(csv->octets, csv->len);
}

/* A line as it is, such as the header; the LF is added. */
void csv_buffer_line(struct csv_buffer *csv, const char *line);

#endif
