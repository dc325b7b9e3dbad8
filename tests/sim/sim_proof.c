#include "sim_proof.h"

#include <string.h>

static uint16_t covered(const struct sim_rr *rrsig)
{
    return (uint16_t)(rrsig->rdata[0] << 8 | rrsig->rdata[1]);
}

void sim_proof_signature(struct sim_section *section, const struct sim_zone *zone,
                         struct name owner, struct name as, uint16_t type)
{
    for (size_t i = 0; i < zone->rr_count; i++) {
        const struct sim_rr *rr = &zone->rrs[i];
        if (rr->type == TYPE_RRSIG && covered(rr) == type && name_equal(name_of(&rr->owner), owner))
            sim_section_rr(section, as, rr->type, rr->ttl_s, rr->rdata, rr->rdlen);
    }
}

/* The last NSEC at or before name. */
static const struct sim_rr *nsec_for(const struct sim_zone *zone, struct name name)
{
    const struct sim_rr *last = NULL;
    for (size_t i = 0; i < zone->rr_count; i++) {
        const struct sim_rr *rr = &zone->rrs[i];
        if (rr->type == TYPE_NSEC && name_compare(name_of(&rr->owner), name) <= 0 &&
            (last == NULL || name_compare(name_of(&rr->owner), name_of(&last->owner)) > 0))
            last = rr;
    }
    return last;
}

static void show(struct sim_section *section, const struct sim_zone *zone,
                 const struct sim_rr *nsec)
{
    struct name owner = name_of(&nsec->owner);
    sim_section_rr(section, owner, nsec->type, nsec->ttl_s, nsec->rdata, nsec->rdlen);
    sim_proof_signature(section, zone, owner, owner, TYPE_NSEC);
}

void sim_proof_of_name(struct sim_section *section, const struct sim_zone *zone, struct name name)
{
    const struct sim_rr *nsec = nsec_for(zone, name);
    if (nsec != NULL)
        show(section, zone, nsec);
}

static bool exists(const struct sim_zone *zone, struct name name)
{
    for (size_t i = 0; i < zone->rr_count; i++) {
        if (name_within(name_of(&zone->rrs[i].owner), name))
            return true;
    }
    return false;
}

void sim_proof_of_absence(struct sim_section *section, const struct sim_zone *zone,
                          struct name name)
{
    const struct sim_rr *nsec = nsec_for(zone, name);
    if (nsec == NULL)
        return;
    show(section, zone, nsec);
    if (exists(zone, name))
        return;
    while (!exists(zone, name))
        name_parent(&name);
    struct name_buffer wildcard = {.wire = {1, '*'}, .len = (uint8_t)(name.len + 2)};
    memcpy(wildcard.wire + 2, name.wire, name.len);
    const struct sim_rr *other = nsec_for(zone, name_of(&wildcard));
    if (other != nsec)
        show(section, zone, other);
}
