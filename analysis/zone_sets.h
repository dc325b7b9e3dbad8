/* zone_sets.h: CAA sets from text in the form of zone files, as ldns reads it.
 *
 * ldns wants tags of lower-case letters and digits, and in files values in quotes, and there takes
 * flags modulo 256. Other records can be given as TYPE257 \# (RFC 3597).
 */
#ifndef ZONE_SETS_H
#define ZONE_SETS_H

#include <stdio.h>

#include "caa_record.h"

struct zone_item {
    char *owner; /* lower case, without a final dot but for the root; "" for text without one */
    uint8_t *rdata;
    size_t rdata_len;
    size_t number; /* in the order of reading, from 0 */
};

struct zone_sets {
    struct zone_item *items;
    size_t count, cap;
    struct caa_record *records; /* of the items, in the same order; after zone_sets_finish */
};

void zone_sets_init(struct zone_sets *sets);
void zone_sets_fini(struct zone_sets *sets);

/* Adds one record from its flags, tag and value, such as `0 issue "ca.example"`. False after a
 * message. */
bool zone_sets_add_text(struct zone_sets *sets, const char *text);

/* Adds the CAA records of a zone file, which is read to its end first; all others are passed over.
 * label names it in messages. False after a message. */
bool zone_sets_add_file(struct zone_sets *sets, FILE *file, const char *label);

/* Puts the records in the order of their owners. Call it once, behind all that is added. False
 * without memory. */
bool zone_sets_finish(struct zone_sets *sets);

/* The set of the owner of the item at *at, which is moved behind its last record. False at the end.
 * The set borrows from the list. */
bool zone_sets_next(const struct zone_sets *sets, size_t *at, const char **owner,
                    struct caa_set *set);

#endif
