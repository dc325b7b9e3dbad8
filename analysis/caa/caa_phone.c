#include "caa_phone.h"

static bool is_separator(uint8_t octet)
{
    return octet == '-' || octet == '.' || octet == '(' || octet == ')';
}

/* RFC 3966 has no blank among its visual separators; the Baseline Requirements write them. */
static bool is_digits(struct caa_text text)
{
    bool has_digit = false;
    for (size_t i = 0; i < text.len; i++) {
        bool is_digit = caa_text_is_digit(text.octets[i]);
        has_digit = has_digit || is_digit;
        if (is_digit || is_separator(text.octets[i]))
            continue;
        bool between = i > 0 && i + 1 < text.len && text.octets[i + 1] != ' ';
        if (text.octets[i] != ' ' || !between)
            return false;
    }
    return has_digit;
}

static bool is_param_octet(uint8_t octet)
{
    static const char marks[] = "[]/:&+$-_.!~*'()%";
    return caa_text_is_alnum(octet) || memchr(marks, octet, sizeof marks - 1) != NULL;
}

static bool is_parameter(struct caa_text text)
{
    struct caa_text value = text;
    struct caa_text name = caa_text_cut(&value, '=');
    return name.len > 0 && caa_text_all(name, caa_text_is_alnum_or_hyphen) &&
           caa_text_all(value, is_param_octet) && (value.len > 0 || name.len == text.len);
}

bool caa_phone_is_global_number(struct caa_text text)
{
    if (text.len == 0 || text.octets[0] != '+')
        return false;
    struct caa_text rest = caa_text_after(text, 1);
    bool more = caa_text_has(rest, ';');
    if (!is_digits(caa_text_cut(&rest, ';')))
        return false;
    while (more) {
        more = caa_text_has(rest, ';');
        if (!is_parameter(caa_text_cut(&rest, ';')))
            return false;
    }
    return true;
}
