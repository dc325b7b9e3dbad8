/* Sending: from actions to trains to one system call. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sockaddr.h"
#include "train.h"
#include "udp.h"

#define EARLIER_ERRORS_MAX 8u /* of a connected socket, one after the other */

union segment_size {
    struct cmsghdr header;
    uint8_t octets[CMSG_SPACE(sizeof(uint16_t))];
};

struct udp_outbox {
    struct action *actions[TRAIN_ITEMS_MAX]; /* what is to go over one socket now */
    uint16_t lens[TRAIN_ITEMS_MAX];
    size_t count;
    struct train_plan plan;
    struct mmsghdr headers[TRAIN_ITEMS_MAX];
    struct iovec vectors[TRAIN_ITEMS_MAX];
    union socket_address peers[TRAIN_ITEMS_MAX];
    union segment_size segments[TRAIN_ITEMS_MAX];
    uint8_t octets[TRAIN_ITEMS_MAX * ACTION_OCTETS_MAX]; /* of trains, one behind the other */
    size_t used;
};

struct udp_outbox *udp_outbox_new(void)
{
    return calloc(1, sizeof(struct udp_outbox));
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

static void set_segment_size(struct msghdr *header, union segment_size *control, uint16_t len)
{
    header->msg_control = control;
    header->msg_controllen = sizeof control->octets;
    struct cmsghdr *c = CMSG_FIRSTHDR(header);
    c->cmsg_level = SOL_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof len);
    memcpy(CMSG_DATA(c), &len, sizeof len);
}

/* The octets of a train stand one behind the other; a datagram alone is sent from where it is. */
static void fill_octets(struct udp_outbox *b, size_t i)
{
    const struct train *t = &b->plan.trains[i];
    struct action *first = b->actions[b->plan.order[t->first]];
    b->vectors[i] = (struct iovec){.iov_base = first->octets, .iov_len = t->len};
    if (t->count == 1)
        return;
    uint8_t *out = b->octets + b->used;
    b->vectors[i].iov_base = out;
    for (size_t k = 0; k < t->count; k++) {
        const struct action *a = b->actions[b->plan.order[t->first + k]];
        memcpy(out, a->octets, a->len);
        out += a->len;
    }
    b->used += t->len;
    set_segment_size(&b->headers[i].msg_hdr, &b->segments[i], t->segment_len);
}

static void fill_headers(struct udp_outbox *b, bool connected)
{
    b->used = 0;
    for (size_t i = 0; i < b->plan.train_count; i++) {
        struct msghdr *header = &b->headers[i].msg_hdr;
        *header = (struct msghdr){.msg_iov = &b->vectors[i], .msg_iovlen = 1};
        fill_octets(b, i);
        if (connected)
            continue;
        const struct action *first = b->actions[b->plan.order[b->plan.trains[i].first]];
        header->msg_name = &b->peers[i];
        header->msg_namelen = sockaddr_from(&first->peer, &b->peers[i]);
    }
}

/* Clears the length of each action of a train: it is dealt with. */
static void mark_sent(struct udp *udp, const struct train *t)
{
    struct udp_outbox *b = udp->outbox;
    for (size_t k = 0; k < t->count; k++)
        b->actions[b->plan.order[t->first + k]]->len = 0;
    if (t->count > 1) {
        udp->trains.sent++;
        udp->trains.datagrams += t->count;
    }
}

static bool has_no_room(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM;
}

/* The head can't be sent. A train's datagrams are kept, and will go one by one. */
static void give_up_head(struct udp *udp, const struct train *t, udp_handler *failed, void *context)
{
    if (t->count > 1) {
        udp->train_max = 1;
        udp->trains.refused++;
        return;
    }
    struct action *a = udp->outbox->actions[udp->outbox->plan.order[t->first]];
    report_failure(a, errno, failed, context);
    a->len = 0;
}

/* Sends what is planned over one socket. A short count keeps the rest; an error is about the head
 * of what is left. But a connected socket may report what befell an earlier datagram, and has then
 * sent nothing: its head is tried again. Returns false where there is no room for more now. */
static bool send_planned(struct udp *udp, int fd, udp_handler *failed, void *context)
{
    struct udp_outbox *b = udp->outbox;
    size_t at = 0;
    unsigned errors = 0;
    while (at < b->plan.train_count) {
        unsigned left = (unsigned)(b->plan.train_count - at);
        int sent = sendmmsg(fd, b->headers + at, left, 0);
        for (int i = 0; i < sent; i++)
            mark_sent(udp, &b->plan.trains[at++]);
        if (sent > 0)
            errors = 0;
        if (sent > 0 || errno == EINTR)
            continue;
        if (has_no_room(errno))
            return false;
        if (udp->connected && errors++ < EARLIER_ERRORS_MAX)
            continue;
        if (errno == ECONNREFUSED)
            return false;
        give_up_head(udp, &b->plan.trains[at++], failed, context);
        if (udp->train_max == 1 && b->plan.trains[at - 1].count > 1)
            return true;
    }
    return true;
}

static bool goes_along(const struct udp *udp, const struct action *a, const struct action *b)
{
    if (a->channel != b->channel || a->peer.family != b->peer.family)
        return false;
    return udp->train_max == 1 || udp->connected || address_equal(&a->peer, &b->peer);
}

/* Gathers from `from` on the actions that go over the same socket as the first, and where trains
 * are made to the same server. Returns false where there is no room for more now. */
static bool send_like(struct udp *udp, struct action *from, const struct action *end,
                      udp_handler *failed, void *context)
{
    struct udp_outbox *b = udp->outbox;
    struct action like = *from;
    int fd = socket_for(udp, from);
    b->count = 0;
    for (struct action *a = from; a < end && b->count < TRAIN_ITEMS_MAX; a++) {
        if (a->len == 0 || !goes_along(udp, a, &like))
            continue;
        if (fd < 0) {
            report_failure(a, EAFNOSUPPORT, failed, context);
            a->len = 0;
            continue;
        }
        b->lens[b->count] = a->len;
        b->actions[b->count++] = a;
    }
    if (b->count == 0)
        return true;
    train_plan(&b->plan, b->lens, b->count, udp->train_max);
    fill_headers(b, udp->connected);
    udp_follow_core(udp, like.channel);
    return send_planned(udp, fd, failed, context);
}

size_t udp_send(struct udp *udp, struct action *actions, size_t count, udp_handler *failed,
                void *context)
{
    const struct action *end = actions + count;
    bool has_room = true;
    for (struct action *a = actions; a < end && has_room; a++) {
        if (a->len != 0)
            has_room = send_like(udp, a, end, failed, context);
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
