/* caa_issuer.h: who stands behind an issuer domain name.
 *
 * The table is made from datasets/ca_identifiers.csv when the project is built. It is sorted and
 * constant.
 */
#ifndef CAA_ISSUER_H
#define CAA_ISSUER_H

#include "caa_text.h"
#include "caascan/term.h"

/* Status words of the table. X(ENUMERATOR, "word"). */
#define CAA_ISSUER_STATUSES(X)                                                                     \
    X(LISTED, "listed")                                                                            \
    X(BRAND_OF_OTHER_OPERATOR, "brand_of_other_operator")                                          \
    X(FORMER_NAME, "former_name")                                                                  \
    X(DROPPED_FROM_LATER_LISTS, "dropped_from_later_lists")                                        \
    X(NEVER_INCLUDED_OR_REMOVED, "never_included_or_removed")                                      \
    X(DISTRUSTED, "distrusted")                                                                    \
    X(DISTRUSTED_FOR_TLS, "distrusted_for_tls")                                                    \
    X(DISTRUSTED_ROOTS, "distrusted_roots")                                                        \
    X(ROOTS_DISTRUSTED_NEW_CERTS, "roots_distrusted_new_certs")

#define CAA_ISSUER_ENUM(name, word) CAA_ISSUER_##name,
enum caa_issuer_status { CAA_ISSUER_STATUSES(CAA_ISSUER_ENUM) CAA_ISSUER_STATUS_COUNT };

CAASCAN_WORD_FUNCTION(caa_issuer_status_word, CAA_ISSUER_STATUSES)

struct caa_issuer {
    const char *identifier; /* lower case */
    const char *ca_operator;
    enum caa_issuer_status status;
};

/* Largest edit distance at which an unknown identifier counts as a misspelling of a known one. */
#define CAA_ISSUER_TYPO_MAX 2u

/* Number of identifiers in the table, and the one at index, in order of identifier; NULL from
 * caa_issuer_count() on. */
size_t caa_issuer_count(void);
const struct caa_issuer *caa_issuer_at(size_t index);

/* Finds an identifier: exact but for case; www.ca.example is not ca.example. NULL where unknown. */
const struct caa_issuer *caa_issuer_find(struct caa_text identifier);

/* Finds the identifier nearest to one that is not in the table, by single-octet insertions,
 * deletions and substitutions after folding. NULL where none is within CAA_ISSUER_TYPO_MAX; the
 * first in order where several are equally near. */
const struct caa_issuer *caa_issuer_nearest(struct caa_text identifier);

/* Does the table call it distrusted, in whole or for new certificates? */
bool caa_issuer_is_distrusted(const struct caa_issuer *issuer);

#endif
