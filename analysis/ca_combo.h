/* ca_combo.h: which CAs one property of one set allows together. Pure. */
#ifndef CA_COMBO_H
#define CA_COMBO_H

#include "caa_text.h"

/* Operators of a combination that are told; combinations of more are one. */
#define CA_COMBO_MAX 4u

#define CA_COMBO_LEN 512u

struct ca_combo {
    const char *operators[CA_COMBO_MAX]; /* in the order of the alphabet; borrowed */
    size_t count;
    bool more;    /* than CA_COMBO_MAX */
    bool unknown; /* an identifier that the table does not have */
};

/* Adds an operator, once. */
void ca_combo_add(struct ca_combo *combo, const char *operator);

/* Its name: the operators and "unknown CA" with " + " between; "more than 4 CAs"; "no CA". In room,
 * cut off at CA_COMBO_LEN. */
struct caa_text ca_combo_name(const struct ca_combo *combo, char room[CA_COMBO_LEN]);

#endif
