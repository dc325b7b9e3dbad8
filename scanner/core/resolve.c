#include "resolve.h"

#include <assert.h>
#include <string.h>

#include "alias.h"
#include "delegation.h"
#include "held.h"
#include "iterate.h"
#include "keychain.h"
#include "trust.h"

#define PAUSE_NS (100ull * 1000000)
#define PAUSE_DOUBLINGS_MAX 4u
#define ADDRESS_TTL_MIN_S 5u /* an address asked for must outlive the wait for it */
#define IDS_PER_CHANNEL 65536u
#define SHED_MAX 64u /* buckets given up for one answer */
#define HELD_NS (20ull * 1000000)
#define TCP_TIMEOUT_FACTOR 3u

static void set_waits(struct timers *t, uint64_t timeout_ns)
{
    for (size_t i = 0; i < ASK_ATTEMPTS_MAX; i++) {
        size_t doublings = i > PAUSE_DOUBLINGS_MAX ? PAUSE_DOUBLINGS_MAX : i;
        timers_set_wait(t, RESOLVE_LIST_UDP + i, timeout_ns + timeout_ns * i / 2);
        timers_set_wait(t, RESOLVE_LIST_PAUSE + i, PAUSE_NS << doublings);
    }
    timers_set_wait(t, RESOLVE_LIST_HELD, HELD_NS);
    timers_set_wait(t, RESOLVE_LIST_TCP, timeout_ns * TCP_TIMEOUT_FACTOR);
    repeat_set_waits(t, RESOLVE_LIST_REPEAT);
}

static void connections_init(struct resolve *r, struct arena *arena)
{
    uint8_t *octets = arena_take(arena, DOOR_TCP_SLOTS, STREAM_MAX);
    for (size_t i = 0; i < DOOR_TCP_SLOTS; i++) {
        r->connections[i].question = QUESTION_NONE;
        if (octets != NULL)
            r->connections[i].stream.octets = octets + i * STREAM_MAX;
    }
}

/* One question may be done and still have its slot. Iteration needs sub-questions besides. */
static size_t question_count(const struct resolve_config *config)
{
    return config->servers != NULL ? config->waiters + 1 : 3 * config->waiters + 256;
}

static void plant_root(struct resolve *r, const struct resolve_roots *roots, bool signed_root)
{
    static const uint8_t root[] = {0};
    struct referral referral = {.zone.zone = {.wire = root, .len = 1},
                                .ns_count = roots->ns_count,
                                .glue_count = roots->glue_count,
                                .ds = DS_UNKNOWN};
    struct delegation_scratch scratch;
    memcpy(referral.zone.ns, roots->ns, sizeof roots->ns);
    memcpy(referral.glue, roots->glue, sizeof roots->glue);
    delegation_parts(&referral, &scratch, r->parts);
    r->parts->head.dnssec = signed_root ? DNSSEC_SECURE : DNSSEC_UNCHECKED;
    r->root_cut = resolve_store_cut(r, r->parts, &referral);
    assert(r->root_cut != 0);
}

void resolve_init(struct resolve *r, struct arena *arena, const struct resolve_config *config,
                  struct store *store, struct stats *stats)
{
    size_t questions = question_count(config);
    assert(questions <= (size_t)config->channels * IDS_PER_CHANNEL);
    *r = (struct resolve){.store = store,
                          .stats = stats,
                          .limit = config->limit,
                          .hash_seed = config->hash_seed,
                          .channels = config->channels,
                          .attempts = config->attempts,
                          .waiters = config->waiters,
                          .choice_seed = config->hash_seed,
                          .server_in_flight = config->server_in_flight,
                          .ipv4 = config->ipv4,
                          .ipv6 = config->ipv6,
                          .mixed_case = config->mixed_case};
    r->ready = r->ready_tcp = r->done = r->verify =
        (struct resolve_queue){.head = QUESTION_NONE, .tail = QUESTION_NONE};
    questions_init(&r->questions, arena, questions, config->waiters + questions,
                   config->servers == NULL);
    flight_init(&r->flight, arena, questions);
    flight_init(&r->aside, arena, questions);
    late_init(&r->late, arena, questions / 4 + 64);
    timers_init(&r->timers, questions_timers(&r->questions), sizeof(struct question),
                RESOLVE_LIST_COUNT);
    set_waits(&r->timers, config->timeout_ns);
    if (config->servers != NULL) {
        servers_init(&r->servers, arena, config->servers, config->server_count);
    } else {
        servers_init_table(&r->servers, arena, config->authorities, config->hash_seed);
        scouts_init(&r->scouts, arena, 2 * questions);
    }
    servers_set_timeout(&r->servers, config->timeout_ns);
    window_init(&r->window, (uint32_t)config->waiters, config->timeout_ns);
    cache_init(&r->cache, arena, store,
               cache_room_for(config->cache_entries, config->waiters, config->servers == NULL));
    r->scratch = arena_take(arena, 1, message_scratch_size());
    r->parts = arena_take(arena, 1, sizeof *r->parts);
    connections_init(r, arena);
    if (config->servers == NULL && r->parts != NULL)
        plant_root(r, config->roots, config->anchors != NULL);
    trust_init(r, arena, config);
}

void resolve_feed_random(struct resolve *r, const uint8_t *octets, size_t len)
{
    assert(len <= resolve_random_room(r));
    memcpy(r->random + r->random_len, octets, len);
    r->random_len += len;
}

void resolve_queue_push(struct resolve *r, struct resolve_queue *queue, uint32_t question)
{
    r->questions.list[question].queue_next = QUESTION_NONE;
    r->questions.list[question].queue_prev = queue->tail;
    if (queue->tail != QUESTION_NONE)
        r->questions.list[queue->tail].queue_next = question;
    else
        queue->head = question;
    queue->tail = question;
    queue->count++;
}

uint32_t resolve_queue_pop(struct resolve *r, struct resolve_queue *queue)
{
    uint32_t question = queue->head;
    if (question != QUESTION_NONE)
        resolve_queue_remove(r, queue, question);
    return question;
}

void resolve_queue_remove(struct resolve *r, struct resolve_queue *queue, uint32_t question)
{
    uint32_t next = r->questions.list[question].queue_next;
    uint32_t prev = r->questions.list[question].queue_prev;
    if (prev != QUESTION_NONE)
        r->questions.list[prev].queue_next = next;
    else
        queue->head = next;
    if (next != QUESTION_NONE)
        r->questions.list[next].queue_prev = prev;
    else
        queue->tail = prev;
    queue->count--;
}

void resolve_make_ready(struct resolve *r, uint32_t question)
{
    struct question *q = &r->questions.list[question];
    q->state = QUESTION_READY;
    resolve_queue_push(r, q->ask.tcp ? &r->ready_tcp : &r->ready, question);
}

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
    return q->iterates && q->iteration.cut != 0 ? iterate_name(r, q) : q->qname;
}

/* Makes a blob with room for `room` octets; where the store is full, old answers make room first.
 */
static uint32_t store_parts(struct resolve *r, const struct answer_parts *parts, size_t room)
{
    void *octets = NULL;
    uint32_t blob = store_new(r->store, room, &octets);
    for (unsigned i = 0; blob == 0 && i < SHED_MAX && cache_shed(&r->cache); i++)
        blob = store_new(r->store, room, &octets);
    if (blob == 0)
        return 0;
    size_t built = answer_build(parts, octets, room);
    assert(built > 0);
    (void)built;
    return blob;
}

uint32_t resolve_store(struct resolve *r, const struct answer_parts *parts)
{
    return store_parts(r, parts, answer_size(parts));
}

uint32_t resolve_store_cut(struct resolve *r, const struct answer_parts *parts,
                           const struct referral *referral)
{
    uint32_t blob = store_parts(r, parts, delegation_size(referral, answer_size(parts)));
    if (blob != 0)
        delegation_begin_roster(store_octets(r->store, blob), referral);
    return blob;
}

static void add_tried(struct resolve *r, const struct question *q)
{
    struct answer_parts *parts = r->parts;
    parts->head.tried_count = q->tried_count;
    for (size_t i = 0; i < q->tried_count; i++) {
        const struct question_try *failed = questions_try(&r->questions, q, i);
        parts->tried[i].server = failed->server;
        parts->tried[i].result = failed->result;
    }
}

/* Adds to r->parts what the iteration knows: zones, the aliases before, the name that failed. The
 * aliases that led to a failure are evidence of it. */
static void complete(struct resolve *r, const struct question *q)
{
    struct answer *head = &r->parts->head;
    enum error_class failure = iterate_complete(r, q);
    if (head->failure == CLASS_NONE && failure != CLASS_NONE) {
        head->failure = (uint8_t)failure;
        head->level = LEVEL_COUNT;
    }
    if (head->failure == CLASS_NONE)
        return;
    if (head->dnssec == DNSSEC_UNCHECKED) /* what is known of the zone that failed */
        head->dnssec = ((const struct answer *)store_octets(r->store, q->iteration.cut))->dnssec;
    head->rr_count = 0;
    if (failure != CLASS_NONE)
        r->parts->error_name = r->parts->chain[head->chain_count - 1u].target;
    if (r->parts->error_name.len == 0)
        r->parts->error_name = iterate_name(r, q);
}

/* Keeps the question's answer for others. What a control probe was told counts for all from now on,
 * but its failure says no more than the one it is to explain; nor does that of one server. A bound
 * that a sub-question came to was that of who asked it. */
static void keep_for_others(struct resolve *r, const struct question *q, uint64_t now_ns)
{
    struct question_key key = question_key_of(q);
    bool told = r->parts->head.failure == CLASS_NONE;
    bool limited =
        r->parts->head.failure == CLASS_WORK_LIMIT && q->iterates && q->iteration.depth > 0;
    bool special = q->control || q->pinned.family != ADDRESS_NONE || limited;
    if (q->blob == 0 || (special && !told))
        return;
    key.control = false;
    uint64_t hash = q->control ? question_key_hash(&key, r->hash_seed) : q->hash;
    cache_put(&r->cache, &key, hash, q->blob, now_ns);
}

/* Stores what r->parts says as the question's answer and queues it for its waiters. */
static void settle(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    r->parts->qname = q->qname;
    r->parts->head.qtype = q->qtype;
    if (q->iterates && q->iteration.cut != 0)
        complete(r, q);
    r->parts->head.attempts = q->sent < UINT8_MAX ? (uint8_t)q->sent : UINT8_MAX;
    add_tried(r, q);
    if ((q->qtype == TYPE_A || q->qtype == TYPE_AAAA) && r->parts->head.ttl_s < ADDRESS_TTL_MIN_S &&
        r->parts->head.rr_count > 0)
        r->parts->head.ttl_s = ADDRESS_TTL_MIN_S;
    q->blob = resolve_store(r, r->parts);
    keep_for_others(r, q, now_ns);
    store_drop(r->store, q->failed_chain);
    q->failed_chain = 0;
    if (r->root_cut != 0)
        iterate_end(r, q);
    resolve_set_server(r, q, SERVERS_NONE);
    questions_unlist(&r->questions, question);
    q->state = QUESTION_DONE;
    resolve_queue_push(r, &r->done, question);
}

void resolve_forget_failure(struct resolve *r, struct question *q)
{
    q->failure = CLASS_NONE;
    store_drop(r->store, q->failed_chain);
    q->failed_chain = 0;
}

void resolve_set_failed(struct resolve *r, struct question *q, const struct answer *failed)
{
    resolve_forget_failure(r, q);
    q->failure = failed->failure;
    *questions_failed(&r->questions, q) = *failed;
}

/* The aliases of the failed reply in r->parts outlive it as an answer of their own. */
static uint32_t keep_failed_chain(struct resolve *r, const struct question *q)
{
    if (r->parts->head.chain_count == 0)
        return 0;
    r->parts->qname = q->qname;
    r->parts->head.rr_count = 0;
    r->parts->head.tried_count = 0;
    r->parts->zone = r->parts->set_zone = (struct answer_zone){0};
    return resolve_store(r, r->parts);
}

static void restore_failed_chain(struct resolve *r, const struct question *q)
{
    r->parts->head.chain_count = 0;
    r->parts->error_name = (struct name){0};
    if (q->failed_chain == 0)
        return;
    const struct answer *kept = store_octets(r->store, q->failed_chain);
    r->parts->head.chain_count = kept->chain_count;
    r->parts->error_name = answer_error_name(kept);
    for (size_t i = 0; i < kept->chain_count; i++)
        r->parts->chain[i] = answer_chain(kept, i);
}

void resolve_give_up(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    r->parts->head = (struct answer){0};
    if (q->failure != CLASS_NONE)
        r->parts->head = *questions_failed(&r->questions, q);
    r->parts->head.rr_count = 0;
    restore_failed_chain(r, q);
    r->parts->zone = r->parts->set_zone = (struct answer_zone){0};
    r->parts->head.ns_count = r->parts->head.set_ns_count = 0;
    settle(r, question, now_ns);
}

static void note_try(struct resolve *r, struct question *q, enum error_class result)
{
    if (q->tried_count < ANSWER_TRIED_MAX)
        *questions_try(&r->questions, q, q->tried_count++) = (struct question_try){
            .server = r->servers.list[q->server].address, .result = (uint8_t)result};
    struct iteration *it = &q->iteration;
    if (q->iterates && it->used_count < ITERATION_USED_MAX)
        it->used[it->used_count++] = q->server;
}

/* What seemed lost has come, as a failure. */
static void change_try(struct resolve *r, struct question *q, enum error_class result)
{
    const struct address *server = &r->servers.list[q->server].address;
    for (size_t i = 0; i < q->tried_count; i++) {
        struct question_try *it = questions_try(&r->questions, q, i);
        if (it->result == CLASS_TIMEOUT && address_equal(&it->server, server)) {
            it->result = (uint8_t)result;
            return;
        }
    }
}

/* Of all failures the worst is kept. With a reply it is the one in r->parts. */
static void keep_failure(struct resolve *r, struct question *q, enum error_class result,
                         const struct answer *reply)
{
    if (ask_worse((enum error_class)q->failure, result) == q->failure)
        return;
    struct answer failed = {.rcode = -1, .dnssec = DNSSEC_UNCHECKED};
    if (reply != NULL)
        failed = *reply;
    failed.failure = (uint8_t)result;
    resolve_set_failed(r, q, &failed);
    if (reply != NULL)
        q->failed_chain = keep_failed_chain(r, q);
}

static void note_failure(struct resolve *r, struct question *q, enum error_class result,
                         const struct answer *reply)
{
    note_try(r, q, result);
    keep_failure(r, q, result, reply);
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

void resolve_note_failure(struct resolve *r, struct question *q, enum error_class result)
{
    note_failure(r, q, result, NULL);
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
    if ((!q->control || keys) && q->pinned.family == ADDRESS_NONE)
        return false;
    if (r->root_cut == 0 || step != ASK_NEXT || q->server == SERVERS_NONE)
        return true;
    return r->servers.list[q->server].rtt_us == 0;
}

static void take_step(struct resolve *r, uint32_t question, enum ask_step step, uint64_t now_ns)
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
    note_failure(r, q, result, NULL);
    take_step(r, question, ask_next(&q->ask, event), now_ns);
}

/* A failure that lies in the names, not in the server, is the answer: asking on would show the
 * same. */
bool resolve_is_final(enum error_class c)
{
    switch (c) {
    case CLASS_NONE:
    case CLASS_CNAME_LOOP:
    case CLASS_CNAME_CHAIN_TOO_LONG:
    case CLASS_INCOMPLETE_CHAIN:
    case CLASS_DNAME_OVERFLOW:
    case CLASS_MULTI_CNAME:
        return true;
    default:
        return false;
    }
}

/* Extended errors by which a resolver says that validation failed (RFC 8914 sections 4.7 to 4.13).
 */
static bool shows_bogus(const struct answer *head)
{
    for (size_t i = 0; i < head->ede_count; i++) {
        if (head->ede[i] >= 6 && head->ede[i] <= 12)
            return true;
    }
    return false;
}

void resolve_stamp_reply(struct resolve *r, const struct question *q, uint64_t arrived_ns)
{
    struct answer *head = &r->parts->head;
    uint64_t rtt_us = (arrived_ns - q->sent_ns) / 1000;
    head->server = r->servers.list[q->server].address;
    head->rtt_us = rtt_us < UINT32_MAX ? (uint32_t)rtt_us : UINT32_MAX;
    head->protocol = q->ask.tcp ? PROTOCOL_TCP : PROTOCOL_UDP;
}

void resolve_settle_reply(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    struct answer *head = &r->parts->head;
    if (r->root_cut == 0)
        head->dnssec = (head->flags & ANSWER_AD) != 0 ? DNSSEC_SECURE : DNSSEC_UNCHECKED;
    if (!q->ask.edns) {
        head->flags |= ANSWER_FORMERR_ON_EDNS;
        r->servers.list[q->server].no_edns_until_ns = now_ns + SERVERS_NO_EDNS_NS;
    }
    settle(r, question, now_ns);
}

/* Is the failure in r->parts one by which servers refuse EDNS? FORMERR is (RFC 6891 section 7), and
 * NOTIMP and SERVFAIL were (RFC 2671 section 5.3). SERVFAIL has many other causes: it counts
 * without an OPT record only, once, and where the answer would not lack signatures. */
static bool refuses_edns(const struct resolve *r, const struct question *q)
{
    const struct answer *head = &r->parts->head;
    if (!exchange_had_edns(r, q))
        return false;
    if (head->failure == CLASS_SERVFAIL)
        return (head->flags & ANSWER_OPT) == 0 && !q->ask.edns_refused &&
               exchange_may_spare_edns(r, q);
    return head->failure == CLASS_FORMERR || head->failure == CLASS_NOTIMP;
}

void resolve_reply_failed(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    const struct answer *head = &r->parts->head;
    if (resolve_is_final(head->failure)) {
        ask_next(&q->ask, ASK_ANSWERED);
        resolve_settle_reply(r, question, now_ns);
        return;
    }
    enum ask_event event = refuses_edns(r, q) ? ASK_EDNS_REFUSED : ASK_FAILED;
    note_failure(r, q, head->failure, head);
    take_step(r, question, ask_next(&q->ask, event), now_ns);
}

/* Where the server's connections are known to lead nowhere another server is asked. */
static void take_truncated(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    bool dead = !q->ask.tcp && exchange_tcp_is_dead(&r->servers.list[q->server]);
    if (q->ask.tcp || dead)
        note_failure(r, q, CLASS_TRUNCATED_NO_TCP, NULL);
    take_step(r, question, ask_next(&q->ask, dead ? ASK_FAILED : ASK_TRUNCATED), now_ns);
}

/* That the question's server has answered it. */
static void note_reply(struct resolve *r, const struct question *q, uint64_t now_ns)
{
    uint64_t rtt_us = (now_ns - q->sent_ns) / 1000;
    servers_answered(&r->servers, q->server, rtt_us < UINT32_MAX ? (uint32_t)rtt_us : UINT32_MAX,
                     now_ns);
    window_answered(&r->window, q->sent_ns, now_ns);
}

/* r->parts holds a reply that is a failure: is it that of a resolver's validation? */
static void judge_failure(struct resolve *r)
{
    struct answer *head = &r->parts->head;
    if (r->root_cut == 0 && head->failure == CLASS_SERVFAIL && shows_bogus(head))
        head->failure = CLASS_DNSSEC_BOGUS;
    if (head->failure == CLASS_DNSSEC_BOGUS)
        head->dnssec = DNSSEC_BOGUS;
}

void resolve_reply(struct resolve *r, uint32_t question, const struct message_decode_args *args,
                   bool truncated, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    note_reply(r, q, now_ns);
    struct answer *head = &r->parts->head;
    bool provable = head->failure == CLASS_NONE || alias_shows(head->failure);
    if (r->root_cut != 0 && !truncated && provable) {
        resolve_stamp_reply(r, q, now_ns);
        if (trust_take(r, question, args, now_ns))
            return;
        iterate_returned(r, q);
        if (head->failure == CLASS_NONE)
            iterate_reply(r, question, args, now_ns);
        else
            resolve_reply_failed(r, question, now_ns);
        return;
    }
    if (r->root_cut != 0)
        iterate_returned(r, q);
    if (truncated) {
        take_truncated(r, question, now_ns);
        return;
    }
    resolve_stamp_reply(r, q, now_ns);
    head->dnssec = DNSSEC_UNCHECKED;
    judge_failure(r);
    resolve_reply_failed(r, question, now_ns);
}

void resolve_note_late(struct resolve *r, uint32_t question, uint32_t server, uint64_t sent_ns,
                       uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    uint32_t current = q->server;
    uint64_t current_sent_ns = q->sent_ns;
    servers_hold(&r->servers, current);
    resolve_set_server(r, q, server);
    q->sent_ns = sent_ns;
    note_reply(r, q, now_ns);
    if (r->root_cut != 0)
        iterate_returned(r, q);
    resolve_stamp_reply(r, q, now_ns);
    r->parts->head.dnssec = DNSSEC_UNCHECKED;
    judge_failure(r);
    enum error_class result = r->parts->head.failure;
    change_try(r, q, result);
    keep_failure(r, q, result, &r->parts->head);
    q->sent_ns = current_sent_ns;
    resolve_set_server(r, q, current);
    servers_release(&r->servers, current);
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
    note_failure(r, q, result, NULL);
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
