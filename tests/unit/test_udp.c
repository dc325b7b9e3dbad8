/* A worker's sockets, against a server on the loopback interface. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sockaddr.h"
#include "udp.h"

#define COUNT 200u

static bool trains_refused;  /* as by a device that can't make checksums */
static bool no_trains;       /* as asked for */
static bool merging_refused; /* as by an older kernel */
static size_t slot_len;      /* what a slot is made to hold; 0: what it does hold */
static unsigned taken_count; /* that were received, of one datagram or of several */

int __real_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);
int __wrap_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);

int __wrap_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    unsigned plain = 0;
    while (trains_refused && plain < count && messages[plain].msg_hdr.msg_controllen == 0)
        plain++;
    if (trains_refused && plain == 0) {
        errno = EIO;
        return -1;
    }
    return __real_sendmmsg(fd, messages, trains_refused ? plain : count, flags);
}

int __real_recvmmsg(int fd, struct mmsghdr *list, unsigned count, int flags, struct timespec *t);
int __wrap_recvmmsg(int fd, struct mmsghdr *list, unsigned count, int flags, struct timespec *t);

int __wrap_recvmmsg(int fd, struct mmsghdr *list, unsigned count, int flags, struct timespec *t)
{
    for (unsigned i = 0; slot_len > 0 && i < count; i++)
        list[i].msg_hdr.msg_iov->iov_len = slot_len;
    int got = __real_recvmmsg(fd, list, count, flags, t);
    taken_count += got > 0 ? (unsigned)got : 0;
    return got;
}

int __real_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len);

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    if (merging_refused && level == IPPROTO_UDP && name == UDP_GRO) {
        errno = ENOPROTOOPT;
        return -1;
    }
    return __real_setsockopt(fd, level, name, value, len);
}

struct fixture {
    struct udp udp;
    int server;
    struct address address;
    struct action actions[COUNT];
    unsigned failed, replies;
};

static struct fixture f;

static void open_server(void)
{
    union socket_address to = {.ipv4 = {.sin_family = AF_INET,
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                        .sin_port = htons(f.address.port)}};
    socklen_t len = sizeof to.ipv4;
    f.server = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(f.server, &to.any, len), 0);
    assert_int_equal(getsockname(f.server, &to.any, &len), 0);
    f.address = sockaddr_to(&to);
}

static void open_udp(size_t peer_count)
{
    struct failure why;
    memset(&f, 0, sizeof f);
    open_server();
    struct address peers[2] = {f.address, f.address};
    struct udp_config config = {.channel_count = 2,
                                .ipv4 = true,
                                .peers = peers,
                                .peer_count = peer_count,
                                .no_trains = no_trains};
    assert_true(udp_init(&f.udp, &config, &why));
    assert_int_equal(f.udp.connected, peer_count == 1);
}

static void close_all(void)
{
    udp_fini(&f.udp);
    close(f.server);
    trains_refused = no_trains = merging_refused = false;
    slot_len = taken_count = 0;
}

/* Datagrams of a few lengths over both channels; the first octet is the datagram's number. */
static void fill_actions(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        struct action *a = &f.actions[i];
        *a = (struct action){.kind = ACTION_SEND, .channel = i % 2, .peer = f.address};
        a->len = (uint16_t)(30 + i % 7);
        memset(a->octets, (int)i, a->len);
    }
}

static void take_failure(void *context, const struct door_event *event)
{
    (void)context;
    assert_int_equal(event->kind, EVENT_SEND_FAILED);
    f.failed++;
}

static void take_reply(void *context, const struct door_event *event)
{
    (void)context;
    assert_int_equal(event->kind, EVENT_DATAGRAM);
    assert_true(address_equal(&event->peer, &f.address));
    assert_int_equal(event->octets[0] % 2u, event->channel);
    f.replies++;
}

static void send_all(void)
{
    size_t left = COUNT;
    for (unsigned i = 0; i < 10 && left > 0; i++)
        left = udp_send(&f.udp, f.actions, left, take_failure, NULL);
    assert_int_equal(left, 0);
}

/* Each datagram comes once, as it was; the server sends it back. */
static void serve_all(void)
{
    unsigned seen[COUNT] = {0};
    for (unsigned i = 0; i < COUNT; i++) {
        struct pollfd ready = {.fd = f.server, .events = POLLIN};
        assert_int_equal(poll(&ready, 1, 5000), 1);
        uint8_t octets[2048];
        union socket_address from;
        socklen_t from_len = sizeof from;
        ssize_t len = recvfrom(f.server, octets, sizeof octets, 0, &from.any, &from_len);
        assert_in_range(octets[0], 0, COUNT - 1);
        assert_int_equal(len, 30 + octets[0] % 7);
        for (ssize_t k = 1; k < len; k++)
            assert_int_equal(octets[k], octets[0]);
        assert_int_equal(seen[octets[0]]++, 0);
        assert_int_equal(sendto(f.server, octets, (size_t)len, 0, &from.any, from_len), len);
    }
}

static void receive_all(void)
{
    for (unsigned i = 0; i < 1000 && f.replies < COUNT; i++) {
        if (udp_receive(&f.udp, COUNT, &(struct udp_taker){.take = take_reply}) == 0)
            usleep(1000);
    }
    assert_int_equal(f.replies, COUNT);
    assert_int_equal(f.failed, 0);
}

static void exchange_all(void)
{
    fill_actions();
    send_all();
    serve_all();
    receive_all();
}

static void one_server_gets_every_datagram_in_trains(void **state)
{
    (void)state;
    open_udp(1);
    exchange_all();
    if (f.udp.trains.refused == 0) {
        assert_in_range(f.udp.trains.datagrams, COUNT - 14, COUNT);
        assert_in_range(f.udp.trains.sent, 4, 14);
    }
    close_all();
}

/* What waits to be received when a worker has come to another core is neither lost nor somebody
 * else's. */
static void a_channel_that_follows_its_worker_loses_nothing(void **state)
{
    (void)state;
    open_udp(1);
    fill_actions();
    send_all();
    serve_all();
    int here = sched_getcpu();
    assert_in_range(here, 0, INT32_MAX);
    for (uint32_t i = 0; i < 2; i++) {
        f.udp.cores[i] = here + 1;
        udp_follow_core(&f.udp, i);
        assert_int_not_equal(f.udp.cores[i], here + 1);
    }
    receive_all();
    f.replies = 0;
    exchange_all();
    close_all();
}

static void few_servers_get_trains_over_sockets_that_are_not_connected(void **state)
{
    (void)state;
    open_udp(2);
    exchange_all();
    assert_true(f.udp.trains.sent > 0 || f.udp.trains.refused > 0);
    close_all();
}

static void where_trains_are_refused_each_datagram_goes_alone(void **state)
{
    (void)state;
    open_udp(1);
    trains_refused = true;
    exchange_all();
    assert_int_equal(f.udp.trains.refused, 1);
    assert_int_equal(f.udp.trains.sent, 0);
    assert_int_equal(f.udp.train_max, 1);
    close_all();
}

static void without_trains_each_datagram_goes_alone(void **state)
{
    (void)state;
    no_trains = true;
    open_udp(1);
    assert_int_equal(f.udp.train_max, 1);
    exchange_all();
    assert_int_equal(f.udp.trains.sent + f.udp.trains.refused, 0);
    close_all();
}

/* The error of a connected socket is about a datagram that was sent before, so none may be given up
 * for it. */
static void an_earlier_datagrams_error_fails_no_later_one(void **state)
{
    (void)state;
    open_udp(1);
    close(f.server);
    for (unsigned round = 0; round < 5; round++) {
        fill_actions();
        send_all();
    }
    assert_int_equal(f.failed, 0);
    open_server();
    exchange_all();
    close_all();
}

static void where_there_is_no_way_each_datagram_is_reported(void **state)
{
    (void)state;
    open_udp(2);
    fill_actions();
    for (size_t i = 0; i < COUNT; i++)
        f.actions[i].peer = (struct address){.family = ADDRESS_IPV6, .octets[15] = 1, .port = 53};
    assert_int_equal(udp_send(&f.udp, f.actions, COUNT, take_failure, NULL), 0);
    assert_int_equal(f.failed, COUNT);
    close_all();
}

/* ---- replies that come in trains ---- */

struct reply_train {
    unsigned server; /* of two */
    uint32_t channel;
    uint16_t segment_len, last_len;
    unsigned count;
};

static struct {
    unsigned next[2][2]; /* number of the reply to come, by channel and server */
    int other;           /* the second server */
    struct address other_address;
} m;

/* Octets of a reply: who sent it, over which channel, its number there and its length. */
static void fill_reply(uint8_t *out, size_t len, const struct reply_train *t, unsigned number)
{
    memset(out, (int)(number * 7), len);
    out[0] = (uint8_t)t->server;
    out[1] = (uint8_t)t->channel;
    out[2] = (uint8_t)(number >> 8);
    out[3] = (uint8_t)number;
    out[4] = (uint8_t)(len >> 8);
    out[5] = (uint8_t)len;
}

static void send_train(const struct reply_train *t, unsigned first)
{
    static uint8_t octets[65536];
    union {
        struct cmsghdr header;
        uint8_t octets[CMSG_SPACE(sizeof(uint16_t))];
    } control = {.header = {.cmsg_level = SOL_UDP,
                            .cmsg_type = UDP_SEGMENT,
                            .cmsg_len = CMSG_LEN(sizeof(uint16_t))}};
    memcpy(CMSG_DATA(&control.header), &t->segment_len, sizeof t->segment_len);
    size_t len = 0;
    for (unsigned i = 0; i < t->count; i++) {
        size_t part = i + 1 < t->count ? t->segment_len : t->last_len;
        fill_reply(octets + len, part, t, first + i);
        len += part;
    }
    union socket_address to;
    socklen_t to_len = sizeof to;
    assert_int_equal(getsockname(f.udp.ipv4[t->channel], &to.any, &to_len), 0);
    to.ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct iovec vector = {octets, len};
    struct msghdr header = {.msg_name = &to.any,
                            .msg_namelen = sizeof to.ipv4,
                            .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = sizeof control};
    assert_int_equal(sendmsg(t->server == 0 ? f.server : m.other, &header, 0), (ssize_t)len);
}

static void take_part(void *context, const struct door_event *event)
{
    (void)context;
    assert_int_equal(event->kind, EVENT_DATAGRAM);
    assert_true(event->len >= 6);
    unsigned server = event->octets[0];
    const struct address *from = server == 0 ? &f.address : &m.other_address;
    assert_true(address_equal(&event->peer, from));
    assert_int_equal(event->octets[1], event->channel);
    unsigned *next = &m.next[event->channel][server];
    assert_int_equal(event->octets[2] << 8 | event->octets[3], *next);
    assert_int_equal(event->octets[4] << 8 | event->octets[5], event->len);
    for (size_t i = 6; i < event->len; i++)
        assert_int_equal(event->octets[i], (uint8_t)(*next * 7));
    ++*next;
    f.replies++;
}

static void count_batch(void *context)
{
    unsigned *batches = context;
    ++*batches;
}

static void open_two_servers(size_t peer_count)
{
    memset(&m, 0, sizeof m);
    open_udp(peer_count);
    int server = f.server;
    struct address address = f.address;
    f.address.port = 0;
    open_server();
    m.other = f.server;
    m.other_address = f.address;
    f.server = server;
    f.address = address;
}

/* Sends them all, and takes what comes. Returns how many replies were sent. */
static unsigned exchange_trains(const struct reply_train trains[], size_t count)
{
    unsigned sent = 0, batches = 0;
    unsigned next[2][2] = {0};
    for (size_t i = 0; i < count; i++) {
        const struct reply_train *t = &trains[i];
        send_train(t, next[t->channel][t->server]);
        next[t->channel][t->server] += t->count;
        sent += t->count;
    }
    struct udp_taker taker = {.take = take_part, .taken = count_batch, .context = &batches};
    for (unsigned i = 0; i < 200 && f.replies < sent; i++) {
        if (udp_receive(&f.udp, SIZE_MAX, &taker) == 0)
            usleep(1000);
    }
    assert_true(batches > 0 || f.replies == 0);
    return sent;
}

static const struct reply_train TRAINS[] = {
    {0, 0, 100, 100, 64}, {0, 1, 100, 7, 64}, {1, 0, 80, 80, 3},   {0, 0, 90, 89, 2},
    {0, 0, 50, 50, 1},    {0, 1, 51, 51, 40}, {1, 1, 1000, 6, 60}, {1, 0, 1232, 1232, 50},
};

#define TRAIN_COUNT (sizeof TRAINS / sizeof *TRAINS)

static void close_both(void)
{
    close(m.other);
    close_all();
}

static void merged_replies_come_apart_as_they_were_sent(void **state)
{
    (void)state;
    open_two_servers(2);
    unsigned sent = exchange_trains(TRAINS, TRAIN_COUNT);
    assert_int_equal(sent, f.replies);
    assert_int_equal(taken_count, f.udp.merges ? TRAIN_COUNT : f.replies);
    assert_int_equal(udp_new_drops(&f.udp), 0);
    close_both();
}

static void merged_replies_of_a_lone_server_come_apart(void **state)
{
    (void)state;
    const struct reply_train trains[] = {{0, 0, 100, 100, 64}, {0, 0, 99, 30, 64}};
    open_two_servers(1);
    unsigned sent = exchange_trains(trains, 2);
    assert_int_equal(sent, f.replies);
    assert_int_equal(f.replies, 128);
    close_both();
}

static void where_merging_is_refused_each_reply_comes_alone(void **state)
{
    (void)state;
    merging_refused = true;
    open_two_servers(2);
    assert_false(f.udp.merges);
    unsigned sent = exchange_trains(TRAINS, TRAIN_COUNT);
    assert_int_equal(sent, f.replies);
    assert_int_equal(taken_count, f.replies);
    close_both();
}

static void without_trains_nothing_is_merged(void **state)
{
    (void)state;
    no_trains = true;
    open_two_servers(2);
    unsigned sent = exchange_trains(TRAINS, TRAIN_COUNT);
    assert_int_equal(sent, f.replies);
    assert_int_equal(taken_count, f.replies);
    close_both();
}

/* 1050 octets have room for ten of 100 and for half of the next one, which must not be believed. */
static void what_finds_no_room_is_counted_and_not_believed(void **state)
{
    (void)state;
    const struct reply_train train = {0, 0, 100, 40, 20};
    open_two_servers(2);
    slot_len = 1050;
    if (f.udp.merges) {
        unsigned sent = exchange_trains(&train, 1);
        assert_int_equal(sent, 20);
        assert_int_equal(f.replies, 10);
        assert_int_equal(udp_new_drops(&f.udp), 10);
        assert_int_equal(udp_new_drops(&f.udp), 0);
    }
    close_both();
}

static void take_long(void *context, const struct door_event *event)
{
    size_t *len = context;
    *len = event->len;
}

static void a_datagram_longer_than_asked_for_comes_cut(void **state)
{
    (void)state;
    const struct reply_train train = {0, 0, 5000, 5000, 1};
    size_t len = 0;
    open_two_servers(2);
    send_train(&train, 0);
    struct udp_taker taker = {.take = take_long, .context = &len};
    for (unsigned i = 0; i < 1000 && udp_receive(&f.udp, 1, &taker) == 0; i++)
        usleep(1000);
    assert_int_equal(len, UDP_DATAGRAM_MAX);
    assert_int_equal(udp_new_drops(&f.udp), 0);
    close_both();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_server_gets_every_datagram_in_trains),
        cmocka_unit_test(a_channel_that_follows_its_worker_loses_nothing),
        cmocka_unit_test(few_servers_get_trains_over_sockets_that_are_not_connected),
        cmocka_unit_test(where_trains_are_refused_each_datagram_goes_alone),
        cmocka_unit_test(without_trains_each_datagram_goes_alone),
        cmocka_unit_test(an_earlier_datagrams_error_fails_no_later_one),
        cmocka_unit_test(where_there_is_no_way_each_datagram_is_reported),
        cmocka_unit_test(merged_replies_come_apart_as_they_were_sent),
        cmocka_unit_test(merged_replies_of_a_lone_server_come_apart),
        cmocka_unit_test(where_merging_is_refused_each_reply_comes_alone),
        cmocka_unit_test(without_trains_nothing_is_merged),
        cmocka_unit_test(what_finds_no_room_is_counted_and_not_believed),
        cmocka_unit_test(a_datagram_longer_than_asked_for_comes_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
