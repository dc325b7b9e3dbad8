#include "record_check.h"

/* Is level what remains of name without its first depth labels? */
static bool is_ancestor(struct caa_text level, struct caa_text name, int64_t depth)
{
    const uint8_t *p = name.octets;
    const uint8_t *end = name.octets + name.len;
    for (; depth > 0; depth--) {
        const uint8_t *dot = memchr(p, '.', (size_t)(end - p));
        if (dot == NULL)
            return false;
        p = dot + 1;
    }
    return caa_text_equal(level, caa_text_of(p, (size_t)(end - p)));
}

static const char *check_found(const struct record_view *r)
{
    if (r->found_at.octets == NULL || r->depth == RECORD_NULL || r->rrset_owner.octets == NULL)
        return "found without found_at, depth or rrset_owner";
    if (r->set.count == 0)
        return "found without a caa set";
    if (r->depth >= RECORD_DEPTH_END || !is_ancestor(r->found_at, r->name, r->depth))
        return "found_at is not the name without its first depth labels";
    return NULL;
}

static const char *check_not_found(const struct record_view *r)
{
    if (r->found_at.octets != NULL || r->depth != RECORD_NULL || r->rrset_owner.octets != NULL)
        return "found_at, depth or rrset_owner without outcome found";
    return r->set.count != 0 ? "a caa set without outcome found" : NULL;
}

static const char *check_own(const struct record_view *r)
{
    bool own_found = r->own == OUTCOME_FOUND;
    if (own_found != (r->outcome == OUTCOME_FOUND && r->depth == 0))
        return "own and depth contradict each other";
    if (r->outcome == OUTCOME_EMPTY && r->own != OUTCOME_EMPTY)
        return "outcome empty, but the first level did not answer";
    if (r->outcome == OUTCOME_FOUND && !own_found && r->own != OUTCOME_EMPTY)
        return "found at an ancestor, but the first level did not answer";
    return NULL;
}

const char *record_check(const struct record_view *r)
{
    if (r->date == 0)
        return "timestamp is no UTC time with milliseconds";
    if (r->row < 1)
        return "row is below 1";
    if ((r->name.octets == NULL) != (r->outcome == OUTCOME_INVALID))
        return "name is null exactly where outcome is invalid";
    if (r->name.len > RECORD_NAME_LEN_MAX)
        return "name is too long";
    if (r->outcome == OUTCOME_INDETERMINATE && r->error_class == CLASS_NONE)
        return "indeterminate without error_class";
    if ((r->outcome == OUTCOME_FOUND || r->outcome == OUTCOME_EMPTY) &&
        r->error_class != CLASS_NONE)
        return "error_class beside a verdict";
    const char *wrong = r->outcome == OUTCOME_FOUND ? check_found(r) : check_not_found(r);
    return wrong != NULL ? wrong : check_own(r);
}
