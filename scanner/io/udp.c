#define _GNU_SOURCE
#include "udp.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sockaddr.h"
#include "train.h"

#define EARLIER_ERRORS_MAX 8 /* of a connected socket, one after the other */

struct udp_inbox {
    struct mmsghdr headers[UDP_BATCH];
    struct iovec vectors[UDP_BATCH];
    union socket_address peers[UDP_BATCH];
    struct door_event events[UDP_BATCH];
    uint8_t octets[UDP_BATCH][UDP_DATAGRAM_MAX];
};

/* A query is never cut on its way (IP_PMTUDISC_PROBE), so it needs no id of IP's (RFC 6864 section
 * 4.1), which the kernel would else look up for each server. */
static int open_socket(int family, struct udp *udp)
{
    int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    int one = 1, probe = IP_PMTUDISC_PROBE, wanted = UDP_BUFFER_WANTED, granted = 0;
    socklen_t len = sizeof granted;
    if (family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    else
        setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof probe);
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

static struct udp_inbox *inbox_new(void)
{
    struct udp_inbox *b = calloc(1, sizeof *b);
    for (size_t i = 0; b != NULL && i < UDP_BATCH; i++) {
        b->vectors[i] = (struct iovec){.iov_base = b->octets[i], .iov_len = UDP_DATAGRAM_MAX};
        b->headers[i].msg_hdr = (struct msghdr){.msg_name = &b->peers[i],
                                                .msg_namelen = sizeof b->peers[i],
                                                .msg_iov = &b->vectors[i],
                                                .msg_iovlen = 1};
    }
    return b;
}

/* Returns 0 or an errno. */
static int open_channel(struct udp *udp, const struct udp_config *config, size_t channel)
{
    int error = 0;
    udp->ipv4[channel] = config->ipv4 ? open_socket(AF_INET, udp) : -1;
    if (config->ipv4 && udp->ipv4[channel] < 0)
        error = errno;
    udp->ipv6[channel] = config->ipv6 ? open_socket(AF_INET6, udp) : -1;
    if (config->ipv6 && udp->ipv6[channel] < 0 && errno != EAFNOSUPPORT)
        error = errno;
    return error;
}

/* What came before the socket was connected may be from anybody. */
static void drop_waiting(int fd)
{
    uint8_t octet;
    while (recv(fd, &octet, sizeof octet, MSG_DONTWAIT) >= 0)
        continue;
}

/* Where there is no way to the server now, each send finds out anew. */
static bool connect_all(const struct udp *udp, const struct address *peer)
{
    union socket_address to;
    socklen_t len = sockaddr_from(peer, &to);
    for (size_t i = 0; i < udp->channel_count; i++) {
        int fd = peer->family == ADDRESS_IPV6 ? udp->ipv6[i] : udp->ipv4[i];
        if (fd < 0 || connect(fd, &to.any, len) != 0)
            return false;
        drop_waiting(fd);
    }
    return true;
}

/* Who sent a datagram need not be told where it can be one only. */
static void hear_peer_alone(struct udp *udp, const struct address *peer)
{
    udp->connected = true;
    udp->peer = *peer;
    for (size_t i = 0; i < UDP_BATCH; i++) {
        udp->inbox->headers[i].msg_hdr.msg_name = NULL;
        udp->inbox->headers[i].msg_hdr.msg_namelen = 0;
    }
}

bool udp_init(struct udp *udp, const struct udp_config *config, struct failure *why)
{
    *udp = (struct udp){.channel_count = config->channel_count, .train_max = 1};
    udp->inbox = inbox_new();
    udp->outbox = udp_outbox_new();
    int error = udp->inbox == NULL || udp->outbox == NULL ? ENOMEM : 0;
    size_t open_count = 0;
    for (size_t i = 0; i < config->channel_count; i++) {
        int failed = open_channel(udp, config, i);
        error = failed != 0 ? failed : error;
        open_count += udp->ipv4[i] >= 0 || udp->ipv6[i] >= 0;
    }
    if (error != 0 || open_count == 0) {
        failure_set(why, FAILURE_NETWORK, "can't open %zu UDP sockets: %s", config->channel_count,
                    strerror(error != 0 ? error : EAFNOSUPPORT));
        udp_fini(udp);
        return false;
    }
    if (!config->no_trains && config->peers != NULL && config->peer_count <= UDP_FEW_PEERS)
        udp->train_max = TRAIN_SEGMENTS_MAX;
    if (config->peers != NULL && config->peer_count == 1 && connect_all(udp, &config->peers[0]))
        hear_peer_alone(udp, &config->peers[0]);
    return true;
}

void udp_fini(struct udp *udp)
{
    for (size_t i = 0; i < udp->channel_count; i++) {
        if (udp->ipv4[i] >= 0)
            close(udp->ipv4[i]);
        if (udp->ipv6[i] >= 0)
            close(udp->ipv6[i]);
    }
    free(udp->inbox);
    free(udp->outbox);
    *udp = (struct udp){0};
}

/* A connected socket reports what befell an earlier datagram before it hands over what came. */
static int receive_some(struct udp_inbox *b, int fd)
{
    for (unsigned i = 0; i < EARLIER_ERRORS_MAX; i++) {
        int got = recvmmsg(fd, b->headers, UDP_BATCH, MSG_DONTWAIT, NULL);
        if (got >= 0)
            return got;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return 0;
    }
    return 0;
}

static size_t receive_batch(struct udp *udp, int fd, uint32_t channel,
                            const struct udp_taker *taker)
{
    struct udp_inbox *b = udp->inbox;
    int got = receive_some(b, fd);
    for (int i = 0; i < got; i++) {
        b->events[i] = (struct door_event){.kind = EVENT_DATAGRAM,
                                           .channel = channel,
                                           .peer = udp->peer,
                                           .octets = b->octets[i],
                                           .len = b->headers[i].msg_len};
        if (udp->connected)
            continue;
        b->events[i].peer = sockaddr_to(&b->peers[i]);
        b->headers[i].msg_hdr.msg_namelen = sizeof b->peers[i];
    }
    for (unsigned step = 0; step < taker->steps; step++) {
        for (int i = 0; i < got; i++)
            taker->expect(taker->context, step, &b->events[i]);
    }
    for (int i = 0; i < got; i++)
        taker->take(taker->context, &b->events[i]);
    if (got > 0 && taker->taken != NULL)
        taker->taken(taker->context);
    return (size_t)got;
}

static size_t receive_channel(struct udp *udp, uint32_t channel, size_t most,
                              const struct udp_taker *taker)
{
    const int fds[] = {udp->ipv4[channel], udp->ipv6[channel]};
    size_t total = 0;
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        size_t got = UDP_BATCH;
        for (; fds[i] >= 0 && got == UDP_BATCH && total < most; total += got)
            got = receive_batch(udp, fds[i], channel, taker);
    }
    return total;
}

size_t udp_receive(struct udp *udp, size_t most, const struct udp_taker *taker)
{
    size_t total = 0;
    for (size_t i = 0; i < udp->channel_count && total < most; i++) {
        uint32_t channel = udp->next_channel;
        udp->next_channel = (uint32_t)((channel + 1) % udp->channel_count);
        total += receive_channel(udp, channel, most - total, taker);
    }
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
