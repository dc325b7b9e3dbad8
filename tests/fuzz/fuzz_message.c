/* fuzz_message.c: whatever a reply holds, the answer made from it is sound: within bounds, equal
 * each time, its chain joined end to end, with a loop in a failure alone, and a failure never looks
 * like an absence. Of an authority nothing outside its zone is believed, neither in the answer nor
 * in a referral.
 * The short way of the decoder comes to the same as the whole one.
 *
 * Input: one octet of options, then the message. Options: 1: from a resolver; 2: a DNAME question,
 * else 8: an address question; 4: from an authority, for the zone that is the last labels of the
 * name asked, as many as the upper four bits say. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "message_rr.h"
#include "require.h"

#define FILLED 4096u /* octets at both ends of the scratch that a decode finds used */

static _Alignas(struct answer) uint8_t blobs[2][ANSWER_LEN_MAX];

/* Scratch that was used before, one for each run and one for the whole decoder. */
static struct message_scratch *used_scratch(int fill, size_t which)
{
    static uint8_t *scratches[3];
    if (scratches[which] == NULL)
        scratches[which] = malloc(message_scratch_size());
    require(scratches[which] != NULL);
    memset(scratches[which], fill, FILLED);
    memset(scratches[which] + message_scratch_size() - FILLED, fill, FILLED);
    return (struct message_scratch *)scratches[which];
}

static void spoil(struct answer_parts *parts, int fill)
{
    memset(parts, 0, sizeof *parts);
    memset(parts->chain, fill, sizeof parts->chain);
    memset(&parts->zone, fill, sizeof parts->zone);
    memset(&parts->set_zone, fill, sizeof parts->set_zone);
}

/* Builds the blob as the whole decoder would have it, and compares. */
static void compare_ways(const struct message_decode_args *args, int fill, size_t which)
{
    static struct answer_parts parts;
    static _Alignas(struct answer) uint8_t blob[ANSWER_LEN_MAX];
    spoil(&parts, fill);
    message_decode_whole(args, used_scratch(fill, 2), &parts);
    size_t size = answer_build(&parts, blob, sizeof blob);
    const struct answer *a = (const struct answer *)blobs[which];
    require(size == a->len && memcmp(blob, a, size) == 0);
}

/* Decodes with whatever was in scratch and parts before, reads the referral, and builds the blob.
 */
static const struct answer *decode(const struct message_decode_args *args, int fill, size_t which,
                                   struct referral *referral)
{
    static struct answer_parts parts;
    struct message_scratch *scratch = used_scratch(fill, which);
    spoil(&parts, fill);
    memset(referral, fill, sizeof *referral);
    message_decode(args, scratch, &parts);
    message_referral(args, scratch, referral);
    size_t size = answer_size(&parts);
    require(size <= ANSWER_LEN_MAX);
    require(answer_build(&parts, blobs[which], size - 1) == 0);
    require(answer_build(&parts, blobs[which], size) == size);
    compare_ways(args, fill, which);
    return (const struct answer *)blobs[which];
}

static void check_chain(const struct answer *a)
{
    struct name at = answer_qname(a);
    require(a->chain_count <= ANSWER_CHAIN_MAX);
    for (size_t i = 0; i < a->chain_count; i++) {
        struct answer_alias alias = answer_chain(a, i);
        require(name_equal(alias.owner, at) && alias.kind < ALIAS_COUNT);
        require(alias.ttl_s <= INT32_MAX);
        at = alias.target;
        bool closes = a->failure != CLASS_NONE && i + 1u == a->chain_count;
        for (size_t k = 0; k <= i; k++)
            require(closes || !name_equal(answer_chain(a, k).owner, at));
    }
    require(name_equal(answer_owner(a), at));
}

static void check_records(const struct answer *a, size_t message_len)
{
    uint32_t cursor = 0;
    struct answer_rr rr;
    size_t count = 0;
    size_t octets = 0;
    while (answer_next_rr(a, &cursor, &rr)) {
        require(rr.ttl_s >= a->ttl_s && rr.ttl_s <= INT32_MAX);
        octets += rr.rdlen;
        count++;
    }
    require(count == a->rr_count);
    require(octets <= message_len || a->qtype == TYPE_DNAME);
}

static void check_verdict(const struct answer *a, const struct message_decode_args *args)
{
    if (a->failure != CLASS_NONE) {
        require(a->failure < CLASS_COUNT && a->level == LEVEL_COUNT);
        require(a->rr_count == 0 && a->ttl_s == 0);
        require(a->chain_count == 0 || name_equal(answer_error_name(a), answer_owner(a)));
        return;
    }
    require(a->level < LEVEL_COUNT && answer_error_name(a).len == 0);
    require((a->level == LEVEL_RECORDS) == (a->rr_count > 0));
    require(a->rcode == RCODE_NOERROR || a->rcode == RCODE_NXDOMAIN);
    require(a->level != LEVEL_NXDOMAIN || a->rcode == RCODE_NXDOMAIN);
    bool beyond = args->zone.len > 0 && !name_within(answer_owner(a), args->zone);
    require(a->level == LEVEL_RECORDS || a->flags & ANSWER_SOA || beyond || a->ttl_s == 0);
    require(args->qtype != TYPE_DNAME || a->rr_count <= 1);
}

static bool within_zone(const struct message_decode_args *args, struct name n)
{
    return args->zone.len == 0 || name_within(n, args->zone);
}

/* Of a name outside the authority's zone an answer shows where it is reached, and no more. */
static void check_bailiwick(const struct answer *a, const struct message_decode_args *args)
{
    require(a->ns_count == 0 && a->set_ns_count == 0 && a->ds == DS_UNKNOWN);
    for (size_t i = 0; i < a->chain_count; i++)
        require(within_zone(args, answer_chain(a, i).owner));
    if (a->failure != CLASS_NONE || within_zone(args, answer_owner(a)))
        return;
    require(a->level == LEVEL_NODATA && a->rr_count == 0 && (a->flags & ANSWER_SOA) == 0);
}

static void check_addresses(const struct answer *a)
{
    uint32_t cursor = 0;
    struct answer_rr rr;
    while (a->qtype == TYPE_A && answer_next_rr(a, &cursor, &rr))
        require(rr.rdlen == 4);
}

static void check_glue(const struct referral *ref, const struct message_decode_args *args)
{
    require(ref->glue_count <= REFERRAL_GLUE_MAX);
    for (size_t i = 0; i < ref->glue_count; i++) {
        const struct referral_glue *glue = &ref->glue[i];
        require(glue->ns < ref->ns_count);
        require(name_within(ref->zone.ns[glue->ns], args->zone));
        require(glue->address.family == ADDRESS_IPV4 || glue->address.family == ADDRESS_IPV6);
        require(glue->address.port == 53);
        for (size_t k = 0; k < i; k++)
            require(ref->glue[k].ns != glue->ns ||
                    !address_equal(&ref->glue[k].address, &glue->address));
    }
}

static void check_referral(const struct referral *ref, const struct message_decode_args *args)
{
    struct name zone = ref->zone.zone;
    if (zone.len == 0) {
        require(ref->ns_count == 0 && ref->glue_count == 0 && ref->ds == DS_UNKNOWN);
        return;
    }
    require(args->zone.len > 0 && name_within(zone, args->zone));
    require(!name_equal(zone, args->zone) && name_within(args->qname, zone));
    require(ref->ns_count > 0 && ref->ns_count <= ANSWER_NS_MAX);
    require(ref->ttl_s <= INT32_MAX && ref->ds < DS_COUNT);
    for (size_t i = 0; i < ref->ns_count; i++) {
        require(ref->zone.ns[i].len > 0);
        for (size_t k = 0; k < i; k++)
            require(!name_equal(ref->zone.ns[i], ref->zone.ns[k]));
    }
    check_glue(ref, args);
}

static void check_same(const struct referral *a, const struct referral *b)
{
    require(a->ns_count == b->ns_count && a->glue_count == b->glue_count);
    require(a->ttl_s == b->ttl_s && a->ds == b->ds);
    require(a->zone.zone.len == b->zone.zone.len);
    require(a->ns_count == 0 || name_equal(a->zone.zone, b->zone.zone));
    for (size_t i = 0; i < a->ns_count; i++)
        require(name_equal(a->zone.ns[i], b->zone.ns[i]));
    for (size_t i = 0; i < a->glue_count; i++)
        require(a->glue[i].ns == b->glue[i].ns &&
                address_equal(&a->glue[i].address, &b->glue[i].address));
}

static uint16_t type_of(uint8_t options)
{
    if (options & 2)
        return TYPE_DNAME;
    return options & 8 ? TYPE_A : TYPE_CAA;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct referral referrals[2];
    if (len == 0)
        return 0;
    struct message_head head;
    struct message_decode_args args = {.octets = data + 1,
                                       .len = len - 1,
                                       .qname = {(const uint8_t *)"\1a\3org", 7},
                                       .qtype = type_of(data[0]),
                                       .resolver = data[0] & 1};
    if (message_peek(args.octets, args.len, &head) && head.question_whole)
        args.qname = name_of(&head.qname);
    if (data[0] & 4)
        args.zone = name_suffix(args.qname, data[0] >> 4);
    const struct answer *first = decode(&args, 0, 0, &referrals[0]);
    const struct answer *second = decode(&args, 0xA5, 1, &referrals[1]);
    require(first->len == second->len && memcmp(first, second, first->len) == 0);
    check_verdict(first, &args);
    check_chain(first);
    check_records(first, args.len);
    check_bailiwick(first, &args);
    check_addresses(first);
    check_same(&referrals[0], &referrals[1]);
    check_referral(&referrals[0], &args);
    return 0;
}
