/* The way from the list to the workers: nothing is lost, doubled or left lying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "feed.h"

#define WORKERS 3u
#define ROWS 20000u
#define PATIENCE_S 30

struct worker {
    struct feed *feed;
    size_t index;
    sem_t woken;
    uint64_t rows, last_row;
    bool ordered, forgotten;
};

static struct worker workers[WORKERS];
static _Atomic uint64_t arrived;

static void wake(void *context, size_t worker)
{
    (void)context;
    sem_post(&workers[worker].woken);
}

static void look_at(struct worker *w, const struct input_batch *load)
{
    for (size_t i = 0; i < load->count; i++) {
        w->ordered = w->ordered && load->targets[i].row > w->last_row;
        w->last_row = load->targets[i].row;
    }
    w->rows += load->count;
    atomic_fetch_add(&arrived, load->count);
}

/* A worker that is not woken in time is one that was forgotten. */
static bool rest(struct worker *w)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    return sem_timedwait(&w->woken, &until) == 0;
}

static void *work(void *context)
{
    struct worker *w = context;
    for (unsigned turn = 0; !w->forgotten; turn++) {
        bool ended = feed_ended(w->feed);
        struct input_batch *load = feed_take(w->feed, w->index);
        if (load != NULL) {
            look_at(w, load);
            feed_return(w->feed, w->index, load);
            if (turn % (7 + w->index) == 0)
                usleep(50); /* so that each is the one that the others wait for at times */
        } else if (ended) {
            break;
        } else {
            w->forgotten = !rest(w);
        }
    }
    return NULL;
}

static struct feed *start(struct input *input, pthread_t threads[WORKERS])
{
    struct failure why;
    atomic_store(&arrived, 0);
    for (size_t i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){.index = i, .ordered = true};
        sem_init(&workers[i].woken, 0, 0);
    }
    struct feed *feed = feed_new(input, WORKERS, wake, NULL, &why);
    assert_non_null(feed);
    for (size_t i = 0; i < WORKERS; i++) {
        workers[i].feed = feed;
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    return feed;
}

static void finish(struct feed *feed, pthread_t threads[WORKERS])
{
    for (size_t i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        sem_destroy(&workers[i].woken);
        assert_false(workers[i].forgotten);
        assert_true(workers[i].ordered);
    }
    feed_join(feed);
    feed_free(feed);
}

static struct input *open_list(const char *path)
{
    static const char *const prefixes[] = {""};
    struct input_options options = {.path = path, .prefixes = prefixes, .prefix_count = 1};
    struct failure why = {.kind = FAILURE_NONE};
    struct input *input = input_new(&options, &why);
    if (input == NULL)
        fail_msg("%s", why.text);
    return input;
}

static void put_row(FILE *file, unsigned row)
{
    fprintf(file, "host-%u.example%u.org\n", row, row % 100);
}

static void each_row_arrives_once_and_in_order(void **state)
{
    (void)state;
    char path[] = "/tmp/test_feed.XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    for (unsigned i = 0; i < ROWS; i++)
        put_row(file, i);
    fclose(file);
    pthread_t threads[WORKERS];
    struct input *input = open_list(path);
    finish(start(input, threads), threads);
    uint64_t rows = 0;
    for (size_t i = 0; i < WORKERS; i++) {
        assert_true(workers[i].rows > 0);
        rows += workers[i].rows;
    }
    assert_int_equal(rows, ROWS);
    input_free(input);
    unlink(path);
}

static void a_row_does_not_wait_for_the_next(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_feed.XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDWR | O_CLOEXEC); /* so that nobody waits for the other to open it */
    FILE *list = fdopen(fd, "w");
    assert_non_null(list);
    put_row(list, 0);
    fflush(list);
    pthread_t threads[WORKERS];
    struct input *input = open_list(path);
    struct feed *feed = start(input, threads);
    for (unsigned i = 1; i < 200; i++) {
        for (unsigned waits = 0; atomic_load(&arrived) < i; waits++) {
            assert_true(waits < PATIENCE_S * 10000);
            usleep(100);
        }
        put_row(list, i);
        fflush(list);
    }
    feed_stop(feed);
    fclose(list);
    finish(feed, threads);
    assert_true(atomic_load(&arrived) >= 199);
    input_free(input);
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_arrives_once_and_in_order),
        cmocka_unit_test(a_row_does_not_wait_for_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
