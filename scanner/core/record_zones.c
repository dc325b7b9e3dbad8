#include "record_zones.h"

/* In canonical order. */
static void sort_names(const struct name *names, size_t count, struct name *sorted)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && name_compare(names[i], sorted[at - 1]) < 0; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = names[i];
    }
}

/* Name servers in canonical order, each once. Most are right below the zone, or below what the
 * server before is below. */
static struct text put_ns(struct text t, const struct answer_zone *zone, size_t count,
                          struct spelled last)
{
    struct name ns[ANSWER_NS_MAX];
    sort_names(zone->ns, count, ns);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && name_equal(ns[i], ns[i - 1]))
            continue;
        if (i > 0)
            t = text_octet(t, ',');
        t = spelled_keep(t, ns[i], &last, &last);
    }
    return text_octet(t, ']');
}

static const struct answer *deciding(const struct record *r)
{
    return r->levels[r->level_count - 1].answer;
}

/* The zones the row knows; `room` is for those that its levels tell. */
static const struct record_context *zones_of(const struct record *r, struct record_context *room)
{
    if (r->context != NULL)
        return r->context;
    room->zone.zone = room->set_zone.zone = (struct name){0};
    room->ns_count = room->set_ns_count = 0;
    if (r->level_count == 0)
        return room;
    room->ns_count = answer_zone(r->levels[0].answer, &room->zone);
    if (r->outcome == OUTCOME_FOUND)
        room->set_ns_count = answer_set_zone(deciding(r), &room->set_zone);
    return room;
}

static bool knows_zones(const struct record *r)
{
    if (r->context != NULL || r->level_count == 0)
        return r->context != NULL;
    return answer_has_zone(r->levels[0].answer) ||
           (r->outcome == OUTCOME_FOUND && answer_has_set_zone(deciding(r)));
}

struct text record_zones(struct text t, const struct record *r, const struct spelled *row)
{
    if (!knows_zones(r))
        return TEXT_LITERAL(t, ",\"zone\":null,\"ns\":[],\"set_zone\":null,\"set_ns\":[]");
    struct record_context room; /* large, and of most of it nothing is used */
    const struct record_context *c = zones_of(r, &room);
    struct spelled zone, set_zone;
    t = TEXT_LITERAL(t, ",\"zone\":");
    t = spelled_keep(t, c->zone.zone, row, &zone);
    t = TEXT_LITERAL(t, ",\"ns\":[");
    t = put_ns(t, &c->zone, c->ns_count, zone);
    t = TEXT_LITERAL(t, ",\"set_zone\":");
    t = spelled_keep(t, c->set_zone.zone, &zone, &set_zone);
    t = TEXT_LITERAL(t, ",\"set_ns\":[");
    return put_ns(t, &c->set_zone, c->set_ns_count, set_zone);
}
