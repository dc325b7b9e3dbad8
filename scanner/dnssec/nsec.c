/* nsec.c: denial by NSEC (RFC 4034 section 4, RFC 4035 section 5.4, RFC 6840 section 4). */
#include "denial.h"

struct nsec {
    struct rrset_record *record;
    struct name owner;
    struct name_buffer next;
    const uint8_t *bitmap;
    size_t bitmap_len;
};

static bool read_nsec(const struct rrset_index *index, struct rrset_record *record,
                      struct nsec *out)
{
    struct reader r = message_rdata(index->args, &record->rr);
    out->record = record;
    out->owner = name_of(&record->owner);
    if (!name_read(&r, &out->next))
        return false;
    out->bitmap_len = reader_left(&r);
    out->bitmap = reader_take(&r, out->bitmap_len);
    return out->bitmap != NULL;
}

/* Does name lie in the gap behind this record? What is below a zone cut or a DNAME is not the
 * zone's to deny. */
static bool covers(const struct nsec *nsec, struct name name, struct name zone)
{
    if (name_compare(nsec->owner, name) >= 0)
        return false;
    if (name_within(name, nsec->owner) &&
        (denial_is_cut(nsec->bitmap, nsec->bitmap_len) ||
         denial_has_type(nsec->bitmap, nsec->bitmap_len, TYPE_DNAME)))
        return false;
    struct name next = name_of(&nsec->next);
    return name_equal(next, zone) || name_compare(name, next) < 0;
}

/* The signed record that covers name, or, with exact, that is at name. */
static bool find(struct signature_work *work, struct name name, bool exact, struct nsec *out,
                 uint16_t *reason)
{
    struct name at = exact ? name : (struct name){0};
    struct rrset_index *index = work->index;
    struct rrset_record *record = rrset_next(index, 0, RRSET_AUTHORITY, at, TYPE_NSEC);
    while (record != NULL) {
        bool fits = name_within(name_of(&record->owner), work->zone) &&
                    read_nsec(index, record, out) && (exact || covers(out, name, work->zone));
        if (fits && denial_is_signed(work, record, reason))
            return true;
        record = rrset_next(index, rrset_after(index, record), RRSET_AUTHORITY, at, TYPE_NSEC);
    }
    return false;
}

static size_t common_labels(struct name a, struct name b)
{
    size_t labels = 0;
    size_t most = name_label_count(a);
    if (most > name_label_count(b))
        most = name_label_count(b);
    while (labels < most && name_equal(name_suffix(a, labels + 1), name_suffix(b, labels + 1)))
        labels++;
    return labels;
}

/* The wildcard that would stand for name, by the record that covers name: below the closest of its
 * ancestors that exist. Returns false where that is too long to be a name. */
static bool wildcard_for(const struct nsec *gap, struct name name, struct name_buffer *out)
{
    size_t labels = common_labels(name, gap->owner);
    size_t behind = common_labels(name, name_of(&gap->next));
    struct name encloser = name_suffix(name, labels > behind ? labels : behind);
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

static const struct denial proven = {.status = DNSSEC_SECURE};

struct denial nsec_type(struct signature_work *work, struct name name, unsigned type)
{
    uint16_t reason = VERDICT_NSEC_MISSING;
    struct nsec nsec, gap;
    struct name_buffer wildcard;
    if (find(work, name, true, &nsec, &reason)) {
        if (!denial_lacks(nsec.bitmap, nsec.bitmap_len, name, type))
            return no_proof(VERDICT_BOGUS);
        bool unsigned_cut = type == TYPE_DS && denial_is_cut(nsec.bitmap, nsec.bitmap_len);
        return unsigned_cut ? (struct denial){.status = DNSSEC_INSECURE} : proven;
    }
    if (!find(work, name, false, &gap, &reason))
        return no_proof(reason);
    if (name_within(name_of(&gap.next), name))
        return proven; /* an empty non-terminal */
    if (wildcard_for(&gap, name, &wildcard) &&
        find(work, name_of(&wildcard), true, &nsec, &reason) &&
        denial_lacks(nsec.bitmap, nsec.bitmap_len, name_of(&wildcard), type))
        return proven;
    return no_proof(reason);
}

struct denial nsec_name(struct signature_work *work, struct name name)
{
    uint16_t reason = VERDICT_NSEC_MISSING;
    struct nsec gap, other;
    struct name_buffer wildcard;
    if (!find(work, name, false, &gap, &reason) || name_within(name_of(&gap.next), name))
        return no_proof(reason);
    if (!wildcard_for(&gap, name, &wildcard) ||
        !find(work, name_of(&wildcard), false, &other, &reason))
        return no_proof(reason);
    return proven;
}

/* Names beside the gap that share more labels with name than the wildcard's would be closer. */
struct denial nsec_closer(struct signature_work *work, struct name name, size_t labels)
{
    uint16_t reason = VERDICT_NSEC_MISSING;
    struct nsec gap;
    if (!find(work, name, false, &gap, &reason))
        return no_proof(reason);
    if (common_labels(name, gap.owner) > labels || common_labels(name, name_of(&gap.next)) > labels)
        return no_proof(VERDICT_BOGUS);
    return proven;
}
