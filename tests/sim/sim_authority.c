/* How a simulated authority answers from its zones. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sim_proof.h"

#define STEPS_MAX 130u /* a name holds no more labels */

struct walk {
    struct sim_world *world;
    const struct sim_zone *zone;
    const struct sim_query *query;
    struct sim_answer *out;
    struct name_buffer at;
};

static void add(struct sim_section *section, struct name owner, const struct sim_rr *rr)
{
    sim_section_rr(section, owner, rr->type, rr->ttl_s, rr->rdata, rr->rdlen);
}

static bool is_at(const struct sim_rr *rr, struct name owner, uint16_t type)
{
    return rr->type == type && name_equal(name_of(&rr->owner), owner);
}

static const struct sim_rr *find(const struct sim_zone *zone, struct name owner, uint16_t type)
{
    for (size_t i = 0; i < zone->rr_count; i++) {
        if (is_at(&zone->rrs[i], owner, type))
            return &zone->rrs[i];
    }
    return NULL;
}

/* Is there something at or below name? */
static bool exists(const struct sim_zone *zone, struct name name)
{
    for (size_t i = 0; i < zone->rr_count; i++) {
        if (name_within(name_of(&zone->rrs[i].owner), name))
            return true;
    }
    return name_equal(name, name_of(&zone->origin));
}

static bool serves(const struct sim_zone *zone, unsigned server)
{
    for (size_t i = 0; i < zone->server_count; i++) {
        if (zone->servers[i] == server)
            return true;
    }
    return false;
}

/* DS is the parent's to give, where the server has it too (RFC 4035 section 3.1.4.1). */
static const struct sim_zone *zone_for(const struct sim_world *w, const struct sim_query *query)
{
    struct name name = name_of(&query->name);
    const struct sim_zone *closest = NULL, *own = NULL;
    for (size_t i = 0; i < w->zone_count; i++) {
        const struct sim_zone *zone = w->zones[i];
        if (!serves(zone, query->server) || !name_within(name, name_of(&zone->origin)))
            continue;
        if (query->type == TYPE_DS && zone->origin.len == name.len)
            own = zone;
        else if (closest == NULL || zone->origin.len > closest->origin.len)
            closest = zone;
    }
    return closest != NULL ? closest : own;
}

static void add_soa(const struct walk *w, struct sim_section *section)
{
    static const uint8_t no_names[] = {0, 0};
    uint8_t rdata[22];
    struct writer writer = writer_over(rdata, sizeof rdata);
    writer_octets(&writer, no_names, 2);
    for (unsigned i = 0; i < 5; i++)
        writer_u32(&writer, i < 4 ? 3600 : w->zone->negative_ttl_s);
    assert_int_equal(writer.at, sizeof rdata);
    sim_section_rr(section, name_of(&w->zone->origin), TYPE_SOA, w->zone->negative_ttl_s, rdata,
                   sizeof rdata);
}

static void deny(struct walk *w, unsigned rcode)
{
    struct sim_section *authority = &w->world->authority;
    struct name origin = name_of(&w->zone->origin);
    const struct sim_rr *soa = find(w->zone, origin, TYPE_SOA);
    w->out->rcode = rcode;
    if (soa == NULL) {
        add_soa(w, authority);
        return;
    }
    add(authority, origin, soa);
    if (!w->query->dnssec_ok)
        return;
    sim_proof_signature(authority, w->zone, origin, origin, TYPE_SOA);
    sim_proof_of_absence(authority, w->zone, name_of(&w->at));
}

/* ---- referrals ---- */

/* The topmost delegation at or above name, below the apex. */
static bool find_cut(const struct sim_zone *zone, struct name name, struct name *cut)
{
    bool found = false;
    for (; name.len > zone->origin.len; name_parent(&name)) {
        if (find(zone, name, TYPE_NS) == NULL)
            continue;
        *cut = name;
        found = true;
    }
    return found;
}

static void add_glue(struct walk *w, struct name ns)
{
    for (size_t i = 0; i < w->zone->rr_count; i++) {
        const struct sim_rr *rr = &w->zone->rrs[i];
        if (is_at(rr, ns, TYPE_A) || is_at(rr, ns, TYPE_AAAA))
            add(&w->world->additional, ns, rr);
    }
}

static void add_ds(struct walk *w, struct name cut)
{
    static const uint8_t nsec[] = {0, 0, 1, 0x20}; /* next: the root; types: NS */
    struct sim_section *authority = &w->world->authority;
    const struct sim_rr *ds = find(w->zone, cut, TYPE_DS);
    if (ds != NULL)
        add(authority, cut, ds);
    else if (find(w->zone, cut, TYPE_NSEC) != NULL)
        sim_proof_of_name(authority, w->zone, cut);
    else
        sim_section_rr(authority, cut, TYPE_NSEC, 300, nsec, sizeof nsec);
    sim_proof_signature(authority, w->zone, cut, cut, TYPE_DS);
}

static void refer(struct walk *w, struct name cut)
{
    w->out->aa = w->world->answer.count > 0;
    for (size_t i = 0; i < w->zone->rr_count; i++) {
        const struct sim_rr *rr = &w->zone->rrs[i];
        if (!is_at(rr, cut, TYPE_NS))
            continue;
        add(&w->world->authority, cut, rr);
        add_glue(w, (struct name){.wire = rr->rdata, .len = (uint8_t)rr->rdlen});
    }
    if (w->zone->is_signed && w->query->dnssec_ok)
        add_ds(w, cut);
}

/* ---- data ---- */

/* Goes on at an alias target. Returns false where another zone has to. */
static bool go_on(struct walk *w, struct name target)
{
    name_copy(&w->at, target);
    return name_within(target, name_of(&w->zone->origin));
}

static const struct sim_rr *find_dname(const struct sim_zone *zone, struct name name)
{
    const struct sim_rr *dname = NULL;
    while (dname == NULL && name.len > zone->origin.len && name_parent(&name))
        dname = find(zone, name, TYPE_DNAME);
    return dname;
}

static bool substitute(struct walk *w, const struct sim_rr *dname)
{
    struct name_buffer target;
    struct name owner = name_of(&dname->owner);
    add(&w->world->answer, owner, dname);
    if (w->query->dnssec_ok)
        sim_proof_signature(&w->world->answer, w->zone, owner, owner, TYPE_DNAME);
    if (!name_substitute(&target, name_of(&w->at), owner,
                         (struct name){.wire = dname->rdata, .len = (uint8_t)dname->rdlen})) {
        w->out->rcode = RCODE_YXDOMAIN;
        return false;
    }
    sim_section_rr(&w->world->answer, name_of(&w->at), TYPE_CNAME, dname->ttl_s, target.wire,
                   target.len);
    return go_on(w, name_of(&target));
}

/* The owner whose records answer: the name, or the wildcard at its closest encloser (RFC 4592). */
static bool find_owner(const struct walk *w, struct name_buffer *owner)
{
    struct name name = name_of(&w->at);
    *owner = w->at;
    if (exists(w->zone, name))
        return true;
    while (!exists(w->zone, name))
        name_parent(&name);
    if (name.len + 2u > NAME_LEN_MAX)
        return false;
    owner->wire[0] = 1;
    owner->wire[1] = '*';
    memcpy(owner->wire + 2, name.wire, name.len);
    owner->len = (uint8_t)(name.len + 2);
    return exists(w->zone, name_of(owner));
}

/* What a wildcard answers is signed as its own, and no name is closer. */
static void sign_answer(struct walk *w, struct name owner, uint16_t type)
{
    if (!w->query->dnssec_ok)
        return;
    sim_proof_signature(&w->world->answer, w->zone, owner, name_of(&w->at), type);
    if (!name_equal(owner, name_of(&w->at)))
        sim_proof_of_name(&w->world->authority, w->zone, name_of(&w->at));
}

static void show_records(struct walk *w, struct name owner)
{
    unsigned before = w->world->answer.count;
    for (size_t i = 0; i < w->zone->rr_count; i++) {
        if (is_at(&w->zone->rrs[i], owner, w->query->type))
            add(&w->world->answer, name_of(&w->at), &w->zone->rrs[i]);
    }
    if (w->query->type == TYPE_SOA && w->world->answer.count == before &&
        name_equal(owner, name_of(&w->zone->origin)))
        add_soa(w, &w->world->answer);
    if (w->world->answer.count == before)
        deny(w, RCODE_NOERROR);
    else
        sign_answer(w, owner, w->query->type);
}

/* One name. Returns true where the search goes on at another in the zone. */
static bool take_step(struct walk *w)
{
    struct name cut;
    if (find_cut(w->zone, name_of(&w->at), &cut) &&
        (w->query->type != TYPE_DS || cut.len < w->at.len)) {
        refer(w, cut);
        return false;
    }
    const struct sim_rr *dname = find_dname(w->zone, name_of(&w->at));
    if (dname != NULL)
        return substitute(w, dname);
    struct name_buffer owner;
    if (!find_owner(w, &owner)) {
        deny(w, RCODE_NXDOMAIN);
        return false;
    }
    const struct sim_rr *cname = find(w->zone, name_of(&owner), TYPE_CNAME);
    if (cname == NULL) {
        show_records(w, name_of(&owner));
        return false;
    }
    add(&w->world->answer, name_of(&w->at), cname);
    sign_answer(w, name_of(&owner), TYPE_CNAME);
    return go_on(w, (struct name){.wire = cname->rdata, .len = (uint8_t)cname->rdlen});
}

static void clear(struct sim_section *section)
{
    section->len = section->count = 0;
}

void sim_world_answer(void *context, const struct sim_query *query, struct sim_answer *out)
{
    struct sim_world *world = context;
    struct walk w = {.world = world,
                     .zone = zone_for(world, query),
                     .query = query,
                     .out = out,
                     .at = query->name};
    clear(&world->answer);
    clear(&world->authority);
    clear(&world->additional);
    if (w.zone == NULL) {
        *out = (struct sim_answer){.rcode = RCODE_REFUSED};
        return;
    }
    *out = (struct sim_answer){.aa = true,
                               .section = &world->answer,
                               .authority = &world->authority,
                               .additional = &world->additional};
    for (unsigned steps = 0; steps < STEPS_MAX && take_step(&w); steps++)
        continue;
}
