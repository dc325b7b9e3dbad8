/* context.h: which zone holds a name, who serves it, and does its parent vouch for it: what a
 * resolver tells when it is asked for it.
 *
 * SOA at the name: an answer says that a zone begins there, a denial carries the SOA of the zone
 * that holds the name (RFC 2308 section 2). A name that is an alias begins no zone, so its parent
 * is asked instead, whatever the alias leads to. Then NS and DS at the zone; DS is the parent's to
 * give (RFC 4035 section 2.4). The same for the owner of the set, which may lie elsewhere, without
 * DS. Each of these but the first is the same for all names of a zone.
 * All are asked with CD=1: a zone that fails validation has name servers too.
 *
 * Zones are kept as a number of labels: a zone is the name at hand or one of its ancestors.
 */
#ifndef CAASCAN_CONTEXT_H
#define CAASCAN_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "answer.h"

enum context_part { CONTEXT_OWN, CONTEXT_SET, CONTEXT_PARTS };

/* The row's name; the owner of its set, len 0 where there is none. The same at every call. */
struct context_names {
    struct name part[CONTEXT_PARTS];
};

enum context_step {
    CONTEXT_ASK, /* ask context_question, hand the answer to context_next */
    CONTEXT_DONE,
};

struct context {
    uint16_t type;  /* asked for now: TYPE_SOA, TYPE_NS or TYPE_DS */
    uint8_t part;   /* enum context_part: the question is about */
    uint8_t labels; /* of the name asked for now */
    uint8_t ds;     /* enum ds_status: of the zone of CONTEXT_OWN */
    uint8_t zone_labels[CONTEXT_PARTS];
    bool known[CONTEXT_PARTS]; /* is zone_labels? */
};

struct context_question {
    struct name name;
    uint16_t type;
};

enum context_step context_begin(struct context *c, const struct context_names *names);
struct context_question context_question(const struct context *c,
                                         const struct context_names *names);

/* Takes the answer, NULL where there is none. A failure leaves unknown what it was to tell. For
 * TYPE_NS the servers are in the answer; keeping it is the caller's. */
enum context_step context_next(struct context *c, const struct context_names *names,
                               const struct answer *answer);

/* Does an answer to another type say as much about its name as one to TYPE_SOA would? Then it may
 * take its place. */
bool context_is_told(const struct answer *answer);

/* The zone of a part; len 0: not known. Borrows from names. */
struct name context_zone(const struct context *c, const struct context_names *names,
                         enum context_part part);

#endif
