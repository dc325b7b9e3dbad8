/* merged.h: datagrams that the kernel has put together on their way up, and how to part them. With
 * UDP_GRO a socket hands over several datagrams of one sender as one, and tells their length, than
 * which the last alone may be shorter (udp(7)). Pure: views of octets in, views out.
 */
#ifndef CAASCAN_MERGED_H
#define CAASCAN_MERGED_H

#include <stddef.h>
#include <stdint.h>

struct merged {
    const uint8_t *octets; /* borrowed */
    size_t len;            /* octets that are here */
    size_t whole_len;      /* octets that there were: more than len where the rest was cut off */
    size_t segment_len;    /* 0: it is one datagram */
};

struct merged_part {
    const uint8_t *octets; /* borrowed from the whole */
    size_t len;
};

/* How many datagrams are here: of several only those that are whole, a single one even if it was
 * cut. */
size_t merged_count(const struct merged *m);

/* How many are not, or not as a whole. */
size_t merged_lost(const struct merged *m);

/* The datagram with this number, from 0 and below merged_count. */
struct merged_part merged_part(const struct merged *m, size_t number);

#endif
