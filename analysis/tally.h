/* tally.h: records in, counts out. Pure: no files, no output, no clock.
 *
 * Records are counted apart by scan, mode, vantage and prefix, because figures of different ones do
 * not add up. A tally set may be filled by several threads in parts, one set each; merged they give
 * the same counts whatever way the records were dealt out.
 */
#ifndef TALLY_H
#define TALLY_H

#include "tally_adoption.h"
#include "tally_ca.h"
#include "tally_errors.h"
#include "tally_iodef.h"
#include "tally_lints.h"
#include "tally_names.h"
#include "tally_params.h"
#include "tally_policy.h"
#include "tally_tags.h"
#include "tally_tld.h"

/* Groups that one report may have; more are refused, as they can only come from a mistake. */
#define TALLY_GROUP_MAX 1000u

struct tally_key {
    struct caa_text scan, vantage, prefix;
    enum scan_mode mode;
};

/* A timestamp as records have it, so that times of one form compare by their octets. */
struct tally_time {
    uint8_t octets[24];
};

struct tally {
    struct tally_key key;           /* its texts are owned */
    unsigned number;                /* in the order in which the groups came */
    unsigned first_date, last_date; /* YYYYMMDD, of the verdicts */
    struct tally_time first_time;   /* of the earliest verdict */
    uint64_t records;
    uint64_t set_uses;     /* serial number of the last */
    uint64_t later_passes; /* records of a pass behind the first */
    uint64_t wildcards;    /* rows that began with "*." */
    uint64_t queries, retries;
    uint64_t exists[EXISTS_COUNT];       /* names asked */
    uint64_t found_dnssec[DNSSEC_COUNT]; /* names with a set */
    uint64_t notes[NOTE_COUNT];
    struct operators operators;
    struct tally_adoption adoption;
    struct tally_tld tld;
    struct tally_tags tags;
    struct tally_ca ca;
    struct tally_policy policy;
    struct tally_params params;
    struct tally_iodef iodef;
    struct tally_lints lints;
    struct tally_errors errors;
    struct tally_names names;
};

struct tally_set {
    const struct suffix_list *suffixes; /* borrowed */
    struct tally **groups;              /* owned */
    size_t count;
    struct tally *last; /* the group of the last record */
    uint64_t last_lead; /* of the last record, where its group is `last`; or 0 */
    bool too_many;      /* more than TALLY_GROUP_MAX groups: the counts are not complete */
    struct stored_counts *stored; /* names that wait for tally_set_settle; NULL where none do */
};

void tally_set_init(struct tally_set *set, const struct suffix_list *suffixes);
void tally_set_fini(struct tally_set *set);

/* Counts a record. context is a struct tally_set. False without memory, or with too many groups. */
bool tally_set_take(void *context, const struct record_view *record);

/* The same, but where the set of the record is stored its name may wait: the counts are right after
 * tally_set_settle, and not before. So sets that many names have are counted once. */
bool tally_set_take_later(void *context, const struct record_view *record);

/* Counts the names that wait. False without memory. */
bool tally_set_settle(struct tally_set *set);

/* Adds what `from` has counted. False as above. None waits in either. */
bool tally_set_merge(struct tally_set *into, const struct tally_set *from);

/* The scan before that of a group, with the same mode, vantage and prefix: the latest that began
 * earlier. NULL where there is none. The set is sorted. */
const struct tally *tally_set_before(const struct tally_set *set, const struct tally *group);

/* Puts the groups in the order of scan, mode, vantage and prefix. */
void tally_set_sort(struct tally_set *set);

#endif
