/* caa_uri.h: URIs by the generic syntax of RFC 3986, as far as CAA needs it. */
#ifndef CAA_URI_H
#define CAA_URI_H

#include "caa_text.h"

struct caa_uri {
    struct caa_text scheme; /* case as written; compare folded */
    struct caa_text rest;   /* what stands behind the first ":" */
};

/* Splits a URI. Returns false, with *out untouched, where text has no scheme (RFC 3986 section 3.1)
 * or holds an octet or a "%" that a URI can't hold (section 2). */
bool caa_uri_split(struct caa_text text, struct caa_uri *out);

/* The host that the part behind the scheme names, as written and without a port (RFC 3986 section
 * 3.2); empty where it does not begin with "//" or names none. */
struct caa_text caa_uri_host(struct caa_text rest);

#endif
