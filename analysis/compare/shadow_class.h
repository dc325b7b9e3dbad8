/* shadow_class.h: what a set hides that stands above it. Pure.
 *
 * The search for a set ends at the first one, so a set hides all that stand above it (RFC 8659
 * section 3). What it hides is known where a name above it is in the scan too.
 */
#ifndef SHADOW_CLASS_H
#define SHADOW_CLASS_H

#include "compare_entry.h"
#include "policy_order.h"

/* A name beside the nearest name above it that is in the scan. X(ENUMERATOR, "word"). They exclude
 * each other. */
#define SHADOW_RELATIONS(X)                                                                        \
    X(FAILED, "failed")                   /* its own lookup failed */                              \
    X(ANCESTOR_FAILED, "ancestor_failed") /* that of the name above failed */                      \
    X(NO_SET, "no_set")                   /* neither has a set */                                  \
    X(INHERITS, "inherits")               /* its set stands at the name above, or above that */    \
    X(HIDES_NOTHING, "hides_nothing")     /* it has a set below a name that has none */            \
    X(HIDES, "hides")                     /* its set hides that of the name above */               \
    X(CONTRADICTS, "contradicts")         /* it has no set, though the name above has one */

#define SHADOW_RELATION_ENUM(name, word) SHADOW_##name,
enum shadow_relation { SHADOW_RELATIONS(SHADOW_RELATION_ENUM) SHADOW_RELATION_COUNT };

CAASCAN_WORD_FUNCTION(shadow_relation_word, SHADOW_RELATIONS)

enum shadow_relation shadow_relation_of(const struct compare_entry *name,
                                        const struct compare_entry *ancestor);

/* What a set has. X(ENUMERATOR, "word"). The first that fits. */
#define SHADOW_CONTENTS(X)                                                                         \
    X(ISSUEWILD, "issuewild")       /* at least one issuewild */                                   \
    X(NO_ISSUEWILD, "no_issuewild") /* at least one issue */                                       \
    X(MAIL_ONLY, "mail_or_vmc_only")                                                               \
    X(IODEF_ONLY, "iodef_only")                                                                    \
    X(UNKNOWN_ONLY, "unknown_only") /* unknown, reserved or malformed, and perhaps iodef */        \
    X(OTHER, "other")

#define SHADOW_CONTENT_ENUM(name, word) SHADOW_##name,
enum shadow_content { SHADOW_CONTENTS(SHADOW_CONTENT_ENUM) SHADOW_CONTENT_COUNT };

CAASCAN_WORD_FUNCTION(shadow_content_word, SHADOW_CONTENTS)

enum shadow_content shadow_content_of(const struct caa_set *set);

/* What the set permits for a kind, beside the one that it hides. X(ENUMERATOR, "word"). */
#define SHADOW_EFFECTS(X)                                                                          \
    X(UNDOES, "undoes")   /* everybody may issue, where the hidden set restricts */                \
    X(WIDENS, "widens")   /* more than the hidden set permits, and not everybody */                \
    X(KEEPS, "keeps")     /* the same */                                                           \
    X(NARROWS, "narrows") /* less */                                                               \
    X(DIFFERS, "differs") /* some more and some less */

#define SHADOW_EFFECT_ENUM(name, word) SHADOW_##name,
enum shadow_effect { SHADOW_EFFECTS(SHADOW_EFFECT_ENUM) SHADOW_EFFECT_COUNT };

CAASCAN_WORD_FUNCTION(shadow_effect_word, SHADOW_EFFECTS)

enum shadow_effect shadow_effect_of(const struct caa_set *hidden, const struct caa_set *set,
                                    enum caa_kind kind);

#endif
