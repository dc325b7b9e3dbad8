/* verifiers.h: the threads that verify replies for one worker. The worker hands requests over and
 * collects verdicts without ever waiting; each thread has a queue of its own in either direction.
 *
 * Requests are copied into slots made at the start, as many as an engine has under way at a time,
 * so there is always room. All calls but the threads' own are the worker's.
 */
#ifndef CAASCAN_VERIFIERS_H
#define CAASCAN_VERIFIERS_H

#include <stdbool.h>
#include <stddef.h>

#include "door.h"

struct verifiers;

/* Starts the threads; NULL where memory or threads are short. */
struct verifiers *verifiers_new(size_t threads);

/* Takes an ACTION_VERIFY; copies what it points at. */
void verifiers_submit(struct verifiers *v, const struct action *action);

/* Hands out the verdicts that are there, as events. */
void verifiers_collect(struct verifiers *v,
                       void (*take)(void *context, const struct door_event *event), void *context);

/* Ends the threads, what they work at apart, and frees. NULL is allowed. */
void verifiers_free(struct verifiers *v);

#endif
