#include "caa_issuer.h"

#include "caa_tables.h"

size_t caa_issuer_count(void)
{
    return caa_tables_issuer_count;
}

const struct caa_issuer *caa_issuer_at(size_t index)
{
    return index < caa_tables_issuer_count ? &caa_tables_issuers[index] : NULL;
}

const struct caa_issuer *caa_issuer_find(struct caa_text identifier)
{
    size_t low = 0;
    size_t high = caa_tables_issuer_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct caa_issuer *issuer = &caa_tables_issuers[middle];
        int order = caa_text_compare_folded(identifier, caa_text_from(issuer->identifier));
        if (order == 0)
            return issuer;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static struct caa_text without_shared_prefix(struct caa_text *a, struct caa_text b)
{
    size_t shared = 0;
    while (shared < a->len && shared < b.len &&
           caa_text_fold_octet(a->octets[shared]) == caa_text_fold_octet(b.octets[shared]))
        shared++;
    *a = caa_text_after(*a, shared);
    return caa_text_after(b, shared);
}

/* Is b at most `edits` edits away from a? At the first difference each kind of edit is tried, so
 * the depth is bounded by the edits and the whole by 3^edits walks along the text. */
static bool within_edits(struct caa_text a, struct caa_text b, unsigned edits)
{
    b = without_shared_prefix(&a, b);
    if (a.len == 0 || b.len == 0)
        return a.len + b.len <= edits;
    if (edits == 0)
        return false;
    struct caa_text a_next = caa_text_after(a, 1);
    struct caa_text b_next = caa_text_after(b, 1);
    return within_edits(a_next, b_next, edits - 1) || within_edits(a_next, b, edits - 1) ||
           within_edits(a, b_next, edits - 1);
}

const struct caa_issuer *caa_issuer_nearest(struct caa_text identifier)
{
    for (unsigned edits = 1; edits <= CAA_ISSUER_TYPO_MAX; edits++) {
        for (size_t i = 0; i < caa_tables_issuer_count; i++) {
            struct caa_text known = caa_text_from(caa_tables_issuers[i].identifier);
            if (identifier.len > known.len + edits || known.len > identifier.len + edits)
                continue;
            if (within_edits(identifier, known, edits))
                return &caa_tables_issuers[i];
        }
    }
    return NULL;
}

bool caa_issuer_is_distrusted(const struct caa_issuer *issuer)
{
    switch (issuer->status) {
    case CAA_ISSUER_DISTRUSTED:
    case CAA_ISSUER_DISTRUSTED_FOR_TLS:
    case CAA_ISSUER_DISTRUSTED_ROOTS:
    case CAA_ISSUER_ROOTS_DISTRUSTED_NEW_CERTS:
        return true;
    case CAA_ISSUER_LISTED:
    case CAA_ISSUER_BRAND_OF_OTHER_OPERATOR:
    case CAA_ISSUER_FORMER_NAME:
    case CAA_ISSUER_DROPPED_FROM_LATER_LISTS:
    case CAA_ISSUER_NEVER_INCLUDED_OR_REMOVED:
    case CAA_ISSUER_STATUS_COUNT:
        return false;
    }
    return false;
}
