/* reply_text.h: replies in wire form, written by ldns from records as text, for the tests of what
 * reads them. */
#ifndef CAASCAN_REPLY_TEXT_H
#define CAASCAN_REPLY_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ldns/ldns.h>

/* Each section ends with NULL, or is NULL. */
struct reply_text {
    const char *qname;
    uint16_t qtype;
    uint16_t rcode;
    bool recursive; /* RA */
    const char *const *answer, *const *authority, *const *additional;
};

static inline void reply_text_push(ldns_pkt *packet, ldns_pkt_section section,
                                   const char *const *texts)
{
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++) {
        ldns_rr *rr = NULL;
        if (ldns_rr_new_frm_str(&rr, texts[i], 0, NULL, NULL) != LDNS_STATUS_OK)
            fail_msg("ldns can't read: %s", texts[i]);
        ldns_pkt_push_rr(packet, section, rr);
    }
}

/* The octets, with compression as ldns does it; to be freed. */
static inline uint8_t *reply_text_wire(const struct reply_text *reply, size_t *len)
{
    ldns_rdf *qname = ldns_dname_new_frm_str(reply->qname);
    ldns_pkt *packet =
        ldns_pkt_query_new(qname, (ldns_rr_type)reply->qtype, LDNS_RR_CLASS_IN, LDNS_QR | LDNS_RD);
    assert_non_null(packet);
    ldns_pkt_set_rcode(packet, (uint8_t)reply->rcode);
    ldns_pkt_set_ra(packet, reply->recursive);
    reply_text_push(packet, LDNS_SECTION_ANSWER, reply->answer);
    reply_text_push(packet, LDNS_SECTION_AUTHORITY, reply->authority);
    reply_text_push(packet, LDNS_SECTION_ADDITIONAL, reply->additional);
    uint8_t *wire = NULL;
    assert_int_equal(ldns_pkt2wire(&wire, packet, len), LDNS_STATUS_OK);
    ldns_pkt_free(packet);
    return wire;
}

#endif
