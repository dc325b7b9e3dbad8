/* Sub-questions: the addresses of a cut's servers are looked for. */
#include <string.h>

#include "iterate_parts.h"

bool iterate_leads_back(const struct resolve *r, uint32_t other, uint32_t question)
{
    while (other != QUESTION_NONE) {
        if (other == question)
            return true;
        other = r->questions.list[other].iteration.waits_for;
    }
    return false;
}

/* The cut's servers of that name, a bit each. */
static uint16_t bits_of(const struct resolve *r, const struct question *q, struct name ns)
{
    uint32_t bits = 0;
    struct delegation_server s;
    uint32_t cursor = 0;
    for (unsigned i = 0; delegation_next(iterate_blob(r, q->iteration.cut), &cursor, &s); i++) {
        if (name_equal(s.ns, ns))
            bits |= 1u << i;
    }
    return (uint16_t)bits;
}

/* Why a server's address could not be had, if so. Bounds of work are counted apart. Servers that
 * were silent about an address of one family are not asked for one of the other. */
static void note_sub(struct resolve *r, struct question *q, uint32_t blob, struct name ns)
{
    enum error_class failure = CLASS_LOCAL_ERROR;
    if (blob != 0)
        failure = iterate_blob(r, blob)->failure;
    if (failure != CLASS_WORK_LIMIT)
        q->iteration.sub_failure = (uint8_t)ask_worse(q->iteration.sub_failure, failure);
    if (failure == CLASS_TIMEOUT)
        q->iteration.asked_ipv6 |= bits_of(r, q, ns);
}

/* Asks for one server's address. ITERATE_SUB_READY: an answer is there already, whatever it says.
 */
static enum iterate_sub ask_address(struct resolve *r, uint32_t question, struct name ns,
                                    uint16_t type, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct question_key key = {.name = ns, .type = type};
    key.hash = question_key_hash(&key, r->hash_seed);
    uint32_t other = questions_find(&r->questions, &key, key.hash);
    if (other != QUESTION_NONE && iterate_leads_back(r, other, question))
        return ITERATE_SUB_NONE;
    if (other == QUESTION_NONE && questions_room(&r->questions) <= r->waiters)
        return ITERATE_SUB_NO_ROOM;         /* what is left is for the rows' own questions */
    resolve_set_server(r, q, SERVERS_NONE); /* whoever waits for another must not be in its way */
    iterate_forget_roster(r, q);
    q->state = QUESTION_WAIT_SUB;
    q->iteration.sub_count++;
    struct resolve_answer got;
    if (!resolve_ask_below(r, &key, question, now_ns, &got))
        return ITERATE_SUB_WAITS;
    note_sub(r, q, got.blob, ns);
    store_drop(r->store, got.blob);
    return ITERATE_SUB_READY;
}

static bool is_known_to_fail(const struct iterate_choice *c, uint8_t family, const uint8_t *octets)
{
    struct address address = {.family = family, .port = 53};
    memcpy(address.octets, octets, family == ADDRESS_IPV4 ? 4 : 16);
    uint32_t server = servers_find(&c->r->servers, &address, c->r->limit->server_count, c->now_ns);
    return server == SERVERS_NONE || iterate_was_used(c->r, c->q, server) ||
           c->r->servers.list[server].resting_until_ns > c->now_ns;
}

static bool has_hopeful_glue(const struct iterate_choice *c, const struct delegation_server *s)
{
    for (size_t i = 0; c->r->ipv4 && i < s->ipv4_count; i++) {
        if (!is_known_to_fail(c, ADDRESS_IPV4, s->ipv4 + 4 * i))
            return true;
    }
    for (size_t i = 0; c->r->ipv6 && i < s->ipv6_count; i++) {
        if (!is_known_to_fail(c, ADDRESS_IPV6, s->ipv6 + 16 * i))
            return true;
    }
    return false;
}

/* Is a sibling's own address worth a question? Not at those that have just been silent: where an
 * operator is dead, its servers are named in a zone of theirs. */
static bool may_be_found(const struct iterate_choice *c, struct name ns)
{
    uint32_t cut = iterate_closest_cut(c->r, &(struct iterate_start){.name = ns}, c->now_ns).cut;
    struct delegation_server s;
    uint32_t cursor = 0;
    bool found = false;
    while (!found && delegation_next(iterate_blob(c->r, cut), &cursor, &s))
        found = !iterate_has_glue(c->r, &s) || has_hopeful_glue(c, &s);
    store_drop(c->r->store, cut);
    return found;
}

/* Is the server's address to be asked for: has it none, or only such as failed? */
static bool wants_address(const struct iterate_choice *c, const struct delegation_server *s)
{
    const struct iteration *it = &c->q->iteration;
    if (!iterate_has_glue(c->r, s))
        return true;
    return iterate_is_sibling(c, s) && it->depth < ITERATE_STALE_DEPTH_MAX &&
           it->sub_count < ITERATE_STALE_SUBS_MAX && may_be_found(c, s->ns);
}

/* Goes through the cut's servers, IPv4 first, and asks for the first address that is wanted and was
 * not asked for yet. */
static enum iterate_sub next_address(const struct iterate_choice *c, uint32_t question,
                                     uint64_t now_ns)
{
    struct resolve *r = c->r;
    struct iteration *it = &c->q->iteration;
    bool too_many = it->depth >= ITERATE_DEPTH_MAX || it->sub_count >= ITERATE_SUBS_MAX;
    for (unsigned pass = 0; pass < 2; pass++) {
        uint16_t *asked = pass == 0 ? &it->asked_ipv4 : &it->asked_ipv6;
        if (!(pass == 0 ? r->ipv4 : r->ipv6))
            continue;
        struct delegation_server s;
        uint32_t cursor = 0;
        for (unsigned i = 0; delegation_next(iterate_blob(r, it->cut), &cursor, &s); i++) {
            if ((*asked & 1u << i) != 0 || !wants_address(c, &s))
                continue;
            if (too_many)
                return ITERATE_SUB_TOO_MANY;
            *asked |= (uint16_t)(1u << i);
            enum iterate_sub sub =
                ask_address(r, question, s.ns, pass == 0 ? TYPE_A : TYPE_AAAA, now_ns);
            if (sub != ITERATE_SUB_NONE)
                return sub;
        }
    }
    return ITERATE_SUB_NONE;
}

enum iterate_sub iterate_look_further(const struct iterate_choice *c, uint32_t question,
                                      uint64_t now_ns)
{
    servers_hold(&c->r->servers, c->best);
    enum iterate_sub sub = next_address(c, question, now_ns);
    servers_release(&c->r->servers, c->best);
    return sub;
}

static void forget_asked(const struct resolve *r, struct question *q, const struct question *sub)
{
    uint16_t *asked = sub->qtype == TYPE_A ? &q->iteration.asked_ipv4 : &q->iteration.asked_ipv6;
    *asked &= (uint16_t)~bits_of(r, q, questions_name(&r->questions, sub));
}

void iterate_sub_done(struct resolve *r, uint32_t question, uint32_t done, bool began_it,
                      uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    const struct question *sub = &r->questions.list[done];
    note_sub(r, q, sub->blob, questions_name(&r->questions, sub));
    iterate_forget_roster(r, q);
    bool limited = sub->blob != 0 && iterate_blob(r, sub->blob)->failure == CLASS_WORK_LIMIT;
    if (limited && began_it)
        q->iteration.limit_hit = true;
    else if (limited)
        forget_asked(r, q, sub);
    iterate_go_on(r, question, now_ns);
}
