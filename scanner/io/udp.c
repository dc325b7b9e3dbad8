#define _GNU_SOURCE
#include "udp.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sockaddr.h"

struct udp_batch {
    struct mmsghdr headers[UDP_BATCH];
    struct iovec vectors[UDP_BATCH];
    union socket_address peers[UDP_BATCH];
    struct action *actions[UDP_BATCH];
    uint8_t octets[UDP_BATCH][UDP_DATAGRAM_MAX];
};

static int open_socket(int family, struct udp *udp)
{
    int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    int one = 1, wanted = UDP_BUFFER_WANTED, granted = 0;
    socklen_t len = sizeof granted;
    if (family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &len) == 0 &&
        (udp->buffer_granted == 0 || granted < udp->buffer_granted))
        udp->buffer_granted = granted;
    union socket_address any = {.any = {.sa_family = (sa_family_t)family}};
    socklen_t any_len = family == AF_INET6 ? sizeof any.ipv6 : sizeof any.ipv4;
    if (bind(fd, &any.any, any_len) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

bool udp_init(struct udp *udp, size_t channel_count, bool ipv4, bool ipv6, struct failure *why)
{
    *udp = (struct udp){.channel_count = channel_count};
    udp->batch = malloc(sizeof *udp->batch);
    int error = udp->batch == NULL ? ENOMEM : 0;
    size_t open_count = 0;
    for (size_t i = 0; i < channel_count; i++) {
        udp->ipv4[i] = ipv4 ? open_socket(AF_INET, udp) : -1;
        if (ipv4 && udp->ipv4[i] < 0)
            error = errno;
        udp->ipv6[i] = ipv6 ? open_socket(AF_INET6, udp) : -1;
        if (ipv6 && udp->ipv6[i] < 0 && errno != EAFNOSUPPORT)
            error = errno;
        open_count += udp->ipv4[i] >= 0 || udp->ipv6[i] >= 0;
    }
    if (error == 0 && open_count > 0)
        return true;
    failure_set(why, FAILURE_NETWORK, "can't open %zu UDP sockets: %s", channel_count,
                strerror(error != 0 ? error : EAFNOSUPPORT));
    udp_fini(udp);
    return false;
}

void udp_fini(struct udp *udp)
{
    for (size_t i = 0; i < udp->channel_count; i++) {
        if (udp->ipv4[i] >= 0)
            close(udp->ipv4[i]);
        if (udp->ipv6[i] >= 0)
            close(udp->ipv6[i]);
    }
    free(udp->batch);
    *udp = (struct udp){0};
}

static int socket_for(const struct udp *udp, const struct action *action)
{
    return action->peer.family == ADDRESS_IPV6 ? udp->ipv6[action->channel]
                                               : udp->ipv4[action->channel];
}

static void report_failure(const struct action *action, int error, udp_handler *failed,
                           void *context)
{
    struct door_event event = {.kind = EVENT_SEND_FAILED,
                               .channel = action->channel,
                               .peer = action->peer,
                               .octets = action->octets,
                               .len = action->len,
                               .no_route = sockaddr_no_route(error)};
    failed(context, &event);
}

static void fill_send(struct udp_batch *b, size_t i, struct action *action)
{
    b->actions[i] = action;
    b->vectors[i] = (struct iovec){.iov_base = action->octets, .iov_len = action->len};
    b->headers[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &b->vectors[i], .msg_iovlen = 1}};
    b->headers[i].msg_hdr.msg_name = &b->peers[i];
    b->headers[i].msg_hdr.msg_namelen = sockaddr_from(&action->peer, &b->peers[i]);
}

/* Sends the batch over one socket and clears the length of each action that is dealt with. A short
 * count keeps the rest; an error is about the head of what is left. */
static void send_batch(struct udp_batch *b, int fd, size_t count, udp_handler *failed,
                       void *context)
{
    size_t at = 0;
    while (at < count) {
        int sent = sendmmsg(fd, b->headers + at, (unsigned)(count - at), 0);
        if (sent > 0) {
            for (int i = 0; i < sent; i++)
                b->actions[at++]->len = 0;
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == ENOMEM)
            return;
        report_failure(b->actions[at], errno, failed, context);
        b->actions[at++]->len = 0;
    }
}

static bool same_socket(const struct action *a, const struct action *b)
{
    return a->channel == b->channel && a->peer.family == b->peer.family;
}

/* Gathers from `from` on the actions that go over the same socket as the first. */
static void send_channel(struct udp *udp, struct action *from, const struct action *end,
                         udp_handler *failed, void *context)
{
    int fd = socket_for(udp, from);
    struct action like = *from;
    size_t n = 0;
    for (struct action *a = from; a < end && n < UDP_BATCH; a++) {
        if (a->len == 0 || !same_socket(a, &like))
            continue;
        if (fd < 0) {
            report_failure(a, EAFNOSUPPORT, failed, context);
            a->len = 0;
        } else {
            fill_send(udp->batch, n++, a);
        }
    }
    if (n > 0)
        send_batch(udp->batch, fd, n, failed, context);
}

size_t udp_send(struct udp *udp, struct action *actions, size_t count, udp_handler *failed,
                void *context)
{
    const struct action *end = actions + count;
    for (struct action *a = actions; a < end; a++) {
        if (a->len != 0)
            send_channel(udp, a, end, failed, context);
    }
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (actions[i].len == 0)
            continue;
        if (left != i)
            actions[left] = actions[i];
        left++;
    }
    return left;
}

static size_t receive_batch(struct udp *udp, int fd, uint32_t channel, udp_handler *take,
                            void *context)
{
    struct udp_batch *b = udp->batch;
    for (size_t i = 0; i < UDP_BATCH; i++) {
        b->vectors[i] = (struct iovec){.iov_base = b->octets[i], .iov_len = UDP_DATAGRAM_MAX};
        b->headers[i] = (struct mmsghdr){.msg_hdr = {.msg_name = &b->peers[i],
                                                     .msg_namelen = sizeof b->peers[i],
                                                     .msg_iov = &b->vectors[i],
                                                     .msg_iovlen = 1}};
    }
    int got = recvmmsg(fd, b->headers, UDP_BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < got; i++) {
        struct door_event event = {.kind = EVENT_DATAGRAM,
                                   .channel = channel,
                                   .peer = sockaddr_to(&b->peers[i]),
                                   .octets = b->octets[i],
                                   .len = b->headers[i].msg_len};
        take(context, &event);
    }
    return got > 0 ? (size_t)got : 0;
}

static size_t receive_channel(struct udp *udp, uint32_t channel, size_t most, udp_handler *take,
                              void *context)
{
    const int fds[] = {udp->ipv4[channel], udp->ipv6[channel]};
    size_t total = 0;
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        size_t got = UDP_BATCH;
        for (size_t count = 0; fds[i] >= 0 && got == UDP_BATCH && count < most; count += got) {
            got = receive_batch(udp, fds[i], channel, take, context);
            total += got;
        }
    }
    return total;
}

size_t udp_receive(struct udp *udp, size_t most, udp_handler *take, void *context)
{
    size_t total = 0;
    for (uint32_t i = 0; i < udp->channel_count; i++)
        total += receive_channel(udp, i, most, take, context);
    return total;
}

static uint32_t drops_at(int fd)
{
    uint32_t info[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof info;
    if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) != 0)
        return 0;
    return info[SK_MEMINFO_DROPS];
}

uint64_t udp_new_drops(struct udp *udp)
{
    uint64_t fresh = 0;
    for (size_t i = 0; i < 2 * udp->channel_count; i++) {
        int fd = i % 2 == 0 ? udp->ipv4[i / 2] : udp->ipv6[i / 2];
        uint32_t drops = drops_at(fd);
        fresh += drops - udp->drops[i];
        udp->drops[i] = drops;
    }
    return fresh;
}
