/* row_lint.h: what is odd about the way a name came to its set, under stable names. Pure.
 *
 * These go with the lints of caa_lint.h, which see the set alone. Three of them can't be known from
 * a record: the search stops at the first set, so nobody looked for another one above it
 * (shadowed_parent); the name with an asterisk is never asked for (wildcard_caa_gap); and records
 * know no certificates (cert_not_permitted, see cert_print.h).
 */
#ifndef ROW_LINT_H
#define ROW_LINT_H

#include "tally_row.h"

/* From what a lint is known. */
enum row_lint_source {
    ROW_LINT_FROM_NOTHING, /* not from records */
    ROW_LINT_FROM_ROW,     /* every row with a set */
    ROW_LINT_FROM_NOTES,   /* a note, where name servers were compared */
    ROW_LINT_FROM_DNSSEC,  /* rows whose DNSSEC status was checked */
};

/* X(ENUMERATOR, "name", SOURCE, "definition"). All are about names with a set. */
#define ROW_LINTS(X)                                                                               \
    X(SHADOWED_PARENT, "shadowed_parent", NOTHING,                                                 \
      "a set without restrictions hides the restrictive set of a parent")                          \
    X(WILDCARD_CAA_GAP, "wildcard_caa_gap", NOTHING,                                               \
      "a set at a wildcard does not cover the name, because the name exists (RFC 4592)")           \
    X(FOUND_AT_PUBLIC_SUFFIX, "found_at_public_suffix", ROW,                                       \
      "the name inherits the set of a public suffix, or of a name above one")                      \
    X(CNAME_DELEGATES_POLICY, "cname_delegates_policy", ROW,                                       \
      "an alias leads to a set outside the registrable domain of the name")                        \
    X(NS_INCONSISTENT, "ns_inconsistent", NOTES, "name servers of a zone give different answers")  \
    X(UNSIGNED_SET, "unsigned_set", DNSSEC, "the set is not signed (RFC 8659 section 5.1)")        \
    X(ACCOUNTURI_UNSIGNED, "accounturi_unsigned", DNSSEC,                                          \
      "the set is not signed and has an accounturi (RFC 8657 section 5.6)")                        \
    X(CERT_NOT_PERMITTED, "cert_not_permitted", NOTHING,                                           \
      "a certificate comes from a CA that the set does not permit")

#define ROW_LINT_ENUM(name, word, source, definition) ROW_LINT_##name,
enum row_lint { ROW_LINTS(ROW_LINT_ENUM) ROW_LINT_COUNT };

const char *row_lint_name(enum row_lint lint);
const char *row_lint_definition(enum row_lint lint);
enum row_lint_source row_lint_source(enum row_lint lint);

/* The bit of a lint in a set of them. */
static inline uint32_t row_lint_bit(enum row_lint lint)
{
    return UINT32_C(1) << lint;
}

/* The lints of a row that can be known from its record; none where no set was found. */
uint32_t row_lint_of(const struct tally_row *row);

#endif
