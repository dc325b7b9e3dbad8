/* caa_rdata.h: splits CAA RDATA into flags, tag and value (RFC 8659 section 4.1). Pure and bounded.
 *
 * The views borrow from rdata. Tag and value are octets, not strings: either may hold NUL.
 */
#ifndef CAASCAN_CAA_RDATA_H
#define CAASCAN_CAA_RDATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "caascan/term.h"

struct caa_rdata {
    const uint8_t *tag;
    const uint8_t *value;
    size_t tag_len;
    size_t value_len;
    uint8_t flags; /* valid wherever rdata has an octet, also on error */
};

#define CAA_FLAG_CRITICAL 0x80u

static inline bool caa_tag_octet(uint8_t octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') ||
           (octet >= 'A' && octet <= 'Z');
}

/* Returns RDATA_NONE and fills *out, or the first reason why rdata can't be read. On error the tag
 * and value of *out are empty. */
static inline enum rdata_error caa_rdata_split(const uint8_t *rdata, size_t len,
                                               struct caa_rdata *out)
{
    *out = (struct caa_rdata){.flags = len > 0 ? rdata[0] : 0};
    if (len == 0)
        return RDATA_EMPTY;
    if (len < 2)
        return RDATA_TOO_SHORT;
    size_t tag_len = rdata[1];
    if (tag_len == 0)
        return RDATA_TAG_LEN_ZERO;
    if (tag_len > len - 2)
        return RDATA_TAG_OVERRUN;
    for (size_t i = 0; i < tag_len; i++) {
        if (!caa_tag_octet(rdata[2 + i]))
            return RDATA_TAG_BAD_CHAR;
    }
    out->tag = rdata + 2;
    out->tag_len = tag_len;
    out->value = rdata + 2 + tag_len;
    out->value_len = len - 2 - tag_len;
    return RDATA_NONE;
}

#endif
