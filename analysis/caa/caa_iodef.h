/* caa_iodef.h: where violations are to be reported (RFC 8659 section 4.4). */
#ifndef CAA_IODEF_H
#define CAA_IODEF_H

#include "caa_value.h"

/* What a value of iodef begins with. X(ENUMERATOR, "word"). */
#define CAA_IODEF_SCHEMES(X)                                                                       \
    X(MAILTO, "mailto")                                                                            \
    X(HTTPS, "https")                                                                              \
    X(HTTP, "http")                                                                                \
    X(OTHER, "other")     /* a URI of another scheme */                                            \
    X(MISSING, "missing") /* a bare e-mail address */                                              \
    X(NO_URI, "no_uri")   /* anything else */

#define CAA_IODEF_ENUM(name, word) CAA_IODEF_##name,
enum caa_iodef_scheme { CAA_IODEF_SCHEMES(CAA_IODEF_ENUM) CAA_IODEF_SCHEME_COUNT };

CAASCAN_WORD_FUNCTION(caa_iodef_scheme_word, CAA_IODEF_SCHEMES)

/* CAA_VALUE_NONE for a mailto URL with at least one address, or an http or https URL with a host;
 * CAA_VALUE_BAD_IODEF_SCHEME for a URI of another scheme; else CAA_VALUE_BAD_IODEF_URL. */
enum caa_value_error caa_iodef_check(struct caa_text text);

/* Is it an address to which only "mailto:" is missing? */
bool caa_iodef_lacks_scheme(struct caa_text text);

/* Is the scheme http, so that reports travel in the clear? */
bool caa_iodef_is_plain_http(struct caa_text text);

/* The scheme of a value, which need not be valid beyond it. */
enum caa_iodef_scheme caa_iodef_scheme_of(struct caa_text text);

/* The domain of the first address of a mailto URL, or the host of another one, as written. Empty
 * where the value is not valid. */
struct caa_text caa_iodef_domain(struct caa_text text);

#endif
