/* sim_check.h: looks into a parsed record. Paths: "outcome", "levels/0/tried/1/result". */
#ifndef CAASCAN_SIM_CHECK_H
#define CAASCAN_SIM_CHECK_H

#include "sim.h"

/* The value at path; fails the test where there is none. */
const json_t *sim_at(const json_t *record, const char *path);

/* NULL for null. */
const char *sim_text(const json_t *record, const char *path);
json_int_t sim_number(const json_t *record, const char *path);
size_t sim_count(const json_t *record, const char *path);
bool sim_is_null(const json_t *record, const char *path);

/* The row was found at this level, with this issuer in the first record of the set. */
void sim_expect_found(const struct sim *s, uint64_t row, const char *found_at, const char *issuer);
void sim_expect_empty(const struct sim *s, uint64_t row);
void sim_expect_failed(const struct sim *s, uint64_t row, const char *error_class,
                       const char *error_at);

/* Is there a note of this kind? */
bool sim_has_note(const struct sim *s, uint64_t row, const char *kind);

#endif
