#include "meaning.h"

static bool is_referral(const struct message_decode_args *args, const struct referral *referral)
{
    if (referral->zone.zone.len == 0)
        return false;
    return args->qtype != TYPE_DS || referral->zone.zone.len < args->qname.len;
}

enum meaning meaning_of(const struct message_decode_args *args, const struct answer *head,
                        struct message_scratch *scratch, struct referral *referral)
{
    bool recursive = (args->octets[3] & MESSAGE_RA) != 0; /* a resolver; without AA no authority */
    bool soa = (head->flags & ANSWER_SOA) != 0;
    bool authoritative = (head->flags & ANSWER_AUTHORITATIVE) != 0 || (soa && !recursive);
    bool denies = head->level == LEVEL_NXDOMAIN || soa;
    if (head->rr_count > 0)
        return MEANING_RECORDS;
    if (head->chain_count > 0)
        return denies ? MEANING_DENIAL : MEANING_ALIAS;
    if (denies)
        return authoritative ? MEANING_DENIAL : MEANING_LAME;
    message_referral(args, scratch, referral);
    if (is_referral(args, referral))
        return MEANING_REFERRAL;
    return authoritative ? MEANING_EMPTY : MEANING_LAME;
}
