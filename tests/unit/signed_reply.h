/* signed_reply.h: replies signed by ldns with fixed keys, from records as text, for the tests of
 * what verifies them. Ed25519 has no randomness, so equal texts give equal octets.
 *
 * A record is its text, by default signed with its RRset by the reply's zone. A mark before it says
 * otherwise:
 *
 *   "- "   not signed                          "*N "  signed for the wildcard of its last N labels
 *   "e "   expired          "f "   not yet valid      "o "   by another key of the zone's tag
 *   "x "   one bit is wrong "u "   by an algorithm nobody knows
 *   "3= NAME FLAGS ITERATIONS TYPES"   NSEC3 whose owner is NAME's hash
 *   "3~ NAME FLAGS ITERATIONS TYPES"   NSEC3 around NAME's hash
 *   "DNSKEY"   the key of the zone that signs        "DS-OF ZONE"   the DS of ZONE's key
 */
#ifndef CAASCAN_SIGNED_REPLY_H
#define CAASCAN_SIGNED_REPLY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "answer.h"
#include "message.h"
#include "test_names.h"

#define SIGNED_NOW 1700000000u
#define SIGNED_SPAN 10000000u
#define SIGNED_RECORDS_MAX 12

struct signed_reply {
    const char *zone; /* that signs */
    const char *qname;
    uint16_t qtype, rcode;
    bool referral; /* AA clear */
    const char *answer[SIGNED_RECORDS_MAX], *authority[SIGNED_RECORDS_MAX];
};

/* The key of a zone, or with `other` one that the zone does not have. To be freed. */
static inline ldns_key *signed_key(const char *zone, bool other)
{
    static char text[][160] = {"Private-key-format: v1.2\nAlgorithm: 15 (ED25519)\n"
                               "PrivateKey: ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=\n",
                               "Private-key-format: v1.2\nAlgorithm: 15 (ED25519)\n"
                               "PrivateKey: DSSF3o0s0f+ElWzj9E/Osxw8hLpk55chkmx0LYN5WiY=\n"};
    ldns_key *key = NULL;
    FILE *file = fmemopen(text[other], strlen(text[other]), "r");
    assert_non_null(file);
    assert_int_equal(ldns_key_new_frm_fp(&key, file), LDNS_STATUS_OK);
    fclose(file);
    ldns_key_set_pubkey_owner(key, ldns_dname_new_frm_str(zone));
    ldns_key_set_flags(key, LDNS_KEY_ZONE_KEY | LDNS_KEY_SEP_KEY);
    ldns_key_set_inception(key, SIGNED_NOW - SIGNED_SPAN);
    ldns_key_set_expiration(key, SIGNED_NOW + SIGNED_SPAN);
    ldns_rr *rr = ldns_key2rr(key);
    ldns_key_set_keytag(key, ldns_calc_keytag(rr));
    ldns_rr_free(rr);
    return key;
}

/* The DNSKEY of a zone as a record; to be freed. */
static inline ldns_rr *signed_dnskey(const char *zone, bool other)
{
    ldns_key *key = signed_key(zone, other);
    ldns_rr *rr = ldns_key2rr(key);
    ldns_key_deep_free(key);
    return rr;
}

/* The zone's DNSKEY or DS RRset as an answer. */
static inline const struct answer *signed_keys(const char *zone, uint16_t qtype, void *into,
                                               size_t cap)
{
    static struct answer_parts parts;
    struct name_buffer name = named(zone);
    uint8_t rdata[256];
    struct answer_rr out = {.rdata = rdata, .ttl_s = 3600};
    ldns_rr *key = signed_dnskey(zone, false);
    ldns_rr *rr = qtype == TYPE_DS ? ldns_key_rr2ds(key, LDNS_SHA256) : key;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        ldns_rdf *rdf = ldns_rr_rdf(rr, i);
        memcpy(rdata + out.rdlen, ldns_rdf_data(rdf), ldns_rdf_size(rdf));
        out.rdlen = (uint16_t)(out.rdlen + ldns_rdf_size(rdf));
    }
    parts = (struct answer_parts){.qname = name_of(&name), .rrs = &out};
    parts.head = (struct answer){.qtype = qtype, .rr_count = 1, .level = LEVEL_RECORDS};
    parts.head.dnssec = DNSSEC_SECURE;
    assert_true(answer_build(&parts, into, cap) > 0);
    if (rr != key)
        ldns_rr_free(rr);
    ldns_rr_free(key);
    return into;
}

/* Adds `by` to a hash in text form, base 32 with extended hex digits. */
static inline void signed_shift(char *hash, int by)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
    char *last = hash + 31;
    size_t at = (size_t)(strchr(digits, *last) - digits);
    *last = digits[(at + 32u + (size_t)by) % 32u];
}

static inline ldns_rr *signed_nsec3(const char *zone, const char *text)
{
    char name[256], owner[40], next[40], made[1024];
    uint8_t salt[] = {0xAB};
    size_t name_len = strcspn(text + 3, " ");
    char *rest = NULL;
    memcpy(name, text + 3, name_len);
    name[name_len] = '\0';
    unsigned flags = (unsigned)strtoul(text + 3 + name_len, &rest, 10);
    unsigned iterations = (unsigned)strtoul(rest, &rest, 10);
    ldns_rdf *rdf = ldns_dname_new_frm_str(name);
    ldns_rdf *hash = ldns_nsec3_hash_name(rdf, 1, (uint16_t)iterations, 1, salt);
    memcpy(owner, ldns_rdf_data(hash) + 1, 32);
    owner[32] = '\0';
    memcpy(next, owner, 33);
    signed_shift(next, 1);
    if (text[1] == '~')
        signed_shift(owner, -1);
    snprintf(made, sizeof made, "%s.%s 3600 IN NSEC3 1 %u %u ab %s %s", owner,
             strcmp(zone, ".") == 0 ? "" : zone, flags, iterations, next, rest);
    ldns_rr *rr = NULL;
    assert_int_equal(ldns_rr_new_frm_str(&rr, made, 0, NULL, NULL), LDNS_STATUS_OK);
    ldns_rdf_deep_free(rdf);
    ldns_rdf_deep_free(hash);
    return rr;
}

/* How a record is to be signed, and where its text begins. */
static inline char signed_mark(const char **text)
{
    char mark = (*text)[0];
    if (strchr("-*efoxu", mark) == NULL || strchr(*text, ' ') > *text + 2)
        return ' ';
    *text = strchr(*text, ' ') + 1;
    return mark;
}

static inline ldns_rr *signed_record(const char *zone, const char *text)
{
    ldns_rr *rr = NULL;
    signed_mark(&text);
    if (text[0] == '3' && (text[1] == '=' || text[1] == '~'))
        return signed_nsec3(zone, text);
    if (strncmp(text, "DNSKEY", 6) == 0)
        return signed_dnskey(zone, false);
    if (strncmp(text, "DS-OF ", 6) == 0) {
        ldns_rr *key = signed_dnskey(text + 6, false);
        rr = ldns_key_rr2ds(key, LDNS_SHA256);
        ldns_rr_free(key);
        return rr;
    }
    if (ldns_rr_new_frm_str(&rr, text, 3600, NULL, NULL) != LDNS_STATUS_OK)
        fail_msg("ldns can't read: %s", text);
    return rr;
}

/* The owner of a wildcard of the last `labels` labels. */
static inline ldns_rdf *signed_wildcard(const ldns_rdf *owner, unsigned labels)
{
    ldns_rdf *above =
        ldns_dname_clone_from(owner, (uint16_t)(ldns_dname_label_count(owner) - labels));
    ldns_rdf *made = ldns_dname_new_frm_str("*");
    ldns_dname_cat(made, above);
    ldns_rdf_deep_free(above);
    return made;
}

static inline void signed_set_owner(ldns_rr_list *list, const ldns_rdf *owner)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        ldns_rr *rr = ldns_rr_list_rr(list, i);
        ldns_rdf_deep_free(ldns_rr_owner(rr));
        ldns_rr_set_owner(rr, ldns_rdf_clone(owner));
    }
}

static inline void signed_spoil(ldns_rr *rrsig, char mark)
{
    if (mark == 'x')
        ldns_rdf_data(ldns_rr_rrsig_sig(rrsig))[5] ^= 1;
    if (mark == 'u')
        ldns_rdf_data(ldns_rr_rrsig_algorithm(rrsig))[0] = 99;
}

/* The signature of an RRset, as the mark of its first record says. */
static inline ldns_rr *signed_signature(const char *zone, ldns_rr_list *rrset, const char *text)
{
    const char *rest = text;
    char mark = signed_mark(&rest);
    ldns_key *key = signed_key(zone, mark == 'o');
    if (mark == 'o') {
        ldns_key *own = signed_key(zone, false);
        ldns_key_set_keytag(key, ldns_key_keytag(own));
        ldns_key_deep_free(own);
    }
    if (mark == 'e')
        ldns_key_set_expiration(key, SIGNED_NOW - 1);
    if (mark == 'f')
        ldns_key_set_inception(key, SIGNED_NOW + 1);
    ldns_rdf *owner = ldns_rdf_clone(ldns_rr_list_owner(rrset));
    if (mark == '*') {
        ldns_rdf *wildcard = signed_wildcard(owner, (unsigned)(text[1] - '0'));
        signed_set_owner(rrset, wildcard);
        ldns_rdf_deep_free(wildcard);
    }
    ldns_key_list *keys = ldns_key_list_new();
    ldns_key_list_push_key(keys, key);
    ldns_rr_list *made = ldns_sign_public(rrset, keys);
    ldns_rr *rrsig = ldns_rr_list_pop_rr(made);
    assert_non_null(rrsig);
    signed_set_owner(rrset, owner);
    ldns_rdf_deep_free(ldns_rr_owner(rrsig));
    ldns_rr_set_owner(rrsig, owner);
    signed_spoil(rrsig, mark);
    ldns_rr_list_free(made);
    ldns_key_list_free(keys); /* and its key */
    return rrsig;
}

static inline bool signed_together(const ldns_rr *a, const ldns_rr *b)
{
    return ldns_rr_get_type(a) == ldns_rr_get_type(b) &&
           ldns_dname_compare(ldns_rr_owner(a), ldns_rr_owner(b)) == 0;
}

static inline void signed_section(ldns_pkt *packet, ldns_pkt_section section, const char *zone,
                                  const char *const texts[SIGNED_RECORDS_MAX])
{
    ldns_rr *rrs[SIGNED_RECORDS_MAX];
    size_t count = 0;
    for (; count < SIGNED_RECORDS_MAX && texts[count] != NULL; count++)
        rrs[count] = signed_record(zone, texts[count]);
    for (size_t i = 0; i < count; i++) {
        bool first = true;
        ldns_rr_list *rrset = ldns_rr_list_new();
        for (size_t j = 0; j < count; j++) {
            first = first && (j >= i || !signed_together(rrs[i], rrs[j]));
            if (signed_together(rrs[i], rrs[j]))
                ldns_rr_list_push_rr(rrset, rrs[j]);
        }
        ldns_rr *rrsig = NULL;
        if (first && texts[i][0] != '-')
            rrsig = signed_signature(zone, rrset, texts[i]);
        if (rrsig != NULL)
            ldns_pkt_push_rr(packet, section, rrsig);
        ldns_rr_list_free(rrset);
    }
    for (size_t i = 0; i < count; i++)
        ldns_pkt_push_rr(packet, section, rrs[i]);
}

/* The octets; to be freed. */
static inline uint8_t *signed_wire(const struct signed_reply *reply, size_t *len)
{
    ldns_rdf *qname = ldns_dname_new_frm_str(reply->qname);
    ldns_pkt *packet =
        ldns_pkt_query_new(qname, (ldns_rr_type)reply->qtype, LDNS_RR_CLASS_IN, LDNS_QR);
    assert_non_null(packet);
    ldns_pkt_set_aa(packet, !reply->referral);
    ldns_pkt_set_rcode(packet, (uint8_t)reply->rcode);
    signed_section(packet, LDNS_SECTION_ANSWER, reply->zone, reply->answer);
    signed_section(packet, LDNS_SECTION_AUTHORITY, reply->zone, reply->authority);
    uint8_t *wire = NULL;
    assert_int_equal(ldns_pkt2wire(&wire, packet, len), LDNS_STATUS_OK);
    ldns_pkt_free(packet);
    return wire;
}

#endif
