#define _GNU_SOURCE
#include "tcp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sockaddr.h"

#define READ_LEN 16384u

void tcp_init(struct tcp *tcp, struct event_base *base, tcp_handler *handler, void *context)
{
    *tcp = (struct tcp){.base = base, .handler = handler, .context = context};
    for (size_t i = 0; i < DOOR_TCP_SLOTS; i++)
        tcp->connections[i] = (struct tcp_connection){.owner = tcp, .fd = -1};
}

static void release(struct tcp_connection *c)
{
    if (c->readable != NULL)
        event_free(c->readable);
    if (c->writable != NULL)
        event_free(c->writable);
    if (c->fd >= 0)
        close(c->fd);
    *c = (struct tcp_connection){.owner = c->owner, .fd = -1};
}

void tcp_fini(struct tcp *tcp)
{
    for (size_t i = 0; i < DOOR_TCP_SLOTS; i++)
        release(&tcp->connections[i]);
}

static void fail(struct tcp_connection *c)
{
    struct door_event event = {.kind = EVENT_TCP_CLOSED,
                               .channel = c->channel,
                               .not_opened = c->open_error != 0,
                               .no_route = sockaddr_no_route(c->open_error)};
    struct tcp *tcp = c->owner;
    release(c);
    tcp->handler(tcp->context, &event);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    struct tcp_connection *c = context;
    uint8_t octets[READ_LEN];
    (void)what;
    ssize_t got = recv(fd, octets, sizeof octets, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (got <= 0) {
        fail(c);
        return;
    }
    struct door_event event = {
        .kind = EVENT_TCP_OCTETS, .channel = c->channel, .octets = octets, .len = (size_t)got};
    c->owner->handler(c->owner->context, &event);
}

/* Connected, or failed to: the write tells which. */
static void on_writable(evutil_socket_t fd, short what, void *context)
{
    struct tcp_connection *c = context;
    (void)what;
    if (c->fd < 0) {
        fail(c);
        return;
    }
    ssize_t put = send(fd, c->pending + c->pending_at, (size_t)(c->pending_len - c->pending_at),
                       MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        fail(c);
        return;
    }
    c->pending_at = (uint16_t)(c->pending_at + (put > 0 ? put : 0));
    if (c->pending_at < c->pending_len)
        event_add(c->writable, NULL);
    else
        event_add(c->readable, NULL);
}

/* The socket, or -1 with the reason in errno. */
static int connect_to(const struct address *peer)
{
    union socket_address to;
    socklen_t len = sockaddr_from(peer, &to);
    int fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, &to.any, len) == 0 || errno == EINPROGRESS)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* A failure to open is told from the loop as well, so that the engine is never called from within
 * its own action. */
static void open_connection(struct tcp *tcp, const struct action *action)
{
    struct tcp_connection *c = &tcp->connections[door_tcp_slot(action->channel)];
    release(c);
    c->channel = action->channel;
    c->fd = connect_to(&action->peer);
    c->open_error = c->fd < 0 && errno != ECONNREFUSED ? errno : 0;
    c->writable = event_new(tcp->base, c->fd, EV_WRITE, on_writable, c);
    c->readable = event_new(tcp->base, c->fd, EV_READ | EV_PERSIST, on_readable, c);
    if (c->fd < 0 && c->writable != NULL)
        event_active(c->writable, EV_WRITE, 1);
}

void tcp_act(struct tcp *tcp, const struct action *action)
{
    struct tcp_connection *c = &tcp->connections[door_tcp_slot(action->channel)];
    if (action->kind == ACTION_TCP_OPEN) {
        open_connection(tcp, action);
        return;
    }
    if (c->channel != action->channel || c->fd < 0)
        return;
    if (action->kind == ACTION_TCP_CLOSE) {
        release(c);
        return;
    }
    memcpy(c->pending, action->octets, action->len);
    c->pending_len = action->len;
    c->pending_at = 0;
    event_add(c->writable, NULL);
}
