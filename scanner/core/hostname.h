/* hostname.h: finds the host name in a field of a list: a name, a wildcard, a URL, an origin, a
 * host with a port, an e-mail address. Pure, no allocation, one pass.
 *
 * The rule, in order: white space at both ends goes; "scheme://" or "//" goes; all from the first
 * of
 * "/", "?" and "#" goes; all up to the last "@" goes; ":" with a port number at the end goes; one
 * final dot goes; "*." at the start goes and sets `wildcard`. What is left is a host name if its
 * ASCII octets are letters, digits, "-", "_" and "." and not all of its labels are numbers, which
 * would be an IPv4 address or no name at all. Hyphens and underscores may stand anywhere: such
 * names exist. "." alone is the root.
 */
#ifndef CAASCAN_HOSTNAME_H
#define CAASCAN_HOSTNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "name.h"

enum hostname_fault {
    HOSTNAME_OK,
    HOSTNAME_EMPTY,   /* nothing is left to be a name */
    HOSTNAME_ADDRESS, /* an IP address, or labels that are all numbers */
    HOSTNAME_OCTET,   /* an octet that no host name has */
    HOSTNAME_PORT,    /* not a port number behind the colon */
    HOSTNAME_LENGTH,  /* an empty label, a label over 63 or a name over 255 octets */
};

struct hostname {
    const uint8_t *text; /* borrowed from the field; case as given, no final dot except for "." */
    size_t len;
    bool wildcard; /* "*." stood before it */
    bool ascii;    /* false: some labels need IDNA before the name can be asked */
};

/* Finds the host name in a field. Octets outside ASCII are not looked at. On a fault *out is empty.
 * Never returns HOSTNAME_LENGTH: that shows when the name is made. */
enum hostname_fault hostname_find(const uint8_t *field, size_t len, struct hostname *out);

/* Is this ASCII text free of octets that no host name has, and no address? For text that a
 * conversion made. */
enum hostname_fault hostname_check(const uint8_t *text, size_t len);

/* Makes the name to ask of a prefix ("" or labels without a final dot) and an ASCII host name as
 * hostname_find leaves it. */
enum hostname_fault hostname_name(struct name_buffer *into, const char *prefix, const uint8_t *host,
                                  size_t len);

#endif
