#include "diff_change.h"

#include "text_order.h"

void diff_changes_fini(struct diff_changes *changes)
{
    octet_buffer_fini(&changes->key);
    octet_buffer_fini(&changes->body);
    octet_buffer_fini(&changes->top_events);
}

/* Fields sort as their octets do where equal lengths stand first, so equal keys stand together. */
bool diff_changes_add(struct diff_changes *changes, const struct diff_change *change)
{
    struct octet_buffer *key = &changes->key;
    key->len = 0;
    octet_buffer_put_number(key, change->class, 1);
    octet_buffer_put_field(key, change->from);
    octet_buffer_put_field(key, change->to);
    octet_buffer_put_field(key, change->operator);
    struct sort_entry entry = {octet_buffer_text(key), {0}};
    return !key->no_memory && sorter_add(changes->names, 0, &entry);
}

static struct diff_change read_key(struct caa_text key)
{
    struct octet_cursor cursor = {key, false};
    struct diff_change change = {.class = (unsigned)octet_cursor_number(&cursor, 1)};
    change.from = octet_cursor_field(&cursor);
    change.to = octet_cursor_field(&cursor);
    change.operator= octet_cursor_field(&cursor);
    return change;
}

/* Ranks by names, then by what it is. */
static bool put_ranked(struct diff_changes *changes, struct sorter *ranked,
                       const struct diff_change *change)
{
    struct octet_buffer *key = &changes->key, *body = &changes->body;
    key->len = body->len = 0;
    octet_buffer_put_number(key, UINT64_MAX - change->names, 8);
    octet_buffer_put_number(body, change->class, 1);
    octet_buffer_put_field(body, change->from);
    octet_buffer_put_field(body, change->to);
    octet_buffer_put_field(body, change->operator);
    octet_buffer_put_number(body, change->names, 8);
    octet_buffer_put_number(body, change->operators, 8);
    octet_buffer_put_number(body, change->operator_names, 8);
    struct sort_entry entry = {octet_buffer_text(key), octet_buffer_text(body)};
    return !key->no_memory && !body->no_memory && sorter_add(ranked, 0, &entry);
}

/* The transition and the event that are being summed up; their texts are kept here. */
struct summing {
    struct diff_changes *changes;
    void (*tell)(void *context, const struct diff_change *event);
    void *context;
    struct octet_buffer key, top; /* the event's key; the name of the top operator */
    struct diff_change event, transition;
    bool begun;
};

/* Has the event's operator the most names so far? Of equally many the first in the order of the
 * alphabet has, as in all tables. */
static bool is_top(const struct summing *summing)
{
    const struct diff_change *event = &summing->event, *transition = &summing->transition;
    if (event->names != transition->operator_names)
        return event->names > transition->operator_names;
    return text_order(event->operator, octet_buffer_text(&summing->top)) < 0;
}

/* Ends the event. An operator that is not known has none, but its names count. */
static bool end_event(struct summing *summing)
{
    struct diff_change *transition = &summing->transition;
    transition->names += summing->event.names;
    if (summing->event.operator.len == 0)
        return true;
    transition->operators++;
    if (is_top(summing)) {
        transition->operator_names = summing->event.names;
        summing->top.len = 0;
        octet_buffer_put(&summing->top, summing->event.operator);
    }
    summing->changes->events_of[summing->event.class]++;
    summing->tell(summing->context, &summing->event);
    return put_ranked(summing->changes, summing->changes->events, &summing->event);
}

static bool end_transition(struct summing *summing)
{
    struct diff_change transition = summing->transition;
    transition.class = summing->event.class;
    transition.from = summing->event.from;
    transition.to = summing->event.to;
    transition.operator= octet_buffer_text(&summing->top);
    summing->transition = (struct diff_change){0};
    summing->top.len = 0;
    return put_ranked(summing->changes, summing->changes->transitions, &transition);
}

static bool same_transition(const struct diff_change *a, const struct diff_change *b)
{
    return a->class == b->class && caa_text_equal(a->from, b->from) && caa_text_equal(a->to, b->to);
}

static bool take_name(struct summing *summing, struct caa_text key)
{
    if (summing->begun && caa_text_equal(key, octet_buffer_text(&summing->key))) {
        summing->event.names++;
        return true;
    }
    struct diff_change next = read_key(key);
    if (summing->begun && !end_event(summing))
        return false;
    if (summing->begun && !same_transition(&next, &summing->event) && !end_transition(summing))
        return false;
    summing->begun = true;
    summing->key.len = 0;
    octet_buffer_put(&summing->key, key);
    if (summing->key.no_memory || summing->top.no_memory)
        return false;
    summing->event = read_key(octet_buffer_text(&summing->key));
    summing->event.names = 1;
    return true;
}

static bool sum_up(struct summing *summing)
{
    struct diff_changes *changes = summing->changes;
    struct sort_entry entry;
    if (!sorter_finish(changes->names))
        return false;
    while (sorter_next(changes->names, &entry)) {
        if (!take_name(summing, entry.key))
            return false;
    }
    if (summing->begun && (!end_event(summing) || !end_transition(summing)))
        return false;
    return !sorter_failed(changes->names) && sorter_finish(changes->transitions) &&
           sorter_finish(changes->events);
}

bool diff_changes_finish(struct diff_changes *changes,
                         void (*event)(void *context, const struct diff_change *change),
                         void *context)
{
    struct summing summing = {.changes = changes, .tell = event, .context = context};
    bool done = sum_up(&summing);
    octet_buffer_fini(&summing.key);
    octet_buffer_fini(&summing.top);
    return done;
}

bool diff_changes_next(struct sorter *ranked, struct diff_change *out)
{
    struct sort_entry entry;
    if (!sorter_next(ranked, &entry))
        return false;
    struct octet_cursor cursor = {entry.body, false};
    *out = (struct diff_change){.class = (unsigned)octet_cursor_number(&cursor, 1)};
    out->from = octet_cursor_field(&cursor);
    out->to = octet_cursor_field(&cursor);
    out->operator= octet_cursor_field(&cursor);
    out->names = octet_cursor_number(&cursor, 8);
    out->operators = octet_cursor_number(&cursor, 8);
    out->operator_names = octet_cursor_number(&cursor, 8);
    return !cursor.bad && out->class < DIFF_CLASS_COUNT;
}
