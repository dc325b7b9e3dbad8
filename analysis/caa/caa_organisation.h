/* caa_organisation.h: the CA operator behind the issuer name of a certificate.
 *
 * Names are looked up in datasets/ca_organisations.csv and among the operators of caa_issuer.h,
 * after case, punctuation and the words of legal forms at their end (Inc, Ltd, GmbH …) are taken
 * away. What is not in these tables is unknown: nothing is guessed from parts of a name.
 */
#ifndef CAA_ORGANISATION_H
#define CAA_ORGANISATION_H

#include "caa_text.h"

/* The operator, as caa_issuer.h spells it, or NULL. The name may be an organisation (`DigiCert
 * Inc`), a whole distinguished name with an O attribute (`C=US, O=Let's Encrypt, CN=R3`), or an
 * issuer domain name. */
const char *caa_organisation_operator(struct caa_text issuer);

#endif
