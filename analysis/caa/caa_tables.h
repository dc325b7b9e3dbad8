/* caa_tables.h: the tables that scripts/caa_tables.py makes from datasets/. Not for users of the
 * library. Each is sorted by its first column in octet order and in lower case. */
#ifndef CAA_TABLES_H
#define CAA_TABLES_H

#include "caa_issuer.h"
#include "caa_record.h"

struct caa_tables_property {
    const char *tag;
    enum caa_property property;
};

extern const struct caa_issuer caa_tables_issuers[];
extern const size_t caa_tables_issuer_count;

extern const struct caa_tables_property caa_tables_properties[];
extern const size_t caa_tables_property_count;

/* Labels that IANA lists for use; retired ones are left out. */
extern const char *const caa_tables_methods[];
extern const size_t caa_tables_method_count;

struct caa_tables_organisation {
    const char *name; /* case as in certificates */
    const char *ca_operator;
};

extern const struct caa_tables_organisation caa_tables_organisations[];
extern const size_t caa_tables_organisation_count;

#endif
