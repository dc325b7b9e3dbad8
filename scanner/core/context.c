#include "context.h"

#include "message.h"

static struct name asked(const struct context *c, const struct context_names *names)
{
    return name_suffix(names->part[c->part], c->labels);
}

static enum context_step ask_for_soa(struct context *c, const struct context_names *names)
{
    c->type = TYPE_SOA;
    c->labels = (uint8_t)name_label_count(names->part[c->part]);
    return CONTEXT_ASK;
}

/* Where the set's owner stands between the row's name and its zone, no cut can lie between. */
static bool shares_zone(const struct context *c, const struct context_names *names)
{
    struct name owner = names->part[CONTEXT_SET];
    return c->known[CONTEXT_OWN] && name_within(names->part[CONTEXT_OWN], owner) &&
           name_within(owner, context_zone(c, names, CONTEXT_OWN));
}

static enum context_step next_part(struct context *c, const struct context_names *names)
{
    if (c->part == CONTEXT_SET || names->part[CONTEXT_SET].len == 0)
        return CONTEXT_DONE;
    c->part = CONTEXT_SET;
    if (!shares_zone(c, names))
        return ask_for_soa(c, names);
    c->known[CONTEXT_SET] = true;
    c->zone_labels[CONTEXT_SET] = c->zone_labels[CONTEXT_OWN];
    return CONTEXT_DONE;
}

static enum context_step take_zone(struct context *c, const struct context_names *names,
                                   size_t labels)
{
    c->known[c->part] = true;
    c->zone_labels[c->part] = (uint8_t)labels;
    bool again = c->part == CONTEXT_SET && name_equal(context_zone(c, names, CONTEXT_OWN),
                                                      context_zone(c, names, CONTEXT_SET));
    if (again)
        return CONTEXT_DONE;
    c->type = TYPE_NS;
    c->labels = (uint8_t)labels;
    return CONTEXT_ASK;
}

/* A failure of aliases names where they led. */
static bool is_alias(const struct answer *a)
{
    if (a->failure == CLASS_NONE)
        return a->chain_count > 0;
    return answer_error_name(a).len > 0;
}

/* By an answer without aliases: a denial, or records with which their zone showed. */
static struct name zone_shown(const struct answer *a)
{
    struct answer_zone zone = {0};
    bool shows = a->rr_count == 0 || (a->flags & ANSWER_UNREFERRED) != 0;
    if (a->failure == CLASS_NONE && shows)
        answer_set_zone(a, &zone);
    return zone.zone;
}

static enum context_step take_soa(struct context *c, const struct context_names *names,
                                  const struct answer *a)
{
    if (is_alias(a)) {
        if (c->labels == 0)
            return next_part(c, names);
        c->labels--;
        return CONTEXT_ASK;
    }
    struct name zone = zone_shown(a);
    if (name_within(asked(c, names), zone))
        return take_zone(c, names, name_label_count(zone));
    bool begins = a->failure == CLASS_NONE && a->rr_count > 0;
    return begins ? take_zone(c, names, c->labels) : next_part(c, names);
}

static enum ds_status ds_by(const struct answer *a)
{
    if (a->failure != CLASS_NONE || a->chain_count > 0)
        return DS_UNKNOWN;
    if (a->rr_count > 0)
        return DS_PRESENT;
    bool denied = a->level == LEVEL_NODATA && (a->flags & ANSWER_SOA) != 0;
    return denied ? DS_ABSENT : DS_UNKNOWN;
}

enum context_step context_begin(struct context *c, const struct context_names *names)
{
    *c = (struct context){.part = CONTEXT_OWN, .ds = DS_UNKNOWN};
    return ask_for_soa(c, names);
}

struct context_question context_question(const struct context *c, const struct context_names *names)
{
    return (struct context_question){.name = asked(c, names), .type = c->type};
}

enum context_step context_next(struct context *c, const struct context_names *names,
                               const struct answer *answer)
{
    if (c->type == TYPE_SOA)
        return answer != NULL ? take_soa(c, names, answer) : next_part(c, names);
    if (c->type == TYPE_NS && c->part == CONTEXT_OWN && c->labels > 0) {
        c->type = TYPE_DS;
        return CONTEXT_ASK;
    }
    if (c->type == TYPE_DS && answer != NULL)
        c->ds = (uint8_t)ds_by(answer);
    return next_part(c, names);
}

bool context_is_told(const struct answer *answer)
{
    return is_alias(answer) || zone_shown(answer).len > 0;
}

struct name context_zone(const struct context *c, const struct context_names *names,
                         enum context_part part)
{
    if (!c->known[part])
        return (struct name){0};
    return name_suffix(names->part[part], c->zone_labels[part]);
}
