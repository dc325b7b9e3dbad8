/* sim.h: a scripted network and a virtual clock around engines, for tests.
 *
 * The simulator plays the shell: it admits targets, hands out random octets from a seeded
 * generator, carries out actions, delivers events in the order of their time, and takes records.
 * Time jumps from one event or deadline to the next, so a scan of an hour takes milliseconds. Equal
 * options and script give equal octets. At every turn it checks what must always hold (admitted =
 * recorded + at work, no turn without an effect), at the end what must hold for a finished scan; a
 * violation fails the test.
 *
 * Servers answer by rules, the first that matches; then by the model, if one is set; else NODATA.
 */
#ifndef CAASCAN_SIM_H
#define CAASCAN_SIM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"
#include "sim_reply.h"

#define SIM_MS 1000000ull
#define SIM_S (1000 * SIM_MS)
#define SIM_NO_CACHE SIZE_MAX

/* 0 stands for the default behind the member. */
struct sim_options {
    size_t servers;              /* 1 */
    size_t engines;              /* 1; rows go to them in turn */
    size_t in_flight;            /* 64 rows for each engine */
    size_t cache_entries;        /* 4096; SIM_NO_CACHE: none */
    uint32_t channels;           /* 4 */
    uint32_t attempts;           /* 4 */
    uint64_t timeout_ns;         /* 1 s */
    uint64_t latency_ns;         /* 10 ms from query to reply */
    uint64_t rate_qps;           /* no limit */
    uint64_t server_rate_qps;    /* no limit */
    uint64_t seed;               /* 1 */
    uint64_t records_from_ns;    /* records are taken at once; else none before this time */
    uint64_t jump_at_ns;         /* at this time ... */
    uint64_t jump_ns;            /* ... the clock jumps ahead by this */
    size_t random_a_turn;        /* as many random octets as there is room for */
    unsigned loss_percent;       /* of all exchanges over UDP */
    unsigned reply_loss_percent; /* of what is left, on the way back */
    /* What becomes of a query over UDP, beside that: its reply comes so much later, or never where
     * this returns false. */
    bool (*way)(const struct sim_query *query, uint64_t *delay_ns);
    size_t capacity; /* datagrams that can be under way at a time, others are lost; no limit */
    bool alt;
    bool control;
    bool context;
    bool all_nameservers;
    bool iterate; /* from the root through the authorities of sim_world.h; server numbers are theirs
                   */
    bool ipv6, without_ipv4;   /* iterating: families to be used; IPv4 alone by default */
    bool no_ipv6_route;        /* sends to IPv6 addresses fail */
    size_t authorities;        /* iterating: servers remembered; 1024 */
    uint32_t server_in_flight; /* iterating: no limit */
    bool mixed_case;
    const struct trust_anchors *anchors; /* iterating: replies are verified, */
    struct verdict (*verify)(const struct verdict_request *request); /* by this, in 1 ms */
};

enum sim_fault {
    SIM_ANSWERS,
    SIM_SILENT,
    SIM_WRONG_ID,
    SIM_WRONG_QUESTION,
    SIM_WRONG_PEER,
    SIM_WRONG_PORT,
    SIM_WRONG_CHANNEL,
    SIM_NOT_A_REPLY,   /* QR=0 */
    SIM_OTHER_OPCODE,  /* NOTIFY */
    SIM_OTHER_CASE,    /* the question comes back in upper case */
    SIM_GARBAGE,       /* cut after 14 octets */
    SIM_SHORT,         /* 11 octets, not even a header */
    SIM_BARE,          /* a header alone, with the rcode */
    SIM_SEND_FAILS,    /* the local system refuses the datagram */
    SIM_SEND_NO_ROUTE, /* there is no way to the server */
};

enum sim_tcp {
    SIM_TCP_ANSWERS,
    SIM_TCP_REFUSED,
    SIM_TCP_SILENT,
    SIM_TCP_DRIPS,        /* one octet at a time */
    SIM_TCP_SURPLUS,      /* one octet behind the message, in the same piece */
    SIM_TCP_CUT,          /* closed in the middle of the message */
    SIM_TCP_WRONG_ID,     /* a message with another id */
    SIM_TCP_TRUNCATED,    /* TC on TCP */
    SIM_TCP_LENGTH_ALONE, /* closed behind the message's length */
    SIM_TCP_EMPTY,        /* a message of no octets */
    SIM_TCP_NO_SOCKET,    /* the local system refuses to connect */
    SIM_TCP_NO_ROUTE,     /* there is no way to the server */
};

struct sim_rule {
    const char *name;  /* NULL: every name */
    bool below;        /* the names below it too */
    uint16_t type;     /* 0: every type */
    unsigned server;   /* 1 + its number; 0: every server */
    unsigned skip;     /* leaves this many queries alone, */
    unsigned times;    /* then takes this many; 0: all */
    bool only_edns;    /* leaves queries without EDNS alone */
    bool only_udp;     /* leaves queries over TCP alone */
    bool then_answers; /* behind the faulty datagram comes the right one */
    enum sim_fault fault;
    enum sim_tcp tcp;
    unsigned copies; /* of the datagram, beyond the first */
    uint64_t delay_ns;
    bool by_model; /* the answer is the model's */
    struct sim_answer answer;
};

struct sim_model {
    void (*answer)(void *context, const struct sim_query *query, struct sim_answer *out);
    void *context;
};

struct sim;

struct sim *sim_new(const struct sim_options *options);
void sim_free(struct sim *s);

void sim_add_rule(struct sim *s, const struct sim_rule *rule);
void sim_set_model(struct sim *s, struct sim_model model);

/* The authorities of an iterating simulation. */
struct sim_world;
struct sim_world *sim_world(const struct sim *s);

/* An empty answer section that lives as long as s. */
struct sim_section *sim_section(struct sim *s);

/* Shorthands: name has one CAA record `0 issue "issuer"`, TTL 300; name is an alias of target; name
 * gets no answer; name gets this rcode. */
void sim_issue(struct sim *s, const char *name, const char *issuer);
void sim_cname(struct sim *s, const char *name, const char *target);
void sim_silence(struct sim *s, const char *name);
void sim_rcode(struct sim *s, const char *name, unsigned rcode);

/* Puts a row behind the others; returns its number, from 1. */
uint64_t sim_admit(struct sim *s, const char *name);

/* Rows of the names <before>0<after>, <before>1<after> and so on. */
void sim_admit_many(struct sim *s, const char *before, const char *after, unsigned count);

/* Sets the target's row and copies the rest; what it points at must live until it is admitted. */
uint64_t sim_admit_raw(struct sim *s, struct target target);

/* Runs until every row is recorded, or until the clock reaches `until_ns`. */
void sim_run(struct sim *s);
void sim_run_until(struct sim *s, uint64_t until_ns);

/* Lets time pass while nothing is at work. */
void sim_pass(struct sim *s, uint64_t ns);

uint64_t sim_now_ns(const struct sim *s);
uint64_t sim_stat(const struct sim *s, enum counter counter);
size_t sim_busy(const struct sim *s);

/* Queries that went out, in all and for one (name, type); type 0: every type. */
size_t sim_sent(const struct sim *s);
size_t sim_asked(const struct sim *s, const char *name, uint16_t type);

/* The i-th query that went out, i below sim_sent. */
struct sim_query sim_sent_at(const struct sim *s, size_t i);

/* TCP connections open now, and the most at any time. */
size_t sim_tcp_open(const struct sim *s);
size_t sim_tcp_most(const struct sim *s);

/* Blobs that engines hold, caches apart. */
size_t sim_held(const struct sim *s);

/* Records taken, and the row of the i-th of them. */
size_t sim_recorded(const struct sim *s);
uint64_t sim_order(const struct sim *s, size_t i);

/* The record of a row. Borrowed. */
json_t *sim_record(const struct sim *s, uint64_t row);

/* A digest of every action handed out and every record taken. */
uint64_t sim_digest(const struct sim *s);

#endif
