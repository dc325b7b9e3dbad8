#define _GNU_SOURCE
#include "udp.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sockaddr.h"
#include "train.h"

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

/* Returns 0 or an errno. */
static int open_channel(struct udp *udp, const struct udp_config *config, size_t channel)
{
    int error = 0;
    udp->cores[channel] = -1;
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

/* Where there is no way to the server now it stays connected as it was. */
void udp_follow_core(struct udp *udp, uint32_t channel)
{
    int core = udp->connected ? sched_getcpu() : -1;
    if (core < 0 || core == udp->cores[channel])
        return;
    union socket_address to;
    socklen_t len = sockaddr_from(&udp->peer, &to);
    udp->cores[channel] = core;
    int fd = udp->peer.family == ADDRESS_IPV6 ? udp->ipv6[channel] : udp->ipv4[channel];
    (void)connect(fd, &to.any, len);
}

static bool merge_at(int fd)
{
    int one = 1;
    return fd >= 0 && setsockopt(fd, IPPROTO_UDP, UDP_GRO, &one, sizeof one) == 0;
}

/* Replies of one server that follow each other closely come as one, where the kernel can do it. */
static bool merge_all(const struct udp *udp)
{
    bool any = false;
    for (size_t i = 0; i < udp->channel_count; i++) {
        any |= merge_at(udp->ipv4[i]);
        any |= merge_at(udp->ipv6[i]);
    }
    return any;
}

bool udp_init(struct udp *udp, const struct udp_config *config, struct failure *why)
{
    *udp = (struct udp){.channel_count = config->channel_count, .train_max = 1};
    udp->inbox = udp_inbox_new();
    udp->outbox = udp_outbox_new();
    int error = udp->inbox == NULL || udp->outbox == NULL ? ENOMEM : 0;
    size_t open_count = 0;
    for (size_t i = 0; i < config->channel_count; i++) {
        int failed = open_channel(udp, config, i);
        error = failed != 0 ? failed : error;
        open_count += udp->ipv4[i] >= 0 || udp->ipv6[i] >= 0;
    }
    if (error != 0 || open_count == 0) {
        failure_set(why, FAILURE_NETWORK, "can't open %zu UDP sockets: %s%s", config->channel_count,
                    strerror(error != 0 ? error : EAFNOSUPPORT),
                    error == EADDRINUSE ? ": widen net.ipv4.ip_local_port_range" : "");
        udp_fini(udp);
        return false;
    }
    if (!config->no_trains && config->peers != NULL && config->peer_count <= UDP_FEW_PEERS) {
        udp->train_max = TRAIN_SEGMENTS;
        udp->merges = merge_all(udp);
    }
    if (config->peers != NULL && config->peer_count == 1 && connect_all(udp, &config->peers[0])) {
        udp->connected = true;
        udp->peer = config->peers[0];
    }
    udp_inbox_prepare(udp);
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
    uint64_t fresh = udp->cut;
    udp->cut = 0;
    for (size_t i = 0; i < 2 * udp->channel_count; i++) {
        int fd = i % 2 == 0 ? udp->ipv4[i / 2] : udp->ipv6[i / 2];
        uint32_t drops = drops_at(fd);
        fresh += drops - udp->drops[i];
        udp->drops[i] = drops;
    }
    return fresh;
}
