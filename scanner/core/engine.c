#include "engine.h"

#include <assert.h>

#include "control.h"
#include "expect.h"
#include "job.h"
#include "resolve.h"

#define NO_JOB UINT32_MAX
#define ADMIT_AHEAD 8u /* targets whose tables are being loaded */

struct engine {
    struct resolve resolve;
    struct store store;
    struct job *jobs;
    struct job_view view;
    const struct record_scan *scan;
    struct record_head head;
    struct record_forms forms;
    struct stats *stats;
    uint64_t epoch_ms;
    bool control, context;
    bool resolver; /* answers come from resolvers */
    size_t job_count, busy;
    uint32_t free_head;
    uint32_t finished_head, finished_tail;
};

static struct resolve_config resolve_part(const struct engine_config *c)
{
    return (struct resolve_config){.servers = c->servers,
                                   .server_count = c->server_count,
                                   .limit = c->limit,
                                   .waiters = c->in_flight,
                                   .cache_entries = c->cache_entries,
                                   .channels = c->channels,
                                   .attempts = c->attempts,
                                   .timeout_ns = c->timeout_ns,
                                   .hash_seed = c->hash_seed,
                                   .roots = c->roots,
                                   .authorities = c->authorities,
                                   .server_in_flight = c->server_in_flight,
                                   .ipv4 = c->ipv4,
                                   .ipv6 = c->ipv6,
                                   .mixed_case = c->mixed_case,
                                   .anchors = c->anchors,
                                   .epoch_ms = c->epoch_ms};
}

static void jobs_init(struct engine *e, struct arena *arena, const struct engine_config *c)
{
    e->job_count = c->in_flight;
    e->jobs = arena_take(arena, c->in_flight, sizeof *e->jobs);
    struct job_alt *alts = c->alt ? arena_take(arena, c->in_flight, sizeof *alts) : NULL;
    bool census = c->all_nameservers && c->servers == NULL;
    struct job_census *censuses = census ? arena_take(arena, c->in_flight, sizeof *censuses) : NULL;
    if (e->jobs == NULL)
        return;
    for (size_t i = 0; i < c->in_flight; i++) {
        e->jobs[i].alt = alts != NULL ? &alts[i] : NULL;
        e->jobs[i].census = censuses != NULL ? &censuses[i] : NULL;
        e->jobs[i].next = i + 1 < c->in_flight ? (uint32_t)(i + 1) : NO_JOB;
    }
}

static void carve(struct engine *e, struct arena *arena, const struct engine_config *c)
{
    struct resolve_config config = resolve_part(c);
    jobs_init(e, arena, c);
    struct cache_room room = cache_room_for(c->cache_entries, c->in_flight, c->servers == NULL);
    store_init(&e->store, arena, c->in_flight, room.shared + room.own);
    resolve_init(&e->resolve, arena, &config, &e->store, c->stats);
}

static struct arena measure(const struct engine_config *config)
{
    struct arena arena = {0};
    struct engine measured = {0};
    arena_take(&arena, 1, sizeof(struct engine));
    carve(&measured, &arena, config);
    return arena;
}

size_t engine_size(const struct engine_config *config)
{
    struct arena measured = measure(config);
    return arena_size(&measured);
}

size_t engine_front(const struct engine_config *config)
{
    struct arena measured = measure(config);
    return arena_over(NULL, &measured).apart_at;
}

struct engine *engine_init(void *memory, const struct engine_config *config)
{
    struct arena measured = measure(config);
    struct arena arena = arena_over(memory, &measured);
    struct engine *e = arena_take(&arena, 1, sizeof *e);
    e->scan = config->scan;
    e->stats = config->stats;
    e->epoch_ms = config->epoch_ms;
    e->control = config->control;
    e->context = config->context && config->servers != NULL;
    e->resolver = config->servers != NULL;
    e->free_head = 0;
    e->finished_head = e->finished_tail = NO_JOB;
    carve(e, &arena, config);
    if (config->scan != NULL)
        record_head_init(&e->head, config->scan);
    return e;
}

size_t engine_busy(const struct engine *e)
{
    return e->busy;
}

size_t engine_held(const struct engine *e)
{
    size_t root = (size_t)(e->resolve.root_cut != 0) + (e->resolve.anchor != 0);
    size_t replies = store_held(&e->resolve.held); /* that wait for a verdict */
    return store_held(&e->store) - cache_count(&e->resolve.cache) - root + replies;
}

static void finish(struct engine *e, uint32_t index, uint64_t now_ns)
{
    struct job *j = &e->jobs[index];
    j->phase = JOB_DONE;
    j->done_ns = now_ns;
    j->next = NO_JOB;
    if (e->finished_tail != NO_JOB)
        e->jobs[e->finished_tail].next = index;
    else
        e->finished_head = index;
    e->finished_tail = index;
}

static enum climb_answer seen_by_climb(const struct answer *a)
{
    if (a->failure != CLASS_NONE)
        return CLIMB_FAILED;
    if (a->rr_count > 0)
        return CLIMB_HAS_CAA;
    return a->level == LEVEL_NXDOMAIN ? CLIMB_NO_NAME : CLIMB_NO_CAA;
}

/* Stops the climb for a reason of our own; nothing remote can be said. */
static enum climb_step stop_climb(struct job *j, enum error_class why)
{
    j->error_class = (uint8_t)why;
    return climb_next(&j->climb, CLIMB_FAILED);
}

static enum climb_step climb_on(struct engine *e, struct job *j, const struct job_level *level)
{
    if (level->blob == 0) {
        job_keep_level(j, &e->store, level);
        return stop_climb(j, CLASS_LOCAL_ERROR);
    }
    const struct answer *a = store_octets(&e->store, level->blob);
    enum climb_answer answer = seen_by_climb(a);
    uint8_t failure = a->failure;
    while (!job_reserve_level(j, &e->store) && cache_shed(&e->resolve.cache))
        continue;
    if (!job_keep_level(j, &e->store, level))
        return stop_climb(j, CLASS_WORK_LIMIT);
    enum climb_step step = climb_next(&j->climb, answer);
    if (answer == CLIMB_FAILED)
        j->error_class = failure;
    return step;
}

static const struct answer *last_answer(const struct engine *e, const struct job *j)
{
    const struct job_level *level = job_level_at(j, &e->store, j->level_count - 1u);
    return level->blob != 0 ? store_octets(&e->store, level->blob) : NULL;
}

/* Are probes to be asked about the level that has just failed? */
static bool begin_control(struct engine *e, struct job *j)
{
    unsigned probes = e->resolver ? CONTROL_COUNT : CONTROL_CD;
    if (!e->control || j->climb.outcome != OUTCOME_INDETERMINATE ||
        j->control_count + probes > JOB_CONTROLS_MAX || j->level_count == 0)
        return false;
    const struct answer *failed = last_answer(e, j);
    if (failed == NULL || !control_applies(failed))
        return false;
    while (!job_reserve_controls(j, &e->store)) {
        if (!cache_shed(&e->resolve.cache))
            return false;
    }
    if (j->control_count == 0)
        j->recovered[0] = j->recovered[1] = 0;
    j->phase = JOB_CONTROL;
    j->control_kind = CONTROL_A;
    return true;
}

/* The second CAA question was answered: its answer takes the failure's place, and the climb goes on
 * as if it had come at first. */
static bool recover(struct engine *e, struct job *j, uint32_t blob)
{
    const struct answer *a = store_octets(&e->store, blob);
    enum climb_answer answer = seen_by_climb(a);
    if (answer == CLIMB_FAILED)
        return false;
    store_hold(&e->store, blob);
    struct job_level level = job_level_of(blob, 0, SOURCE_ASKED);
    if (!job_replace_level(j, &e->store, &level))
        return false;
    size_t i = j->recovered[0] != 0;
    j->recovered[i] = j->level_count;
    j->recovered_from[i] = j->error_class;
    j->error_class = CLASS_NONE;
    j->climb.outcome = OUTCOME_EMPTY;
    j->phase = JOB_CLIMB;
    return true;
}

static enum recursion_rule rule_of(const struct job *j)
{
    return j->phase == JOB_RFC6844 ? RECURSION_RFC6844 : RECURSION_ERRATUM5065;
}

static void keep_verdict(struct job *j, struct name name)
{
    const struct recursion *r = &j->alt->recursion;
    enum recursion_rule rule = rule_of(j);
    struct record_alt *verdict = &j->alt->verdict[rule];
    *verdict =
        (struct record_alt){.outcome = r->outcome, .error_class = r->error_class, .depth = -1};
    if (r->outcome != OUTCOME_FOUND)
        return;
    j->alt->owner[rule] = r->found_owner;
    verdict->depth = r->current.depth;
    verdict->found_at = recursion_found_at(r, name);
    verdict->rrset_owner = name_of(&j->alt->owner[rule]);
}

/* The answer to a question of an older rule. It is looked at, not kept. */
static enum recursion_step recursion_on(struct engine *e, struct job *j, uint32_t blob)
{
    struct recursion *r = &j->alt->recursion;
    if (blob == 0) {
        r->outcome = OUTCOME_INDETERMINATE;
        r->error_class = CLASS_LOCAL_ERROR;
        return RECURSION_DONE;
    }
    enum recursion_step step = recursion_next(r, store_octets(&e->store, blob));
    store_drop(&e->store, blob);
    return step;
}

/* Begins the search behind the one that is done. Returns false when there is none left. */
static bool next_phase(struct job *j, struct name name)
{
    while (j->alt != NULL && j->phase != JOB_ERRATUM5065) {
        j->phase = j->phase == JOB_RFC6844 ? JOB_ERRATUM5065 : JOB_RFC6844;
        if (recursion_begin(&j->alt->recursion, rule_of(j), name) == RECURSION_ASK)
            return true;
        keep_verdict(j, name);
    }
    return false;
}

static bool begin_census(struct engine *e, struct job *j)
{
    j->phase = JOB_CENSUS;
    return job_census_begin(j, &e->resolve);
}

static bool begin_context(struct engine *e, struct job *j)
{
    if (!e->context && (e->resolver || !job_context_lacks(j, &e->store)))
        return false;
    j->phase = JOB_CONTEXT;
    return job_context_begin(j, &e->store);
}

static bool end_climb(struct engine *e, struct job *j, struct name name)
{
    j->outcome = j->climb.outcome;
    return begin_census(e, j) || begin_context(e, j) || next_phase(j, name);
}

/* Takes what a probe showed. Returns true while there is more to ask: another probe, or the climb
 * behind a recovered level. */
static bool control_on(struct engine *e, struct job *j, uint32_t blob)
{
    enum control_kind kind = (enum control_kind)j->control_kind;
    bool recovered = kind == CONTROL_CAA && blob != 0 && recover(e, j, blob);
    enum climb_answer answer = CLIMB_FAILED;
    if (recovered)
        answer = seen_by_climb(store_octets(&e->store, blob));
    job_keep_control(j, &e->store, kind, blob);
    if (recovered)
        return climb_next(&j->climb, answer) == CLIMB_ASK;
    unsigned last = e->resolver ? CONTROL_CD : CONTROL_CAA;
    if (j->control_kind < last) {
        j->control_kind++;
        return true;
    }
    return false;
}

/* Takes an answer in whatever search the job is in. Returns false when the job has no more to ask.
 */
static bool take_answer(struct engine *e, struct job *j, const struct job_level *level,
                        uint64_t now_ns)
{
    struct name name = job_name(j, &e->store);
    if (j->phase == JOB_CLIMB) {
        if (climb_on(e, j, level) == CLIMB_ASK || begin_control(e, j))
            return true;
        return end_climb(e, j, name);
    }
    if (j->phase == JOB_CONTROL)
        return control_on(e, j, level->blob) || end_climb(e, j, name);
    if (j->phase == JOB_CENSUS)
        return job_census_on(j, &e->resolve, level->blob, now_ns) || begin_context(e, j) ||
               next_phase(j, name);
    if (j->phase == JOB_CONTEXT)
        return job_context_on(j, &e->store, level->blob) || next_phase(j, name);
    if (recursion_on(e, j, level->blob) == RECURSION_ASK)
        return true;
    keep_verdict(j, name);
    return next_phase(j, name);
}

static struct question_key control_key(const struct engine *e, const struct job *j)
{
    struct answer_zone zone = {0};
    const struct answer *failed = last_answer(e, j);
    if (failed != NULL)
        answer_set_zone(failed, &zone); /* whose servers failed, behind aliases too */
    struct name level = climb_level(&j->climb, job_name(j, &e->store));
    struct control_question q =
        control_question((enum control_kind)j->control_kind, level, zone.zone);
    return (struct question_key){
        .name = q.name, .type = q.type, .checking_disabled = q.checking_disabled, .control = true};
}

static struct question_key question_of(struct engine *e, struct job *j)
{
    if (j->phase == JOB_CONTROL)
        return control_key(e, j);
    if (j->phase == JOB_CENSUS)
        return job_census_question(j, &e->resolve);
    if (j->phase == JOB_CONTEXT) {
        struct context_question q = job_context_question(j, &e->store);
        bool apart = e->resolver || q.type == TYPE_NS; /* without CD that is a delegation */
        return (struct question_key){.name = q.name, .type = q.type, .checking_disabled = apart};
    }
    if (j->phase == JOB_CLIMB)
        return (struct question_key){.name = climb_level(&j->climb, job_name(j, &e->store)),
                                     .type = TYPE_CAA,
                                     .own = j->climb.depth == 0};
    const struct recursion *r = &j->alt->recursion;
    return (struct question_key){.name = recursion_question(r), .type = r->question_type};
}

/* Asks, and goes on for as long as the cache answers at once. hash: of the first question, 0 where
 * it is not known. */
static void run(struct engine *e, uint32_t index, uint64_t hash, uint64_t now_ns)
{
    struct job *j = &e->jobs[index];
    for (;; hash = 0) {
        struct question_key key = question_of(e, j);
        bool climbs = j->phase == JOB_CLIMB;
        size_t depth = j->climb.depth;
        key.hash = climbs && depth >= 1 && depth <= JOB_ABOVE ? j->above_hashes[depth - 1] : hash;
        key.above_hash = climbs && depth < JOB_ABOVE ? j->above_hashes[depth] : 0;
        struct resolve_answer answer;
        if (!resolve_ask(&e->resolve, &key, index, now_ns, &answer))
            return;
        struct job_level level = job_level_of(answer.blob, answer.age_s, SOURCE_CACHED);
        if (!take_answer(e, j, &level, now_ns)) {
            finish(e, index, now_ns);
            return;
        }
    }
}

static void begin(struct engine *e, uint32_t index, uint64_t hash, uint64_t now_ns)
{
    struct job *j = &e->jobs[index];
    if (j->name_len == 0) {
        j->outcome = OUTCOME_INVALID;
        j->error_class = CLASS_QNAME_INVALID;
        finish(e, index, now_ns);
        return;
    }
    struct name name = job_name(j, &e->store);
    bool asks = climb_begin(&j->climb, name) == CLIMB_ASK;
    if (!asks) {
        hash = 0; /* not of a question of the climb */
        j->outcome = j->climb.outcome;
        asks = next_phase(j, name);
    }
    if (asks)
        run(e, index, hash, now_ns);
    else
        finish(e, index, now_ns);
}

static void expect_job(const struct job *j)
{
    for (size_t i = 0; i < JOB_USUAL_OCTETS; i += 64)
        expect_line((const uint8_t *)j + i);
}

/* Cached answers make room for a row: nothing else might ever give it any. */
static bool take_target(struct engine *e, struct job *j, const struct target *t, uint64_t now_ns)
{
    while (!job_take(j, &e->store, t, now_ns)) {
        if (!cache_shed(&e->resolve.cache))
            return false;
    }
    return true;
}

/* Hashes of the first questions about a target; 0: there is none. */
struct target_hashes {
    uint64_t own, above[JOB_ABOVE];
};

static struct target_hashes hashes_of(const struct engine *e, const struct target *t)
{
    struct question_key key = {.name = t->name, .type = TYPE_CAA};
    struct target_hashes hashes = {0};
    if (t->name.len == 0)
        return hashes;
    hashes.own = question_key_hash(&key, e->resolve.hash_seed);
    for (size_t i = 0; i < JOB_ABOVE && name_parent(&key.name) && key.name.len > 1; i++)
        hashes.above[i] = question_key_hash(&key, e->resolve.hash_seed);
    return hashes;
}

/* Targets that will be admitted soon, and how far each one's tables are loaded. */
struct ahead {
    struct target_hashes hashes[ADMIT_AHEAD];
    size_t reached[RESOLVE_EXPECT_STEPS]; /* by step: the first target that it was not done for */
};

/* Moves each step on, so that there is time between a target's steps. */
static void look_ahead(const struct engine *e, struct ahead *a, const struct target targets[],
                       size_t next, size_t n)
{
    for (unsigned step = 0; step < RESOLVE_EXPECT_STEPS; step++) {
        size_t end = next + ADMIT_AHEAD - step * (ADMIT_AHEAD / RESOLVE_EXPECT_STEPS);
        for (size_t *at = &a->reached[step]; *at < n && *at < end; ++*at) {
            struct target_hashes *hashes = &a->hashes[*at % ADMIT_AHEAD];
            if (step == 0)
                *hashes = hashes_of(e, &targets[*at]);
            struct question_key key = {
                .type = TYPE_CAA, .hash = hashes->own, .above_hash = hashes->above[0]};
            if (targets[*at].name.len > 0)
                resolve_expect(&e->resolve, step, &key);
        }
    }
}

/* A row is admitted only while the store has a reserve, so that rows at work don't lack room. */
size_t engine_admit(struct engine *e, uint64_t now_ns, const struct target targets[], size_t n)
{
    struct ahead ahead = {.reached = {0}};
    size_t taken = 0;
    while (taken < n && e->busy < e->job_count && !resolve_is_crowded(&e->resolve)) {
        if (store_is_short(&e->store) && !cache_shed(&e->resolve.cache))
            break;
        look_ahead(e, &ahead, targets, taken, n);
        const struct target_hashes *hash = &ahead.hashes[taken % ADMIT_AHEAD];
        uint32_t index = e->free_head;
        struct job *j = &e->jobs[index];
        uint32_t next = j->next;
        if (next != NO_JOB)
            expect_job(&e->jobs[next]);
        if (!take_target(e, j, &targets[taken], now_ns))
            break;
        e->free_head = next;
        e->busy++;
        taken++;
        for (size_t i = 0; i < JOB_ABOVE; i++)
            j->above_hashes[i] = hash->above[i];
        begin(e, index, hash->own, now_ns);
    }
    stats_add(e->stats, COUNTER_ADMITTED, taken);
    return taken;
}

/* Tells a row that its question is done. The first one told pays for the queries. */
static void tell(struct engine *e, uint32_t index, const struct question *q, bool pays,
                 uint64_t now_ns)
{
    struct job *j = &e->jobs[index];
    j->queries += pays ? q->sent : 0;
    j->retries += pays ? q->retries : 0;
    struct job_level level = job_level_of(q->blob, 0, pays ? SOURCE_ASKED : SOURCE_JOINED);
    if (q->blob != 0)
        store_hold(&e->store, q->blob);
    if (take_answer(e, j, &level, now_ns))
        run(e, index, 0, now_ns);
    else
        finish(e, index, now_ns);
}

static void tell_waiters(struct engine *e, uint32_t question, uint64_t now_ns)
{
    struct resolve *r = &e->resolve;
    for (bool pays = true;; pays = false) {
        uint32_t waiter = questions_next_waiter(&r->questions, question);
        if (waiter == QUESTION_NONE)
            return;
        if (waiter >= e->job_count)
            resolve_sub_done(r, waiter, question, pays, now_ns);
        else
            tell(e, waiter, &r->questions.list[question], pays, now_ns);
    }
}

/* Tells the waiters of finished questions, which may ask on at once. */
static void deliver(struct engine *e, uint64_t now_ns)
{
    for (;;) {
        uint32_t question = resolve_next_done(&e->resolve);
        if (question == QUESTION_NONE)
            return;
        tell_waiters(e, question, now_ns);
        resolve_release(&e->resolve, question);
    }
}

static void expect_above(const struct engine *e, unsigned step, uint64_t hash)
{
    if (step == 3)
        cache_expect_find(&e->resolve.cache, hash);
    else if (step == 4)
        cache_expect_found(&e->resolve.cache, hash);
    else
        cache_expect_head(&e->resolve.cache, hash);
}

void engine_expect(const struct engine *e, unsigned step, const struct door_event *event)
{
    uint32_t waiter = exchange_expect(&e->resolve, step, event);
    if (waiter >= e->job_count)
        return;
    const struct job *j = &e->jobs[waiter];
    if (step == 2) {
        expect_job(j);
        return;
    }
    if (step == 3 && j->text != 0)
        store_expect_last(&e->store, j->text);
    for (size_t i = 0; i < JOB_ABOVE && j->above_hashes[i] != 0; i++)
        expect_above(e, step, j->above_hashes[i]);
}

void engine_event(struct engine *e, uint64_t now_ns, const struct door_event *event)
{
    exchange_event(&e->resolve, now_ns, event);
    deliver(e, now_ns);
}

uint64_t engine_advance(struct engine *e, uint64_t now_ns)
{
    uint64_t next_ns = resolve_advance(&e->resolve, now_ns);
    deliver(e, now_ns);
    return next_ns;
}

size_t engine_take_actions(struct engine *e, uint64_t now_ns, struct action out[], size_t cap)
{
    return exchange_actions(&e->resolve, now_ns, out, cap);
}

uint64_t engine_tick_ns(const struct engine *e)
{
    return window_tick_ns(&e->resolve.window);
}

size_t engine_random_room(const struct engine *e)
{
    return resolve_random_room(&e->resolve);
}

void engine_feed_random(struct engine *e, const uint8_t *octets, size_t len)
{
    resolve_feed_random(&e->resolve, octets, len);
}

static size_t emit(struct engine *e, const struct job *j, uint8_t *out, size_t cap)
{
    job_record(j, &e->store, &e->view);
    e->view.record.scan = e->scan;
    e->view.record.head = &e->head;
    e->view.record.forms = &e->forms;
    if (e->scan->mode != MODE_RESOLVER) {
        e->view.record.ad = -1; /* AD is a resolver's word */
        e->view.record.dnssec = (uint8_t)job_dnssec(&e->view.record);
    }
    e->view.record.timestamp_ms = e->epoch_ms + j->done_ns / 1000000;
    return record_emit(&e->view.record, out, cap);
}

struct engine_records engine_take_records(struct engine *e, uint8_t *out, size_t cap)
{
    struct engine_records taken = {0};
    while (e->finished_head != NO_JOB) {
        uint32_t index = e->finished_head;
        struct job *j = &e->jobs[index];
        size_t len = emit(e, j, out + taken.len, cap - taken.len);
        if (len == 0) {
            taken.more = true;
            break;
        }
        taken.len += len;
        taken.count++;
        stats_add(e->stats, stats_outcome(j->outcome), 1);
        if (j->error_class != CLASS_NONE)
            stats_add(e->stats, stats_class(j->error_class), 1);
        job_drop(j, &e->store);
        e->finished_head = j->next;
        if (e->finished_head == NO_JOB)
            e->finished_tail = NO_JOB;
        j->next = e->free_head;
        e->free_head = index;
        e->busy--;
    }
    stats_add(e->stats, COUNTER_RECORDED, taken.count);
    return taken;
}
