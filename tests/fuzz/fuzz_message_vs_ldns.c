/* fuzz_message_vs_ldns.c: where we take a reply and ldns can parse it, both read the same rcode,
 * the same aliases and the same CAA RDATA.
 *
 * Differences that are meant, and so not compared:
 *  - What ldns refuses. It parses the RDATA of every type it knows, in every class; we read that of
 *    SOA, CNAME, DNAME and OPT and keep CAA as octets.
 *  - What we refuse and ldns takes: more than one OPT record, RDATA of an alias or an SOA with
 * octets behind its last field, pointers that lead to the name's own run of labels, more than 128
 * of them in a name, messages over 65,535 octets.
 *  - RDATA longer than its fields: ldns reads the next record from where the fields end, and then
 *    another message than everybody else. Such messages are left out.
 *  - What is no parsing: several different aliases at one owner, loops, chains over the limit,
 *    substitutions that overflow or contradict the CNAME given. ldns follows no aliases; the walk
 *    that is compared is done here, on its records.
 *
 * Input: a message. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "message.h"
#include "require.h"

static struct answer_parts parts;

/* Decodes as an authority's reply, so that a chain without end is no failure. Returns whether the
 * reply was taken. */
static bool decode(const uint8_t *octets, size_t len, struct message_head *head)
{
    static struct message_scratch *scratch;
    if (scratch == NULL)
        scratch = malloc(message_scratch_size());
    require(scratch != NULL);
    if (!message_peek(octets, len, head) || !head->question_whole)
        return false;
    struct message_decode_args args = {
        .octets = octets, .len = len, .qname = name_of(&head->qname), .qtype = TYPE_CAA};
    memset(&parts, 0, sizeof parts);
    message_decode(&args, scratch, &parts);
    return parts.head.failure == CLASS_NONE;
}

/* Does ldns find the end of each record where its RDATA ends? */
static bool in_step(const uint8_t *octets, size_t len)
{
    struct reader r = reader_over(octets, len);
    reader_take(&r, 6);
    size_t count = reader_u16(&r);
    count += reader_u16(&r);
    count += reader_u16(&r);
    name_skip(&r);
    reader_take(&r, 4);
    for (size_t i = 0; i < count; i++) {
        ldns_rr *rr = NULL;
        size_t ldns_at = r.at;
        if (ldns_wire2rr(&rr, octets, len, &ldns_at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
            return false;
        ldns_rr_free(rr);
        name_skip(&r);
        reader_take(&r, 8);
        reader_take(&r, reader_u16(&r));
        if (r.failed || r.at != ldns_at)
            return false;
    }
    return true;
}

static struct name name_of_rdf(const ldns_rdf *rdf)
{
    return (struct name){ldns_rdf_data(rdf), (uint8_t)ldns_rdf_size(rdf)};
}

static bool same(struct name a, struct name b)
{
    return a.len == b.len && memcmp(a.wire, b.wire, a.len) == 0;
}

/* The record that redirects a name: its CNAME, or else the closest DNAME above it. */
static const ldns_rr *redirection(const ldns_rr_list *answer, struct name at, ldns_rr_type type)
{
    ldns_rdf *name = ldns_dname_new_frm_data(at.len, at.wire);
    const ldns_rr *found = NULL;
    for (size_t i = 0; i < ldns_rr_list_rr_count(answer); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(answer, i);
        if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN || ldns_rr_get_type(rr) != type)
            continue;
        bool applies = type == LDNS_RR_TYPE_CNAME
                           ? ldns_dname_compare(ldns_rr_owner(rr), name) == 0
                           : ldns_dname_is_subdomain(name, ldns_rr_owner(rr));
        if (applies && (found == NULL || ldns_dname_label_count(ldns_rr_owner(rr)) >
                                             ldns_dname_label_count(ldns_rr_owner(found))))
            found = rr;
    }
    ldns_rdf_deep_free(name);
    return found;
}

/* Where one step leads, into `next`. Returns its kind, ALIAS_COUNT where there is none. */
static enum alias_kind follow(const ldns_rr_list *answer, struct name at, struct name_buffer *next)
{
    const ldns_rr *rr = redirection(answer, at, LDNS_RR_TYPE_DNAME);
    size_t kept = 0;
    enum alias_kind kind = ALIAS_DNAME;
    if (rr != NULL) {
        kept = at.len - ldns_rdf_size(ldns_rr_owner(rr));
    } else {
        rr = redirection(answer, at, LDNS_RR_TYPE_CNAME);
        kind = ALIAS_CNAME;
    }
    if (rr == NULL)
        return ALIAS_COUNT;
    struct name target = name_of_rdf(ldns_rr_rdf(rr, 0));
    require(kept + target.len <= NAME_LEN_MAX);
    memcpy(next->wire, at.wire, kept);
    memcpy(next->wire + kept, target.wire, target.len);
    next->len = (uint8_t)(kept + target.len);
    return kind;
}

static void check_chain(const ldns_rr_list *answer, struct name_buffer *end)
{
    for (size_t i = 0;; i++) {
        struct name_buffer next;
        enum alias_kind kind = follow(answer, name_of(end), &next);
        if (kind == ALIAS_COUNT) {
            require(i == parts.head.chain_count);
            return;
        }
        require(i < parts.head.chain_count && parts.chain[i].kind == kind);
        require(same(parts.chain[i].owner, name_of(end)));
        require(same(parts.chain[i].target, name_of(&next)));
        *end = next;
    }
}

static bool same_rdata(const ldns_rr *rr, const struct answer_rr *ours)
{
    ldns_buffer *wire = ldns_buffer_new(LDNS_MAX_PACKETLEN);
    require(wire != NULL && ldns_rr_rdata2buffer_wire(wire, rr) == LDNS_STATUS_OK);
    bool same = ldns_buffer_position(wire) == ours->rdlen &&
                memcmp(ldns_buffer_begin(wire), ours->rdata, ours->rdlen) == 0;
    ldns_buffer_free(wire);
    uint32_t ttl_s = ldns_rr_ttl(rr);
    require(!same || ours->ttl_s <= (ttl_s > INT32_MAX ? 0 : ttl_s)); /* a copy's may be less */
    return same;
}

/* A record that is not kept is a copy of one that is. */
static bool is_copy(const ldns_rr *rr, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (same_rdata(rr, &parts.rrs[i]))
            return true;
    }
    return false;
}

static void check_records(const ldns_rr_list *answer, struct name end)
{
    size_t count = 0;
    for (size_t i = 0; i < ldns_rr_list_rr_count(answer); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(answer, i);
        if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN || ldns_rr_get_type(rr) != LDNS_RR_TYPE_CAA ||
            !same(name_of_rdf(ldns_rr_owner(rr)), end))
            continue;
        if (count < parts.head.rr_count && same_rdata(rr, &parts.rrs[count]))
            count++;
        else
            require(is_copy(rr, count));
    }
    require(count == parts.head.rr_count);
}

static void compare(const ldns_pkt *packet, const struct message_head *head)
{
    unsigned rcode = (unsigned)ldns_pkt_get_rcode(packet);
    rcode |= (unsigned)ldns_pkt_edns_extended_rcode(packet) << 4;
    require(rcode == (unsigned)parts.head.rcode);

    ldns_rr_list *answer = ldns_pkt_answer(packet);
    for (size_t i = 0; i < ldns_rr_list_rr_count(answer); i++)
        ldns_rr2canonical(ldns_rr_list_rr(answer, i));
    struct name_buffer end;
    name_copy(&end, name_of(&head->qname));
    check_chain(answer, &end);
    check_records(answer, name_of(&end));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct message_head head;
    if (!decode(data, len, &head) || !in_step(data, len))
        return 0;
    ldns_pkt *packet = NULL;
    if (ldns_wire2pkt(&packet, data, len) != LDNS_STATUS_OK)
        return 0;
    compare(packet, &head);
    ldns_pkt_free(packet);
    return 0;
}
