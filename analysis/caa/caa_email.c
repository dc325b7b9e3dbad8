#include "caa_email.h"

/* Length of the UTF-8 sequence (RFC 3629 section 4) that text begins with; 0 where it is none, or
 * ASCII. */
static size_t utf8_len(struct caa_text text)
{
    uint8_t first = text.octets[0];
    size_t len = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || len > text.len)
        return 0;
    uint8_t second = text.octets[1];
    uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high)
        return 0;
    for (size_t i = 2; i < len; i++) {
        if ((text.octets[i] & 0xC0) != 0x80)
            return 0;
    }
    return len;
}

static bool is_atext(uint8_t octet)
{
    static const char marks[] = "!#$%&'*+-/=?^_`{|}~";
    return caa_text_is_alnum(octet) || memchr(marks, octet, sizeof marks - 1) != NULL;
}

static bool is_qtext(uint8_t octet)
{
    return caa_text_is_blank(octet) ||
           (octet > 0x20 && octet < 0x7F && octet != '"' && octet != '\\');
}

static bool is_dtext(uint8_t octet)
{
    return octet > 0x20 && octet < 0x7F && octet != '[' && octet != ']' && octet != '\\';
}

/* How many octets text begins with that are of the class or of a UTF-8 sequence. */
static size_t span(struct caa_text text, bool (*in_class)(uint8_t))
{
    size_t len = 0;
    while (len < text.len) {
        struct caa_text rest = caa_text_after(text, len);
        size_t step = in_class(rest.octets[0]) ? 1 : utf8_len(rest);
        if (step == 0)
            break;
        len += step;
    }
    return len;
}

static size_t dot_atom_len(struct caa_text text)
{
    size_t len = span(text, is_atext);
    bool more = len > 0;
    while (more && len < text.len && text.octets[len] == '.') {
        size_t atom_len = span(caa_text_after(text, len + 1), is_atext);
        more = atom_len > 0;
        len += more ? atom_len + 1 : 0;
    }
    return len;
}

static size_t quoted_string_len(struct caa_text text)
{
    size_t len = 1;
    while (len < text.len) {
        len += span(caa_text_after(text, len), is_qtext);
        if (len == text.len)
            return 0;
        if (text.octets[len] == '"')
            return len + 1;
        bool is_pair = text.octets[len] == '\\' && text.len - len >= 2 &&
                       (is_qtext(text.octets[len + 1]) || text.octets[len + 1] == '"' ||
                        text.octets[len + 1] == '\\');
        if (!is_pair)
            return 0;
        len += 2;
    }
    return 0;
}

static bool is_domain(struct caa_text text)
{
    if (text.len == 0)
        return false;
    if (text.octets[0] != '[')
        return dot_atom_len(text) == text.len;
    return text.len > 2 && text.octets[text.len - 1] == ']' &&
           span(caa_text_after(text, 1), is_dtext) == text.len - 2;
}

bool caa_email_is_address(struct caa_text text)
{
    if (text.len == 0)
        return false;
    size_t local_len = text.octets[0] == '"' ? quoted_string_len(text) : dot_atom_len(text);
    return local_len > 0 && local_len < text.len && text.octets[local_len] == '@' &&
           is_domain(caa_text_after(text, local_len + 1));
}
