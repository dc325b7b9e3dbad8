/* tcp.h: a worker's TCP connections, one question each. The engine decides what is asked and when a
 * connection is given up; here are only sockets and their events. */
#ifndef CAASCAN_TCP_H
#define CAASCAN_TCP_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "door.h"

/* Called for each EVENT_TCP_OCTETS and EVENT_TCP_CLOSED, from the event loop. */
typedef void tcp_handler(void *context, const struct door_event *event);

struct tcp_connection {
    struct tcp *owner;
    struct event *readable, *writable;
    uint32_t channel;
    uint16_t pending_len, pending_at;
    uint8_t pending[ACTION_OCTETS_MAX]; /* the query, until it is written */
    int fd;                             /* -1: the slot is free, or could not be opened: */
    int open_error;                     /* errno where that lies with this machine, else 0 */
};

struct tcp {
    struct event_base *base;
    tcp_handler *handler;
    void *context;
    struct tcp_connection connections[DOOR_TCP_SLOTS];
};

void tcp_init(struct tcp *tcp, struct event_base *base, tcp_handler *handler, void *context);
void tcp_fini(struct tcp *tcp);

/* Carries out ACTION_TCP_OPEN, _WRITE or _CLOSE. A connection that can't be opened or breaks is
 * reported to the handler as closed, never from within this call. */
void tcp_act(struct tcp *tcp, const struct action *action);

#endif
