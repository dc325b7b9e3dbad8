#include "synth_reply.h"

#include "message.h"

#define HEADER_LEN 12u
#define OPT_LEN 11u
#define POINTER 0xC000u
#define UDP_WITHOUT_EDNS 512u
#define OPCODE 0x7800u
#define RA 0x0080u
#define DNSSEC_OK 0x8000u

enum section { ANSWER, AUTHORITY, ADDITIONAL, SECTIONS };

struct reply {
    const struct synth *world;
    const struct synth_query *query;
    struct name_buffer qname;
    uint16_t type;
    uint16_t flags; /* of the query */
    uint16_t given; /* flags of the reply beside QR, rcode apart */
    uint16_t rcode; /* 12 bits */
    bool edns, dnssec_ok;
    size_t limit; /* octets */
    size_t zone_labels;
    struct writer out;
    uint16_t counts[SECTIONS];
};

/* A name and where it stands in the reply. */
struct spot {
    struct name name;
    size_t at;
};

static struct spot asked(const struct reply *r)
{
    return (struct spot){name_of(&r->qname), HEADER_LEN};
}

static struct spot spot_suffix(struct spot spot, size_t labels)
{
    struct name suffix = name_suffix(spot.name, labels);
    return (struct spot){suffix, spot.at + (size_t)(suffix.wire - spot.name.wire)};
}

static void put_spot(struct reply *r, struct spot spot)
{
    if (spot.name.len == 1)
        writer_u8(&r->out, 0);
    else
        writer_u16(&r->out, (uint16_t)(POINTER | spot.at));
}

/* Everything of a record but its RDATA. Returns where that begins, for end_record. */
static size_t begin_record(struct reply *r, enum section section, struct spot owner, uint16_t type)
{
    put_spot(r, owner);
    writer_u16(&r->out, type);
    writer_u16(&r->out, MESSAGE_CLASS_IN);
    writer_u32(&r->out, type == TYPE_SOA ? r->world->negative_ttl_s : r->world->ttl_s);
    writer_u16(&r->out, 0);
    r->counts[section]++;
    return r->out.at;
}

static void end_record(struct reply *r, size_t begin)
{
    if (r->out.failed)
        return;
    size_t len = r->out.at - begin;
    r->out.start[begin - 2] = (uint8_t)(len >> 8);
    r->out.start[begin - 1] = (uint8_t)len;
}

static void put_server_name(struct reply *r, struct spot zone, size_t index)
{
    uint8_t operator[SYNTH_OPERATOR_LEN];
    writer_octets(&r->out, index == 0 ? "\3ns1" : "\3ns2", 4);
    if (synth_operator(r->world, zone.name, operator))
        writer_octets(&r->out, operator, sizeof operator);
    else
        put_spot(r, zone);
}

static void put_soa(struct reply *r, enum section section, struct spot zone)
{
    size_t begin = begin_record(r, section, zone, TYPE_SOA);
    put_server_name(r, zone, 0);
    writer_octets(&r->out, "\4host", 5);
    put_spot(r, zone);
    const uint32_t numbers[] = {1, 7200, 900, 1209600, r->world->negative_ttl_s};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        writer_u32(&r->out, numbers[i]);
    end_record(r, begin);
}

static void put_address(struct reply *r, enum section section, struct spot owner, uint32_t address)
{
    size_t begin = begin_record(r, section, owner, TYPE_A);
    writer_u32(&r->out, address);
    end_record(r, begin);
}

/* The NS set of a zone, with the addresses of its servers in the additional section unless these
 * are an operator's. */
static void put_servers(struct reply *r, enum section section, struct spot zone)
{
    size_t names_at[SYNTH_SERVERS];
    for (size_t i = 0; i < SYNTH_SERVERS; i++) {
        size_t begin = begin_record(r, section, zone, TYPE_NS);
        names_at[i] = begin;
        put_server_name(r, zone, i);
        end_record(r, begin);
    }
    /* The root's servers have names that this world does not know. */
    uint8_t operator[SYNTH_OPERATOR_LEN];
    if (zone.name.len == 1 || synth_operator(r->world, zone.name, operator))
        return;
    for (size_t i = 0; i < SYNTH_SERVERS; i++) {
        struct spot server = {zone.name, names_at[i]};
        put_address(r, ADDITIONAL, server, synth_server(r->world, zone.name, i));
    }
}

static void put_caa_set(struct reply *r, struct spot owner)
{
    struct synth_caa set[SYNTH_CAA_MAX];
    size_t count = synth_caa(r->world, owner.name, set);
    for (size_t i = 0; i < count; i++) {
        size_t begin = begin_record(r, ANSWER, owner, TYPE_CAA);
        writer_u8(&r->out, set[i].flags);
        writer_u8(&r->out, (uint8_t)strlen(set[i].tag));
        writer_octets(&r->out, set[i].tag, strlen(set[i].tag));
        writer_octets(&r->out, set[i].value, strlen(set[i].value));
        end_record(r, begin);
    }
}

/* What a name that exists and is no alias has. */
static void answer_here(struct reply *r, struct spot here, enum synth_kind kind)
{
    struct spot zone = spot_suffix(here, synth_zone_labels(r->world, here.name));
    bool apex = zone.at == here.at && r->type != TYPE_DS;
    if (r->type == TYPE_CAA && kind == SYNTH_CAA)
        put_caa_set(r, here);
    else if (r->type == TYPE_A && here.name.len > 1)
        put_address(r, ANSWER, here, synth_host(r->world, here.name));
    else if (r->type == TYPE_NS && apex)
        put_servers(r, ANSWER, zone);
    else if (r->type == TYPE_SOA && apex)
        put_soa(r, ANSWER, zone);
    else
        put_soa(r, AUTHORITY, r->type == TYPE_DS ? spot_suffix(here, r->zone_labels) : zone);
}

static void answer_alias(struct reply *r)
{
    struct spot here = asked(r);
    uint8_t edge[SYNTH_EDGE_LEN];
    struct spot tld = spot_suffix(here, 1);
    synth_edge(r->world, here.name, edge);
    size_t begin = begin_record(r, ANSWER, here, TYPE_CNAME);
    writer_octets(&r->out, edge, sizeof edge);
    put_spot(r, tld);
    end_record(r, begin);
    if (r->query->authority || r->type == TYPE_CNAME)
        return;
    struct name_buffer target;
    memcpy(target.wire, edge, sizeof edge);
    memcpy(target.wire + sizeof edge, tld.name.wire, tld.name.len);
    target.len = (uint8_t)(sizeof edge + tld.name.len);
    struct spot there = {name_of(&target), begin};
    answer_here(r, there, synth_kind(r->world, there.name));
}

static void answer(struct reply *r)
{
    enum synth_kind kind = synth_kind(r->world, name_of(&r->qname));
    if (kind == SYNTH_SERVFAIL || kind == SYNTH_REFUSED) {
        r->rcode = kind == SYNTH_SERVFAIL ? RCODE_SERVFAIL : RCODE_REFUSED;
        return;
    }
    if (r->query->authority)
        r->given |= MESSAGE_AA;
    if (!r->query->tcp && synth_truncated(r->world, name_of(&r->qname))) {
        r->given |= MESSAGE_TC;
        return;
    }
    if (kind == SYNTH_ALIAS) {
        answer_alias(r);
    } else if (kind == SYNTH_NXDOMAIN) {
        r->rcode = RCODE_NXDOMAIN;
        put_soa(r, AUTHORITY, spot_suffix(asked(r), r->zone_labels));
    } else {
        answer_here(r, asked(r), kind);
    }
}

static bool serves(const struct reply *r, struct name zone)
{
    size_t count = zone.len == 1 ? r->world->root_count : SYNTH_SERVERS;
    for (size_t i = 0; i < count; i++) {
        if (synth_server(r->world, zone, i) == r->query->asked)
            return true;
    }
    return false;
}

static void answer_as_authority(struct reply *r)
{
    size_t labels = r->zone_labels;
    while (!serves(r, name_suffix(name_of(&r->qname), labels))) {
        if (labels-- == 0) {
            r->rcode = RCODE_REFUSED;
            return;
        }
    }
    if (labels == r->zone_labels)
        answer(r);
    else
        put_servers(r, AUTHORITY, spot_suffix(asked(r), labels + 1));
}

/* A DS record is data of the zone above (RFC 4035 section 3.1.4.1). */
static size_t zone_of_question(const struct reply *r)
{
    struct name n = name_of(&r->qname);
    if (r->type == TYPE_DS)
        name_parent(&n);
    return synth_zone_labels(r->world, n);
}

static void read_opt(struct reply *r, struct reader *in)
{
    uint16_t size = reader_u16(in);
    uint32_t ttl = reader_u32(in);
    reader_take(in, reader_u16(in));
    r->edns = true;
    r->dnssec_ok = (ttl & DNSSEC_OK) != 0;
    if ((ttl >> 16 & 0xFF) != 0)
        r->rcode = RCODE_BADVERS;
    if (size > UDP_WITHOUT_EDNS)
        r->limit = size < SYNTH_REPLY_MAX ? size : SYNTH_REPLY_MAX;
}

/* Reads what stands behind the header. Sets rcode where something is wrong with it. */
static void read_query(struct reply *r, struct reader *in)
{
    uint16_t counts[4];
    for (size_t i = 0; i < 4; i++)
        counts[i] = reader_u16(in);
    r->rcode = RCODE_FORMERR;
    if (counts[0] != 1 || counts[1] != 0 || counts[2] != 0 || counts[3] > 2)
        return;
    bool whole = name_read(in, &r->qname) && in->at == HEADER_LEN + r->qname.len;
    r->type = reader_u16(in);
    uint16_t class = reader_u16(in);
    if (!whole || in->failed || class != MESSAGE_CLASS_IN)
        return;
    writer_octets(&r->out, in->start + HEADER_LEN, r->qname.len + 4u);
    r->rcode = RCODE_NOERROR;
    for (uint16_t i = 0; i < counts[3]; i++) {
        name_skip(in);
        if (reader_u16(in) == TYPE_OPT)
            read_opt(r, in);
        else
            in->failed = true;
    }
    if (in->failed)
        r->rcode = RCODE_FORMERR;
}

static void put_opt(struct reply *r)
{
    writer_u8(&r->out, 0);
    writer_u16(&r->out, TYPE_OPT);
    writer_u16(&r->out, SYNTH_REPLY_MAX);
    writer_u32(&r->out, (uint32_t)(r->rcode >> 4) << 24 | (r->dnssec_ok ? DNSSEC_OK : 0));
    writer_u16(&r->out, 0);
    r->counts[ADDITIONAL]++;
}

static size_t finish(struct reply *r, size_t question_end)
{
    size_t opt = r->edns ? OPT_LEN : 0;
    if (!r->query->tcp && r->out.at + opt > r->limit)
        r->out.failed = true;
    if (r->out.failed) {
        r->out = (struct writer){.start = r->out.start, .at = question_end};
        memset(r->counts, 0, sizeof r->counts);
        r->given |= MESSAGE_TC;
    }
    r->out.cap = SYNTH_REPLY_MAX;
    if (r->edns)
        put_opt(r);
    struct writer head = writer_over(r->out.start, HEADER_LEN);
    writer_octets(&head, r->query->octets, 2);
    uint16_t repeated = r->flags & (OPCODE | MESSAGE_RD | MESSAGE_CD);
    writer_u16(&head, (uint16_t)(MESSAGE_QR | repeated | r->given | (r->rcode & MESSAGE_RCODE)));
    writer_u16(&head, question_end > HEADER_LEN);
    for (size_t i = 0; i < SECTIONS; i++)
        writer_u16(&head, r->counts[i]);
    return r->out.at;
}

size_t synth_reply(const struct synth *world, const struct synth_query *query, uint8_t *out)
{
    struct reply r = {.world = world, .query = query, .limit = UDP_WITHOUT_EDNS};
    struct reader in = reader_over(query->octets, query->len);
    if (query->len < HEADER_LEN)
        return 0;
    reader_u16(&in);
    r.flags = reader_u16(&in);
    if ((r.flags & MESSAGE_QR) != 0)
        return 0;
    r.given = query->authority ? 0 : RA;
    r.out = writer_over(out, SYNTH_REPLY_MAX - OPT_LEN);
    writer_reserve(&r.out, HEADER_LEN);
    if ((r.flags & OPCODE) != 0)
        r.rcode = RCODE_NOTIMP;
    else
        read_query(&r, &in);
    size_t question_end = r.out.at;
    if (r.rcode == RCODE_NOERROR) {
        r.zone_labels = zone_of_question(&r);
        if (query->authority)
            answer_as_authority(&r);
        else
            answer(&r);
    }
    return finish(&r, question_end);
}
