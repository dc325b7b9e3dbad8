/* nsec3.c: denial by NSEC3 (RFC 5155 section 8, RFC 6840 section 4, RFC 9276).
 *
 * All records of a reply that count have the parameters of the first. A name is hashed once for
 * each of its labels below the zone at most, DENIAL_ITERATIONS_MAX times over. */
#include <ldns/ldns.h>

#include "denial.h"

#define HASH_LEN 20u /* SHA-1, the only one there is */
#define HASH_TEXT_LEN 32u
#define ALGORITHM_SHA1 1u
#define FLAG_OPT_OUT 1u
#define SALT_MAX 255u

struct nsec3 {
    struct rrset_record *record;
    uint8_t owner[HASH_LEN];
    const uint8_t *next, *bitmap, *salt;
    size_t bitmap_len;
    uint16_t iterations;
    uint8_t flags, salt_len;
};

struct nsec3_search {
    struct signature_work *work;
    struct nsec3 first; /* its parameters are everyone's */
    uint16_t reason;
};

/* What is known of a name by its closest ancestor that exists. */
struct closest {
    struct nsec3 encloser, gap;
    size_t labels;    /* of the encloser */
    bool exact, gone; /* it is the name itself; what is next to it is in a gap */
};

static bool read_owner(const struct rrset_record *record, struct name zone, uint8_t *hash)
{
    struct name owner = name_of(&record->owner);
    if (owner.wire[0] != HASH_TEXT_LEN || owner.len != zone.len + HASH_TEXT_LEN + 1 ||
        !name_within(owner, zone))
        return false;
    return ldns_b32_pton_extended_hex((const char *)owner.wire + 1, HASH_TEXT_LEN, hash,
                                      HASH_LEN) == (int)HASH_LEN;
}

static bool read_nsec3(const struct signature_work *work, struct rrset_record *record,
                       struct nsec3 *out)
{
    struct reader r = message_rdata(work->index->args, &record->rr);
    unsigned algorithm = reader_u8(&r);
    out->record = record;
    out->flags = reader_u8(&r);
    out->iterations = reader_u16(&r);
    out->salt_len = reader_u8(&r);
    out->salt = reader_take(&r, out->salt_len);
    unsigned hash_len = reader_u8(&r);
    out->next = reader_take(&r, HASH_LEN);
    out->bitmap_len = reader_left(&r);
    out->bitmap = reader_take(&r, out->bitmap_len);
    return !r.failed && algorithm == ALGORITHM_SHA1 && hash_len == HASH_LEN &&
           (out->flags & ~FLAG_OPT_OUT) == 0 && read_owner(record, work->zone, out->owner);
}

static bool same_parameters(const struct nsec3 *a, const struct nsec3 *b)
{
    return a->iterations == b->iterations && a->salt_len == b->salt_len &&
           memcmp(a->salt, b->salt, a->salt_len) == 0;
}

static void hash_name(const struct nsec3 *parameters, struct name name, uint8_t *hash)
{
    uint8_t octets[NAME_LEN_MAX + SALT_MAX];
    size_t len = name.len;
    memcpy(octets, name.wire, len);
    for (unsigned i = 0; i <= parameters->iterations; i++) {
        memcpy(octets + len, parameters->salt, parameters->salt_len);
        ldns_sha1(octets, (unsigned)(len + parameters->salt_len), hash);
        len = HASH_LEN;
        memcpy(octets, hash, len);
    }
}

static bool covers(const struct nsec3 *n, const uint8_t *hash)
{
    bool behind = memcmp(n->owner, hash, HASH_LEN) < 0;
    bool before = memcmp(hash, n->next, HASH_LEN) < 0;
    bool last = memcmp(n->next, n->owner, HASH_LEN) <= 0;
    return last ? behind || before : behind && before;
}

/* The signed record whose owner is the name's hash, or, without exact, that covers it. */
static bool find(struct nsec3_search *s, struct name name, bool exact, struct nsec3 *out)
{
    uint8_t hash[HASH_LEN];
    struct rrset_index *index = s->work->index;
    struct rrset_record *record = NULL;
    size_t from = 0;
    hash_name(&s->first, name, hash);
    for (size_t i = 0; i < DENIAL_NSEC3_MAX; i++, from = rrset_after(index, record)) {
        record = rrset_next(index, from, RRSET_AUTHORITY, (struct name){0}, TYPE_NSEC3);
        if (record == NULL)
            return false;
        if (!read_nsec3(s->work, record, out) || !same_parameters(&s->first, out))
            continue;
        bool fits = exact ? memcmp(out->owner, hash, HASH_LEN) == 0 : covers(out, hash);
        if (fits && denial_is_signed(s->work, record, &s->reason))
            return true;
    }
    s->reason = VERDICT_INDETERMINATE;
    return false;
}

enum begun { BEGUN, NOTHING_THERE, TOO_MANY_ITERATIONS };

/* Parameters that are too dear must be the zone's own wish. */
static enum begun begin(struct nsec3_search *s, struct signature_work *work)
{
    struct rrset_index *index = work->index;
    struct rrset_record *record =
        rrset_next(index, 0, RRSET_AUTHORITY, (struct name){0}, TYPE_NSEC3);
    *s = (struct nsec3_search){.work = work, .reason = VERDICT_NSEC_MISSING};
    while (record != NULL && !read_nsec3(work, record, &s->first))
        record = rrset_next(index, rrset_after(index, record), RRSET_AUTHORITY, (struct name){0},
                            TYPE_NSEC3);
    if (record == NULL)
        return NOTHING_THERE;
    if (s->first.iterations <= DENIAL_ITERATIONS_MAX)
        return BEGUN;
    return denial_is_signed(work, record, &s->reason) ? TOO_MANY_ITERATIONS : NOTHING_THERE;
}

/* Finds the closest encloser (RFC 5155 section 8.3). A name at a zone cut or with a DNAME encloses
 * nothing that the zone could speak of. */
static bool find_closest(struct nsec3_search *s, struct name name, struct closest *out)
{
    size_t zone_labels = name_label_count(s->work->zone);
    size_t own_labels = name_label_count(name);
    *out = (struct closest){0};
    for (size_t labels = own_labels + 1; labels-- > zone_labels;) {
        if (!find(s, name_suffix(name, labels), true, &out->encloser))
            continue;
        out->labels = labels;
        out->exact = labels == own_labels;
        if (out->exact)
            return true;
        const struct nsec3 *e = &out->encloser;
        if (denial_is_cut(e->bitmap, e->bitmap_len) ||
            denial_has_type(e->bitmap, e->bitmap_len, TYPE_DNAME))
            return false;
        out->gone = find(s, name_suffix(name, labels + 1), false, &out->gap);
        return out->gone;
    }
    return false;
}

static bool wildcard_below(struct name encloser, struct name_buffer *out)
{
    if (encloser.len + 2u > NAME_LEN_MAX)
        return false;
    out->wire[0] = 1;
    out->wire[1] = '*';
    memcpy(out->wire + 2, encloser.wire, encloser.len);
    out->len = (uint8_t)(encloser.len + 2u);
    return true;
}

static struct denial no_proof(uint16_t reason)
{
    return (struct denial){.status = DNSSEC_BOGUS, .reason = reason};
}

/* In a gap that opts out there may be unsigned delegations. */
static struct denial proven_by_gap(const struct nsec3 *gap)
{
    bool opts_out = (gap->flags & FLAG_OPT_OUT) != 0;
    return (struct denial){.status = opts_out ? DNSSEC_INSECURE : DNSSEC_SECURE};
}

static struct denial not_begun(enum begun begun, uint16_t reason)
{
    if (begun == TOO_MANY_ITERATIONS)
        return (struct denial){.status = DNSSEC_INSECURE};
    return no_proof(reason);
}

static struct denial type_at(const struct nsec3 *n, struct name name, unsigned type)
{
    if (!denial_lacks(n->bitmap, n->bitmap_len, name, type))
        return no_proof(VERDICT_BOGUS);
    bool unsigned_cut = type == TYPE_DS && denial_is_cut(n->bitmap, n->bitmap_len);
    return (struct denial){.status = unsigned_cut ? DNSSEC_INSECURE : DNSSEC_SECURE};
}

struct denial nsec3_type(struct signature_work *work, struct name name, unsigned type)
{
    struct nsec3_search s;
    struct closest c;
    struct nsec3 at;
    struct name_buffer wildcard;
    enum begun begun = begin(&s, work);
    if (begun != BEGUN)
        return not_begun(begun, s.reason);
    if (!find_closest(&s, name, &c))
        return no_proof(s.reason);
    if (c.exact)
        return type_at(&c.encloser, name, type);
    if ((c.gap.flags & FLAG_OPT_OUT) != 0)
        return (struct denial){.status = DNSSEC_INSECURE};
    if (wildcard_below(name_suffix(name, c.labels), &wildcard) &&
        find(&s, name_of(&wildcard), true, &at) &&
        denial_lacks(at.bitmap, at.bitmap_len, name_of(&wildcard), type))
        return (struct denial){.status = DNSSEC_SECURE};
    return no_proof(s.reason);
}

struct denial nsec3_name(struct signature_work *work, struct name name)
{
    struct nsec3_search s;
    struct closest c;
    struct nsec3 at;
    struct name_buffer wildcard;
    enum begun begun = begin(&s, work);
    if (begun != BEGUN)
        return not_begun(begun, s.reason);
    if (!find_closest(&s, name, &c) || c.exact ||
        !wildcard_below(name_suffix(name, c.labels), &wildcard) ||
        !find(&s, name_of(&wildcard), false, &at))
        return no_proof(s.reason);
    return proven_by_gap(&c.gap);
}

struct denial nsec3_closer(struct signature_work *work, struct name name, size_t labels)
{
    struct nsec3_search s;
    struct nsec3 gap;
    enum begun begun = begin(&s, work);
    if (begun != BEGUN)
        return not_begun(begun, s.reason);
    if (!find(&s, name_suffix(name, labels + 1), false, &gap))
        return no_proof(s.reason);
    return proven_by_gap(&gap);
}
