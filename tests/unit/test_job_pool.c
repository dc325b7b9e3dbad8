/* Jobs side by side: each is done once, whatever the number of threads, and none begins after one
 * has failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "job_pool.h"

#define JOBS 1000u

struct work {
    atomic_uint done[JOBS];
    size_t fails_at;
};

static bool do_job(void *context, size_t index)
{
    struct work *work = context;
    atomic_fetch_add(&work->done[index], 1);
    return index != work->fails_at;
}

static void each_job_is_done_once(void **state)
{
    (void)state;
    for (unsigned threads = 0; threads <= 300; threads += 3) {
        struct work work = {.fails_at = JOBS};
        assert_true(job_pool_run(do_job, &work, JOBS, threads));
        for (size_t i = 0; i < JOBS; i++)
            assert_int_equal(work.done[i], 1);
    }
}

static void after_a_failure_no_job_begins(void **state)
{
    (void)state;
    struct work work = {.fails_at = 7};
    assert_false(job_pool_run(do_job, &work, JOBS, 1));
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(work.done[i], i <= 7);
    assert_false(job_pool_run(do_job, &work, JOBS, 4));
    assert_int_equal(work.done[7], 2);
}

static void without_jobs_nothing_fails(void **state)
{
    (void)state;
    assert_true(job_pool_run(do_job, NULL, 0, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_job_is_done_once),
        cmocka_unit_test(after_a_failure_no_job_begins),
        cmocka_unit_test(without_jobs_nothing_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
