/* rrset.h: the records of a reply by owner and type. Bounded: a reply with more than
 * RRSET_RECORDS_MAX records is not indexed at all. */
#ifndef CAASCAN_RRSET_H
#define CAASCAN_RRSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "message_rr.h"

#define RRSET_RECORDS_MAX 1024u

enum rrset_section { RRSET_ANSWER, RRSET_AUTHORITY };

struct rrset_record {
    struct message_rr rr;
    struct name_buffer owner;
    uint8_t section; /* enum rrset_section */
    uint8_t state;   /* for whoever verifies */
    uint8_t labels;  /* likewise */
};

struct rrset_index {
    const struct message_decode_args *args;
    size_t count;
    struct rrset_record records[RRSET_RECORDS_MAX];
};

/* Indexes the answer and authority sections of a reply that message_decode found whole, class IN.
 * Returns false where it holds too many records. args must outlive the index. */
bool rrset_index(struct rrset_index *index, const struct message_decode_args *args);

/* The first record at or behind `from` of this section, owner and type (0: of any), NULL where
 * there is none. */
struct rrset_record *rrset_next(struct rrset_index *index, size_t from, enum rrset_section section,
                                struct name owner, unsigned type);

static inline size_t rrset_after(const struct rrset_index *index, const struct rrset_record *record)
{
    return (size_t)(record - index->records) + 1;
}

static inline const uint8_t *rrset_rdata(const struct rrset_index *index,
                                         const struct rrset_record *record)
{
    return index->args->octets + record->rr.rdata_at;
}

#endif
