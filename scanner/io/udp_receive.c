/* Receiving: from system calls to datagrams, each an event. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "merged.h"
#include "sockaddr.h"
#include "udp.h"

#define EARLIER_ERRORS_MAX 8 /* of a connected socket, one after the other */
#define MERGED_MAX 65536u    /* no IP packet is longer */
/* What a slot holds begins in another line of the processor's cache than in the slot before. */
#define SLOT_SHIFT 192u

union segment_len {
    struct cmsghdr header;
    uint8_t octets[CMSG_SPACE(sizeof(int))];
};

/* Pages that nothing long comes to are never touched. */
struct udp_inbox {
    struct mmsghdr headers[UDP_BATCH];
    struct iovec vectors[UDP_BATCH];
    union socket_address peers[UDP_BATCH];
    union segment_len segments[UDP_BATCH];
    struct door_event events[UDP_BATCH];
    size_t event_count;
    uint8_t octets[UDP_BATCH * (MERGED_MAX + SLOT_SHIFT)];
};

struct udp_inbox *udp_inbox_new(void)
{
    struct udp_inbox *b = calloc(1, sizeof *b);
    for (size_t i = 0; b != NULL && i < UDP_BATCH; i++) {
        b->vectors[i] = (struct iovec){.iov_base = b->octets + i * (MERGED_MAX + SLOT_SHIFT),
                                       .iov_len = UDP_DATAGRAM_MAX};
        b->headers[i].msg_hdr = (struct msghdr){.msg_name = &b->peers[i],
                                                .msg_namelen = sizeof b->peers[i],
                                                .msg_iov = &b->vectors[i],
                                                .msg_iovlen = 1};
    }
    return b;
}

void udp_inbox_prepare(struct udp *udp)
{
    struct udp_inbox *b = udp->inbox;
    for (size_t i = 0; i < UDP_BATCH; i++) {
        struct msghdr *header = &b->headers[i].msg_hdr;
        if (udp->connected) {
            header->msg_name = NULL;
            header->msg_namelen = 0;
        }
        if (udp->merges) {
            b->vectors[i].iov_len = MERGED_MAX;
            header->msg_control = &b->segments[i];
            header->msg_controllen = sizeof b->segments[i];
        }
    }
}

/* 0: nothing was merged. */
static size_t segment_len(struct msghdr *header)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
        int len = 0;
        if (c->cmsg_level != SOL_UDP || c->cmsg_type != UDP_GRO ||
            c->cmsg_len < CMSG_LEN(sizeof len))
            continue;
        memcpy(&len, CMSG_DATA(c), sizeof len);
        return len > 0 ? (size_t)len : 0;
    }
    return 0;
}

/* What is in a slot; and the slot is made ready for the next call. */
static struct merged empty_slot(const struct udp *udp, size_t slot)
{
    struct mmsghdr *header = &udp->inbox->headers[slot];
    const struct iovec *v = &udp->inbox->vectors[slot];
    struct merged m = {.octets = v->iov_base, .whole_len = header->msg_len};
    m.len = m.whole_len < v->iov_len ? m.whole_len : v->iov_len;
    if (udp->merges) {
        m.segment_len = segment_len(&header->msg_hdr);
        header->msg_hdr.msg_controllen = sizeof udp->inbox->segments[slot];
    }
    if (!udp->connected)
        header->msg_hdr.msg_namelen = sizeof udp->inbox->peers[slot];
    return m;
}

static void hand_over(struct udp_inbox *b, const struct udp_taker *taker)
{
    for (unsigned step = 0; step < taker->steps; step++) {
        for (size_t i = 0; i < b->event_count; i++)
            taker->expect(taker->context, step, &b->events[i]);
    }
    for (size_t i = 0; i < b->event_count; i++)
        taker->take(taker->context, &b->events[i]);
    if (b->event_count > 0 && taker->taken != NULL)
        taker->taken(taker->context);
    b->event_count = 0;
}

static size_t take_slot(struct udp *udp, size_t slot, uint32_t channel,
                        const struct udp_taker *taker)
{
    struct udp_inbox *b = udp->inbox;
    struct merged m = empty_slot(udp, slot);
    struct address peer = udp->connected ? udp->peer : sockaddr_to(&b->peers[slot]);
    size_t count = merged_count(&m);
    for (size_t i = 0; i < count; i++) {
        struct merged_part part = merged_part(&m, i);
        b->events[b->event_count++] = (struct door_event){
            .kind = EVENT_DATAGRAM,
            .channel = channel,
            .peer = peer,
            .octets = part.octets,
            .len = part.len < UDP_DATAGRAM_MAX ? part.len : UDP_DATAGRAM_MAX,
        };
        if (b->event_count == UDP_BATCH)
            hand_over(b, taker);
    }
    udp->cut += merged_lost(&m);
    return count;
}

/* A connected socket reports what befell an earlier datagram before it hands over what came. */
static int receive_some(struct udp_inbox *b, int fd)
{
    for (unsigned i = 0; i < EARLIER_ERRORS_MAX; i++) {
        int got = recvmmsg(fd, b->headers, UDP_BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);
        if (got >= 0)
            return got;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return 0;
    }
    return 0;
}

static size_t receive_socket(struct udp *udp, int fd, uint32_t channel, size_t most,
                             const struct udp_taker *taker)
{
    size_t total = 0;
    for (int got = UDP_BATCH; got == UDP_BATCH && total < most;) {
        got = receive_some(udp->inbox, fd);
        for (int slot = 0; slot < got; slot++)
            total += take_slot(udp, (size_t)slot, channel, taker);
        hand_over(udp->inbox, taker);
    }
    return total;
}

static size_t receive_channel(struct udp *udp, uint32_t channel, size_t most,
                              const struct udp_taker *taker)
{
    const int fds[] = {udp->ipv4[channel], udp->ipv6[channel]};
    size_t total = 0;
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (fds[i] >= 0 && total < most)
            total += receive_socket(udp, fds[i], channel, most - total, taker);
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
