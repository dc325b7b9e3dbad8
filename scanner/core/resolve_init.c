/* Everything as it is before the first question. */
#include <assert.h>
#include <string.h>

#include "delegation.h"
#include "resolve_parts.h"
#include "trust.h"

#define PAUSE_NS (100ull * 1000000)
#define PAUSE_DOUBLINGS_MAX 4u
#define IDS_PER_CHANNEL 65536u
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
    uint8_t *octets = arena_take_apart(arena, DOOR_TCP_SLOTS, STREAM_MAX);
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
    questions_init(&r->questions, arena,
                   &(struct questions_config){.count = questions,
                                              .usual = config->waiters,
                                              .waiters = config->waiters + questions,
                                              .iterate = config->servers == NULL});
    flight_init(&r->flight, arena, config->waiters);
    flight_init(&r->aside, arena, config->waiters);
    late_init(&r->late, arena, config->waiters / 4 + 64);
    timers_init(&r->timers, questions_timers(&r->questions), sizeof(struct question),
                RESOLVE_LIST_COUNT);
    set_waits(&r->timers, config->timeout_ns);
    if (config->servers != NULL) {
        servers_init(&r->servers, arena, config->servers, config->server_count);
    } else {
        servers_init_table(&r->servers, arena, config->authorities, config->hash_seed);
        scouts_init(&r->scouts, arena, config->waiters);
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
