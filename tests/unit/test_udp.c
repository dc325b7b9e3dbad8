/* A worker's sockets, against a server on the loopback interface. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
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

static bool trains_refused; /* as by a device that can't make checksums */
static bool no_trains;      /* as asked for */

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
    trains_refused = no_trains = false;
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

static void exchange_all(void)
{
    fill_actions();
    send_all();
    serve_all();
    for (unsigned i = 0; i < 1000 && f.replies < COUNT; i++) {
        if (udp_receive(&f.udp, COUNT, &(struct udp_taker){.take = take_reply}) == 0)
            usleep(1000);
    }
    assert_int_equal(f.replies, COUNT);
    assert_int_equal(f.failed, 0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_server_gets_every_datagram_in_trains),
        cmocka_unit_test(few_servers_get_trains_over_sockets_that_are_not_connected),
        cmocka_unit_test(where_trains_are_refused_each_datagram_goes_alone),
        cmocka_unit_test(without_trains_each_datagram_goes_alone),
        cmocka_unit_test(an_earlier_datagrams_error_fails_no_later_one),
        cmocka_unit_test(where_there_is_no_way_each_datagram_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
