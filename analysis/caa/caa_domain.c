#include "caa_domain.h"

#define LABEL_LEN_MAX 63u
#define NAME_LEN_MAX 253u

bool caa_domain_is_label(struct caa_text text)
{
    if (text.len == 0 || text.octets[0] == '-' || text.octets[text.len - 1] == '-')
        return false;
    return caa_text_all(text, caa_text_is_alnum_or_hyphen);
}

bool caa_domain_is_name(struct caa_text text)
{
    bool more;
    do {
        more = caa_text_has(text, '.');
        if (!caa_domain_is_label(caa_text_cut(&text, '.')))
            return false;
    } while (more);
    return true;
}

bool caa_domain_fits_dns(struct caa_text name)
{
    if (name.len > NAME_LEN_MAX)
        return false;
    while (name.len > 0) {
        if (caa_text_cut(&name, '.').len > LABEL_LEN_MAX)
            return false;
    }
    return true;
}

static bool is_decimal_octet(struct caa_text text)
{
    unsigned number = 0;
    if (text.len == 0 || text.len > 3)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!caa_text_is_digit(text.octets[i]))
            return false;
        number = number * 10 + (text.octets[i] - (unsigned)'0');
    }
    return number <= 255;
}

bool caa_domain_is_ipv4(struct caa_text text)
{
    for (int i = 0; i < 3; i++) {
        if (!caa_text_has(text, '.') || !is_decimal_octet(caa_text_cut(&text, '.')))
            return false;
    }
    return is_decimal_octet(text);
}
