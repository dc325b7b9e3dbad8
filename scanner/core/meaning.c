#include "meaning.h"

static bool is_referral(const struct message_decode_args *args, const struct referral *referral)
{
    if (referral->zone.zone.len == 0)
        return false;
    return args->qtype != TYPE_DS || referral->zone.zone.len < args->qname.len;
}

/* Does the referral say where to go, or only name servers of which they alone could tell? */
static bool leads_on(const struct referral *referral)
{
    for (size_t i = 0; i < referral->ns_count; i++) {
        if (!name_within(referral->zone.ns[i], referral->zone.zone))
            return true;
    }
    return referral->glue_count > 0;
}

/* Records without AA, and beside them the way to who has authority, which ranks higher (RFC 2181
 * section 5.4.1)? Addresses are taken as they are: so a zone above gives its glue, without which
 * there may be no way. */
static bool is_hearsay(const struct message_decode_args *args, const struct answer *head,
                       struct message_scratch *scratch, struct referral *referral)
{
    if ((head->flags & ANSWER_AUTHORITATIVE) != 0 || args->qtype == TYPE_A ||
        args->qtype == TYPE_AAAA || head->chain_count > 0)
        return false;
    message_referral(args, scratch, referral);
    return is_referral(args, referral) && leads_on(referral);
}

enum meaning meaning_of(const struct message_decode_args *args, const struct answer *head,
                        struct message_scratch *scratch, struct referral *referral)
{
    bool recursive = (args->octets[3] & MESSAGE_RA) != 0; /* a resolver; without AA no authority */
    bool soa = (head->flags & ANSWER_SOA) != 0;
    bool authoritative = (head->flags & ANSWER_AUTHORITATIVE) != 0 || (soa && !recursive);
    bool denies = head->level == LEVEL_NXDOMAIN || soa;
    if (head->rr_count > 0)
        return is_hearsay(args, head, scratch, referral) ? MEANING_REFERRAL : MEANING_RECORDS;
    if (head->chain_count > 0)
        return denies ? MEANING_DENIAL : MEANING_ALIAS;
    if (denies)
        return authoritative ? MEANING_DENIAL : MEANING_LAME;
    message_referral(args, scratch, referral);
    if (is_referral(args, referral))
        return MEANING_REFERRAL;
    return authoritative && !referral->upward ? MEANING_EMPTY : MEANING_LAME;
}
