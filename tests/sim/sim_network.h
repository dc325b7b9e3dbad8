/* sim_network.h: the network between the engines of a simulation and its servers: rules, packets
 * under way, TCP connections, the log of queries. Used by sim.c alone. */
#ifndef CAASCAN_SIM_NETWORK_H
#define CAASCAN_SIM_NETWORK_H

#include "sim.h"

#define SIM_RULES_MAX 256u
#define SIM_ENGINES_MAX 8u
#define SIM_CLOSED UINT32_MAX

/* Something that reaches an engine at a time. */
struct sim_packet {
    uint64_t at_ns, order;
    size_t engine;
    struct door_event event; /* its octets belong to the packet */
};

struct sim_network {
    struct address *servers;
    size_t server_count, server_cap;
    uint32_t channels;
    uint64_t latency_ns;
    unsigned loss_percent, reply_loss_percent;
    bool (*way)(const struct sim_query *query, uint64_t *delay_ns); /* as in sim_options */
    size_t capacity; /* packets under way at a time; 0: any number */
    bool no_ipv6_route;
    uint64_t random; /* state of the generator that loses datagrams */
    struct sim_model model;
    struct verdict (*verify)(const struct verdict_request *request);
    struct sim_rule rules[SIM_RULES_MAX];
    unsigned matched[SIM_RULES_MAX]; /* queries that met the rule */
    size_t rule_count;
    struct sim_packet *packets; /* a heap, the earliest first */
    size_t packet_count, packet_cap;
    uint64_t order;
    struct sim_query *log;
    size_t log_count, log_cap;
    uint32_t open[SIM_ENGINES_MAX][DOOR_TCP_SLOTS]; /* the channel there, SIM_CLOSED: none */
    size_t open_count, open_most;
};

uint64_t sim_random(uint64_t *state);

void sim_network_init(struct sim_network *n);

/* The number of the server at this address, made where there is none. */
unsigned sim_network_server(struct sim_network *n, const struct address *address);

/* Carries out what an engine asked for. */
void sim_network_take(struct sim_network *n, size_t engine, uint64_t now_ns,
                      const struct action *action);

/* When the next packet arrives; UINT64_MAX without any. */
uint64_t sim_network_next_ns(const struct sim_network *n);

/* The next packet, whose octets the caller frees. There must be one. */
struct sim_packet sim_network_arrive(struct sim_network *n);

void sim_network_fini(struct sim_network *n);

#endif
