/* synth.h: a synthetic world of names, for load. What a name is follows from the hash of its
 * lower-case wire form and a seed, so that any number of names needs no zone data and every run of
 * the same seed sees the same world. Pure.
 *
 * The tree: the root, every name of one label a top-level domain, and below each of these the names
 * of two labels, most of which are zones. Names of three labels and more lie in the zone of their
 * last two. A zone Z has SYNTH_SERVERS servers, ns1.Z and ns2.Z, whose addresses follow from the
 * hash of Z as well; or, with other domains, ns1 and ns2 of one of the SYNTH_OPERATORS zones
 * opNNN.net, whose addresses a referral to Z does not tell. Nothing is signed.
 */
#ifndef CAASCAN_TESTS_SYNTH_H
#define CAASCAN_TESTS_SYNTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "name.h"

#define SYNTH_SERVERS 2u    /* of each zone but the root */
#define SYNTH_ROOTS_MAX 16u /* addresses of root servers */
#define SYNTH_CAA_MAX 4u    /* records in a set */
#define SYNTH_EDGES 1000u   /* alias targets in each top-level domain */
#define SYNTH_OPERATORS 1000u

enum synth_kind {
    SYNTH_CAA,      /* has a CAA set */
    SYNTH_ALIAS,    /* is an alias of one of the SYNTH_EDGES names of its top-level domain */
    SYNTH_NXDOMAIN, /* does not exist, nor does anything below it */
    SYNTH_SERVFAIL, /* whoever asks for it, or for a name below it, is told so */
    SYNTH_REFUSED,
    SYNTH_PLAIN, /* exists, has an address and no CAA */
    SYNTH_KINDS
};

struct synth {
    uint64_t seed;
    double share[SYNTH_KINDS]; /* of all names of two labels and more; PLAIN takes what is left */
    double truncated;          /* share of names whose answer over UDP has TC set and no records */
    double glueless; /* share of the zones of two labels that an operator's servers serve */
    uint32_t ttl_s;
    uint32_t negative_ttl_s;
    uint32_t servers_first; /* IPv4, host order: the servers of zones below the root are here */
    uint32_t servers_count; /* at least 2 */
    uint32_t roots[SYNTH_ROOTS_MAX]; /* IPv4, host order */
    size_t root_count;
};

/* A world with 5 % CAA and neither failures nor aliases, an hour's TTL, and the servers of its
 * zones in 11.0.0.0/16, which inside a private network is as good as any. */
struct synth synth_default(void);

/* What n is. Names of one label and the root are SYNTH_PLAIN; so are ns1.Z and ns2.Z, and cdn.TLD
 * with the names below it, which have a set or none and no other kind. Operators' zones and all
 * names in them are SYNTH_PLAIN. */
enum synth_kind synth_kind(const struct synth *world, struct name n);

/* How many labels the zone that holds n has: 0, 1 or 2. */
size_t synth_zone_labels(const struct synth *world, struct name n);

/* Where an alias leads: edgeNNN.cdn.TLD, whose first two labels in wire form are written to *out,
 * the last label being that of n, which has one at least. The end of every alias exists and is no
 * alias. */
#define SYNTH_EDGE_LEN 12u
void synth_edge(const struct synth *world, struct name n, uint8_t out[SYNTH_EDGE_LEN]);

struct synth_caa {
    uint8_t flags;
    const char *tag;
    char value[24]; /* NUL-terminated */
};

/* The set at n, which is SYNTH_CAA: different records, 1 to SYNTH_CAA_MAX. Returns their count. */
size_t synth_caa(const struct synth *world, struct name n, struct synth_caa out[SYNTH_CAA_MAX]);

/* Is the zone served by an operator? Writes the name of that one's zone, in wire form. */
#define SYNTH_OPERATOR_LEN 11u
bool synth_operator(const struct synth *world, struct name zone, uint8_t out[SYNTH_OPERATOR_LEN]);

/* Address of server `index` of a zone, IPv4 in host order; of the root `index` is below
 * root_count, of all others below SYNTH_SERVERS. */
uint32_t synth_server(const struct synth *world, struct name zone, size_t index);

/* The address of a host: that of a server where n is one's name, else another one. */
uint32_t synth_host(const struct synth *world, struct name n);

/* Is the answer about n truncated over UDP? */
bool synth_truncated(const struct synth *world, struct name n);

#endif
