/* caa_email.h: one e-mail address, as contactemail wants it. */
#ifndef CAA_EMAIL_H
#define CAA_EMAIL_H

#include "caa_text.h"

/* Is all of text one addr-spec of RFC 5322 section 3.4.1, with UTF-8 as in RFC 6532 section 3.2?
 * No display name, comment, or blank around it. */
bool caa_email_is_address(struct caa_text text);

#endif
