#include "caa_rfc6844.h"

#include "caa_domain.h"

static bool is_parameter(struct caa_text word)
{
    size_t tag_len = 0;
    while (tag_len < word.len && caa_text_is_alnum(word.octets[tag_len]))
        tag_len++;
    return tag_len > 0 && tag_len < word.len && word.octets[tag_len] == '=' &&
           caa_text_all(word, caa_text_is_visible);
}

static struct caa_text take_word(struct caa_text *rest)
{
    size_t len = 0;
    while (len < rest->len && !caa_text_is_blank(rest->octets[len]))
        len++;
    struct caa_text word = caa_text_before(*rest, len);
    *rest = caa_text_trim(caa_text_after(*rest, len));
    return word;
}

bool caa_rfc6844_accepts(struct caa_text text)
{
    struct caa_text params = text;
    struct caa_text domain = caa_text_trim(caa_text_cut(&params, ';'));
    if (domain.len > 0 && !caa_domain_is_name(domain))
        return false;
    params = caa_text_trim(params);
    while (params.len > 0) {
        if (!is_parameter(take_word(&params)))
            return false;
    }
    return true;
}
