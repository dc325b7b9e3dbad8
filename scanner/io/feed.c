#include "feed.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ring.h"

/* A worker that waits for a processor, some milliseconds long, must not keep the others from their
 * rows: its loads take up what the list has for it meanwhile. A worker alone keeps nobody. */
#define LOADS_PER_WORKER 128u
#define LOADS_ALONE 8u
#define ROUTE_SEED 0x636161736e616373ull
#define ROUTE_LABELS 2u

struct lane {
    struct ring full, empty;
    sem_t some_returned;
    size_t returned;          /* the worker's: loads since it woke the input thread */
    struct input_batch *open; /* the input thread's, being filled */
};

struct feed {
    struct input *input;
    struct lane *lanes;
    struct input_batch *loads;
    size_t worker_count;
    size_t loads_each; /* of a worker; the input thread sleeps until half of them can be filled */
    feed_wake *wake;
    void *context;
    pthread_t thread;
    struct input_batch batch;
    struct failure why;
    _Atomic bool stopping, ended;
};

static size_t route(const struct feed *f, const struct target *t)
{
    if (t->name.len == 0)
        return (size_t)(t->row % f->worker_count);
    return (size_t)(name_hash(name_suffix(t->name, ROUTE_LABELS), ROUTE_SEED) % f->worker_count);
}

static bool is_stopping(const struct feed *f)
{
    return atomic_load_explicit(&f->stopping, memory_order_acquire);
}

static void hand_over(struct feed *f, size_t worker)
{
    struct lane *lane = &f->lanes[worker];
    if (lane->open == NULL || lane->open->count == 0)
        return;
    ring_put(&lane->full, lane->open);
    lane->open = NULL;
    f->wake(f->context, worker);
}

static void hand_over_all(struct feed *f)
{
    for (size_t i = 0; i < f->worker_count; i++)
        hand_over(f, i);
}

/* NULL when there is no use in waiting: the scan stops. */
static struct input_batch *open_load(struct feed *f, size_t worker)
{
    struct lane *lane = &f->lanes[worker];
    if (lane->open != NULL)
        return lane->open;
    while (!is_stopping(f) && (lane->open = ring_take(&lane->empty)) == NULL) {
        hand_over_all(f); /* a worker that lets us wait must not keep others from their rows */
        sem_wait(&lane->some_returned);
    }
    if (lane->open == NULL)
        return NULL;
    lane->open->count = 0;
    lane->open->used = 0;
    return lane->open;
}

static const uint8_t *put_octets(struct input_batch *load, const uint8_t *octets, size_t len)
{
    uint8_t *at = load->octets + load->used;
    if (len > 0)
        memcpy(at, octets, len);
    load->used += len;
    return at;
}

static void add(struct feed *f, const struct target *t)
{
    size_t worker = route(f, t);
    size_t len = (size_t)t->name.len + t->input_len + t->extra_len;
    struct input_batch *load = open_load(f, worker);
    if (load != NULL && (load->count == INPUT_BATCH_MAX || len > INPUT_BATCH_OCTETS - load->used)) {
        hand_over(f, worker);
        load = open_load(f, worker);
    }
    if (load == NULL)
        return;
    struct target *copy = &load->targets[load->count++];
    *copy = *t;
    copy->name.wire = put_octets(load, t->name.wire, t->name.len);
    copy->input = put_octets(load, t->input, t->input_len);
    copy->extra = put_octets(load, t->extra, t->extra_len);
}

/* Reads some rows and gives each to its worker. Returns false where no more will come. */
static bool read_and_route(struct feed *f)
{
    if (input_read(f->input, &f->batch, &f->why) != INPUT_MORE)
        return false;
    for (size_t i = 0; i < f->batch.count; i++)
        add(f, &f->batch.targets[i]);
    if (f->batch.last)
        hand_over_all(f);
    return true;
}

/* The same for a worker alone, whose loads can be read into. */
static bool read_straight(struct feed *f)
{
    struct input_batch *load = open_load(f, 0);
    if (load == NULL || input_read(f->input, load, &f->why) != INPUT_MORE)
        return false;
    hand_over(f, 0);
    return true;
}

static void *run(void *context)
{
    struct feed *f = context;
    bool alone = f->worker_count == 1;
    while (!is_stopping(f) && (alone ? read_straight(f) : read_and_route(f)))
        continue;
    hand_over_all(f);
    atomic_store_explicit(&f->ended, true, memory_order_release);
    for (size_t i = 0; i < f->worker_count; i++)
        f->wake(f->context, i);
    return NULL;
}

static bool lanes_init(struct feed *f)
{
    f->lanes = calloc(f->worker_count, sizeof *f->lanes);
    f->loads_each = f->worker_count == 1 ? LOADS_ALONE : LOADS_PER_WORKER;
    f->loads = calloc(f->worker_count * f->loads_each, sizeof *f->loads);
    if (f->lanes == NULL || f->loads == NULL)
        return false;
    for (size_t i = 0; i < f->worker_count; i++) {
        struct lane *lane = &f->lanes[i];
        if (!ring_init(&lane->full, f->loads_each) || !ring_init(&lane->empty, f->loads_each) ||
            sem_init(&lane->some_returned, 0, 0) != 0)
            return false;
        for (size_t k = 0; k < f->loads_each; k++)
            ring_put(&lane->empty, &f->loads[i * f->loads_each + k]);
    }
    return true;
}

static void lanes_fini(struct feed *f)
{
    for (size_t i = 0; f->lanes != NULL && i < f->worker_count; i++) {
        ring_fini(&f->lanes[i].full);
        ring_fini(&f->lanes[i].empty);
    }
    free(f->lanes);
    free(f->loads);
    free(f);
}

struct feed *feed_new(struct input *input, size_t worker_count, feed_wake *wake, void *context,
                      struct failure *why)
{
    struct feed *f = calloc(1, sizeof *f);
    if (f != NULL) {
        f->input = input;
        f->worker_count = worker_count;
        f->wake = wake;
        f->context = context;
        if (lanes_init(f) && pthread_create(&f->thread, NULL, run, f) == 0)
            return f;
        lanes_fini(f);
    }
    failure_set(why, FAILURE_INPUT, "can't start reading the list: no memory or threads left");
    return NULL;
}

struct input_batch *feed_take(struct feed *feed, size_t worker)
{
    return ring_take(&feed->lanes[worker].full);
}

void feed_return(struct feed *feed, size_t worker, struct input_batch *load)
{
    struct lane *lane = &feed->lanes[worker];
    ring_put(&lane->empty, load);
    if (++lane->returned < feed->loads_each / 2)
        return;
    lane->returned = 0;
    sem_post(&lane->some_returned);
}

bool feed_ended(const struct feed *feed)
{
    return atomic_load_explicit(&feed->ended, memory_order_acquire);
}

void feed_stop(struct feed *feed)
{
    atomic_store_explicit(&feed->stopping, true, memory_order_release);
    input_stop(feed->input);
    for (size_t i = 0; i < feed->worker_count; i++)
        sem_post(&feed->lanes[i].some_returned);
}

bool feed_failed(const struct feed *feed, struct failure *why)
{
    if (!feed_ended(feed) || feed->why.kind == FAILURE_NONE)
        return false;
    *why = feed->why;
    return true;
}

void feed_join(struct feed *feed)
{
    if (feed != NULL)
        pthread_join(feed->thread, NULL);
}

void feed_free(struct feed *feed)
{
    if (feed != NULL)
        lanes_fini(feed);
}
