/* control.h: the control probes asked where a lookup failed, so that the analysis can tell apart a
 * server that is dead, one that drops a type, one that throttles, and broken DNSSEC (RFC 8659
 * section 6). The class of the failure stays what was observed; the probes are evidence beside it.
 */
#ifndef CAASCAN_CONTROL_H
#define CAASCAN_CONTROL_H

#include <stdbool.h>

#include "answer.h"

enum control_kind {
    CONTROL_A,   /* do the servers answer for the name at all? */
    CONTROL_SOA, /* do they serve the zone? */
    CONTROL_CAA, /* the same question again: an answer now takes the failure's place */
    CONTROL_CD,  /* the same without validation; of a resolver only */
    CONTROL_COUNT
};

/* Do probes make sense for this failure? Only where a server was asked and it lies with servers:
 * not for loops of aliases, bounds of our own, or local trouble. */
bool control_applies(const struct answer *failed);

/* What a probe asks. CONTROL_SOA asks for zone where that is known, else for the level's name. */
struct control_question {
    struct name name;
    uint16_t type;
    bool checking_disabled;
};

struct control_question control_question(enum control_kind kind, struct name level,
                                         struct name zone);

#endif
