/* suffix_rules.h: the rules of a Public Suffix List in a table that answers in a few steps.
 *
 * A library that keeps the list as an automaton takes longer for one name than all tables of the
 * report together; here each label of a name costs one look, and the walk ends at the first suffix
 * that no rule has. The algorithm is that of publicsuffix.org: the longest rule wins, `*` stands
 * for one label, an exception takes back a wildcard, and a name that no rule matches has its last
 * label as public suffix. ICANN's and private rules count alike.
 */
#ifndef SUFFIX_RULES_H
#define SUFFIX_RULES_H

#include "caa_text.h"

struct suffix_rule;

#define SUFFIX_RULES_FILTER_BITS (1u << 17)

struct suffix_rules {
    struct suffix_rule *slots; /* owned */
    size_t mask, used;
    uint64_t filter[SUFFIX_RULES_FILTER_BITS / 64]; /* bits for the hash of each used slot */
    size_t count;                                   /* rules */
    char *text; /* owned: the rules as A-labels, which slots point into */
    size_t text_len, text_cap;
};

void suffix_rules_init(struct suffix_rules *rules);
void suffix_rules_fini(struct suffix_rules *rules);

/* Adds a rule as it stands in the list, with U-labels or without. One that is no rule (a name of
 * more than 253 octets, a label that IDNA refuses) is passed over. False without memory. */
bool suffix_rules_add(struct suffix_rules *rules, struct caa_text rule);

/* Is there a rule for just this name? */
bool suffix_rules_has(const struct suffix_rules *rules, struct caa_text name);

/* Where parts of a name begin, in octets. */
struct suffix_place {
    size_t tld; /* the last label */
    size_t suffix;
    size_t registrable; /* one label more; that of the suffix where it is the whole name */
};

/* Finds the public suffix of a name; letters are compared without case. All is 0 for a name that is
 * empty or ends with a dot. */
struct suffix_place suffix_rules_find(const struct suffix_rules *rules, struct caa_text name);

#endif
