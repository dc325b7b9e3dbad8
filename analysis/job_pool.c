#include "job_pool.h"

#include <pthread.h>
#include <stdatomic.h>

#define HELPERS_MAX 15u

struct job_pool {
    bool (*job)(void *context, size_t index);
    void *context;
    size_t count;
    atomic_size_t next;
    atomic_bool failed;
};

static void *work(void *argument)
{
    struct job_pool *pool = argument;
    while (!atomic_load_explicit(&pool->failed, memory_order_relaxed)) {
        size_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (index >= pool->count)
            break;
        if (!pool->job(pool->context, index))
            atomic_store_explicit(&pool->failed, true, memory_order_relaxed);
    }
    return NULL;
}

bool job_pool_run(bool (*job)(void *context, size_t index), void *context, size_t count,
                  unsigned threads)
{
    struct job_pool pool = {.job = job, .context = context, .count = count};
    pthread_t helpers[HELPERS_MAX];
    size_t started = 0;
    while (started < HELPERS_MAX && started + 1 < threads && started + 1 < count &&
           pthread_create(&helpers[started], NULL, work, &pool) == 0)
        started++;
    work(&pool);
    for (size_t i = 0; i < started; i++)
        pthread_join(helpers[i], NULL);
    return !atomic_load(&pool.failed);
}
