/* door.h: what passes between the engine and the shell around it: events in, actions out.
 *
 * Both name channels, never file descriptors. A UDP channel is a socket of the worker, numbered
 * from 0. A TCP channel is one connection: its slot in the low 16 bits, its generation above, so
 * that octets of a connection that was given up can't reach the next one in its slot. The channel
 * of a verification is a number of the engine's own, to be handed back.
 */
#ifndef CAASCAN_DOOR_H
#define CAASCAN_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "message.h"
#include "verdict.h"

#define DOOR_TCP_SLOTS 64u

static inline uint32_t door_tcp_slot(uint32_t channel)
{
    return channel & 0xFFFFu;
}

enum event_kind {
    EVENT_DATAGRAM,    /* octets from peer on a UDP channel */
    EVENT_SEND_FAILED, /* an ACTION_SEND was not sent; octets are the query it carried */
    EVENT_TCP_OCTETS,  /* octets from a connection */
    EVENT_TCP_CLOSED,  /* a connection failed or was closed by the peer; the shell has closed it */
    EVENT_LOCAL_DROPS, /* count datagrams were lost in the local buffers */
    EVENT_VERDICT,     /* on the ACTION_VERIFY with this channel */
};

struct door_event {
    enum event_kind kind;
    uint32_t channel;
    struct address peer;   /* EVENT_DATAGRAM */
    const uint8_t *octets; /* borrowed for the call */
    size_t len;
    uint64_t count;  /* EVENT_LOCAL_DROPS */
    bool no_route;   /* EVENT_SEND_FAILED: there is no way to the server; else it's local trouble */
    bool not_opened; /* EVENT_TCP_CLOSED: nothing was sent; by no_route why */
    struct verdict verdict; /* EVENT_VERDICT */
};

enum action_kind {
    ACTION_SEND,      /* a datagram to peer on a UDP channel */
    ACTION_TCP_OPEN,  /* connect to peer as channel */
    ACTION_TCP_WRITE, /* these octets, once connected; the length prefix is in them */
    ACTION_TCP_CLOSE, /* nothing where the peer came first */
    ACTION_VERIFY,    /* this reply; there will be one EVENT_VERDICT with the same channel */
};

#define ACTION_OCTETS_MAX (2u + MESSAGE_QUERY_MAX)

struct action {
    enum action_kind kind;
    uint32_t channel;
    struct address peer;
    uint16_t len;
    uint8_t octets[ACTION_OCTETS_MAX];
    struct verdict_request verify; /* ACTION_VERIFY: copy it before the next event goes in */
};

#endif
