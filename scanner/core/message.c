#include "message.h"

#include "mixed_case.h"
#include "wire.h"

#define EDNS_DO 0x8000u

static void put_opt(struct writer *w, bool dnssec_ok)
{
    writer_u8(w, 0);
    writer_u16(w, TYPE_OPT);
    writer_u16(w, MESSAGE_UDP_SIZE);
    writer_u32(w, dnssec_ok ? EDNS_DO : 0);
    writer_u16(w, 0);
}

size_t message_encode(const struct query *q, uint8_t *out, size_t cap)
{
    struct writer w = writer_over(out, cap);
    unsigned flags = 0;
    if (q->recursion)
        flags |= MESSAGE_RD;
    if (q->ad)
        flags |= MESSAGE_AD;
    if (q->checking_disabled)
        flags |= MESSAGE_CD;
    writer_u16(&w, q->id);
    writer_u16(&w, (uint16_t)flags);
    writer_u16(&w, 1);
    writer_u32(&w, 0);
    writer_u16(&w, q->edns ? 1 : 0);
    uint8_t *name = writer_reserve(&w, q->name.len);
    if (name != NULL) {
        memcpy(name, q->name.wire, q->name.len);
        if (q->case_bits != 0)
            mixed_case_set(name, q->name.len, q->case_bits);
    }
    writer_u16(&w, q->type);
    writer_u16(&w, MESSAGE_CLASS_IN);
    if (q->edns)
        put_opt(&w, q->dnssec_ok);
    return w.failed ? 0 : w.at;
}

bool message_peek(const uint8_t *octets, size_t len, struct message_head *out)
{
    struct reader r = reader_over(octets, len);
    out->id = reader_u16(&r);
    unsigned flags = reader_u16(&r);
    unsigned question_count = reader_u16(&r);
    reader_take(&r, 6);
    out->type = 0;
    out->rcode_low = flags & MESSAGE_RCODE;
    out->qr = flags & MESSAGE_QR;
    out->tc = flags & MESSAGE_TC;
    out->aa = flags & MESSAGE_AA;
    out->ad = flags & MESSAGE_AD;
    out->question_whole = false;
    out->qname.len = 0;
    if (r.failed)
        return false;
    if (question_count != 1 || !name_read(&r, &out->qname))
        return true;
    unsigned type = reader_u16(&r);
    unsigned class = reader_u16(&r);
    out->type = r.failed ? 0 : (uint16_t)type;
    out->question_whole = !r.failed && class == MESSAGE_CLASS_IN;
    return true;
}

enum error_class message_rcode_class(unsigned rcode)
{
    switch (rcode) {
    case RCODE_NOERROR:
    case RCODE_NXDOMAIN:
        return CLASS_NONE;
    case RCODE_FORMERR:
        return CLASS_FORMERR;
    case RCODE_SERVFAIL:
        return CLASS_SERVFAIL;
    case RCODE_NOTIMP:
        return CLASS_NOTIMP;
    case RCODE_REFUSED:
        return CLASS_REFUSED;
    case RCODE_BADVERS:
        return CLASS_BADVERS;
    default:
        return CLASS_RCODE_OTHER;
    }
}
