/* row_cells.h: cells of a record that flat tables share. */
#ifndef ROW_CELLS_H
#define ROW_CELLS_H

#include "csv_buffer.h"
#include "tally_row.h"

/* scan, row, prefix, pass: the name of the record. */
#define ROW_CELLS_KEY "scan,row,prefix,pass"
void row_cells_key(struct csv_buffer *csv, const struct record_view *record);

/* Empty where the number is RECORD_NULL; yes is true, no is false. */
void row_cells_number(struct csv_buffer *csv, int64_t number);
void row_cells_flag(struct csv_buffer *csv, int64_t flag);
void row_cells_bool(struct csv_buffer *csv, bool flag);

/* found_at, depth, rrset_owner. */
void row_cells_found(struct csv_buffer *csv, const struct record_view *record);

/* The set as in a zone file, records with "; " between them; empty where there is none. Octets are
 * escaped as in a record. scratch is overwritten. */
void row_cells_set(struct csv_buffer *csv, const struct caa_set *set, struct csv_buffer *scratch);

#endif
