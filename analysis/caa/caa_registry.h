/* caa_registry.h: look-ups in IANA's registries, as tables made from datasets/ at build time. */
#ifndef CAA_REGISTRY_H
#define CAA_REGISTRY_H

#include "caa_record.h"

/* What the registry of CAA properties says about a tag, compared folded: CAA_PROPERTY_UNKNOWN where
 * it is not listed. Never CAA_PROPERTY_MALFORMED. */
enum caa_property caa_registry_property(struct caa_text tag);

/* Is label one of the ACME validation methods that IANA lists for use? Compared octet by octet. */
bool caa_registry_is_method(struct caa_text label);

#endif
