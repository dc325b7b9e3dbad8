/* reply_draft.h: a reply made by hand, for what ldns would not write: header and question, then the
 * records that the test appends. The name asked is a.org, at octet 12.
 */
#ifndef CAASCAN_REPLY_DRAFT_H
#define CAASCAN_REPLY_DRAFT_H

#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "wire.h"

struct reply_draft {
    uint8_t octets[65535];
    struct writer w;
};

struct reply_draft_head {
    unsigned flags; /* beside QR */
    uint16_t type;
    uint16_t answers, authorities, additionals;
};

static inline void reply_draft_begin(struct reply_draft *d, const struct reply_draft_head *head)
{
    d->w = writer_over(d->octets, sizeof d->octets);
    writer_u16(&d->w, 0x1234);
    writer_u16(&d->w, (uint16_t)(MESSAGE_QR | head->flags));
    writer_u16(&d->w, 1);
    writer_u16(&d->w, head->answers);
    writer_u16(&d->w, head->authorities);
    writer_u16(&d->w, head->additionals);
    writer_octets(&d->w, "\1a\3org", 7);
    writer_u16(&d->w, head->type);
    writer_u16(&d->w, MESSAGE_CLASS_IN);
}

/* A record up to its RDATA, which the caller writes. */
static inline void reply_draft_rr(struct reply_draft *d, const void *owner, size_t owner_len,
                                  uint16_t type, uint32_t ttl_s)
{
    writer_octets(&d->w, owner, owner_len);
    writer_u16(&d->w, type);
    writer_u16(&d->w, MESSAGE_CLASS_IN);
    writer_u32(&d->w, ttl_s);
}

static inline void reply_draft_rdata(struct reply_draft *d, const void *rdata, size_t len)
{
    writer_u16(&d->w, (uint16_t)len);
    writer_octets(&d->w, rdata, len);
}

#endif
