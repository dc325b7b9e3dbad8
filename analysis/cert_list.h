/* cert_list.h: certificates in memory, found by name, and what became of each beside a scan. Pure.
 *
 * About 250 octets for each certificate. */
#ifndef CERT_LIST_H
#define CERT_LIST_H

#include "cert_operators.h"
#include "cert_row.h"
#include "check_verdict.h"
#include "count_map.h"

/* What the scan says about a certificate. X(ENUMERATOR, "word"). The verdicts exclude each other.
 */
#define CERT_VERDICTS(X)                                                                           \
    X(NOT_IN_SCAN, "not_in_scan")     /* no record has the name */                                 \
    X(LOOKUP_FAILED, "lookup_failed") /* the scan does not know what governs the name */           \
    X(UNKNOWN_ISSUER,                                                                              \
      "unknown_issuer") /* some CAs are permitted; nobody can say if this one is */                \
    X(PERMITTED, "permitted")                                                                      \
    X(NOT_PERMITTED, "not_permitted")

#define CERT_VERDICT_ENUM(name, word) CERT_##name,
enum cert_verdict { CERT_VERDICTS(CERT_VERDICT_ENUM) CERT_VERDICT_COUNT };

CAASCAN_WORD_FUNCTION(cert_verdict_word, CERT_VERDICTS)

/* No certificate stands behind. */
#define CERT_LIST_END UINT32_MAX

struct cert {
    struct caa_text name, issuer; /* owned by the list */
    uint64_t not_before;          /* YYYYMMDDHHMMSS */
    uint64_t seen_at;             /* time of the record that it was held against, or 0 */
    uint32_t operator;            /* index */
    uint32_t next;                /* of the same name, or CERT_LIST_END */
    enum cert_verdict verdict;
    bool wildcard;
};

struct cert_list {
    struct cert *certs;
    struct cert_operators operators;
    size_t count, cap;
    struct count_map names;   /* counts[0]: the first certificate, from 1; counts[1]: the last */
    struct count_map issuers; /* counts[0]: the operator, from 1 */
};

/* False without memory. Call cert_list_fini either way. */
bool cert_list_init(struct cert_list *list);
void cert_list_fini(struct cert_list *list);

/* Adds a certificate. False without memory, or with 2^32 - 1 of them. */
bool cert_list_add(struct cert_list *list, const struct cert_row *row);

/* The first certificate of a name, or CERT_LIST_END. */
uint32_t cert_list_first(const struct cert_list *list, struct caa_text name);

/* What a verdict about a set is for a certificate. known: the issuer's operator is. An issuer that
 * is not known may be any of the CAs that a set names. */
enum cert_verdict cert_list_verdict(const struct check_verdict *verdict, bool known);

/* Holds a certificate against a record of its name, and gives the reason. Of several records the
 * latest counts. */
struct check_verdict cert_list_judge(struct cert_list *list, uint32_t index,
                                     const struct record_view *view);

/* Certificates of one operator. The verdicts sum to all of them. */
struct cert_totals {
    const struct cert_operator *operator; /* of the list */
    uint64_t certs;
    uint64_t verdicts[CERT_VERDICT_COUNT];
    uint64_t not_permitted_after; /* not permitted, with a notBefore behind the record's time */
};

/* Sums up by operator: those with most certificates first, then by name, unknown issuers last. The
 * array belongs to the caller (free). NULL without memory. */
struct cert_totals *cert_list_totals(const struct cert_list *list, size_t *count);

#endif
