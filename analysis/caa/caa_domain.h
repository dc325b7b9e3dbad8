/* caa_domain.h: names as the issuer grammar of RFC 8659 section 4.2 sees them. */
#ifndef CAA_DOMAIN_H
#define CAA_DOMAIN_H

#include "caa_text.h"

/* Letters, digits and inner hyphens, at least one octet. Parameter tags have this form too. */
bool caa_domain_is_label(struct caa_text text);

/* Labels with single dots between, at least one. No limit of length: the grammar has none. */
bool caa_domain_is_name(struct caa_text text);

/* Is a name within the limits of the DNS: labels to 63 octets, all of it to 253 (RFC 1035 section
 * 2.3.4)? name must fit caa_domain_is_name. */
bool caa_domain_fits_dns(struct caa_text name);

/* Four decimal numbers to 255 with dots between. */
bool caa_domain_is_ipv4(struct caa_text text);

#endif
