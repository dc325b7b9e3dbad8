/* resolution_rows.h: the rows of type `resolution` in tests/lab/resolution.jsonl: small worlds of
 * zones and server behaviours, a query, and what to expect of it under each set of rules. Knows
 * nothing of who resolves: a resolver's view and an iterating scanner's are tested from the same
 * rows. */
#ifndef CAASCAN_RESOLUTION_ROWS_H
#define CAASCAN_RESOLUTION_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "name.h"

#define RESOLUTION_RDATA_MAX 300u

struct resolution_rr {
    struct name_buffer owner;
    uint16_t type, rdlen;
    uint8_t rdata[RESOLUTION_RDATA_MAX]; /* wire form, names not compressed */
};

/* Data of the zone without SOA, NS and glue. Each zone is delegated from the closest listed
 * ancestor, top-level domains from the root. */
struct resolution_zone {
    struct name_buffer origin;
    bool is_signed;
    struct resolution_rr *rrs;
    size_t rr_count;
};

struct resolution_row {
    const char *id;
    const json_t *json; /* query, expect, servers and the rest */
    struct resolution_zone *zones;
    size_t zone_count;
};

struct resolution_rows {
    json_t *file;
    struct resolution_row *list;
    size_t count;
};

/* Reads the file; fails the test where it can't be read. */
void resolution_rows_load(struct resolution_rows *rows, const char *path);
void resolution_rows_free(struct resolution_rows *rows);

/* The zone that holds name, or NULL where only the root does. */
const struct resolution_zone *resolution_zone_of(const struct resolution_row *row,
                                                 struct name name);

/* Is there something at or below name in its zone (the root, where zone is NULL)? */
bool resolution_exists(const struct resolution_row *row, const struct resolution_zone *zone,
                       struct name name);

/* Are the zone and all above it signed? */
bool resolution_is_secure(const struct resolution_row *row, const struct resolution_zone *zone);

/* The type that a behaviour's `match` is for; 0: any. */
uint16_t resolution_qtype(const json_t *match);

/* The behaviour of `server` when asked for (name, type), or NULL where it does as it should. */
const json_t *resolution_behaviour(const struct resolution_row *row, struct name name,
                                   uint16_t type, const char *server);

/* A record in presentation form: {name, type, rdata}. */
void resolution_rr_read(struct resolution_rr *into, const json_t *record);

/* The member of an object as text; fails the test where there is none. */
const char *resolution_text(const json_t *object, const char *key);

#endif
