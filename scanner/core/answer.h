/* answer.h: what one question showed, as a flat, immutable run of octets that rows and cache share.
 *
 * A blob is a struct answer followed by its body: the question's name, the alias chain, the
 * records, the failed attempts, the name that failed, the zones. The blob holds no pointers, so it
 * may be copied and stored anywhere. message.c makes blobs from replies, resolve.c from failures;
 * record.c prints them. Views handed out borrow from the blob.
 */
#ifndef CAASCAN_ANSWER_H
#define CAASCAN_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "caascan/term.h"
#include "name.h"

#define ANSWER_CHAIN_MAX 32u /* aliases followed; longer is cname_chain_too_long */
#define ANSWER_EDE_MAX 4u    /* extended errors kept (RFC 8914) */
#define ANSWER_TRIED_MAX 16u /* failed attempts kept */
#define ANSWER_NS_MAX 16u    /* name servers kept of a zone */
#define ANSWER_LEN_MAX (96u * 1024u)

enum answer_flag {
    ANSWER_AD = 1u << 0,                /* AD was set */
    ANSWER_SOA = 1u << 1,               /* a denial carried an SOA: it may be cached */
    ANSWER_CNAME_AND_OTHER = 1u << 2,   /* the chain's alias shares its owner with the type asked */
    ANSWER_UNEXPECTED_RRTYPE = 1u << 3, /* the answer section held other types only */
    ANSWER_FORMERR_ON_EDNS = 1u << 4,   /* answered only when asked without EDNS */
    ANSWER_AUTHORITATIVE = 1u << 5,     /* AA */
    ANSWER_UNREFERRED = 1u << 6,        /* iteration: the zone of qname showed without a referral */
    ANSWER_OPT = 1u << 7,       /* a failure came with an OPT record: the server knows EDNS */
    ANSWER_OPT_AGAIN = 1u << 8, /* and with another, which makes the message malformed */
};

struct answer {
    uint32_t len;    /* of the whole blob, this head included */
    uint32_t ttl_s;  /* how long it may be kept: least TTL of all it rests on; 0: not at all */
    uint32_t rtt_us; /* of the attempt that answered; 0 where none did */
    int16_t rcode;   /* extended rcode (RFC 6891), -1 without a reply */
    uint16_t qtype;
    uint16_t flags;    /* enum answer_flag */
    uint16_t rr_count; /* records of the type asked, at the end of the chain */
    uint16_t ede[ANSWER_EDE_MAX];
    uint8_t ede_count;
    uint8_t failure;  /* enum error_class; CLASS_NONE: `level` holds */
    uint8_t level;    /* enum level_outcome; LEVEL_COUNT in a decoded failure */
    uint8_t protocol; /* enum protocol */
    uint8_t attempts; /* sends of this question, all transports */
    uint8_t dnssec;   /* enum dnssec_status */
    uint8_t chain_count;
    uint8_t tried_count;
    struct address server;          /* that gave the answer; family ADDRESS_NONE where none did */
    uint8_t ns_count, set_ns_count; /* name servers of `zone` and of `set_zone` */
    uint8_t ds;                     /* enum ds_status: DS at the delegation of `zone` */
    /* offsets into the blob */
    uint32_t chain_at, rr_at, tried_at, error_name_at, zone_at, set_zone_at;
};

struct answer_alias {
    struct name owner, target;
    uint32_t ttl_s;
    uint8_t kind; /* enum alias_kind; the owner of a DNAME step is the redirected name */
};

struct answer_rr {
    const uint8_t *rdata;
    uint32_t ttl_s;
    uint16_t rdlen;
};

struct answer_try {
    struct address server;
    uint8_t result; /* enum error_class */
};

/* A zone and its name servers, as far as they were seen; zone.len 0: not known. */
struct answer_zone {
    struct name zone;
    struct name ns[ANSWER_NS_MAX];
};

/* Everything a blob is made of. Names and rdata are borrowed until answer_build has copied them. */
struct answer_parts {
    struct answer head; /* len and the offsets are filled by answer_build */
    struct name qname;
    struct answer_alias chain[ANSWER_CHAIN_MAX];
    struct answer_try tried[ANSWER_TRIED_MAX];
    const struct answer_rr *rrs; /* head.rr_count of them */
    struct name error_name;      /* len 0: none */
    struct answer_zone zone;     /* that holds qname; head.ns_count servers */
    struct answer_zone set_zone; /* that holds the end of the chain; head.set_ns_count servers */
};

/* Octets answer_build would write for these parts. A zone that is not known has no name servers and
 * DS `unknown` in the blob, whatever the head says. */
size_t answer_size(const struct answer_parts *parts);

/* Writes the blob to `into` (cap octets, aligned as struct answer). Returns its length, 0 if it
 * does not fit. */
size_t answer_build(const struct answer_parts *parts, void *into, size_t cap);

struct name answer_qname(const struct answer *a);

/* The name that failed (an alias target, say); len 0 where none is recorded. */
struct name answer_error_name(const struct answer *a);

/* The i-th element; i must be below the count in the head. answer_next_rr walks: pass the cursor 0
 * first and hand it back unchanged. */
struct answer_alias answer_chain(const struct answer *a, size_t i);
struct answer_try answer_tried(const struct answer *a, size_t i);
bool answer_next_rr(const struct answer *a, uint32_t *cursor, struct answer_rr *out);

/* The zone that holds qname, and the one that holds the end of the chain (of a failure: whose
 * servers were asked last); returns the number of
 * name servers in out->ns. Not known: out->zone.len 0 and none. Without a chain the two are one,
 * and parts->set_zone need not be given. */
size_t answer_zone(const struct answer *a, struct answer_zone *out);
size_t answer_set_zone(const struct answer *a, struct answer_zone *out);

/* Would answer_zone, would answer_set_zone tell a zone? */
static inline bool answer_has_zone(const struct answer *a)
{
    return ((const uint8_t *)a)[a->zone_at] != 0;
}

static inline bool answer_has_set_zone(const struct answer *a)
{
    return ((const uint8_t *)a)[a->set_zone_at] != 0 || (a->chain_count == 0 && answer_has_zone(a));
}

/* Where the chain ends: the owner of the records, or the name whose absence was shown. */
struct name answer_owner(const struct answer *a);

#endif
