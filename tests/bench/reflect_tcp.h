/* reflect_tcp.h: the synthetic world over TCP, for answers that were truncated. */
#ifndef CAASCAN_TESTS_REFLECT_TCP_H
#define CAASCAN_TESTS_REFLECT_TCP_H

#include <event2/event.h>

#include "reflect_udp.h"

struct reflect_tcp;

/* Listens on all addresses; works while the loop of `base` runs. `options` must outlive it. NULL
 * with a line on standard error where that fails. */
struct reflect_tcp *reflect_tcp_new(struct event_base *base, const struct reflect_options *options);

/* Closes the listening sockets. Connections end with the base's loop and the process. Returns the
 * queries answered. */
uint64_t reflect_tcp_free(struct reflect_tcp *tcp);

#endif
