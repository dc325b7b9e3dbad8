#include "ask.h"

void ask_begin(struct ask *a, unsigned attempts_max)
{
    *a = (struct ask){.attempts_max = (uint8_t)attempts_max, .edns = true};
}

static enum ask_step next_server(struct ask *a, enum ask_step step)
{
    a->tcp = false;
    a->edns = true;
    if (a->attempt + 1 >= a->attempts_max)
        return ASK_GIVE_UP;
    a->attempt++;
    return step;
}

enum ask_step ask_next(struct ask *a, enum ask_event event)
{
    switch (event) {
    case ASK_ANSWERED:
        return ASK_DONE;
    case ASK_TRUNCATED:
        if (a->tcp)
            return next_server(a, ASK_NEXT_LATER);
        a->tcp = true;
        return ASK_AGAIN_TCP;
    case ASK_EDNS_REFUSED:
        if (!a->edns)
            return next_server(a, ASK_NEXT_LATER);
        a->edns = false;
        a->edns_refused = true;
        return a->tcp ? ASK_AGAIN_TCP : ASK_AGAIN_PLAIN;
    case ASK_FAILED:
        return next_server(a, ASK_NEXT_LATER);
    case ASK_SILENT:
        return next_server(a, ASK_NEXT);
    }
    return ASK_GIVE_UP;
}

static unsigned rank_of(enum error_class c)
{
    switch (c) {
    case CLASS_DNSSEC_BOGUS:
        return 0;
    case CLASS_SERVFAIL:
    case CLASS_REFUSED:
    case CLASS_NOTIMP:
    case CLASS_FORMERR:
    case CLASS_BADVERS:
    case CLASS_RCODE_OTHER:
        return 1;
    case CLASS_LAME:
        return 2;
    case CLASS_MSG_MALFORMED:
        return 3;
    case CLASS_ID_MISMATCH:
    case CLASS_QUESTION_MISMATCH:
    case CLASS_QR_NOT_SET:
        return 4;
    case CLASS_TRUNCATED_NO_TCP:
        return 5;
    case CLASS_TIMEOUT:
        return 6;
    case CLASS_NET_UNREACHABLE:
        return 7;
    case CLASS_NONE:
        return 9;
    default:
        return 8;
    }
}

enum error_class ask_worse(enum error_class earlier, enum error_class later)
{
    return rank_of(later) < rank_of(earlier) ? later : earlier;
}
