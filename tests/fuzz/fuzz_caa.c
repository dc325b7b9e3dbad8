/* Sets of CAA records from hostile octets: what is parsed stays within them, survives being written
 * and parsed again, and the verdicts agree with each other.
 *
 * Input: records one after the other, each `selector, length, octets`. With a selector below
 * TAG_COUNT the octets are flags and value under that tag; else they are RDATA as it stands. */
#include <stdlib.h>

#include "caa_divergence.h"
#include "caa_lint.h"
#include "caa_policy.h"

#define RECORDS_MAX 16u
#define RDATA_MAX 300u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const tags[] = {"issue",        "issuewild",    "issuemail", "issuevmc", "iodef",
                                   "contactemail", "contactphone", "policy",    "Issue",    "x"};
#define TAG_COUNT (sizeof tags / sizeof *tags)

struct world {
    uint8_t *rdata[RECORDS_MAX]; /* each its own block, so that a sanitizer sees its ends */
    size_t rdata_len[RECORDS_MAX];
    struct caa_record records[RECORDS_MAX];
    struct caa_set set;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static size_t build_rdata(const uint8_t *data, size_t len, uint8_t selector, uint8_t out[RDATA_MAX])
{
    if (selector >= TAG_COUNT || len == 0) {
        memcpy(out, data, len);
        return len;
    }
    size_t tag_len = strlen(tags[selector]);
    out[0] = data[0];
    out[1] = (uint8_t)tag_len;
    memcpy(out + 2, tags[selector], tag_len);
    memcpy(out + 2 + tag_len, data + 1, len - 1);
    return 1 + tag_len + len;
}

static void load(struct world *world, const uint8_t *data, size_t len)
{
    size_t count = 0;
    while (len >= 2 && count < RECORDS_MAX) {
        uint8_t rdata[RDATA_MAX];
        size_t octets = data[1] < len - 2 ? data[1] : len - 2;
        size_t rdata_len = build_rdata(data + 2, octets, data[0], rdata);
        world->rdata[count] = malloc(rdata_len);
        require(world->rdata[count] != NULL || rdata_len == 0);
        if (rdata_len > 0)
            memcpy(world->rdata[count], rdata, rdata_len);
        world->rdata_len[count] = rdata_len;
        world->records[count] = caa_record_from_rdata(world->rdata[count], rdata_len);
        count++;
        data += 2 + octets;
        len -= 2 + octets;
    }
    world->set = (struct caa_set){.records = world->records, .count = count};
}

static bool lies_within(struct caa_text inner, struct caa_text outer)
{
    return inner.len == 0 || (inner.octets >= outer.octets && inner.len <= outer.len &&
                              (size_t)(inner.octets - outer.octets) <= outer.len - inner.len);
}

static void append(uint8_t out[2 * RDATA_MAX], size_t *len, struct caa_text text)
{
    require(*len + text.len <= 2 * RDATA_MAX);
    if (text.len > 0)
        memcpy(out + *len, text.octets, text.len);
    *len += text.len;
}

/* A valid value means the same once it is written again with other blanks. */
static void rewrite(const struct caa_value *value)
{
    uint8_t out[2 * RDATA_MAX];
    size_t len = 0;
    append(out, &len, value->issuer);
    struct caa_text rest = value->params;
    struct caa_param param;
    while (caa_value_next_param(&rest, &param)) {
        append(out, &len, caa_text_from(";\t"));
        append(out, &len, param.tag);
        append(out, &len, caa_text_from("="));
        append(out, &len, param.value);
    }
    struct caa_value again = caa_value_parse(caa_text_of(out, len));
    require(again.error == CAA_VALUE_NONE && again.key == value->key);
    require(again.param_count == value->param_count);
    require(again.satisfiable_8657 == value->satisfiable_8657);
    require(caa_text_equal(again.issuer, value->issuer));
    require(caa_text_equal(again.accounturi, value->accounturi));
    require(caa_text_equal(again.validationmethods, value->validationmethods));
}

static void check_value(const struct caa_record *record)
{
    const struct caa_value *value = &record->value;
    require(value->error == record->value_error);
    require(lies_within(value->issuer, record->text) && lies_within(value->params, record->text));
    if (value->error == CAA_VALUE_NONE) {
        rewrite(value);
        return;
    }
    require(value->issuer.len == 0 && value->params.len == 0 && value->param_count == 0);
    require(!value->satisfiable_8657 && value->key == 0);
}

static void check_record(const struct world *world, size_t i)
{
    const struct caa_record *record = &world->records[i];
    uint32_t rules = caa_divergence_record(record);
    require((rules & caa_divergence_bit(CAA_DIVERGENCE_STRICT_DECODER)) == 0 ||
            record->property == CAA_PROPERTY_MALFORMED);
    struct caa_text rdata = caa_text_of(world->rdata[i], world->rdata_len[i]);
    bool malformed = record->property == CAA_PROPERTY_MALFORMED;
    require(malformed == (record->rdata_error != RDATA_NONE));
    require(lies_within(record->tag, rdata) && lies_within(record->text, rdata));
    require(record->critical == (rdata.len > 0 && rdata.octets[0] >= 0x80));
    require(malformed || rdata.len == 2 + record->tag.len + record->text.len);
    require(record->judged || record->value_error == CAA_VALUE_NONE);
    if (caa_property_is_issue_type(record->property))
        check_value(record);
    else
        require(record->value.issuer.len == 0);
    uint64_t lints = caa_lint_record(record);
    require(caa_lint_has(lints, CAA_LINT_RDATA_MALFORMED) == malformed);
    require(caa_lint_has(lints, CAA_LINT_VALUE_MALFORMED) == (record->value.error != 0));
    lints = caa_lint_issuer(record);
    require(!caa_lint_has(lints, CAA_LINT_ISSUER_TYPO) ||
            caa_lint_has(lints, CAA_LINT_UNKNOWN_ISSUER));
}

static bool permits(const struct caa_set *set, struct caa_text identifier, unsigned supports,
                    const struct caa_request *request)
{
    struct caa_ca ca = {.identifiers = &identifier, .identifier_count = 1, .supports = supports};
    return caa_policy_permits(set, &ca, request);
}

/* What a request is granted under a strict reading it is granted under a lax one. */
static void check_readings(const struct caa_set *set, struct caa_text ca, enum caa_kind kind)
{
    struct caa_request request = {
        .kind = kind, .account = caa_text_from("a:b"), .method = caa_text_from("dns-01")};
    bool ignored = permits(set, ca, CAA_SUPPORTS_IANA, &request);
    require(ignored || !permits(set, ca, CAA_SUPPORTS_MINIMUM, &request));
    request.params = CAA_PARAMS_SATISFIABLE;
    bool satisfiable = permits(set, ca, CAA_SUPPORTS_IANA, &request);
    request.params = CAA_PARAMS_MATCH;
    bool matched = permits(set, ca, CAA_SUPPORTS_IANA, &request);
    require((ignored || !satisfiable) && (satisfiable || !matched));
    enum caa_policy policy = caa_policy_of(set, kind);
    if (policy == CAA_POLICY_UNRESTRICTED)
        require(ignored && satisfiable && matched);
    else if (policy != CAA_POLICY_ALLOW_LIST)
        require(!ignored);
}

static void check_kind(const struct caa_set *set, enum caa_kind kind)
{
    enum caa_property property = caa_policy_property(set, kind);
    enum caa_policy policy = caa_policy_of(set, kind);
    struct caa_request request = {.kind = kind};
    bool restricted = false;
    bool named = false;
    check_readings(set, caa_text_from("ca.example"), kind);
    for (size_t i = 0; i < set->count; i++) {
        struct caa_text issuer = set->records[i].value.issuer;
        check_readings(set, issuer, kind);
        if (set->records[i].property != property)
            continue;
        restricted = true;
        named = named || issuer.len > 0;
        if (policy == CAA_POLICY_ALLOW_LIST && issuer.len > 0)
            require(permits(set, issuer, CAA_SUPPORTS_IANA, &request));
    }
    require(policy == CAA_POLICY_DENY_ALL_CRITICAL ||
            policy == (named        ? CAA_POLICY_ALLOW_LIST
                       : restricted ? CAA_POLICY_DENY_ALL
                                    : CAA_POLICY_UNRESTRICTED));
}

/* A critical record that denies is not outvoted by what is added to the set. */
static void check_growth(const struct caa_set *set)
{
    bool denied = false;
    for (size_t count = 0; count <= set->count; count++) {
        struct caa_set part = {.records = set->records, .count = count};
        bool denies = caa_policy_critical_denies(&part, CAA_SUPPORTS_IANA);
        require(denies || !denied);
        denied = denies;
        for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++)
            check_kind(&part, (enum caa_kind)kind);
    }
}

static void check_order(const struct caa_set *set)
{
    struct caa_record turned[RECORDS_MAX];
    for (size_t i = 0; i < set->count; i++)
        turned[i] = set->records[set->count - 1 - i];
    struct caa_set reverse = {.records = turned, .count = set->count};
    require(caa_lint_set(set) == caa_lint_set(&reverse));
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        require(caa_policy_of(set, (enum caa_kind)kind) ==
                caa_policy_of(&reverse, (enum caa_kind)kind));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct world world;
    load(&world, data, len);
    for (size_t i = 0; i < world.set.count; i++)
        check_record(&world, i);
    check_growth(&world.set);
    check_order(&world.set);
    for (size_t i = 0; i < world.set.count; i++)
        free(world.rdata[i]);
    return 0;
}
