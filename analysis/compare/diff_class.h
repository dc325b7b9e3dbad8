/* diff_class.h: what became of a name from one scan to the next. Pure.
 *
 * Both scans have the name, else it is in one list alone, which says nothing about the name. Where
 * both answered, the policies decide first, then where the set was found, then its octets.
 */
#ifndef DIFF_CLASS_H
#define DIFF_CLASS_H

#include "compare_entry.h"
#include "policy_order.h"

/* X(ENUMERATOR, "word", "what the summary calls it"). The first six are changes. */
#define DIFF_CLASSES(X)                                                                            \
    X(ADDED, "added", "added: a set where there was none")                                         \
    X(REMOVED, "removed", "removed: no set where there was one")                                   \
    X(WIDENED, "widened", "widened: permits more")                                                 \
    X(NARROWED, "narrowed", "narrowed: permits less")                                              \
    X(MOVED, "moved", "moved: same policy, found elsewhere")                                       \
    X(CHANGED, "changed", "changed otherwise")                                                     \
    X(NEWLY_FAILING, "newly_failing", "newly failing")                                             \
    X(BACK, "back", "back: failed before")                                                         \
    X(INCONSISTENT, "inconsistent", "differ, but servers disagree")                                \
    X(UNCHANGED, "unchanged", "unchanged")                                                         \
    X(STILL_FAILING, "still_failing", "failing in both")                                           \
    X(NOT_ASKED, "not_asked", "not asked in one of them")                                          \
    X(ONLY_OLD, "only_old", "in OLD's list alone")                                                 \
    X(ONLY_NEW, "only_new", "in NEW's list alone")

#define DIFF_CLASS_ENUM(name, word, text) DIFF_##name,
enum diff_class { DIFF_CLASSES(DIFF_CLASS_ENUM) DIFF_CLASS_COUNT };

#define DIFF_CHANGE_END DIFF_NEWLY_FAILING /* the classes before it are changes */
#define DIFF_TOLD_END DIFF_UNCHANGED       /* the classes before it are told name by name */
#define DIFF_BOTH_END DIFF_ONLY_OLD        /* the classes before it are of names in both lists */

const char *diff_class_word(enum diff_class class);
const char *diff_class_text(enum diff_class class);

struct diff_verdict {
    enum diff_class class;
    bool ordered;             /* both scans answered, so that policies were compared */
    enum policy_order policy; /* of the new set beside the old one, where ordered */
};

/* Compares a name of both scans. sets are those of the two entries, read; they are not looked at
 * where the entries have the same octets for them. */
struct diff_verdict diff_class_of(const struct compare_entry *from, const struct compare_entry *to,
                                  const struct caa_set sets[2]);

#endif
