/* answer_parts.h: answers for unit tests, made from text. */
#ifndef CAASCAN_ANSWER_PARTS_H
#define CAASCAN_ANSWER_PARTS_H

#include "answer.h"
#include "message.h"
#include "test_names.h"

/* One alias step at most, and one record of rdata where there is some. */
struct answer_text {
    const char *qname, *alias_to;
    enum alias_kind alias_kind;
    uint16_t qtype; /* 0: CAA */
    const uint8_t *rdata;
    size_t rdlen;
    struct answer head; /* flags, level, failure, rcode and the like */
};

/* Builds the blob into `into`. Returns its length. */
static inline size_t answer_of(const struct answer_text *text, void *into, size_t cap)
{
    static struct answer_parts parts;
    struct name_buffer qname = named(text->qname);
    struct name_buffer target = named(text->alias_to != NULL ? text->alias_to : ".");
    struct answer_rr rr = {
        .rdata = text->rdata, .rdlen = (uint16_t)text->rdlen, .ttl_s = text->head.ttl_s};
    parts = (struct answer_parts){.head = text->head, .qname = name_of(&qname), .rrs = &rr};
    parts.head.qtype = text->qtype != 0 ? text->qtype : TYPE_CAA;
    parts.head.rr_count = text->rdlen > 0;
    parts.head.chain_count = text->alias_to != NULL;
    if (text->rdlen > 0)
        parts.head.level = LEVEL_RECORDS;
    parts.chain[0] = (struct answer_alias){
        .owner = name_of(&qname), .target = name_of(&target), .kind = (uint8_t)text->alias_kind};
    return answer_build(&parts, into, cap);
}

#endif
