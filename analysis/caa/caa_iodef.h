/* caa_iodef.h: where violations are to be reported (RFC 8659 section 4.4). */
#ifndef CAA_IODEF_H
#define CAA_IODEF_H

#include "caa_value.h"

/* CAA_VALUE_NONE for a mailto URL with at least one address, or an http or https URL with a host;
 * CAA_VALUE_BAD_IODEF_SCHEME for a URI of another scheme; else CAA_VALUE_BAD_IODEF_URL. */
enum caa_value_error caa_iodef_check(struct caa_text text);

/* Is it an address to which only "mailto:" is missing? */
bool caa_iodef_lacks_scheme(struct caa_text text);

/* Is the scheme http, so that reports travel in the clear? */
bool caa_iodef_is_plain_http(struct caa_text text);

#endif
