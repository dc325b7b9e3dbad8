#include "policy_order.h"

#include "caa_issuer.h"
#include "caa_rfc8657.h"

/* One record that names a CA. */
struct grant {
    const struct caa_value *value;
    const struct caa_issuer *issuer; /* NULL where the table does not have it */
};

/* What a set permits for one kind. */
struct grants {
    bool everybody;
    bool too_many;
    size_t count;
    struct grant list[POLICY_ORDER_GRANTS_MAX];
};

static void grants_of(const struct caa_set *set, enum caa_kind kind, struct grants *out)
{
    enum caa_policy policy = caa_policy_of(set, kind);
    enum caa_property property = caa_policy_property(set, kind);
    out->everybody = policy == CAA_POLICY_UNRESTRICTED;
    out->too_many = false;
    out->count = 0;
    for (size_t i = 0; policy == CAA_POLICY_ALLOW_LIST && i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->property != property || record->value.issuer.len == 0 ||
            !record->value.satisfiable_8657)
            continue;
        out->too_many = out->count == POLICY_ORDER_GRANTS_MAX ||
                        record->value.validationmethods.len > POLICY_ORDER_METHODS_LEN_MAX;
        if (out->too_many)
            return;
        out->list[out->count++] =
            (struct grant){&record->value, caa_issuer_find(record->value.issuer)};
    }
}

static bool same_ca(const struct grant *a, const struct grant *b)
{
    if (a->issuer != NULL && b->issuer != NULL)
        return strcmp(a->issuer->ca_operator, b->issuer->ca_operator) == 0;
    return caa_text_equal_folded(a->value->issuer, b->value->issuer);
}

static bool is_rfc8657(struct caa_text tag)
{
    return caa_text_equal_folded(tag, caa_text_from(CAA_RFC8657_ACCOUNTURI)) ||
           caa_text_equal_folded(tag, caa_text_from(CAA_RFC8657_VALIDATIONMETHODS));
}

/* The next parameter whose meaning is the issuer's own. */
static bool next_own_param(struct caa_text *rest, struct caa_param *out)
{
    while (caa_value_next_param(rest, out)) {
        if (!is_rfc8657(out->tag))
            return true;
    }
    return false;
}

static bool same_own_params(const struct caa_value *a, const struct caa_value *b)
{
    struct caa_text rest_a = a->params, rest_b = b->params;
    struct caa_param one, other;
    for (;;) {
        bool more = next_own_param(&rest_a, &one);
        if (more != next_own_param(&rest_b, &other))
            return false;
        if (!more)
            return true;
        if (!caa_text_equal_folded(one.tag, other.tag) || !caa_text_equal(one.value, other.value))
            return false;
    }
}

/* Are the account and the CA's own parameters of b within a? */
static bool covers_account(const struct grant *a, const struct grant *b)
{
    if (!same_ca(a, b) || !same_own_params(a->value, b->value))
        return false;
    return a->value->accounturi_count == 0 ||
           (b->value->accounturi_count > 0 &&
            caa_text_equal(a->value->accounturi, b->value->accounturi));
}

static bool lists_method(const struct caa_value *value, struct caa_text method)
{
    struct caa_text rest = value->validationmethods, label;
    while (caa_rfc8657_next_method(&rest, &label)) {
        if (caa_text_equal(label, method))
            return true;
    }
    return false;
}

/* Does some grant cover b's account with this method, or with all methods where octets is NULL? */
static bool covers_method(const struct grants *all, const struct grant *b, struct caa_text method)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct grant *a = &all->list[i];
        if (!covers_account(a, b))
            continue;
        if (a->value->validationmethods_count == 0 ||
            (method.octets != NULL && lists_method(a->value, method)))
            return true;
    }
    return false;
}

static bool covers_grant(const struct grants *all, const struct grant *b)
{
    if (b->value->validationmethods_count == 0)
        return covers_method(all, b, (struct caa_text){0});
    struct caa_text rest = b->value->validationmethods, label;
    while (caa_rfc8657_next_method(&rest, &label)) {
        if (!covers_method(all, b, label))
            return false;
    }
    return true;
}

/* Is all that b permits permitted by a? */
static bool covers(const struct grants *a, const struct grants *b)
{
    if (a->everybody)
        return true;
    if (b->everybody || a->too_many || b->too_many)
        return false;
    for (size_t i = 0; i < b->count; i++) {
        if (!covers_grant(a, &b->list[i]))
            return false;
    }
    return true;
}

static enum policy_order order_of(bool wider, bool narrower)
{
    if (wider)
        return narrower ? POLICY_SAME : POLICY_WIDER;
    return narrower ? POLICY_NARROWER : POLICY_OTHER;
}

enum policy_order policy_order_of_kind(const struct caa_set *from, const struct caa_set *to,
                                       enum caa_kind kind)
{
    struct grants was, is;
    grants_of(from, kind, &was);
    grants_of(to, kind, &is);
    return order_of(covers(&is, &was), covers(&was, &is));
}

enum policy_order policy_order_of(const struct caa_set *from, const struct caa_set *to)
{
    bool wider = true, narrower = true;
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        enum policy_order order = policy_order_of_kind(from, to, kind);
        wider = wider && (order == POLICY_SAME || order == POLICY_WIDER);
        narrower = narrower && (order == POLICY_SAME || order == POLICY_NARROWER);
    }
    return order_of(wider, narrower);
}
