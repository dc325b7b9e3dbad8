/* udp.h: a worker's UDP sockets and batched sending and receiving over them.
 *
 * A channel is a pair of sockets, one per address family, each on a random port of its own. Where
 * there is one server to ask they are connected to it, which spares a look-up per datagram; else
 * one socket speaks to all servers. The engine checks who answers in either case. The kernel keeps,
 * with a connected socket, the device's queue that it first sent into, so it is connected anew when
 * its worker has come to another core: several cores that send into one queue overflow it.
 *
 * Where servers are few, datagrams to one of them leave in trains (train.h), and what they send may
 * come merged (merged.h). A system that refuses a train gets them one by one from then on.
 */
#ifndef CAASCAN_UDP_H
#define CAASCAN_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "door.h"
#include "failure.h"

#define UDP_BATCH 64u
#define UDP_FEW_PEERS 8u /* up to so many, a batch holds several datagrams to each */
#define UDP_CHANNELS_MAX 64u
#define UDP_DATAGRAM_MAX                                                                           \
    4096u /* a longer one was not asked for: it comes cut, and can't be parsed */
#define UDP_BUFFER_WANTED (4 << 20)

struct udp_inbox;
struct udp_outbox;

/* What became of trains. */
struct udp_trains {
    uint64_t sent, datagrams;
    uint64_t refused; /* 1: trains are not used any more */
};

struct udp {
    int ipv4[UDP_CHANNELS_MAX], ipv6[UDP_CHANNELS_MAX]; /* -1: not open */
    uint32_t drops[2 * UDP_CHANNELS_MAX];               /* seen so far, by socket */
    int cores[UDP_CHANNELS_MAX]; /* where a connected one was connected, -1: nowhere in particular
                                  */
    size_t channel_count;
    uint32_t next_channel; /* to be looked into */
    int buffer_granted;    /* the least receive buffer that the kernel granted, octets */
    bool merges;           /* the kernel may merge what comes */
    uint64_t cut;        /* datagrams of merged ones that found no room, and were not counted yet */
    bool connected;      /* all of them, to the one server, whom alone they hear from then */
    struct address peer; /* that server */
    unsigned train_max;  /* datagrams in a train; 1: none are made */
    struct udp_trains trains;
    struct udp_inbox *inbox;
    struct udp_outbox *outbox;
};

struct udp_config {
    size_t channel_count;
    bool ipv4, ipv6;             /* families to open */
    const struct address *peers; /* all that will be asked; NULL: not known, any number */
    size_t peer_count;
    bool no_trains;
};

/* Opens channels for the address families asked for. A family that the system lacks stays closed
 * and its sends fail as no_route. False where none could be opened, with the reason. */
bool udp_init(struct udp *udp, const struct udp_config *config, struct failure *why);
void udp_fini(struct udp *udp);

/* What udp_send calls for a datagram that can't be sent, and udp_receive for each that came. */
typedef void udp_handler(void *context, const struct door_event *event);

/* Sends actions of kind ACTION_SEND, by channel in batches. Returns how many are left: those that
 * the socket had no room for stand at the front of the array, to be sent with a later call. */
size_t udp_send(struct udp *udp, struct action *actions, size_t count, udp_handler *failed,
                void *context);

/* To be called before a channel is used to send: sees to it that what this core sends goes into its
 * own queue of the device. What waits to be received stays. */
void udp_follow_core(struct udp *udp, uint32_t channel);

/* udp_send.c: memory for sending; NULL where there is none. */
struct udp_outbox *udp_outbox_new(void);

/* udp_receive.c: memory for receiving; NULL where there is none. It is made ready, once, when it is
 * decided whether sockets are connected and merge. */
struct udp_inbox *udp_inbox_new(void);
void udp_inbox_prepare(struct udp *udp);

/* What udp_receive calls before, for each of a batch of datagrams in several rounds. */
typedef void udp_expectation(void *context, unsigned step, const struct door_event *event);

struct udp_taker {
    udp_handler *take;
    void (*taken)(void *context); /* called behind each batch; NULL: not wanted */
    udp_expectation *expect;
    unsigned steps; /* of expect; 0: none */
    void *context;
};

/* Hands over what waits in the sockets, each in its turn, until some `most` datagrams are taken or
 * none is left. Returns their number: less than `most` only where none was left. */
size_t udp_receive(struct udp *udp, size_t most, const struct udp_taker *taker);

/* Datagrams that the kernel dropped at our sockets since the last call. Those that it had merged
 * count as one, as it counts them itself. */
uint64_t udp_new_drops(struct udp *udp);

#endif
