/* mpic_judge.h: one name as several vantages see it, and what a CA may do about it. Pure.
 *
 * Without a CA to ask for, every CA is asked for that one of the sets names, and one more that none
 * names, so that it shows wherever the policies differ. Identifiers of one operator are one CA.
 */
#ifndef MPIC_JUDGE_H
#define MPIC_JUDGE_H

#include "caa_policy.h"
#include "compare_input.h"
#include "mpic_rule.h"

/* CAs that a name is judged for, and identifiers that are told apart; those beyond are left out. */
#define MPIC_CANDIDATES_MAX 64u

#define MPIC_OTHER_CA "(any other)"

/* What the vantages make of a name and a CA. A name counts as the last of these that one of its CAs
 * has. X(ENUMERATOR, "word", "what the summary calls it"). */
#define MPIC_CLASSES(X)                                                                            \
    X(AGREE, "agree", "all vantages agree")                                                        \
    X(PRIMARY_STRICTER, "primary_stricter", "primary does not permit, a remote does")              \
    X(HIDDEN, "hidden_by_quorum", "primary permits, a remote does not, allowed")                   \
    X(BLOCKED, "blocked_by_quorum", "primary permits, a remote does not, not allowed")

#define MPIC_CLASS_ENUM(name, word, text) MPIC_CLASS_##name,
enum mpic_class { MPIC_CLASSES(MPIC_CLASS_ENUM) MPIC_CLASS_COUNT };

const char *mpic_class_word(enum mpic_class class);
const char *mpic_class_text(enum mpic_class class);

struct mpic_setup {
    unsigned day; /* YYYYMMDD */
    enum caa_kind kind;
    bool failures_permit;               /* count failures that a CA may take for permission so */
    const struct caa_text *identifiers; /* of the CA to ask for; borrowed */
    size_t identifier_count;            /* 0: compare policies */
    enum mpic_rir rirs[COMPARE_SIDES_MAX];
    unsigned sides; /* the primary is side 0 */
};

struct mpic_candidate {
    struct caa_text label; /* operator, or identifier that no operator is known of */
    enum mpic_result results[COMPARE_SIDES_MAX];
    struct mpic_verdict verdict;
    enum mpic_class class;
};

struct mpic_name {
    struct mpic_candidate candidates[MPIC_CANDIDATES_MAX + 1];
    size_t count;
    enum mpic_class class;
};

/* Judges a name that all sides have. sets are those of the entries, read. */
void mpic_judge_name(const struct mpic_setup *setup, const struct compare_entry *entries,
                     const struct caa_set *sets, struct mpic_name *out);

#endif
