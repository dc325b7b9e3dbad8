/* set_sample.h: which sets the names of each operator have, in bounded memory. Pure.
 *
 * A pair of an operator and a set is kept with the number of its names. Where there are more than
 * SET_SAMPLE_PAIRS pairs, names are left out by their hash, half of all each time, until the pairs
 * that remain are no more than that. So which names are in the sample depends on all names together
 * and not on the order or the parts in which they came.
 */
#ifndef SET_SAMPLE_H
#define SET_SAMPLE_H

#include "caa_record.h"

#define SET_SAMPLE_PAIRS (1u << 17)
#define SET_SAMPLE_LEVELS 10u      /* names at level n: about one in 2^(n + 1) */
#define SET_SAMPLE_RECORDS_MAX 24u /* records of a set that are told apart */

/* A set without regard to the order of its records, the case of tags, TTLs and repetitions. */
struct set_mark {
    uint64_t hash;
    uint32_t record_count; /* above SET_SAMPLE_RECORDS_MAX the records are not known */
    uint32_t records[SET_SAMPLE_RECORDS_MAX]; /* hashes, ascending */
};

struct set_mark set_mark_of(const struct caa_set *set);

/* Does the set have all records of the part? False where they are not known. */
bool set_mark_contains(const struct set_mark *set, const struct set_mark *part);

/* Pairs are many, so they are small: the records of all stand elsewhere, one after the other. */
struct set_pair {
    uint64_t hash; /* of the set, as in its mark */
    uint32_t names[SET_SAMPLE_LEVELS];
    uint32_t number; /* of the operator */
    uint32_t record_count;
    uint32_t records_at;
};

/* A place of the index. */
struct set_place {
    uint32_t tag; /* of the pair's hash, so that few others are looked at */
    uint32_t at;  /* 1 + where the pair is; 0: empty */
};

#define SET_SAMPLE_WAITING 8u

/* A name that set_sample_add_later was told of. */
struct set_waiting {
    uint64_t hash;
    uint32_t number;
    uint32_t record_count;
    unsigned level;
    bool waits;
    uint32_t records[SET_SAMPLE_RECORDS_MAX];
};

struct set_sample {
    struct set_pair *pairs; /* in the order in which they came */
    size_t count, cap;
    struct set_place *index; /* by hash */
    size_t index_cap;
    uint32_t *records; /* hashes of the records of all pairs */
    size_t records_len, records_cap;
    unsigned level; /* names below it are left out */
    struct set_waiting waiting[SET_SAMPLE_WAITING];
    size_t turn; /* whose place among them is next */
};

void set_sample_init(struct set_sample *sample);
void set_sample_fini(struct set_sample *sample);

/* Counts the set, which is not empty, of a name. False without memory, here and below. */
bool set_sample_add(struct set_sample *sample, uint32_t number, const struct set_mark *mark,
                    struct caa_text name);

/* The same, but the name may wait while what is needed of the tables is brought near: the sample is
 * right after set_sample_settle, and not before. */
bool set_sample_add_later(struct set_sample *sample, uint32_t number, const struct set_mark *mark,
                          struct caa_text name);

/* Counts the names that wait. */
bool set_sample_settle(struct set_sample *sample);

/* Adds all of `from`, whose operators are renumbered. None waits in either. */
bool set_sample_merge(struct set_sample *into, const struct set_sample *from,
                      const uint32_t *numbers);

/* The pairs, one after the other: NULL at the end. *at begins at 0. */
const struct set_pair *set_sample_next(const struct set_sample *sample, size_t *at);

/* As set_mark_contains, for two pairs of the sample. */
bool set_sample_contains(const struct set_sample *sample, const struct set_pair *set,
                         const struct set_pair *part);

/* Names of a pair that are in the sample. One of 2^level of all names is. */
uint64_t set_sample_names(const struct set_sample *sample, const struct set_pair *pair);

#endif
