#include "watch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const int signals[WATCH_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

static void block_signals(int how)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < WATCH_SIGNALS; i++)
        sigaddset(&set, signals[i]);
    pthread_sigmask(how, &set, NULL);
}

void watch_block_signals(void)
{
    block_signals(SIG_BLOCK);
    signal(SIGPIPE, SIG_IGN);
}

static void take_signal(evutil_socket_t number, short what, void *context)
{
    struct watch *watch = context;
    (void)what;
    watch->on_signal(watch->context, (int)number, ++watch->signal_count);
}

static void take_tick(evutil_socket_t fd, short what, void *context)
{
    struct watch *watch = context;
    (void)fd;
    (void)what;
    watch->on_tick(watch->context);
}

static void take_ended(evutil_socket_t fd, short what, void *context)
{
    struct watch *watch = context;
    uint64_t count = 0;
    (void)what;
    while (read(fd, &count, sizeof count) < 0 && errno == EINTR)
        continue;
    if (atomic_load_explicit(&watch->running, memory_order_acquire) == 0)
        event_base_loopbreak(watch->base);
}

/* nohup(1) has SIGHUP ignored, and so it stays. */
static bool is_ignored(int number)
{
    struct sigaction now;
    return number == SIGHUP && sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static bool watch_signals(struct watch *watch)
{
    for (size_t i = 0; i < WATCH_SIGNALS; i++) {
        if (is_ignored(signals[i]))
            continue;
        watch->signals[i] = evsignal_new(watch->base, signals[i], take_signal, watch);
        if (watch->signals[i] == NULL || event_add(watch->signals[i], NULL) != 0)
            return false;
    }
    return true;
}

bool watch_init(struct watch *watch, struct failure *why)
{
    struct timeval second = {.tv_sec = 1};
    watch->base = event_base_new();
    watch->ended_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (watch->base != NULL && watch->ended_fd >= 0) {
        watch->tick = event_new(watch->base, -1, EV_PERSIST, take_tick, watch);
        watch->ended =
            event_new(watch->base, watch->ended_fd, EV_READ | EV_PERSIST, take_ended, watch);
    }
    if (watch->tick != NULL && watch->ended != NULL && watch_signals(watch) &&
        event_add(watch->tick, &second) == 0 && event_add(watch->ended, NULL) == 0)
        return true;
    failure_set(why, FAILURE_NETWORK, "can't set up the event loop: %s", strerror(errno));
    return false;
}

static void drop(struct event *event)
{
    if (event != NULL)
        event_free(event);
}

void watch_fini(struct watch *watch)
{
    for (size_t i = 0; i < WATCH_SIGNALS; i++)
        drop(watch->signals[i]);
    drop(watch->tick);
    drop(watch->ended);
    if (watch->base != NULL)
        event_base_free(watch->base);
    if (watch->ended_fd >= 0)
        close(watch->ended_fd);
}

void watch_worker_ended(void *context)
{
    struct watch *watch = context;
    uint64_t one = 1;
    atomic_fetch_sub_explicit(&watch->running, 1, memory_order_release);
    while (write(watch->ended_fd, &one, sizeof one) < 0 && errno == EINTR)
        continue;
}

void watch_run(struct watch *watch)
{
    block_signals(SIG_UNBLOCK);
    if (atomic_load_explicit(&watch->running, memory_order_acquire) > 0)
        event_base_dispatch(watch->base);
    block_signals(SIG_BLOCK);
}
