/* ask.h: how one question is put to servers: how often, over which transport, with EDNS or not.
 *
 * The ask sees what each attempt showed and answers with what to do next. It does not know which
 * question it is, which server comes next, or what time it is.
 */
#ifndef CAASCAN_ASK_H
#define CAASCAN_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "caascan/term.h"

#define ASK_ATTEMPTS_MAX 16u

enum ask_event {
    ASK_ANSWERED,     /* a whole reply that settles the question */
    ASK_TRUNCATED,    /* TC: never evaluated, asked again over TCP (RFC 2181 section 9) */
    ASK_EDNS_REFUSED, /* it may be EDNS that the server can't read (RFC 6891 section 7) */
    ASK_FAILED,       /* a whole reply that is a failure of this server: rcode, malformed */
    ASK_SILENT,       /* the attempt's time is over */
};

enum ask_step {
    ASK_DONE,        /* the answer stands */
    ASK_GIVE_UP,     /* no attempt is left */
    ASK_AGAIN_TCP,   /* the same server, over TCP, now */
    ASK_AGAIN_PLAIN, /* the same server, without EDNS, now */
    ASK_NEXT,        /* the next server now: this one had its time */
    ASK_NEXT_LATER,  /* the next server after a pause: this one answered at once */
};

struct ask {
    uint8_t attempts_max;
    uint8_t attempt; /* the one under way, from 0 */
    bool tcp;        /* the attempt under way is on TCP */
    bool edns;
    bool edns_refused; /* a server seemed to refuse it */
};

void ask_begin(struct ask *a, unsigned attempts_max);
enum ask_step ask_next(struct ask *a, enum ask_event event);

/* Of two failures of the servers of one zone, the one that names the row's class: the first of
 * dnssec_bogus, an rcode class, lame, msg_malformed, a mismatch class, truncated_no_tcp, timeout,
 * net_unreachable, the rest. Between two of the same rank the earlier stays. */
enum error_class ask_worse(enum error_class earlier, enum error_class later);

#endif
