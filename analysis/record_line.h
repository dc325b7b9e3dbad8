/* record_line.h: reads one line of a record file into a view.
 *
 * Two ways lead to the same view. A canonical line (every key in the order of schema.h, no blanks,
 * no escapes but \" and \\) is read by the strict scanner without allocation. Any other line is
 * parsed as JSON, written again as a canonical line (record_json.h) and scanned, so that a field
 * has one meaning only.
 */
#ifndef CAASCAN_RECORD_LINE_H
#define CAASCAN_RECORD_LINE_H

#include "record_view.h"
#include "set_store.h"

enum record_status {
    RECORD_OK,
    RECORD_BAD,           /* not a record of this schema; see reason */
    RECORD_OTHER_VERSION, /* an object with another `v` */
    RECORD_NO_MEMORY,
};

/* What the last line began with, up to the value of `vantage`. Its texts point into the octets. */
struct record_lead {
    uint8_t octets[256];
    size_t len; /* 0: none */
    struct caa_text scan, vantage;
    enum scan_mode mode;
    uint64_t number; /* which no other lead has, of any reader */
};

/* A reader of lines. One per thread; it owns the scratch memory that views point into. */
struct record_line {
    uint8_t *scratch;
    size_t scratch_cap;
    struct caa_record *caa;
    size_t caa_cap;
    struct set_store sets;
    /* The set of the line, where it may be stored: its key, and how many records it has. */
    uint8_t set_key[SET_STORE_KEY_MAX];
    size_t set_key_len, set_count; /* count 0: none */
    uint64_t set_hash;
    struct record_lead lead;
    uint8_t day[11];    /* the day of the last time read, with the T behind it */
    unsigned date;      /* of that day; 0: none */
    uint8_t *canonical; /* the line written again, where it was not canonical */
    const char *key;    /* the last one that the scanner came to */
    bool no_memory;
    char reason[160]; /* after RECORD_BAD and RECORD_OTHER_VERSION: why, one line of ASCII */
};

/* The longest line that is read. */
#define RECORD_LINE_LEN_MAX (8u << 20)

void record_line_init(struct record_line *reader);
void record_line_fini(struct record_line *reader);

/* Reads a line without its newline, canonical or not, and checks that it does not contradict
 * itself (record_check.h). */
enum record_status record_line_read(struct record_line *reader, struct caa_text line,
                                    struct record_view *out);

/* Reads the line at the beginning of the octets by the strict scanner, which finds its end, as no
 * newline stands in a canonical line. Returns the octets of the line without its newline; 0 where
 * it is no record, is not canonical, is longer than the lines read before, or has no newline: then
 * record_line_read tells more. */
size_t record_line_next(struct record_line *reader, struct caa_text octets,
                        struct record_view *out);

/* The strict scanner alone: RECORD_OK, RECORD_BAD for every line that is not canonical, or
 * RECORD_NO_MEMORY. The contents are not checked against each other. */
enum record_status record_line_scan(struct record_line *reader, struct caa_text line,
                                    struct record_view *out);

#endif
