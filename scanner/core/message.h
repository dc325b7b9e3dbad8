/* message.h: DNS messages: encode a query, decode a reply into an answer. Pure and bounded; every
 * octet of a reply is hostile.
 *
 * Decoding is two steps, because a reply may only be read once it is known to belong to a question:
 * message_peek reads header and question for matching, message_decode reads the rest.
 */
#ifndef CAASCAN_MESSAGE_H
#define CAASCAN_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "name.h"

enum {
    TYPE_A = 1,
    TYPE_NS = 2,
    TYPE_CNAME = 5,
    TYPE_SOA = 6,
    TYPE_AAAA = 28,
    TYPE_DNAME = 39,
    TYPE_OPT = 41,
    TYPE_DS = 43,
    TYPE_RRSIG = 46,
    TYPE_NSEC = 47,
    TYPE_DNSKEY = 48,
    TYPE_NSEC3 = 50,
    TYPE_CAA = 257,
};

enum {
    RCODE_NOERROR = 0,
    RCODE_FORMERR = 1,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_NOTIMP = 4,
    RCODE_REFUSED = 5,
    RCODE_YXDOMAIN = 6,
    RCODE_BADVERS = 16,
};

/* Bits of the header's second word. */
#define MESSAGE_QR 0x8000u
#define MESSAGE_AA 0x0400u
#define MESSAGE_TC 0x0200u
#define MESSAGE_RD 0x0100u
#define MESSAGE_RA 0x0080u
#define MESSAGE_AD 0x0020u
#define MESSAGE_CD 0x0010u
#define MESSAGE_RCODE 0x000Fu

#define MESSAGE_CLASS_IN 1u

#define MESSAGE_QUERY_MAX 288u /* longest query: header, name, type and class, OPT */
#define MESSAGE_UDP_SIZE 1232u /* EDNS buffer size announced (DNS flag day 2020) */

struct query {
    struct name name;
    uint16_t type;
    uint16_t id;
    bool recursion;         /* RD */
    bool checking_disabled; /* CD */
    bool ad;                /* AD: ask for AD in the reply (RFC 6840 section 5.7) */
    bool edns;              /* add an OPT record, version 0, MESSAGE_UDP_SIZE */
    bool dnssec_ok;         /* DO; only with edns */
    uint64_t case_bits;     /* letters of the name to be in upper case (mixed_case.h) */
};

/* Writes the query in wire form, class IN. Returns its length (cap >= MESSAGE_QUERY_MAX always
 * suffices), 0 if it does not fit. */
size_t message_encode(const struct query *q, uint8_t *out, size_t cap);

struct message_head {
    uint16_t id;
    uint16_t type;     /* of the question; 0 where there is none to read */
    uint8_t opcode;    /* 0 in replies to queries */
    uint8_t rcode_low; /* four bits of the header; the OPT record adds eight */
    bool qr, tc, aa, ad;
    bool question_whole; /* exactly one question of class IN was read into qname */
    bool echoes;         /* message_echoes is known to hold for the question asked; the caller's */
    struct name_buffer qname;
};

/* Reads the header alone; type, question_whole and qname say that there is no question. Returns
 * false if there are not even 12 octets. */
bool message_peek_header(const uint8_t *octets, size_t len, struct message_head *out);

/* Is this the message's one question, of class IN and not compressed? The case of letters does not
 * matter. */
bool message_echoes(const uint8_t *octets, size_t len, struct name name, uint16_t type);

/* Reads header and question. Returns false only if there are not even 12 octets. */
bool message_peek(const uint8_t *octets, size_t len, struct message_head *out);

/* Scratch for one decode, reused, in need of no preparation; about 170 KiB of which a usual reply
 * touches one, so a worker owns one. */
struct message_scratch;
size_t message_scratch_size(void);

struct message_decode_args {
    const uint8_t *octets;
    size_t len;
    struct name qname;
    uint16_t qtype;
    bool resolver;    /* a resolver replied: an alias without its end is incomplete_chain */
    bool echoes;      /* message_echoes is known to hold for qname and qtype */
    struct name zone; /* an authority for this zone replied, which holds qname; len 0: a resolver */
};

/* Decodes a reply whose question is known to match and whose TC is clear. Fills parts->qname, rrs,
 * chain, error_name and of parts->head: rcode, qtype, flags, ede, ttl_s, counts, failure, level;
 * takes back zone, set_zone and what head says of them (with a denial, set_zone.zone is the owner
 * of its SOA, where that is at or above the name denied); leaves server, rtt,
 * attempts, tried, protocol and dnssec alone. All views borrow from octets, scratch or the qname
 * given. Aliases are followed within the answer section in any order (CNAME, and DNAME with its
 * substitution checked against the CNAME given, RFC 6672 section 3; the closest DNAME where there
 * are several), names compared without case.
 *
 * failure becomes, first match first: msg_malformed where the octets don't parse; an rcode class by
 * the extended rcode (NXDOMAIN is a level outcome; YXDOMAIN is dname_overflow where a DNAME
 * applies, else rcode_other); multi_cname, also for two DNAMEs at one owner; cname_chain_too_long,
 * dname_overflow, cname_loop, msg_malformed where CNAME and DNAME disagree, work_limit where the
 * answer holds more than 128 aliases and the first 128 show no failure; incomplete_chain (resolver
 * only: aliases without records or a denial at their end); lame (resolver only, without AA, records
 * and SOA, NSEC or NSEC3: it refers to other servers, or RA is clear too). A failure has no records
 * and LEVEL_COUNT as level; its chain holds the aliases as far as they were followed, and
 * error_name is where they led, if there were any;
 * ANSWER_OPT says whether there was an OPT record, and ANSWER_OPT_AGAIN whether there was
 * another, which is msg_malformed (RFC 6891 section 6.1.1).
 *
 * An SOA whose owner is neither the end of the chain nor above it says nothing of that name, and is
 * ignored. Records at other owners are ignored, and so are classes other than IN, octets behind the
 * message, and copies of a record (RFC 2181 section 5; of NS, and of sets of hundreds, they stay).
 * Records at the end of the chain count whatever the rcode says of that name: NXDOMAIN beside
 * records is `records` with rcode 3. Where an owner on the chain has both an alias and the type
 * asked, the alias is followed and noted. Any type may be asked for: its records are kept octet for
 * octet, so names in them may be compressed. Three types are looked into: addresses (TYPE_A,
 * TYPE_AAAA) of a wrong length are msg_malformed; of TYPE_DNAME there is at most one record, of
 * TYPE_NS at most ANSWER_NS_MAX, and the rdata of both is the target in wire form, decompressed and
 * folded.
 *
 * With args->zone only what lies in that zone is believed (RFC 2181 section 5.4.1): aliases,
 * records and denials (SOA, NSEC, NSEC3) count if their owner is within the zone, the rest is
 * ignored. So a chain ends at the first name outside the zone, and nothing is believed of that
 * name: the answer is `nodata` without ANSWER_SOA, whatever the rcode says, and ttl_s is the
 * chain's. The search goes on there. */
void message_decode(const struct message_decode_args *args, struct message_scratch *scratch,
                    struct answer_parts *parts);

/* A delegation read from a reply: the NS RRset of one zone in the authority section, the addresses
 * for its servers from the additional section, and what was said of DS. */
#define REFERRAL_GLUE_MAX 32u

struct referral_glue {
    struct address address; /* port 53 */
    uint8_t ns;             /* index into referral.zone.ns */
};

struct referral {
    struct answer_zone zone; /* zone.zone.len 0: the reply holds no referral */
    size_t ns_count;         /* different names, at least one in a referral */
    struct referral_glue glue[REFERRAL_GLUE_MAX];
    size_t glue_count;
    bool upward;    /* where there is none: NS records of a zone above args->zone */
    uint32_t ttl_s; /* least of the NS records and the glue kept */
    uint8_t ds;     /* enum ds_status */
};

/* Reads the referral in a reply that message_decode found whole (failure CLASS_NONE). Believed only
 * inside the bailiwick: the NS RRset's owner must be strictly below args->zone and be args->qname
 * or above it; glue counts only for names within args->zone (RFC 2181 section 5.4.1). Of several NS
 * owners the first in the message that may be believed counts. NS records whose RDATA is no name
 * and glue that is no address are left out, and so are servers past ANSWER_NS_MAX and glue past
 * REFERRAL_GLUE_MAX.
 *
 * ds is `present` with a DS record at the zone; else `absent` with an NSEC at the zone, or with any
 * NSEC3 within args->zone, since its owner is a hash; else `unknown`. Nothing is verified.
 *
 * AA, rcode and the answer section are not looked at: beside an answer the same records name the
 * servers of the zone it is from. The views borrow from scratch, and hold until the next referral
 * is read; those of a decode stay as they are. */
void message_referral(const struct message_decode_args *args, struct message_scratch *scratch,
                      struct referral *out);

/* The zone that a reply says it is signed by: the signer of its first RRSIG that may be, at or
 * above qname (for DS strictly above) and within args->zone. len 0: there is none. Nothing is
 * verified. Borrows from scratch, until the next signer is read. */
struct name message_signer(const struct message_decode_args *args, struct message_scratch *scratch);

#define MESSAGE_DS_MAX 16u

/* The DS records of a zone in the authority section; views of the octets. Returns 0 where there are
 * more than MESSAGE_DS_MAX: some of them would not be the set that is signed. */
size_t message_ds(const struct message_decode_args *args, struct message_scratch *scratch,
                  struct name zone, struct answer_rr out[MESSAGE_DS_MAX]);

/* The failure class an rcode stands for, CLASS_NONE for NOERROR and NXDOMAIN. */
enum error_class message_rcode_class(unsigned rcode);

#endif
