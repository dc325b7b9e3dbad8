/* compare_input.h: reads the record files of a comparison into one sort, each as a side of it. */
#ifndef COMPARE_INPUT_H
#define COMPARE_INPUT_H

#include "command.h"
#include "command_line.h"
#include "compare_entry.h"
#include "record_input.h"
#include "sorter.h"
#include "suffix.h"

/* Scans that can be compared at once. */
#define COMPARE_SIDES_MAX 64u

/* What a file says of its scan. */
struct compare_scan {
    const char *path;                 /* borrowed */
    char *scan, *vantage, *semantics; /* owned; semantics "" where no metadata says it */
    enum scan_mode mode;
    unsigned first_date, last_date; /* YYYYMMDD, of the verdicts; 0 without records */
    uint64_t first_seen;            /* the earliest verdict, YYYYMMDDHHMMSS; 0 without records */
    uint64_t unnamed;               /* rows without a name, which can't be compared */
    bool alt;                       /* a record has what other algorithms find */
    uint64_t records;
    bool whole; /* nothing was left out, is missing, or stands twice */
};

struct compare_input {
    struct sorter *sorter; /* one part for each thread */
    const struct suffix_list *suffixes;
    unsigned threads;
};

/* Reads a file with several threads. Returns an exit code, after a message where it is not
 * REPORT_EXIT_COMPLETE. All records must be of one scan, mode and vantage. Call compare_scan_fini
 * in any case. */
int compare_input_read(const struct compare_input *input, unsigned side, const char *path,
                       struct compare_scan *out);
void compare_scan_fini(struct compare_scan *scan);

/* May the two be set side by side: same mode, and same algorithms? Says why not. */
bool compare_scan_check(const struct compare_scan *a, const struct compare_scan *b);

#endif
