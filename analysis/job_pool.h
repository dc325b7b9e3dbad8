/* job_pool.h: does jobs that do not depend on each other side by side. */
#ifndef JOB_POOL_H
#define JOB_POOL_H

#include <stdbool.h>
#include <stddef.h>

/* Calls job(context, 0) to job(context, count - 1), each once, on up to so many threads, of which
 * the caller's is one; they begin in this order, and a thread that can't be started is done
 * without. After a job has returned false no more are begun. Returns when all have ended: whether
 * none returned false. */
bool job_pool_run(bool (*job)(void *context, size_t index), void *context, size_t count,
                  unsigned threads);

#endif
