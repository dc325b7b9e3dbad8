#include "caa_value.h"

#include "caa_domain.h"
#include "caa_rfc6844.h"
#include "caa_rfc8657.h"

/* FNV-1a, 64 bits. */
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_FACTOR UINT64_C(0x100000001b3)

static uint64_t hash_octet(uint64_t hash, uint8_t octet)
{
    return (hash ^ octet) * HASH_FACTOR;
}

static uint64_t hash_folded(uint64_t hash, struct caa_text text)
{
    for (size_t i = 0; i < text.len; i++)
        hash = hash_octet(hash, caa_text_fold_octet(text.octets[i]));
    return hash;
}

static uint64_t hash_param(const struct caa_param *param)
{
    uint64_t hash = hash_octet(hash_folded(HASH_START, param->tag), '=');
    for (size_t i = 0; i < param->value.len; i++)
        hash = hash_octet(hash, param->value.octets[i]);
    return hash;
}

static struct caa_param split_param(struct caa_text text)
{
    struct caa_text value = caa_text_trim(text);
    struct caa_text tag = caa_text_trim(caa_text_cut(&value, '='));
    return (struct caa_param){.tag = tag, .value = caa_text_trim(value)};
}

static enum caa_value_error check_param(struct caa_text text)
{
    if (caa_text_trim(text).len == 0)
        return CAA_VALUE_BAD_PARAM_EMPTY;
    if (!caa_text_has(text, '='))
        return CAA_VALUE_BAD_PARAM_NO_EQUALS;
    struct caa_param param = split_param(text);
    if (param.tag.len == 0)
        return CAA_VALUE_BAD_PARAM_EMPTY_TAG;
    if (!caa_domain_is_label(param.tag))
        return CAA_VALUE_BAD_PARAM_TAG_CHAR;
    if (!caa_text_all(param.value, caa_text_is_visible))
        return CAA_VALUE_BAD_PARAM_VALUE_CHAR;
    return CAA_VALUE_NONE;
}

/* The whole grammar, and nothing else: what is in a valid value is read out afterwards. */
static enum caa_value_error check(struct caa_text issuer, struct caa_text params)
{
    if (issuer.len > 0 && !caa_domain_is_name(issuer))
        return CAA_VALUE_BAD_ISSUER_DOMAIN;
    bool more = params.len > 0;
    while (more) {
        more = caa_text_has(params, ';');
        enum caa_value_error error = check_param(caa_text_cut(&params, ';'));
        if (error != CAA_VALUE_NONE)
            return error;
    }
    return CAA_VALUE_NONE;
}

static void note_param(struct caa_value *value, const struct caa_param *param)
{
    value->param_count++;
    value->key += hash_param(param);
    if (caa_text_equal_folded(param->tag, caa_text_from(CAA_RFC8657_ACCOUNTURI))) {
        if (value->accounturi_count++ == 0)
            value->accounturi = param->value;
    } else if (caa_text_equal_folded(param->tag, caa_text_from(CAA_RFC8657_VALIDATIONMETHODS))) {
        if (value->validationmethods_count++ == 0)
            value->validationmethods = param->value;
    }
}

struct caa_value caa_value_parse(struct caa_text text)
{
    struct caa_value value = {.grammar_6844 = caa_rfc6844_accepts(text)};
    struct caa_text params = text;
    struct caa_text issuer = caa_text_trim(caa_text_cut(&params, ';'));
    params = caa_text_trim(params);
    value.error = check(issuer, params);
    if (value.error != CAA_VALUE_NONE)
        return value;
    value.issuer = issuer;
    value.params = params;
    value.key = hash_folded(HASH_START, issuer);
    struct caa_param param;
    while (caa_value_next_param(&params, &param))
        note_param(&value, &param);
    value.satisfiable_8657 = issuer.len > 0 && caa_rfc8657_satisfiable(&value);
    return value;
}

bool caa_value_next_param(struct caa_text *rest, struct caa_param *out)
{
    if (rest->len == 0)
        return false;
    *out = split_param(caa_text_cut(rest, ';'));
    return true;
}
