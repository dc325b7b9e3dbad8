/* diff_change.h: the changes of single names, summed up as transitions and as events.
 *
 * A transition is a class with the set before and the set after; an event is a transition at one
 * operator, so that one hoster's change is one event however many names it has. Sets are masked
 * texts (set_form.h). Both come out with the most names first. Memory does not grow with the number
 * of either: they are sorted like everything else.
 */
#ifndef DIFF_CHANGE_H
#define DIFF_CHANGE_H

#include "diff_class.h"
#include "sorter.h"

struct diff_change {
    enum diff_class class;
    struct caa_text from, to;
    struct caa_text operator; /* of an event; of a transition the one with most names */
    uint64_t names;
    uint64_t operators;      /* of a transition: that are known */
    uint64_t operator_names; /* of a transition: names of the operator with most */
};

/* The sorts belong to the caller. */
struct diff_changes {
    struct sorter *names;       /* changes of names go in */
    struct sorter *transitions; /* and come out here, */
    struct sorter *events;      /* and here */
    struct octet_buffer key, body;
    uint64_t events_of[DIFF_CLASS_COUNT]; /* events of each class */
    struct octet_buffer top_events;       /* lines about the largest, for the summary */
};

void diff_changes_fini(struct diff_changes *changes);

/* Adds the change of one name; only class, from, to and operator count. An empty operator is one
 * that is not known. False after a failure. */
bool diff_changes_add(struct diff_changes *changes, const struct diff_change *change);

/* Sums up. `event` is called for each event, in no order that means anything. False after a failure
 * of a sort. */
bool diff_changes_finish(struct diff_changes *changes,
                         void (*event)(void *context, const struct diff_change *change),
                         void *context);

/* The next of `transitions` or `events` after diff_changes_finish, borrowed until the next call.
 * False behind the last, and after a failure. */
bool diff_changes_next(struct sorter *ranked, struct diff_change *out);

#endif
