#include "sockaddr.h"

#include <errno.h>
#include <unistd.h>

socklen_t sockaddr_from(const struct address *address, union socket_address *out)
{
    memset(out, 0, sizeof *out);
    if (address->family == ADDRESS_IPV6) {
        out->ipv6.sin6_family = AF_INET6;
        out->ipv6.sin6_port = htons(address->port);
        memcpy(&out->ipv6.sin6_addr, address->octets, 16);
        return sizeof out->ipv6;
    }
    out->ipv4.sin_family = AF_INET;
    out->ipv4.sin_port = htons(address->port);
    memcpy(&out->ipv4.sin_addr, address->octets, 4);
    return sizeof out->ipv4;
}

struct address sockaddr_to(const union socket_address *from)
{
    struct address address = {.family = ADDRESS_NONE};
    if (from->any.sa_family == AF_INET6) {
        address.family = ADDRESS_IPV6;
        address.port = ntohs(from->ipv6.sin6_port);
        memcpy(address.octets, &from->ipv6.sin6_addr, 16);
    } else if (from->any.sa_family == AF_INET) {
        address.family = ADDRESS_IPV4;
        address.port = ntohs(from->ipv4.sin_port);
        memcpy(address.octets, &from->ipv4.sin_addr, 4);
    }
    return address;
}

bool sockaddr_no_route(int error)
{
    return error == ENETUNREACH || error == EHOSTUNREACH || error == EADDRNOTAVAIL ||
           error == EAFNOSUPPORT || error == ENETDOWN;
}

/* Connecting a UDP socket looks the route up and does nothing more. */
bool sockaddr_has_route(const struct address *address)
{
    union socket_address to;
    socklen_t len = sockaddr_from(address, &to);
    int fd = socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool known = connect(fd, &to.any, len) == 0;
    close(fd);
    return known;
}
