/* denial.h: does a reply prove that something is not there, by NSEC (RFC 4035 section 5.4) or NSEC3
 * (RFC 5155 section 8)?
 *
 * ldns 1.8.3 has functions for this, which are not used: for NSEC they take a record from above a
 * zone cut or a DNAME as proof of what is below (RFC 6840 section 4.1), don't see that an empty
 * non-terminal exists, or that a wildcard has the name but not the type; for NSEC3 they bound no
 * iterations and don't look at the closest encloser's types.
 *
 * Only records whose signature holds, and was not made for a wildcard, prove anything. Each is
 * verified once.
 */
#ifndef CAASCAN_DENIAL_H
#define CAASCAN_DENIAL_H

#include "signature.h"

/* NSEC3 with more iterations make the answer insecure (RFC 9276 section 3.2). */
#define DENIAL_ITERATIONS_MAX 100u

/* Of the NSEC3 records of a reply so many are looked at for each name; an honest one has three, and
 * one more for each wildcard on the way. */
#define DENIAL_NSEC3_MAX 32u

struct denial {
    uint8_t status;  /* enum dnssec_status: secure, insecure (opt-out, or for DS an unsigned
                        delegation) or bogus (no proof) */
    uint16_t reason; /* enum verdict_reason where bogus */
};

/* That name does not have this type. Of DS, `secure` says that no zone begins at name. */
struct denial denial_of_type(struct signature_work *work, struct name name, unsigned type);

/* That neither name nor a wildcard for it exists. */
struct denial denial_of_name(struct signature_work *work, struct name name);

/* That no name is closer to `name` than the wildcard, made of its last `labels` labels, by which it
 * was answered. */
struct denial denial_of_closer(struct signature_work *work, struct name name, size_t labels);

/* ---- between the files ---- */

/* Is the signature of this NSEC or NSEC3 record valid? Where not, *reason becomes why. */
bool denial_is_signed(struct signature_work *work, struct rrset_record *record, uint16_t *reason);

/* Is the type in this bitmap (RFC 4034 section 4.1.2)? */
bool denial_has_type(const uint8_t *bitmap, size_t len, unsigned type);

/* Do the types at a name make it the parent's side of a zone cut? */
bool denial_is_cut(const uint8_t *bitmap, size_t len);

/* May the types at a name prove that `type` is not there? Of a delegation the parent's side may
 * only say so of DS, and the child's of all else. */
bool denial_lacks(const uint8_t *bitmap, size_t len, struct name name, unsigned type);

struct denial nsec_type(struct signature_work *work, struct name name, unsigned type);
struct denial nsec_name(struct signature_work *work, struct name name);
struct denial nsec_closer(struct signature_work *work, struct name name, size_t labels);
struct denial nsec3_type(struct signature_work *work, struct name name, unsigned type);
struct denial nsec3_name(struct signature_work *work, struct name name);
struct denial nsec3_closer(struct signature_work *work, struct name name, size_t labels);

#endif
