#include "caa_uri.h"

static bool is_hex(uint8_t octet)
{
    uint8_t folded = caa_text_fold_octet(octet);
    return caa_text_is_digit(octet) || (folded >= 'a' && folded <= 'f');
}

static bool is_uri_octet(uint8_t octet)
{
    static const char marks[] = "-._~:/?#[]@!$&'()*+,;=";
    return caa_text_is_alnum(octet) || memchr(marks, octet, sizeof marks - 1) != NULL;
}

static bool is_escape(struct caa_text text)
{
    return text.len >= 3 && text.octets[0] == '%' && is_hex(text.octets[1]) &&
           is_hex(text.octets[2]);
}

static bool has_only_uri_octets(struct caa_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_uri_octet(text.octets[i]) && !is_escape(caa_text_after(text, i)))
            return false;
    }
    return true;
}

static bool is_scheme(struct caa_text text)
{
    if (text.len == 0 || !caa_text_is_alnum(text.octets[0]) || caa_text_is_digit(text.octets[0]))
        return false;
    for (size_t i = 1; i < text.len; i++) {
        uint8_t octet = text.octets[i];
        if (!caa_text_is_alnum(octet) && octet != '+' && octet != '-' && octet != '.')
            return false;
    }
    return true;
}

bool caa_uri_split(struct caa_text text, struct caa_uri *out)
{
    struct caa_text rest = text;
    struct caa_text scheme = caa_text_cut(&rest, ':');
    if (scheme.len == text.len || !is_scheme(scheme) || !has_only_uri_octets(rest))
        return false;
    *out = (struct caa_uri){.scheme = scheme, .rest = rest};
    return true;
}

static struct caa_text authority_of(struct caa_text rest)
{
    struct caa_text authority = caa_text_after(rest, 2);
    authority = caa_text_cut(&authority, '/');
    authority = caa_text_cut(&authority, '?');
    return caa_text_cut(&authority, '#');
}

/* Nothing, or ":" and digits. */
static bool is_port_part(struct caa_text text)
{
    return text.len == 0 ||
           (text.octets[0] == ':' && caa_text_all(caa_text_after(text, 1), caa_text_is_digit));
}

/* The length of the host in front of a port: an address in brackets, or all up to a colon. */
static size_t host_len(struct caa_text text)
{
    if (text.len == 0 || text.octets[0] != '[')
        return caa_text_find(text, ':');
    size_t end = caa_text_find(text, ']');
    return end > 1 && end < text.len ? end + 1 : 0;
}

struct caa_text caa_uri_host(struct caa_text rest)
{
    if (rest.len < 2 || rest.octets[0] != '/' || rest.octets[1] != '/')
        return (struct caa_text){0};
    struct caa_text host = authority_of(rest);
    if (caa_text_has(host, '@'))
        caa_text_cut(&host, '@');
    size_t len = host_len(host);
    return is_port_part(caa_text_after(host, len)) ? caa_text_before(host, len)
                                                   : (struct caa_text){0};
}
