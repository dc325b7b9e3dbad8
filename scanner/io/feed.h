/* feed.h: the input thread: reads the list and hands each target to the worker that its name
 * belongs to. Names that share their last two labels go to the same worker, so that siblings find
 * their parents in its cache.
 *
 * A load is a batch of targets on its way to one worker. Each worker has a fixed number of them;
 * the input thread waits when all are taken, workers never wait. Loads are handed over full, and
 * what there is when the input thread is about to wait.
 */
#ifndef CAASCAN_FEED_H
#define CAASCAN_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include "failure.h"
#include "input.h"

struct feed;

/* Called by the input thread when worker has something new: a load, or the end. */
typedef void feed_wake(void *context, size_t worker);

/* Starts the input thread. input stays the caller's and must outlive the feed. NULL with a reason
 * where memory or threads are short. */
struct feed *feed_new(struct input *input, size_t worker_count, feed_wake *wake, void *context,
                      struct failure *why);

/* The worker's next load, or NULL. It is the worker's until feed_return; only that worker's thread
 * calls. */
struct input_batch *feed_take(struct feed *feed, size_t worker);
void feed_return(struct feed *feed, size_t worker, struct input_batch *load);

/* Will no further load come? A worker that sees true and only then finds feed_take empty is at the
 * end of the list. */
bool feed_ended(const struct feed *feed);

/* Makes the input thread end soon. Workers must still give their loads back. Any thread. */
void feed_stop(struct feed *feed);

/* Did the reading fail? Any thread, once feed_ended. */
bool feed_failed(const struct feed *feed, struct failure *why);

/* Waits for the input thread, once workers have ended; NULL is allowed. The input is the caller's
 * again. */
void feed_join(struct feed *feed);

/* Frees; the input thread has been joined. NULL is allowed. */
void feed_free(struct feed *feed);

#endif
