#include "recursion.h"

#include "message.h"

static enum recursion_step finish(struct recursion *r, enum outcome outcome, enum error_class why)
{
    r->outcome = (uint8_t)outcome;
    r->error_class = (uint8_t)why;
    return RECURSION_DONE;
}

static bool push(struct recursion *r, struct name name, struct recursion_item like)
{
    if (r->stack_count == RECURSION_STACK_MAX)
        return false;
    name_copy(&like.name, name);
    r->stack[r->stack_count++] = like;
    return true;
}

/* The next name on the stack becomes the question. The root has no level. */
static enum recursion_step pop(struct recursion *r)
{
    while (r->stack_count > 0) {
        r->current = r->stack[--r->stack_count];
        if (r->current.name.len == 1)
            continue;
        if (r->calls++ == RECURSION_CALLS_MAX)
            return finish(r, OUTCOME_INDETERMINATE, CLASS_RECURSION_LIMIT);
        r->question_type = TYPE_CAA;
        return RECURSION_ASK;
    }
    return finish(r, OUTCOME_EMPTY, CLASS_NONE);
}

/* Puts what remains of R(X) on the stack: A(X) on top, the parent of X below it. */
static enum recursion_step expand(struct recursion *r, struct name target)
{
    const struct recursion_item *x = &r->current;
    struct name parent = name_of(&x->name);
    bool fits = true;
    if (!x->alias_end && name_label_count(parent) > 1 && name_parent(&parent)) {
        struct recursion_item above = {.depth = (uint8_t)(x->depth + !x->in_alias),
                                       .in_alias = x->in_alias};
        fits = push(r, parent, above);
    }
    if (fits && target.len > 0) {
        struct recursion_item alias = {
            .depth = x->depth, .in_alias = true, .alias_end = r->rule == RECURSION_ERRATUM5065};
        fits = push(r, target, alias);
    }
    return fits ? pop(r) : finish(r, OUTCOME_INDETERMINATE, CLASS_RECURSION_LIMIT);
}

static struct name dname_target(const struct answer *a)
{
    struct answer_rr rr;
    uint32_t cursor = 0;
    if (!answer_next_rr(a, &cursor, &rr) || rr.rdlen == 0 || rr.rdlen > NAME_LEN_MAX)
        return (struct name){0};
    return (struct name){.wire = rr.rdata, .len = (uint8_t)rr.rdlen};
}

enum recursion_step recursion_begin(struct recursion *r, enum recursion_rule rule, struct name name)
{
    r->rule = (uint8_t)rule;
    r->stack_count = 0;
    r->calls = 0;
    r->found_owner.len = 0;
    push(r, name, (struct recursion_item){0});
    return pop(r);
}

static enum recursion_step take_set(struct recursion *r, const struct answer *answer)
{
    if (answer->rr_count > 0) {
        name_copy(&r->found_owner, answer_owner(answer));
        return finish(r, OUTCOME_FOUND, CLASS_NONE);
    }
    if (answer->chain_count > 0) {
        bool climbs_target = r->rule == RECURSION_RFC6844;
        return expand(r, climbs_target ? answer_chain(answer, 0).target : (struct name){0});
    }
    if (r->current.alias_end || answer->level == LEVEL_NXDOMAIN)
        return expand(r, (struct name){0});
    r->question_type = TYPE_DNAME;
    return RECURSION_ASK;
}

/* RFC 6844 follows aliases by recursion of its own, which a loop keeps from ending. */
static enum error_class why_failed(const struct recursion *r, const struct answer *answer)
{
    if (r->rule == RECURSION_RFC6844 && answer->failure == CLASS_CNAME_LOOP)
        return CLASS_RECURSION_LIMIT;
    return answer->failure;
}

enum recursion_step recursion_next(struct recursion *r, const struct answer *answer)
{
    if (answer->failure != CLASS_NONE)
        return finish(r, OUTCOME_INDETERMINATE, why_failed(r, answer));
    if (r->question_type == TYPE_CAA)
        return take_set(r, answer);
    return expand(r, dname_target(answer));
}

struct name recursion_found_at(const struct recursion *r, struct name name)
{
    return name_suffix(name, name_label_count(name) - r->current.depth);
}
