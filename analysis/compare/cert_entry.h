/* cert_entry.h: a certificate as an entry of the sort: by name, then by notBefore, then in the
 * order of the list. Pure. */
#ifndef CERT_ENTRY_H
#define CERT_ENTRY_H

#include "cert_row.h"
#include "octet_buffer.h"
#include "sort_entry.h"

struct cert_entry {
    struct caa_text name, issuer;
    uint64_t not_before; /* YYYYMMDDHHMMSS */
    uint32_t operator;   /* the owner's number */
    bool wildcard;
};

/* Makes the entry of the serial-th certificate. out[0] becomes the key and out[1] the body; false
 * without memory. */
bool cert_entry_put(const struct cert_row *row, uint32_t operator, uint64_t serial,
                    struct octet_buffer out[2]);

/* Reads an entry; it borrows. False where it is none. */
bool cert_entry_read(const struct sort_entry *stored, struct cert_entry *out);

#endif
