#include "diff_class.h"

#define CLASS_WORD(name, word, text) word,
#define CLASS_TEXT(name, word, text) text,

const char *diff_class_word(enum diff_class class)
{
    static const char *const words[] = {DIFF_CLASSES(CLASS_WORD)};
    return words[class];
}

const char *diff_class_text(enum diff_class class)
{
    static const char *const texts[] = {DIFF_CLASSES(CLASS_TEXT)};
    return texts[class];
}

static bool failed(const struct compare_entry *entry)
{
    return entry->outcome == OUTCOME_INDETERMINATE;
}

static bool answered(const struct compare_entry *entry)
{
    return entry->outcome == OUTCOME_FOUND || entry->outcome == OUTCOME_EMPTY;
}

static bool same_place(const struct compare_entry *from, const struct compare_entry *to)
{
    return caa_text_equal(from->found_at, to->found_at) &&
           caa_text_equal(from->rrset_owner, to->rrset_owner);
}

/* Two sets that were found. */
static enum diff_class class_of_sets(const struct compare_entry *from,
                                     const struct compare_entry *to, enum policy_order policy)
{
    if (policy == POLICY_WIDER)
        return DIFF_WIDENED;
    if (policy == POLICY_NARROWER)
        return DIFF_NARROWED;
    if (policy == POLICY_SAME && !same_place(from, to))
        return DIFF_MOVED;
    return policy == POLICY_SAME && caa_text_equal(from->set, to->set) ? DIFF_UNCHANGED
                                                                       : DIFF_CHANGED;
}

static enum diff_class class_of_answers(const struct compare_entry *from,
                                        const struct compare_entry *to, enum policy_order policy)
{
    if (from->outcome == to->outcome)
        return from->outcome == OUTCOME_FOUND ? class_of_sets(from, to, policy) : DIFF_UNCHANGED;
    return to->outcome == OUTCOME_FOUND ? DIFF_ADDED : DIFF_REMOVED;
}

struct diff_verdict diff_class_of(const struct compare_entry *from, const struct compare_entry *to,
                                  const struct caa_set sets[2])
{
    struct diff_verdict verdict = {.class = DIFF_NOT_ASKED};
    if (failed(from) && failed(to)) {
        verdict.class = DIFF_STILL_FAILING;
    } else if (answered(from) && failed(to)) {
        verdict.class = DIFF_NEWLY_FAILING;
    } else if (failed(from) && answered(to)) {
        verdict.class = DIFF_BACK;
    } else if (answered(from) && answered(to)) {
        verdict.ordered = true;
        if (!caa_text_equal(from->set, to->set))
            verdict.policy = policy_order_of(&sets[0], &sets[1]);
        verdict.class = class_of_answers(from, to, verdict.policy);
        if (verdict.class < DIFF_CHANGE_END && (from->inconsistent || to->inconsistent))
            verdict.class = DIFF_INCONSISTENT;
    }
    return verdict;
}
