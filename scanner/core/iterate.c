#include "iterate.h"

#include "held.h"
#include "iterate_parts.h"

void iterate_fail(struct resolve *r, uint32_t question, enum error_class why, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    resolve_set_failed(
        r, q, &(struct answer){.rcode = -1, .dnssec = DNSSEC_UNCHECKED, .failure = (uint8_t)why});
    resolve_give_up(r, question, now_ns);
}

/* An address known before has expired while the question waited for its turn: looks for it again.
 * Returns false where there was none, or where it has had its turn. */
static bool forget_expired(struct question *q)
{
    struct iteration *it = &q->iteration;
    if (!it->had_server || q->step_sent > 0)
        return false;
    it->had_server = false;
    it->asked_ipv4 = it->asked_ipv6 = 0;
    it->sub_count = 0;
    return true;
}

/* No server could be asked at all. */
static void no_server(struct resolve *r, uint32_t question, const struct iterate_choice *c,
                      uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    enum error_class sub_failure = q->iteration.sub_failure;
    enum error_class why = c->limit_hit                ? CLASS_WORK_LIMIT
                           : sub_failure != CLASS_NONE ? sub_failure
                           : c->private_seen           ? CLASS_NS_PRIVATE_ADDRESS
                           : c->other_family           ? CLASS_NET_UNREACHABLE
                                                       : CLASS_NO_NS_ADDRESS;
    if (q->failure == CLASS_NONE)
        resolve_set_failed(
            r, q,
            &(struct answer){.rcode = -1, .dnssec = DNSSEC_UNCHECKED, .failure = (uint8_t)why});
    resolve_give_up(r, question, now_ns);
}

/* Only this server will do. */
static void go_on_pinned(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    const struct address *pinned = &questions_past(&r->questions, q)->pinned;
    uint32_t server = servers_find(&r->servers, pinned, r->limit->server_count, now_ns);
    if (server == SERVERS_NONE) {
        resolve_hold(r, question, now_ns);
        return;
    }
    resolve_set_server(r, q, server);
    q->same_server = true;
    resolve_make_ready(r, question);
}

void iterate_go_on(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    if (q->pinned) {
        go_on_pinned(r, question, now_ns);
        return;
    }
    for (;;) {
        if (q->sent + ITERATE_ATTEMPT_SENDS > q->iteration.budget ||
            q->iteration.referrals > ITERATE_REFERRALS_MAX) {
            iterate_fail(r, question, CLASS_WORK_LIMIT, now_ns);
            return;
        }
        struct iterate_choice c = iterate_choose(r, q, now_ns);
        enum iterate_sub sub =
            iterate_is_poor(&c) ? iterate_look_further(&c, question, now_ns) : ITERATE_SUB_NONE;
        if (sub == ITERATE_SUB_WAITS)
            return;
        if (sub == ITERATE_SUB_READY)
            continue;
        if (sub == ITERATE_SUB_NO_ROOM && c.best == SERVERS_NONE) {
            iterate_fail(r, question, CLASS_LOCAL_ERROR, now_ns);
            return;
        }
        if (c.best == SERVERS_NONE && c.table_full) {
            resolve_hold(r, question, now_ns);
            return;
        }
        if (c.best == SERVERS_NONE && forget_expired(q))
            continue;
        if (c.best == SERVERS_NONE) {
            c.limit_hit = c.limit_hit || sub == ITERATE_SUB_TOO_MANY;
            no_server(r, question, &c, now_ns);
            return;
        }
        q->iteration.had_server = true;
        resolve_set_server(r, q, c.best);
        q->same_server = true;
        resolve_make_ready(r, question);
        return;
    }
}

void iterate_bind(struct question *q, const struct question *above)
{
    struct iteration *it = &q->iteration;
    it->budget = ITERATE_SENDS_MAX;
    if (above == NULL)
        return;
    it->depth = (uint8_t)(above->iteration.depth + 1u);
    it->anew = above->control || above->iteration.anew;
    it->budget = (uint8_t)(above->iteration.budget - above->sent);
}

bool iterate_skip_server(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct iteration *it = &q->iteration;
    if (!q->iterates || it->cut == 0 || iterate_was_used(r, q, q->server) ||
        it->used_count == ITERATION_USED_MAX)
        return false;
    r->servers.list[q->server].resting_until_ns = now_ns + ITERATE_NO_ROUTE_NS;
    resolve_note_failure(r, q, CLASS_NET_UNREACHABLE);
    iterate_go_on(r, question, now_ns);
    return true;
}

void iterate_end(struct resolve *r, struct question *q)
{
    struct iteration *it = &q->iteration;
    store_drop(r->store, it->cut);
    store_drop(r->store, it->first_cut);
    store_drop(r->store, it->chain);
    held_drop(r, q);
    it->cut = it->first_cut = it->chain = 0;
}
