/* Where an iteration stands: at the closest cut known, and who of several goes deeper from there.
 */
#include "iterate_parts.h"

struct name iterate_name(const struct resolve *r, const struct question *q)
{
    if (q->iteration.chain == 0)
        return questions_name(&r->questions, q);
    return answer_owner(iterate_blob(r, q->iteration.chain));
}

struct name iterate_zone(const struct resolve *r, const struct question *q)
{
    return answer_qname(iterate_blob(r, q->iteration.cut));
}

uint64_t iterate_zone_hash(const struct resolve *r, const struct question *q)
{
    return name_hash(iterate_zone(r, q), r->hash_seed);
}

static uint64_t plain_hash(const struct resolve *r, struct name name, uint16_t type)
{
    struct question_key key = {.name = name, .type = type};
    return question_key_hash(&key, r->hash_seed);
}

static uint64_t cut_hash(const struct resolve *r, struct name zone)
{
    return plain_hash(r, zone, TYPE_NS);
}

struct iterate_closest iterate_closest_cut(struct resolve *r, const struct iterate_start *from,
                                           uint64_t now_ns)
{
    struct iterate_closest c = {.cut = r->root_cut};
    struct name name = from->name;
    uint64_t known = from->hash, known_next = from->above_hash;
    while (name.len > 1) {
        struct question_key key = {.name = name, .type = TYPE_NS};
        uint64_t hash = known != 0 ? known : cut_hash(r, name);
        struct cache_hit hit = cache_find(&r->cache, &key, hash, now_ns);
        if (hit.blob != 0) {
            c.cut = hit.blob;
            break;
        }
        c.below = name;
        c.below_hash = hash;
        name_parent(&name);
        known = known_next;
        known_next = 0;
    }
    store_hold(r->store, c.cut);
    return c;
}

uint32_t iterate_delegation(struct resolve *r, struct name zone, uint64_t now_ns)
{
    uint32_t cut = iterate_closest_cut(r, &(struct iterate_start){.name = zone}, now_ns).cut;
    if (name_equal(answer_qname(iterate_blob(r, cut)), zone))
        return cut;
    store_drop(r->store, cut);
    return 0;
}

struct name iterate_below_cut(const struct resolve *r, const struct question *q)
{
    struct name name = iterate_name(r, q), zone = iterate_zone(r, q);
    if (q->pinned || name.len <= zone.len)
        return (struct name){0};
    return name_suffix(name, name_label_count(zone) + 1);
}

static uint64_t below_hash(const struct resolve *r, const struct question *q,
                           const struct iterate_closest *c)
{
    struct name below = iterate_below_cut(r, q);
    if (below.len == 0)
        return 0;
    return below.len == c->below.len ? c->below_hash : cut_hash(r, below);
}

/* c->below may be left out. */
void iterate_stand_at(struct resolve *r, struct question *q, const struct iterate_closest *c,
                      uint64_t now_ns)
{
    struct iteration *it = &q->iteration;
    store_drop(r->store, it->cut);
    it->cut = c->cut;
    it->below_hash = below_hash(r, q, c);
    it->scout = scouts_stand(now_ns);
    it->asked_ipv4 = it->asked_ipv6 = 0;
    it->sub_failure = CLASS_NONE;
    it->had_server = false;
    it->used_count = 0;
    resolve_forget_failure(r, q); /* decides nothing here */
    questions_forget_sends(&r->questions, q);
    q->step_sent = 0;
    q->spared_us = 0;
    q->early_repeats = 0;
    ask_begin(&q->ask, r->attempts);
}

/* From where the search for the closest cut goes up: DS is the parent's to give. */
static struct iterate_start below_all_cuts(const struct resolve *r, const struct question *q)
{
    struct iterate_start from = {.name = iterate_name(r, q)};
    if (q->qtype == TYPE_DS && q->iteration.chain == 0)
        name_parent(&from.name);
    else if (!question_is_aside(q))
        from.hash = question_hash_as(q->hash, q->qtype, TYPE_NS);
    return from;
}

void iterate_begin(struct resolve *r, uint32_t question, uint64_t above_hash, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct iterate_start from = below_all_cuts(r, q);
    if (from.hash != 0 && above_hash != 0)
        from.above_hash = question_hash_as(above_hash, q->qtype, TYPE_NS);
    struct iterate_closest c = iterate_closest_cut(r, &from, now_ns);
    iterate_stand_at(r, q, &c, now_ns);
    iterate_go_on(r, question, now_ns);
}

void iterate_look_again(struct resolve *r, struct question *q, uint64_t now_ns)
{
    if (q->step_sent > 0 || q->pinned)
        return;
    struct iterate_start from = below_all_cuts(r, q);
    struct iterate_closest c = iterate_closest_cut(r, &from, now_ns);
    if (answer_qname(iterate_blob(r, c.cut)).len > iterate_zone(r, q).len)
        iterate_stand_at(r, q, &c, now_ns);
    else
        store_drop(r->store, c.cut);
    scouts_stand_anew(&q->iteration.scout, now_ns);
}

/* ---- one scout for all who need the same delegation ---- */

bool iterate_should_wait(struct resolve *r, struct question *q, uint64_t now_ns)
{
    struct iteration *it = &q->iteration;
    return q->step_sent == 0 && it->below_hash != 0 &&
           scouts_wait(&r->scouts, it->below_hash, &it->scout, now_ns);
}

void iterate_sent(struct resolve *r, const struct question *q, uint64_t now_ns)
{
    if (q->iteration.below_hash != 0)
        scouts_sent(&r->scouts, q->iteration.below_hash, now_ns);
}

void iterate_unsent(struct resolve *r, const struct question *q)
{
    if (q->iteration.below_hash != 0)
        scouts_unsent(&r->scouts, q->iteration.below_hash, q->sent_ns);
}

void iterate_returned(struct resolve *r, const struct question *q)
{
    if (q->iteration.below_hash != 0)
        scouts_returned(&r->scouts, q->iteration.below_hash);
}
