#include "message.h"

#include "mixed_case.h"
#include "octets.h"
#include "wire.h"

#define HEADER_LEN 12u
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
        octets_copy(name, q->name.wire, q->name.len);
        if (q->case_bits != 0)
            mixed_case_set(name, q->name.len, q->case_bits);
    }
    writer_u16(&w, q->type);
    writer_u16(&w, MESSAGE_CLASS_IN);
    if (q->edns)
        put_opt(&w, q->dnssec_ok);
    return w.failed ? 0 : w.at;
}

bool message_peek_header(const uint8_t *octets, size_t len, struct message_head *out)
{
    out->type = 0;
    out->question_whole = out->echoes = false;
    out->qname.len = 0;
    if (len < HEADER_LEN)
        return false;
    unsigned flags = (unsigned)octets[2] << 8 | octets[3];
    out->id = (uint16_t)((unsigned)octets[0] << 8 | octets[1]);
    out->opcode = octets[2] >> 3 & 0x0F;
    out->rcode_low = flags & MESSAGE_RCODE;
    out->qr = flags & MESSAGE_QR;
    out->tc = flags & MESSAGE_TC;
    out->aa = flags & MESSAGE_AA;
    out->ad = flags & MESSAGE_AD;
    return true;
}

bool message_peek(const uint8_t *octets, size_t len, struct message_head *out)
{
    if (!message_peek_header(octets, len, out))
        return false;
    struct reader r = reader_over(octets, len);
    reader_take(&r, 4);
    unsigned question_count = reader_u16(&r);
    reader_take(&r, 6);
    if (question_count != 1 || !name_read(&r, &out->qname))
        return true;
    unsigned type = reader_u16(&r);
    unsigned class = reader_u16(&r);
    out->type = r.failed ? 0 : (uint16_t)type;
    out->question_whole = !r.failed && class == MESSAGE_CLASS_IN;
    return true;
}

bool message_echoes(const uint8_t *octets, size_t len, struct name name, uint16_t type)
{
    if (name.len == 0 || len < HEADER_LEN + name.len + 4u || octets[4] != 0 || octets[5] != 1)
        return false;
    const uint8_t *p = octets + HEADER_LEN + name.len;
    return p[0] == type >> 8 && p[1] == (type & 0xFF) && p[2] == 0 && p[3] == MESSAGE_CLASS_IN &&
           name_is_folded(octets + HEADER_LEN, name);
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
