#include "caa_domain.h"
#include "caa_lint_parts.h"
#include "caa_registry.h"
#include "caa_rfc8657.h"

static uint64_t octet_lints(struct caa_text text)
{
    bool non_ascii = false;
    bool control = false;
    for (size_t i = 0; i < text.len; i++) {
        non_ascii = non_ascii || text.octets[i] >= 0x7F;
        control = control || (text.octets[i] < 0x20 && text.octets[i] != '\t');
    }
    return caa_lint_if(non_ascii, CAA_LINT_VALUE_NON_ASCII) |
           caa_lint_if(control, CAA_LINT_VALUE_CONTROL_CHAR);
}

static bool is_list_separator(uint8_t octet)
{
    return octet == ',' || caa_text_is_blank(octet);
}

/* Two or more domain names with nothing but commas and blanks between and around. */
static bool is_several_domains(struct caa_text text)
{
    size_t count = 0;
    while (text.len > 0) {
        size_t len = 0;
        while (len < text.len && !is_list_separator(text.octets[len]))
            len++;
        if (len > 0 && !caa_domain_is_name(caa_text_before(text, len)))
            return false;
        count += len > 0;
        text = caa_text_after(text, len < text.len ? len + 1 : len);
    }
    return count > 1;
}

static uint64_t bad_issuer_lints(struct caa_text text)
{
    struct caa_text issuer = caa_text_trim(caa_text_cut(&text, ';'));
    uint8_t first = issuer.octets[0];
    bool wildcard = first == '*' && (issuer.len == 1 || issuer.octets[1] == '.');
    bool trailing_dot = issuer.octets[issuer.len - 1] == '.' &&
                        caa_domain_is_name(caa_text_before(issuer, issuer.len - 1));
    return caa_lint_if(trailing_dot, CAA_LINT_ISSUER_TRAILING_DOT) |
           caa_lint_if(caa_text_has(issuer, '/'), CAA_LINT_ISSUER_IS_URL) |
           caa_lint_if(caa_text_has(issuer, '@'), CAA_LINT_ISSUER_IS_EMAIL) |
           caa_lint_if(is_several_domains(issuer), CAA_LINT_ISSUER_MULTIPLE) |
           caa_lint_if(first == '"' || first == '\'', CAA_LINT_ISSUER_QUOTED) |
           caa_lint_if(wildcard, CAA_LINT_ISSUER_WILDCARD);
}

static uint64_t malformed_lints(const struct caa_record *record)
{
    uint64_t lints = caa_lint_bit(CAA_LINT_VALUE_MALFORMED);
    if (record->value_error == CAA_VALUE_BAD_ISSUER_DOMAIN)
        return lints | bad_issuer_lints(record->text);
    return lints | caa_lint_bit(CAA_LINT_PARAM_MALFORMED);
}

static uint64_t issuer_lints(struct caa_text issuer)
{
    if (issuer.len == 0)
        return 0;
    return caa_lint_if(!caa_text_has(issuer, '.'), CAA_LINT_ISSUER_SINGLE_LABEL) |
           caa_lint_if(!caa_domain_fits_dns(issuer), CAA_LINT_ISSUER_NOT_DNS_NAME) |
           caa_lint_if(caa_domain_is_ipv4(issuer), CAA_LINT_ISSUER_IP_LITERAL) |
           caa_lint_if(caa_text_has_upper(issuer), CAA_LINT_ISSUER_NOT_LOWERCASE);
}

static bool is_tag(struct caa_text tag, const char *name)
{
    return caa_text_equal_folded(tag, caa_text_from(name));
}

/* Each tag is compared with the first few alone, so that the work stays linear in the value. */
#define COMPARED_TAGS 128u

static bool has_duplicate_tag(const struct caa_value *value)
{
    struct caa_text seen[COMPARED_TAGS];
    size_t seen_count = 0;
    struct caa_text rest = value->params;
    struct caa_param param;
    while (caa_value_next_param(&rest, &param)) {
        for (size_t i = 0; i < seen_count; i++) {
            if (caa_text_equal_folded(seen[i], param.tag))
                return true;
        }
        if (seen_count < COMPARED_TAGS)
            seen[seen_count++] = param.tag;
    }
    return false;
}

static uint64_t param_lints(const struct caa_value *value)
{
    uint64_t lints = caa_lint_if(value->issuer.len == 0 && value->param_count > 0,
                                 CAA_LINT_PARAMS_WITHOUT_ISSUER) |
                     caa_lint_if(has_duplicate_tag(value), CAA_LINT_PARAM_DUPLICATE);
    struct caa_text rest = value->params;
    struct caa_param param;
    while (caa_value_next_param(&rest, &param)) {
        bool known = is_tag(param.tag, CAA_RFC8657_ACCOUNTURI) ||
                     is_tag(param.tag, CAA_RFC8657_VALIDATIONMETHODS);
        bool old = is_tag(param.tag, "account-uri") || is_tag(param.tag, "validation-methods");
        lints |=
            caa_lint_if(known && caa_text_has_upper(param.tag), CAA_LINT_PARAM_TAG_NOT_LOWERCASE) |
            caa_lint_if(old, CAA_LINT_PARAM_PRESTANDARD_SPELLING);
    }
    return lints;
}

static uint64_t method_lints(struct caa_text list)
{
    if (list.len == 0)
        return caa_lint_bit(CAA_LINT_VALIDATIONMETHODS_EMPTY);
    if (!caa_rfc8657_is_method_list(list))
        return caa_lint_bit(CAA_LINT_VALIDATIONMETHODS_INVALID);
    uint64_t lints =
        caa_lint_if(caa_text_has_upper(list), CAA_LINT_VALIDATIONMETHODS_NOT_LOWERCASE);
    struct caa_text label;
    while (caa_rfc8657_next_method(&list, &label)) {
        bool of_ca =
            label.len > 3 && caa_text_equal_folded(caa_text_before(label, 3), caa_text_from("ca-"));
        lints |= caa_lint_if(!of_ca && !caa_registry_is_method(label),
                             CAA_LINT_VALIDATIONMETHODS_UNREGISTERED);
    }
    return lints;
}

/* Every one of them is looked at, where there are several. */
static uint64_t rfc8657_lints(const struct caa_value *value)
{
    uint64_t lints =
        caa_lint_if(value->accounturi_count > 1, CAA_LINT_ACCOUNTURI_DUPLICATE) |
        caa_lint_if(value->validationmethods_count > 1, CAA_LINT_VALIDATIONMETHODS_DUPLICATE);
    struct caa_text rest = value->params;
    struct caa_param param;
    while (caa_value_next_param(&rest, &param)) {
        if (is_tag(param.tag, CAA_RFC8657_ACCOUNTURI))
            lints |= caa_lint_if(!caa_rfc8657_is_account(param.value), CAA_LINT_ACCOUNTURI_INVALID);
        else if (is_tag(param.tag, CAA_RFC8657_VALIDATIONMETHODS))
            lints |= method_lints(param.value);
    }
    return lints;
}

uint64_t caa_lint_value(const struct caa_record *record)
{
    uint64_t lints = octet_lints(record->text);
    if (record->value_error != CAA_VALUE_NONE)
        return lints | malformed_lints(record);
    size_t trimmed_len = caa_text_trim(record->text).len;
    bool padded = trimmed_len > 0 && trimmed_len < record->text.len;
    return lints | caa_lint_if(padded, CAA_LINT_VALUE_PADDED) | issuer_lints(record->value.issuer) |
           param_lints(&record->value) | rfc8657_lints(&record->value);
}
