/* udp.h: a worker's UDP sockets and batched sending and receiving over them.
 *
 * A channel is a pair of sockets, one per address family, each on a random port of its own. They
 * are not connected: one socket speaks to all servers, and the engine checks who answers.
 */
#ifndef CAASCAN_UDP_H
#define CAASCAN_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "door.h"
#include "failure.h"

#define UDP_BATCH 64u
#define UDP_CHANNELS_MAX 64u
#define UDP_DATAGRAM_MAX                                                                           \
    4096u /* a longer one was not asked for: it comes cut, and can't be parsed */
#define UDP_BUFFER_WANTED (4 << 20)

struct udp_batch;

struct udp {
    int ipv4[UDP_CHANNELS_MAX], ipv6[UDP_CHANNELS_MAX]; /* -1: not open */
    uint32_t drops[2 * UDP_CHANNELS_MAX];               /* seen so far, by socket */
    size_t channel_count;
    int buffer_granted; /* the least receive buffer that the kernel granted, octets */
    struct udp_batch *batch;
};

/* Opens channels for the address families asked for. A family that the system lacks stays closed
 * and its sends fail as no_route. False where none could be opened, with the reason. */
bool udp_init(struct udp *udp, size_t channel_count, bool ipv4, bool ipv6, struct failure *why);
void udp_fini(struct udp *udp);

/* What udp_send calls for a datagram that can't be sent, and udp_receive for each that came. */
typedef void udp_handler(void *context, const struct door_event *event);

/* Sends actions of kind ACTION_SEND, by channel in batches. Returns how many are left: those that
 * the socket had no room for stand at the front of the array, to be sent with a later call. */
size_t udp_send(struct udp *udp, struct action *actions, size_t count, udp_handler *failed,
                void *context);

/* Hands over what waits in all sockets, at most `most` datagrams a socket. Returns their number. */
size_t udp_receive(struct udp *udp, size_t most, udp_handler *take, void *context);

/* Datagrams that the kernel dropped at our sockets since the last call. */
uint64_t udp_new_drops(struct udp *udp);

#endif
