/* What an iteration adds to its answer: the aliases before, and the zones. */
#include <string.h>

#include "iterate_parts.h"
#include "trust.h"

static bool chain_has(const struct answer_parts *parts, size_t count, struct name name)
{
    for (size_t i = 0; i < count; i++) {
        if (name_equal(parts->chain[i].owner, name))
            return true;
    }
    return false;
}

static enum error_class join_chains(struct resolve *r, const struct answer *before)
{
    struct answer_parts *parts = r->parts;
    size_t early = before->chain_count, late = parts->head.chain_count;
    bool too_long = early + late > ANSWER_CHAIN_MAX;
    if (too_long)
        late = ANSWER_CHAIN_MAX - early;
    memmove(parts->chain + early, parts->chain, late * sizeof *parts->chain);
    for (size_t i = 0; i < early; i++) {
        parts->chain[i] = answer_chain(before, i);
        if (parts->chain[i].ttl_s < parts->head.ttl_s)
            parts->head.ttl_s = parts->chain[i].ttl_s;
    }
    parts->head.chain_count = (uint8_t)(early + late);
    if (parts->head.failure == CLASS_NONE)
        parts->head.dnssec = (uint8_t)trust_weaker((enum dnssec_status)before->dnssec,
                                                   (enum dnssec_status)parts->head.dnssec);
    for (size_t i = early; i < early + late; i++) {
        if (!chain_has(parts, i + 1, parts->chain[i].target))
            continue;
        parts->head.chain_count = (uint8_t)(i + 1);
        return CLASS_CNAME_LOOP;
    }
    return too_long ? CLASS_CNAME_CHAIN_TOO_LONG : CLASS_NONE;
}

/* The zone that gave the answer is the cut's, unless its SOA or its signatures show a zone below,
 * served by the same servers without a referral in between. */
static uint8_t zone_of_answer(const struct answer *cut, struct name shown, struct answer_zone *out)
{
    out->zone = answer_qname(cut);
    if (shown.len == 0 || name_equal(shown, out->zone))
        return (uint8_t)delegation_names(cut, out->ns);
    out->zone = shown;
    return 0;
}

enum error_class iterate_complete(struct resolve *r, const struct question *q)
{
    struct answer_parts *parts = r->parts;
    const struct iteration *it = &q->iteration;
    const struct answer *cut = iterate_blob(r, it->cut);
    struct name shown = parts->set_zone.zone;
    const struct answer *first = it->first_cut != 0 ? iterate_blob(r, it->first_cut) : cut;
    bool one_zone = it->first_cut == 0 && it->chain == 0 && parts->head.chain_count == 0;
    parts->head.ns_count = zone_of_answer(first, one_zone ? shown : (struct name){0}, &parts->zone);
    parts->set_zone.zone = (struct name){0};
    if (!one_zone)
        parts->head.set_ns_count = zone_of_answer(cut, shown, &parts->set_zone);
    bool unreferred = one_zone && parts->zone.zone.len != answer_qname(first).len;
    parts->head.ds = unreferred ? DS_UNKNOWN : first->ds;
    if (unreferred)
        parts->head.flags |= ANSWER_UNREFERRED;
    return it->chain != 0 ? join_chains(r, iterate_blob(r, it->chain)) : CLASS_NONE;
}
