#define _GNU_SOURCE
#include "verifiers.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "ring.h"
#include "trust.h"
#include "verify.h"

#define THREADS_MAX 16u
#define MESSAGE_MAX 65535u

/* One request, and then its verdict. */
struct slot {
    _Alignas(16) uint8_t keys[ANSWER_LEN_MAX];
    uint8_t octets[MESSAGE_MAX];
    struct name_buffer qname, zone;
    struct verdict_request request;
    struct verdict verdict;
    uint32_t channel;
    struct slot *next; /* free ones; the worker's */
    size_t thread;
};

struct verifier {
    pthread_t thread;
    sem_t work;
    struct ring in, out; /* slots */
    struct verify_scratch *scratch;
    size_t busy; /* slots in either ring or at work; the worker's */
    _Atomic bool stop;
    bool started;
};

struct verifiers {
    struct slot *slots;
    struct slot *free_head;
    size_t thread_count;
    struct verifier threads[THREADS_MAX];
};

static void *run(void *context)
{
    struct verifier *me = context;
    for (;;) {
        while (sem_wait(&me->work) != 0 && errno == EINTR)
            continue;
        if (atomic_load_explicit(&me->stop, memory_order_acquire))
            return NULL;
        struct slot *slot = ring_take(&me->in);
        if (slot == NULL)
            continue;
        slot->verdict = verify_reply(&slot->request, me->scratch);
        ring_put(&me->out, slot);
    }
}

static bool start(struct verifier *it)
{
    it->scratch = malloc(verify_scratch_size());
    atomic_init(&it->stop, false);
    if (it->scratch == NULL || sem_init(&it->work, 0, 0) != 0)
        return false;
    if (!ring_init(&it->in, TRUST_VERIFYING_MAX) || !ring_init(&it->out, TRUST_VERIFYING_MAX))
        return false;
    it->started = pthread_create(&it->thread, NULL, run, it) == 0;
    return it->started;
}

static bool make_slots(struct verifiers *v)
{
    void *memory = mmap(NULL, TRUST_VERIFYING_MAX * sizeof *v->slots, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    v->slots = memory;
    for (size_t i = TRUST_VERIFYING_MAX; i-- > 0;) {
        v->slots[i].next = v->free_head;
        v->free_head = &v->slots[i];
    }
    return true;
}

struct verifiers *verifiers_new(size_t threads)
{
    struct verifiers *v = calloc(1, sizeof *v);
    if (v == NULL)
        return NULL;
    v->thread_count = threads < 1 ? 1 : threads < THREADS_MAX ? threads : THREADS_MAX;
    bool made = make_slots(v);
    for (size_t i = 0; made && i < v->thread_count; i++)
        made = start(&v->threads[i]);
    if (made)
        return v;
    verifiers_free(v);
    return NULL;
}

/* The thread with the least to do. */
static size_t choose(const struct verifiers *v)
{
    size_t best = 0;
    for (size_t i = 1; i < v->thread_count; i++) {
        if (v->threads[i].busy < v->threads[best].busy)
            best = i;
    }
    return best;
}

void verifiers_submit(struct verifiers *v, const struct action *action)
{
    struct slot *slot = v->free_head;
    const struct verdict_request *request = &action->verify;
    assert(slot != NULL && request->len <= MESSAGE_MAX && request->keys->len <= ANSWER_LEN_MAX);
    v->free_head = slot->next;
    slot->channel = action->channel;
    slot->request = *request;
    memcpy(slot->keys, request->keys, request->keys->len);
    memcpy(slot->octets, request->octets, request->len);
    name_copy(&slot->qname, request->qname);
    name_copy(&slot->zone, request->zone);
    slot->request.keys = (const struct answer *)slot->keys;
    slot->request.octets = slot->octets;
    slot->request.qname = name_of(&slot->qname);
    slot->request.zone = name_of(&slot->zone);
    slot->thread = choose(v);
    struct verifier *it = &v->threads[slot->thread];
    it->busy++;
    ring_put(&it->in, slot);
    sem_post(&it->work);
}

void verifiers_collect(struct verifiers *v,
                       void (*take)(void *context, const struct door_event *event), void *context)
{
    for (size_t i = 0; i < v->thread_count; i++) {
        struct slot *slot = ring_take(&v->threads[i].out);
        for (; slot != NULL; slot = ring_take(&v->threads[i].out)) {
            struct door_event event = {
                .kind = EVENT_VERDICT, .channel = slot->channel, .verdict = slot->verdict};
            v->threads[i].busy--;
            slot->next = v->free_head;
            v->free_head = slot;
            take(context, &event);
        }
    }
}

static void stop(struct verifier *it)
{
    atomic_store_explicit(&it->stop, true, memory_order_release);
    if (it->started) {
        sem_post(&it->work);
        pthread_join(it->thread, NULL);
    }
    ring_fini(&it->in);
    ring_fini(&it->out);
    free(it->scratch);
}

void verifiers_free(struct verifiers *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i < v->thread_count; i++)
        stop(&v->threads[i]);
    if (v->slots != NULL)
        munmap(v->slots, TRUST_VERIFYING_MAX * sizeof *v->slots);
    free(v);
}
