/* reflect_udp.h: threads that answer datagrams for the synthetic world, in batches. */
#ifndef CAASCAN_TESTS_REFLECT_UDP_H
#define CAASCAN_TESTS_REFLECT_UDP_H

#include <stdio.h>

#include "address.h"
#include "delay.h"
#include "synth.h"

#define REFLECT_TICK_NS 500000u /* delays are counted in these */

struct reflect_options {
    struct synth world;
    struct delay delay;
    double loss;       /* share of queries that are dropped */
    double rate_qps;   /* the way here is as narrow as that, all threads together; 0: it is not */
    uint64_t queue_ns; /* how much of its time may wait before it; what comes then is dropped */
    bool trains;       /* take queries and send replies several at a time, as the kernel can */
    bool authority;    /* as authorities, else as a resolver */
    unsigned threads;  /* for each address listened on */
    uint32_t waiting_max;   /* replies a thread holds back at most */
    struct address *listen; /* as an authority 0.0.0.0 alone: replies come from the address asked */
    size_t listen_count;
};

struct reflect_counts {
    uint64_t received; /* datagrams */
    uint64_t lost;     /* of these, dropped on purpose */
    uint64_t silent;   /* deserve no reply */
    uint64_t crowded;  /* dropped because too much waited */
    uint64_t unsent;   /* replies that could not be sent */
    uint64_t sent;
    uint64_t overflow; /* never received: the sockets' buffers were full */
};

struct reflect_udp;

/* Opens the sockets and starts the threads. `options` must outlive them. NULL with a line on
 * standard error where that fails. */
struct reflect_udp *reflect_udp_new(const struct reflect_options *options);

/* Ends the threads, adds up what they counted, and frees all. */
void reflect_udp_free(struct reflect_udp *udp, struct reflect_counts *counts);

#endif
