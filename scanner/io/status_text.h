/* status_text.h: the wording of the status line, the JSON status and the summary. Pure: numbers in,
 * text out. All functions write at most cap octets with a terminating NUL and return the length
 * without it.
 */
#ifndef CAASCAN_STATUS_TEXT_H
#define CAASCAN_STATUS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats.h"

#define STATUS_TEXT_LINE_MAX 512u
#define STATUS_TEXT_JSON_MAX 4096u
#define STATUS_TEXT_SUMMARY_MAX 8192u

/* The scan at one moment. */
struct status_snapshot {
    uint64_t counter[COUNTER_COUNT]; /* stats_sum over all workers */
    uint64_t elapsed_ns;             /* since the scan began */
    uint64_t due;        /* records due for the rows read so far (rows times prefixes) */
    uint64_t input_read; /* octets of the input file read so far */
    uint64_t input_len;  /* octets of the input file; 0: not known */
    bool input_ended;    /* all rows are read: `due` is final */
    bool draining;       /* stopping early: no more names are taken in */
    bool ended;          /* for the last state of all; status_finish sets it */
};

/* What the summary says beyond the last snapshot. */
struct status_summary {
    struct status_snapshot end;
    const char *output; /* path; "-": standard output */
    uint64_t rows;      /* of the input */
    bool failed;        /* an error ended the scan */
    uint64_t written;   /* records in the output */
    uint64_t output_len;
    uint64_t peak_memory; /* octets */
};

/* One line without newline, at most `columns` octets. Rates are those since *before. */
size_t status_text_line(char *out, size_t cap, const struct status_snapshot *now,
                        const struct status_snapshot *before, size_t columns);

/* One JSON object without newline. */
size_t status_text_json(char *out, size_t cap, const struct status_snapshot *now,
                        const struct status_snapshot *before);

/* Several lines, each with its newline. */
size_t status_text_summary(char *out, size_t cap, const struct status_summary *summary);

#endif
