#include "alias.h"

/* What the answer section says about one name. */
struct step {
    const struct alias_rr *cname, *dname;
    bool cnames_differ, dnames_differ;
};

static void consider_cname(struct step *step, const struct alias_rr *alias)
{
    if (step->cname == NULL)
        step->cname = alias;
    else if (!name_equal(name_of(&step->cname->target), name_of(&alias->target)))
        step->cnames_differ = true;
}

/* Where several DNAMEs are above the name, the closest is the one that can apply. */
static void consider_dname(struct step *step, const struct alias_rr *alias)
{
    if (step->dname == NULL || alias->owner.len > step->dname->owner.len) {
        step->dname = alias;
        step->dnames_differ = false;
    } else if (alias->owner.len == step->dname->owner.len &&
               !name_equal(name_of(&step->dname->target), name_of(&alias->target))) {
        step->dnames_differ = true;
    }
}

static struct step find_step(const struct alias_set *set, struct name at)
{
    struct step step = {0};
    for (size_t i = 0; i < set->count; i++) {
        const struct alias_rr *alias = &set->rrs[i];
        struct name owner = name_of(&alias->owner);
        if (alias->kind == ALIAS_CNAME && name_equal(owner, at))
            consider_cname(&step, alias);
        else if (alias->kind == ALIAS_DNAME && owner.len < at.len && name_within(at, owner))
            consider_dname(&step, alias);
    }
    return step;
}

/* The synthesised CNAME stands for the DNAME and is not a step of its own (RFC 6672 section 3.1).
 */
static enum error_class take_dname(const struct step *step, struct name_buffer *target,
                                   struct answer_alias *out)
{
    const struct alias_rr *dname = step->dname;
    if (!name_substitute(target, out->owner, name_of(&dname->owner), name_of(&dname->target)))
        return CLASS_DNAME_OVERFLOW;
    if (step->cname != NULL && !name_equal(name_of(&step->cname->target), name_of(target)))
        return CLASS_MSG_MALFORMED;
    out->target = name_of(target);
    out->ttl_s = dname->ttl_s;
    out->kind = ALIAS_DNAME;
    return CLASS_NONE;
}

static enum error_class take_step(struct alias_set *set, const struct step *step,
                                  struct answer_parts *parts, struct name *end)
{
    size_t i = parts->head.chain_count;
    if (step->cnames_differ || step->dnames_differ)
        return CLASS_MULTI_CNAME;
    if (i == ANSWER_CHAIN_MAX)
        return CLASS_CNAME_CHAIN_TOO_LONG;

    struct answer_alias *alias = &parts->chain[i];
    alias->owner = *end;
    if (step->dname != NULL) {
        enum error_class failure = take_dname(step, &set->substituted[i], alias);
        if (failure != CLASS_NONE)
            return failure;
    } else {
        alias->target = name_of(&step->cname->target);
        alias->ttl_s = step->cname->ttl_s;
        alias->kind = ALIAS_CNAME;
    }
    parts->head.chain_count++;
    *end = alias->target;
    return alias_chain_owns(parts, *end) ? CLASS_CNAME_LOOP : CLASS_NONE;
}

enum error_class alias_follow(struct alias_set *set, struct answer_parts *parts, struct name *end)
{
    for (;;) {
        struct step step = find_step(set, *end);
        if (step.cname == NULL && step.dname == NULL)
            return CLASS_NONE;
        enum error_class failure = take_step(set, &step, parts, end);
        if (failure != CLASS_NONE)
            return failure;
    }
}

bool alias_shows(enum error_class failure)
{
    return failure == CLASS_CNAME_LOOP || failure == CLASS_CNAME_CHAIN_TOO_LONG;
}

bool alias_chain_owns(const struct answer_parts *parts, struct name n)
{
    for (size_t i = 0; i < parts->head.chain_count; i++) {
        if (name_equal(parts->chain[i].owner, n))
            return true;
    }
    return false;
}

bool alias_chain_has_dname(const struct answer_parts *parts)
{
    for (size_t i = 0; i < parts->head.chain_count; i++) {
        if (parts->chain[i].kind == ALIAS_DNAME)
            return true;
    }
    return false;
}
