#include "train.h"

#include <assert.h>
#include <stdbool.h>

#define LENGTHS (TRAIN_SEGMENT_MAX + 2) /* the last stands for all that go alone */

static size_t length_class(uint16_t len)
{
    assert(len > 0);
    return len <= TRAIN_SEGMENT_MAX ? len : TRAIN_SEGMENT_MAX + 1;
}

/* Longest first, so that a train can end with a datagram of the next length. */
static void order_by_len(struct train_plan *plan, const uint16_t lens[], size_t count)
{
    uint16_t place[LENGTHS] = {0};
    for (size_t i = 0; i < count; i++)
        place[length_class(lens[i])]++;
    uint16_t before = 0;
    for (size_t len = LENGTHS; len-- > 0;) {
        uint16_t here = place[len];
        place[len] = before;
        before = (uint16_t)(before + here);
    }
    for (size_t i = 0; i < count; i++)
        plan->order[place[length_class(lens[i])]++] = (uint16_t)i;
}

static bool fits(const struct train *t, uint16_t len, unsigned segments_max)
{
    return t->count < segments_max && t->segment_len <= TRAIN_SEGMENT_MAX &&
           t->len + len <= TRAIN_OCTETS_MAX;
}

/* The train that begins at order[first]. */
static struct train gather(const struct train_plan *plan, const uint16_t lens[], size_t first,
                           size_t count, unsigned segments_max)
{
    uint16_t whole = lens[plan->order[first]];
    struct train t = {.first = (uint16_t)first, .count = 1, .segment_len = whole, .len = whole};
    for (size_t at = first + 1; at < count; at++) {
        uint16_t len = lens[plan->order[at]];
        if (!fits(&t, len, segments_max))
            break;
        t.count++;
        t.len += len;
        if (len < whole)
            break; /* the shorter one ends it */
    }
    return t;
}

void train_plan(struct train_plan *plan, const uint16_t lens[], size_t count, unsigned segments_max)
{
    assert(count <= TRAIN_ITEMS_MAX && segments_max >= 1 && segments_max <= TRAIN_SEGMENTS_MAX);
    plan->train_count = 0;
    if (segments_max > 1) {
        order_by_len(plan, lens, count);
    } else {
        for (size_t i = 0; i < count; i++)
            plan->order[i] = (uint16_t)i;
    }
    for (size_t at = 0; at < count;) {
        struct train t = gather(plan, lens, at, count, segments_max);
        plan->trains[plan->train_count++] = t;
        at += t.count;
    }
}
