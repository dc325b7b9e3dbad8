/* record_check.h: does a record contradict itself? */
#ifndef CAASCAN_RECORD_CHECK_H
#define CAASCAN_RECORD_CHECK_H

#include "record_view.h"

/* Longest name in a record: 255 octets on the wire, each at the most four as text. */
#define RECORD_NAME_LEN_MAX 1020u

/* Depths are below this: a name has at most 127 labels. */
#define RECORD_DEPTH_END 127

/* Returns NULL, or what is wrong in a few words. Tables rest on these rules: parts would not sum to
 * the whole where a record could be `found` without a level, or at a level that is no ancestor of
 * its name. */
const char *record_check(const struct record_view *record);

#endif
