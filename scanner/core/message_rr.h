/* message_rr.h: the resource records of a message, one after the other, and the scratch of those
 * who read them. Only for message_*.c and for whoever verifies signatures over such records.
 *
 * A name costs at most 400 steps (name.h); a message holds at most MESSAGE_RRS_MAX records.
 */
#ifndef CAASCAN_MESSAGE_RR_H
#define CAASCAN_MESSAGE_RR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alias.h"
#include "message.h"
#include "wire.h"

#define MESSAGE_LEN_MAX 65535u
#define MESSAGE_RR_MIN 11u /* root owner, type, class, TTL and length of the RDATA */
#define MESSAGE_RRS_MAX (MESSAGE_LEN_MAX / MESSAGE_RR_MIN)

struct message_rr {
    size_t owner_at;
    size_t rdata_at;
    uint32_t ttl_s; /* as sent */
    uint16_t type, class, rdlen;
};

struct message_scratch {
    struct alias_set aliases;
    struct answer_rr rrs[MESSAGE_RRS_MAX];
    struct name_buffer owner;
    struct name_buffer dname_target;
    struct name_buffer ns_targets[ANSWER_NS_MAX];
    struct name_buffer soa_owner;
    struct name_buffer signer;
    struct name_buffer referral_zone;
    struct name_buffer referral_ns[ANSWER_NS_MAX];
};

static inline uint32_t message_least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* A TTL with its top bit set counts as 0 (RFC 2181 section 8). */
static inline uint32_t message_ttl(uint32_t ttl_s)
{
    return ttl_s > INT32_MAX ? 0 : ttl_s;
}

/* Reads the record at r and moves behind it. Returns false where it does not end in the message. */
static inline bool message_rr_next(struct reader *r, struct message_rr *out)
{
    out->owner_at = r->at;
    name_skip(r);
    out->type = reader_u16(r);
    out->class = reader_u16(r);
    out->ttl_s = reader_u32(r);
    out->rdlen = reader_u16(r);
    out->rdata_at = r->at;
    reader_take(r, out->rdlen);
    return !r->failed;
}

/* Moves behind the questions of a message. */
static inline void message_skip_questions(struct reader *r, unsigned count)
{
    for (unsigned i = 0; i < count && !r->failed; i++) {
        name_skip(r);
        reader_take(r, 4);
    }
}

/* A reader that ends with the RDATA and yet can follow pointers to what is before it. */
static inline struct reader message_rdata(const struct message_decode_args *args,
                                          const struct message_rr *rr)
{
    struct reader r = reader_over(args->octets, rr->rdata_at + rr->rdlen);
    r.at = rr->rdata_at;
    return r;
}

static inline bool message_owner(const struct message_decode_args *args,
                                 const struct message_rr *rr, struct name_buffer *into)
{
    struct reader r = reader_over(args->octets, args->len);
    r.at = rr->owner_at;
    return name_read(&r, into);
}

/* Reads RDATA that is one name and nothing else. */
static inline bool message_target(const struct message_decode_args *args,
                                  const struct message_rr *rr, struct name_buffer *into)
{
    struct reader r = message_rdata(args, rr);
    return name_read(&r, into) && reader_left(&r) == 0;
}

/* The two ways of message_decode. message_decode_plain fills parts, which have no records, chain,
 * flags or zones yet, as message_decode_whole would; or it returns false, and has left no trace
 * that would outlast the other. */
bool message_decode_plain(const struct message_decode_args *args, struct message_scratch *scratch,
                          struct answer_parts *parts);
void message_decode_whole(const struct message_decode_args *args, struct message_scratch *scratch,
                          struct answer_parts *parts);

#endif
