#include "denial.h"

enum { UNKNOWN, VALID, INVALID };

bool denial_is_signed(struct signature_work *work, struct rrset_record *record, uint16_t *reason)
{
    if (record->state == UNKNOWN) {
        struct name owner = name_of(&record->owner);
        struct signature_result result =
            signature_check(work, RRSET_AUTHORITY, owner, record->rr.type);
        bool expanded = result.labels != signature_labels(owner);
        record->state = result.valid && !expanded ? VALID : INVALID;
        if (record->state == INVALID)
            *reason = result.valid ? (uint16_t)VERDICT_BOGUS : result.reason;
    }
    return record->state == VALID;
}

bool denial_has_type(const uint8_t *bitmap, size_t len, unsigned type)
{
    struct reader r = reader_over(bitmap, len);
    while (reader_left(&r) > 0) {
        unsigned window = reader_u8(&r);
        size_t octets = reader_u8(&r);
        const uint8_t *bits = reader_take(&r, octets);
        if (bits == NULL)
            return false;
        size_t at = (type & 0xFFu) / 8;
        if (window == type >> 8)
            return at < octets && (bits[at] & (0x80u >> (type & 7u))) != 0;
    }
    return false;
}

bool denial_is_cut(const uint8_t *bitmap, size_t len)
{
    return denial_has_type(bitmap, len, TYPE_NS) && !denial_has_type(bitmap, len, TYPE_SOA);
}

bool denial_lacks(const uint8_t *bitmap, size_t len, struct name name, unsigned type)
{
    if (denial_has_type(bitmap, len, type) || denial_has_type(bitmap, len, TYPE_CNAME))
        return false;
    if (type == TYPE_DS)
        return name.len == 1 || !denial_has_type(bitmap, len, TYPE_SOA);
    return !denial_is_cut(bitmap, len);
}

/* The proof that holds; without one, the reason that says more. */
static struct denial better(struct denial by_nsec, struct denial by_nsec3)
{
    if (by_nsec.status != DNSSEC_BOGUS)
        return by_nsec;
    if (by_nsec3.status == DNSSEC_BOGUS && by_nsec3.reason == VERDICT_NSEC_MISSING)
        return by_nsec;
    return by_nsec3;
}

struct denial denial_of_type(struct signature_work *work, struct name name, unsigned type)
{
    struct denial by_nsec = nsec_type(work, name, type);
    if (by_nsec.status != DNSSEC_BOGUS)
        return by_nsec;
    return better(by_nsec, nsec3_type(work, name, type));
}

struct denial denial_of_name(struct signature_work *work, struct name name)
{
    struct denial by_nsec = nsec_name(work, name);
    if (by_nsec.status != DNSSEC_BOGUS)
        return by_nsec;
    return better(by_nsec, nsec3_name(work, name));
}

struct denial denial_of_closer(struct signature_work *work, struct name name, size_t labels)
{
    struct denial by_nsec = nsec_closer(work, name, labels);
    if (by_nsec.status != DNSSEC_BOGUS)
        return by_nsec;
    return better(by_nsec, nsec3_closer(work, name, labels));
}
