#include "tally_policy.h"

void tally_policy_add(struct tally_policy *tally, const struct set_use *use)
{
    const struct caa_set *set = use->set;
    if (caa_policy_critical_denies(set, CAA_SUPPORTS_MINIMUM) &&
        !caa_policy_critical_denies(set, CAA_SUPPORTS_IANA))
        tally->minimal_denied += use->names;
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++)
        tally->names[kind][caa_policy_of(set, kind)] += use->names;
}

void tally_policy_merge(struct tally_policy *into, const struct tally_policy *from)
{
    into->minimal_denied += from->minimal_denied;
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        for (unsigned policy = 0; policy < CAA_POLICY_COUNT; policy++)
            into->names[kind][policy] += from->names[kind][policy];
    }
}
