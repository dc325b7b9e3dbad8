/* verify.h: is what a reply says true, by the keys of a zone that is trusted? Pure: octets, keys
 * and a time in, a verdict out.
 *
 * The reply is read with message_decode and meaning_of, as the engine does, so that what is
 * verified is what is believed: each alias, the records at their end, or the proof that there are
 * none; of a referral its DS, or the proof that it has none. What else is in the reply (NS, glue,
 * SOA) is not looked at, since nothing is concluded from it but whom to ask.
 *
 *   secure          all of it is signed and proven. Of a referral or a question for DS: there is a
 *                   DS of an algorithm and digest known here. Of a question for DS without DS: no
 * zone begins there. insecure        a delegation proven unsigned, or with DS of algorithms or
 * digests not known here only (RFC 4035 section 5.2); a gap that opts out (RFC 5155 section 6);
 *                   NSEC3 with too many iterations (RFC 9276)
 *   bogus           a signature or proof is wrong, outside its time or missing: reason says which
 *   indeterminate   verifying it is more work than a reply is worth
 *
 * Behind aliases that hold there may be what does not: a server may hold a zone below as well, and
 * go on there. Then the verdict is on the aliases alone.
 *
 * Work is bounded: rrset.h, signature.h, denial.h say how. The octets must be ones that
 * message_decode takes without failure; others are bogus.
 */
#ifndef CAASCAN_VERIFY_H
#define CAASCAN_VERIFY_H

#include "verdict.h"

/* What one verification needs; about a megabyte, one per thread, reused without preparation. */
struct verify_scratch;
size_t verify_scratch_size(void);

/* request->keys: records of type DNSKEY, or where the question is the zone's own DNSKEY, of DS. */
struct verdict verify_reply(const struct verdict_request *request, struct verify_scratch *scratch);

/* Can a zone with this DS be verified, by its algorithm and digest, whose length is right? */
bool verify_knows_ds(const uint8_t *rdata, size_t len);

#endif
