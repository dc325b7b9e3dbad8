#include "resolve.h"

#include <assert.h>

#include "held.h"
#include "iterate.h"
#include "keychain.h"
#include "resolve_parts.h"

void resolve_expect(const struct resolve *r, unsigned step, const struct question_key *key)
{
    if (step == 0) {
        cache_expect_find(&r->cache, key->hash);
        questions_expect(&r->questions, key->hash);
    }
    if (r->root_cut != 0)
        iterate_expect_ask(r, step, key);
}

bool resolve_ask(struct resolve *r, const struct question_key *key, uint32_t waiter,
                 uint64_t now_ns, struct resolve_answer *out)
{
    uint64_t hash = question_key_hash(key, r->hash_seed);
    struct cache_hit hit = {0};
    if (!key->control)
        hit = cache_find(&r->cache, key, hash, now_ns);
    if (hit.blob != 0) {
        store_hold(r->store, hit.blob);
        stats_add(r->stats, COUNTER_CACHE_HITS, 1);
        out->blob = hit.blob;
        out->age_s = hit.age_s;
        return true;
    }
    uint32_t question = questions_find(&r->questions, key, hash);
    bool fresh = question == QUESTION_NONE;
    if (fresh)
        question = questions_new(&r->questions, key, hash);
    else
        stats_add(r->stats, COUNTER_JOINED, 1);
    r->questions.list[question].own &= key->own;
    questions_join(&r->questions, question, waiter);
    bool is_below = waiter >= r->waiters;
    if (is_below)
        r->questions.list[waiter - r->waiters].iteration.waits_for = question;
    if (!fresh)
        return false;
    ask_begin(&r->questions.list[question].ask, r->attempts);
    if (r->root_cut == 0) {
        resolve_make_ready(r, question);
        return false;
    }
    iterate_bind(&r->questions.list[question],
                 is_below ? &r->questions.list[waiter - r->waiters] : NULL);
    iterate_begin(r, question, key->above_hash, now_ns);
    return false;
}

bool resolve_ask_below(struct resolve *r, const struct question_key *key, uint32_t question,
                       uint64_t now_ns, struct resolve_answer *out)
{
    return resolve_ask(r, key, (uint32_t)r->waiters + question, now_ns, out);
}

void resolve_sub_done(struct resolve *r, uint32_t waiter, uint32_t done, bool pays, uint64_t now_ns)
{
    uint32_t question = waiter - (uint32_t)r->waiters;
    struct question *q = &r->questions.list[question];
    assert(q->state == QUESTION_WAIT_SUB);
    q->iteration.waits_for = QUESTION_NONE;
    if (pays) {
        q->sent = (uint16_t)(q->sent + r->questions.list[done].sent);
        q->retries = (uint16_t)(q->retries + r->questions.list[done].retries);
    }
    if (held_has(q))
        keychain_sub_done(r, question, done, pays, now_ns);
    else
        iterate_sub_done(r, question, done, pays, now_ns);
}

struct name resolve_name(const struct resolve *r, const struct question *q)
{
    return q->iterates && q->iteration.cut != 0 ? iterate_name(r, q)
                                                : questions_name(&r->questions, q);
}

/* Is the next send a repeat at the same server, over TCP or without EDNS? */
static bool is_bound(const struct question *q)
{
    return q->ask.tcp || !q->ask.edns;
}

void resolve_hold(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    if (!is_bound(q))
        resolve_set_server(r, q, SERVERS_NONE);
    q->state = QUESTION_PAUSED;
    timers_add(&r->timers, RESOLVE_LIST_HELD, question, now_ns);
}

void resolve_set_server(struct resolve *r, struct question *q, uint32_t server)
{
    servers_hold(&r->servers, server);
    servers_release(&r->servers, q->server);
    q->server = server;
}

/* Chooses a server anew. */
static void go_on(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    if (r->root_cut != 0)
        iterate_go_on(r, question, now_ns);
    else
        resolve_make_ready(r, question);
}

/* Has this authority been silent for so long that it is no loss in the network? The one chosen is
 * the best of its zone, so all of them are. */
static bool is_dead(const struct resolve *r, const struct question *q, uint64_t now_ns)
{
    return r->root_cut != 0 && q->server != SERVERS_NONE &&
           servers_is_dead(&r->servers, q->server, now_ns);
}

/* Probes are given up early, unless it may be the network that loses them: where an authority is
 * silent that has answered before. So is any question to a zone whose servers are dead, so that
 * their rows do not fill the window. */
static bool is_asked_enough(const struct resolve *r, const struct question *q,
                            const struct ask *ask, enum ask_step step, uint64_t now_ns)
{
    if (ask->attempt < RESOLVE_CONTROL_ATTEMPTS || (step != ASK_NEXT && step != ASK_NEXT_LATER))
        return false;
    if (step == ASK_NEXT && is_dead(r, q, now_ns))
        return true;
    bool keys = q->qtype == TYPE_DS || q->qtype == TYPE_DNSKEY; /* for a probe, which needs them */
    if ((!q->control || keys) && !q->pinned)
        return false;
    if (r->root_cut == 0 || step != ASK_NEXT || q->server == SERVERS_NONE)
        return true;
    return r->servers.list[q->server].rtt_us == 0;
}

void resolve_take_step(struct resolve *r, uint32_t question, enum ask_step step, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    if (is_asked_enough(r, q, &q->ask, step, now_ns))
        step = ASK_GIVE_UP;
    q->same_server = step == ASK_AGAIN_TCP || step == ASK_AGAIN_PLAIN;
    switch (step) {
    case ASK_GIVE_UP:
        resolve_give_up(r, question, now_ns);
        return;
    case ASK_NEXT_LATER:
        q->state = QUESTION_PAUSED;
        timers_add(&r->timers, RESOLVE_LIST_PAUSE + (size_t)q->ask.attempt - 1, question, now_ns);
        return;
    case ASK_NEXT:
        go_on(r, question, now_ns);
        return;
    case ASK_DONE:
    case ASK_AGAIN_TCP:
    case ASK_AGAIN_PLAIN:
        resolve_make_ready(r, question);
        return;
    }
}

void resolve_attempt_failed(struct resolve *r, uint32_t question, enum ask_event event,
                            enum error_class result, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    resolve_note_failure(r, q, result);
    resolve_take_step(r, question, ask_next(&q->ask, event), now_ns);
}

uint32_t resolve_next_done(struct resolve *r)
{
    return resolve_queue_pop(r, &r->done);
}

void resolve_release(struct resolve *r, uint32_t question)
{
    store_drop(r->store, r->questions.list[question].blob);
    questions_free(&r->questions, question);
}

/* The wait for leave to be sent to the same server again is over. */
static void end_hold(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    if (q->ask.tcp && exchange_tcp_is_dead(&r->servers.list[q->server]))
        resolve_attempt_failed(r, question, ASK_FAILED, CLASS_TRUNCATED_NO_TCP, now_ns);
    else
        resolve_make_ready(r, question);
}

/* Would the question be given up if the attempt under way stayed without a reply? */
static bool is_last(const struct resolve *r, const struct question *q, uint64_t now_ns)
{
    struct ask ask = q->ask;
    enum ask_step step = ask_next(&ask, ASK_SILENT);
    return step == ASK_GIVE_UP || is_asked_enough(r, q, &ask, step, now_ns);
}

/* Datagrams that came but were not the reply name the failure. */
static void expire_udp(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    enum repeat due = repeat_due(r, question, is_last(r, q, now_ns), now_ns);
    if (due == REPEAT_NOT_YET)
        return;
    exchange_expire(r, question);
    servers_silent(&r->servers, q->server, q->sent_ns, now_ns);
    enum error_class result = q->seen != CLASS_NONE ? q->seen : CLASS_TIMEOUT;
    if (due == REPEAT_IS_OVER) {
        resolve_attempt_failed(r, question, ASK_SILENT, result, now_ns);
        return;
    }
    resolve_note_failure(r, q, result);
    ask_next(&q->ask, ASK_SILENT);
    q->same_server = false;
    go_on(r, question, now_ns);
}

/* A deadline passed. */
static void expire(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    switch ((enum question_state)q->state) {
    case QUESTION_PAUSED:
        if (is_bound(q) && (r->root_cut == 0 || q->server != SERVERS_NONE)) {
            end_hold(r, question, now_ns);
            return;
        }
        if (r->root_cut != 0)
            iterate_look_again(r, q, now_ns);
        go_on(r, question, now_ns);
        return;
    case QUESTION_WAIT_UDP:
        expire_udp(r, question, now_ns);
        return;
    case QUESTION_WAIT_TCP:
        r->servers.list[q->server].tcp_failures++;
        exchange_expire(r, question);
        resolve_attempt_failed(r, question, ASK_SILENT, CLASS_TRUNCATED_NO_TCP, now_ns);
        return;
    case QUESTION_FREE:
    case QUESTION_READY:
    case QUESTION_WAIT_SUB:
    case QUESTION_WAIT_VERDICT:
    case QUESTION_DONE:
        assert(false && "a timer of a question that waits for nothing");
    }
}

/* When something could be sent. Where the window is full that is after a reply, or at room_ns when
 * it lets go of one that did not come. A question that waits for a connection has to wait for
 * another's end, which comes by itself. */
static uint64_t next_send_ns(const struct resolve *r, uint64_t room_ns)
{
    uint64_t next_ns = TIMERS_NEVER;
    if (!window_has_room(&r->window))
        return r->ready.head != QUESTION_NONE || r->ready_tcp.head != QUESTION_NONE ? room_ns
                                                                                    : next_ns;
    if (r->ready.head != QUESTION_NONE)
        next_ns = r->ready.leave_ns;
    if (r->ready_tcp.head != QUESTION_NONE && r->connection_count < DOOR_TCP_SLOTS &&
        r->ready_tcp.leave_ns < next_ns)
        next_ns = r->ready_tcp.leave_ns;
    return next_ns;
}

uint64_t resolve_advance(struct resolve *r, uint64_t now_ns)
{
    for (;;) {
        uint32_t question = timers_expire(&r->timers, now_ns);
        if (question == TIMERS_NONE)
            break;
        expire(r, question, now_ns);
    }
    uint64_t next_ns = timers_next_ns(&r->timers);
    uint64_t send_ns = next_send_ns(r, window_advance(&r->window, now_ns));
    return send_ns < next_ns ? send_ns : next_ns;
}
