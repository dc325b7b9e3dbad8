/* decode_scratch.h: what message_decode works in, for the tests of what reads messages: one decode
 * at a time. The views of the last one borrow from both.
 */
#ifndef CAASCAN_DECODE_SCRATCH_H
#define CAASCAN_DECODE_SCRATCH_H

#include <stdlib.h>

#include "message.h"

static struct message_scratch *scratch;
static struct answer_parts parts;

/* Set up and torn down around a group of tests. */
static inline int scratch_new(void **state)
{
    (void)state;
    scratch = malloc(message_scratch_size());
    return scratch == NULL;
}

static inline int scratch_free(void **state)
{
    (void)state;
    free(scratch);
    return 0;
}

#endif
