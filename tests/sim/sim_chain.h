/* sim_chain.h: a chain of trust on the scripted network: the root delegates example. to one server,
 * and each test says what the two reply. Replies are signed as signed_reply.h says. */
#ifndef CAASCAN_SIM_CHAIN_H
#define CAASCAN_SIM_CHAIN_H

#include "sim_check.h"
#include "sim_sign.h"
#include "sim_trust.h"

#define CHAIN_TLD "192.0.2.1" /* the server of example. */
#define CHAIN_SOA "example. SOA ns.example. host.example. 1 2 3 4 300"
#define CHAIN_ROOT_SOA ". SOA . . 1 2 3 4 300"
#define CHAIN_SET "example. CAA 0 issue \"ca.example\""
#define CHAIN_SIGNED "DS-OF example."
#define CHAIN_UNSIGNED "example. NSEC f. NS RRSIG NSEC"

/* What zone_ signs in reply to a query for qname_ and qtype_; then further members, by name. */
#define CHAIN_REPLY(zone_, qname_, qtype_, ...)                                                    \
    (&(struct signed_reply){.zone = (zone_), .qname = (qname_), .qtype = (qtype_), __VA_ARGS__})

/* The root's keys, and its referral to example. with what it shows of DS; NULL: nothing. */
struct sim *chain_new(struct sim_options options, const char *proof);

/* One row at a time; the root shows a DS, or that there is none. */
struct sim *chain_new_simple(bool is_signed);

/* A server's reply, for so many queries; 0: all. */
void chain_say(struct sim *s, const char *server, unsigned times, const struct signed_reply *reply);

/* The keys of a zone whose server is CHAIN_TLD, and those of example. */
void chain_say_keys_of(struct sim *s, const char *zone, const char *apex);
void chain_say_keys(struct sim *s);

/* The set of example., for so many queries; 0: all. */
void chain_say_set(struct sim *s, unsigned times, const char *record);

/* The root, asked for this name's set, leads to example. and shows its DS. */
void chain_refer(struct sim *s, const char *qname);

/* example. proves that sub.example. is an unsigned zone. */
void chain_deny_ds_of_sub(struct sim *s);

/* glueless., an unsigned zone at CHAIN_TLD, led to without glue: the address of its server is to be
 * asked for. */
void chain_add_glueless(struct sim *s);

/* The row's verdict and its first level's. */
void chain_expect(const struct sim *s, uint64_t row, const char *status);

/* Run one more row, and return it: whose set is at the name and names ca.example, with this status;
 * or whose lookup fails at the name. */
uint64_t chain_run_found(struct sim *s, const char *name, const char *status);
uint64_t chain_run_failed(struct sim *s, const char *name, const char *error_class);

#endif
