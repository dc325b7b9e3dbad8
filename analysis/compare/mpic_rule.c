#include "mpic_rule.h"

/* What holds from a day on. */
struct phase {
    unsigned from; /* YYYYMMDD */
    size_t remotes;
    bool enforced, regions;
};

static const struct phase phases[] = {
    {0, 0, false, false},      {20250315, 2, false, false}, {20250915, 2, true, false},
    {20260315, 3, true, true}, {20260615, 4, true, true},   {20261215, 5, true, true},
};

static const struct phase *phase_of(unsigned day)
{
    size_t i = sizeof phases / sizeof *phases - 1;
    while (day < phases[i].from)
        i--;
    return &phases[i];
}

size_t mpic_rule_remotes(unsigned day)
{
    return phase_of(day)->remotes;
}

bool mpic_result_permits(enum mpic_result result)
{
    return result == MPIC_PERMIT || result == MPIC_FAILED_PERMITS;
}

bool mpic_reason_allows(enum mpic_reason reason)
{
    return reason < MPIC_REASON_PRIMARY_DENIES;
}

/* Remotes that need not corroborate: the quorum table of section 3.2.2.9. */
static size_t tolerated(size_t remotes)
{
    return remotes < 2 ? 0 : remotes < 6 ? 1 : 2;
}

static void count_remotes(const struct mpic_remote *remotes, size_t count,
                          struct mpic_verdict *verdict)
{
    bool seen[MPIC_RIR_COUNT] = {false};
    for (size_t i = 0; i < count; i++) {
        if (!mpic_result_permits(remotes[i].result)) {
            verdict->others++;
            continue;
        }
        verdict->corroborating++;
        verdict->regions += !seen[remotes[i].rir];
        seen[remotes[i].rir] = true;
    }
}

struct mpic_verdict mpic_rule_judge(unsigned day, enum mpic_result primary,
                                    const struct mpic_remote *remotes, size_t remote_count)
{
    const struct phase *phase = phase_of(day);
    struct mpic_verdict verdict = {.reason = MPIC_REASON_QUORUM};
    count_remotes(remotes, remote_count, &verdict);
    if (!mpic_result_permits(primary))
        verdict.reason =
            primary == MPIC_DENY ? MPIC_REASON_PRIMARY_DENIES : MPIC_REASON_PRIMARY_FAILED;
    else if (phase->remotes == 0)
        verdict.reason = MPIC_REASON_NO_DUTY;
    else if (remote_count < phase->remotes)
        verdict.reason = MPIC_REASON_TOO_FEW_REMOTES;
    else if (!phase->enforced)
        verdict.reason = MPIC_REASON_NOT_ENFORCED;
    else if (verdict.others > tolerated(remote_count))
        verdict.reason = MPIC_REASON_NO_QUORUM;
    else if (phase->regions && verdict.regions < 2)
        verdict.reason = MPIC_REASON_ONE_REGION;
    return verdict;
}
