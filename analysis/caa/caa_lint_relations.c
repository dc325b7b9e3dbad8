#include "caa_lint_parts.h"

struct tally {
    size_t count;
    size_t malformed_count;
    size_t nobody_count; /* records that authorise nobody, the malformed ones among them */
};

static struct tally tally_property(const struct caa_set *set, enum caa_property property)
{
    struct tally tally = {0};
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->property != property)
            continue;
        tally.count++;
        tally.malformed_count += record->value_error != CAA_VALUE_NONE;
        tally.nobody_count += record->value.issuer.len == 0;
    }
    return tally;
}

static uint64_t property_lints(const struct tally *tally)
{
    return caa_lint_if(tally->count > 0 && tally->malformed_count == tally->count,
                       CAA_LINT_MALFORMED_DENIES_ALL) |
           caa_lint_if(tally->nobody_count > 0 && tally->nobody_count < tally->count,
                       CAA_LINT_DENY_ALL_INEFFECTIVE);
}

/* Is there a record of the property with this key among the first `count`? The key of a malformed
 * value is 0: by it they equal each other, as all of them authorise nobody. */
static bool has_key(const struct caa_set *set, size_t count, enum caa_property property,
                    uint64_t key)
{
    for (size_t i = 0; i < count; i++) {
        if (set->records[i].property == property && set->records[i].value.key == key)
            return true;
    }
    return false;
}

static bool has_duplicate(const struct caa_set *set)
{
    for (size_t i = 1; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (caa_property_is_issue_type(record->property) && record->value_error == CAA_VALUE_NONE &&
            has_key(set, i, record->property, record->value.key))
            return true;
    }
    return false;
}

/* Does each record of the first property have its like among those of the second? */
static bool is_covered(const struct caa_set *set, enum caa_property property, enum caa_property by)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->property == property && !has_key(set, set->count, by, record->value.key))
            return false;
    }
    return true;
}

uint64_t caa_lint_relations(const struct caa_set *set)
{
    if (set->count == 0)
        return 0;
    uint64_t lints = 0;
    for (unsigned i = CAA_PROPERTY_ISSUE; i <= CAA_PROPERTY_ISSUEVMC; i++) {
        struct tally tally = tally_property(set, (enum caa_property)i);
        lints |= property_lints(&tally);
    }
    bool issue = tally_property(set, CAA_PROPERTY_ISSUE).count > 0;
    bool issuewild = tally_property(set, CAA_PROPERTY_ISSUEWILD).count > 0;
    bool redundant = issue && issuewild &&
                     is_covered(set, CAA_PROPERTY_ISSUEWILD, CAA_PROPERTY_ISSUE) &&
                     is_covered(set, CAA_PROPERTY_ISSUE, CAA_PROPERTY_ISSUEWILD);
    return lints | caa_lint_if(!issue && !issuewild, CAA_LINT_NONRESTRICTIVE_SET) |
           caa_lint_if(issuewild && !issue, CAA_LINT_ISSUEWILD_WITHOUT_ISSUE) |
           caa_lint_if(redundant, CAA_LINT_ISSUEWILD_REDUNDANT) |
           caa_lint_if(has_duplicate(set), CAA_LINT_DUPLICATE_RECORD);
}
