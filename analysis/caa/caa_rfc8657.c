#include "caa_rfc8657.h"

#include "caa_uri.h"

bool caa_rfc8657_is_account(struct caa_text accounturi)
{
    struct caa_uri uri;
    return caa_uri_split(accounturi, &uri);
}

static bool is_method_label(struct caa_text label)
{
    return label.len > 0 && caa_text_all(label, caa_text_is_alnum_or_hyphen);
}

bool caa_rfc8657_is_method_list(struct caa_text validationmethods)
{
    bool more = validationmethods.len > 0;
    while (more) {
        more = caa_text_has(validationmethods, ',');
        if (!is_method_label(caa_text_cut(&validationmethods, ',')))
            return false;
    }
    return true;
}

bool caa_rfc8657_next_method(struct caa_text *rest, struct caa_text *label)
{
    if (rest->len == 0)
        return false;
    *label = caa_text_cut(rest, ',');
    return true;
}

bool caa_rfc8657_satisfiable(const struct caa_value *value)
{
    if (value->accounturi_count > 1 || value->validationmethods_count > 1)
        return false;
    if (value->accounturi_count == 1 && !caa_rfc8657_is_account(value->accounturi))
        return false;
    return value->validationmethods_count == 0 ||
           (value->validationmethods.len > 0 &&
            caa_rfc8657_is_method_list(value->validationmethods));
}

static bool lists_method(struct caa_text validationmethods, struct caa_text method)
{
    struct caa_text label;
    while (caa_rfc8657_next_method(&validationmethods, &label)) {
        if (caa_text_equal(label, method))
            return true;
    }
    return false;
}

bool caa_rfc8657_matches(const struct caa_value *value, struct caa_text account,
                         struct caa_text method)
{
    if (!caa_rfc8657_satisfiable(value))
        return false;
    if (value->accounturi_count > 0 && !caa_text_equal(value->accounturi, account))
        return false;
    return value->validationmethods_count == 0 || lists_method(value->validationmethods, method);
}
