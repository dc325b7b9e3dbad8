/* address.h: a server's address and port, in the core's own form. Plain data, comparable with
 * address_equal; unused octets are zero. */
#ifndef CAASCAN_ADDRESS_H
#define CAASCAN_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum address_family { ADDRESS_NONE = 0, ADDRESS_IPV4 = 4, ADDRESS_IPV6 = 6 };

struct address {
    uint8_t octets[16]; /* network order; IPv4 in the first four, the rest zero */
    uint16_t port;      /* host order */
    uint8_t family;     /* enum address_family */
};

static inline bool address_equal(const struct address *a, const struct address *b)
{
    return a->family == b->family && a->port == b->port &&
           memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

/* "192.0.2.1", "2001:db8::1"; with another port than 53 "192.0.2.1:5300", "[2001:db8::1]:5300".
 * IPv6 as in RFC 5952. Returns the length, no terminator. `out` has room for
 * ADDRESS_TEXT_MAX octets, of which those behind the text may be written too. */
#define ADDRESS_TEXT_MAX 48u
size_t address_text(const struct address *a, char *out);

#endif
