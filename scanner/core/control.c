#include "control.h"

#include "message.h"

bool control_applies(const struct answer *failed)
{
    if (failed->tried_count == 0)
        return failed->failure == CLASS_INCOMPLETE_CHAIN || failed->failure == CLASS_DNSSEC_BOGUS ||
               failed->failure == CLASS_DNSSEC_INDETERMINATE;
    switch ((enum error_class)failed->failure) {
    case CLASS_NONE:
    case CLASS_NET_UNREACHABLE:
    case CLASS_WORK_LIMIT:
    case CLASS_LOCAL_ERROR:
    case CLASS_CNAME_LOOP:
    case CLASS_CNAME_CHAIN_TOO_LONG:
    case CLASS_DNAME_OVERFLOW:
    case CLASS_MULTI_CNAME:
        return false;
    default:
        return true;
    }
}

struct control_question control_question(enum control_kind kind, struct name level,
                                         struct name zone)
{
    switch (kind) {
    case CONTROL_A:
        return (struct control_question){.name = level, .type = TYPE_A};
    case CONTROL_SOA:
        return (struct control_question){.name = zone.len > 0 ? zone : level, .type = TYPE_SOA};
    default:
        return (struct control_question){
            .name = level, .type = TYPE_CAA, .checking_disabled = kind == CONTROL_CD};
    }
}
