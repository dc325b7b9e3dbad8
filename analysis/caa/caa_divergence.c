#include "caa_divergence.h"

#include <assert.h>

#include "caa_policy.h"
#include "caa_rfc8657.h"

#define TAG_LEN_HICKORY 15u
#define FLAG_ONE 1u

#define BOULDER_KNOWS (CAA_SUPPORTS_MINIMUM | CAA_SUPPORTS(ISSUEMAIL) | CAA_SUPPORTS(ISSUEVMC))

#define DIVERGENCE_TEXT(name, rule, software, effect, definition)                                  \
    {rule, software, effect, definition},
static const struct caa_divergence_text texts[] = {CAA_DIVERGENCES(DIVERGENCE_TEXT)};

static_assert(CAA_DIVERGENCE_COUNT <= 32, "a set of rules is one uint32_t");

const struct caa_divergence_text *caa_divergence_text(enum caa_divergence rule)
{
    return &texts[rule];
}

static uint32_t rule_if(bool condition, enum caa_divergence rule)
{
    return condition ? caa_divergence_bit(rule) : 0;
}

static uint32_t flag_rules(const struct caa_record *record)
{
    unsigned property = 1u << record->property;
    bool boulder_knows = (property & BOULDER_KNOWS) != 0;
    bool extra = (property & CAA_SUPPORTS_IANA) != 0 && (property & CAA_SUPPORTS_MINIMUM) == 0;
    if (!record->critical)
        return rule_if((record->flags & FLAG_ONE) != 0 && !boulder_knows,
                       CAA_DIVERGENCE_BOULDER_FLAG_ONE);
    return rule_if(extra, CAA_DIVERGENCE_MINIMAL_CRITICAL) |
           rule_if(extra && !boulder_knows, CAA_DIVERGENCE_BOULDER_CONTACT) |
           rule_if(record->property == CAA_PROPERTY_ISSUEVMC, CAA_DIVERGENCE_OPENMPIC_ISSUEVMC);
}

/* Octets of the continuation bytes behind the first octet of a UTF-8 sequence (RFC 3629 section 4);
 * 0 for ASCII, a number over 3 where no sequence begins so. */
static size_t continuation_len(uint8_t octet)
{
    if (octet < 0x80)
        return 0;
    if (octet >= 0xC2 && octet <= 0xDF)
        return 1;
    if (octet >= 0xE0 && octet <= 0xEF)
        return 2;
    return octet >= 0xF0 && octet <= 0xF4 ? 3 : 4;
}

/* The code point at the start of the text, whose octets *len becomes; 0 with *len 0 where there is
 * none. */
static uint32_t code_point(struct caa_text text, size_t *len)
{
    static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    size_t more = continuation_len(text.octets[0]);
    *len = 0;
    if (more > 3 || more >= text.len)
        return 0;
    uint32_t point = more == 0 ? text.octets[0] : text.octets[0] & (0x3Fu >> more);
    for (size_t i = 1; i <= more; i++) {
        if ((text.octets[i] & 0xC0) != 0x80)
            return 0;
        point = point << 6 | (text.octets[i] & 0x3F);
    }
    if (point < smallest[more] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return 0;
    *len = more + 1;
    return point;
}

static bool is_utf8(struct caa_text text)
{
    for (size_t len; text.len > 0; text = caa_text_after(text, len)) {
        code_point(text, &len);
        if (len == 0)
            return false;
    }
    return true;
}

/* White space as Python's str.strip takes it. */
static bool is_space(uint32_t point)
{
    static const uint32_t others[] = {0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
    if ((point >= 0x09 && point <= 0x0D) || (point >= 0x1C && point <= 0x20) ||
        (point >= 0x2000 && point <= 0x200A))
        return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (point == others[i])
            return true;
    }
    return false;
}

/* The text, which is UTF-8, without white space at its ends. */
static struct caa_text strip(struct caa_text text)
{
    size_t len;
    while (text.len > 0 && is_space(code_point(text, &len)))
        text = caa_text_after(text, len);
    size_t kept = 0;
    for (size_t at = 0; at < text.len; at += len) {
        if (!is_space(code_point(caa_text_after(text, at), &len)))
            kept = at + len;
    }
    return caa_text_before(text, kept);
}

static bool names_issuer(struct caa_text text)
{
    return caa_value_parse(text).issuer.len > 0;
}

/* The issuer may stand in front of a first ";" with white space around it as well. */
static bool space_alone_is_wrong(const struct caa_record *record)
{
    if (record->value_error == CAA_VALUE_NONE || !is_utf8(record->text))
        return false;
    return names_issuer(strip(record->text));
}

static bool separator_alone_is_wrong(const struct caa_record *record)
{
    struct caa_text text = caa_text_trim(record->text);
    return record->value_error == CAA_VALUE_BAD_PARAM_EMPTY && text.len > 0 &&
           text.octets[text.len - 1] == ';' && names_issuer(caa_text_before(text, text.len - 1));
}

static uint32_t malformed_value_rules(const struct caa_record *record)
{
    return rule_if(record->value_error == CAA_VALUE_BAD_PARAM_EMPTY_TAG,
                   CAA_DIVERGENCE_BOULDER_PARAM_EMPTY) |
           rule_if(space_alone_is_wrong(record), CAA_DIVERGENCE_OPENMPIC_SPACE) |
           rule_if(record->value.grammar_6844, CAA_DIVERGENCE_RFC6844_ACCEPTS) |
           rule_if(separator_alone_is_wrong(record), CAA_DIVERGENCE_HICKORY_SEPARATOR);
}

static bool has_ca_label(struct caa_text methods)
{
    struct caa_text label;
    while (caa_rfc8657_next_method(&methods, &label)) {
        if (label.len >= 3 && memcmp(label.octets, "ca-", 3) == 0)
            return true;
    }
    return false;
}

static uint32_t param_rules(const struct caa_param *param)
{
    bool is_account = caa_text_equal_folded(param->tag, caa_text_from(CAA_RFC8657_ACCOUNTURI));
    bool is_methods =
        caa_text_equal_folded(param->tag, caa_text_from(CAA_RFC8657_VALIDATIONMETHODS));
    struct caa_text rest = param->value;
    struct caa_text first = caa_text_cut(&rest, ',');
    bool first_is_good = first.len > 0 && caa_rfc8657_is_method_list(first);
    return rule_if(caa_text_has(param->tag, '-'), CAA_DIVERGENCE_BOULDER_PARAM_HYPHEN) |
           rule_if((is_account || is_methods) && caa_text_has_upper(param->tag),
                   CAA_DIVERGENCE_BOULDER_PARAM_CASE) |
           rule_if(is_methods && first_is_good && !caa_rfc8657_is_method_list(param->value),
                   CAA_DIVERGENCE_BOULDER_METHODS_FIRST) |
           rule_if(is_methods && has_ca_label(param->value), CAA_DIVERGENCE_BOULDER_METHODS_CA) |
           rule_if(is_account || is_methods, CAA_DIVERGENCE_OPENMPIC_PARAMS);
}

static uint32_t value_rules(const struct caa_record *record)
{
    const struct caa_value *value = &record->value;
    if (value->error != CAA_VALUE_NONE)
        return malformed_value_rules(record);
    uint32_t rules =
        rule_if(caa_text_has_upper(value->issuer), CAA_DIVERGENCE_BOULDER_ISSUER_CASE) |
        rule_if(!value->grammar_6844, CAA_DIVERGENCE_RFC6844_REFUSES);
    struct caa_text rest = value->params;
    struct caa_param param;
    while (value->issuer.len > 0 && caa_value_next_param(&rest, &param))
        rules |= param_rules(&param);
    return rules;
}

uint32_t caa_divergence_record(const struct caa_record *record)
{
    uint32_t rules = flag_rules(record);
    if (record->property == CAA_PROPERTY_MALFORMED)
        return rules | caa_divergence_bit(CAA_DIVERGENCE_STRICT_DECODER) |
               rule_if(record->rdata_error == RDATA_TAG_OVERRUN, CAA_DIVERGENCE_BOULDER_DECODE);
    rules |= rule_if(!is_utf8(record->text), CAA_DIVERGENCE_OPENMPIC_NOT_UTF8) |
             rule_if(record->tag.len > TAG_LEN_HICKORY, CAA_DIVERGENCE_HICKORY_TAG_LENGTH);
    return caa_property_is_issue_type(record->property) ? rules | value_rules(record) : rules;
}
