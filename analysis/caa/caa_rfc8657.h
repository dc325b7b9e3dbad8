/* caa_rfc8657.h: the two parameters that bind issuance to an account and to validation methods. */
#ifndef CAA_RFC8657_H
#define CAA_RFC8657_H

#include "caa_value.h"

#define CAA_RFC8657_ACCOUNTURI "accounturi"
#define CAA_RFC8657_VALIDATIONMETHODS "validationmethods"

/* Can accounturi name an account: is it a URI (RFC 8657 section 3)? */
bool caa_rfc8657_is_account(struct caa_text accounturi);

/* Does validationmethods fit its grammar (RFC 8657 section 4): labels of letters, digits and
 * hyphens with commas between, or nothing? The empty list is valid and matches no method. */
bool caa_rfc8657_is_method_list(struct caa_text validationmethods);

/* Takes the next label of a valid list; start with a copy of the list and call until false. */
bool caa_rfc8657_next_method(struct caa_text *rest, struct caa_text *label);

/* Could any account and method satisfy the parameters of value? Only value's accounturi and
 * validationmethods are read. More than one of either is never satisfied: RFC 8657 says so of
 * accounturi, and validationmethods is read alike. */
bool caa_rfc8657_satisfiable(const struct caa_value *value);

/* Do account and method satisfy the parameters of value? Both are compared octet by octet. */
bool caa_rfc8657_matches(const struct caa_value *value, struct caa_text account,
                         struct caa_text method);

#endif
