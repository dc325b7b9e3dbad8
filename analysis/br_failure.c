#include "br_failure.h"

const char *br_failure_word(enum br_failure outcome)
{
#define FAILURE_WORD(name, word) word,
    static const char *const words[] = {BR_FAILURES(FAILURE_WORD)};
    return words[outcome];
}

/* Says nothing about the servers that were asked. */
static bool is_ours(enum error_class class)
{
    return class == CLASS_LOCAL_ERROR || class == CLASS_NET_UNREACHABLE ||
           class == CLASS_WORK_LIMIT || class == CLASS_RECURSION_LIMIT;
}

static enum br_failure by_delegation(enum ds_status ds)
{
    if (ds == DS_ABSENT)
        return BR_FAILURE_EXCEPTION;
    return ds == DS_PRESENT ? BR_FAILURE_MUST_NOT : BR_FAILURE_UNKNOWN;
}

enum br_failure br_failure_of(const struct record_view *record)
{
    bool bogus = record->error_class == CLASS_DNSSEC_BOGUS || record->dnssec == DNSSEC_BOGUS;
    if (bogus)
        return record->date < BR_FAILURE_VALIDATION_DAY ? BR_FAILURE_NOT_VALIDATED
                                                        : BR_FAILURE_MUST_NOT;
    if (is_ours(record->error_class))
        return BR_FAILURE_UNKNOWN;
    if (record->error_class == CLASS_DNSSEC_INDETERMINATE)
        return BR_FAILURE_MUST_NOT;
    switch (record->dnssec) {
    case DNSSEC_INSECURE:
        return BR_FAILURE_EXCEPTION;
    case DNSSEC_SECURE:
    case DNSSEC_INDETERMINATE:
        return BR_FAILURE_MUST_NOT;
    default:
        return by_delegation(record->ds);
    }
}
