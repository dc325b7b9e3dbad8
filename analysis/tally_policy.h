/* tally_policy.h: what the sets found mean for each kind of certificate. Pure. */
#ifndef TALLY_POLICY_H
#define TALLY_POLICY_H

#include "caa_policy.h"
#include "set_use.h"

struct tally_policy {
    /* Names whose set denies a CA that implements issue, issuewild and iodef alone, by a critical
     * record, and not one that implements all of IANA's properties. */
    uint64_t minimal_denied;
    uint64_t names[CAA_KIND_COUNT]
                  [CAA_POLICY_COUNT]; /* with a set; each kind sums to all of them */
};

void tally_policy_add(struct tally_policy *tally, const struct set_use *use);
void tally_policy_merge(struct tally_policy *into, const struct tally_policy *from);

#endif
