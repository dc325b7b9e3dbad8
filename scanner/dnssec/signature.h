/* signature.h: is an RRset signed by a zone's keys (RFC 4035 section 5.3)?
 *
 * The octets signed are put together here, from the reply as it came: RDATA that a library would
 * refuse, such as malformed CAA, is signed like any other. ldns does the cryptography.
 *
 * Work is bounded for the whole reply, whatever keys and signatures it holds (KeyTrap,
 * CVE-2023-50387): at most SIGNATURE_TRIES_MAX verifications, each over at most
 * SIGNATURE_OCTETS_MAX octets, with at most SIGNATURE_KEYS_MAX keys looked at.
 */
#ifndef CAASCAN_SIGNATURE_H
#define CAASCAN_SIGNATURE_H

#include "rrset.h"
#include "verdict.h"

#define SIGNATURE_KEYS_MAX 32u              /* of a zone; honest ones have two to six */
#define SIGNATURE_RSA_BITS_MAX 4096u        /* of a modulus (RFC 3110 section 2) */
#define SIGNATURE_RSA_EXPONENT_BITS_MAX 64u /* longer ones are as dear as signing */
#define SIGNATURE_TRIES_MAX 48u             /* an honest reply needs one to ten */
#define SIGNATURE_MEMBERS_MAX 512u          /* records of one RRset */
#define SIGNATURE_OCTETS_MAX (128u * 1024u)

struct signature_key {
    const uint8_t *rdata; /* of the DNSKEY */
    uint16_t len;
    uint16_t tag;
    uint8_t algorithm;
};

struct signature_keys {
    struct signature_key list[SIGNATURE_KEYS_MAX];
    size_t count;
};

/* What the verifications of one reply share. */
struct signature_work {
    struct rrset_index *index;
    const struct signature_keys *keys;
    struct name zone; /* that must have signed */
    uint64_t time_s;
    unsigned tries_left;
    uint32_t ttl_s;  /* least that the signatures allow */
    uint8_t *octets; /* SIGNATURE_OCTETS_MAX */
};

struct signature_result {
    bool valid;
    uint16_t reason; /* enum verdict_reason where not */
    uint8_t labels;  /* signed: fewer than the owner has where a wildcard was expanded */
};

/* Algorithms that can be verified here (RFC 8624); a zone with no other is treated as unsigned. */
bool signature_knows(unsigned algorithm);

/* Adds a DNSKEY that may sign: a zone key, not revoked, of a known algorithm. One that is there
 * already, or RSA beyond the bounds above, is passed over: a zone with no other key has lost its
 * keys, as with a validator that holds to RFC 3110, and is not unsigned, since its algorithm is
 * known (RFC 4035 section 5.2). */
void signature_add_key(struct signature_keys *keys, const uint8_t *rdata, size_t len);

/* Verifies the RRset of this section, owner and type. There must be at least one record. */
struct signature_result signature_check(struct signature_work *work, enum rrset_section section,
                                        struct name owner, unsigned type);

/* Labels as signatures count them: without the root and without a leading asterisk. */
size_t signature_labels(struct name owner);

#endif
