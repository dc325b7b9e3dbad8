/* sim_zone.h: what a simulated zone holds. For who builds, signs and answers from them alone. */
#ifndef CAASCAN_SIM_ZONE_H
#define CAASCAN_SIM_ZONE_H

#include "sim_world.h"

#define SIM_ZONE_SERVERS_MAX 32u

struct sim_rr {
    struct name_buffer owner;
    uint32_t ttl_s;
    uint16_t type, rdlen;
    uint8_t *rdata;
};

struct sim_zone {
    struct name_buffer origin;
    bool is_signed;
    uint32_t negative_ttl_s;
    struct sim_rr *rrs;
    size_t rr_count, rr_cap;
    unsigned servers[SIM_ZONE_SERVERS_MAX];
    size_t server_count;
};

struct sim_world {
    struct sim_network *network;
    struct sim_zone **zones;
    size_t zone_count, zone_cap;
    struct resolve_roots roots;
    struct name_buffer root_ns;
    struct sim_section answer, authority, additional; /* of the reply at hand */
};

#endif
