/* sim_reply.h: writes the DNS messages with which simulated servers reply. */
#ifndef CAASCAN_SIM_REPLY_H
#define CAASCAN_SIM_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"

#define SIM_MESSAGE_MAX 65535u

/* A query as a server sees it. */
struct sim_query {
    struct name_buffer name;
    uint16_t type, id, flags;
    bool edns, dnssec_ok, recursion, tcp;
    unsigned server; /* its number, from 0 */
    uint32_t channel;
    uint64_t at_ns;
};

/* Records of a section, in wire form without compression. */
struct sim_section {
    uint8_t octets[SIM_MESSAGE_MAX];
    size_t len;
    unsigned count;
};

struct sim_answer {
    unsigned rcode; /* extended */
    bool aa, ad, tc;
    bool no_ra;  /* to a query with RD: the server does not recurse */
    bool no_opt; /* to a query with EDNS: the server does not know it */
    bool soa;    /* the authority section holds that of the top-level name that the end is below */
    uint32_t soa_ttl_s, soa_minimum_s;
    uint16_t ede;                      /* 0: none */
    const struct sim_section *section; /* answers; NULL: no records */
    const struct sim_section *authority, *additional;
};

#define SIM_DENIAL(code)                                                                           \
    ((struct sim_answer){.rcode = (code), .soa = true, .soa_ttl_s = 300, .soa_minimum_s = 300})

struct name_buffer sim_name(const char *text);

void sim_section_rr(struct sim_section *s, struct name owner, uint16_t type, uint32_t ttl_s,
                    const uint8_t *rdata, size_t rdlen);
void sim_section_caa(struct sim_section *s, const char *owner, uint32_t ttl_s, unsigned flags,
                     const char *tag, const char *value);
void sim_section_alias(struct sim_section *s, const char *owner, uint16_t type, uint32_t ttl_s,
                       const char *target);

/* Reads a query; fails the test where it is not one. */
struct sim_query sim_query_read(const uint8_t *octets, size_t len);

/* Writes the reply: over UDP it is cut to nothing, with TC, where it would not fit. Returns its
 * length. */
size_t sim_reply_write(const struct sim_query *q, const struct sim_answer *a, uint8_t *out);

#endif
