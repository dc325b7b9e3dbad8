/* verdict.h: what the engine asks of a verifier of signatures, and what that says.
 *
 * A reply is judged by the keys of one zone. The verifier reads it as the engine does, with
 * message_decode, so both see the same claim in it.
 */
#ifndef CAASCAN_VERDICT_H
#define CAASCAN_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "name.h"

/* Reasons, by their codes as extended errors (RFC 8914 section 4). */
enum verdict_reason {
    VERDICT_NO_REASON = 0,
    VERDICT_INDETERMINATE = 5, /* more work than a reply is worth */
    VERDICT_BOGUS = 6,
    VERDICT_EXPIRED = 7,
    VERDICT_NOT_YET_VALID = 8,
    VERDICT_DNSKEY_MISSING = 9,
    VERDICT_RRSIG_MISSING = 10,
    VERDICT_NSEC_MISSING = 12,
};

/* A reply (message_decode_args: octets, len, qname, qtype, zone) and what to verify it with. All
 * views are the asker's. */
struct verdict_request {
    const uint8_t *octets;
    size_t len;
    struct name qname, zone;
    const struct answer *keys; /* the zone's DNSKEY RRset, or to verify that, its DS RRset */
    uint64_t time_s;           /* Unix time that signatures must be valid at */
    uint16_t qtype;
};

struct verdict {
    uint8_t status;    /* enum dnssec_status: all but DNSSEC_UNCHECKED */
    uint8_t aliases;   /* not 0: holds for so many aliases only, and what is behind them is not from
                          this zone, or bogus: asking for it will show */
    bool other_denial; /* secure: what is proven is NODATA where the reply says NXDOMAIN, or
                          NXDOMAIN where it says NODATA. The proof is signed, the rcode is not */
    uint16_t reason;   /* enum verdict_reason; why bogus or indeterminate */
    uint32_t ttl_s;    /* secure: how long that holds by the signatures (RFC 4035 section 5.3.3) */
};

#endif
