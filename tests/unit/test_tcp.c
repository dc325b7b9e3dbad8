/* Connections that this machine can't open, and one that a server on the loopback interface
 * refuses.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sockaddr.h"
#include "tcp.h"

static struct tcp tcp;
static struct door_event seen;
static unsigned seen_count;

static void see(void *context, const struct door_event *event)
{
    (void)context;
    seen = *event;
    seen_count++;
}

/* What comes of a connection to this address. */
static void open_to(const struct address *peer)
{
    struct event_base *base = event_base_new();
    assert_non_null(base);
    tcp_init(&tcp, base, see, NULL);
    seen_count = 0;
    struct action action = {.kind = ACTION_TCP_OPEN, .channel = 7, .peer = *peer};
    tcp_act(&tcp, &action);
    assert_int_equal(seen_count, 0); /* never from within */
    action.kind = ACTION_TCP_WRITE;
    action.len = 2;
    tcp_act(&tcp, &action);
    event_base_loop(base, EVLOOP_ONCE);
    tcp_fini(&tcp);
    event_base_free(base);
    assert_int_equal(seen_count, 1);
    assert_int_equal(seen.kind, EVENT_TCP_CLOSED);
    assert_int_equal(seen.channel, 7);
}

/* A port that nobody listens at. */
static struct address closed_port(void)
{
    union socket_address to = {
        .ipv4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof to.ipv4;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, &to.any, len), 0);
    assert_int_equal(getsockname(fd, &to.any, &len), 0);
    close(fd);
    return sockaddr_to(&to);
}

static void a_refused_connection_was_opened(void **state)
{
    (void)state;
    struct address peer = closed_port();
    open_to(&peer);
    assert_false(seen.not_opened);
}

static bool refuse_sockets;
int __real_socket(int family, int kind, int protocol);
int __wrap_socket(int family, int kind, int protocol);

int __wrap_socket(int family, int kind, int protocol)
{
    if (!refuse_sockets)
        return __real_socket(family, kind, protocol);
    errno = EMFILE;
    return -1;
}

static void without_a_socket_it_is_no_matter_of_routes(void **state)
{
    (void)state;
    struct address peer = closed_port();
    refuse_sockets = true;
    open_to(&peer);
    refuse_sockets = false;
    assert_true(seen.not_opened);
    assert_false(seen.no_route);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_connection_was_opened),
        cmocka_unit_test(without_a_socket_it_is_no_matter_of_routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
