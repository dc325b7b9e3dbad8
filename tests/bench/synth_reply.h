/* synth_reply.h: what a server of the synthetic world replies to a query. Pure; queries may be any
 * octets. */
#ifndef CAASCAN_TESTS_SYNTH_REPLY_H
#define CAASCAN_TESTS_SYNTH_REPLY_H

#include "synth.h"

#define SYNTH_REPLY_MAX 1232u /* octets; no reply of this world is longer */

struct synth_query {
    const uint8_t *octets;
    size_t len;
    bool tcp;       /* came over TCP: not truncated */
    bool authority; /* asked as an authority, else as a recursive resolver */
    uint32_t asked; /* authority: the server's address, IPv4 in host order */
};

/* Writes the reply to out, which has room for SYNTH_REPLY_MAX octets, and returns its length; 0
 * where a server should be silent: fewer than 12 octets, or a reply (QR set).
 *
 * A recursive resolver (RA) knows all names. An authority answers for the deepest zone that its
 * address serves and that holds the name, with AA; for a zone further down it refers to that one's
 * servers, with glue unless they are an operator's; for other names it says REFUSED. RD and CD are
 * repeated. OPT is answered by OPT with DO repeated (RFC 6891 section 6.1.1, RFC 3225), another
 * version with BADVERS. More or less than one question, or one that is not a whole uncompressed
 * name, is FORMERR; another opcode than QUERY is NOTIMP. */
size_t synth_reply(const struct synth *world, const struct synth_query *query, uint8_t *out);

#endif
