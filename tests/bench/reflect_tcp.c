#define _GNU_SOURCE
#include "reflect_tcp.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <stdlib.h>
#include <string.h>

#include "sockaddr.h"
#include "synth_reply.h"

#define BACKLOG 4096
#define IDLE_S 10

struct reflect_tcp {
    const struct reflect_options *options;
    struct event_base *base;
    uint64_t answered;
    size_t count;
    struct evconnlistener *listeners[];
};

static void on_event(struct bufferevent *connection, short what, void *context)
{
    (void)context;
    if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT)) != 0)
        bufferevent_free(connection);
}

static uint32_t address_asked(struct bufferevent *connection)
{
    union socket_address here = {0};
    socklen_t len = sizeof here;
    if (getsockname(bufferevent_getfd(connection), &here.any, &len) != 0)
        return 0;
    return ntohl(here.ipv4.sin_addr.s_addr);
}

/* Each message stands behind its length in two octets (RFC 7766 section 8). */
static void on_octets(struct bufferevent *connection, void *context)
{
    struct reflect_tcp *tcp = context;
    struct evbuffer *in = bufferevent_get_input(connection);
    for (;;) {
        uint8_t *octets = evbuffer_pullup(in, 2);
        size_t len = octets != NULL ? (size_t)octets[0] << 8 | octets[1] : 0;
        if (octets == NULL || (octets = evbuffer_pullup(in, (ev_ssize_t)(len + 2))) == NULL)
            return;
        struct synth_query query = {.octets = octets + 2, .len = len, .tcp = true};
        query.authority = tcp->options->authority;
        query.asked = query.authority ? address_asked(connection) : 0;
        uint8_t reply[2 + SYNTH_REPLY_MAX];
        size_t reply_len = synth_reply(&tcp->options->world, &query, reply + 2);
        evbuffer_drain(in, len + 2);
        reply[0] = (uint8_t)(reply_len >> 8);
        reply[1] = (uint8_t)reply_len;
        if (reply_len > 0)
            bufferevent_write(connection, reply, reply_len + 2);
        tcp->answered += reply_len > 0;
    }
}

static void on_connection(struct evconnlistener *listener, evutil_socket_t fd,
                          struct sockaddr *peer, int peer_len, void *context)
{
    struct reflect_tcp *tcp = context;
    struct timeval idle = {.tv_sec = IDLE_S};
    (void)listener, (void)peer, (void)peer_len;
    struct bufferevent *connection = bufferevent_socket_new(tcp->base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (connection == NULL) {
        evutil_closesocket(fd);
        return;
    }
    bufferevent_setcb(connection, on_octets, NULL, on_event, tcp);
    bufferevent_set_timeouts(connection, &idle, &idle);
    bufferevent_enable(connection, EV_READ | EV_WRITE);
}

struct reflect_tcp *reflect_tcp_new(struct event_base *base, const struct reflect_options *options)
{
    struct reflect_tcp *tcp =
        calloc(1, sizeof *tcp + options->listen_count * sizeof *tcp->listeners);
    if (tcp == NULL)
        return NULL;
    tcp->options = options;
    tcp->base = base;
    for (size_t i = 0; i < options->listen_count; i++) {
        union socket_address here;
        socklen_t len = sockaddr_from(&options->listen[i], &here);
        struct evconnlistener *listener = evconnlistener_new_bind(
            base, on_connection, tcp, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE, BACKLOG, &here.any,
            (int)len);
        if (listener == NULL) {
            fprintf(stderr, "reflector: can't listen over TCP: %s\n", strerror(errno));
            reflect_tcp_free(tcp);
            return NULL;
        }
        tcp->listeners[tcp->count++] = listener;
    }
    return tcp;
}

uint64_t reflect_tcp_free(struct reflect_tcp *tcp)
{
    uint64_t answered = tcp->answered;
    for (size_t i = 0; i < tcp->count; i++)
        evconnlistener_free(tcp->listeners[i]);
    free(tcp);
    return answered;
}
