#define _GNU_SOURCE
#include "reflect_out.h"

#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "train.h"

#define CONTROL_MAX (CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(uint16_t)))

union control {
    char octets[CONTROL_MAX];
    struct cmsghdr align;
};

struct reflect_out {
    int fd;
    bool trains;
    struct wheel *wheel;
    uint64_t sent, unsent;
    unsigned count;
    struct wheel_entry *entries[TRAIN_ITEMS_MAX];
    unsigned message_count;
    struct mmsghdr headers[TRAIN_ITEMS_MAX];
    unsigned replies[TRAIN_ITEMS_MAX]; /* in a message */
    union control controls[TRAIN_ITEMS_MAX];
    struct iovec vectors[TRAIN_ITEMS_MAX];
    uint16_t lens[TRAIN_ITEMS_MAX];
    struct train_plan plan;
};

struct reflect_out *reflect_out_new(int fd, struct wheel *wheel, bool trains)
{
    struct reflect_out *out = calloc(1, sizeof *out);
    if (out == NULL)
        return NULL;
    out->fd = fd;
    out->wheel = wheel;
    out->trains = trains;
    return out;
}

void reflect_out_free(struct reflect_out *out)
{
    free(out);
}

uint64_t reflect_out_sent(const struct reflect_out *out)
{
    return out->sent;
}

uint64_t reflect_out_unsent(const struct reflect_out *out)
{
    return out->unsent;
}

static void add_control(struct msghdr *header, int level, int type, const void *data, size_t len)
{
    struct cmsghdr *c = (struct cmsghdr *)((char *)header->msg_control + header->msg_controllen);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(len);
    memcpy(CMSG_DATA(c), data, len);
    header->msg_controllen += CMSG_SPACE(len);
}

/* One message: the replies of a train, whose first is entries[first + order[0]]. */
static void add_message(struct reflect_out *out, unsigned first, const struct train *train)
{
    unsigned i = out->message_count++;
    const uint16_t *order = out->plan.order + train->first;
    struct iovec *vectors = out->vectors + first + train->first;
    for (unsigned k = 0; k < train->count; k++) {
        struct wheel_entry *entry = out->entries[first + order[k]];
        vectors[k] = (struct iovec){.iov_base = entry->octets, .iov_len = entry->len};
    }
    struct wheel_entry *entry = out->entries[first];
    bool ipv6 = entry->peer.any.sa_family == AF_INET6;
    struct msghdr *header = &out->headers[i].msg_hdr;
    out->replies[i] = train->count;
    out->controls[i] = (union control){0};
    *header =
        (struct msghdr){.msg_name = &entry->peer,
                        .msg_namelen = ipv6 ? sizeof entry->peer.ipv6 : sizeof entry->peer.ipv4,
                        .msg_iov = vectors,
                        .msg_iovlen = train->count,
                        .msg_control = &out->controls[i]};
    struct in_pktinfo source = {.ipi_spec_dst.s_addr = htonl(entry->source)};
    if (entry->source != 0)
        add_control(header, IPPROTO_IP, IP_PKTINFO, &source, sizeof source);
    if (train->count > 1)
        add_control(header, SOL_UDP, UDP_SEGMENT, &train->segment_len, sizeof train->segment_len);
}

static bool go_along(const struct wheel_entry *a, const struct wheel_entry *b)
{
    if (a->source != b->source || a->peer.any.sa_family != b->peer.any.sa_family)
        return false;
    if (a->peer.any.sa_family == AF_INET6)
        return a->peer.ipv6.sin6_port == b->peer.ipv6.sin6_port &&
               memcmp(&a->peer.ipv6.sin6_addr, &b->peer.ipv6.sin6_addr,
                      sizeof a->peer.ipv6.sin6_addr) == 0;
    return a->peer.ipv4.sin_port == b->peer.ipv4.sin_port &&
           a->peer.ipv4.sin_addr.s_addr == b->peer.ipv4.sin_addr.s_addr;
}

static void fill_messages(struct reflect_out *out)
{
    out->message_count = 0;
    for (unsigned at = 0, end; at < out->count; at = end) {
        for (end = at + 1; end < out->count && out->trains; end++) {
            if (!go_along(out->entries[at], out->entries[end]))
                break;
        }
        for (unsigned i = at; i < end; i++)
            out->lens[i - at] = (uint16_t)out->entries[i]->len;
        train_plan(&out->plan, out->lens, end - at, out->trains ? TRAIN_SEGMENTS_MAX : 1);
        for (size_t i = 0; i < out->plan.train_count; i++)
            add_message(out, at, &out->plan.trains[i]);
    }
}

void reflect_out_flush(struct reflect_out *out)
{
    fill_messages(out);
    for (unsigned at = 0; at < out->message_count;) {
        int sent = sendmmsg(out->fd, out->headers + at, out->message_count - at, 0);
        for (int i = 0; i < sent; i++)
            out->sent += out->replies[at++];
        if (sent <= 0 && errno != EINTR)
            out->unsent += out->replies[at++];
    }
    for (unsigned i = 0; i < out->count; i++)
        wheel_release(out->wheel, out->entries[i]);
    out->count = 0;
}

void reflect_out_add(struct reflect_out *out, struct wheel_entry *entry)
{
    out->entries[out->count++] = entry;
    if (out->count == TRAIN_ITEMS_MAX)
        reflect_out_flush(out);
}
