/* record_input.h: the record files of a command that reads records: opened, read, and held against
 * what is known of them. */
#ifndef RECORD_INPUT_H
#define RECORD_INPUT_H

#include "input_audit.h"
#include "read_pool.h"
#include "record_files.h"

struct record_input {
    struct record_files files;
    struct row_census *census;
    struct read_totals totals;
    struct notices
        warnings; /* told: scans that are not complete, rows that are missing or repeated */
};

/* Opens all files. False after a message: one is of no use, or is given twice. Call
 * record_input_fini either way. */
bool record_input_open(struct record_input *input, const char *const *paths, size_t count);
void record_input_fini(struct record_input *input);

/* How many of the threads asked for find a unit to read; at least 1. */
unsigned record_input_threads(const struct record_input *input, unsigned asked);

/* Reads all records into the sink, whose census is set here, and tells what is missing and what
 * stands twice. As read_pool_run. */
enum read_status record_input_read(struct record_input *input, struct read_sink *sink);

/* After reading: was nothing left out, is nothing missing, and nothing there twice? */
bool record_input_is_whole(const struct record_input *input);

/* Is it good enough to write something from? False after a message where it is not whole and only
 * the whole is wanted. */
bool record_input_suffices(const struct record_input *input, bool strict);

/* What is known of the rows of a scan, mode, vantage and prefix. False without memory. */
bool record_input_rows(const struct record_input *input, const struct row_census_key *key,
                       struct input_rows *out);

#endif
