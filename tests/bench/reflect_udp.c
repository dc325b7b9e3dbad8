#define _GNU_SOURCE
#include "reflect_udp.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "merged.h"
#include "narrow.h"
#include "reflect_out.h"
#include "sockaddr.h"
#include "train.h"
#include "wheel.h"

#define BATCH 64u
#define QUERY_MAX 512u
#define MERGED_MAX 65536u /* octets of queries that came as one */
#define BUFFER_WANTED (16 << 20)
#define LOOK_EVERY_MS 100 /* how often a thread without work looks whether it is to end */

union control {
    char octets[CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

struct inbox {
    struct mmsghdr headers[BATCH];
    struct iovec vectors[BATCH];
    union control controls[BATCH];
    union socket_address peers[BATCH];
    uint8_t octets[BATCH][MERGED_MAX];
};

struct reflect_thread {
    const struct reflect_options *options;
    const atomic_bool *stop;
    int fd;
    bool running;
    pthread_t id;
    uint64_t random;
    uint64_t now_ns; /* of this turn; only where replies wait */
    struct narrow way;
    struct wheel *wheel;
    struct inbox *in;
    struct reflect_out *out;
    struct reflect_counts counts;
};

struct reflect_udp {
    atomic_bool stop;
    size_t count;
    struct reflect_thread *threads;
};

/* splitmix64 */
static uint64_t next_random(struct reflect_thread *t)
{
    uint64_t x = t->random += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

/* How a message came. */
struct arrival {
    uint32_t asked;     /* address that it was sent to, 0 where the socket has one address only */
    size_t segment_len; /* of queries that came as one; 0: it is one */
};

static struct arrival read_control(struct msghdr *header)
{
    struct arrival found = {0};
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            found.asked = ntohl(info.ipi_addr.s_addr);
        } else if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO) {
            int len;
            memcpy(&len, CMSG_DATA(c), sizeof len);
            found.segment_len = (size_t)len;
        }
    }
    return found;
}

static bool replies_wait(const struct reflect_options *options)
{
    return options->delay.any || options->rate_qps > 0;
}

static void answer(struct reflect_thread *t, struct merged_part octets,
                   const union socket_address *peer, uint32_t asked)
{
    const struct reflect_options *options = t->options;
    t->counts.received++;
    if (options->loss > 0 && (double)(next_random(t) >> 11) < options->loss * 0x1p53) {
        t->counts.lost++;
        return;
    }
    uint64_t wait_ns;
    bool passed = narrow_pass(&t->way, t->now_ns, &wait_ns);
    struct wheel_entry *entry = passed ? wheel_reserve(t->wheel) : NULL;
    if (entry == NULL) {
        t->counts.crowded++;
        return;
    }
    struct synth_query query = {.octets = octets.octets,
                                .len = octets.len,
                                .authority = options->authority,
                                .asked = asked};
    entry->peer = *peer;
    entry->source = asked;
    entry->len = (uint32_t)synth_reply(&options->world, &query, entry->octets);
    if (entry->len == 0) {
        t->counts.silent++;
        wheel_release(t->wheel, entry);
    } else if (replies_wait(options)) {
        wheel_add(t->wheel, entry,
                  wait_ns / REFLECT_TICK_NS + delay_draw(&options->delay, next_random(t)));
    } else {
        reflect_out_add(t->out, entry);
    }
}

static void answer_message(struct reflect_thread *t, unsigned i)
{
    struct inbox *in = t->in;
    struct arrival arrival = read_control(&in->headers[i].msg_hdr);
    size_t len = in->headers[i].msg_len;
    struct merged merged = {in->octets[i], len, len, arrival.segment_len};
    for (size_t k = 0, count = merged_count(&merged); k < count; k++) {
        struct merged_part part = merged_part(&merged, k);
        part.len = part.len < QUERY_MAX ? part.len : QUERY_MAX;
        answer(t, part, &in->peers[i], arrival.asked);
    }
}

static unsigned receive(struct reflect_thread *t, int flags)
{
    struct inbox *in = t->in;
    for (unsigned i = 0; i < BATCH; i++) {
        in->vectors[i] = (struct iovec){.iov_base = in->octets[i], .iov_len = MERGED_MAX};
        in->headers[i].msg_hdr = (struct msghdr){.msg_name = &in->peers[i],
                                                 .msg_namelen = sizeof in->peers[i],
                                                 .msg_iov = &in->vectors[i],
                                                 .msg_iovlen = 1};
        if (t->options->authority || t->options->trains) {
            in->headers[i].msg_hdr.msg_control = &in->controls[i];
            in->headers[i].msg_hdr.msg_controllen = sizeof in->controls[i];
        }
    }
    int got = recvmmsg(t->fd, in->headers, BATCH, flags, NULL);
    for (int i = 0; i < got; i++)
        answer_message(t, (unsigned)i);
    return got > 0 ? (unsigned)got : 0;
}

static void run_at_once(struct reflect_thread *t)
{
    while (!atomic_load_explicit(t->stop, memory_order_relaxed)) {
        receive(t, MSG_WAITFORONE);
        reflect_out_flush(t->out);
    }
}

/* Sends what is due. Returns how much that was. */
static unsigned send_due(struct reflect_thread *t)
{
    unsigned count = 0;
    struct wheel_entry *entry;
    t->now_ns = clock_monotonic_ns();
    wheel_advance(t->wheel, t->now_ns / REFLECT_TICK_NS);
    while (count < BATCH && (entry = wheel_take(t->wheel)) != NULL) {
        reflect_out_add(t->out, entry);
        count++;
    }
    reflect_out_flush(t->out);
    return count;
}

static void run_delayed(struct reflect_thread *t)
{
    struct pollfd readable = {.fd = t->fd, .events = POLLIN};
    while (!atomic_load_explicit(t->stop, memory_order_relaxed)) {
        unsigned due = send_due(t);
        if (receive(t, MSG_DONTWAIT) > 0 || due > 0)
            continue;
        struct timespec tick = {.tv_nsec = REFLECT_TICK_NS};
        struct timespec idle = {.tv_nsec = LOOK_EVERY_MS * 1000000};
        ppoll(&readable, 1, wheel_waiting(t->wheel) > 0 ? &tick : &idle, NULL);
    }
}

static void *run(void *context)
{
    struct reflect_thread *t = context;
    if (replies_wait(t->options))
        run_delayed(t);
    else
        run_at_once(t);
    return NULL;
}

static int open_socket(const struct reflect_options *options, const struct address *address)
{
    union socket_address to;
    socklen_t len = sockaddr_from(address, &to);
    int fd = socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int one = 1, wanted = BUFFER_WANTED;
    struct timeval look = {.tv_usec = LOOK_EVERY_MS * 1000};
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &look, sizeof look);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) == 0 &&
        (!options->trains || setsockopt(fd, IPPROTO_UDP, UDP_GRO, &one, sizeof one) == 0) &&
        (!options->authority || setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof one) == 0) &&
        bind(fd, &to.any, len) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* The kernel is to choose among the sockets of an address at random and not by the sender's port:
 * few senders would else not reach all of them. */
static bool spread(int fd, unsigned sockets)
{
    struct sock_filter code[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)(SKF_AD_OFF + SKF_AD_RANDOM)},
        {BPF_ALU | BPF_MOD | BPF_K, 0, 0, sockets},
        {BPF_RET | BPF_A, 0, 0, 0},
    };
    struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) == 0;
}

static bool start_thread(struct reflect_udp *udp, const struct reflect_options *options, size_t i)
{
    struct reflect_thread *t = &udp->threads[i];
    t->options = options;
    t->stop = &udp->stop;
    t->random = options->world.seed + i;
    t->way.queue_ns = options->queue_ns;
    if (options->rate_qps > 0)
        t->way.each_ns = (uint64_t)(1e9 * options->threads / options->rate_qps);
    t->wheel = wheel_new(replies_wait(options) ? options->waiting_max : TRAIN_ITEMS_MAX);
    t->in = calloc(1, sizeof *t->in);
    t->out = reflect_out_new(t->fd, t->wheel, options->trains);
    if (t->wheel == NULL || t->in == NULL || t->out == NULL) {
        errno = ENOMEM;
        return false;
    }
    wheel_advance(t->wheel, clock_monotonic_ns() / REFLECT_TICK_NS);
    errno = pthread_create(&t->id, NULL, run, t);
    t->running = errno == 0;
    return t->running;
}

static bool start(struct reflect_udp *udp, const struct reflect_options *options)
{
    for (size_t i = 0; i < udp->count; i++) {
        udp->threads[i].fd = open_socket(options, &options->listen[i / options->threads]);
        if (udp->threads[i].fd < 0)
            return false;
    }
    for (size_t i = 0; i < udp->count; i += options->threads) {
        if (!spread(udp->threads[i].fd, options->threads))
            return false;
    }
    for (size_t i = 0; i < udp->count; i++) {
        if (!start_thread(udp, options, i))
            return false;
    }
    return true;
}

struct reflect_udp *reflect_udp_new(const struct reflect_options *options)
{
    struct reflect_udp *udp = calloc(1, sizeof *udp);
    if (udp == NULL)
        return NULL;
    size_t count = options->listen_count * options->threads;
    udp->threads = calloc(count, sizeof *udp->threads);
    udp->count = udp->threads != NULL ? count : 0;
    for (size_t i = 0; i < udp->count; i++)
        udp->threads[i].fd = -1;
    if (udp->threads != NULL && start(udp, options))
        return udp;
    fprintf(stderr, "reflector: can't listen: %s\n", strerror(errno));
    struct reflect_counts none = {0};
    reflect_udp_free(udp, &none);
    return NULL;
}

static void end_thread(struct reflect_thread *t, struct reflect_counts *counts)
{
    uint32_t info[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof info;
    if (t->running)
        pthread_join(t->id, NULL);
    if (t->fd >= 0 && getsockopt(t->fd, SOL_SOCKET, SO_MEMINFO, info, &len) == 0)
        counts->overflow += info[SK_MEMINFO_DROPS];
    if (t->fd >= 0)
        close(t->fd);
    if (t->out != NULL) {
        counts->unsent += reflect_out_unsent(t->out);
        counts->sent += reflect_out_sent(t->out);
    }
    reflect_out_free(t->out);
    free(t->in);
    wheel_free(t->wheel);
    counts->received += t->counts.received;
    counts->lost += t->counts.lost;
    counts->silent += t->counts.silent;
    counts->crowded += t->counts.crowded;
}

void reflect_udp_free(struct reflect_udp *udp, struct reflect_counts *counts)
{
    atomic_store(&udp->stop, true);
    for (size_t i = 0; i < udp->count; i++)
        end_thread(&udp->threads[i], counts);
    free(udp->threads);
    free(udp);
}
