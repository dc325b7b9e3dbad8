#include "caa_lint.h"

#include <assert.h>

#include "caa_iodef.h"
#include "caa_issuer.h"
#include "caa_lint_parts.h"
#include "caascan/caa_rdata.h"

#define TAG_LEN_RFC6844 15u

struct lint_text {
    const char *name;
    const char *definition;
};

#define LINT_TEXT(name, word, definition) {word, definition},
static const struct lint_text texts[] = {CAA_LINTS(LINT_TEXT)};

static_assert(CAA_LINT_COUNT <= 64, "a set of lints is one uint64_t");

const char *caa_lint_name(enum caa_lint lint)
{
    return lint < CAA_LINT_COUNT ? texts[lint].name : "";
}

const char *caa_lint_definition(enum caa_lint lint)
{
    return lint < CAA_LINT_COUNT ? texts[lint].definition : "";
}

static uint64_t flag_lints(const struct caa_record *record)
{
    bool known = record->property > CAA_PROPERTY_RESERVED;
    return caa_lint_if((record->flags & ~CAA_FLAG_CRITICAL) != 0, CAA_LINT_FLAGS_RESERVED_BITS) |
           caa_lint_if(record->flags == 1, CAA_LINT_FLAGS_ONE_NOT_128) |
           caa_lint_if(record->critical && !known, CAA_LINT_CRITICAL_UNKNOWN) |
           caa_lint_if(record->critical && known, CAA_LINT_CRITICAL_ON_KNOWN);
}

static uint64_t tag_lints(const struct caa_record *record)
{
    enum caa_property property = record->property;
    return caa_lint_if(property == CAA_PROPERTY_MALFORMED, CAA_LINT_RDATA_MALFORMED) |
           caa_lint_if(property == CAA_PROPERTY_UNKNOWN, CAA_LINT_TAG_UNKNOWN) |
           caa_lint_if(property == CAA_PROPERTY_RESERVED, CAA_LINT_TAG_RESERVED) |
           caa_lint_if(caa_text_has_upper(record->tag), CAA_LINT_TAG_NOT_LOWERCASE) |
           caa_lint_if(record->tag.len > TAG_LEN_RFC6844, CAA_LINT_TAG_LONGER_THAN_15);
}

static uint64_t iodef_lints(const struct caa_record *record)
{
    switch (record->value_error) {
    case CAA_VALUE_NONE:
        return caa_lint_if(caa_iodef_is_plain_http(record->text), CAA_LINT_IODEF_PLAIN_HTTP);
    case CAA_VALUE_BAD_IODEF_SCHEME:
        return caa_lint_bit(CAA_LINT_IODEF_BAD_SCHEME);
    default:
        return caa_lint_bit(caa_iodef_lacks_scheme(record->text) ? CAA_LINT_IODEF_MISSING_SCHEME
                                                                 : CAA_LINT_IODEF_MALFORMED);
    }
}

uint64_t caa_lint_record(const struct caa_record *record)
{
    uint64_t lints = flag_lints(record) | tag_lints(record);
    if (caa_property_is_issue_type(record->property))
        return lints | caa_lint_value(record);
    if (record->property == CAA_PROPERTY_IODEF)
        return lints | iodef_lints(record);
    return lints |
           caa_lint_if(record->value_error == CAA_VALUE_BAD_EMAIL,
                       CAA_LINT_CONTACTEMAIL_MALFORMED) |
           caa_lint_if(record->value_error == CAA_VALUE_BAD_PHONE, CAA_LINT_CONTACTPHONE_MALFORMED);
}

uint64_t caa_lint_set(const struct caa_set *set)
{
    uint64_t lints = caa_lint_relations(set);
    for (size_t i = 0; i < set->count; i++)
        lints |= caa_lint_record(&set->records[i]);
    return lints;
}

uint64_t caa_lint_issuer(const struct caa_record *record)
{
    struct caa_text identifier = record->value.issuer;
    if (identifier.len == 0)
        return 0;
    const struct caa_issuer *issuer = caa_issuer_find(identifier);
    if (issuer != NULL)
        return caa_lint_if(caa_issuer_is_distrusted(issuer), CAA_LINT_DEFUNCT_ISSUER);
    return caa_lint_bit(CAA_LINT_UNKNOWN_ISSUER) |
           caa_lint_if(caa_issuer_nearest(identifier) != NULL, CAA_LINT_ISSUER_TYPO);
}
