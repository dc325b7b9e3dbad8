/* vector_sets.h: the sets of tests/vectors/vectors.jsonl, one by one. */
#ifndef VECTOR_SETS_H
#define VECTOR_SETS_H

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "caa_record.h"

#define VECTOR_SETS_RECORDS_MAX 512u
#define VECTOR_SETS_RDATA_MAX 8192u

struct vector_sets {
    FILE *file;
    json_t *row; /* the one whose set it is */
    uint8_t rdata[VECTOR_SETS_RECORDS_MAX][VECTOR_SETS_RDATA_MAX];
    struct caa_record records[VECTOR_SETS_RECORDS_MAX];
};

static inline void vector_sets_open(struct vector_sets *sets)
{
    sets->file = fopen(TEST_DATA "/vectors/vectors.jsonl", "rb");
    sets->row = NULL;
    assert_non_null(sets->file);
}

static inline size_t vector_sets_from_hex(const char *hex, uint8_t out[VECTOR_SETS_RDATA_MAX])
{
    size_t len = strlen(hex) / 2;
    assert_true(len <= VECTOR_SETS_RDATA_MAX);
    for (size_t i = 0; i < len; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};
        out[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return len;
}

/* The next set; false, with the file closed, at the end. */
static inline bool vector_sets_next(struct vector_sets *sets, struct caa_set *set)
{
    json_error_t error;
    json_decref(sets->row);
    sets->row = json_loadf(sets->file, JSON_DISABLE_EOF_CHECK, &error);
    if (sets->row == NULL) {
        assert_true(feof(sets->file));
        fclose(sets->file);
        return false;
    }
    const json_t *rrset = json_object_get(sets->row, "rrset");
    assert_true(json_array_size(rrset) <= VECTOR_SETS_RECORDS_MAX);
    *set = (struct caa_set){sets->records, json_array_size(rrset)};
    for (size_t i = 0; i < set->count; i++) {
        const json_t *hex = json_object_get(json_array_get(rrset, i), "rdata_hex");
        size_t len = vector_sets_from_hex(json_string_value(hex), sets->rdata[i]);
        sets->records[i] = caa_record_from_rdata(sets->rdata[i], len);
    }
    return true;
}

#endif
