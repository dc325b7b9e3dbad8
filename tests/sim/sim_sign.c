#include "sim_sign.h"

#include "sim_zone.h"

#define TYPES_MAX 16u

static size_t flatten(const ldns_rr *rr, uint8_t *out, size_t cap)
{
    struct writer w = writer_over(out, cap);
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++)
        writer_octets(&w, ldns_rdf_data(ldns_rr_rdf(rr, i)), ldns_rdf_size(ldns_rr_rdf(rr, i)));
    assert_false(w.failed);
    return w.at;
}

static struct name owner_of(const ldns_rr *rr)
{
    const ldns_rdf *owner = ldns_rr_owner(rr);
    return (struct name){.wire = ldns_rdf_data(owner), .len = (uint8_t)ldns_rdf_size(owner)};
}

const struct sim_section *sim_sign_section(struct sim *s, const char *zone,
                                           const char *const texts[SIGNED_RECORDS_MAX])
{
    struct sim_section *out = sim_section(s);
    ldns_pkt *packet = ldns_pkt_new();
    signed_section(packet, LDNS_SECTION_ANSWER, zone, texts);
    const ldns_rr_list *rrs = ldns_pkt_answer(packet);
    for (size_t i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(rrs, i);
        uint8_t rdata[1024];
        size_t len = flatten(rr, rdata, sizeof rdata);
        sim_section_rr(out, owner_of(rr), (uint16_t)ldns_rr_get_type(rr), ldns_rr_ttl(rr), rdata,
                       len);
    }
    ldns_pkt_free(packet);
    return out;
}

/* ---- records of a zone ---- */

/* The zone takes the record. */
static void add(struct sim_zone *z, ldns_rr *rr)
{
    uint8_t rdata[1024];
    size_t len = flatten(rr, rdata, sizeof rdata);
    sim_zone_add_rr(z, owner_of(rr), (uint16_t)ldns_rr_get_type(rr), rdata, len);
    ldns_rr_free(rr);
}

static ldns_rr *record_of(const struct sim_rr *it)
{
    uint8_t octets[NAME_LEN_MAX + 1024];
    struct writer w = writer_over(octets, sizeof octets);
    writer_octets(&w, it->owner.wire, it->owner.len);
    writer_u16(&w, it->type);
    writer_u16(&w, 1);
    writer_u32(&w, it->ttl_s);
    writer_u16(&w, it->rdlen);
    writer_octets(&w, it->rdata, it->rdlen);
    assert_false(w.failed);
    ldns_rr *rr = NULL;
    size_t at = 0;
    assert_int_equal(ldns_wire2rr(&rr, octets, w.at, &at, LDNS_SECTION_ANSWER), LDNS_STATUS_OK);
    return rr;
}

static void text_of(const struct sim_zone *z, char text[NAME_TEXT_MAX + 2])
{
    size_t len = name_text(name_of(&z->origin), text);
    if (len > 1)
        text[len++] = '.';
    text[len] = '\0';
}

void sim_sign_delegation(struct sim_zone *above, const char *origin)
{
    char text[NAME_TEXT_MAX + 8];
    snprintf(text, sizeof text, "DS-OF %s", origin);
    add(above, signed_record(NULL, text));
}

/* ---- what is the zone's own ---- */

static bool is_cut(const struct sim_zone *z, struct name name)
{
    if (name_equal(name, name_of(&z->origin)))
        return false;
    for (size_t i = 0; i < z->rr_count; i++) {
        if (z->rrs[i].type == TYPE_NS && name_equal(name_of(&z->rrs[i].owner), name))
            return true;
    }
    return false;
}

static bool is_below_cut(const struct sim_zone *z, struct name name)
{
    while (name.len > z->origin.len && name_parent(&name)) {
        if (is_cut(z, name))
            return true;
    }
    return false;
}

/* To be signed. Glue is not, nor are the name servers of zones below. */
static bool is_own(const struct sim_zone *z, const struct sim_rr *rr)
{
    struct name name = name_of(&rr->owner);
    if (is_below_cut(z, name))
        return false;
    return !is_cut(z, name) || rr->type == TYPE_DS || rr->type == TYPE_NSEC;
}

/* In the bitmap of an NSEC. */
static bool is_listed(const struct sim_zone *z, const struct sim_rr *rr)
{
    return is_own(z, rr) || (rr->type == TYPE_NS && !is_below_cut(z, name_of(&rr->owner)));
}

static bool same_set(const struct sim_rr *a, const struct sim_rr *b)
{
    return a->type == b->type && name_equal(name_of(&a->owner), name_of(&b->owner));
}

/* ---- the chain of NSEC ---- */

/* The owner that comes next to `after`; the first of all where there is none behind it. */
static const struct name_buffer *next_owner(const struct sim_zone *z, struct name after)
{
    const struct name_buffer *next = NULL;
    for (size_t i = 0; i < z->rr_count; i++) {
        const struct name_buffer *it = &z->rrs[i].owner;
        if (is_listed(z, &z->rrs[i]) && name_compare(name_of(it), after) > 0 &&
            (next == NULL || name_compare(name_of(it), name_of(next)) < 0))
            next = it;
    }
    return next != NULL ? next : &z->origin;
}

static void add_nsec(struct sim_zone *z, struct name owner, struct name next)
{
    ldns_rr_type types[TYPES_MAX] = {LDNS_RR_TYPE_RRSIG, LDNS_RR_TYPE_NSEC};
    size_t count = 2;
    for (size_t i = 0; i < z->rr_count; i++) {
        if (!name_equal(name_of(&z->rrs[i].owner), owner) || !is_listed(z, &z->rrs[i]))
            continue;
        assert_true(count < TYPES_MAX);
        types[count++] = (ldns_rr_type)z->rrs[i].type;
    }
    ldns_rdf *bitmap = ldns_dnssec_create_nsec_bitmap(types, count, LDNS_RR_TYPE_NSEC);
    assert_non_null(bitmap);
    uint8_t rdata[NAME_LEN_MAX + 512];
    struct writer w = writer_over(rdata, sizeof rdata);
    writer_octets(&w, next.wire, next.len);
    writer_octets(&w, ldns_rdf_data(bitmap), ldns_rdf_size(bitmap));
    assert_false(w.failed);
    ldns_rdf_deep_free(bitmap);
    sim_zone_add_rr(z, owner, TYPE_NSEC, rdata, w.at);
}

static void add_chain(struct sim_zone *z)
{
    struct name_buffer owner = z->origin;
    do {
        struct name_buffer next = *next_owner(z, name_of(&owner));
        add_nsec(z, name_of(&owner), name_of(&next));
        owner = next;
    } while (!name_equal(name_of(&owner), name_of(&z->origin)));
}

/* ---- signatures ---- */

static void sign_set(struct sim_zone *z, const char *origin, size_t first)
{
    ldns_rr_list *set = ldns_rr_list_new();
    for (size_t i = first; i < z->rr_count; i++) {
        if (same_set(&z->rrs[i], &z->rrs[first]))
            ldns_rr_list_push_rr(set, record_of(&z->rrs[i]));
    }
    add(z, signed_signature(origin, set, "as it is"));
    ldns_rr_list_deep_free(set);
}

static bool is_first(const struct sim_zone *z, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (same_set(&z->rrs[i], &z->rrs[at]))
            return false;
    }
    return true;
}

static void sign_zone(struct sim_zone *z)
{
    char origin[NAME_TEXT_MAX + 2], soa[2 * NAME_TEXT_MAX];
    text_of(z, origin);
    snprintf(soa, sizeof soa, "%s %u SOA . . 1 3600 3600 3600 %u", origin, z->negative_ttl_s,
             z->negative_ttl_s);
    add(z, signed_record(origin, soa));
    add(z, signed_dnskey(origin, false));
    add_chain(z);
    size_t count = z->rr_count;
    for (size_t i = 0; i < count; i++) {
        if (is_own(z, &z->rrs[i]) && is_first(z, i))
            sign_set(z, origin, i);
    }
}

void sim_sign_world(struct sim_world *w)
{
    for (size_t i = 0; i < w->zone_count; i++) {
        if (w->zones[i]->is_signed)
            sign_zone(w->zones[i]);
    }
}
