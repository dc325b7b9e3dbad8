#include "resolver_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STEPS_MAX 32u
#define TTL_S 300u

/* The resolver gets through to this one wherever a zone has several. */
#define HEALTHY_SERVER "s2"

struct walk {
    const struct resolution_row *row;
    struct sim_section *section;
    struct sim_answer *out;
    uint16_t type;
    bool secure, without_soa;
    struct name_buffer at[STEPS_MAX + 1]; /* the names on the way */
    size_t steps;
};

static struct name here(const struct walk *w)
{
    return name_of(&w->at[w->steps]);
}

/* ---- answers ---- */

static void deny(struct walk *w, unsigned rcode)
{
    *w->out = SIM_DENIAL(rcode);
    w->out->soa = !w->without_soa;
    w->out->ad = w->secure;
    w->out->section = w->section;
}

static void fail_with(struct walk *w, unsigned rcode, uint16_t ede)
{
    w->section->len = w->section->count = 0;
    *w->out = (struct sim_answer){.rcode = rcode, .ede = ede};
}

static void show(struct walk *w, unsigned rcode)
{
    *w->out = (struct sim_answer){.rcode = rcode, .ad = w->secure, .section = w->section};
}

/* ---- what the servers do to the resolver ---- */

static bool is_one_of(const char *word, const char *const words[])
{
    for (; *words != NULL; words++) {
        if (strcmp(word, *words) == 0)
            return true;
    }
    return false;
}

static void show_literal(struct walk *w, const json_t *behaviour)
{
    bool nxdomain = strcmp(resolution_text(behaviour, "rcode"), "NXDOMAIN") == 0;
    size_t i;
    const json_t *record;
    json_array_foreach (json_object_get(behaviour, "answer"), i, record) {
        struct resolution_rr rr;
        resolution_rr_read(&rr, record);
        sim_section_rr(w->section, name_of(&rr.owner), rr.type, TTL_S, rr.rdata, rr.rdlen);
    }
    show(w, nxdomain ? RCODE_NXDOMAIN : RCODE_NOERROR);
}

static void show_alias_alone(struct walk *w)
{
    const struct resolution_zone *zone = resolution_zone_of(w->row, here(w));
    for (size_t i = 0; i < zone->rr_count; i++) {
        const struct resolution_rr *rr = &zone->rrs[i];
        if (rr->type == TYPE_CNAME && name_equal(name_of(&rr->owner), here(w)))
            sim_section_rr(w->section, here(w), rr->type, TTL_S, rr->rdata, rr->rdlen);
    }
    show(w, RCODE_NOERROR);
}

/* Does what the behaviour makes of the answer. Returns false where the resolver makes it good. */
static bool misbehave(struct walk *w, const json_t *behaviour)
{
    static const char *const made_good[] = {"drop_first", "formerr_on_edns", "tc_tcp_ok", NULL};
    static const char *const fatal[] = {"drop",          "rcode",   "tc_no_tcp",   "tc_always",
                                        "wrong_id",      "qr0",     "no_ns_addr",  "private_ns",
                                        "lame_referral", "garbage", "unreachable", NULL};
    const char *what = resolution_text(behaviour, "do");
    if (is_one_of(what, made_good))
        return false;
    if (strcmp(what, "strip_authority") == 0) {
        w->without_soa = true;
        return false;
    }
    if (is_one_of(what, fatal)) {
        fail_with(w, RCODE_SERVFAIL, 0);
    } else if (strcmp(what, "bogus") == 0) {
        json_int_t ede = json_integer_value(json_object_get(behaviour, "ede"));
        fail_with(w, RCODE_SERVFAIL, (uint16_t)ede);
    } else if (strcmp(what, "bad_rdata") == 0) {
        sim_section_rr(w->section, here(w), TYPE_CAA, TTL_S, (const uint8_t *)"\0\xffissue", 7);
        show(w, RCODE_NOERROR);
    } else if (strcmp(what, "answer") == 0) {
        show_literal(w, behaviour);
    } else if (strcmp(what, "chain_cut") == 0) {
        show_alias_alone(w);
    } else {
        fail_msg("%s: no such behaviour: %s", w->row->id, what);
    }
    return true;
}

/* ---- zones ---- */

/* Goes on at the target. Returns false where the resolver has been there: it shows the chain. */
static bool go_on(struct walk *w, struct name target)
{
    name_copy(&w->at[++w->steps], target);
    for (size_t i = 0; i < w->steps; i++) {
        if (name_equal(name_of(&w->at[i]), target)) {
            show(w, RCODE_NOERROR);
            return false;
        }
    }
    return true;
}

static const struct resolution_rr *dname_above(const struct resolution_zone *zone, struct name name)
{
    for (size_t i = 0; i < zone->rr_count; i++) {
        const struct resolution_rr *rr = &zone->rrs[i];
        struct name owner = name_of(&rr->owner);
        if (rr->type == TYPE_DNAME && name_within(name, owner) && !name_equal(name, owner))
            return rr;
    }
    return NULL;
}

static bool substitute(struct walk *w, const struct resolution_rr *dname)
{
    struct name_buffer target;
    struct name to = {.wire = dname->rdata, .len = (uint8_t)dname->rdlen};
    sim_section_rr(w->section, name_of(&dname->owner), TYPE_DNAME, TTL_S, to.wire, to.len);
    if (!name_substitute(&target, here(w), name_of(&dname->owner), to)) {
        show(w, RCODE_YXDOMAIN);
        return false;
    }
    sim_section_rr(w->section, here(w), TYPE_CNAME, TTL_S, target.wire, target.len);
    return go_on(w, name_of(&target));
}

/* The owner whose records answer for name: itself, or the wildcard below its closest encloser (RFC
 * 4592). Returns false where there is neither. */
static bool find_owner(const struct walk *w, const struct resolution_zone *zone,
                       struct name_buffer *owner)
{
    struct name name = here(w);
    name_copy(owner, name);
    if (resolution_exists(w->row, zone, name))
        return true;
    while (name_parent(&name) && !resolution_exists(w->row, zone, name))
        continue;
    if (name.len + 2u > NAME_LEN_MAX)
        return false;
    owner->wire[0] = 1;
    owner->wire[1] = '*';
    memcpy(owner->wire + 2, name.wire, name.len);
    owner->len = (uint8_t)(name.len + 2);
    return resolution_exists(w->row, zone, name_of(owner));
}

static const struct resolution_rr *cname_at(const struct resolution_zone *zone, struct name owner)
{
    for (size_t i = 0; i < zone->rr_count; i++) {
        if (zone->rrs[i].type == TYPE_CNAME && name_equal(name_of(&zone->rrs[i].owner), owner))
            return &zone->rrs[i];
    }
    return NULL;
}

static void show_records(struct walk *w, const struct resolution_zone *zone, struct name owner)
{
    unsigned before = w->section->count;
    for (size_t i = 0; i < zone->rr_count; i++) {
        const struct resolution_rr *rr = &zone->rrs[i];
        if (rr->type == w->type && name_equal(name_of(&rr->owner), owner))
            sim_section_rr(w->section, here(w), rr->type, TTL_S, rr->rdata, rr->rdlen);
    }
    if (w->section->count > before)
        show(w, RCODE_NOERROR);
    else
        deny(w, RCODE_NOERROR);
}

/* One name. Returns true where the search goes on at another. */
static bool take_step(struct walk *w)
{
    const struct resolution_zone *zone = resolution_zone_of(w->row, here(w));
    w->secure = w->secure && zone != NULL && resolution_is_secure(w->row, zone);
    const json_t *behaviour = resolution_behaviour(w->row, here(w), w->type, HEALTHY_SERVER);
    if (behaviour != NULL && misbehave(w, behaviour))
        return false;
    if (zone == NULL) {
        deny(w, resolution_exists(w->row, NULL, here(w)) ? RCODE_NOERROR : RCODE_NXDOMAIN);
        return false;
    }
    const struct resolution_rr *dname = dname_above(zone, here(w));
    if (dname != NULL)
        return substitute(w, dname);
    struct name_buffer owner;
    if (!find_owner(w, zone, &owner)) {
        deny(w, RCODE_NXDOMAIN);
        return false;
    }
    const struct resolution_rr *cname = cname_at(zone, name_of(&owner));
    if (cname == NULL) {
        show_records(w, zone, name_of(&owner));
        return false;
    }
    sim_section_rr(w->section, here(w), TYPE_CNAME, TTL_S, cname->rdata, cname->rdlen);
    return go_on(w, (struct name){.wire = cname->rdata, .len = (uint8_t)cname->rdlen});
}

void resolver_model_answer(void *context, const struct sim_query *query, struct sim_answer *out)
{
    const struct resolver_model *model = context;
    struct walk w = {.row = model->row,
                     .section = model->section,
                     .out = out,
                     .type = query->type,
                     .secure = true};
    w.section->len = w.section->count = 0;
    w.at[0] = query->name;
    while (take_step(&w)) {
        if (w.steps == STEPS_MAX) {
            fail_with(&w, RCODE_SERVFAIL, 0);
            return;
        }
    }
}
