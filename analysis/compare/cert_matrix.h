/* cert_matrix.h: which CAs sets allow, against those that certificates are from. Pure.
 *
 * A certificate counts in the row of each CA operator that its set allows; where the set allows
 * everybody or nobody, in one of two rows of their own. Identifiers and issuers that no table knows
 * are one CA.
 */
#ifndef CERT_MATRIX_H
#define CERT_MATRIX_H

#include "cert_history.h"
#include "count_map.h"
#include "drawing.h"

#define CERT_MATRIX_UNKNOWN "(unknown CA)"
#define CERT_MATRIX_EVERYBODY "(everybody)"
#define CERT_MATRIX_NOBODY "(nobody)"

struct cert_matrix {
    struct count_map allowed; /* by the name of a row: certificates */
    struct count_map used;    /* by the name of a column: certificates */
    struct count_map cells;   /* by both, with LF between: certificates, names */
    uint64_t certs;           /* that are in it */
};

void cert_matrix_init(struct cert_matrix *matrix);
void cert_matrix_fini(struct cert_matrix *matrix);

/* Counts a certificate of the name_number-th name, from 1 on, where its deciding look answered.
 * used is the name of its operator, empty where unknown. False without memory. */
bool cert_matrix_take(struct cert_matrix *matrix, const struct cert_judgement *judgement,
                      enum caa_kind kind, const char *used, uint64_t name_number);

/* What a cell has: counts[0] certificates, counts[1] names. NULL: nothing. */
const struct count_entry *cert_matrix_cell(const struct cert_matrix *matrix,
                                           struct caa_text allowed, struct caa_text used);

/* Draws the largest rows and columns. False where there is nothing to draw, or without memory. */
bool cert_matrix_draw(const struct cert_matrix *matrix, const char *scan, struct drawing *drawing);

#endif
