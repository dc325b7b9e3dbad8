/* caa_phone.h: one telephone number, as contactphone wants it. */
#ifndef CAA_PHONE_H
#define CAA_PHONE_H

#include "caa_text.h"

/* Is all of text one global-number of RFC 3966 section 5.1.4, where single blanks may stand between
 * its digits as in the example of the TLS Baseline Requirements, appendix A.1.2? */
bool caa_phone_is_global_number(struct caa_text text);

#endif
