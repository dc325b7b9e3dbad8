/* sockaddr.h: between the core's addresses and the system's. */
#ifndef CAASCAN_SOCKADDR_H
#define CAASCAN_SOCKADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "address.h"

union socket_address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

/* Fills *out; returns its length. */
socklen_t sockaddr_from(const struct address *address, union socket_address *out);

/* The other way. Family ADDRESS_NONE for anything but IPv4 and IPv6. */
struct address sockaddr_to(const union socket_address *from);

/* Does the system know a way to this address? Sends nothing. */
bool sockaddr_has_route(const struct address *address);

/* Does this errno of a send or connect mean that there is no way to the server from here? */
bool sockaddr_no_route(int error);

#endif
