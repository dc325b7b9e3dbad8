/* sort_merge.h: several sorted sources as one, by a heap. */
#ifndef SORT_MERGE_H
#define SORT_MERGE_H

#include "sort_buffer.h"
#include "sort_run.h"

/* A source: the entries of a sorted buffer, or of a run where there is no buffer. */
struct sort_source {
    struct sort_buffer *buffer; /* borrowed; NULL: the run */
    struct sort_run_reader run;
    struct sort_entry entry; /* the next one */
};

struct sort_merge {
    struct sort_source **heap; /* the one with the least entry stands first */
    size_t count;
    bool begun; /* the first entry was handed out, so its source must go on */
};

/* Orders the sources, which belong to the caller and stay where they are. SORT_RUN_OK, or what the
 * first source that failed said. Call sort_merge_fini in any case. */
enum sort_run_status sort_merge_init(struct sort_merge *merge, struct sort_source *sources,
                                     size_t count);

/* The next entry of all; it borrows from its source until the next call. SORT_RUN_END behind the
 * last. */
enum sort_run_status sort_merge_next(struct sort_merge *merge, struct sort_entry *out);

void sort_merge_fini(struct sort_merge *merge);

#endif
