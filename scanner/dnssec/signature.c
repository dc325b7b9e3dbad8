#include "signature.h"

#include <ldns/ldns.h>
#include <stdlib.h>

enum {
    RSASHA1 = 5,
    RSASHA1_NSEC3 = 7,
    RSASHA256 = 8,
    RSASHA512 = 10,
    ECDSAP256SHA256 = 13,
    ECDSAP384SHA384 = 14,
    ED25519 = 15,
    ED448 = 16,
};

#define FLAG_ZONE 0x0100u
#define FLAG_REVOKE 0x0080u
#define PROTOCOL_DNSSEC 3u
#define KEY_FIXED_LEN 4u
#define RRSIG_FIXED_LEN 18u
#define ASN1_MAX 128u /* of two numbers, 48 octets each */

bool signature_knows(unsigned algorithm)
{
    switch (algorithm) {
    case RSASHA1:
    case RSASHA1_NSEC3:
    case RSASHA256:
    case RSASHA512:
    case ECDSAP256SHA256:
    case ECDSAP384SHA384:
    case ED25519:
    case ED448:
        return true;
    default:
        return false;
    }
}

static size_t bits_of(const uint8_t *octets, size_t len)
{
    while (len > 0 && octets[0] == 0) {
        octets++;
        len--;
    }
    size_t bits = 8 * len;
    for (unsigned top = 0x80; len > 0 && (octets[0] & top) == 0; top >>= 1)
        bits--;
    return bits;
}

/* RFC 3110 section 2. */
static bool is_affordable_rsa(const uint8_t *key, size_t len)
{
    struct reader r = reader_over(key, len);
    size_t exponent_len = reader_u8(&r);
    if (exponent_len == 0)
        exponent_len = reader_u16(&r);
    const uint8_t *exponent = reader_take(&r, exponent_len);
    size_t modulus_len = reader_left(&r);
    const uint8_t *modulus = reader_take(&r, modulus_len);
    return !r.failed && bits_of(exponent, exponent_len) <= SIGNATURE_RSA_EXPONENT_BITS_MAX &&
           bits_of(modulus, modulus_len) <= SIGNATURE_RSA_BITS_MAX;
}

static bool is_affordable(unsigned algorithm, const uint8_t *key, size_t len)
{
    switch (algorithm) {
    case RSASHA1:
    case RSASHA1_NSEC3:
    case RSASHA256:
    case RSASHA512:
        return is_affordable_rsa(key, len);
    default:
        return true;
    }
}

static bool has_key(const struct signature_keys *keys, const uint8_t *rdata, size_t len)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->list[i].len == len && memcmp(keys->list[i].rdata, rdata, len) == 0)
            return true;
    }
    return false;
}

void signature_add_key(struct signature_keys *keys, const uint8_t *rdata, size_t len)
{
    if (keys->count == SIGNATURE_KEYS_MAX || len <= KEY_FIXED_LEN || len > UINT16_MAX)
        return;
    unsigned flags = (unsigned)rdata[0] << 8 | rdata[1];
    if ((flags & FLAG_ZONE) == 0 || (flags & FLAG_REVOKE) != 0 || rdata[2] != PROTOCOL_DNSSEC ||
        !signature_knows(rdata[3]) ||
        !is_affordable(rdata[3], rdata + KEY_FIXED_LEN, len - KEY_FIXED_LEN) ||
        has_key(keys, rdata, len))
        return;
    keys->list[keys->count++] = (struct signature_key){.rdata = rdata,
                                                       .len = (uint16_t)len,
                                                       .tag = ldns_calc_keytag_raw(rdata, len),
                                                       .algorithm = rdata[3]};
}

size_t signature_labels(struct name owner)
{
    bool wildcard = owner.len > 2 && owner.wire[0] == 1 && owner.wire[1] == '*';
    return name_label_count(owner) - wildcard;
}

/* ---- the octets signed (RFC 4034 section 3.1.8.1) ---- */

struct member {
    const uint8_t *octets;
    uint16_t len;
};

struct members {
    struct member list[SIGNATURE_MEMBERS_MAX];
    size_t count;
    struct name_buffer target; /* of an alias, decompressed and in lower case */
};

static int compare(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int order = memcmp(a->octets, b->octets, a->len < b->len ? a->len : b->len);
    return order != 0 ? order : (int)a->len - (int)b->len;
}

/* A name owns one alias of a kind at most: what is more are copies of it. */
static bool add_alias(struct members *m, const struct message_decode_args *args,
                      const struct message_rr *rr)
{
    if (m->count > 0)
        return true;
    m->count = 1;
    bool read = message_target(args, rr, &m->target);
    m->list[0] = (struct member){.octets = m->target.wire, .len = m->target.len};
    return read;
}

static bool collect(struct members *m, struct rrset_index *index, const struct rrset_record *record)
{
    unsigned type = record->rr.type;
    struct name owner = name_of(&record->owner);
    enum rrset_section section = (enum rrset_section)record->section;
    m->count = 0;
    while (record != NULL) {
        if (m->count == SIGNATURE_MEMBERS_MAX)
            return false;
        if (type != TYPE_CNAME && type != TYPE_DNAME)
            m->list[m->count++] =
                (struct member){.octets = rrset_rdata(index, record), .len = record->rr.rdlen};
        else if (!add_alias(m, index->args, &record->rr))
            return false;
        record = rrset_next(index, rrset_after(index, record), section, owner, type);
    }
    qsort(m->list, m->count, sizeof m->list[0], compare);
    return true;
}

/* A signature as it stands in a reply; views borrow from there, but for the signer. */
struct rrsig {
    struct name_buffer signer;
    const uint8_t *fixed, *octets;
    size_t len; /* of octets */
    uint32_t ttl_s, expires, begins;
    uint16_t covered, tag;
    uint8_t algorithm, labels;
};

static bool read_rrsig(const struct message_decode_args *args, const struct message_rr *rr,
                       struct rrsig *out)
{
    struct reader r = message_rdata(args, rr);
    out->fixed = args->octets + rr->rdata_at;
    out->covered = reader_u16(&r);
    out->algorithm = reader_u8(&r);
    out->labels = reader_u8(&r);
    out->ttl_s = reader_u32(&r);
    out->expires = reader_u32(&r);
    out->begins = reader_u32(&r);
    out->tag = reader_u16(&r);
    if (!name_read(&r, &out->signer))
        return false;
    out->len = reader_left(&r);
    out->octets = reader_take(&r, out->len);
    return !r.failed && out->len > 0;
}

static void put_owner(struct writer *w, struct name owner, size_t labels)
{
    static const uint8_t asterisk[] = {1, '*'};
    struct name above = owner;
    if (labels < signature_labels(owner)) {
        above = name_suffix(owner, labels);
        writer_octets(w, asterisk, sizeof asterisk);
    }
    writer_octets(w, above.wire, above.len);
}

/* Returns the octets written, 0 where they are too many. */
static size_t put_signed(uint8_t *out, const struct rrsig *sig, struct name owner,
                         const struct members *m)
{
    struct writer w = writer_over(out, SIGNATURE_OCTETS_MAX);
    writer_octets(&w, sig->fixed, RRSIG_FIXED_LEN);
    writer_octets(&w, sig->signer.wire, sig->signer.len);
    for (size_t i = 0; i < m->count; i++) {
        if (i > 0 && compare(&m->list[i - 1], &m->list[i]) == 0)
            continue;
        put_owner(&w, owner, sig->labels);
        writer_u16(&w, sig->covered);
        writer_u16(&w, MESSAGE_CLASS_IN);
        writer_u32(&w, sig->ttl_s);
        writer_u16(&w, m->list[i].len);
        writer_octets(&w, m->list[i].octets, m->list[i].len);
    }
    return w.failed ? 0 : w.at;
}

/* ---- one signature, one key ---- */

/* The octets of one of the two numbers of an ECDSA signature (RFC 6605 section 4), 0: not ECDSA. */
static size_t ecdsa_len(unsigned algorithm)
{
    switch (algorithm) {
    case ECDSAP256SHA256:
        return 32;
    case ECDSAP384SHA384:
        return 48;
    default:
        return 0;
    }
}

/* The signature as ldns verifies it: the two numbers of ECDSA in ASN.1, any other as it is. Returns
 * false where its length is wrong. */
static bool encode(const struct rrsig *sig, uint8_t asn1[ASN1_MAX], ldns_buffer *out)
{
    size_t number = ecdsa_len(sig->algorithm);
    if (number == 0) {
        *out = (ldns_buffer){._position = sig->len, ._data = (uint8_t *)sig->octets};
        return true;
    }
    ldns_rdf raw = {._size = sig->len, ._data = (void *)sig->octets};
    *out = (ldns_buffer){._limit = ASN1_MAX, ._capacity = ASN1_MAX, ._data = asn1, ._fixed = 1};
    return sig->len == 2 * number && ldns_convert_ecdsa_rrsig_rdf2asn1(out, &raw) == LDNS_STATUS_OK;
}

static bool verify(const struct rrsig *sig, const struct signature_key *key, uint8_t *octets,
                   size_t len)
{
    uint8_t asn1[ASN1_MAX];
    ldns_buffer encoded;
    ldns_buffer data = {._position = len, ._limit = len, ._capacity = len, ._data = octets};
    return encode(sig, asn1, &encoded) &&
           ldns_verify_rrsig_buffers_raw(
               encoded._data, encoded._position, &data, (unsigned char *)key->rdata + KEY_FIXED_LEN,
               key->len - KEY_FIXED_LEN, sig->algorithm) == LDNS_STATUS_OK;
}

/* Times are serial numbers (RFC 4034 section 3.1.5). */
static uint16_t judge_time(const struct rrsig *sig, uint64_t time_s)
{
    uint32_t now = (uint32_t)time_s;
    if ((int32_t)(sig->expires - now) < 0)
        return VERDICT_EXPIRED;
    if ((int32_t)(now - sig->begins) < 0)
        return VERDICT_NOT_YET_VALID;
    return VERDICT_NO_REASON;
}

static void keep_ttl(struct signature_work *work, const struct rrsig *sig)
{
    uint32_t left_s = sig->expires - (uint32_t)work->time_s;
    work->ttl_s = message_least(work->ttl_s, message_least(sig->ttl_s, left_s));
}

/* Tries the keys that the signature may be from. */
static uint16_t try_keys(struct signature_work *work, const struct rrsig *sig, struct name owner,
                         const struct members *m)
{
    size_t len = 0;
    uint16_t reason = VERDICT_DNSKEY_MISSING;
    for (size_t i = 0; i < work->keys->count; i++) {
        const struct signature_key *key = &work->keys->list[i];
        if (key->tag != sig->tag || key->algorithm != sig->algorithm)
            continue;
        if (len == 0)
            len = put_signed(work->octets, sig, owner, m);
        if (len == 0 || work->tries_left == 0)
            return VERDICT_INDETERMINATE;
        work->tries_left--;
        if (verify(sig, key, work->octets, len)) {
            keep_ttl(work, sig);
            return VERDICT_NO_REASON;
        }
        reason = VERDICT_BOGUS;
    }
    return reason;
}

static uint16_t try_signature(struct signature_work *work, const struct rrsig *sig,
                              struct name owner, const struct members *m)
{
    if (!name_equal(name_of(&sig->signer), work->zone) || sig->labels > signature_labels(owner) ||
        sig->labels < name_label_count(work->zone))
        return VERDICT_BOGUS;
    if (!signature_knows(sig->algorithm))
        return VERDICT_RRSIG_MISSING;
    uint16_t reason = judge_time(sig, work->time_s);
    return reason != VERDICT_NO_REASON ? reason : try_keys(work, sig, owner, m);
}

/* Of two reasons the one that says more: what the signature itself said before that there is none.
 */
static uint16_t better_reason(uint16_t a, uint16_t b)
{
    static const uint8_t order[] = {VERDICT_INDETERMINATE,  VERDICT_BOGUS,
                                    VERDICT_EXPIRED,        VERDICT_NOT_YET_VALID,
                                    VERDICT_DNSKEY_MISSING, VERDICT_RRSIG_MISSING};
    for (size_t i = 0; i < sizeof order; i++) {
        if (a == order[i] || b == order[i])
            return order[i];
    }
    return a;
}

struct signature_result signature_check(struct signature_work *work, enum rrset_section section,
                                        struct name owner, unsigned type)
{
    struct rrset_index *index = work->index;
    const struct rrset_record *first = rrset_next(index, 0, section, owner, type);
    struct signature_result result = {.reason = VERDICT_RRSIG_MISSING};
    struct members members;
    if (first == NULL || !collect(&members, index, first))
        return (struct signature_result){.reason = VERDICT_INDETERMINATE};
    const struct rrset_record *at = rrset_next(index, 0, section, owner, TYPE_RRSIG);
    while (at != NULL) {
        struct rrsig sig;
        if (read_rrsig(index->args, &at->rr, &sig) && sig.covered == type) {
            uint16_t reason = try_signature(work, &sig, owner, &members);
            if (reason == VERDICT_NO_REASON)
                return (struct signature_result){.valid = true, .labels = sig.labels};
            result.reason = better_reason(result.reason, reason);
        }
        at = rrset_next(index, rrset_after(index, at), section, owner, TYPE_RRSIG);
    }
    return result;
}
