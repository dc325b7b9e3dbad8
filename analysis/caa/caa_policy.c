#include "caa_policy.h"

#include "caa_rfc8657.h"

static bool has_property(const struct caa_set *set, enum caa_property property)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->records[i].property == property)
            return true;
    }
    return false;
}

bool caa_policy_critical_denies(const struct caa_set *set, unsigned supports)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->critical && (supports & (1u << record->property)) == 0)
            return true;
    }
    return false;
}

enum caa_property caa_policy_property(const struct caa_set *set, enum caa_kind kind)
{
    switch (kind) {
    case CAA_KIND_WILD:
        return has_property(set, CAA_PROPERTY_ISSUEWILD) ? CAA_PROPERTY_ISSUEWILD
                                                         : CAA_PROPERTY_ISSUE;
    case CAA_KIND_MAIL:
        return CAA_PROPERTY_ISSUEMAIL;
    case CAA_KIND_VMC:
        return CAA_PROPERTY_ISSUEVMC;
    case CAA_KIND_ISSUE:
    case CAA_KIND_COUNT:
        break;
    }
    return CAA_PROPERTY_ISSUE;
}

static bool answers_to(const struct caa_ca *ca, struct caa_text issuer)
{
    for (size_t i = 0; i < ca->identifier_count; i++) {
        if (caa_text_equal_folded(ca->identifiers[i], issuer))
            return true;
    }
    return false;
}

static bool params_allow(const struct caa_value *value, const struct caa_request *request)
{
    switch (request->params) {
    case CAA_PARAMS_SATISFIABLE:
        return value->satisfiable_8657;
    case CAA_PARAMS_MATCH:
        return caa_rfc8657_matches(value, request->account, request->method);
    case CAA_PARAMS_IGNORED:
        break;
    }
    return true;
}

bool caa_policy_permits(const struct caa_set *set, const struct caa_ca *ca,
                        const struct caa_request *request)
{
    if (caa_policy_critical_denies(set, ca->supports))
        return false;
    enum caa_property property = caa_policy_property(set, request->kind);
    if (!has_property(set, property))
        return true;
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->property == property && record->value.issuer.len > 0 &&
            answers_to(ca, record->value.issuer) && params_allow(&record->value, request))
            return true;
    }
    return false;
}

enum caa_policy caa_policy_of(const struct caa_set *set, enum caa_kind kind)
{
    if (caa_policy_critical_denies(set, CAA_SUPPORTS_IANA))
        return CAA_POLICY_DENY_ALL_CRITICAL;
    enum caa_property property = caa_policy_property(set, kind);
    enum caa_policy policy = CAA_POLICY_UNRESTRICTED;
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->property != property)
            continue;
        if (record->value.issuer.len > 0)
            return CAA_POLICY_ALLOW_LIST;
        policy = CAA_POLICY_DENY_ALL;
    }
    return policy;
}
