/* train.h: which datagrams to one peer go out in one send. With UDP_SEGMENT the kernel cuts what it
 * is given into datagrams of one length, of which the last alone may be shorter, and walks its
 * stack once for all of them (udp(7)). Pure: lengths in, a plan out; no system calls.
 */
#ifndef CAASCAN_TRAIN_H
#define CAASCAN_TRAIN_H

#include <stddef.h>
#include <stdint.h>

#define TRAIN_ITEMS_MAX 256u    /* datagrams planned for at a time */
#define TRAIN_SEGMENTS_MAX 64u  /* what every kernel with UDP_SEGMENT takes (UDP_MAX_SEGMENTS) */
#define TRAIN_SEGMENT_MAX 511u  /* octets; a longer datagram goes alone: no path need carry it */
#define TRAIN_OCTETS_MAX 65000u /* of all segments: they must fit one IP packet's length */

/* Datagrams in a train as they are sent. A train finds the ring of a device all at once, and those
 * of several workers find it together: longer ones overflow rings of 256 frames. */
#define TRAIN_SEGMENTS 32u

struct train {
    uint16_t first, count; /* its datagrams: order[first] and those behind it */
    uint16_t segment_len;  /* of all but the last, which is as long or shorter */
    uint32_t len;          /* octets in all */
};

struct train_plan {
    uint16_t order[TRAIN_ITEMS_MAX]; /* each datagram's number once */
    struct train trains[TRAIN_ITEMS_MAX];
    size_t train_count;
};

/* Plans for `count` datagrams (at most TRAIN_ITEMS_MAX) of these lengths, none of them 0. Trains
 * have at most segments_max datagrams (1 to TRAIN_SEGMENTS_MAX); with 1 each goes alone, in the
 * order given. */
void train_plan(struct train_plan *plan, const uint16_t lens[], size_t count,
                unsigned segments_max);

#endif
