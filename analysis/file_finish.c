#define _POSIX_C_SOURCE 200809L
#include "file_finish.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS 4u
#define WAITING_MAX 64u /* files that are open meanwhile */

struct file_finish {
    pthread_mutex_t mutex; /* guards the list and what stands before the threads */
    pthread_cond_t changed;
    struct finished *first, **end; /* files that no thread has taken yet, in their order */
    size_t waiting;
    size_t busy; /* threads that finish a file */
    bool stop;   /* no more files come */
    pthread_t threads[THREADS];
    size_t thread_count;
};

static void finish_file(struct finished *file)
{
    errno = 0;
    if (fsync(file->fd) == 0 && file_sum_of(file->fd, file->sum))
        file->error = 0;
    else
        file->error = errno != 0 ? errno : EIO; /* the library that sums up has no errno */
    close(file->fd);
}

/* The next file, or NULL when there are no more to come. With the mutex held. */
static struct finished *take(struct file_finish *finish)
{
    while (finish->first == NULL && !finish->stop)
        pthread_cond_wait(&finish->changed, &finish->mutex);
    struct finished *file = finish->first;
    if (file == NULL)
        return NULL;
    finish->first = file->next;
    if (finish->first == NULL)
        finish->end = &finish->first;
    finish->waiting--;
    return file;
}

static void *work(void *argument)
{
    struct file_finish *finish = argument;
    struct finished *file;
    pthread_mutex_lock(&finish->mutex);
    while ((file = take(finish)) != NULL) {
        finish->busy++;
        pthread_mutex_unlock(&finish->mutex);
        finish_file(file);
        pthread_mutex_lock(&finish->mutex);
        finish->busy--;
        pthread_cond_broadcast(&finish->changed);
    }
    pthread_mutex_unlock(&finish->mutex);
    return NULL;
}

struct file_finish *file_finish_new(void)
{
    struct file_finish *finish = calloc(1, sizeof *finish);
    if (finish == NULL)
        return NULL;
    pthread_mutex_init(&finish->mutex, NULL);
    pthread_cond_init(&finish->changed, NULL);
    finish->end = &finish->first;
    while (finish->thread_count < THREADS &&
           pthread_create(&finish->threads[finish->thread_count], NULL, work, finish) == 0)
        finish->thread_count++;
    return finish;
}

void file_finish_add(struct file_finish *finish, struct finished *file)
{
    file->next = NULL;
    if (finish->thread_count == 0) {
        finish_file(file);
        return;
    }
    pthread_mutex_lock(&finish->mutex);
    while (finish->waiting == WAITING_MAX)
        pthread_cond_wait(&finish->changed, &finish->mutex);
    *finish->end = file;
    finish->end = &file->next;
    finish->waiting++;
    pthread_cond_broadcast(&finish->changed);
    pthread_mutex_unlock(&finish->mutex);
}

void file_finish_wait(struct file_finish *finish)
{
    if (finish == NULL)
        return;
    pthread_mutex_lock(&finish->mutex);
    while (finish->waiting + finish->busy > 0)
        pthread_cond_wait(&finish->changed, &finish->mutex);
    pthread_mutex_unlock(&finish->mutex);
}

void file_finish_free(struct file_finish *finish)
{
    if (finish == NULL)
        return;
    pthread_mutex_lock(&finish->mutex);
    finish->stop = true;
    pthread_cond_broadcast(&finish->changed);
    pthread_mutex_unlock(&finish->mutex);
    for (size_t i = 0; i < finish->thread_count; i++)
        pthread_join(finish->threads[i], NULL);
    pthread_cond_destroy(&finish->changed);
    pthread_mutex_destroy(&finish->mutex);
    free(finish);
}
