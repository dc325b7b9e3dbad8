#include "climb.h"

enum climb_step climb_begin(struct climb *c, struct name name)
{
    *c = (struct climb){.labels = (uint8_t)name_label_count(name), .outcome = OUTCOME_EMPTY};
    return c->labels > 0 ? CLIMB_ASK : CLIMB_DONE;
}

enum climb_step climb_next(struct climb *c, enum climb_answer answer)
{
    switch (answer) {
    case CLIMB_HAS_CAA:
        c->outcome = OUTCOME_FOUND;
        return CLIMB_DONE;
    case CLIMB_FAILED:
        c->outcome = OUTCOME_INDETERMINATE;
        return CLIMB_DONE;
    case CLIMB_NO_CAA:
    case CLIMB_NO_NAME:
        break;
    }
    if (c->depth + 1 >= c->labels)
        return CLIMB_DONE;
    c->depth++;
    return CLIMB_ASK;
}

struct name climb_level(const struct climb *c, struct name name)
{
    for (unsigned i = 0; i < c->depth; i++)
        name_parent(&name);
    return name;
}
