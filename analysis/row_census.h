/* row_census.h: which rows of which scans were read, one bit for each. Threads share a census.
 *
 * (scan, row, prefix, pass) names a record, so a second record of the same name counts a row twice:
 * a shard that was given or merged twice, say. 300 million rows take 38 MB for each prefix and
 * pass. What a hostile file may claim is bounded: rows from ROW_CENSUS_ROW_END on, and those for
 * which more than ROW_CENSUS_CHUNK_MAX chunks or ROW_CENSUS_GROUP_MAX groups were needed, are not
 * told apart; their number is known.
 */
#ifndef ROW_CENSUS_H
#define ROW_CENSUS_H

#include "record_view.h"

#define ROW_CENSUS_CHUNK_ROWS (UINT64_C(1) << 16)
#define ROW_CENSUS_ROW_END (UINT64_C(1) << 40)
#define ROW_CENSUS_CHUNK_MAX (1u << 16) /* 512 MiB, 4 billion rows */
#define ROW_CENSUS_GROUP_MAX 4096u

/* Rows seen more than once that are kept by name: the first in order of row. */
#define ROW_CENSUS_NAMED_MAX 4u

/* What is counted apart. The texts are owned by the census. */
struct row_census_key {
    struct caa_text scan, vantage, prefix;
    enum scan_mode mode;
    int64_t pass;
};

struct row_census;
struct row_census_group;

/* NULL without memory. */
struct row_census *row_census_new(void);
void row_census_free(struct row_census *census);

/* The group of the record before, which saves a search, and the lead of that record. */
struct row_census_last {
    struct row_census_group *group;
    uint64_t lead;
};

/* Marks the row of a record. *last is the caller's own, all zero at first. False without memory. */
bool row_census_mark(struct row_census *census, struct row_census_last *last,
                     const struct record_view *record);

/* The rest is for one thread, after all marks. */

/* Is the record one of those rows seen more than once that are kept by name? */
bool row_census_names(const struct row_census *census, const struct record_view *record);

/* Records whose row was seen before, and records that could not be told apart. */
uint64_t row_census_repeated(const struct row_census *census);
uint64_t row_census_unchecked(const struct row_census *census);

/* Puts the groups in the order of scan, prefix, vantage, mode and pass. */
void row_census_sort(struct row_census *census);

/* The groups; NULL from the count on. */
const struct row_census_group *row_census_at(const struct row_census *census, size_t index);
const struct row_census_key *row_census_key_of(const struct row_census_group *group);
uint64_t row_census_repeated_in(const struct row_census_group *group);

/* The highest row seen. */
uint64_t row_census_highest(const struct row_census_group *group);

/* How many rows from 1 to `end` were seen, of the shards wanted: row r is of shard (r - 1) mod
 * shard_count, and wanted has a flag for each shard; NULL: all rows. */
uint64_t row_census_seen(const struct row_census_group *group, uint64_t end, const bool *wanted,
                         uint64_t shard_count);

#endif
