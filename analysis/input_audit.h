/* input_audit.h: is the input whole, and is nothing in it twice? What metadata promises is held
 * against the rows that were read. */
#ifndef INPUT_AUDIT_H
#define INPUT_AUDIT_H

#include "notices.h"
#include "read_plan.h"
#include "row_census.h"

/* What is known of the rows of one scan, mode, vantage and prefix, by their first pass. */
struct input_rows {
    bool expected_known; /* metadata of the scan was there */
    uint64_t expected;   /* rows that the scan must have: of its whole list where its length is
                            known, else up to the highest row seen */
    uint64_t missing;    /* of those */
    uint64_t repeated;   /* records whose row stands there already, in any pass */
};

/* Sums up the rows of a scan, mode, vantage and prefix; the pass of the key is not looked at.
 * False without memory. */
bool input_audit_rows(const struct row_census *census, const struct read_plan *plan,
                      const struct row_census_key *key, struct input_rows *out);

/* Tells on standard error which shards are missing, how many rows are, and how many stand more than
 * once. False, after a message, without memory. */
bool input_audit_tell(struct row_census *census, const struct read_plan *plan,
                      struct notices *warnings);

#endif
