#include "shadow_class.h"

static bool answered(const struct compare_entry *entry)
{
    return entry->outcome == OUTCOME_FOUND || entry->outcome == OUTCOME_EMPTY;
}

enum shadow_relation shadow_relation_of(const struct compare_entry *name,
                                        const struct compare_entry *ancestor)
{
    if (!answered(name))
        return SHADOW_FAILED;
    if (!answered(ancestor))
        return SHADOW_ANCESTOR_FAILED;
    bool above = ancestor->outcome == OUTCOME_FOUND;
    if (name->outcome == OUTCOME_EMPTY)
        return above ? SHADOW_CONTRADICTS : SHADOW_NO_SET;
    if (name->found_at.len <= ancestor->name.len)
        return SHADOW_INHERITS;
    return above ? SHADOW_HIDES : SHADOW_HIDES_NOTHING;
}

static bool has(const struct caa_set *set, unsigned properties)
{
    for (size_t i = 0; i < set->count; i++) {
        if ((1u << set->records[i].property & properties) != 0)
            return true;
    }
    return false;
}

enum shadow_content shadow_content_of(const struct caa_set *set)
{
    if (has(set, CAA_SUPPORTS(ISSUEWILD)))
        return SHADOW_ISSUEWILD;
    if (has(set, CAA_SUPPORTS(ISSUE)))
        return SHADOW_NO_ISSUEWILD;
    if (has(set, CAA_SUPPORTS(ISSUEMAIL) | CAA_SUPPORTS(ISSUEVMC)))
        return SHADOW_MAIL_ONLY;
    if (!has(set, ~CAA_SUPPORTS(IODEF)))
        return SHADOW_IODEF_ONLY;
    if (!has(set, CAA_SUPPORTS(CONTACTEMAIL) | CAA_SUPPORTS(CONTACTPHONE)))
        return SHADOW_UNKNOWN_ONLY;
    return SHADOW_OTHER;
}

enum shadow_effect shadow_effect_of(const struct caa_set *hidden, const struct caa_set *set,
                                    enum caa_kind kind)
{
    switch (policy_order_of_kind(hidden, set, kind)) {
    case POLICY_SAME:
        return SHADOW_KEEPS;
    case POLICY_NARROWER:
        return SHADOW_NARROWS;
    case POLICY_WIDER:
        return caa_policy_of(set, kind) == CAA_POLICY_UNRESTRICTED ? SHADOW_UNDOES : SHADOW_WIDENS;
    default:
        return SHADOW_DIFFERS;
    }
}
