/* The census of a row: for each level of its climb the zone that holds it, that zone's servers and
 * their addresses, then what each of them has to say. */
#include "delegation.h"
#include "iterate.h"
#include "job.h"
#include "message.h"

enum census_stage {
    STAGE_ZONE,    /* SOA is asked at `labels` labels: which zone holds the level? */
    STAGE_NS,      /* the zone is asked for its own NS records */
    STAGE_SERVERS, /* addresses and servers, by census_next */
};

/* The delegation's servers and those that the zone itself names. */
#define SERVERS_MAX (2u * ANSWER_NS_MAX)

static const struct answer *level_answer(const struct job *j, const struct store *s)
{
    const struct job_level *level = job_level_at(j, s, j->census->level);
    const struct answer *a = level->blob != 0 ? store_octets(s, level->blob) : NULL;
    return a != NULL && a->failure == CLASS_NONE ? a : NULL;
}

static size_t zone_labels(const struct answer *a)
{
    struct answer_zone zone;
    answer_zone(a, &zone);
    return name_label_count(zone.zone);
}

static struct name suffix(const struct job *j, const struct store *s, size_t labels)
{
    return name_suffix(job_name(j, s), labels);
}

static struct name level_name(const struct job *j, const struct store *s)
{
    struct name name = job_name(j, s);
    return name_suffix(name, name_label_count(name) - j->census->level);
}

/* ---- which zone? ---- */

enum told { TOLD_NOTHING, TOLD_ALIAS, TOLD_ZONE };

/* What an answer says of the zone that holds its name. Where servers hold a zone and others below
 * it, records alone do not say which of them they are from. */
static enum told told_by(const struct answer *a, size_t *labels)
{
    if (a == NULL || a->failure != CLASS_NONE)
        return TOLD_NOTHING;
    if (a->chain_count > 0)
        return TOLD_ALIAS;
    bool denial = a->rr_count == 0 && (a->flags & ANSWER_SOA) != 0;
    if (a->qtype == TYPE_SOA && a->rr_count > 0)
        *labels = name_label_count(answer_qname(a));
    else if (denial || (a->flags & ANSWER_UNREFERRED) != 0)
        *labels = zone_labels(a);
    else
        return TOLD_NOTHING;
    return TOLD_ZONE;
}

/* What the climb was answered at the name of so many labels; NULL: it did not come there. */
static const struct answer *climbed(const struct job *j, const struct store *s, size_t labels)
{
    size_t i = name_label_count(job_name(j, s)) - labels;
    if (i >= j->level_count)
        return NULL;
    const struct job_level *level = job_level_at(j, s, i);
    return level->blob != 0 ? store_octets(s, level->blob) : NULL;
}

/* Goes on to the zone's servers. Those of the level below are taken over where it is the same. */
static void stand_in_zone(struct job *j, struct store *s, size_t labels)
{
    struct job_census *jc = j->census;
    size_t cut = zone_labels(level_answer(j, s));
    uint8_t zone = (uint8_t)(labels > cut ? labels : cut);
    bool same = jc->has_servers && zone == jc->zone_labels;
    jc->zone_labels = zone;
    jc->stage = same ? STAGE_SERVERS : STAGE_NS;
    if (same) {
        jc->census.seen_count = 0;
        return;
    }
    jc->has_servers = false;
    store_drop(s, jc->own_ns);
    jc->own_ns = 0;
}

/* An alias begins no zone, so its parent is looked at instead, up to the delegation known. Returns
 * false where SOA is to be asked. */
static bool find_zone(struct job *j, struct store *s)
{
    struct job_census *jc = j->census;
    size_t cut = zone_labels(level_answer(j, s));
    size_t labels = cut;
    while (jc->labels > cut) {
        enum told told = told_by(climbed(j, s, jc->labels), &labels);
        if (told == TOLD_NOTHING)
            return false;
        if (told == TOLD_ZONE)
            break;
        jc->labels--;
    }
    stand_in_zone(j, s, labels);
    return true;
}

/* ---- whose servers? ---- */

static bool has_name(const struct name names[], size_t count, struct name n)
{
    for (size_t i = 0; i < count; i++) {
        if (name_equal(names[i], n))
            return true;
    }
    return false;
}

/* Those that the zone names come first: they are the same at each level. */
static size_t servers_of(const struct job *j, const struct store *s, struct name names[SERVERS_MAX])
{
    const struct job_census *jc = j->census;
    const struct answer *own = jc->own_ns != 0 ? store_octets(s, jc->own_ns) : NULL;
    size_t count = 0;
    struct answer_rr rr;
    uint32_t cursor = 0;
    while (own != NULL && own->failure == CLASS_NONE && own->chain_count == 0 &&
           count < ANSWER_NS_MAX && answer_next_rr(own, &cursor, &rr))
        names[count++] = (struct name){.wire = rr.rdata, .len = (uint8_t)rr.rdlen};
    struct answer_zone zone;
    size_t delegated = answer_zone(level_answer(j, s), &zone);
    if (name_label_count(zone.zone) != jc->zone_labels)
        return count;
    for (size_t i = 0; i < delegated; i++) {
        if (!has_name(names, count, zone.ns[i]))
            names[count++] = zone.ns[i];
    }
    return count;
}

/* What a referral gave as addresses need not be what the zone gives. */
static void begin_servers(struct job *j, struct resolve *r, uint64_t now_ns)
{
    struct job_census *jc = j->census;
    census_begin(&jc->census);
    uint32_t delegation = iterate_delegation(r, suffix(j, r->store, jc->zone_labels), now_ns);
    if (delegation != 0)
        census_take_glue(&jc->census, store_octets(r->store, delegation), r->ipv4, r->ipv6);
    store_drop(r->store, delegation);
    jc->has_servers = true;
    jc->stage = STAGE_SERVERS;
}

/* ---- the way through the levels ---- */

static void begin_level(struct job *j, const struct store *s)
{
    j->census->labels = (uint8_t)name_label_count(level_name(j, s));
    j->census->stage = STAGE_ZONE;
}

/* Is there a question left at this level? */
static bool level_asks(struct job *j, const struct resolve *r)
{
    struct job_census *jc = j->census;
    if (level_answer(j, r->store) == NULL)
        return false;
    if (jc->stage == STAGE_ZONE && !find_zone(j, r->store))
        return true;
    if (jc->stage == STAGE_NS)
        return true;
    struct name names[SERVERS_MAX];
    size_t count = servers_of(j, r->store, names);
    return census_next(&jc->census, count, r->ipv4, r->ipv6) != CENSUS_DONE;
}

static bool goes_on(struct job *j, const struct resolve *r)
{
    struct job_census *jc = j->census;
    while (jc->level < j->level_count) {
        bool spent = j->queries - jc->queries_before >= JOB_CENSUS_SENDS_MAX;
        bool asks = level_asks(j, r);
        if (asks && !spent)
            return true;
        if (asks)
            job_cut_census(j, CENSUS_CUT_QUERIES);
        if (jc->stage == STAGE_SERVERS)
            job_keep_census(j, r->store);
        jc->level++;
        if (jc->level < j->level_count)
            begin_level(j, r->store);
    }
    return false;
}

bool job_census_begin(struct job *j, const struct resolve *r)
{
    struct job_census *jc = j->census;
    if (jc == NULL || j->level_count == 0)
        return false;
    jc->queries_before = j->queries;
    begin_level(j, r->store);
    return goes_on(j, r);
}

struct question_key job_census_question(struct job *j, const struct resolve *r)
{
    struct job_census *jc = j->census;
    if (jc->stage == STAGE_ZONE)
        return (struct question_key){.name = suffix(j, r->store, jc->labels), .type = TYPE_SOA};
    if (jc->stage == STAGE_NS) /* without CD that is a delegation */
        return (struct question_key){.name = suffix(j, r->store, jc->zone_labels),
                                     .type = TYPE_NS,
                                     .checking_disabled = true};
    struct name names[SERVERS_MAX];
    size_t count = servers_of(j, r->store, names);
    if (census_next(&jc->census, count, r->ipv4, r->ipv6) == CENSUS_ADDRESS)
        return (struct question_key){.name = names[jc->census.ns],
                                     .type = jc->census.asks_ipv6 ? TYPE_AAAA : TYPE_A};
    return (struct question_key){.name = level_name(j, r->store),
                                 .type = TYPE_CAA,
                                 .pinned = jc->census.servers[jc->census.seen_count]};
}

static void take_zone(struct job *j, struct store *s, const struct answer *a)
{
    size_t labels = 0;
    if (told_by(a, &labels) == TOLD_ALIAS)
        j->census->labels--;
    else
        stand_in_zone(j, s, labels);
}

static void take_server(struct job *j, const struct resolve *r, const struct answer *a)
{
    struct job_census *jc = j->census;
    struct name names[SERVERS_MAX];
    size_t count = servers_of(j, r->store, names);
    if (census_next(&jc->census, count, r->ipv4, r->ipv6) == CENSUS_ADDRESS)
        census_take_addresses(&jc->census, a);
    else
        census_take_server(&jc->census, a, suffix(j, r->store, jc->zone_labels));
}

bool job_census_on(struct job *j, struct resolve *r, uint32_t blob, uint64_t now_ns)
{
    struct job_census *jc = j->census;
    const struct answer *a = blob != 0 ? store_octets(r->store, blob) : NULL;
    if (jc->stage == STAGE_NS) {
        jc->own_ns = blob;
        begin_servers(j, r, now_ns);
        return goes_on(j, r);
    }
    if (jc->stage == STAGE_ZONE)
        take_zone(j, r->store, a);
    else
        take_server(j, r, a);
    store_drop(r->store, blob);
    return goes_on(j, r);
}
