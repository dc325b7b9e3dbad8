#include "caa_iodef.h"

#include "caa_email.h"
#include "caa_uri.h"

static bool has_scheme(struct caa_uri uri, const char *scheme)
{
    return caa_text_equal_folded(uri.scheme, caa_text_from(scheme));
}

/* The addresses of a mailto URL, before its header fields (RFC 6068 section 2). A slash would have
 * to be percent-encoded there. */
static bool is_mailto(struct caa_text rest)
{
    struct caa_text to = caa_text_cut(&rest, '?');
    if (caa_text_has(to, '/'))
        return false;
    bool more;
    do {
        more = caa_text_has(to, ',');
        if (!caa_email_is_address(caa_text_cut(&to, ',')))
            return false;
    } while (more);
    return true;
}

enum caa_value_error caa_iodef_check(struct caa_text text)
{
    struct caa_uri uri;
    if (!caa_uri_split(text, &uri))
        return CAA_VALUE_BAD_IODEF_URL;
    if (has_scheme(uri, "mailto"))
        return is_mailto(uri.rest) ? CAA_VALUE_NONE : CAA_VALUE_BAD_IODEF_URL;
    if (has_scheme(uri, "https") || has_scheme(uri, "http"))
        return caa_uri_host(uri.rest).len > 0 ? CAA_VALUE_NONE : CAA_VALUE_BAD_IODEF_URL;
    return CAA_VALUE_BAD_IODEF_SCHEME;
}

bool caa_iodef_lacks_scheme(struct caa_text text)
{
    return caa_email_is_address(text);
}

bool caa_iodef_is_plain_http(struct caa_text text)
{
    struct caa_uri uri;
    return caa_uri_split(text, &uri) && has_scheme(uri, "http");
}

enum caa_iodef_scheme caa_iodef_scheme_of(struct caa_text text)
{
    static const struct {
        const char *scheme;
        enum caa_iodef_scheme kind;
    } known[] = {
        {"mailto", CAA_IODEF_MAILTO}, {"https", CAA_IODEF_HTTPS}, {"http", CAA_IODEF_HTTP}};
    struct caa_uri uri;
    if (!caa_uri_split(text, &uri))
        return caa_iodef_lacks_scheme(text) ? CAA_IODEF_MISSING : CAA_IODEF_NO_URI;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (has_scheme(uri, known[i].scheme))
            return known[i].kind;
    }
    return CAA_IODEF_OTHER;
}

struct caa_text caa_iodef_domain(struct caa_text text)
{
    struct caa_uri uri;
    if (caa_iodef_check(text) != CAA_VALUE_NONE || !caa_uri_split(text, &uri))
        return (struct caa_text){0};
    if (!has_scheme(uri, "mailto"))
        return caa_uri_host(uri.rest);
    struct caa_text address = caa_text_cut(&uri.rest, '?');
    address = caa_text_cut(&address, ',');
    while (caa_text_has(address, '@')) /* a quoted local part may hold one too */
        caa_text_cut(&address, '@');
    return address;
}
