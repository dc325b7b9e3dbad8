/* reference.c: the bare loop that scanners are measured against. Connected sockets, batches of 64,
 * queries made beforehand, of a reply nothing is read but the id, and nothing is written.
 *
 *   reference [--gso|--gro] ADDR[:PORT] QUERIES [SOCKETS [WINDOW]]
 *
 * Asks QUERIES times for CAA over SOCKETS (16) sockets with at most WINDOW (128) in flight on each,
 * with --gso in runs of 64 by UDP_SEGMENT, with --gro so and replies merged by UDP_GRO. What is not
 * answered within a second of silence is given up. Prints one JSON object: queries, replies,
 * seconds, and CPU seconds in user and system.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "merged.h"
#include "message.h"
#include "resolvers.h"
#include "sockaddr.h"

#define BATCH 64u
#define SOCKETS_MAX 256u
#define NAMES 65536u       /* different names; more are asked for again */
#define REPLIES_MAX 65536u /* octets of those that were merged */
#define SILENCE_MS 1000
#define BUFFER_WANTED (1 << 20)

union segment_len {
    struct cmsghdr header;
    uint8_t octets[CMSG_SPACE(sizeof(int))];
};

struct reference {
    bool gso, gro;
    uint64_t wanted, sent, received;
    size_t socket_count, window;
    size_t query_len; /* all are of one length, as UDP_SEGMENT wants it */
    uint8_t *queries; /* NAMES times query_len */
    struct {
        int fd;
        uint16_t next_id;
        size_t in_flight;
        uint64_t flying[65536 / 64]; /* a bit for each id */
    } sockets[SOCKETS_MAX];
    struct mmsghdr out[BATCH], in[BATCH];
    struct iovec out_vectors[BATCH], in_vectors[BATCH];
    union segment_len segments[BATCH];
    uint8_t runs[BATCH][64];
    uint8_t replies[BATCH][REPLIES_MAX];
};

static struct reference r;

static void fail(const char *what)
{
    fprintf(stderr, "reference: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void make_queries(void)
{
    uint8_t octets[MESSAGE_QUERY_MAX];
    for (size_t i = 0; i < NAMES; i++) {
        char text[32];
        int len = snprintf(text, sizeof text, "name-%08zu.tld%04zu", i, i % 1500);
        struct name_buffer name;
        name_from_text(&name, (const uint8_t *)text, (size_t)len);
        struct query q = {
            .name = name_of(&name), .type = TYPE_CAA, .recursion = true, .edns = true};
        r.query_len = message_encode(&q, octets, sizeof octets);
        if (r.queries == NULL && (r.queries = malloc(NAMES * r.query_len)) == NULL)
            fail("memory");
        memcpy(r.queries + i * r.query_len, octets, r.query_len);
    }
}

static void open_sockets(const struct address *server)
{
    union socket_address to;
    socklen_t len = sockaddr_from(server, &to);
    int wanted = BUFFER_WANTED, segment = (int)r.query_len, one = 1;
    for (size_t i = 0; i < r.socket_count; i++) {
        int fd = socket(to.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, &to.any, len) != 0)
            fail("socket");
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
        if (r.gso && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment) != 0)
            fail("UDP_SEGMENT");
        if (r.gro && setsockopt(fd, IPPROTO_UDP, UDP_GRO, &one, sizeof one) != 0)
            fail("UDP_GRO");
        r.sockets[i].fd = fd;
    }
}

static void fill_batch(size_t i, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        uint8_t *query = r.runs[0] + k * r.query_len;
        uint16_t id = (uint16_t)(r.sockets[i].next_id + k);
        memcpy(query, r.queries + (r.sent + k) % NAMES * r.query_len, r.query_len);
        query[0] = (uint8_t)(id >> 8);
        query[1] = (uint8_t)id;
        r.out_vectors[k] = (struct iovec){query, r.query_len};
        r.out[k].msg_hdr = (struct msghdr){.msg_iov = &r.out_vectors[k], .msg_iovlen = 1};
    }
}

static bool send_some(size_t i)
{
    size_t room = r.window - r.sockets[i].in_flight;
    uint64_t left = r.wanted - r.sent;
    size_t count = room < BATCH ? room : BATCH;
    count = left < count ? (size_t)left : count;
    if (count == 0)
        return false;
    fill_batch(i, count);
    ssize_t sent = 0;
    if (r.gso)
        sent = send(r.sockets[i].fd, r.runs, count * r.query_len, 0) < 0 ? -1 : (ssize_t)count;
    else
        sent = sendmmsg(r.sockets[i].fd, r.out, (unsigned)count, 0);
    if (sent < 0 && errno != EAGAIN && errno != ENOBUFS && errno != EINTR)
        fail("send");
    if (sent <= 0)
        return false;
    for (ssize_t k = 0; k < sent; k++) {
        const uint8_t *query = r.runs[0] + (size_t)k * r.query_len;
        unsigned id = (unsigned)query[0] << 8 | query[1];
        r.sockets[i].flying[id / 64] |= (uint64_t)1 << id % 64;
    }
    r.sockets[i].next_id = (uint16_t)(r.sockets[i].next_id + sent);
    r.sockets[i].in_flight += (size_t)sent;
    r.sent += (uint64_t)sent;
    return true;
}

static void take_reply(size_t i, const uint8_t *octets)
{
    uint16_t id = (uint16_t)((unsigned)octets[0] << 8 | octets[1]);
    uint64_t bit = (uint64_t)1 << id % 64;
    if ((r.sockets[i].flying[id / 64] & bit) != 0) {
        r.sockets[i].flying[id / 64] &= ~bit;
        r.sockets[i].in_flight--;
        r.received++;
    }
}

static size_t segment_len(const struct msghdr *header)
{
    const struct cmsghdr *c = CMSG_FIRSTHDR(header);
    int len = 0;
    if (c != NULL && c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO)
        memcpy(&len, CMSG_DATA(c), sizeof len);
    return (size_t)len;
}

static bool receive_some(size_t i)
{
    int got = recvmmsg(r.sockets[i].fd, r.in, BATCH, MSG_DONTWAIT, NULL);
    for (int k = 0; k < got; k++) {
        struct merged m = {r.replies[k], r.in[k].msg_len, r.in[k].msg_len, 0};
        if (r.gro) {
            m.segment_len = segment_len(&r.in[k].msg_hdr);
            r.in[k].msg_hdr.msg_controllen = sizeof r.segments[k];
        }
        for (size_t n = 0, count = merged_count(&m); n < count; n++)
            take_reply(i, merged_part(&m, n).octets);
    }
    return got > 0;
}

/* Waits for replies. False once there was silence. */
static bool wait_for_some(void)
{
    struct pollfd fds[SOCKETS_MAX];
    for (size_t i = 0; i < r.socket_count; i++)
        fds[i] = (struct pollfd){.fd = r.sockets[i].fd, .events = POLLIN};
    return poll(fds, r.socket_count, SILENCE_MS) != 0;
}

static void run(void)
{
    for (;;) {
        bool any = false, flying = false;
        for (size_t i = 0; i < r.socket_count; i++) {
            any |= receive_some(i);
            any |= send_some(i);
            flying |= r.sockets[i].in_flight > 0;
        }
        if (!flying && r.sent == r.wanted)
            return;
        if (any || wait_for_some())
            continue;
        for (size_t i = 0; i < r.socket_count; i++) {
            r.sockets[i].in_flight = 0;
            memset(r.sockets[i].flying, 0, sizeof r.sockets[i].flying);
        }
    }
}

static double cpu(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void measure(void)
{
    struct rusage before, after;
    for (size_t k = 0; k < BATCH; k++) {
        r.in_vectors[k] = (struct iovec){r.replies[k], REPLIES_MAX};
        r.in[k].msg_hdr = (struct msghdr){.msg_iov = &r.in_vectors[k], .msg_iovlen = 1};
        if (r.gro) {
            r.in[k].msg_hdr.msg_control = &r.segments[k];
            r.in[k].msg_hdr.msg_controllen = sizeof r.segments[k];
        }
    }
    getrusage(RUSAGE_SELF, &before);
    uint64_t began_ns = clock_monotonic_ns();
    run();
    double took = (double)(clock_monotonic_ns() - began_ns) / 1e9;
    getrusage(RUSAGE_SELF, &after);
    printf("{\"queries\":%" PRIu64 ",\"replies\":%" PRIu64
           ",\"seconds\":%.6f,\"user\":%.6f,\"system\":%.6f}\n",
           r.sent, r.received, took, cpu(after.ru_utime) - cpu(before.ru_utime),
           cpu(after.ru_stime) - cpu(before.ru_stime));
}

int main(int argc, char **argv)
{
    r.gro = argc > 1 && strcmp(argv[1], "--gro") == 0;
    r.gso = r.gro || (argc > 1 && strcmp(argv[1], "--gso") == 0);
    argc -= r.gso;
    argv += r.gso;
    if (argc < 3 || argc > 5) {
        fprintf(stderr, "usage: reference [--gso|--gro] ADDR[:PORT] QUERIES [SOCKETS [WINDOW]]\n");
        return 1;
    }
    struct resolvers server;
    struct failure why;
    if (!resolvers_from_argument(&server, argv[1], &why)) {
        fprintf(stderr, "reference: %s\n", why.text);
        return 1;
    }
    r.wanted = strtoull(argv[2], NULL, 10);
    r.socket_count = argc > 3 ? strtoul(argv[3], NULL, 10) : 16;
    r.window = argc > 4 ? strtoul(argv[4], NULL, 10) : 128;
    if (r.socket_count < 1 || r.socket_count > SOCKETS_MAX || r.window < 1 || r.window > 8192) {
        fprintf(stderr, "reference: 1 to %u sockets, 1 to 8192 in flight\n", SOCKETS_MAX);
        return 1;
    }
    make_queries();
    open_sockets(&server.list[0]);
    measure();
    free(r.queries);
    resolvers_fini(&server);
    return 0;
}
