/* recursion.h: the older searches, for the verdicts beside the main one: RFC 6844 section 4 as
 * published, and as erratum 5065 would have it.
 *
 *   R(X) = CAA(X) where not empty, else R(A(X)) where X owns an alias, else R(parent of X)
 *
 * A(X) is the target of a CNAME or a DNAME at X itself. Under the erratum only the set at the end
 * of the alias counts, without climbing from there; as a resolver follows a CNAME by itself, the
 * two questions left are the set of X and, where X owns a DNAME, the set of its target. The
 * recursion of RFC 6844 need not end, so calls are counted: past RECURSION_CALLS_MAX it is
 * recursion_limit, and so is a loop of aliases that a lookup shows at once.
 *
 * Depth counts the labels removed from the name the search began at; what an alias leads to keeps
 * the depth of the level that owns the alias.
 */
#ifndef CAASCAN_RECURSION_H
#define CAASCAN_RECURSION_H

#include <stdbool.h>
#include <stdint.h>

#include "answer.h"
#include "name.h"

#define RECURSION_CALLS_MAX 200u /* the longest name has 127 levels of its own */
#define RECURSION_STACK_MAX 24u

enum recursion_rule { RECURSION_RFC6844, RECURSION_ERRATUM5065 };

enum recursion_step {
    RECURSION_ASK, /* ask question_name for question_type, hand the answer to recursion_next */
    RECURSION_DONE,
};

struct recursion_item {
    struct name_buffer name;
    uint8_t depth;
    bool in_alias;  /* reached by an alias: its ancestors keep the depth */
    bool alias_end; /* erratum 5065: the target of an alias is not climbed from */
};

struct recursion {
    struct recursion_item stack[RECURSION_STACK_MAX]; /* what is left to search, next on top */
    struct recursion_item current;
    struct name_buffer found_owner; /* end of the alias chain of the set found */
    uint16_t question_type;
    uint8_t stack_count, calls;
    uint8_t rule;        /* enum recursion_rule */
    uint8_t outcome;     /* enum outcome, once done */
    uint8_t error_class; /* enum error_class, once done */
};

enum recursion_step recursion_begin(struct recursion *r, enum recursion_rule rule,
                                    struct name name);
enum recursion_step recursion_next(struct recursion *r, const struct answer *answer);

static inline struct name recursion_question(const struct recursion *r)
{
    return name_of(&r->current.name);
}

/* The level of the original name at which the set was found. */
struct name recursion_found_at(const struct recursion *r, struct name name);

#endif
