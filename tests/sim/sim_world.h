/* sim_world.h: the authorities of a simulation: zones, and the addresses that serve them.
 *
 * A server answers as real ones do from the zones it has (RFC 1034 section 4.3.2): AA and data,
 * NODATA and NXDOMAIN with SOA, referrals with glue and with DS or NSEC where the zone is signed
 * and DO is set, signatures and proofs where it has them (sim_sign.h), aliases followed within the
 * zone, DNAME substitution, wildcards, empty non-terminals; REFUSED where it has no zone for the
 * name. What it does wrong is a rule of the simulation (sim.h); rules know servers by number.
 *
 * The root zone is there from the start, at 198.41.0.4 and 2001:503:ba3e::2:30.
 */
#ifndef CAASCAN_SIM_WORLD_H
#define CAASCAN_SIM_WORLD_H

#include "sim_network.h"

#define SIM_ROOT_IPV4 "198.41.0.4"
#define SIM_ROOT_IPV6 "2001:503:ba3e::2:30"

struct sim_zone;

struct sim_world *sim_world_new(struct sim_network *network);
void sim_world_free(struct sim_world *w);
const struct resolve_roots *sim_world_roots(const struct sim_world *w);

/* For struct sim_model; context is a struct sim_world. The sections of the answer are the world's
 * and hold until the next. */
void sim_world_answer(void *context, const struct sim_query *query, struct sim_answer *out);

/* The zone of that name, made without records and servers where there is none. */
struct sim_zone *sim_zone(struct sim_world *w, const char *origin);

/* Another zone of that name, as other servers of it may have it. */
struct sim_zone *sim_zone_version(struct sim_world *w, const char *origin);

/* The closest zone strictly above. */
struct sim_zone *sim_zone_above(struct sim_world *w, const char *name);

/* Adds a record: "OWNER [TTL] TYPE RDATA", where CAA's RDATA is the issuer alone. Format as printf.
 * TTL is 300 where it is left out; types: A, AAAA, NS, CNAME, DNAME, CAA, DS. */
void sim_zone_add(struct sim_zone *z, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sim_zone_add_rr(struct sim_zone *z, struct name owner, uint16_t type, const uint8_t *rdata,
                     size_t rdlen);

/* Referrals show DS or its denial from now on. With signatures only where sim_sign.h makes them. */
void sim_zone_sign(struct sim_zone *z);

/* The zone's negative answers carry SOA TTL and MINIMUM of so many seconds; 300 at first. */
void sim_zone_negative_ttl(struct sim_zone *z, uint32_t ttl_s);

/* Gives the zone a server: the address answers for it. */
void sim_zone_host(struct sim_world *w, struct sim_zone *z, const char *address);

/* Puts NS record and, where there is an address, glue for origin into the closest zone above. */
void sim_delegate(struct sim_world *w, const char *origin, const char *ns, const char *address);

/* All of it: the zone with NS record and address, served at the address, delegated with glue. */
struct sim_zone *sim_serve(struct sim_world *w, const char *origin, const char *ns,
                           const char *address);

/* A server's number as rules have it: from 1. */
unsigned sim_server(struct sim_world *w, const char *address);

/* Queries that a server got. */
size_t sim_asked_at(const struct sim *s, const char *address, uint16_t type);

#endif
