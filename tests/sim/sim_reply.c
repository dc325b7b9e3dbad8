#include "sim_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "wire.h"

#define FLAG_QR 0x8000u
#define FLAG_AA 0x0400u
#define FLAG_TC 0x0200u
#define FLAG_RD 0x0100u
#define FLAG_RA 0x0080u
#define FLAG_AD 0x0020u
#define PLAIN_UDP_SIZE 512u
#define EDE_OPTION 15u
#define OPT_LEN 11u /* without options */
#define OPT_DO 0x80u

struct name_buffer sim_name(const char *text)
{
    struct name_buffer name;
    if (!name_from_text(&name, (const uint8_t *)text, strlen(text)))
        fail_msg("not a name: %s", text);
    return name;
}

void sim_section_rr(struct sim_section *s, struct name owner, uint16_t type, uint32_t ttl_s,
                    const uint8_t *rdata, size_t rdlen)
{
    struct writer w = writer_over(s->octets + s->len, sizeof s->octets - s->len);
    writer_octets(&w, owner.wire, owner.len);
    writer_u16(&w, type);
    writer_u16(&w, 1);
    writer_u32(&w, ttl_s);
    writer_u16(&w, (uint16_t)rdlen);
    writer_octets(&w, rdata, rdlen);
    assert_false(w.failed);
    s->len += w.at;
    s->count++;
}

void sim_section_caa(struct sim_section *s, const char *owner, uint32_t ttl_s, unsigned flags,
                     const char *tag, const char *value)
{
    uint8_t rdata[1024];
    struct writer w = writer_over(rdata, sizeof rdata);
    writer_u8(&w, (uint8_t)flags);
    writer_u8(&w, (uint8_t)strlen(tag));
    writer_octets(&w, tag, strlen(tag));
    writer_octets(&w, value, strlen(value));
    assert_false(w.failed);
    struct name_buffer name = sim_name(owner);
    sim_section_rr(s, name_of(&name), TYPE_CAA, ttl_s, rdata, w.at);
}

void sim_section_alias(struct sim_section *s, const char *owner, uint16_t type, uint32_t ttl_s,
                       const char *target)
{
    struct name_buffer from = sim_name(owner), to = sim_name(target);
    sim_section_rr(s, name_of(&from), type, ttl_s, to.wire, to.len);
}

struct sim_query sim_query_read(const uint8_t *octets, size_t len)
{
    struct message_head head;
    assert_true(message_peek(octets, len, &head));
    assert_true(head.question_whole);
    assert_false(head.qr);
    assert_false(head.tc);
    bool edns = octets[11] == 1;
    return (struct sim_query){.name = head.qname,
                              .type = head.type,
                              .id = head.id,
                              .flags = (uint16_t)(octets[2] << 8 | octets[3]),
                              .edns = edns,
                              .dnssec_ok = edns && (octets[len - OPT_LEN + 7] & OPT_DO) != 0,
                              .recursion = (octets[2] & 1) != 0};
}

static struct name take_name(struct reader *r)
{
    struct name n = {.wire = r->start + r->at};
    name_skip(r);
    n.len = (uint8_t)(r->start + r->at - n.wire);
    return n;
}

/* Where the aliases of the section, which stand in their order, lead. */
static struct name end_of_aliases(const struct sim_section *section, struct name from)
{
    if (section == NULL)
        return from;
    struct reader r = reader_over(section->octets, section->len);
    for (unsigned i = 0; i < section->count; i++) {
        struct name owner = take_name(&r);
        unsigned type = reader_u16(&r);
        reader_take(&r, 6);
        size_t len = reader_u16(&r);
        if (type == TYPE_CNAME && name_equal(owner, from))
            from = (struct name){.wire = r.start + r.at, .len = (uint8_t)len};
        reader_take(&r, len);
    }
    assert_false(r.failed);
    return from;
}

static void write_soa(struct writer *w, const struct sim_query *q, const struct sim_answer *a)
{
    struct name apex = name_suffix(end_of_aliases(a->section, name_of(&q->name)), 1);
    writer_octets(w, apex.wire, apex.len);
    writer_u16(w, TYPE_SOA);
    writer_u16(w, 1);
    writer_u32(w, a->soa_ttl_s);
    writer_u16(w, 22);
    writer_u16(w, 0); /* both names are the root */
    for (unsigned i = 0; i < 4; i++)
        writer_u32(w, 3600);
    writer_u32(w, a->soa_minimum_s);
}

static void write_opt(struct writer *w, const struct sim_answer *a)
{
    writer_u8(w, 0);
    writer_u16(w, TYPE_OPT);
    writer_u16(w, MESSAGE_UDP_SIZE);
    writer_u32(w, (uint32_t)a->rcode >> 4 << 24);
    writer_u16(w, a->ede != 0 ? 6 : 0);
    if (a->ede == 0)
        return;
    writer_u16(w, EDE_OPTION);
    writer_u16(w, 2);
    writer_u16(w, a->ede);
}

static unsigned count_of(const struct sim_section *section)
{
    return section != NULL ? section->count : 0;
}

static void write_section(struct writer *w, const struct sim_section *section)
{
    if (section != NULL)
        writer_octets(w, section->octets, section->len);
}

static size_t write_message(const struct sim_query *q, const struct sim_answer *a, uint8_t *out)
{
    struct writer w = writer_over(out, SIM_MESSAGE_MAX);
    unsigned flags = FLAG_QR | (q->recursion ? FLAG_RD : 0) | (a->rcode & 0x0Fu);
    bool opt = q->edns && !a->no_opt;
    flags |= q->recursion && !a->no_ra ? FLAG_RA : 0;
    flags |= (a->aa ? FLAG_AA : 0) | (a->ad ? FLAG_AD : 0) | (a->tc ? FLAG_TC : 0);
    unsigned authority_count = count_of(a->authority) + (a->soa ? 1 : 0);
    writer_u16(&w, q->id);
    writer_u16(&w, (uint16_t)flags);
    writer_u16(&w, 1);
    writer_u16(&w, (uint16_t)count_of(a->section));
    writer_u16(&w, (uint16_t)authority_count);
    writer_u16(&w, (uint16_t)(count_of(a->additional) + (opt ? 1 : 0)));
    writer_octets(&w, q->name.wire, q->name.len);
    writer_u16(&w, q->type);
    writer_u16(&w, 1);
    write_section(&w, a->section);
    write_section(&w, a->authority);
    if (a->soa)
        write_soa(&w, q, a);
    write_section(&w, a->additional);
    if (opt)
        write_opt(&w, a);
    assert_false(w.failed);
    return w.at;
}

size_t sim_reply_write(const struct sim_query *q, const struct sim_answer *a, uint8_t *out)
{
    size_t len = write_message(q, a, out);
    size_t limit = q->edns ? MESSAGE_UDP_SIZE : PLAIN_UDP_SIZE;
    if (q->tcp || len <= limit)
        return len;
    struct sim_answer cut = {.rcode = a->rcode, .aa = a->aa, .tc = true};
    return write_message(q, &cut, out);
}
