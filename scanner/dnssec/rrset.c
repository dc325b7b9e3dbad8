#include "rrset.h"

static bool take(struct rrset_index *index, const struct message_rr *rr, enum rrset_section section)
{
    if (rr->class != MESSAGE_CLASS_IN)
        return true;
    if (index->count == RRSET_RECORDS_MAX)
        return false;
    struct rrset_record *record = &index->records[index->count++];
    record->rr = *rr;
    record->section = (uint8_t)section;
    record->state = record->labels = 0;
    return message_owner(index->args, rr, &record->owner);
}

bool rrset_index(struct rrset_index *index, const struct message_decode_args *args)
{
    struct reader r = reader_over(args->octets, args->len);
    index->args = args;
    index->count = 0;
    reader_take(&r, 4);
    unsigned question_count = reader_u16(&r);
    unsigned answer_count = reader_u16(&r);
    unsigned authority_count = reader_u16(&r);
    reader_u16(&r);
    message_skip_questions(&r, question_count);
    for (unsigned i = 0; i < answer_count + authority_count; i++) {
        struct message_rr rr;
        if (!message_rr_next(&r, &rr) ||
            !take(index, &rr, i < answer_count ? RRSET_ANSWER : RRSET_AUTHORITY))
            return false;
    }
    return !r.failed;
}

struct rrset_record *rrset_next(struct rrset_index *index, size_t from, enum rrset_section section,
                                struct name owner, unsigned type)
{
    for (size_t i = from; i < index->count; i++) {
        struct rrset_record *record = &index->records[i];
        if (record->section == section && record->rr.type == type &&
            (owner.len == 0 || name_equal(name_of(&record->owner), owner)))
            return record;
    }
    return NULL;
}
