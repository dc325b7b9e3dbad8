/* fuzz_message.c: whatever a reply holds, the answer made from it is sound: within bounds, equal
 * each time, its chain joined end to end without a loop, and a failure never looks like an absence.
 *
 * Input: one octet of options (1: from a resolver, 2: a DNAME question), then the message. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "require.h"

static _Alignas(struct answer) uint8_t blobs[2][ANSWER_LEN_MAX];

/* Decodes with whatever was in scratch and parts before, and builds the blob. */
static const struct answer *decode(const struct message_decode_args *args, int fill, size_t which)
{
    static struct message_scratch *scratch;
    static struct answer_parts parts;
    if (scratch == NULL)
        scratch = malloc(message_scratch_size());
    require(scratch != NULL);
    memset(scratch, fill, 4096);
    memset(&parts, 0, sizeof parts);
    memset(parts.chain, fill, sizeof parts.chain);
    message_decode(args, scratch, &parts);
    size_t size = answer_size(&parts);
    require(size <= ANSWER_LEN_MAX);
    require(answer_build(&parts, blobs[which], size - 1) == 0);
    require(answer_build(&parts, blobs[which], size) == size);
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
        for (size_t k = 0; k <= i; k++)
            require(!name_equal(answer_chain(a, k).owner, at));
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
        require(a->rr_count == 0 && a->chain_count == 0 && a->ttl_s == 0);
        return;
    }
    require(a->level < LEVEL_COUNT && answer_error_name(a).len == 0);
    require((a->level == LEVEL_RECORDS) == (a->rr_count > 0));
    require(a->rcode == RCODE_NOERROR || a->rcode == RCODE_NXDOMAIN);
    require(a->level != LEVEL_NXDOMAIN || a->rcode == RCODE_NXDOMAIN);
    require(a->level == LEVEL_RECORDS || a->flags & ANSWER_SOA || a->ttl_s == 0);
    require(args->qtype != TYPE_DNAME || a->rr_count <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len == 0)
        return 0;
    struct message_head head;
    struct message_decode_args args = {.octets = data + 1,
                                       .len = len - 1,
                                       .qname = {(const uint8_t *)"\1a\3org", 7},
                                       .qtype = data[0] & 2 ? TYPE_DNAME : TYPE_CAA,
                                       .resolver = data[0] & 1};
    if (message_peek(args.octets, args.len, &head) && head.question_whole)
        args.qname = name_of(&head.qname);
    const struct answer *first = decode(&args, 0, 0);
    const struct answer *second = decode(&args, 0xA5, 1);
    require(first->len == second->len && memcmp(first, second, first->len) == 0);
    check_verdict(first, &args);
    check_chain(first);
    check_records(first, args.len);
    return 0;
}
