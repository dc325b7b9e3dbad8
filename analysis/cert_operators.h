/* cert_operators.h: the CA operators that certificates are of, by number. Pure. */
#ifndef CERT_OPERATORS_H
#define CERT_OPERATORS_H

#include "caa_policy.h"

/* A CA operator with all its identifiers. An empty name is nobody: unknown issuers. */
struct cert_operator {
    const char *name;             /* of a table of the CAA library */
    struct caa_text *identifiers; /* owned */
    struct caa_ca ca;
};

struct cert_operators {
    struct cert_operator *list;
    size_t count;
};

/* The operator, made if it is new: its index from 1 on; 0 without memory. The name is borrowed. */
size_t cert_operators_at(struct cert_operators *operators, const char *name);
void cert_operators_fini(struct cert_operators *operators);

#endif
