#include "mpic_judge.h"

#include "caa_issuer.h"

#define CLASS_WORD(name, word, text) word,
#define CLASS_TEXT(name, word, text) text,

const char *mpic_class_word(enum mpic_class class)
{
    static const char *const words[] = {MPIC_CLASSES(CLASS_WORD)};
    return words[class];
}

const char *mpic_class_text(enum mpic_class class)
{
    static const char *const texts[] = {MPIC_CLASSES(CLASS_TEXT)};
    return texts[class];
}

/* The identifiers that the sets of a name have, each with the label of its CA. */
struct identifiers {
    struct caa_text list[MPIC_CANDIDATES_MAX], labels[MPIC_CANDIDATES_MAX];
    size_t count;
};

static struct caa_text label_of(struct caa_text identifier)
{
    const struct caa_issuer *issuer = caa_issuer_find(identifier);
    return issuer != NULL ? caa_text_from(issuer->ca_operator) : identifier;
}

static void add_identifier(struct identifiers *all, struct caa_text identifier)
{
    for (size_t i = 0; i < all->count; i++) {
        if (caa_text_equal_folded(all->list[i], identifier))
            return;
    }
    if (all->count == MPIC_CANDIDATES_MAX)
        return;
    all->list[all->count] = identifier;
    all->labels[all->count++] = label_of(identifier);
}

static void add_set(struct identifiers *all, const struct caa_set *set, enum caa_kind kind)
{
    enum caa_property property = caa_policy_property(set, kind);
    for (size_t i = 0; i < set->count; i++) {
        if (set->records[i].property == property && set->records[i].value.issuer.len > 0)
            add_identifier(all, set->records[i].value.issuer);
    }
}

static enum mpic_result result_of(const struct mpic_setup *setup, const struct compare_entry *entry,
                                  const struct caa_set *set, const struct caa_ca *ca)
{
    static const struct caa_text nothing = {0};
    struct caa_request request = {setup->kind, CAA_PARAMS_SATISFIABLE, nothing, nothing};
    if (entry->outcome == OUTCOME_INDETERMINATE)
        return setup->failures_permit && entry->failure_permits ? MPIC_FAILED_PERMITS : MPIC_FAILED;
    return caa_policy_permits(set, ca, &request) ? MPIC_PERMIT : MPIC_DENY;
}

static enum mpic_class class_of(const struct mpic_setup *setup,
                                const struct mpic_candidate *candidate)
{
    bool primary = mpic_result_permits(candidate->results[0]);
    bool differs = false;
    for (unsigned side = 1; side < setup->sides; side++)
        differs |= mpic_result_permits(candidate->results[side]) != primary;
    if (!differs)
        return MPIC_CLASS_AGREE;
    if (!primary)
        return MPIC_CLASS_PRIMARY_STRICTER;
    return mpic_reason_allows(candidate->verdict.reason) ? MPIC_CLASS_HIDDEN : MPIC_CLASS_BLOCKED;
}

/* What all vantages see of one CA. */
struct scene {
    const struct mpic_setup *setup;
    const struct compare_entry *entries;
    const struct caa_set *sets;
    struct mpic_name *out;
};

static void judge(const struct scene *scene, struct caa_text label,
                  const struct caa_text *identifiers, size_t identifier_count)
{
    const struct mpic_setup *setup = scene->setup;
    struct mpic_candidate *candidate = &scene->out->candidates[scene->out->count++];
    struct caa_ca ca = {identifiers, identifier_count, CAA_SUPPORTS_IANA};
    struct mpic_remote remotes[COMPARE_SIDES_MAX];
    candidate->label = label;
    for (unsigned side = 0; side < setup->sides; side++) {
        candidate->results[side] = result_of(setup, &scene->entries[side], &scene->sets[side], &ca);
        if (side > 0)
            remotes[side - 1] = (struct mpic_remote){candidate->results[side], setup->rirs[side]};
    }
    candidate->verdict =
        mpic_rule_judge(setup->day, candidate->results[0], remotes, setup->sides - 1);
    candidate->class = class_of(setup, candidate);
    if (candidate->class > scene->out->class)
        scene->out->class = candidate->class;
}

/* The identifiers behind the one at `first` that have its label; it is taken out of the list. */
static size_t gather(const struct identifiers *all, size_t first, bool *done, struct caa_text *out)
{
    size_t count = 0;
    for (size_t i = first; i < all->count; i++) {
        if (done[i] || !caa_text_equal_folded(all->labels[i], all->labels[first]))
            continue;
        done[i] = true;
        out[count++] = all->list[i];
    }
    return count;
}

static void judge_all(const struct scene *scene)
{
    struct identifiers all = {.count = 0};
    struct caa_text own[MPIC_CANDIDATES_MAX];
    bool done[MPIC_CANDIDATES_MAX] = {false};
    for (unsigned side = 0; side < scene->setup->sides; side++)
        add_set(&all, &scene->sets[side], scene->setup->kind);
    for (size_t i = 0; i < all.count; i++) {
        if (!done[i])
            judge(scene, all.labels[i], own, gather(&all, i, done, own));
    }
    judge(scene, caa_text_from(MPIC_OTHER_CA), NULL, 0);
}

/* Do all see the same, so that all would be judged alike? */
static bool all_same(const struct mpic_setup *setup, const struct compare_entry *entries)
{
    for (unsigned side = 1; side < setup->sides; side++) {
        if (entries[side].outcome != entries[0].outcome ||
            entries[side].outcome == OUTCOME_INDETERMINATE ||
            !caa_text_equal(entries[side].set, entries[0].set))
            return false;
    }
    return true;
}

void mpic_judge_name(const struct mpic_setup *setup, const struct compare_entry *entries,
                     const struct caa_set *sets, struct mpic_name *out)
{
    struct scene scene = {setup, entries, sets, out};
    out->count = 0;
    out->class = MPIC_CLASS_AGREE;
    if (setup->identifier_count > 0)
        judge(&scene, setup->identifiers[0], setup->identifiers, setup->identifier_count);
    else if (!all_same(setup, entries))
        judge_all(&scene);
}
