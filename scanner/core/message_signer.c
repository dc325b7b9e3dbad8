/* message_signer.c: what a reply shows of signatures, before anything is verified: the zone they
 * say they are from, and the DS RRset of a referral. One pass over the records each. */
#include "message.h"
#include "message_rr.h"

#define RRSIG_SIGNER_AT 18u

/* May a reply about qname be signed by this zone? DS is signed by the parent's. */
static bool may_sign(const struct message_decode_args *args, struct name signer)
{
    return name_within(args->qname, signer) && name_within(signer, args->zone) &&
           (args->qtype != TYPE_DS || signer.len < args->qname.len);
}

static struct reader records_of(const struct message_decode_args *args, unsigned *answer_count,
                                unsigned *authority_count)
{
    struct reader r = reader_over(args->octets, args->len);
    reader_take(&r, 4);
    unsigned question_count = reader_u16(&r);
    *answer_count = reader_u16(&r);
    *authority_count = reader_u16(&r);
    reader_u16(&r);
    message_skip_questions(&r, question_count);
    return r;
}

struct name message_signer(const struct message_decode_args *args, struct message_scratch *scratch)
{
    unsigned answers = 0, authorities = 0;
    struct reader r = records_of(args, &answers, &authorities);
    struct message_rr rr;
    for (unsigned i = 0; i < answers + authorities && message_rr_next(&r, &rr); i++) {
        if (rr.class != MESSAGE_CLASS_IN || rr.type != TYPE_RRSIG)
            continue;
        struct reader rdata = message_rdata(args, &rr);
        reader_take(&rdata, RRSIG_SIGNER_AT);
        if (name_read(&rdata, &scratch->signer) && may_sign(args, name_of(&scratch->signer)))
            return name_of(&scratch->signer);
    }
    return (struct name){0};
}

size_t message_ds(const struct message_decode_args *args, struct message_scratch *scratch,
                  struct name zone, struct answer_rr out[MESSAGE_DS_MAX])
{
    unsigned answers = 0, authorities = 0;
    struct reader r = records_of(args, &answers, &authorities);
    struct message_rr rr;
    size_t count = 0;
    for (unsigned i = 0; i < answers + authorities && message_rr_next(&r, &rr); i++) {
        if (i < answers || rr.class != MESSAGE_CLASS_IN || rr.type != TYPE_DS)
            continue;
        if (!message_owner(args, &rr, &scratch->owner) ||
            !name_equal(name_of(&scratch->owner), zone))
            continue;
        if (count == MESSAGE_DS_MAX)
            return 0;
        out[count++] = (struct answer_rr){
            .rdata = args->octets + rr.rdata_at, .rdlen = rr.rdlen, .ttl_s = message_ttl(rr.ttl_s)};
    }
    return count;
}
