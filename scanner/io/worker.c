#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "tcp.h"
#include "udp.h"
#include "verifiers.h"

#define ACTIONS_MAX 256u
/* A turn is short, so that what it touched is still in the processor's cache when it is needed
 * again: the kernel's part too, where replies come at once. */
#define RECEIVES_PER_TURN 2048u
#define SENDS_PER_TURN 512u
#define REPLIES_WORTH_A_TURN 64u
#define TURNS_PER_TICK 128u /* then libevent looks after TCP */
#define CHUNK_AGE_NS (5ull * 1000000000)
#define DROPS_EVERY_NS 100000000ull
#define CHANNELS_MIN 16u
#define LOOP_FILES 4u               /* of libevent, and the one that wakes it */
#define IN_FLIGHT_PER_CHANNEL 2048u /* keeps random ids sparse */

struct worker {
    struct worker_options options;
    struct feed *feed;
    struct output *output;
    struct engine *engine;
    void *memory;
    size_t memory_len;
    struct udp udp;
    struct tcp tcp;
    struct verifiers *verifiers; /* NULL: nothing is verified */
    struct event_base *base;
    struct event *tick, *wake;
    int wake_fd;
    long tick_us; /* 0: it rests */
    bool started;
    _Atomic int stop; /* enum worker_stop */
    pthread_t thread;
    struct input_batch *load; /* being admitted */
    size_t load_at;
    bool list_ended;
    struct chunk *chunk;
    uint64_t chunk_since_ns; /* when its oldest record came */
    uint64_t drops_due_ns;
    bool recorded;   /* all that is finished is in chunks */
    uint64_t now_ns; /* of the turn at hand */
    struct action actions[ACTIONS_MAX];
    size_t unsent;
};

static enum worker_stop stop_of(const struct worker *w)
{
    return (enum worker_stop)atomic_load_explicit(&w->stop, memory_order_acquire);
}

/* ---- the parts of a tick ---- */

static void take_event(void *context, const struct door_event *event)
{
    struct worker *w = context;
    engine_event(w->engine, w->now_ns, event);
}

static void expect_event(void *context, unsigned step, const struct door_event *event)
{
    const struct worker *w = context;
    engine_expect(w->engine, step, event);
}

static void take_tcp_event(void *context, const struct door_event *event)
{
    struct worker *w = context;
    w->now_ns = clock_monotonic_ns();
    engine_event(w->engine, w->now_ns, event);
}

static void feed_random(struct worker *w)
{
    uint8_t octets[4096];
    size_t room = engine_random_room(w->engine);
    while (room >= sizeof octets) {
        ssize_t got = getrandom(octets, sizeof octets, 0);
        if (got <= 0)
            return;
        engine_feed_random(w->engine, octets, (size_t)got);
        room -= (size_t)got;
    }
}

static void next_load(struct worker *w)
{
    if (w->load != NULL)
        feed_return(w->feed, w->options.index, w->load);
    bool ended = feed_ended(w->feed);
    w->load = feed_take(w->feed, w->options.index);
    w->load_at = 0;
    w->list_ended = w->load == NULL && ended;
}

/* Stopping: loads go back unread, so that the input thread is not left waiting for them. */
static void drop_loads(struct worker *w)
{
    do {
        next_load(w);
    } while (w->load != NULL);
}

static void admit(struct worker *w)
{
    if (stop_of(w) != WORKER_RUN) {
        drop_loads(w);
        return;
    }
    for (;;) {
        if (w->load == NULL || w->load_at == w->load->count)
            next_load(w);
        if (w->load == NULL)
            return;
        size_t left = w->load->count - w->load_at;
        size_t taken = engine_admit(w->engine, w->now_ns, w->load->targets + w->load_at, left);
        w->load_at += taken;
        if (taken < left)
            return;
    }
}

static void act_on_others(struct worker *w, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (w->actions[i].kind == ACTION_SEND)
            continue;
        if (w->actions[i].kind == ACTION_VERIFY)
            verifiers_submit(w->verifiers, &w->actions[i]);
        else
            tcp_act(&w->tcp, &w->actions[i]);
        w->actions[i].len = 0;
    }
}

/* Returns true where the turn's bound was reached before the end of what may be sent. */
static bool send_actions(struct worker *w)
{
    size_t sent = 0;
    w->unsent = udp_send(&w->udp, w->actions, w->unsent, take_event, w);
    while (w->unsent == 0) {
        if (sent >= SENDS_PER_TURN)
            return true;
        feed_random(w);
        size_t count = engine_take_actions(w->engine, w->now_ns, w->actions, ACTIONS_MAX);
        if (count == 0)
            return false;
        act_on_others(w, count);
        w->unsent = udp_send(&w->udp, w->actions, count, take_event, w);
        sent += count;
    }
    return false;
}

/* Once a turn: the counters are the engine's, but other threads read them. */
static void count_trains(struct worker *w)
{
    struct udp_trains *t = &w->udp.trains;
    struct stats *stats = w->options.engine.stats;
    stats_add(stats, COUNTER_TRAINS, t->sent);
    stats_add(stats, COUNTER_TRAIN_DATAGRAMS, t->datagrams);
    stats_add(stats, COUNTER_TRAINS_REFUSED, t->refused);
    *t = (struct udp_trains){0};
}

static void swap_chunk(struct worker *w)
{
    w->chunk = output_swap(w->output, w->options.index, w->chunk);
}

/* Returns true where a record is left that needs another chunk. */
static bool fill_chunk(struct worker *w, struct chunk *c)
{
    size_t room = c->len < OUTPUT_CHUNK_LEN ? OUTPUT_CHUNK_LEN - c->len : 0;
    struct engine_records got = engine_take_records(w->engine, c->octets + c->len, room);
    if (got.more && c->len + got.len == 0) /* a record longer than chunks are otherwise */
        got = engine_take_records(w->engine, c->octets, c->cap);
    if (c->len == 0)
        w->chunk_since_ns = w->now_ns;
    c->len += got.len;
    c->record_count += got.count;
    return got.more;
}

/* Moves records into chunks; returns false while the writer has no empty one. */
static bool take_records(struct worker *w)
{
    for (;;) {
        if (w->chunk == NULL)
            swap_chunk(w);
        if (w->chunk == NULL)
            return false;
        if (!fill_chunk(w, w->chunk))
            break;
        swap_chunk(w);
    }
    if (w->chunk->len > 0 && w->now_ns - w->chunk_since_ns >= CHUNK_AGE_NS)
        swap_chunk(w);
    return true;
}

/* Rows are recorded while what was found for them is in the processor's cache. */
static void record_batch(void *context)
{
    struct worker *w = context;
    w->recorded = take_records(w);
}

static void look_for_drops(struct worker *w)
{
    if (w->now_ns < w->drops_due_ns)
        return;
    w->drops_due_ns = w->now_ns + DROPS_EVERY_NS;
    struct door_event event = {.kind = EVENT_LOCAL_DROPS, .count = udp_new_drops(&w->udp)};
    if (event.count > 0)
        engine_event(w->engine, w->now_ns, &event);
}

static void set_tick(struct worker *w, long tick_us)
{
    if (tick_us == w->tick_us)
        return;
    w->tick_us = tick_us;
    struct timeval tick = {.tv_usec = tick_us};
    if (tick_us > 0)
        event_add(w->tick, &tick);
    else
        event_del(w->tick);
}

/* Nothing in flight and nothing to hand on: sleep until somebody wakes us. */
static bool is_idle(const struct worker *w)
{
    return engine_busy(w->engine) == 0 && w->load == NULL &&
           (w->chunk == NULL || w->chunk->len == 0);
}

static bool is_over(const struct worker *w)
{
    if (stop_of(w) == WORKER_HALT)
        return w->recorded || output_failed(w->output, NULL);
    return w->list_ended && engine_busy(w->engine) == 0;
}

/* Were replies to half of what is in flight here already? Then those to what was sent just now may
 * be, too, and whoever has few in flight would spend most of a tick with nothing to do. */
static bool replies_come_at_once(const struct worker *w, size_t received)
{
    return received >= REPLIES_WORTH_A_TURN && received >= engine_busy(w->engine) / 2;
}

/* Returns true where more is waiting that can be done at once. */
static bool turn(struct worker *w)
{
    w->now_ns = clock_monotonic_ns();
    struct udp_taker taker = {.take = take_event,
                              .taken = record_batch,
                              .expect = expect_event,
                              .steps = ENGINE_EXPECT_STEPS,
                              .context = w};
    size_t received = udp_receive(&w->udp, RECEIVES_PER_TURN, &taker);
    if (w->verifiers != NULL)
        verifiers_collect(w->verifiers, take_event, w);
    w->recorded = take_records(w);
    admit(w);
    engine_advance(w->engine, w->now_ns);
    bool more_to_send = send_actions(w);
    count_trains(w);
    return received >= RECEIVES_PER_TURN || more_to_send || replies_come_at_once(w, received);
}

static void turns(struct worker *w)
{
    for (unsigned i = 0; i < TURNS_PER_TICK && turn(w); i++)
        continue;
    w->recorded = take_records(w);
    look_for_drops(w);
    if (is_over(w))
        event_base_loopbreak(w->base);
    else
        set_tick(w, is_idle(w) ? 0 : (long)(engine_tick_ns(w->engine) / 1000));
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    turns(context);
}

static void on_wake(evutil_socket_t fd, short what, void *context)
{
    uint64_t count = 0;
    (void)what;
    while (read(fd, &count, sizeof count) < 0 && errno == EINTR)
        continue;
    turns(context);
}

/* ---- life ---- */

static void *run(void *context)
{
    struct worker *w = context;
    turns(w);
    if (!is_over(w))
        event_base_dispatch(w->base);
    drop_loads(w);
    if (w->chunk != NULL)
        swap_chunk(w);
    w->options.ended(w->options.context);
    return NULL;
}

unsigned worker_channels(size_t in_flight)
{
    size_t channels = in_flight / IN_FLIGHT_PER_CHANNEL;
    if (channels < CHANNELS_MIN)
        channels = CHANNELS_MIN;
    return (unsigned)(channels < UDP_CHANNELS_MAX ? channels : UDP_CHANNELS_MAX);
}

static struct udp_config sockets_of(const struct engine_config *c)
{
    struct udp_config config = {.channel_count = worker_channels(c->in_flight),
                                .ipv4 = c->servers == NULL && c->ipv4,
                                .ipv6 = c->servers == NULL && c->ipv6,
                                .peers = c->servers,
                                .peer_count = c->server_count};
    for (size_t i = 0; c->servers != NULL && i < c->server_count; i++) {
        config.ipv4 = config.ipv4 || c->servers[i].family == ADDRESS_IPV4;
        config.ipv6 = config.ipv6 || c->servers[i].family == ADDRESS_IPV6;
    }
    return config;
}

unsigned worker_files(const struct engine_config *engine)
{
    struct udp_config sockets = sockets_of(engine);
    unsigned families = (unsigned)sockets.ipv4 + (unsigned)sockets.ipv6;
    return (unsigned)sockets.channel_count * families + DOOR_TCP_SLOTS + LOOP_FILES;
}

static bool open_sockets(struct worker *w, struct failure *why)
{
    struct udp_config config = sockets_of(&w->options.engine);
    config.no_trains = w->options.no_trains;
    return udp_init(&w->udp, &config, why);
}

static bool open_engine(struct worker *w)
{
    w->memory_len = engine_size(&w->options.engine);
    w->memory = mmap(NULL, w->memory_len, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (w->memory == MAP_FAILED) {
        w->memory = NULL;
        return false;
    }
    if (w->options.huge_pages)
        madvise(w->memory, engine_front(&w->options.engine), MADV_HUGEPAGE); /* spares look-ups */
    w->engine = engine_init(w->memory, &w->options.engine);
    return true;
}

static bool open_loop(struct worker *w)
{
    struct event_config *config = event_config_new();
    if (config == NULL)
        return false;
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER | EVENT_BASE_FLAG_NOLOCK);
    w->base = event_base_new_with_config(config);
    event_config_free(config);
    w->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (w->base == NULL || w->wake_fd < 0)
        return false;
    w->tick = event_new(w->base, -1, EV_PERSIST, on_tick, w);
    w->wake = event_new(w->base, w->wake_fd, EV_READ | EV_PERSIST, on_wake, w);
    tcp_init(&w->tcp, w->base, take_tcp_event, w);
    return w->tick != NULL && w->wake != NULL && event_add(w->wake, NULL) == 0;
}

struct worker *worker_new(const struct worker_options *options, struct failure *why)
{
    struct worker *w = calloc(1, sizeof *w);
    if (w == NULL) {
        failure_set(why, FAILURE_NETWORK, "no memory for a worker");
        return NULL;
    }
    w->options = *options;
    w->options.engine.channels = worker_channels(options->engine.in_flight);
    w->wake_fd = -1;
    atomic_init(&w->stop, WORKER_RUN);
    if (open_sockets(w, why)) {
        if (open_loop(w) && open_engine(w))
            return w;
        failure_set(why, FAILURE_NETWORK, "can't set up a worker: %s", strerror(errno));
    }
    worker_free(w);
    return NULL;
}

bool worker_start(struct worker *worker, struct feed *feed, struct output *output,
                  struct failure *why)
{
    worker->feed = feed;
    worker->output = output;
    if (worker->options.engine.anchors != NULL) {
        worker->verifiers = verifiers_new(worker->options.verifier_threads);
        if (worker->verifiers == NULL) {
            failure_set(why, FAILURE_NETWORK, "can't start threads that verify signatures");
            return false;
        }
    }
    int error = pthread_create(&worker->thread, NULL, run, worker);
    worker->started = error == 0;
    if (error != 0)
        failure_set(why, FAILURE_NETWORK, "can't start a worker thread: %s", strerror(error));
    return worker->started;
}

void worker_wake(struct worker *worker)
{
    uint64_t one = 1;
    while (write(worker->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        continue;
}

void worker_stop(struct worker *worker, enum worker_stop how)
{
    atomic_store_explicit(&worker->stop, (int)how, memory_order_release);
    worker_wake(worker);
}

int worker_buffer_granted(const struct worker *worker)
{
    return worker->udp.buffer_granted;
}

void worker_free(struct worker *worker)
{
    if (worker == NULL)
        return;
    if (worker->started)
        pthread_join(worker->thread, NULL);
    verifiers_free(worker->verifiers);
    if (worker->base != NULL)
        tcp_fini(&worker->tcp);
    if (worker->tick != NULL)
        event_free(worker->tick);
    if (worker->wake != NULL)
        event_free(worker->wake);
    if (worker->base != NULL)
        event_base_free(worker->base);
    if (worker->wake_fd >= 0)
        close(worker->wake_fd);
    if (worker->memory != NULL)
        munmap(worker->memory, worker->memory_len);
    udp_fini(&worker->udp);
    free(worker);
}
