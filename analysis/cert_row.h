/* cert_row.h: one row of a list of certificates, checked. Pure. */
#ifndef CERT_ROW_H
#define CERT_ROW_H

#include "caa_text.h"

#define CERT_ROW_NAME_MAX 253u

/* The cells as they stand in the file. wildcard is empty where there is no such column. */
struct cert_cells {
    struct caa_text name, issuer, not_before, wildcard;
};

struct cert_row {
    uint8_t name[CERT_ROW_NAME_MAX]; /* lower case, without "*." and final dot */
    size_t name_len;
    struct caa_text issuer; /* of the cells */
    uint64_t not_before;
    bool wildcard; /* the name began with "*.", or the column says so */
};

/* What is wrong with a row. */
struct cert_fault {
    const char *what; /* NULL: nothing */
    struct caa_text value;
};

struct cert_fault cert_row_read(const struct cert_cells *cells, struct cert_row *out);

/* Reads a UTC time as the number YYYYMMDDHHMMSS, so that times compare as numbers: 2026-03-01,
 * 2026-03-01T12:00:00 or with a blank, with fractions of a second, and with Z, UTC or +00:00 behind
 * it; 20260301120000Z as in certificates; or `Mar  1 12:00:00 2026 GMT` as OpenSSL prints it. A day
 * is its first second. False for all else. */
bool cert_row_time(struct caa_text text, uint64_t *out);

#endif
