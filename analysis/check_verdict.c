#include "check_verdict.h"

static struct check_verdict verdict(enum check_result result, enum check_reason reason,
                                    const struct caa_record *record)
{
    return (struct check_verdict){result, reason, record};
}

static const struct caa_record *first_critical(const struct caa_set *set, unsigned supports)
{
    for (size_t i = 0; i < set->count; i++) {
        struct caa_set one = {&set->records[i], 1};
        if (caa_policy_critical_denies(&one, supports))
            return &set->records[i];
    }
    return NULL;
}

/* The first record of the property, or NULL. named: the first that names an issuer. */
static const struct caa_record *first_of(const struct caa_set *set, enum caa_property property,
                                         bool named)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->property == property && (!named || record->value.issuer.len > 0))
            return record;
    }
    return NULL;
}

/* The first record of the property that by itself lets the CA issue. */
static const struct caa_record *first_that_permits(const struct caa_set *set,
                                                   enum caa_property property,
                                                   const struct caa_ca *ca,
                                                   const struct caa_request *request)
{
    for (size_t i = 0; i < set->count; i++) {
        struct caa_set one = {&set->records[i], 1};
        if (set->records[i].property == property && caa_policy_permits(&one, ca, request))
            return &set->records[i];
    }
    return NULL;
}

/* Each record of the property is judged alone, as the only one of its kind: a set of issue alone is
 * what decides about wildcards too where the whole set has no issuewild. */
static struct check_verdict by_property(const struct caa_set *set, enum caa_property property,
                                        const struct caa_ca *ca, struct caa_request request)
{
    const struct caa_record *record = first_that_permits(set, property, ca, &request);
    if (record != NULL)
        return verdict(CHECK_PERMIT, CHECK_BY_NAMED, record);
    request.params = CAA_PARAMS_IGNORED;
    record = first_that_permits(set, property, ca, &request);
    if (record != NULL)
        return verdict(CHECK_DENY, CHECK_BY_PARAMS_NOT_SATISFIED, record);
    record = first_of(set, property, true);
    if (record != NULL)
        return verdict(CHECK_DENY, CHECK_BY_OTHERS_NAMED, record);
    return verdict(CHECK_DENY, CHECK_BY_NOBODY_NAMED, first_of(set, property, false));
}

struct check_verdict check_verdict_of_set(const struct caa_set *set, const struct caa_ca *ca,
                                          const struct caa_request *request)
{
    if (set->count == 0)
        return verdict(CHECK_PERMIT, CHECK_BY_NO_SET, NULL);
    if (caa_policy_critical_denies(set, ca->supports))
        return verdict(CHECK_DENY, CHECK_BY_CRITICAL, first_critical(set, ca->supports));
    enum caa_property property = caa_policy_property(set, request->kind);
    if (first_of(set, property, false) == NULL)
        return verdict(CHECK_PERMIT, CHECK_BY_NO_PROPERTY, NULL);
    return by_property(set, property, ca, *request);
}

struct check_verdict check_verdict_of(const struct record_view *view, const struct caa_ca *ca,
                                      const struct caa_request *request)
{
    switch (view->outcome) {
    case OUTCOME_FOUND:
    case OUTCOME_EMPTY:
        return check_verdict_of_set(&view->set, ca, request);
    case OUTCOME_INDETERMINATE:
        return verdict(CHECK_UNKNOWN, CHECK_BY_LOOKUP_FAILED, NULL);
    case OUTCOME_SKIPPED:
        return verdict(CHECK_UNKNOWN, CHECK_BY_NOT_ASKED, NULL);
    default:
        return verdict(CHECK_UNKNOWN, CHECK_BY_NOT_A_NAME, NULL);
    }
}
